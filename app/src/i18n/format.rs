//! Numbers, sizes, durations and instants as each language writes them.
//!
//! Nothing here knows the clock or a time zone: instants are written in UTC and say so, or the
//! caller gives a time that is already local. No ICU and no zone tables reach the browser.

use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc, Weekday,
};

use super::Language::{self, English, French};

const NO_BREAK_SPACE: char = '\u{a0}';
const THIN_NO_BREAK_SPACE: char = '\u{202f}';

/// Whether a count takes the singular: 1 in English, 0 and 1 in French.
pub const fn is_singular(language: Language, count: u64) -> bool {
    match language {
        English => count == 1,
        French => count < 2,
    }
}

/// A whole number: `12,400`, `12 400` (thin no-break space).
pub fn integer(language: Language, value: u64) -> String {
    let digits = value.to_string();
    let separator = match language {
        English => ',',
        French => THIN_NO_BREAK_SPACE,
    };
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A number with `places` decimals, in units of the last of them: 12,345 hundredths are `123.45`, `123,45`.
fn decimal(language: Language, units: u64, places: u32) -> String {
    let one = 10_u64.pow(places);
    let whole = integer(language, units / one);
    let mark = match language {
        English => '.',
        French => ',',
    };
    match usize::try_from(places) {
        Ok(places @ 1..) => format!("{whole}{mark}{:0places$}", units % one),
        _ => whole,
    }
}

/// A whole percentage: `12%`, `12 %`.
pub fn percent(language: Language, percent: u32) -> String {
    let number = integer(language, u64::from(percent));
    match language {
        English => format!("{number}%"),
        French => format!("{number}{NO_BREAK_SPACE}%"),
    }
}

/// A size in decimal units, with three significant digits at most: `1.23 MB`, `1,23 Mo`.
pub fn bytes(language: Language, size: u64) -> String {
    const ENGLISH: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    const FRENCH: [&str; 6] = ["o", "ko", "Mo", "Go", "To", "Po"];
    let mut unit = 0;
    let mut divisor = 1_u64;
    // 999,500 bytes would be written `1,000 kB`, so a unit ends where rounding reaches the next.
    while unit + 1 < ENGLISH.len() && size >= divisor.saturating_mul(1000) - divisor / 2 {
        divisor = divisor.saturating_mul(1000);
        unit += 1;
    }
    // The part of a unit for itself: the whole size times a hundred may be too large.
    let rounded = |places: u32| {
        let one = 10_u64.pow(places);
        (size / divisor).saturating_mul(one) + ((size % divisor) * one + divisor / 2) / divisor
    };
    let most_places = if unit == 0 { 0 } else { 2 };
    let places = (1..=most_places)
        .rev()
        .find(|places| rounded(*places) < 1000);
    let places = places.unwrap_or_default();
    let number = decimal(language, rounded(places), places);
    let unit = match language {
        English => ENGLISH[unit],
        French => FRENCH[unit],
    };
    format!("{number}{NO_BREAK_SPACE}{unit}")
}

/// A duration in milliseconds, in its two largest units: `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min`,
/// `3 d 4 h` (`3 j 4 h`).
pub fn duration(language: Language, milliseconds: u64) -> String {
    let space = NO_BREAK_SPACE;
    if milliseconds < 1000 {
        return format!("{milliseconds}{space}ms");
    }
    if milliseconds < 59_950 {
        let tenths = (milliseconds + 50) / 100;
        return format!("{}{space}s", decimal(language, tenths, 1));
    }
    let seconds = (milliseconds + 500) / 1000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let day = match language {
        English => "d",
        French => "j",
    };
    let (large, large_unit, small, small_unit) = if days > 0 {
        (days, day, hours % 24, "h")
    } else if hours > 0 {
        (hours, "h", minutes % 60, "min")
    } else {
        (minutes, "min", seconds % 60, "s")
    };
    if small == 0 {
        format!("{large}{space}{large_unit}")
    } else {
        format!("{large}{space}{large_unit}{space}{small}{space}{small_unit}")
    }
}

/// The name of a month (1–12) as dates have it: `Nov`, `nov.`.
pub fn month(language: Language, month: u32) -> &'static str {
    const ENGLISH: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    const FRENCH: [&str; 12] = [
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
        "déc.",
    ];
    let names = match language {
        English => ENGLISH,
        French => FRENCH,
    };
    let index = usize::try_from(month.saturating_sub(1)).unwrap_or_default();
    names.get(index).copied().unwrap_or_default()
}

