//! The values of a filter, as people write them, among the values of a column.

use arrow::datatypes::{DataType, Date32Type};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use datafusion::common::ScalarValue;
use formats::ColumnType;

use super::SegmentError;

/// Where a value stands among those that a column can hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Point {
    /// The column can hold it.
    At(ScalarValue),
    /// More than this one and less than the next.
    After(ScalarValue),
    BelowAll,
    AboveAll,
}

/// Numbers stay exact: one that the column cannot hold stands between two that it can.
pub(super) fn point(
    column: &str,
    column_type: &ColumnType,
    value: &str,
) -> Result<Point, SegmentError> {
    let (column, value) = (column.to_owned(), value.to_owned());
    let trimmed = value.trim();
    match column_type {
        ColumnType::Text => Ok(Point::At(ScalarValue::Utf8(Some(value)))),
        ColumnType::Date => match NaiveDate::parse_from_str(trimmed, "%Y-%m-%d") {
            Ok(date) => Ok(Point::At(ScalarValue::Date32(Some(
                Date32Type::from_naive_date(date),
            )))),
            Err(_) => Err(SegmentError::DateMalformed { column, value }),
        },
        ColumnType::Timestamp | ColumnType::TimestampUtc => match instant(trimmed) {
            Some(micros) => {
                let zone = match column_type.to_arrow() {
                    DataType::Timestamp(_, zone) => zone,
                    _ => None,
                };
                Ok(Point::At(ScalarValue::TimestampMicrosecond(
                    Some(micros),
                    zone,
                )))
            }
            None => Err(SegmentError::InstantMalformed { column, value }),
        },
        number => numeric(number, trimmed).ok_or(SegmentError::NumberMalformed { column, value }),
    }
}

/// Microseconds UTC: RFC 3339, the same without a zone, which is then UTC, or a day, which is its first instant.
fn instant(value: &str) -> Option<i64> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(value) {
        return Some(instant.timestamp_micros());
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(wall) = NaiveDateTime::parse_from_str(value, form) {
            return Some(wall.and_utc().timestamp_micros());
        }
    }
    let day = NaiveDate::parse_from_str(value, "%Y-%m-%d").ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros())
}

fn numeric(column_type: &ColumnType, text: &str) -> Option<Point> {
    let number = Number::parse(text)?;
    match column_type {
        ColumnType::Double => Some(Point::At(ScalarValue::Float64(text.parse().ok()))),
        ColumnType::Float => Some(Point::At(ScalarValue::Float32(text.parse().ok()))),
        ColumnType::Decimal(_, scale) => Some(number.among(column_type, *scale)),
        _ => Some(number.among(column_type, 0)),
    }
}

/// Digits with a sign and a point at most.
struct Number<'a> {
    is_negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Number<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        (all_digits(whole) && all_digits(fraction)).then_some(Self {
            is_negative: text.starts_with('-'),
            whole,
            fraction,
        })
    }

    fn among(&self, column_type: &ColumnType, scale: u8) -> Point {
        let beyond = if self.is_negative {
            Point::BelowAll
        } else {
            Point::AboveAll
        };
        let Some((floor, is_exact)) = self.floor(usize::from(scale)) else {
            return beyond;
        };
        match (held(column_type, floor), is_exact) {
            (Some(value), true) => Point::At(value),
            (Some(value), false) => Point::After(value),
            (None, _) => beyond,
        }
    }

    /// The greatest whole number of units at this scale that is not more, and whether it is the number itself.
    fn floor(&self, scale: usize) -> Option<(i128, bool)> {
        let (kept, rest) = self.fraction.split_at(scale.min(self.fraction.len()));
        let digits = format!("{}{kept:0<scale$}", self.whole);
        let size: i128 = digits.parse().ok()?;
        let is_exact = rest.bytes().all(|byte| byte == b'0');
        let floor = match (self.is_negative, is_exact) {
            (false, _) => size,
            (true, true) => -size,
            (true, false) => -size - 1,
        };
        Some((floor, is_exact))
    }
}

/// The value of a column of this type; none if it is out of its range.
fn held(column_type: &ColumnType, units: i128) -> Option<ScalarValue> {
    match column_type {
        ColumnType::Integer => Some(ScalarValue::Int64(Some(units.try_into().ok()?))),
        ColumnType::Int8 => Some(ScalarValue::Int8(Some(units.try_into().ok()?))),
        ColumnType::Int16 => Some(ScalarValue::Int16(Some(units.try_into().ok()?))),
        ColumnType::Int32 => Some(ScalarValue::Int32(Some(units.try_into().ok()?))),
        ColumnType::UInt8 => Some(ScalarValue::UInt8(Some(units.try_into().ok()?))),
        ColumnType::UInt16 => Some(ScalarValue::UInt16(Some(units.try_into().ok()?))),
        ColumnType::UInt32 => Some(ScalarValue::UInt32(Some(units.try_into().ok()?))),
        ColumnType::UInt64 => Some(ScalarValue::UInt64(Some(units.try_into().ok()?))),
        ColumnType::Decimal(precision, scale) => {
            let limit = 10_i128.checked_pow(u32::from(*precision))?;
            (-limit < units && units < limit)
                .then(|| ScalarValue::Decimal128(Some(units), *precision, scale.cast_signed()))
        }
        _ => None,
    }
}
