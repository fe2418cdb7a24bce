//! Names of recurrences and days, and dates written out.

use crate::domain::{Day, Nth, RecurrenceKind, WallTime, Weekday};
use crate::i18n::Language::{self, English, French};
use crate::i18n::format;

crate::messages! {
    /// Recurrence.
    system_refresh => { en "System refresh", fr "Actualisation du système" }
    /// Recurrence.
    hourly => { en "Hourly", fr "Toutes les n heures" }
    /// Recurrence.
    daily => { en "Daily", fr "Quotidienne" }
    /// Recurrence.
    weekly => { en "Weekly", fr "Hebdomadaire" }
    /// Recurrence.
    monthly => { en "Monthly", fr "Mensuelle" }
    /// Recurrence.
    once => { en "Once", fr "Une fois" }
    /// Recurrence.
    cron => { en "Cron expression", fr "Expression cron" }
    /// Place of a weekday in its month.
    first => { en "first", fr "premier" }
    /// Place of a weekday in its month.
    second => { en "second", fr "deuxième" }
    /// Place of a weekday in its month.
    third => { en "third", fr "troisième" }
    /// Place of a weekday in its month.
    fourth => { en "fourth", fr "quatrième" }
    /// Place of a weekday in its month.
    last => { en "last", fr "dernier" }
    /// A day and a time on it.
    day_and_time(day, time) => { en "{day} at {time}", fr "{day} à {time}" }
}

/// The name of a recurrence: `Daily`, `Quotidienne`.
pub fn recurrence_name(language: Language, kind: RecurrenceKind) -> &'static str {
    match kind {
        RecurrenceKind::System => system_refresh(language),
        RecurrenceKind::Hourly => hourly(language),
        RecurrenceKind::Daily => daily(language),
        RecurrenceKind::Weekly => weekly(language),
        RecurrenceKind::Monthly => monthly(language),
        RecurrenceKind::Once => once(language),
        RecurrenceKind::Cron => cron(language),
    }
}

/// The name of a place among the weekdays of a month: `second`, `deuxième`.
pub fn nth_name(language: Language, nth: Nth) -> &'static str {
    match nth {
        Nth::First => first(language),
        Nth::Second => second(language),
        Nth::Third => third(language),
        Nth::Fourth => fourth(language),
        Nth::Last => last(language),
    }
}

/// The name of a day of the week: `Monday`, `lundi`.
pub fn weekday_name(language: Language, day: Weekday) -> &'static str {
    let day = match day {
        Weekday::Monday => chrono::Weekday::Mon,
        Weekday::Tuesday => chrono::Weekday::Tue,
        Weekday::Wednesday => chrono::Weekday::Wed,
        Weekday::Thursday => chrono::Weekday::Thu,
        Weekday::Friday => chrono::Weekday::Fri,
        Weekday::Saturday => chrono::Weekday::Sat,
        Weekday::Sunday => chrono::Weekday::Sun,
    };
    format::weekday(language, day)
}

/// A day written out: `24 December 2026`, `24 décembre 2026` (`1er janvier 2027`).
pub fn date(language: Language, day: Day) -> String {
    let month = month_name(language, day.month());
    match language {
        English => format!("{} {month} {}", day.day(), day.year()),
        French => format!("{} {month} {}", french_number(day.day()), day.year()),
    }
}

/// A day and a time on a clock that the caller names: `24 December 2026 at 06:00`.
pub fn wall_time(language: Language, at: WallTime) -> String {
    day_and_time(language, date(language, at.day), at.time)
}

/// A day of the month by its number: `the 1st`, `le 1er`.
pub(super) fn numbered_day(language: Language, day: u8) -> String {
    match language {
        English => {
            let ending = match (day / 10, day % 10) {
                (1, _) => "th",
                (_, 1) => "st",
                (_, 2) => "nd",
                (_, 3) => "rd",
                _ => "th",
            };
            format!("the {day}{ending}")
        }
        French => format!("le {}", french_number(day)),
    }
}

/// The first day of a month has an ordinal, the others have not.
fn french_number(day: u8) -> String {
    let ending = if day == 1 { "er" } else { "" };
    format!("{day}{ending}")
}

fn month_name(language: Language, month: u8) -> &'static str {
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const FRENCH: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let names = match language {
        English => ENGLISH,
        French => FRENCH,
    };
    let place = usize::from(month.saturating_sub(1));
    names.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn dates_are_written_out() {
        assert_eq!(date(English, day("2026-12-24")), "24 December 2026");
        assert_eq!(date(French, day("2026-12-24")), "24 décembre 2026");
        assert_eq!(date(French, day("2027-01-01")), "1er janvier 2027");
        let at = "2026-08-03T06:05".parse().expect("a day and a time");
        assert_eq!(wall_time(English, at), "3 August 2026 at 06:05");
        assert_eq!(wall_time(French, at), "3 août 2026 à 06:05");
    }

    #[test]
    fn english_days_of_the_month_have_their_endings() {
        for (number, text) in [
            (1, "the 1st"),
            (2, "the 2nd"),
            (3, "the 3rd"),
            (4, "the 4th"),
            (11, "the 11th"),
            (12, "the 12th"),
            (13, "the 13th"),
            (21, "the 21st"),
            (22, "the 22nd"),
            (23, "the 23rd"),
            (30, "the 30th"),
            (31, "the 31st"),
        ] {
            assert_eq!(numbered_day(English, number), text);
        }
        assert_eq!(numbered_day(French, 1), "le 1er");
        assert_eq!(numbered_day(French, 21), "le 21");
    }

    #[test]
    fn everything_that_can_be_chosen_has_a_name_of_its_own() {
        for language in Language::ALL {
            let mut names: Vec<&str> = RecurrenceKind::ALL
                .into_iter()
                .map(|kind| recurrence_name(language, kind))
                .chain(Weekday::ALL.map(|day| weekday_name(language, day)))
                .chain(Nth::ALL.map(|nth| nth_name(language, nth)))
                .collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all);
        }
    }
}
