//! Conditions in words: names of comparisons, and the sentence that a tree of tests makes.

use chrono::{DateTime, NaiveDate};

use crate::domain::{Arity, Condition, Family, Operator, SchemaField, Test, instant};
use crate::i18n::{Language, format};

/// So many values of a list are named; the others are counted.
const NAMED: usize = 5;

crate::messages! {
    /// Before a condition.
    rows_where(condition) => { en "Rows where {condition}", fr "Lignes où {condition}" }
    /// Nothing is tested.
    every_row => { en "Every row", fr "Toutes les lignes" }
    /// A group without tests, within a sentence.
    always => { en "always", fr "toujours" }
    /// Between tests that must all hold.
    and => { en "and", fr "et" }
    /// Between tests of which one must hold.
    or => { en "or", fr "ou" }
    /// A text.
    quoted(text) => { en "“{text}”", fr "«\u{a0}{text}\u{a0}»" }
    /// The end of a long list.
    or_others[count](values) => {
        en "{values} or {count} other value" | "{values} or {count} other values",
        fr "{values} ou {count} autre valeur" | "{values} ou {count} autres valeurs"
    }

    /// Comparison.
    is => { en "is", fr "est" }
    /// Comparison.
    is_not => { en "is not", fr "n’est pas" }
    /// Comparison.
    is_one_of => { en "is one of", fr "est parmi" }
    /// Comparison.
    is_not_one_of => { en "is not one of", fr "n’est pas parmi" }
    /// Comparison.
    contains => { en "contains", fr "contient" }
    /// Comparison.
    does_not_contain => { en "does not contain", fr "ne contient pas" }
    /// Comparison.
    starts_with => { en "starts with", fr "commence par" }
    /// Comparison.
    ends_with => { en "ends with", fr "se termine par" }
    /// Comparison of numbers.
    less => { en "is less than", fr "est inférieur à" }
    /// Comparison of numbers.
    at_most => { en "is at most", fr "est inférieur ou égal à" }
    /// Comparison of numbers.
    greater => { en "is greater than", fr "est supérieur à" }
    /// Comparison of numbers.
    at_least => { en "is at least", fr "est supérieur ou égal à" }
    /// Comparison.
    between => { en "is between", fr "est compris entre" }
    /// Comparison of days and instants.
    on => { en "is", fr "est le" }
    /// Comparison of days and instants.
    not_on => { en "is not", fr "n’est pas le" }
    /// Comparison of days and instants.
    before => { en "is before", fr "est avant le" }
    /// Comparison of days and instants.
    until => { en "is on or before", fr "est au plus tard le" }
    /// Comparison of days and instants.
    after => { en "is after", fr "est après le" }
    /// Comparison of days and instants.
    from => { en "is on or after", fr "est au plus tôt le" }
    /// Comparison.
    is_true => { en "is true", fr "est vrai" }
    /// Comparison.
    is_false => { en "is false", fr "est faux" }
    /// Comparison, in a list to choose from.
    in_last_days => { en "is in the last … days", fr "date des … derniers jours" }
    /// Comparison, in a list to choose from.
    not_in_last_days => { en "is not in the last … days", fr "ne date pas des … derniers jours" }
    /// Comparison.
    has_no_value => { en "has no value", fr "n’a pas de valeur" }
    /// Comparison.
    has_value => { en "has a value", fr "a une valeur" }

    /// A test.
    between_values(column, least, most) => {
        en "{column} is between {least} and {most}",
        fr "{column} est compris entre {least} et {most}"
    }
    /// A test of days or instants.
    between_days(column, first, last) => {
        en "{column} is between {first} and {last}",
        fr "{column} est compris entre le {first} et le {last}"
    }
    /// A test.
    in_the_last[days](column) => {
        en "{column} is in the last {days} day" | "{column} is in the last {days} days",
        fr "{column} date du dernier jour" | "{column} date des {days} derniers jours"
    }
    /// A test.
    not_in_the_last[days](column) => {
        en "{column} is not in the last {days} day" | "{column} is not in the last {days} days",
        fr "{column} ne date pas du dernier jour" | "{column} ne date pas des {days} derniers jours"
    }
}

