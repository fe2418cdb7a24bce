//! Which type the values of a column have in common.
//!
//! Guarantee: the type found reads every observed value without losing anything of it. What could lose something
//! (postal codes, phone numbers, more digits than a type holds) stays text.

use crate::types::{ColumnType, DECIMAL_PRECISION, DETECTED_SCALE_LIMIT};
use crate::values::parse;

const INTEGER: u16 = 1;
const DECIMAL: u16 = 1 << 1;
const EXPONENT: u16 = 1 << 2;
/// `NaN` and the infinities: doubles where doubles are, text alone.
const NOT_FINITE: u16 = 1 << 3;
const DATE: u16 = 1 << 4;
const TIMESTAMP: u16 = 1 << 5;
const TIMESTAMP_UTC: u16 = 1 << 6;
const BOOLEAN: u16 = 1 << 7;
const TEXT: u16 = 1 << 8;
/// An integer beyond 64 bits.
const BEYOND_INTEGER: u16 = 1 << 9;

/// Decimal digits that every double keeps (C's `DBL_DECIMAL_DIG`).
const DOUBLE_DIGITS: u32 = 17;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    kinds: u16,
    whole_digits: u32,
    fraction_digits: u32,
    significant_digits: u32,
}

impl Evidence {
    /// A value whose type its spelling tells, as in CSV or a number of JSON.
    pub(crate) fn observe(&mut self, value: &[u8]) {
        if self.kinds & TEXT != 0 {
            return;
        }
        self.kinds |= match value {
            [b'0'..=b'9' | b'-' | b'.', ..] => self.number_or_time(value),
            b"true" | b"false" | b"True" | b"False" | b"TRUE" | b"FALSE" => BOOLEAN,
            b"NaN" | b"nan" | b"inf" | b"Infinity" => NOT_FINITE,
            _ => TEXT,
        };
    }

    /// A value that is text unless it is a date or an instant, as strings of JSON are.
    pub(crate) fn observe_string(&mut self, value: &[u8]) {
        if self.kinds & TEXT == 0 {
            self.kinds |= time(value).unwrap_or(TEXT);
        }
    }

    pub(crate) fn observe_text(&mut self) {
        self.kinds |= TEXT;
    }

    pub(crate) fn observe_boolean(&mut self) {
        self.kinds |= BOOLEAN;
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.kinds |= other.kinds;
        self.whole_digits = self.whole_digits.max(other.whole_digits);
        self.fraction_digits = self.fraction_digits.max(other.fraction_digits);
        self.significant_digits = self.significant_digits.max(other.significant_digits);
    }

    /// Nothing but nulls was seen.
    pub(crate) fn is_empty(self) -> bool {
        self.kinds == 0
    }

    /// Nothing that follows can change the type.
    pub(crate) fn is_text(self) -> bool {
        self.kinds & TEXT != 0
    }

    /// Text for a column without any value.
    pub(crate) fn column_type(self) -> ColumnType {
        let only = |kinds: u16| self.kinds != 0 && self.kinds & !kinds == 0;
        let has = |kind: u16| self.kinds & kind != 0;
        if only(INTEGER) {
            ColumnType::Integer
        } else if only(INTEGER | BEYOND_INTEGER | DECIMAL) {
            let scale = u8::try_from(self.fraction_digits).unwrap_or(u8::MAX);
            if scale <= DETECTED_SCALE_LIMIT
                && self.whole_digits + self.fraction_digits <= u32::from(DECIMAL_PRECISION)
            {
                ColumnType::Decimal(DECIMAL_PRECISION, scale)
            } else {
                self.double_or_text()
            }
        } else if only(INTEGER | BEYOND_INTEGER | DECIMAL | EXPONENT | NOT_FINITE)
            && has(INTEGER | DECIMAL | EXPONENT)
        {
            self.double_or_text()
        } else if only(DATE) {
            ColumnType::Date
        } else if only(DATE | TIMESTAMP) {
            ColumnType::Timestamp
        } else if only(TIMESTAMP_UTC) {
            ColumnType::TimestampUtc
        } else if only(BOOLEAN) {
            ColumnType::Boolean
        } else {
            ColumnType::Text
        }
    }

    fn double_or_text(self) -> ColumnType {
        if self.significant_digits <= DOUBLE_DIGITS {
            ColumnType::Double
        } else {
            ColumnType::Text
        }
    }

