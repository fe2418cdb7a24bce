//! Conditions as the engine's filters: what depends on the day becomes fixed bounds.

use app::domain::{Arity, Condition, Family, Micros, Operator, SchemaField, Test, instant};
use chrono::DateTime;
use engine::{Comparison, Filter};

use crate::pipeline::rfc3339;

const DAY: Micros = 24 * 3_600 * 1_000_000;

/// The same as a filter over a table with these columns, asked at this instant.
pub(super) fn filter(condition: &Condition, columns: &[SchemaField], now: Micros) -> Filter {
    let each = |inner: &[Condition]| {
        inner
            .iter()
            .map(|one| filter(one, columns, now))
            .collect::<Vec<_>>()
    };
    match condition {
        Condition::All(inner) => Filter::All(each(inner)),
        Condition::Any(inner) => Filter::Any(each(inner)),
        Condition::Test(test) => compare(test, columns, now),
    }
}

fn compare(test: &Test, columns: &[SchemaField], now: Micros) -> Filter {
    let column = columns.iter().find(|column| column.name == test.field);
    let family = column.map_or(Family::Other, |column| Family::of(&column.kind));
    let values = if test.operator.arity() == Arity::Days {
        let days = test.values.first().map_or("", |days| days.trim());
        bounds(family, days.parse().unwrap_or_default(), now)
    } else {
        test.values
            .iter()
            .map(|value| written(family, value))
            .collect()
    };
    Filter::Compare {
        column: test.field.clone(),
        comparison: comparison(test.operator),
        values,
    }
}

/// From this many days ago until now: whole days of a date (UTC), to the microsecond of an instant.
fn bounds(family: Family, days: i64, now: Micros) -> Vec<String> {
    let from = now.saturating_sub(days.saturating_mul(DAY));
    let text: fn(Micros) -> String = match family {
        Family::Date => date,
        _ => rfc3339,
    };
    vec![text(from), text(now)]
}

fn date(at: Micros) -> String {
    let at = DateTime::from_timestamp_micros(at).unwrap_or_default();
    at.format("%Y-%m-%d").to_string()
}

/// A value as the engine reads it. What is no value of its family stays as it is, for the engine to refuse.
fn written(family: Family, value: &str) -> String {
    match family {
        Family::Number | Family::Date => value.trim().to_owned(),
        Family::Instant => instant(value).map_or_else(|| value.to_owned(), rfc3339),
        Family::Text | Family::Boolean | Family::Other => value.to_owned(),
    }
}

const fn comparison(operator: Operator) -> Comparison {
    match operator {
        Operator::Is => Comparison::Is,
        Operator::IsNot => Comparison::IsNot,
        Operator::IsOneOf => Comparison::IsOneOf,
        Operator::IsNotOneOf => Comparison::IsNotOneOf,
        Operator::Contains => Comparison::Contains,
        Operator::DoesNotContain => Comparison::DoesNotContain,
        Operator::StartsWith => Comparison::StartsWith,
        Operator::EndsWith => Comparison::EndsWith,
        Operator::Less => Comparison::Less,
        Operator::AtMost => Comparison::AtMost,
        Operator::Greater => Comparison::Greater,
        Operator::AtLeast => Comparison::AtLeast,
        Operator::Between | Operator::InLastDays => Comparison::Between,
        Operator::NotInLastDays => Comparison::NotBetween,
        Operator::IsTrue => Comparison::IsTrue,
        Operator::IsFalse => Comparison::IsFalse,
        Operator::HasNoValue => Comparison::HasNoValue,
        Operator::HasValue => Comparison::HasValue,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T12:00:00Z
    const NOON: Micros = 1_795_435_200_000_000;

    fn taken(field: &str, operator: Operator, values: &[&str]) -> Filter {
        let columns = [
            ("name", "text"),
            ("born", "date"),
            ("seen", "timestamp_utc"),
        ];
        let columns = columns.map(|(name, kind)| SchemaField {
            name: name.to_owned(),
            kind: kind.to_owned(),
            nullable: true,
            personal: false,
        });
        let test = Test {
            field: field.to_owned(),
            operator,
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        filter(&Condition::Any(vec![Condition::Test(test)]), &columns, NOON)
    }

    fn compared(column: &str, comparison: Comparison, values: &[&str]) -> Filter {
        Filter::Any(vec![Filter::Compare {
            column: column.to_owned(),
            comparison,
            values: values.iter().map(|&value| value.to_owned()).collect(),
        }])
    }

    #[test]
    fn days_ago_become_whole_days_of_dates_and_exact_instants() {
        assert_eq!(
            taken("born", Operator::InLastDays, &["30"]),
            compared("born", Comparison::Between, &["2026-10-24", "2026-11-23"])
        );
        assert_eq!(
            taken("seen", Operator::NotInLastDays, &[" 1 "]),
            compared(
                "seen",
                Comparison::NotBetween,
                &["2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z"]
            )
        );
    }

    #[test]
    fn instants_are_written_out_and_text_stays_as_it_is() {
        assert_eq!(
            taken("seen", Operator::Less, &["2026-11-23"]),
            compared("seen", Comparison::Less, &["2026-11-23T00:00:00Z"])
        );
        assert_eq!(
            taken("name", Operator::Is, &[" Ada "]),
            compared("name", Comparison::Is, &[" Ada "])
        );
    }
}
