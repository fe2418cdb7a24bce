//! Sentences for reason codes, in the reader's language.
//!
//! A reason is a code with arguments (`domain::Reason`); it is stored and sent as that, and becomes
//! a sentence here alone. To add a code, add one line to [`SENTENCES`], or to [`LATER`] if the start page cannot
//! meet it (a test of the server looks where codes are given):
//!
//! - `{name}` is replaced by the argument of that name, as it is;
//! - `{#name}` is replaced by that argument written as a number of the language;
//! - `{~name}` is replaced by that argument, an RFC 3339 instant, as the language writes it;
//! - `{@name}` is replaced by the word that the code in that argument stands for ([`WORDS`]);
//! - `{%name}` is replaced by the name of the type of column whose code is that argument;
//! - `{detail}` is replaced by what the system or vendor said, where a sentence is nothing without;
//! - a line of `code?name` is taken instead of that of `code` where there is an argument of that name;
//! - a text of two halves parted by `|` has a singular and a plural, chosen by its first `{#…}`.
//!
//! The tests hold every line to the same arguments in both languages and to French typography.
//! A code without a line gets a general sentence that names it: an old page may meet a new server.

mod later;
mod sentences;

#[cfg(not(feature = "ssr"))]
use std::sync::OnceLock;

use chrono::{DateTime, NaiveDate, Utc};

use self::later::LATER;
use self::sentences::{SENTENCES, Sentence, WORDS};
use super::{Language, data, format, schedule};
use crate::domain::{Reason, RecurrenceKind, WallTime};

/// What the parts brought that were loaded.
#[cfg(not(feature = "ssr"))]
static LOADED: OnceLock<&[Sentence]> = OnceLock::new();

/// Makes [`LATER`] known: called by every part of the program that is loaded later, so that it comes with the first of them.
/// The server knows it from the start.
pub fn know_all() {
    #[cfg(not(feature = "ssr"))]
    LOADED.get_or_init(|| LATER);
}

/// The sentences that are known, those that every page can meet first.
fn known() -> impl Iterator<Item = &'static Sentence> {
    #[cfg(feature = "ssr")]
    let later = Some(LATER);
    #[cfg(not(feature = "ssr"))]
    let later = LOADED.get().copied();
    SENTENCES.iter().chain(later.into_iter().flatten())
}

/// The sentence of a reason. A system's or vendor's own words (`reason.detail`) are part of it only
/// where it names them.
pub fn text(language: Language, reason: &Reason) -> String {
    let Some((_, english, french)) = line(reason) else {
        return match language {
            Language::English => format!("Something is not right ({}).", reason.code),
            Language::French => format!("Un problème est survenu ({}).", reason.code),
        };
    };
    let sentence = match language {
        Language::English => english,
        Language::French => french,
    };
    fill(language, reason, form(language, reason, sentence))
}

/// The line of a reason: one for an argument that it has, else the plain one.
fn line(reason: &Reason) -> Option<&'static Sentence> {
    let is_for_argument = |code: &str| {
        let parts = code.split_once('?');
        parts.is_some_and(|(code, name)| code == reason.code && !reason.arg(name).is_empty())
    };
    known()
        .find(|(code, _, _)| is_for_argument(code))
        .or_else(|| known().find(|(code, _, _)| *code == reason.code))
}