    fn number_or_time(&mut self, value: &[u8]) -> u16 {
        let unsigned = value.strip_prefix(b"-").unwrap_or(value);
        let (whole, rest) = digits(unsigned);
        if rest.is_empty() && !whole.is_empty() {
            if whole.len() > 1 && whole[0] == b'0' {
                return TEXT;
            }
            self.count(whole, &[]);
            return if whole.len() <= 18 || parse::integer(value).is_some() {
                INTEGER
            } else {
                BEYOND_INTEGER
            };
        }
        if rest.first() == Some(&b'-') {
            return if unsigned.len() == value.len() {
                time(value).unwrap_or(TEXT)
            } else {
                TEXT
            };
        }
        if whole.len() > 1 && whole[0] == b'0' {
            return TEXT;
        }
        let (fraction, rest) = match rest.split_first() {
            Some((b'.', rest)) => {
                let (fraction, rest) = digits(rest);
                if fraction.is_empty() {
                    return TEXT;
                }
                (fraction, rest)
            }
            _ => (&[][..], rest),
        };
        if whole.is_empty() && fraction.is_empty() {
            return if rest == b"inf" || rest == b"Infinity" {
                NOT_FINITE
            } else {
                TEXT
            };
        }
        if rest.is_empty() {
            self.count(whole, fraction);
            return DECIMAL;
        }
        if has_exponent(rest) && parse::double(value).is_some() {
            let (whole_before, fraction_before) = (self.whole_digits, self.fraction_digits);
            self.count(whole, fraction);
            (self.whole_digits, self.fraction_digits) = (whole_before, fraction_before);
            EXPONENT
        } else {
            TEXT
        }
    }

    fn count(&mut self, whole: &[u8], fraction: &[u8]) {
        let length = |part: &[u8]| u32::try_from(part.len()).unwrap_or(u32::MAX);
        self.whole_digits = self.whole_digits.max(length(whole));
        self.fraction_digits = self.fraction_digits.max(length(fraction));
        let zeros_before = whole
            .iter()
            .chain(fraction)
            .take_while(|byte| **byte == b'0')
            .count();
        let zeros_after = whole
            .iter()
            .chain(fraction)
            .rev()
            .take_while(|byte| **byte == b'0')
            .count();
        let significant = (whole.len() + fraction.len()).saturating_sub(zeros_before + zeros_after);
        self.significant_digits = self
            .significant_digits
            .max(u32::try_from(significant).unwrap_or(u32::MAX));
    }
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(
        text.iter()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(text.len()),
    )
}

fn has_exponent(text: &[u8]) -> bool {
    let ([b'e' | b'E', b'+' | b'-', digits @ ..] | [b'e' | b'E', digits @ ..]) = text else {
        return false;
    };
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn time(value: &[u8]) -> Option<u16> {
    if value.len() == 10 {
        return parse::date(value).map(|_| DATE);
    }
    parse::timestamp(value).map(|(_, zone)| match zone {
        parse::Zone::None => TIMESTAMP,
        parse::Zone::Utc => TIMESTAMP_UTC,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[&str]) -> String {
        let mut evidence = Evidence::default();
        for value in values {
            evidence.observe(value.as_bytes());
        }
        evidence.column_type().to_string()
    }

    #[test]
    fn types_are_found_by_every_value_of_a_column() {
        for (values, expected) in [
            (&["1", "-20", "0"][..], "integer"),
            (&["9223372036854775807"], "integer"),
            (&["9223372036854775808"], "decimal(38,0)"),
            (&["1", "2.50", "-.5"], "decimal(38,2)"),
            (&["0.123456789012345678"], "decimal(38,18)"),
            (&["0.1234567890123456789"], "text"),
            (&["0.0000000000000000001"], "double"),
            (&["123456789012345678901234567890.1", "0.123456789"], "text"),
            (&["1", "1e3", "2.5E-7"], "double"),
            (&["1.5", "NaN", "-inf"], "double"),
            (&["NaN"], "text"),
            (&["1e999"], "text"),
            (&["01234", "75001"], "text"),
            (&["-01"], "text"),
            (&["+33612345678"], "text"),
            (&["1,5"], "text"),
            (&["1."], "text"),
            (&["12 "], "text"),
            (&["2026-11-23"], "date"),
            (&["2026-02-30"], "text"),
            (&["-2026-02-01"], "text"),
            (&["2026-11-23", "2026-11-23T10:00"], "timestamp"),
            (&["2026-11-23 10:00:00.123456"], "timestamp"),
            (
                &["2026-11-23T10:00:00Z", "2026-11-23T10:00:00+01:00"],
                "timestamp_utc",
            ),
            (&["2026-11-23T10:00:00Z", "2026-11-23T10:00:00"], "text"),
            (&["2026-11-23T10:00:00.123456789"], "text"),
            (&["2026-11-23", "12"], "text"),
            (&["true", "FALSE"], "boolean"),
            (&["true", "1"], "text"),
            (&["12:30"], "text"),
            (&["1-2"], "text"),
            (&["192.168.0.1"], "text"),
            (&["-"], "text"),
            (&[], "text"),
        ] {
            assert_eq!(found(values), expected, "{values:?}");
        }
    }

    #[test]
    fn strings_of_json_are_text_or_times() {
        for (value, expected) in [
            ("12", "text"),
            ("true", "text"),
            ("2026-11-23", "date"),
            ("", "text"),
        ] {
            let mut evidence = Evidence::default();
            evidence.observe_string(value.as_bytes());
            assert_eq!(evidence.column_type().to_string(), expected, "{value}");
        }
    }

    #[test]
    fn evidence_of_two_halves_is_evidence_of_the_whole() {
        let (mut first, mut second) = (Evidence::default(), Evidence::default());
        first.observe(b"12345.6");
        second.observe(b"1.2345");
        first.merge(second);
        assert_eq!(first.column_type(), ColumnType::Decimal(38, 4));
    }
}
