//! Dates and times as ISO 8601 text.

use arrow::datatypes::TimeUnit;

use crate::write::text::TextBuffer;

const SECONDS_PER_DAY: i64 = 86_400;

/// Units in a second, and digits of a second's fraction.
const fn resolution(unit: TimeUnit) -> (i64, usize) {
    match unit {
        TimeUnit::Second => (1, 0),
        TimeUnit::Millisecond => (1_000, 3),
        TimeUnit::Microsecond => (1_000_000, 6),
        TimeUnit::Nanosecond => (1_000_000_000, 9),
    }
}

/// `2026-11-23`, from days since 1970-01-01. Years beyond four digits carry a sign, as ISO 8601
/// asks.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the year is known to have at most four digits"
)]
#[inline]
pub(super) fn date(text: &mut TextBuffer, days: i64) {
    let (year, month, day) = civil(days);
    if (0..=9999).contains(&year) {
        let year = year as u32;
        text.pair(year / 100);
        text.pair(year % 100);
    } else {
        text.push(if year < 0 { b'-' } else { b'+' });
        let year = year.unsigned_abs();
        let digits = year.checked_ilog10().unwrap_or(0) as usize + 1;
        text.padded(year, digits.max(if year > 9999 { 5 } else { 4 }));
    }
    text.push(b'-');
    text.pair(month);
    text.push(b'-');
    text.pair(day);
}

/// `2026-11-23T20:11:29.123456`; the fraction has the digits of the unit and is left out when it is
/// zero.
#[inline]
pub(super) fn timestamp(text: &mut TextBuffer, value: i64, unit: TimeUnit, utc: bool) {
    let (per_second, _) = resolution(unit);
    let per_day = SECONDS_PER_DAY * per_second;
    date(text, value.div_euclid(per_day));
    text.push(b'T');
    time(text, value.rem_euclid(per_day), unit);
    if utc {
        text.push(b'Z');
    }
}

/// `20:11:29.123456`, from units since midnight.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is left of a day after `rem_euclid` fits"
)]
#[inline]
pub(super) fn time(text: &mut TextBuffer, value: i64, unit: TimeUnit) {
    let (per_second, digits) = resolution(unit);
    // The columns of Arrow may hold anything; beyond a day it is no time, and wraps.
    let value = value.rem_euclid(SECONDS_PER_DAY * per_second);
    let (seconds, fraction) = (
        (value / per_second) as u32,
        (value % per_second).unsigned_abs(),
    );
    text.pair(seconds / 3600);
    text.push(b':');
    text.pair(seconds / 60 % 60);
    text.push(b':');
    text.pair(seconds % 60);
    if fraction != 0 {
        text.push(b'.');
        text.padded(fraction, digits);
    }
}

/// Year, month, day of a day number, proleptic Gregorian: eras of 400 years, each starting on 1
/// March.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a remainder of `rem_euclid` is neither negative nor large"
)]
#[inline]
fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097) as u32;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = era * 400 + i64::from(year_of_era) + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, NaiveDate};
    use proptest::prelude::*;

    fn printed(print: impl FnOnce(&mut TextBuffer)) -> String {
        let mut buffer = TextBuffer::default();
        print(&mut buffer);
        String::from_utf8(buffer.text().to_vec()).unwrap()
    }

    #[test]
    fn the_fraction_follows_the_unit_and_zero_is_left_out() {
        let stamp = |value, unit, utc| printed(|text| timestamp(text, value, unit, utc));
        let second = 1_795_464_689;
        assert_eq!(
            stamp(second, TimeUnit::Second, false),
            "2026-11-23T20:11:29"
        );
        assert_eq!(
            stamp(second * 1_000_000 + 120, TimeUnit::Microsecond, true),
            "2026-11-23T20:11:29.000120Z"
        );
        assert_eq!(
            stamp(second * 1_000, TimeUnit::Millisecond, true),
            "2026-11-23T20:11:29Z"
        );
        assert_eq!(
            stamp(-1, TimeUnit::Nanosecond, false),
            "1969-12-31T23:59:59.999999999"
        );
        assert_eq!(
            stamp(i64::MIN, TimeUnit::Nanosecond, false),
            "1677-09-21T00:12:43.145224192"
        );
        // The ends of what a column can hold print as something, without overflow.
        assert!(stamp(i64::MIN, TimeUnit::Second, false).starts_with('-'));
        assert!(stamp(i64::MAX, TimeUnit::Second, false).starts_with('+'));
    }

    #[test]
    fn years_beyond_four_digits_carry_a_sign() {
        assert_eq!(printed(|text| date(text, -719_529)), "-0001-12-31");
        assert_eq!(printed(|text| date(text, 2_932_897)), "+10000-01-01");
        assert_eq!(printed(|text| date(text, -719_528)), "0000-01-01");
    }

    proptest! {
        #[test]
        fn dates_agree_with_chrono(days in -719_528_i64..2_932_897) {
            let expected = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + chrono::TimeDelta::days(days);
            prop_assert_eq!(printed(|text| date(text, days)), expected.format("%Y-%m-%d").to_string());
        }

        #[test]
        fn instants_agree_with_chrono(value in -62_167_219_200_000_000_i64..253_402_300_800_000_000) {
            let expected = DateTime::from_timestamp_micros(value).unwrap().naive_utc();
            let expected = expected.format("%Y-%m-%dT%H:%M:%S%.6f").to_string();
            let expected = expected.strip_suffix(".000000").unwrap_or(&expected);
            let text = printed(|text| timestamp(text, value, TimeUnit::Microsecond, false));
            prop_assert_eq!(text, expected);
        }
    }
}
