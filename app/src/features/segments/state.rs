//! All that is typed into the form of a segment. Both ways of choosing rows are kept, so that switching between them
//! loses nothing; what is saved is the one that is chosen.

use leptos::prelude::*;

use super::conditions_state::{ALL, Group, ROOT};
use super::load::Loaded;
use crate::domain::{
    Condition, FieldErrors, Reason, SchemaField, SegmentDefinition, SegmentDetails, SegmentDraft,
    TableId, TableSummary, segment_name,
};

/// Values of the choice how rows are chosen.
pub(super) const CONDITIONS: &str = "conditions";
pub(super) const SQL: &str = "sql";

/// What is typed, to tell whether anything changed.
#[derive(Clone, Debug, PartialEq)]
struct Typed {
    name: String,
    kind: String,
    table: String,
    condition: Condition,
    sql: String,
}

/// The form. Its parts are signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct FormState {
    pub(super) name: RwSignal<String>,
    pub(super) kind: RwSignal<String>,
    pub(super) table: RwSignal<String>,
    pub(super) sql: RwSignal<String>,
    root: StoredValue<Group>,
    /// Every table, by source and name.
    pub(super) tables: StoredValue<Vec<TableSummary>>,
    /// Columns of the table that is chosen.
    pub(super) columns: Memo<Vec<SchemaField>>,
    original: StoredValue<Option<Typed>>,
}

impl FormState {
    /// The form filled in; a new one has one test to fill in.
    pub(super) fn new(loaded: &Loaded) -> Self {
        let stored = loaded.details.as_ref();
        let mut tables = loaded.tables.clone();
        let by_source = |table: &TableSummary| (table.source_name.clone(), table.name.clone());
        tables.sort_by_cached_key(by_source);
        let (kind, table, sql, root) = match stored.map(|stored| &stored.definition) {
            None => (CONDITIONS, String::new(), "", Group::started(ALL)),
            Some(SegmentDefinition::Sql { sql }) => {
                (SQL, String::new(), sql.as_str(), Group::started(ALL))
            }
            Some(SegmentDefinition::Conditions {
                table_id,
                condition,
            }) => {
                let columns = columns_of(&tables, &table_id.to_string());
                let root = Group::of(condition, &columns);
                (CONDITIONS, table_id.to_string(), "", root)
            }
        };
        let tables = StoredValue::new(tables);
        let table = RwSignal::new(table);
        let columns = Memo::new(move |_| {
            table.with(|table| tables.with_value(|tables| columns_of(tables, table)))
        });
        let form = Self {
            name: RwSignal::new(stored.map(name_of).unwrap_or_default()),
            kind: RwSignal::new(kind.to_owned()),
            table,
            sql: RwSignal::new(sql.to_owned()),
            root: StoredValue::new(root),
            tables,
            columns,
            original: StoredValue::new(None),
        };
        form.original.set_value(Some(untrack(|| form.typed())));
        form
    }

    /// The outer group of the conditions.
    pub(super) fn root(self) -> Group {
        self.root.get_value()
    }

    /// Whether rows are chosen by a statement.
    pub(super) fn is_sql(self) -> bool {
        self.kind.with(|kind| kind == SQL)
    }

    fn typed(self) -> Typed {
        Typed {
            name: self.name.get(),
            kind: self.kind.get(),
            table: self.table.get(),
            condition: self.root().condition(),
            sql: self.sql.get(),
        }
    }

    /// Whether anything differs from what the form was filled in with.
    pub(super) fn is_changed(self) -> bool {
        let now = self.typed();
        self.original
            .with_value(|original| original.as_ref() != Some(&now))
    }

    /// The definition, or what the browser can already tell is wrong with it, under the names of the controls.
    pub(super) fn definition(self) -> Result<SegmentDefinition, FieldErrors> {
        let mut errors = FieldErrors::default();
        let definition = if self.is_sql() {
            let sql = self.sql.with(|sql| SegmentDefinition::sql(sql));
            errors
                .take("sql", sql)
                .map(|sql| SegmentDefinition::Sql { sql })
        } else {
            let condition = self.root().condition();
            let table = self.table.with(|table| table.parse::<TableId>());
            let table = errors.take("table_id", table.map_err(|_| Reason::new("choice_needed")));
            table.map(|table_id| {
                self.columns
                    .with(|columns| condition.check(columns, ROOT, &mut errors));
                SegmentDefinition::Conditions {
                    table_id,
                    condition,
                }
            })
        };
        match definition {
            Some(definition) if errors.0.is_empty() => Ok(definition),
            _ => Err(self.named(errors)),
        }
    }

