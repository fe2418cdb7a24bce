//! Parsers from bytes to typed values. They allocate nothing and lose nothing: what does not fit exactly is `None`.

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

/// A whole number that fits `i64`; a sign `+` is fine. Leading zeros are not: as a number they would be
/// lost, and what has them is a code (a postal code, a telephone number) that wants to be text.
pub(crate) fn integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with(b"0")) {
        return None;
    }
    if digits.len() <= 18 {
        let mut value: i64 = 0;
        for byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value * 10 + i64::from(digit);
        }
        return Some(if negative { -value } else { value });
    }
    i64::try_from(scaled(negative, digits, &[], 0)?).ok()
}

/// A whole number of any other width.
pub(crate) fn wide_integer(text: &[u8]) -> Option<i128> {
    let (negative, digits) = sign(text);
    (!digits.is_empty()).then(|| scaled(negative, digits, &[], 0))?
}

/// A plain decimal as `value × 10^scale`. Digits beyond the scale must be zeros.
pub(crate) fn decimal(text: &[u8], precision: u8, scale: u8) -> Option<i128> {
    let (negative, digits) = sign(text);
    let (whole, fraction) = match memchr::memchr(b'.', digits) {
        Some(point) => (&digits[..point], &digits[point + 1..]),
        None => (digits, &[][..]),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let scale = usize::from(scale);
    let fraction = if fraction.len() > scale {
        let (kept, beyond) = fraction.split_at(scale);
        if beyond.iter().any(|byte| *byte != b'0') {
            return None;
        }
        kept
    } else {
        fraction
    };
    let value = scaled(negative, whole, fraction, scale - fraction.len())?;
    (value.unsigned_abs() < 10_u128.pow(u32::from(precision))).then_some(value)
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// Digits of both parts as one number, times ten to the power of `zeros`.
fn scaled(negative: bool, whole: &[u8], fraction: &[u8], zeros: usize) -> Option<i128> {
    let mut value: i128 = 0;
    if whole.len() + fraction.len() <= 18 {
        let mut small: u64 = 0;
        for byte in whole.iter().chain(fraction) {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            small = small * 10 + u64::from(digit);
        }
        value = i128::from(small);
    } else {
        for byte in whole.iter().chain(fraction) {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value.checked_mul(10)?.checked_add(i128::from(digit))?;
        }
    }
    if zeros > 0 {
        value = value.checked_mul(10_i128.checked_pow(u32::try_from(zeros).ok()?)?)?;
    }
    Some(if negative { -value } else { value })
}

pub(crate) fn double(text: &[u8]) -> Option<f64> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let spelled_out = text.iter().any(|byte| matches!(byte, b'n' | b'N'));
    (value.is_finite() || spelled_out).then_some(value)
}

pub(crate) fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"true" | b"True" | b"TRUE" | b"t" | b"T" | b"1" => Some(true),
        b"false" | b"False" | b"FALSE" | b"f" | b"F" | b"0" => Some(false),
        _ => None,
    }
}

/// `2026-11-23` as days since 1970.
pub(crate) fn date(text: &[u8]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else {
        return None;
    };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    days(year, two(m1, m2)?, two(d1, d2)?)
}

/// What follows an instant's time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    None,
    /// `Z` or an offset, which has been subtracted already.
    Utc,
}

/// ISO 8601 as microseconds since 1970: `2026-11-23T20:11:29.123456Z`, a space for the `T`, seconds and fraction
/// optional, an offset `+01:00`, `+0100` or `+01`. More than six fraction digits are fine only as zeros.
pub(crate) fn timestamp(text: &[u8]) -> Option<(i64, Zone)> {
    let (day, rest) = text.split_at_checked(10)?;
    let days = i64::from(date(day)?);
    let [b'T' | b' ', h1, h2, b':', m1, m2, rest @ ..] = rest else {
        return None;
    };
    let (hours, minutes) = (two(*h1, *h2)?, two(*m1, *m2)?);
    let (seconds, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (two(*s1, *s2)?, rest),
        _ => (0, rest),
    };
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => microseconds(rest)?,
        _ => (0, rest),
    };
    let time = (i64::from(hours) * 60 + i64::from(minutes)) * 60 + i64::from(seconds);
    let local = days * MICROSECONDS_A_DAY + time * 1_000_000 + fraction;
    let (offset_minutes, zone) = match rest {
        [] => (0, Zone::None),
        b"Z" | b"z" => (0, Zone::Utc),
        [sign @ (b'+' | b'-'), h1, h2, minutes @ ..] => {
            let minutes = match minutes {
                [] => 0,
                [b':', m1, m2] | [m1, m2] => two(*m1, *m2)?,
                _ => return None,
            };
            let hours = two(*h1, *h2)?;
            if hours > 18 || minutes > 59 {
                return None;
            }
            let offset = i64::from(hours * 60 + minutes);
            (if *sign == b'-' { -offset } else { offset }, Zone::Utc)
        }
        _ => return None,
    };
    Some((local - offset_minutes * 60_000_000, zone))
}

