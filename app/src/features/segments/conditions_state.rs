//! Conditions as they are being edited: a tree of groups and tests, each with signals of its own.
//!
//! The signals are counted references: nodes are made while buttons are pressed, and live as long as the tree has
//! them. A control keeps its place in the names of errors: `where.0.1.field` is the column of the second node of the
//! first group.

use leptos::prelude::*;

use crate::domain::{Arity, Condition, Family, Operator, SchemaField, Test, instant};

/// Codes of how a group joins what is in it.
pub(super) const ALL: &str = "all";
pub(super) const ANY: &str = "any";
/// The name of the outer group, as REST has it.
pub(super) const ROOT: &str = "where";

/// One line of a group.
#[derive(Clone)]
pub(super) enum Node {
    Group(Group),
    Test(TestState),
}

/// Tests and groups that are joined.
#[derive(Clone)]
pub(super) struct Group {
    pub(super) joined: ArcRwSignal<String>,
    pub(super) nodes: ArcRwSignal<Vec<Node>>,
}

/// One test of one column. What other comparisons need is kept, so that switching between them loses nothing.
#[derive(Clone)]
pub(super) struct TestState {
    pub(super) field: ArcRwSignal<String>,
    pub(super) operator: ArcRwSignal<String>,
    /// The only value, the first of two, or a number of days.
    pub(super) first: ArcRwSignal<String>,
    pub(super) second: ArcRwSignal<String>,
    /// Several, one a line.
    pub(super) list: ArcRwSignal<String>,
    /// Those it was made with: they may hold what lines cannot.
    given: Vec<String>,
}

fn text(value: &str) -> ArcRwSignal<String> {
    ArcRwSignal::new(value.to_owned())
}

impl Node {
    fn of(condition: &Condition, columns: &[SchemaField]) -> Self {
        let (joined, inner) = match condition {
            Condition::Test(test) => return Self::Test(TestState::of(test, columns)),
            Condition::All(inner) => (ALL, inner),
            Condition::Any(inner) => (ANY, inner),
        };
        let nodes = inner.iter().map(|one| Self::of(one, columns)).collect();
        Self::Group(Group::new(joined, nodes))
    }

    fn condition(&self) -> Condition {
        match self {
            Self::Group(group) => group.condition(),
            Self::Test(test) => Condition::Test(test.test()),
        }
    }

    /// The name of its first control, for the focus.
    pub(super) fn first_field(&self, name: &str) -> String {
        match self {
            Self::Group(_) => name.to_owned(),
            Self::Test(_) => format!("{name}.field"),
        }
    }
}

impl Group {
    fn new(joined: &str, nodes: Vec<Node>) -> Self {
        Self {
            joined: text(joined),
            nodes: ArcRwSignal::new(nodes),
        }
    }

    /// A group with one test to fill in.
    pub(super) fn started(joined: &str) -> Self {
        Self::new(joined, vec![Node::Test(TestState::empty())])
    }

    /// The group of a condition; a test alone gets one around it.
    pub(super) fn of(condition: &Condition, columns: &[SchemaField]) -> Self {
        match Node::of(condition, columns) {
            Node::Group(group) => group,
            test @ Node::Test(_) => Self::new(ALL, vec![test]),
        }
    }

    /// What is typed, as a condition.
    pub(super) fn condition(&self) -> Condition {
        let inner = self.nodes.get().iter().map(Node::condition).collect();
        if self.joined.with(|joined| joined == ANY) {
            Condition::Any(inner)
        } else {
            Condition::All(inner)
        }
    }