    /// The draft, or all that is wrong with it. The server checks all of it again, with the same parsers.
    pub(super) fn submission(self) -> Result<SegmentDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = self.name.with(|name| segment_name(name));
        let name = errors.take("name", name);
        match (name, self.definition()) {
            (Some(name), Ok(definition)) => Ok(SegmentDraft { name, definition }),
            (_, definition) => {
                if let Err(wrong) = definition {
                    errors.0.extend(wrong.0);
                }
                Err(errors)
            }
        }
    }

    /// Errors under the names of the controls they are about.
    pub(super) fn named(self, errors: FieldErrors) -> FieldErrors {
        let root = self.root();
        let mut named = FieldErrors::default();
        for error in errors.0 {
            named.add(&root.field_of(&error.field), error.reason);
        }
        named
    }

    /// The names of the controls in sight, in their order.
    pub(super) fn fields(self) -> Vec<String> {
        let mut fields = vec!["name".to_owned()];
        if self.is_sql() {
            fields.push("sql".to_owned());
        } else {
            fields.push("table_id".to_owned());
            fields.extend(self.root().fields(ROOT));
        }
        fields
    }
}

fn name_of(details: &SegmentDetails) -> String {
    details.segment.name.clone()
}

fn columns_of(tables: &[TableSummary], id: &str) -> Vec<SchemaField> {
    tables
        .iter()
        .find(|table| table.id.to_string() == id)
        .map(|table| table.schema.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "00000000-0000-7000-8000-000000000001";

    fn loaded() -> Loaded {
        let column = |(name, kind): (&str, &str)| SchemaField {
            name: name.to_owned(),
            kind: kind.to_owned(),
            nullable: true,
            personal: false,
        };
        let table = TableSummary {
            id: TABLE.parse().expect("a UUID"),
            version: 1,
            source_id: "00000000-0000-7000-8000-000000000099"
                .parse()
                .expect("a UUID"),
            source_name: "Files".into(),
            name: "customers".into(),
            rows: Some(10),
            bytes: None,
            refreshed_at: None,
            schema: vec![column(("name", "text")), column(("age", "integer"))],
            change: None,
            problem: None,
        };
        Loaded {
            details: None,
            tables: vec![table],
        }
    }

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.0.iter().map(|error| error.field.as_str()).collect()
    }

    #[test]
    fn an_empty_form_is_unchanged_and_says_what_it_lacks() {
        Owner::new().with(|| {
            let form = FormState::new(&loaded());
            assert!(!form.is_changed());
            let errors = form.submission().expect_err("nothing is filled in");
            assert_eq!(fields(&errors), ["name", "table_id"]);
            form.table.set(TABLE.into());
            assert!(form.is_changed());
            let errors = form.submission().expect_err("no column is chosen");
            assert_eq!(fields(&errors), ["name", "where.0.field"]);
        });
    }

    #[test]
    fn both_ways_are_kept_and_the_chosen_one_is_saved() {
        Owner::new().with(|| {
            let form = FormState::new(&loaded());
            form.name.set(" Everybody ".into());
            form.table.set(TABLE.into());
            form.root().nodes.set(Vec::new());
            form.sql.set(" SELECT name FROM customers ".into());
            let draft = form.submission().expect("conditions without tests");
            assert_eq!(draft.name, "Everybody");
            assert!(matches!(
                draft.definition,
                SegmentDefinition::Conditions { condition: Condition::All(inner), .. } if inner.is_empty()
            ));
            form.kind.set(SQL.into());
            let sql = SegmentDefinition::Sql {
                sql: "SELECT name FROM customers".into(),
            };
            assert_eq!(form.definition(), Ok(sql));
            form.sql.set(" ".into());
            let errors = form.definition().expect_err("there is no statement");
            assert_eq!(fields(&errors), ["sql"]);
        });
    }
}