/// The singular or the plural of a sentence that has both.
fn form(language: Language, reason: &Reason, sentence: &'static str) -> &'static str {
    let Some((singular, plural)) = sentence.split_once('|') else {
        return sentence;
    };
    let count = placeholders(singular)
        .find_map(|name| name.strip_prefix('#'))
        .and_then(|name| reason.arg(name).parse().ok());
    if count.is_some_and(|count| format::is_singular(language, count)) {
        singular
    } else {
        plural
    }
}

/// Puts the arguments into a sentence. What an argument contains is never looked at again.
fn fill(language: Language, reason: &Reason, sentence: &str) -> String {
    let mut text = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        text.push_str(&value(language, reason, name));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What stands for a placeholder.
fn value(language: Language, reason: &Reason, placeholder: &str) -> String {
    if placeholder == "detail" {
        let words = reason.detail.as_deref().unwrap_or_default();
        return words.trim_end_matches('.').to_owned();
    }
    if let Some(name) = placeholder.strip_prefix('#') {
        number(language, reason.arg(name))
    } else if let Some(name) = placeholder.strip_prefix('~') {
        instant(language, reason.arg(name))
    } else if let Some(name) = placeholder.strip_prefix('%') {
        data::column_type(language, reason.arg(name))
    } else if let Some(name) = placeholder.strip_prefix('@') {
        word(language, reason.arg(name)).to_owned()
    } else {
        reason.arg(placeholder).to_owned()
    }
}

/// A whole number as the language writes it; anything else as it is.
fn number(language: Language, value: &str) -> String {
    value.parse().map_or_else(
        |_| value.to_owned(),
        |value| format::integer(language, value),
    )
}

/// An instant as the language writes it; anything else as it is.
fn instant(language: Language, value: &str) -> String {
    utc(value).map_or_else(
        || value.to_owned(),
        |instant| format::instant(language, instant),
    )
}

/// An instant as the server writes it: RFC 3339 in UTC, to the second or finer. Not by chrono's own parser, which knows
/// every other form too, and would be loaded with every page.
fn utc(value: &str) -> Option<DateTime<Utc>> {
    let minute: WallTime = value.strip_suffix('Z')?.get(..16)?.parse().ok()?;
    let (day, time) = (minute.day, minute.time);
    let day = NaiveDate::from_ymd_opt(day.year().into(), day.month().into(), day.day().into())?;
    let minute = day.and_hms_opt(time.hour().into(), time.minute().into(), 0)?;
    Some(minute.and_utc())
}

/// The word of a code; a code that has none, as it is.
fn word(language: Language, code: &str) -> &str {
    if let Some(recurrence) = RecurrenceKind::from_code(code) {
        return schedule::recurrence_name(language, recurrence);
    }
    let found = WORDS.iter().find(|(known, _, _)| *known == code);
    found.map_or(code, |(_, english, french)| match language {
        Language::English => *english,
        Language::French => *french,
    })
}

/// Names between braces, in order.
fn placeholders(sentence: &str) -> impl Iterator<Item = &str> {
    sentence
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::ScheduleDraft;
    use Language::{English, French};

    #[test]
    fn every_code_stands_once_and_names_the_same_arguments_in_both_languages() {
        let mut codes = BTreeSet::new();
        for (code, english, french) in known() {
            assert!(codes.insert(code), "{code} stands twice");
            let arguments = |text: &'static str| placeholders(text).collect::<BTreeSet<_>>();
            assert_eq!(arguments(english), arguments(french), "{code}");
            assert_eq!(english.contains('|'), french.contains('|'), "{code}");
        }
    }

    #[test]
    fn french_sentences_have_curly_apostrophes_and_no_break_spaces() {
        for (code, _, french) in known().chain(WORDS) {
            crate::i18n::typography::check(code, french);
        }
    }

    #[test]
    fn arguments_are_put_in_and_counted() {
        let one = Reason::new("throttled").with("seconds", 1);
        assert_eq!(text(English, &one), "Too many tries. Wait 1 second.");
        let held = Reason::new("held_empty").with("before", 12_400);
        assert_eq!(
            text(French, &held),
            "Il n’y a rien à livrer, alors que la dernière livraison comptait 12\u{202f}400 lignes.",
        );
    }

    #[test]
    fn an_argument_that_looks_like_a_placeholder_stays_text() {
        let reason = Reason::new("held_discarded")
            .with("by", "{detail}|{#n}")
            .detail("no");
        assert_eq!(
            text(English, &reason),
            "Discarded by {detail}|{#n}. Nothing was published."
        );
        let refused = Reason::new("folder_refused").detail("no folder `/x/{by}`.");
        assert_eq!(
            text(English, &refused),
            "The server cannot use this folder: no folder `/x/{by}`."
        );
    }

    #[test]
    fn codes_and_instants_become_words_of_the_language() {
        let field = Reason::new("cron_field")
            .with("field", "day_of_week")
            .with("value", "8")
            .with("least", 0)
            .with("most", 7);
        assert!(text(English, &field).contains("for the day of the week."));
        assert!(text(French, &field).contains("pour les jours de la semaine."));
        let missed = Reason::new("missed_starts")
            .with("count", 3)
            .with("first", "2026-11-23T06:00:00Z")
            .with("last", "2026-11-25T06:00:59.123456Z");
        assert_eq!(
            text(English, &missed),
            "3 starts were missed, from 23 Nov 2026, 06:00 UTC to 25 Nov 2026, 06:00 UTC.",
        );
        let recurrence = Reason::new("not_of_this_recurrence").with("recurrence", "system");
        assert!(text(French, &recurrence).contains("Actualisation du système"));
        let strange = Reason::new("delivered_previous").with("data_as_of", "then");
        assert!(text(English, &strange).ends_with("as of then."));
    }

    /// What the parsers of a schedule refuse with.
    #[test]
    fn every_fault_of_a_schedule_has_a_sentence() {
        let wrong = |text: &str| serde_json::from_str::<ScheduleDraft>(text).expect("a draft");
        for draft in [
            r#"{"recurrence": "daily", "times": ["6"], "at": "x", "starts_on": "x", "catch_up_hours": 999}"#,
            r#"{"recurrence": "daily"}"#,
            r#"{"recurrence": "hourly", "every": 5, "from": "x"}"#,
            r#"{"recurrence": "weekly", "every": 2, "days": ["x"]}"#,
            r#"{"recurrence": "weekly"}"#,
            r#"{"recurrence": "monthly", "month_days": [32], "times": ["06:00"]}"#,
            r#"{"recurrence": "once", "at": "x", "starts_on": "2026-02-02", "ends_on": "2026-02-01"}"#,
            r#"{"recurrence": "cron", "cron": "* * *"}"#,
            r#"{"recurrence": "cron", "cron": "99 * * * *"}"#,
            r#"{"recurrence": "cron", "cron": "0 0 30 2 *"}"#,
        ] {
            for error in wrong(draft).parse().expect_err("refused").0 {
                let known = known().any(|(code, ..)| *code == error.reason.code);
                assert!(known, "{}: {}", error.field, error.reason.code);
            }
        }
    }

    #[test]
    fn a_line_for_an_argument_is_taken_where_there_is_one() {
        let unknown = |near: &str| {
            Reason::new("sql_table_unknown")
                .with("table", "custommers")
                .with("near", near)
        };
        assert_eq!(
            text(English, &unknown("customers, \"ORDER\"")),
            "There is no table “custommers”. Did you mean customers, \"ORDER\"? \
             Names are exact, upper and lower case apart."
        );
        assert!(text(French, &unknown("customers")).contains("Vouliez-vous dire customers\u{a0}?"));
        for plain in [unknown(""), Reason::new("sql_table_unknown")] {
            assert!(!text(English, &plain).contains("Did you mean"));
            assert!(text(English, &plain).starts_with("There is no table “"));
        }
        for (code, _, _) in known() {
            if let Some((plain, name)) = code.split_once('?') {
                assert!(known().any(|(code, ..)| *code == plain), "{code}");
                assert!(!name.is_empty(), "{code}");
            }
        }
    }

    #[test]
    fn what_changed_since_is_one_export_or_so_many() {
        let one = Reason::new("changed_since");
        assert_eq!(text(English, &one), "The export has been changed since.");
        let many = |count: u32| Reason::new("changed_since").with("exports", count);
        assert_eq!(
            text(English, &many(0)),
            "The list has changed meanwhile: 0 exports are concerned now. Check them and confirm again."
        );
        assert!(text(English, &many(1)).contains(": 1 export is concerned now. Check it "));
        assert!(text(French, &many(0)).contains("\u{a0}: 0 exportation est maintenant concernée."));
        assert!(
            text(French, &many(2)).contains("\u{a0}: 2 exportations sont maintenant concernées.")
        );
    }

    #[test]
    fn types_of_columns_have_their_names() {
        let changed = Reason::new("schema_type_changed")
            .with("table", "orders")
            .with("column", "at")
            .with("from", "integer")
            .with("to", "decimal(38,2)");
        assert!(
            text(English, &changed)
                .ends_with(" of type Integer and is now of type Decimal (38, 2).")
        );
        assert!(
            text(French, &changed).contains(" de type Entier, "),
            "{}",
            text(French, &changed)
        );
    }

    #[test]
    fn an_unknown_code_is_named() {
        assert_eq!(
            text(English, &Reason::new("brand_new")),
            "Something is not right (brand_new)."
        );
    }
}
