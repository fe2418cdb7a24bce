//! Sentences by example. What is said is the contract: each line is a schedule as REST writes it, and
//! what people read of it in both languages.

use serde_json::{Value, json};

use super::{sentence, summary};
use crate::domain::{Recurrence, Schedule, ScheduleDraft};
use crate::i18n::Language::{English, French};
use crate::i18n::typography;

fn draft(body: Value) -> ScheduleDraft {
    let mut body = body;
    if body.get("time_zone").is_none() {
        body["time_zone"] = json!("Europe/Paris");
    }
    serde_json::from_value(body).expect("a schedule as REST writes it")
}

fn schedule(body: Value) -> Schedule {
    draft(body.clone())
        .parse()
        .unwrap_or_else(|errors| panic!("{body}: {errors:?}"))
}

fn check(body: Value, english: &str, french: &str) {
    let schedule = schedule(body);
    let said = sentence(French, &schedule);
    typography::check("sentence", &said);
    assert_eq!(sentence(English, &schedule), english);
    assert_eq!(said, french);
}

#[test]
fn a_schedule_with_the_refresh_has_no_zone_until_it_has_days() {
    check(
        json!({"recurrence": "system"}),
        "After every scheduled refresh",
        "Après chaque actualisation planifiée",
    );
    check(
        json!({"recurrence": "system", "starts_on": "2026-12-01"}),
        "After every scheduled refresh (Europe/Paris), starting on 1 December 2026",
        "Après chaque actualisation planifiée (Europe/Paris), à partir du 1er décembre 2026",
    );
}

#[test]
fn daily_names_its_times_in_order() {
    check(
        json!({"recurrence": "daily", "times": ["06:00"]}),
        "Every day at 06:00 (Europe/Paris)",
        "Tous les jours à 06:00 (Europe/Paris)",
    );
    check(
        json!({"recurrence": "daily", "times": ["18:00", "06:00"], "time_zone": "Asia/Tokyo"}),
        "Every day at 06:00 and 18:00 (Asia/Tokyo)",
        "Tous les jours à 06:00 et 18:00 (Asia/Tokyo)",
    );
    check(
        json!({"recurrence": "daily", "times": ["06:00", "12:30", "18:00"]}),
        "Every day at 06:00, 12:30 and 18:00 (Europe/Paris)",
        "Tous les jours à 06:00, 12:30 et 18:00 (Europe/Paris)",
    );
}

#[test]
fn hourly_counts_from_a_time_and_every_hour_from_a_minute() {
    check(
        json!({"recurrence": "hourly", "every": 6, "from": "00:30"}),
        "Every 6 hours from 00:30 (Europe/Paris)",
        "Toutes les 6 heures à partir de 00:30 (Europe/Paris)",
    );
    check(
        json!({"recurrence": "hourly", "every": 1, "from": "07:00"}),
        "Every hour on the hour (Europe/Paris)",
        "Toutes les heures pile (Europe/Paris)",
    );
    check(
        json!({"recurrence": "hourly", "every": 1, "from": "07:01"}),
        "Every hour at 1 minute past (Europe/Paris)",
        "Toutes les heures, à la minute 1 (Europe/Paris)",
    );
    check(
        json!({"recurrence": "hourly", "from": "00:45"}),
        "Every hour at 45 minutes past (Europe/Paris)",
        "Toutes les heures, à la minute 45 (Europe/Paris)",
    );
}