/// The name of a comparison, for columns of a family.
pub fn operator_name(language: Language, operator: Operator, family: Family) -> &'static str {
    let is_time = is_time(family);
    match operator {
        Operator::Is if is_time => on(language),
        Operator::Is => is(language),
        Operator::IsNot if is_time => not_on(language),
        Operator::IsNot => is_not(language),
        Operator::IsOneOf => is_one_of(language),
        Operator::IsNotOneOf => is_not_one_of(language),
        Operator::Contains => contains(language),
        Operator::DoesNotContain => does_not_contain(language),
        Operator::StartsWith => starts_with(language),
        Operator::EndsWith => ends_with(language),
        Operator::Less if is_time => before(language),
        Operator::Less => less(language),
        Operator::AtMost if is_time => until(language),
        Operator::AtMost => at_most(language),
        Operator::Greater if is_time => after(language),
        Operator::Greater => greater(language),
        Operator::AtLeast if is_time => from(language),
        Operator::AtLeast => at_least(language),
        Operator::Between => between(language),
        Operator::IsTrue => is_true(language),
        Operator::IsFalse => is_false(language),
        Operator::InLastDays => in_last_days(language),
        Operator::NotInLastDays => not_in_last_days(language),
        Operator::HasNoValue => has_no_value(language),
        Operator::HasValue => has_value(language),
    }
}

/// The rows that a condition takes, in one sentence. `columns` are those of its table, as far as they are known.
pub fn sentence(language: Language, condition: &Condition, columns: &[SchemaField]) -> String {
    if condition.tests().is_empty() {
        return every_row(language).to_owned();
    }
    rows_where(language, words(language, condition, columns, false))
}

/// A condition within a sentence; `inside` another group it stands in brackets, so that it is read as it is meant.
fn words(
    language: Language,
    condition: &Condition,
    columns: &[SchemaField],
    inside: bool,
) -> String {
    let (inner, joint) = match condition {
        Condition::Test(test) => return test_words(language, test, columns),
        Condition::All(inner) => (inner, and(language)),
        Condition::Any(inner) => (inner, or(language)),
    };
    let is_only = inner.len() == 1;
    let parts: Vec<String> = inner
        .iter()
        .map(|one| words(language, one, columns, inside || !is_only))
        .collect();
    match parts.as_slice() {
        [] => always(language).to_owned(),
        [only] => only.clone(),
        parts => {
            let joined = parts.join(&format!(" {joint} "));
            if inside {
                format!("({joined})")
            } else {
                joined
            }
        }
    }
}

fn test_words(language: Language, test: &Test, columns: &[SchemaField]) -> String {
    let family = columns
        .iter()
        .find(|column| column.name == test.field)
        .map_or(Family::Text, |column| Family::of(&column.kind));
    let column = if test.field.is_empty() {
        "…"
    } else {
        test.field.as_str()
    };
    let name = operator_name(language, test.operator, family);
    let value = |place: usize| {
        let value = test.values.get(place).map_or("", String::as_str);
        value_words(language, family, value)
    };
    match test.operator.arity() {
        Arity::None => format!("{column} {name}"),
        Arity::One => format!("{column} {name} {}", value(0)),
        Arity::Two if is_time(family) => between_days(language, column, value(0), value(1)),
        Arity::Two => between_values(language, column, value(0), value(1)),
        Arity::Some => format!("{column} {name} {}", list_words(language, family, test)),
        Arity::Days => {
            let days = test
                .values
                .first()
                .and_then(|days| days.trim().parse().ok());
            match (days, test.operator) {
                (None, _) => format!("{column} {name}"),
                (Some(days), Operator::NotInLastDays) => not_in_the_last(language, days, column),
                (Some(days), _) => in_the_last(language, days, column),
            }
        }
    }
}

fn list_words(language: Language, family: Family, test: &Test) -> String {
    let named: Vec<String> = test
        .values
        .iter()
        .take(NAMED)
        .map(|value| value_words(language, family, value))
        .collect();
    let others = test.values.len().saturating_sub(named.len());
    match named.as_slice() {
        [] => "…".to_owned(),
        [only] => only.clone(),
        named if others > 0 => {
            let others = u64::try_from(others).unwrap_or(u64::MAX);
            or_others(language, others, named.join(", "))
        }
        [before @ .., last] => format!("{} {} {last}", before.join(", "), or(language)),
    }
}

/// A value as people write it; one that cannot be read stays as it is typed.
fn value_words(language: Language, family: Family, value: &str) -> String {
    let text = value.trim();
    let written = match family {
        Family::Text | Family::Boolean | Family::Other => return quoted(language, value),
        Family::Number => None,
        Family::Date => text
            .parse::<NaiveDate>()
            .ok()
            .map(|day| format::date(language, day)),
        Family::Instant => instant(text)
            .and_then(DateTime::from_timestamp_micros)
            .map(|at| format::instant(language, at)),
    };
    let typed = if text.is_empty() { "…" } else { text };
    written.unwrap_or_else(|| typed.to_owned())
}

