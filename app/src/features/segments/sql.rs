//! A segment by a statement: the statement, and names of tables and columns to put into it.

use std::collections::BTreeMap;

use leptos::{html, prelude::*};

use super::saving::Errors;
use super::state::FormState;
use crate::domain::{SchemaField, TableSummary};
use crate::i18n::{data, segments as texts, use_language};
use crate::ui::prelude::*;

/// Lines of the statement in sight.
const LINES: u32 = 10;

/// The statement and the names.
#[component]
pub(super) fn Statement(form: FormState, errors: Errors) -> impl IntoView {
    let language = use_language();
    let area = NodeRef::<html::Textarea>::new();
    view! {
        <TextArea
            name="sql"
            label=texts::statement(language)
            value=form.sql
            help=texts::statement_help(language)
            rows=LINES
            mono=true
            required=true
            node_ref=area
            error=errors.of("sql", form.sql)
        />
        <Names form area/>
    }
    .erased()
}

/// The names of one table at a time, each a button.
#[component]
fn Names(form: FormState, area: NodeRef<html::Textarea>) -> impl IntoView {
    let language = use_language();
    let tables = form
        .tables
        .with_value(|tables| tables.iter().map(Named::of(tables)).collect::<Vec<_>>());
    let first = tables.first().map(|table| table.id.clone());
    let shown = RwSignal::new(first.unwrap_or_default());
    let choices: Vec<_> = tables
        .iter()
        .map(|table| Choice::new(&table.id, &table.name).group(&table.source))
        .collect();
    let insert = move |name: String| insert_text(area, form.sql, &name);
    let names = move || {
        let chosen = shown.get();
        let table = tables.iter().find(|table| table.id == chosen)?.clone();
        let columns = table
            .columns
            .into_iter()
            .map(|column| {
                let kind = data::column_type(language, &column.kind);
                let written = quoted(&column.name);
                view! {
                    <li>
                        <NameButton
                            name=texts::column_with_type(language, column.name, kind)
                            on_click=move || insert(written.clone())
                        />
                    </li>
                }
            })
            .collect_view();
        let written = table.written;
        Some(view! {
            <ul>
                <li>
                    <NameButton name=table.name on_click=move || insert(written.clone())/>
                </li>
                {columns}
            </ul>
        })
    };
    view! {
        <FieldGroup name="names" label=texts::names(language) help=texts::names_help(language)>
            <div class="sql-names">
                <SelectField
                    name="names.table"
                    label=texts::names_of(language)
                    value=shown
                    options=Signal::stored(choices)
                />
                {dynamic(names)}
            </div>
        </FieldGroup>
    }
    .erased()
}

/// A name that a click puts into the statement.
#[component]
fn NameButton(name: String, #[prop(into)] on_click: Callback<()>) -> impl IntoView {
    let language = use_language();
    view! {
        <Button appearance=Appearance::Subtle on_click=move |_| on_click.run(())>
            <span class="sr">{texts::insert(language)} " "</span>
            {name}
        </Button>
    }
    .erased()
}

/// A table as a statement names it.
#[derive(Clone)]
struct Named {
    id: String,
    name: String,
    source: String,
    /// Quoted, with its source where several have a table of this name.
    written: String,
    columns: Vec<SchemaField>,
}

impl Named {
    /// How each of these tables is named.
    fn of(tables: &[TableSummary]) -> impl Fn(&TableSummary) -> Self {
        let mut counts = BTreeMap::<String, usize>::new();
        for table in tables {
            *counts.entry(table.name.clone()).or_default() += 1;
        }
        move |table: &TableSummary| {
            let is_only = counts.get(&table.name).is_none_or(|count| *count == 1);
            let name = quoted(&table.name);
            Self {
                id: table.id.to_string(),
                name: table.name.clone(),
                source: table.source_name.clone(),
                written: if is_only {
                    name
                } else {
                    format!("{}.{name}", quoted(&table.source_name))
                },
                columns: table.schema.clone(),
            }
        }
    }
}

/// A name between double quotes: exact, whatever it is made of.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(number: u32, source: &str, name: &str) -> TableSummary {
        let id = |number: u32| format!("00000000-0000-7000-8000-{number:012}");
        TableSummary {
            id: id(number).parse().expect("a UUID"),
            version: 1,
            source_id: id(99).parse().expect("a UUID"),
            source_name: source.to_owned(),
            name: name.to_owned(),
            rows: None,
            bytes: None,
            refreshed_at: None,
            schema: Vec::new(),
            change: None,
            problem: None,
        }
    }

    #[test]
    fn a_name_that_several_sources_have_is_written_with_its_source() {
        let tables = [
            table(1, "Shop", "orders"),
            table(2, "Old \"shop\"", "orders"),
            table(3, "Shop", "customers"),
        ];
        let written: Vec<_> = tables
            .iter()
            .map(Named::of(&tables))
            .map(|table| table.written)
            .collect();
        assert_eq!(
            written,
            [
                r#""Shop"."orders""#,
                r#""Old ""shop"""."orders""#,
                r#""customers""#
            ]
        );
    }
}
