//! Conditions over one table, and their one check.

use serde::{Deserialize, Serialize};

use super::{Arity, Family, Operator};
use crate::domain::text::TextError;
use crate::domain::{FieldErrors, Micros, Reason, SchemaField};

/// Most groups within groups.
pub const MOST_DEPTH: usize = 5;
/// Most tests of one segment, and most groups.
pub const MOST_TESTS: usize = 100;
/// Most values of one test.
pub const MOST_VALUES: usize = 1000;
/// Most characters of a value.
pub const MOST_VALUE: u32 = 1000;

/// What rows a segment takes: tests, joined by groups. A group without tests takes every row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Every one of these holds.
    All(Vec<Condition>),
    /// At least one of these holds.
    Any(Vec<Condition>),
    /// This holds.
    Test(Test),
}

/// One test of one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Name of the column.
    pub field: String,
    pub operator: Operator,
    /// As people write them: numbers with a point, dates as `2026-11-25`, instants as RFC 3339.
    #[serde(default)]
    pub values: Vec<String>,
}

impl Condition {
    /// Every test in it, from first to last.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(inner) | Self::Any(inner) => inner.iter().flat_map(Self::tests).collect(),
            Self::Test(test) => vec![test],
        }
    }

    /// How many groups are in it, itself included.
    fn groups(&self) -> usize {
        match self {
            Self::All(inner) | Self::Any(inner) => {
                1 + inner.iter().map(Self::groups).sum::<usize>()
            }
            Self::Test(_) => 0,
        }
    }

    /// Whether what it takes depends on the day it is asked.
    pub fn is_relative(&self) -> bool {
        self.tests().iter().any(|test| {
            matches!(
                test.operator,
                Operator::InLastDays | Operator::NotInLastDays
            )
        })
    }

    /// Checks it against the columns of its table. Errors are named by place, from `path` on:
    /// `where.all.0.test.field`, `where.all.0.test.values.1`.
    pub fn check(&self, columns: &[SchemaField], path: &str, errors: &mut FieldErrors) {
        if self.tests().len() > MOST_TESTS || self.groups() > MOST_TESTS {
            errors.add(path, Reason::new("too_many_tests").with("most", MOST_TESTS));
            return;
        }
        self.check_at(columns, path, 0, errors);
    }

    fn check_at(
        &self,
        columns: &[SchemaField],
        path: &str,
        depth: usize,
        errors: &mut FieldErrors,
    ) {
        let (kind, inner) = match self {
            Self::All(inner) => ("all", inner),
            Self::Any(inner) => ("any", inner),
            Self::Test(test) => return test.check(columns, &format!("{path}.test"), errors),
        };
        if depth >= MOST_DEPTH {
            errors.add(path, Reason::new("too_deep").with("most", MOST_DEPTH));
            return;
        }
        for (place, one) in inner.iter().enumerate() {
            one.check_at(
                columns,
                &format!("{path}.{kind}.{place}"),
                depth + 1,
                errors,
            );
        }
    }
}

impl Test {
    fn check(&self, columns: &[SchemaField], path: &str, errors: &mut FieldErrors) {
        let Some(column) = columns.iter().find(|column| column.name == self.field) else {
            let reason = if self.field.is_empty() {
                Reason::new("required")
            } else {
                Reason::new("segment_column_missing").with("column", &self.field)
            };
            errors.add(&format!("{path}.field"), reason);
            return;
        };
        let family = Family::of(&column.kind);
        if !family.operators().contains(&self.operator) {
            let reason = Reason::new("operator_unfit")
                .with("column", &self.field)
                .with("type", &column.kind);
            errors.add(&format!("{path}.operator"), reason);
            return;
        }
        let fits = match self.operator.arity() {
            Arity::None => self.values.is_empty(),
            Arity::One | Arity::Days => self.values.len() == 1,
            Arity::Two => self.values.len() == 2,
            Arity::Some => (1..=MOST_VALUES).contains(&self.values.len()),
        };
        if !fits {
            errors.add(&format!("{path}.values"), Reason::new("values_unfit"));
            return;
        }
        for (place, value) in self.values.iter().enumerate() {
            if let Err(reason) = check_value(family, self.operator, value) {
                errors.add(&format!("{path}.values.{place}"), reason);
            }
        }
    }
}

fn check_value(family: Family, operator: Operator, value: &str) -> Result<(), Reason> {
    if operator.arity() == Arity::Days {
        return match value.trim().parse::<u32>() {
            Ok(1..=36_500) => Ok(()),
            _ => Err(Reason::new("days_unfit").with("most", 36_500)),
        };
    }
    if value.chars().count() > MOST_VALUE as usize {
        return Err(TextError::TooLong(MOST_VALUE).into());
    }
    if value.contains('\u{0}') {
        return Err(TextError::ControlCharacter.into());
    }
    let is_good = match family {
        Family::Text => true,
        Family::Number => is_number(value.trim()),
        Family::Date => chrono::NaiveDate::parse_from_str(value.trim(), "%Y-%m-%d").is_ok(),
        Family::Instant => instant(value).is_some(),
        Family::Boolean | Family::Other => false,
    };
    if is_good {
        return Ok(());
    }
    Err(match family {
        Family::Number => Reason::new("number_malformed"),
        Family::Date => Reason::new("date_malformed"),
        Family::Instant => Reason::new("instant_malformed"),
        _ => TextError::Malformed.into(),
    })
}