const fn is_time(family: Family) -> bool {
    matches!(family, Family::Date | Family::Instant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, French};

    fn columns() -> Vec<SchemaField> {
        let column = |(name, kind): (&str, &str)| SchemaField {
            name: name.to_owned(),
            kind: kind.to_owned(),
            nullable: true,
            personal: false,
        };
        [
            ("country", "text"),
            ("points", "integer"),
            ("born", "date"),
            ("seen", "timestamp_utc"),
            ("newsletter", "boolean"),
        ]
        .map(column)
        .to_vec()
    }

    fn test(field: &str, operator: Operator, values: &[&str]) -> Condition {
        Condition::Test(Test {
            field: field.to_owned(),
            operator,
            values: values.iter().map(|&value| value.to_owned()).collect(),
        })
    }

    fn said(language: Language, condition: &Condition) -> String {
        sentence(language, condition, &columns())
    }

    #[test]
    fn groups_are_read_as_they_are_meant() {
        let condition = Condition::All(vec![
            test("country", Operator::Is, &["GB"]),
            Condition::Any(vec![
                test("points", Operator::AtLeast, &["15000"]),
                test("newsletter", Operator::IsTrue, &[]),
            ]),
        ]);
        assert_eq!(
            said(English, &condition),
            "Rows where country is “GB” and (points is at least 15000 or newsletter is true)"
        );
        assert_eq!(
            said(French, &condition),
            "Lignes où country est «\u{a0}GB\u{a0}» et (points est supérieur ou égal à 15000 ou newsletter est vrai)"
        );
        // A group of one adds no brackets, and does not lose those of what is in it.
        let wrapped = Condition::All(vec![
            test("newsletter", Operator::IsFalse, &[]),
            Condition::All(vec![Condition::Any(vec![
                test("points", Operator::Less, &["1"]),
                test("points", Operator::HasNoValue, &[]),
            ])]),
        ]);
        assert_eq!(
            said(English, &wrapped),
            "Rows where newsletter is false and (points is less than 1 or points has no value)"
        );
        let nothing = Condition::All(vec![Condition::Any(Vec::new())]);
        assert_eq!(said(English, &nothing), "Every row");
        assert_eq!(said(French, &nothing), "Toutes les lignes");
    }

    #[test]
    fn values_are_written_as_their_columns_ask() {
        for (condition, english) in [
            (
                test("born", Operator::Between, &["1990-01-01", "1999-12-31"]),
                "Rows where born is between 1 Jan 1990 and 31 Dec 1999",
            ),
            (
                test("seen", Operator::Less, &["2026-11-25T06:00"]),
                "Rows where seen is before 25 Nov 2026, 06:00 UTC",
            ),
            (
                test("seen", Operator::InLastDays, &["30"]),
                "Rows where seen is in the last 30 days",
            ),
            (
                test("country", Operator::IsOneOf, &["FR", "GB", ""]),
                "Rows where country is one of “FR”, “GB” or “”",
            ),
            (
                test(
                    "points",
                    Operator::IsNotOneOf,
                    &["1", "2", "3", "4", "5", "6", "7"],
                ),
                "Rows where points is not one of 1, 2, 3, 4, 5 or 2 other values",
            ),
            (
                test("points", Operator::Is, &[""]),
                "Rows where points is …",
            ),
        ] {
            assert_eq!(said(English, &condition), english);
        }
        let born = test("born", Operator::AtLeast, &["2026-03-01"]);
        assert_eq!(
            said(French, &born),
            "Lignes où born est au plus tôt le 1er mars 2026"
        );
        let one = test("seen", Operator::NotInLastDays, &["1"]);
        assert_eq!(
            said(French, &one),
            "Lignes où seen ne date pas du dernier jour"
        );
    }

    #[test]
    fn every_comparison_has_a_name_of_its_own_in_its_list() {
        for family in [
            Family::Text,
            Family::Number,
            Family::Boolean,
            Family::Date,
            Family::Instant,
            Family::Other,
        ] {
            for language in Language::ALL {
                let mut names: Vec<_> = family
                    .operators()
                    .iter()
                    .map(|operator| operator_name(language, *operator, family))
                    .collect();
                names.sort_unstable();
                names.dedup();
                assert_eq!(names.len(), family.operators().len());
            }
        }
    }
}