    /// The way of joining that is not this one's: what a group within it is usually for.
    pub(super) fn other_joint(&self) -> &'static str {
        if self.joined.with_untracked(|joined| joined == ANY) {
            ALL
        } else {
            ANY
        }
    }

    /// The names of all controls in it, in their order; `name` is that of the group.
    pub(super) fn fields(&self, name: &str) -> Vec<String> {
        let mut fields = vec![name.to_owned()];
        for (place, node) in self.nodes.get().iter().enumerate() {
            let name = format!("{name}.{place}");
            match node {
                Node::Group(group) => fields.extend(group.fields(&name)),
                Node::Test(test) => fields.extend(test.fields(&name)),
            }
        }
        fields
    }

    /// The control that a place of the definition (`where.all.0.test.values.1`) is about.
    pub(super) fn field_of(&self, place: &str) -> String {
        let parts: Vec<&str> = place
            .split('.')
            .filter(|part| !matches!(*part, "all" | "any" | "test"))
            .collect();
        let places: Vec<usize> = parts
            .iter()
            .skip(1)
            .map_while(|part| part.parse().ok())
            .collect();
        let (way, rest) = parts.split_at(parts.len().min(places.len() + 1));
        match (rest, self.node_at(&places)) {
            (["values", values @ ..], Some(Node::Test(test))) => {
                test.value_field(&way.join("."), values.first().copied())
            }
            _ => parts.join("."),
        }
    }

    fn node_at(&self, places: &[usize]) -> Option<Node> {
        let (first, rest) = places.split_first()?;
        let node = self
            .nodes
            .with_untracked(|nodes| nodes.get(*first).cloned())?;
        match node {
            Node::Group(group) if !rest.is_empty() => group.node_at(rest),
            node => rest.is_empty().then_some(node),
        }
    }
}

impl TestState {
    /// A test to fill in.
    pub(super) fn empty() -> Self {
        let test = Test {
            field: String::new(),
            operator: Operator::Is,
            values: Vec::new(),
        };
        Self::of(&test, &[])
    }

    fn of(test: &Test, columns: &[SchemaField]) -> Self {
        let family = family_of(&test.field, columns);
        let value = |place: usize| {
            let value = test.values.get(place).map_or("", String::as_str);
            ArcRwSignal::new(typed(family, value))
        };
        Self {
            field: text(&test.field),
            operator: text(test.operator.code()),
            first: value(0),
            second: value(1),
            list: ArcRwSignal::new(test.values.join("\n")),
            given: test.values.clone(),
        }
    }

    /// The comparison chosen.
    pub(super) fn comparison(&self) -> Operator {
        self.operator
            .with(|code| Operator::from_code(code))
            .unwrap_or(Operator::Is)
    }

    fn test(&self) -> Test {
        let operator = self.comparison();
        let values = match operator.arity() {
            Arity::None => Vec::new(),
            Arity::One | Arity::Days => vec![self.first.get()],
            Arity::Two => vec![self.first.get(), self.second.get()],
            Arity::Some => self.list.with(|list| self.values_of(list)),
        };
        Test {
            field: self.field.get(),
            operator,
            values,
        }
    }

