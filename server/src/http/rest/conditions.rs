//! The conditions of segments, `where` in their bodies: how they are written, read and documented.

use app::domain::{Condition, Operator, Reason, Test};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::http::fields::Fields;

/// What rows a segment takes: exactly one of `all` (every one of these holds), `any` (at least one does) and `test`. A
/// group without members takes every row.
#[derive(Serialize, ToSchema)]
#[schema(as = Condition)]
pub(super) struct ConditionBody {
    #[schema(no_recursion)]
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<Vec<ConditionBody>>,
    #[schema(no_recursion)]
    #[serde(skip_serializing_if = "Option::is_none")]
    any: Option<Vec<ConditionBody>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<TestBody>,
}

/// One test of one column.
#[derive(Serialize, ToSchema)]
#[schema(as = ConditionTest)]
struct TestBody {
    /// Name of the column.
    field: String,
    #[schema(schema_with = operators)]
    operator: &'static str,
    /// None for `is_true`, `is_false`, `has_no_value` and `has_value`; two for `between`; 1 to 1000 for `is_one_of` and
    /// `is_not_one_of`; else one: for `in_last_days` and `not_in_last_days` a whole number of days. Numbers have a
    /// point, days are `2026-11-25`, instants RFC 3339.
    #[schema(required = false)]
    values: Vec<String>,
}

fn operators() -> Object {
    let codes = Operator::ALL.map(Operator::code);
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(codes))
        .description(Some(
            "Text: `is`, `is_not`, `is_one_of`, `is_not_one_of`, `contains`, `does_not_contain`, `starts_with`, \
             `ends_with`. Numbers, days and instants: `is`, `is_not`, `less`, `at_most`, `greater`, `at_least`, `between`. \
             Days and instants: `in_last_days`, `not_in_last_days`. Flags: `is_true`, `is_false`. Any column: \
             `has_no_value`, `has_value`. Those that deny also take rows without a value.",
        ))
        .build()
}

impl From<Condition> for ConditionBody {
    fn from(condition: Condition) -> Self {
        let bodies = |inner: Vec<Condition>| Some(inner.into_iter().map(Self::from).collect());
        let (all, any, test) = match condition {
            Condition::All(inner) => (bodies(inner), None, None),
            Condition::Any(inner) => (None, bodies(inner), None),
            Condition::Test(test) => (None, None, Some(test.into())),
        };
        Self { all, any, test }
    }
}

impl From<Test> for TestBody {
    fn from(test: Test) -> Self {
        Self {
            field: test.field,
            operator: test.operator.code(),
            values: test.values,
        }
    }
}

/// A condition in a body, for the OpenAPI document.
pub(super) fn condition_schema() -> Value {
    json!({"$ref": "#/components/schemas/Condition"})
}

/// Reads a condition: its form alone, the service judges what it says of the columns.
pub(super) fn read_condition(fields: &Fields<'_>) -> Option<Condition> {
    let mut given = ["all", "any", "test"]
        .into_iter()
        .filter(|&key| fields.raw(key).is_some());
    if given.next().is_none() {
        fields.wrong("all", Reason::new("required"));
    }
    for surplus in given {
        fields.wrong(surplus, Reason::new("choice_needed"));
    }
    let group = |inner: Vec<Option<Condition>>| inner.into_iter().flatten().collect();
    let all = fields.list("all", read_condition).map(group);
    let any = fields.list("any", read_condition).map(group);
    let test = fields.object("test", read_test).flatten();
    all.map(Condition::All)
        .or_else(|| any.map(Condition::Any))
        .or_else(|| test.map(Condition::Test))
}

fn read_test(fields: &Fields<'_>) -> Option<Test> {
    let field = fields.text("field");
    let code = fields.text("operator");
    let operator = Operator::from_code(&code);
    if operator.is_none() && !code.is_empty() {
        fields.wrong("operator", Reason::new("malformed"));
    }
    Some(Test {
        field,
        values: fields.texts("values").unwrap_or_default(),
        operator: operator?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fields::JsonBody;

    fn read(condition: &Value) -> (Option<Condition>, Vec<String>) {
        let body = JsonBody::of(&json!({"where": condition}).to_string());
        let read = body.read(|fields| fields.object("where", read_condition).flatten());
        let errors = read.errors.0.into_iter();
        let errors = errors.map(|error| format!("{} {}", error.field, error.reason.code));
        (read.value, errors.collect())
    }

    #[test]
    fn a_condition_is_read_as_the_domain_writes_it() {
        let written = json!({"all": [
            {"test": {"field": "country", "operator": "is_one_of", "values": ["FR", "BE"]}},
            {"any": [
                {"test": {"field": "spent", "operator": "at_least", "values": ["12.50"]}},
                {"test": {"field": "vip", "operator": "is_true", "values": []}},
            ]},
            {"any": []},
        ]});
        let (condition, errors) = read(&written);
        assert!(errors.is_empty(), "{errors:?}");
        let condition = condition.expect("a condition");
        assert_eq!(serde_json::to_value(&condition).expect("JSON"), written);
        let shown = serde_json::to_value(ConditionBody::from(condition)).expect("JSON");
        assert_eq!(shown, written);
    }

    #[test]
    fn values_may_be_left_out() {
        let (condition, errors) = read(&json!({"test": {"field": "a", "operator": "has_value"}}));
        assert!(errors.is_empty(), "{errors:?}");
        assert!(matches!(condition, Some(Condition::Test(test)) if test.values.is_empty()));
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        for (condition, expected) in [
            (json!({}), &["where.all required"][..]),
            (json!([]), &["where wrong_type"]),
            (json!({"all": [], "any": []}), &["where.any choice_needed"]),
            (
                json!({"all": [{"any": [{"test": {"field": "a", "operator": "equals", "values": ["1"]}}]}]}),
                &["where.all.0.any.0.test.operator malformed"],
            ),
            (
                json!({"test": {"operator": "is", "values": ["1", 2], "case": "same"}}),
                &[
                    "where.test.field required",
                    "where.test.values.1 wrong_type",
                    "where.test.case unknown_field",
                ],
            ),
            (
                json!({"all": ["a"], "not": []}),
                &["where.all.0 wrong_type", "where.not unknown_field"],
            ),
        ] {
            assert_eq!(read(&condition).1, expected, "{condition}");
        }
    }

    #[test]
    fn every_operator_is_documented_with_the_columns_it_is_for() {
        let schema = serde_json::to_value(operators()).expect("JSON");
        let words = schema["description"].as_str().expect("a description");
        for operator in Operator::ALL {
            assert!(
                words.contains(&format!("`{}`", operator.code())),
                "{operator:?}"
            );
        }
        assert_eq!(
            schema["enum"].as_array().map(Vec::len),
            Some(Operator::ALL.len())
        );
    }
}