/// Digits, with a sign and one decimal point at most; no exponents, so that decimals stay exact.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| {
        !text.is_empty() && text.len() <= 38 && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    all_digits(whole) && all_digits(part)
}

/// The instant that a value of a test names, in microseconds UTC: RFC 3339, `2026-11-25T06:00`, or a day, which is its
/// first instant; without a zone it is UTC.
pub fn instant(value: &str) -> Option<Micros> {
    let value = value.trim();
    if let Ok(instant) = chrono::DateTime::parse_from_rfc3339(value) {
        return Some(instant.timestamp_micros());
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(wall) = chrono::NaiveDateTime::parse_from_str(value, form) {
            return Some(wall.and_utc().timestamp_micros());
        }
    }
    let day = chrono::NaiveDate::parse_from_str(value, "%Y-%m-%d").ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, kind: &str) -> SchemaField {
        SchemaField {
            name: name.to_owned(),
            kind: kind.to_owned(),
            nullable: true,
            personal: false,
        }
    }

    fn test(field: &str, operator: Operator, values: &[&str]) -> Condition {
        Condition::Test(Test {
            field: field.to_owned(),
            operator,
            values: values.iter().map(|&value| value.to_owned()).collect(),
        })
    }

    fn errors_of(condition: &Condition) -> FieldErrors {
        let columns = [
            column("name", "text"),
            column("age", "integer"),
            column("born", "date"),
            column("seen", "timestamp_utc"),
            column("member", "boolean"),
            column("spent", "decimal(10,2)"),
        ];
        let mut errors = FieldErrors::default();
        condition.check(&columns, "where", &mut errors);
        errors
    }

    #[test]
    fn what_fits_its_column_is_taken() {
        let good = Condition::All(vec![
            test("name", Operator::IsOneOf, &["Ada", "Émile"]),
            Condition::Any(vec![
                test("age", Operator::Between, &["18", "30"]),
                test("spent", Operator::AtLeast, &["-12.50"]),
                test("born", Operator::Less, &["2001-02-28"]),
                test("seen", Operator::Greater, &["2026-11-25T06:00:00Z"]),
                test("seen", Operator::InLastDays, &["30"]),
                test("member", Operator::IsTrue, &[]),
            ]),
            Condition::Any(vec![]),
        ]);
        assert_eq!(errors_of(&good).done(), Ok(()));
        assert!(good.is_relative());
    }

    #[test]
    fn what_does_not_fit_is_refused_at_its_place() {
        let bad = [
            (test("nobody", Operator::Is, &["1"]), "where.test.field"),
            (
                test("age", Operator::Contains, &["1"]),
                "where.test.operator",
            ),
            (test("age", Operator::Between, &["1"]), "where.test.values"),
            (test("age", Operator::Is, &["1e3"]), "where.test.values.0"),
            (
                test("born", Operator::Is, &["31/12/2001"]),
                "where.test.values.0",
            ),
            (
                test("born", Operator::InLastDays, &["0"]),
                "where.test.values.0",
            ),
        ];
        for (condition, field) in bad {
            let errors = errors_of(&condition);
            assert!(errors.of(field).is_some(), "{condition:?} {errors:?}");
        }
        let inner = Condition::All(vec![
            Condition::Any(vec![]),
            Condition::Any(vec![test("age", Operator::Is, &["x"])]),
        ]);
        assert!(
            errors_of(&inner)
                .of("where.all.1.any.0.test.values.0")
                .is_some()
        );
    }

    #[test]
    fn groups_within_groups_have_an_end() {
        let mut deep = test("age", Operator::Is, &["1"]);
        for _ in 0..=MOST_DEPTH {
            deep = Condition::All(vec![deep]);
        }
        assert!(errors_of(&deep).done().is_err());
    }

    #[test]
    fn groups_without_tests_are_counted_too() {
        let wide = Condition::All(vec![Condition::Any(vec![]); MOST_TESTS]);
        assert!(errors_of(&wide).of("where").is_some());
        let less = Condition::All(vec![Condition::Any(vec![]); MOST_TESTS - 1]);
        assert!(errors_of(&less).done().is_ok());
    }

    #[test]
    fn operators_round_trip() {
        for operator in Operator::ALL {
            assert_eq!(Operator::from_code(operator.code()), Some(operator));
        }
    }
}