/// The digits of a fraction as microseconds, and what follows them.
fn microseconds(text: &[u8]) -> Option<(i64, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = text.split_at(digits);
    if digits == 0 || fraction.iter().skip(6).any(|byte| *byte != b'0') {
        return None;
    }
    let value = (0..6).fold(0, |value, place| {
        value * 10 + fraction.get(place).map_or(0, |byte| i64::from(byte - b'0'))
    });
    Some((value, rest))
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| u32::from(tens) * 10 + u32::from(ones))
}

/// Days since 1970 in the proleptic Gregorian calendar, for the years 1 to 9999.
fn days(year: u32, month: u32, day: u32) -> Option<i32> {
    const LENGTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    const BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    /// Days from 0001-01-01 to 1970-01-01.
    const EPOCH: i32 = 719_162;
    let place = usize::try_from(month.checked_sub(1)?).ok()?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = LENGTHS.get(place)? + u32::from(leap && month == 2);
    if year == 0 || day == 0 || day > length {
        return None;
    }
    let past = year - 1;
    let of_years = past * 365 + past / 4 - past / 100 + past / 400;
    let of_year = BEFORE[place] + u32::from(leap && month > 2) + day - 1;
    i32::try_from(of_years + of_year)
        .ok()
        .map(|days| days - EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn integers_fit_or_are_refused() {
        assert_eq!(integer(b"-42"), Some(-42));
        assert_eq!(integer(b"+7"), Some(7));
        assert_eq!(integer(b"0"), Some(0));
        assert_eq!(integer(b"9223372036854775807"), Some(i64::MAX));
        assert_eq!(integer(b"-9223372036854775808"), Some(i64::MIN));
        for bad in [
            "",
            "-",
            "9223372036854775808",
            "1.0",
            "1 ",
            "x",
            "1e3",
            "01000",
            "-01",
            "00",
        ] {
            assert_eq!(integer(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn decimals_keep_every_digit_or_are_refused() {
        assert_eq!(decimal(b"17.5", 15, 2), Some(1750));
        assert_eq!(decimal(b"-.05", 15, 2), Some(-5));
        assert_eq!(decimal(b"1.1000", 15, 2), Some(110));
        assert_eq!(
            decimal(b"12345678901234567890.12", 38, 2),
            Some(1_234_567_890_123_456_789_012)
        );
        for bad in ["", ".", "1.001", "1.2.3", "1e2", "10000000000000.00", "--1"] {
            assert_eq!(decimal(bad.as_bytes(), 15, 2), None, "{bad}");
        }
    }

    #[test]
    fn instants_are_read_with_and_without_zones() {
        assert_eq!(timestamp(b"1970-01-01T00:00:00"), Some((0, Zone::None)));
        assert_eq!(timestamp(b"1970-01-01 00:00"), Some((0, Zone::None)));
        assert_eq!(
            timestamp(b"1970-01-01T01:00:00.000001+01:00"),
            Some((1, Zone::Utc))
        );
        assert_eq!(
            timestamp(b"1969-12-31T23:59:59.5Z"),
            Some((-500_000, Zone::Utc))
        );
        assert_eq!(
            timestamp(b"1970-01-01T00:00:00.123456000-0030"),
            Some((1_800_123_456, Zone::Utc))
        );
        for bad in [
            "1970-01-01",
            "1970-01-01T24:00",
            "1970-02-29T00:00",
            "1970-01-01T00:00:00.1234567",
            "1970-01-01T00:00:00.",
            "1970-01-01T00:00Zz",
            "1970-01-01T00",
        ] {
            assert_eq!(timestamp(bad.as_bytes()), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn dates_agree_with_chrono(days in -719_162_i32..=2_932_896) {
            let text = chrono::NaiveDate::from_epoch_days(days).unwrap().format("%Y-%m-%d").to_string();
            prop_assert_eq!(date(text.as_bytes()), Some(days));
        }

        #[test]
        fn no_text_makes_a_parser_panic(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = (integer(&text), decimal(&text, 38, 18), date(&text), timestamp(&text), double(&text));
        }
    }
}