    fn values_of(&self, list: &str) -> Vec<String> {
        if *list == self.given.join("\n") {
            return self.given.clone();
        }
        list.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn fields(&self, name: &str) -> Vec<String> {
        let mut fields = vec![format!("{name}.field"), format!("{name}.operator")];
        match self.comparison().arity() {
            Arity::None => {}
            Arity::Some => fields.push(format!("{name}.values")),
            Arity::One | Arity::Days => fields.push(format!("{name}.values.0")),
            Arity::Two => fields.extend([0, 1].map(|place| format!("{name}.values.{place}"))),
        }
        fields
    }

    /// The control of a value, or of all of them.
    fn value_field(&self, name: &str, place: Option<&str>) -> String {
        match untrack(|| self.comparison()).arity() {
            Arity::None => format!("{name}.operator"),
            Arity::Some => format!("{name}.values"),
            Arity::One | Arity::Days => format!("{name}.values.0"),
            Arity::Two => format!("{name}.values.{}", place.unwrap_or("0")),
        }
    }
}

/// The family of a column; one that is not known is compared as text.
pub(super) fn family_of(field: &str, columns: &[SchemaField]) -> Family {
    columns
        .iter()
        .find(|column| column.name == field)
        .map_or(Family::Text, |column| Family::of(&column.kind))
}

/// A stored value as its control takes it: whole minutes without their zone, which is UTC.
fn typed(family: Family, value: &str) -> String {
    if family != Family::Instant {
        return value.to_owned();
    }
    let minutes = instant(value)
        .filter(|at| at % 60_000_000 == 0)
        .and_then(chrono::DateTime::from_timestamp_micros)
        .and_then(|at| {
            let text = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            text.get(..WALL_LENGTH).map(str::to_owned)
        });
    minutes.unwrap_or_else(|| value.to_owned())
}

/// As long as `2026-11-25T06:00`.
const WALL_LENGTH: usize = 16;

/// Whether it is finer than a control for a day and a time can show.
pub(super) fn is_fine_instant(value: &str) -> bool {
    value.len() > WALL_LENGTH && instant(value).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<SchemaField> {
        [
            ("name", "text"),
            ("age", "integer"),
            ("seen", "timestamp_utc"),
        ]
        .map(|(name, kind)| SchemaField {
            name: name.to_owned(),
            kind: kind.to_owned(),
            nullable: true,
            personal: false,
        })
        .to_vec()
    }

    fn test(field: &str, operator: Operator, values: &[&str]) -> Condition {
        Condition::Test(Test {
            field: field.to_owned(),
            operator,
            values: values.iter().map(|&value| value.to_owned()).collect(),
        })
    }

    fn nested() -> Condition {
        Condition::All(vec![
            test("name", Operator::IsOneOf, &["Ada ", "", "two\nlines"]),
            Condition::Any(vec![
                test("age", Operator::Between, &["18", "30"]),
                test("seen", Operator::Less, &["2026-11-25T06:00:00.123456Z"]),
                Condition::Any(Vec::new()),
                test("seen", Operator::HasNoValue, &[]),
            ]),
        ])
    }

    #[test]
    fn conditions_come_back_as_they_went_in() {
        let group = Group::of(&nested(), &columns());
        assert_eq!(group.condition(), nested());
        let alone = test("age", Operator::InLastDays, &["3"]);
        let wrapped = Group::of(&alone, &columns());
        assert_eq!(wrapped.condition(), Condition::All(vec![alone]));
    }

    #[test]
    fn whole_minutes_become_what_a_control_for_time_takes() {
        let seen = test("seen", Operator::Is, &["2026-11-25T07:00:00+01:00"]);
        let group = Group::of(&seen, &columns());
        let expected = test("seen", Operator::Is, &["2026-11-25T06:00"]);
        assert_eq!(group.condition(), Condition::All(vec![expected]));
        // A text that looks like an instant is a text.
        let name = test("name", Operator::Is, &["2026-11-25T07:00:00+01:00"]);
        let group = Group::of(&name, &columns());
        assert_eq!(group.condition(), Condition::All(vec![name]));
        assert!(is_fine_instant("2026-11-25T06:00:00.123456Z"));
        for value in [
            "2026-11-25T06:00",
            "",
            "2026-11-25",
            "what was typed for a text",
        ] {
            assert!(!is_fine_instant(value), "{value}");
        }
    }

    #[test]
    fn switching_between_comparisons_loses_nothing_and_lists_are_lines() {
        let state = TestState::empty();
        state.field.set("name".into());
        state.first.set("Ada".into());
        state.operator.set("is_one_of".into());
        state.list.set(" Ada \n\nÉmile\n".into());
        assert_eq!(state.test().values, ["Ada", "Émile"]);
        state.operator.set("has_value".into());
        assert_eq!(state.test().values, [""; 0]);
        state.operator.set("is".into());
        assert_eq!(state.test().values, ["Ada"]);
    }

    #[test]
    fn errors_find_the_controls_they_are_about() {
        let group = Group::of(&nested(), &columns());
        for (place, field) in [
            ("where", "where"),
            ("where.all.0.test.values.2", "where.0.values"),
            ("where.all.0.test.values", "where.0.values"),
            ("where.all.0.test.field", "where.0.field"),
            ("where.all.1.any.0.test.values", "where.1.0.values.0"),
            ("where.all.1.any.0.test.values.1", "where.1.0.values.1"),
            ("where.all.1.any.1.test.values.0", "where.1.1.values.0"),
            ("where.all.1.any.3.test.values", "where.1.3.operator"),
            ("where.all.1.any.2", "where.1.2"),
            ("where.all.9.test.values.0", "where.9.values.0"),
            ("sql", "sql"),
        ] {
            assert_eq!(group.field_of(place), field, "{place}");
        }
        let fields = group.fields(ROOT);
        for field in ["where", "where.0.values", "where.1.0.values.1", "where.1.2"] {
            assert!(fields.iter().any(|known| known == field), "{field}");
        }
    }
}