/// The full name of a day of the week: `Monday`, `lundi`.
pub const fn weekday(language: Language, day: Weekday) -> &'static str {
    match (language, day) {
        (English, Weekday::Mon) => "Monday",
        (English, Weekday::Tue) => "Tuesday",
        (English, Weekday::Wed) => "Wednesday",
        (English, Weekday::Thu) => "Thursday",
        (English, Weekday::Fri) => "Friday",
        (English, Weekday::Sat) => "Saturday",
        (English, Weekday::Sun) => "Sunday",
        (French, Weekday::Mon) => "lundi",
        (French, Weekday::Tue) => "mardi",
        (French, Weekday::Wed) => "mercredi",
        (French, Weekday::Thu) => "jeudi",
        (French, Weekday::Fri) => "vendredi",
        (French, Weekday::Sat) => "samedi",
        (French, Weekday::Sun) => "dimanche",
    }
}

/// A day: `23 Nov 2026`, `23 nov. 2026` (`1er mars 2026`).
pub fn date(language: Language, date: NaiveDate) -> String {
    let month = month(language, date.month());
    let ordinal = if language == French && date.day() == 1 {
        "er"
    } else {
        ""
    };
    format!("{}{ordinal} {month} {}", date.day(), date.year())
}

/// A time of day: `06:05`, the same in both languages.
pub fn time_of_day(_language: Language, time: NaiveTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Day and time of a clock that the caller names: `23 Nov 2026, 20:15`, `23 nov. 2026 à 20:15`.
pub fn date_time(language: Language, value: NaiveDateTime) -> String {
    let between = match language {
        English => ", ",
        French => " à ",
    };
    format!(
        "{}{between}{}",
        date(language, value.date()),
        time_of_day(language, value.time())
    )
}

/// An instant in UTC: `23 Nov 2026, 20:15 UTC`, `23 nov. 2026 à 20:15 UTC`.
pub fn instant(language: Language, instant: DateTime<Utc>) -> String {
    format!("{} UTC", date_time(language, instant.naive_utc()))
}

/// An instant on a clock `offset_minutes` east of UTC, which it names:
/// `23 Nov 2026, 21:15 (UTC+1)`.
pub fn instant_at_offset(
    language: Language,
    instant: DateTime<Utc>,
    offset_minutes: i32,
) -> String {
    format!(
        "{} ({})",
        date_time(language, at_offset(instant, offset_minutes)),
        offset_name(offset_minutes)
    )
}

/// The time of day on a clock east of UTC, which the reader knows to be theirs, or in UTC, which it names: `06:12`,
/// `06:12 UTC`.
pub fn time_at_offset(
    language: Language,
    instant: DateTime<Utc>,
    offset_minutes: Option<i32>,
) -> String {
    match offset_minutes {
        Some(offset) => time_of_day(language, at_offset(instant, offset).time()),
        None => format!("{} UTC", time_of_day(language, instant.time())),
    }
}

fn at_offset(instant: DateTime<Utc>, minutes: i32) -> NaiveDateTime {
    let shift = TimeDelta::minutes(i64::from(minutes));
    let utc = instant.naive_utc();
    utc.checked_add_signed(shift).unwrap_or(utc)
}

/// `UTC`, `UTC+1`, `UTC−3:30`.
fn offset_name(minutes: i32) -> String {
    let sign = if minutes < 0 { '\u{2212}' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match (hours, rest) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

/// How long ago something was, or how soon it will be, in whole units: `2 hours ago`,
/// `il y a 2 heures`, `in 5 minutes`, `dans 5 minutes`. `seconds` counts from then to now.
pub fn relative(language: Language, seconds: i64) -> String {
    let distance = seconds.unsigned_abs();
    let (count, english, french) = match distance {
        0..45 => {
            return match (language, seconds < 0) {
                (English, false) => "just now",
                (English, true) => "in a moment",
                (French, false) => "à l’instant",
                (French, true) => "dans un instant",
            }
            .to_owned();
        }
        45..3570 => ((distance + 30) / 60, "minute", "minute"),
        3570..84_600 => ((distance + 1800) / 3600, "hour", "heure"),
        84_600..2_592_000 => ((distance + 43_200) / 86_400, "day", "jour"),
        2_592_000..31_536_000 => (distance / 2_592_000, "month", "mois"),
        _ => (distance / 31_536_000, "year", "an"),
    };
    let count = count.max(1);
    let number = integer(language, count);
    let unit = match language {
        English => english,
        French => french,
    };
    let plural = if is_singular(language, count) || unit.ends_with('s') {
        ""
    } else {
        "s"
    };
    let unit = format!("{number}{NO_BREAK_SPACE}{unit}{plural}");
    match (language, seconds < 0) {
        (English, false) => format!("{unit} ago"),
        (English, true) => format!("in {unit}"),
        (French, false) => format!("il y a {unit}"),
        (French, true) => format!("dans {unit}"),
    }
}

/// Several things in one sentence: `a, b and c`, `a, b et c`.
pub fn list(language: Language, items: &[String]) -> String {
    let and = match language {
        English => "and",
        French => "et",
    };
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} {and} {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, Utc};

    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().expect("an RFC 3339 instant")
    }

    #[test]
    fn thousands_are_parted_as_the_language_does() {
        assert_eq!(integer(English, 0), "0");
        assert_eq!(integer(English, 999), "999");
        assert_eq!(integer(English, 1000), "1,000");
        assert_eq!(integer(English, 1_234_567), "1,234,567");
        assert_eq!(integer(French, 12_400), "12\u{202f}400");
        assert_eq!(integer(French, u64::MAX).chars().count(), 26);
    }

    #[test]
    fn decimals_and_percentages_follow_the_language() {
        assert_eq!(decimal(English, 12_345, 1), "1,234.5");
        assert_eq!(decimal(French, 123_406, 2), "1\u{202f}234,06");
        assert_eq!(decimal(English, 7, 0), "7");
        assert_eq!(percent(English, 12), "12%");
        assert_eq!(percent(French, 1_000), "1\u{202f}000\u{a0}%");
    }

    #[test]
    fn sizes_have_three_digits_and_never_a_thousand_of_a_unit() {
        assert_eq!(bytes(English, 0), "0\u{a0}B");
        assert_eq!(bytes(English, 999), "999\u{a0}B");
        assert_eq!(bytes(English, 1000), "1.00\u{a0}kB");
        assert_eq!(bytes(English, 9_994), "9.99\u{a0}kB");
        assert_eq!(bytes(English, 9_995), "10.0\u{a0}kB");
        assert_eq!(bytes(English, 99_950), "100\u{a0}kB");
        assert_eq!(bytes(English, 999_499), "999\u{a0}kB");
        assert_eq!(bytes(English, 999_500), "1.00\u{a0}MB");
        assert_eq!(bytes(French, 12_345_678), "12,3\u{a0}Mo");
        assert_eq!(bytes(French, u64::MAX), "18\u{202f}447\u{a0}Po");
    }

    #[test]
    fn durations_keep_their_two_largest_units() {
        for (milliseconds, english) in [
            (850, "850\u{a0}ms"),
            (12_340, "12.3\u{a0}s"),
            (59_999, "1\u{a0}min"),
            (245_000, "4\u{a0}min\u{a0}5\u{a0}s"),
            (7_380_000, "2\u{a0}h\u{a0}3\u{a0}min"),
            (273_600_000, "3\u{a0}d\u{a0}4\u{a0}h"),
        ] {
            assert_eq!(duration(English, milliseconds), english);
        }
        assert_eq!(duration(French, 1_500), "1,5\u{a0}s");
        assert_eq!(duration(French, 86_400_000), "1\u{a0}j");
    }

    #[test]
    fn instants_name_their_clock() {
        let at = moment("2026-11-23T20:05:59Z");
        assert_eq!(instant(English, at), "23 Nov 2026, 20:05 UTC");
        assert_eq!(instant(French, at), "23 nov. 2026 à 20:05 UTC");
        assert_eq!(
            instant_at_offset(English, at, 60),
            "23 Nov 2026, 21:05 (UTC+1)"
        );
        assert_eq!(
            instant_at_offset(English, at, -210),
            "23 Nov 2026, 16:35 (UTC\u{2212}3:30)"
        );
        assert_eq!(
            instant_at_offset(French, at, 0),
            "23 nov. 2026 à 20:05 (UTC)"
        );
        assert_eq!(time_at_offset(English, at, Some(-210)), "16:35");
        assert_eq!(time_at_offset(French, at, None), "20:05 UTC");
        let first = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
        assert_eq!(date(French, first), "1er mars 2026");
    }

    #[test]
    fn relative_times_have_real_plurals_in_both_directions() {
        for (seconds, english, french) in [
            (0, "just now", "à l’instant"),
            (-10, "in a moment", "dans un instant"),
            (60, "1\u{a0}minute ago", "il y a 1\u{a0}minute"),
            (3_569, "59\u{a0}minutes ago", "il y a 59\u{a0}minutes"),
            (3_600, "1\u{a0}hour ago", "il y a 1\u{a0}heure"),
            (-7_200, "in 2\u{a0}hours", "dans 2\u{a0}heures"),
            (86_400, "1\u{a0}day ago", "il y a 1\u{a0}jour"),
            (5_184_000, "2\u{a0}months ago", "il y a 2\u{a0}mois"),
            (63_072_000, "2\u{a0}years ago", "il y a 2\u{a0}ans"),
        ] {
            assert_eq!(relative(English, seconds), english);
            assert_eq!(relative(French, seconds), french);
        }
        assert!(!relative(English, i64::MIN).is_empty());
    }

    #[test]
    fn zero_is_singular_in_french_alone() {
        assert!(!is_singular(English, 0));
        assert!(is_singular(French, 0));
        assert!(is_singular(French, 1));
        assert!(!is_singular(French, 2));
    }

    #[test]
    fn lists_end_with_and() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(English, &items), "a, b and c");
        assert_eq!(list(French, &items[..2]), "a et b");
        assert_eq!(list(French, &items[..1]), "a");
        assert_eq!(list(French, &[]), "");
    }
}
