//! The five fields of a cron expression, with the meaning that POSIX gives them (crontab, IEEE Std
//! 1003.1): minute, hour, day of month, month, day of week; day of month and day of week mean *either*
//! when both are restricted.
//!
//! POSIX knows neither steps nor names; they are those of Vixie cron. On one thing crons differ: whether
//! `*/2` as a day restricts it. To POSIX anything but `*` does, so `0 0 */2 * mon` starts on odd days and
//! on Mondays; Vixie cron starts on odd Mondays alone. We follow POSIX, which the product page names.

use std::str::FromStr;

use super::Reason;
use super::schedule::one_or_two_digits;

/// The fields, in order, with their ranges. The day of week has 0 and 7 for Sunday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CronField {
    Minute,
    Hour,
    DayOfMonth,
    Month,
    DayOfWeek,
}

impl CronField {
    const ALL: [Self; 5] = [
        Self::Minute,
        Self::Hour,
        Self::DayOfMonth,
        Self::Month,
        Self::DayOfWeek,
    ];

    /// As errors name it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day_of_month",
            Self::Month => "month",
            Self::DayOfWeek => "day_of_week",
        }
    }

    const fn range(self) -> (u8, u8) {
        match self {
            Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::DayOfMonth => (1, 31),
            Self::Month => (1, 12),
            Self::DayOfWeek => (0, 7),
        }
    }

    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Month => &[
                "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
            ],
            Self::DayOfWeek => &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
            _ => &[],
        }
    }
}

/// How a field is written, which matters beside its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Written {
    /// `*`, or `*/1`, which is the same.
    Any,
    /// `*/n`.
    Step,
    /// Values and ranges.
    List,
}

/// The values of one field, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CronValues {
    bits: u64,
    written: Written,
}

impl CronValues {
    /// Whether the field matches this value. Sunday is 0.
    pub const fn contains(self, value: u8) -> bool {
        value < 64 && self.bits >> value & 1 == 1
    }

    /// The values in order. Sunday is 0.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..64).filter(move |value| self.contains(*value))
    }

    /// Whether it is `*` or `*/n`. An hour field like this runs in both passes of a repeated hour
    /// (product page §4).
    pub const fn is_starred(self) -> bool {
        matches!(self.written, Written::Any | Written::Step)
    }

    /// Whether it is `*`. A day field like this leaves the choice of days to the other one; `1-31` does
    /// not.
    pub const fn is_any(self) -> bool {
        matches!(self.written, Written::Any)
    }
}

/// A five-field expression that can match.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CronExpression {
    text: String,
    pub minute: CronValues,
    pub hour: CronValues,
    pub day_of_month: CronValues,
    pub month: CronValues,
    pub day_of_week: CronValues,
}

impl CronExpression {
    /// The expression as typed, with single blanks between its fields.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a day matches by either of its day fields, since both are restricted. Otherwise it
    /// matches by both, one of which is `*`.
    pub const fn matches_either_day(&self) -> bool {
        !self.day_of_month.is_any() && !self.day_of_week.is_any()
    }
}

impl FromStr for CronExpression {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Reason> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let [minute, hour, day_of_month, month, day_of_week] = fields.as_slice() else {
            return Err(Reason::new("cron_five_fields").with("found", fields.len()));
        };
        let parsed = Self {
            text: fields.join(" "),
            minute: values(CronField::Minute, minute)?,
            hour: values(CronField::Hour, hour)?,
            day_of_month: values(CronField::DayOfMonth, day_of_month)?,
            month: values(CronField::Month, month)?,
            day_of_week: values(CronField::DayOfWeek, day_of_week)?,
        };
        if parsed.never_matches() {
            return Err(Reason::new("cron_never"));
        }
        Ok(parsed)
    }
}

impl CronExpression {
    /// `0 0 30 2 *`: no month that it names has a day that it names.
    fn never_matches(&self) -> bool {
        if self.matches_either_day() {
            return false;
        }
        let longest = |month| match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let first = self.day_of_month.iter().next().unwrap_or_default();
        self.month.iter().all(|month| first > longest(month))
    }
}

/// The fields of an expression, for texts about it.
impl CronExpression {
    /// Each field with its values.
    pub const fn fields(&self) -> [(CronField, CronValues); 5] {
        [
            (CronField::ALL[0], self.minute),
            (CronField::ALL[1], self.hour),
            (CronField::ALL[2], self.day_of_month),
            (CronField::ALL[3], self.month),
            (CronField::ALL[4], self.day_of_week),
        ]
    }
}

fn values(field: CronField, text: &str) -> Result<CronValues, Reason> {
    let mut bits = 0;
    for part in text.split(',') {
        bits |= part_bits(field, part).ok_or_else(|| malformed(field, text))?;
    }
    if field == CronField::DayOfWeek && bits >> 7 & 1 == 1 {
        bits = bits & !(1 << 7) | 1;
    }
    let written = if !text.starts_with('*') || text.contains(',') {
        Written::List
    } else if part_bits(field, "*") == Some(bits) {
        Written::Any
    } else {
        Written::Step
    };
    Ok(CronValues { bits, written })
}

fn malformed(field: CronField, text: &str) -> Reason {
    let (least, most) = field.range();
    Reason::new("cron_field")
        .with("field", field.code())
        .with("value", text)
        .with("least", least)
        .with("most", most)
}

/// `*`, `5`, `1-5`, each with an optional `/step`; `5/10` is refused, since crons disagree on it.
fn part_bits(field: CronField, part: &str) -> Option<u64> {
    let (least, most) = field.range();
    let (range, step) = match part.split_once('/') {
        Some((range, step)) => (range, Some(one_or_two_digits(step)?)),
        None => (part, None),
    };
    if step == Some(0) {
        return None;
    }
    let (from, to) = if range == "*" {
        // Sunday twice would make `*/2` fall on day 7.
        (
            least,
            if field == CronField::DayOfWeek {
                6
            } else {
                most
            },
        )
    } else if let Some((from, to)) = range.split_once('-') {
        (value(field, from)?, value(field, to)?)
    } else if step.is_none() {
        let one = value(field, range)?;
        (one, one)
    } else {
        return None;
    };
    (from <= to).then(|| {
        (from..=to)
            .step_by(usize::from(step.unwrap_or(1)))
            .fold(0, |bits, value| bits | 1 << value)
    })
}

fn value(field: CronField, text: &str) -> Option<u8> {
    let (least, most) = field.range();
    let named = field
        .names()
        .iter()
        .position(|name| name.eq_ignore_ascii_case(text));
    let value = match named {
        Some(place) => u8::try_from(place).ok()? + u8::from(field == CronField::Month),
        None => one_or_two_digits(text)?,
    };
    (least..=most).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests;