#[test]
fn weekly_names_days_or_a_row_of_them() {
    check(
        json!({"recurrence": "weekly", "days": ["thu", "mon"], "times": ["07:30"]}),
        "Every week on Monday and Thursday at 07:30 (Europe/Paris)",
        "Toutes les semaines, le lundi et le jeudi à 07:30 (Europe/Paris)",
    );
    check(
        json!({"recurrence": "weekly", "days": ["mon", "tue", "wed", "thu", "fri"], "times": ["07:30"]}),
        "Every week from Monday to Friday at 07:30 (Europe/Paris)",
        "Toutes les semaines, du lundi au vendredi à 07:30 (Europe/Paris)",
    );
    check(
        json!({"recurrence": "weekly", "days": ["sat", "sun"], "times": ["09:00"]}),
        "Every week on Saturday and Sunday at 09:00 (Europe/Paris)",
        "Toutes les semaines, le samedi et le dimanche à 09:00 (Europe/Paris)",
    );
    check(
        json!({
            "recurrence": "weekly", "every": 2, "from": "2026-11-23",
            "days": ["mon", "thu"], "times": ["07:30"],
        }),
        "Every 2 weeks on Monday and Thursday at 07:30, from the week of 23 November 2026 (Europe/Paris)",
        "Toutes les 2 semaines, le lundi et le jeudi à 07:30, à partir de la semaine du 23 novembre 2026 (Europe/Paris)",
    );
    let all = json!(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
    check(
        json!({"recurrence": "weekly", "days": all, "times": ["06:00"]}),
        "Every day at 06:00 (Europe/Paris)",
        "Tous les jours à 06:00 (Europe/Paris)",
    );
}

#[test]
fn monthly_names_days_the_last_one_and_weekdays_by_their_place() {
    check(
        json!({"recurrence": "monthly", "month_days": [15, 1, "last"], "times": ["05:00"]}),
        "On the 1st, the 15th and the last day of the month at 05:00 (Europe/Paris)",
        "Le 1er, le 15 et le dernier jour du mois à 05:00 (Europe/Paris)",
    );
    check(
        json!({"recurrence": "monthly", "month_days": ["2nd tue"], "times": ["05:00"]}),
        "On the second Tuesday of the month at 05:00 (Europe/Paris)",
        "Le deuxième mardi du mois à 05:00 (Europe/Paris)",
    );
    check(
        json!({"recurrence": "monthly", "month_days": ["last fri", 31], "times": ["05:00", "17:00"]}),
        "On the 31st and the last Friday of the month at 05:00 and 17:00 (Europe/Paris)",
        "Le 31 et le dernier vendredi du mois à 05:00 et 17:00 (Europe/Paris)",
    );
}

#[test]
fn once_names_its_day() {
    check(
        json!({"recurrence": "once", "at": "2026-12-24T06:00"}),
        "Once, on 24 December 2026 at 06:00 (Europe/Paris)",
        "Une seule fois, le 24 décembre 2026 à 06:00 (Europe/Paris)",
    );
}

#[test]
fn first_and_last_day_and_a_pause_follow_the_zone() {
    let daily = |limits: Value| {
        let mut body = json!({"recurrence": "daily", "times": ["06:00"]});
        for (name, value) in limits.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    };
    check(
        daily(json!({"ends_on": "2027-01-01"})),
        "Every day at 06:00 (Europe/Paris), ending on 1 January 2027",
        "Tous les jours à 06:00 (Europe/Paris), jusqu’au 1er janvier 2027 inclus",
    );
    check(
        daily(json!({"starts_on": "2026-12-01", "ends_on": "2026-12-31"})),
        "Every day at 06:00 (Europe/Paris), starting on 1 December 2026 and ending on 31 December 2026",
        "Tous les jours à 06:00 (Europe/Paris), du 1er décembre 2026 au 31 décembre 2026 inclus",
    );
    check(
        daily(json!({"paused_until": "2027-01-05", "pause_reason": "Stock-taking"})),
        "Every day at 06:00 (Europe/Paris); paused until 5 January 2027",
        "Tous les jours à 06:00 (Europe/Paris)\u{a0}; en pause jusqu’au 5 janvier 2027",
    );
    check(
        daily(json!({"starts_on": "2026-12-01", "paused_until": "2027-02-01"})),
        "Every day at 06:00 (Europe/Paris), starting on 1 December 2026; paused until 1 February 2027",
        "Tous les jours à 06:00 (Europe/Paris), à partir du 1er décembre 2026\u{a0}; en pause jusqu’au 1er février 2027",
    );
}

#[test]
fn a_simple_expression_is_said_in_words() {
    for (expression, english, french) in [
        ("* * * * *", "Every minute", "Toutes les minutes"),
        ("*/15 * * * *", "Every 15 minutes", "Toutes les 15 minutes"),
        ("0,30 * * * *", "Every 30 minutes", "Toutes les 30 minutes"),
        (
            "0 * * * *",
            "Every hour on the hour",
            "Toutes les heures pile",
        ),
        (
            "5 * * * *",
            "Every hour at 5 minutes past",
            "Toutes les heures, à la minute 5",
        ),
        (
            "30 */2 * * *",
            "Every 2 hours from 00:30",
            "Toutes les 2 heures à partir de 00:30",
        ),
        ("30 6 * * *", "Every day at 06:30", "Tous les jours à 06:30"),
        (
            "0 6,18 * * *",
            "Every day at 06:00 and 18:00",
            "Tous les jours à 06:00 et 18:00",
        ),
        (
            "0,30 6 * * *",
            "Every day at 06:00 and 06:30",
            "Tous les jours à 06:00 et 06:30",
        ),
        (
            "0 0-12/6 * * *",
            "Every day at 00:00, 06:00 and 12:00",
            "Tous les jours à 00:00, 06:00 et 12:00",
        ),
        (
            "0 */24 * * *",
            "Every day at 00:00",
            "Tous les jours à 00:00",
        ),
        (
            "5 4 * * 1-5",
            "Every week from Monday to Friday at 04:05",
            "Toutes les semaines, du lundi au vendredi à 04:05",
        ),
        (
            "0 4 * * 0",
            "Every week on Sunday at 04:00",
            "Toutes les semaines, le dimanche à 04:00",
        ),
        (
            "0 4 * * sun,mon",
            "Every week on Monday and Sunday at 04:00",
            "Toutes les semaines, le lundi et le dimanche à 04:00",
        ),
        (
            "0 * * * sat,sun",
            "Every week on Saturday and Sunday, every hour on the hour",
            "Toutes les semaines, le samedi et le dimanche, toutes les heures pile",
        ),
        (
            "0 4 1,15 * *",
            "On the 1st and the 15th of the month at 04:00",
            "Le 1er et le 15 du mois à 04:00",
        ),
        // Either field is enough, and one of them names every day (POSIX).
        (
            "0 4 1 * 0-6",
            "Every day at 04:00",
            "Tous les jours à 04:00",
        ),
    ] {
        check(
            json!({"recurrence": "cron", "cron": expression}),
            &format!("{english} (Europe/Paris)"),
            &format!("{french} (Europe/Paris)"),
        );
    }
}

#[test]
fn an_expression_that_words_would_only_blur_stands_for_itself() {
    for expression in [
        "5 4 1 * 1-5",
        "5 4 */2 * 1",
        "0 6 * 1 *",
        "*/7 * * * *",
        "7-59/15 * * * *",
        "*/15,7 * * * *",
        "*/15 8-18 * * 1-5",
        "0 6 1-20 * *",
        "0 8-18 * * *",
    ] {
        check(
            json!({"recurrence": "cron", "cron": expression}),
            &format!("By the expression {expression} (Europe/Paris)"),
            &format!("Selon l’expression {expression} (Europe/Paris)"),
        );
    }
}

#[test]
fn words_say_exactly_when_a_time_of_an_expression_comes() {
    // An expression in words and the plain recurrence of the same words are the same sentence.
    for (expression, plain) in [
        (
            "30 6 * * *",
            json!({"recurrence": "daily", "times": ["06:30"]}),
        ),
        (
            "0 7 * * 1,4",
            json!({"recurrence": "weekly", "days": ["mon", "thu"], "times": ["07:00"]}),
        ),
        (
            "15 */6 * * *",
            json!({"recurrence": "hourly", "every": 6, "from": "00:15"}),
        ),
        (
            "0 5 31 * *",
            json!({"recurrence": "monthly", "month_days": [31], "times": ["05:00"]}),
        ),
    ] {
        let cron = schedule(json!({"recurrence": "cron", "cron": expression}));
        assert!(matches!(cron.recurrence, Recurrence::Cron(_)));
        for language in [English, French] {
            let plain = sentence(language, &schedule(plain.clone()));
            assert_eq!(sentence(language, &cron), plain, "{expression}");
        }
    }
}

#[test]
fn the_list_says_what_is_off_and_what_is_detached() {
    let daily = json!({"recurrence": "daily", "times": ["06:00"]});
    for (enabled, connected, body, english, french) in [
        (
            true,
            true,
            json!({}),
            "System refresh",
            "Actualisation du système",
        ),
        (
            false,
            true,
            json!({}),
            "Off (system refresh)",
            "Désactivée (actualisation du système)",
        ),
        (
            true,
            false,
            daily.clone(),
            "No connection",
            "Aucune connexion",
        ),
        (
            false,
            false,
            daily.clone(),
            "No connection",
            "Aucune connexion",
        ),
        (
            true,
            true,
            daily.clone(),
            "Every day at 06:00 (Europe/Paris)",
            "Tous les jours à 06:00 (Europe/Paris)",
        ),
        (
            false,
            true,
            daily,
            "Off (daily 06:00)",
            "Désactivée (tous les jours à 06:00)",
        ),
        (
            false,
            true,
            json!({"recurrence": "weekly", "days": ["mon"], "times": ["07:30"]}),
            "Off (every week on Monday at 07:30)",
            "Désactivée (toutes les semaines, le lundi à 07:30)",
        ),
        (
            true,
            true,
            json!({"recurrence": "system", "paused_until": "2027-01-05"}),
            "System refresh (Europe/Paris); paused until 5 January 2027",
            "Actualisation du système (Europe/Paris)\u{a0}; en pause jusqu’au 5 janvier 2027",
        ),
        // What only a newer server writes.
        (
            true,
            true,
            json!({"recurrence": "cron"}),
            "Cron expression",
            "Expression cron",
        ),
        (
            false,
            true,
            json!({"recurrence": "cron"}),
            "Off",
            "Désactivée",
        ),
    ] {
        let draft = draft(body);
        let said = summary(French, enabled, connected, &draft);
        typography::check("summary", &said);
        assert_eq!(summary(English, enabled, connected, &draft), english);
        assert_eq!(said, french);
    }
}
