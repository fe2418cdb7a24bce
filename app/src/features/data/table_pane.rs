//! The pane of one table: columns, differences, first rows, who uses it.

use leptos::prelude::*;

use super::state::{RefreshedAt, TableState, amount};
use crate::api::{ApiError, get_table, preview_table};
use crate::domain::{ExportId, PreviewRows, SchemaChange, SchemaField, TableDetails, TableId};
use crate::features::listing::ExportLinks;
use crate::i18n::{Language, data as texts, format, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Everything about a table, and the way to correct its schema for whoever may.
#[component]
pub(super) fn TablePane(id: TableId) -> impl IntoView {
    let language = use_language();
    let tick = use_live(&[LiveKind::Tables]);
    let details = ask_server(move || tick.get(), move |_| details_of(id));
    let title = move || match details.get() {
        Some(Ok((details, _))) => details.table.name,
        _ => texts::tables(language).to_owned(),
    };
    let close = close_href();
    let correct = pane_href(PaneRoute::of("schema", id));
    let is_administrator = use_session().is_administrator();
    let footer = ViewFn::from(move || {
        view! {
            {move || {
                let (details, _) = details.get()?.ok()?;
                let disabled_reason = refusal(language, &details, is_administrator);
                Some(
                    view! {
                        <LinkButton href=correct icon="edit" keep_scroll=true disabled_reason>
                            {texts::correct_schema(language)}
                        </LinkButton>
                    },
                )
            }}
        }
    });
    let content = move || {
        details.get().map(|read| match read {
            Ok((details, preview)) => view! { <Content details preview/> }.erased(),
            Err(error) => view! { <Problem error/> }.erased(),
        })
    };
    // The pane stays the same element while its content is read anew.
    view! {
        <Transition>
            <Pane title=Signal::derive(title) close_href=close size=PaneSize::Large footer>
                {dynamic(content)}
            </Pane>
        </Transition>
    }
    .erased()
}

/// Why the columns cannot be corrected now, if so.
fn refusal(language: Language, details: &TableDetails, is_administrator: bool) -> Option<String> {
    let reason = if !is_administrator {
        texts::administrators_only(language)
    } else if details.table.schema.is_empty() {
        texts::correct_schema_waits(language)
    } else {
        return None;
    };
    Some(reason.to_owned())
}

/// First rows, once there are any.
type Preview = Option<Result<PreviewRows, ApiError>>;

/// The table, and its first rows if it was ever refreshed.
async fn details_of(id: TableId) -> Result<(TableDetails, Preview), ApiError> {
    let details = get_table(id).await?;
    let preview = match details.table.rows {
        Some(_) => Some(preview_table(id).await),
        None => None,
    };
    Ok((details, preview))
}

#[component]
fn Content(details: TableDetails, preview: Preview) -> impl IntoView {
    let language = use_language();
    let table = details.table;
    let rows = table
        .rows
        .map(|rows| format::integer(language, amount(rows)));
    let size = table
        .bytes
        .map(|bytes| format::bytes(language, amount(bytes)));
    let state = view! { <TableState table=table.clone()/> };
    let preview = match preview {
        None => view! { <p>{texts::preview_waits(language)}</p> }.erased(),
        Some(Err(error)) => view! { <Problem error/> }.erased(),
        Some(Ok(preview)) => view! { <FirstRows name=table.name.clone() preview/> }.erased(),
    };
    view! {
        <KeyValueList>
            <KeyValue label=texts::source(language)>{table.source_name}</KeyValue>
            <KeyValue label=texts::status(language)>{state}</KeyValue>
            <KeyValue label=texts::refreshed(language)>
                <RefreshedAt at=table.refreshed_at/>
            </KeyValue>
            {rows.map(|rows| view! { <KeyValue label=texts::rows(language)>{rows}</KeyValue> })}
            {size.map(|size| view! { <KeyValue label=texts::size(language)>{size}</KeyValue> })}
        </KeyValueList>
        {table.change.filter(|change| !change.is_empty()).map(|change| view! { <Differences change/> })}
        <FormSection title=texts::schema(language)>
            <Fields fields=table.schema/>
        </FormSection>
        <FormSection title=texts::preview(language)>{preview}</FormSection>
        <FormSection title=texts::used_by(language)>
            <UsedBy exports=details.used_by/>
        </FormSection>
    }
    .erased()
}

/// What the last refresh found different.
#[component]
fn Differences(change: SchemaChange) -> impl IntoView {
    let language = use_language();
    let named = move |names: &[String]| (!names.is_empty()).then(|| format::list(language, names));
    let retyped = change.changed.into_iter().map(move |field| {
        let from = texts::column_type(language, &field.from);
        let to = texts::column_type(language, &field.to);
        view! { <li>{texts::retyped(language, field.name, from, to)}</li> }
    });
    view! {
        <MessageBar intent=Intent::Warning title=texts::change_title(language)>
            <ul class="changes">
                {named(&change.added).map(|names| view! { <li>{texts::added(language, names)}</li> })}
                {named(&change.removed).map(|names| view! { <li>{texts::removed(language, names)}</li> })}
                {retyped.collect_view()}
            </ul>
        </MessageBar>
    }
    .erased()
}

/// The columns with their types and marks.
#[component]
pub fn Fields(
    /// The columns.
    fields: Vec<SchemaField>,
) -> impl IntoView {
    let language = use_language();
    let columns = vec![
        Column::new(texts::column(language)),
        Column::new(texts::kind(language)),
        Column::new(texts::personal(language)),
    ];
    let row = move |field: SchemaField| {
        let mark = field.personal.then(|| {
            view! { <Badge tone=Tone::Warning icon="eye">{texts::personal(language)}</Badge> }
        });
        view! {
            <tr>
                <th scope="row">{field.name}</th>
                <td>{texts::column_type(language, &field.kind)}</td>
                <td>{mark}</td>
            </tr>
        }
    };
    view! {
        <Table caption=texts::schema(language) columns=Signal::stored(columns)>
            {fields.into_iter().map(row).collect_view()}
        </Table>
        <p class="field-help">{texts::personal_help(language)}</p>
    }
    .erased()
}

/// The first rows as text; numbers at the end of their cells.
#[component]
pub fn FirstRows(
    /// Of what they are.
    name: String,
    /// The rows.
    preview: PreviewRows,
) -> impl IntoView {
    let language = use_language();
    if preview.rows.is_empty() {
        return view! { <p>{texts::preview_empty(language)}</p> }.erased();
    }
    let numeric: Vec<bool> = preview
        .columns
        .iter()
        .map(|column| is_number(&column.kind))
        .collect();
    let columns: Vec<_> = preview
        .columns
        .into_iter()
        .zip(&numeric)
        .map(|(column, numeric)| {
            let head = Column::new(column.name);
            if *numeric { head.numeric() } else { head }
        })
        .collect();
    let cell = move |(value, numeric): (Option<String>, &bool)| {
        let class = numeric.then_some("num");
        let value = match value {
            Some(value) => value.erased(),
            None => view! {
                <span class="null">
                    <span aria-hidden="true">"–"</span>
                    <span class="sr">{texts::null(language)}</span>
                </span>
            }
            .erased(),
        };
        view! { <td class=class>{value}</td> }
    };
    let rows = preview
        .rows
        .into_iter()
        .map(|values| {
            let cells = values.into_iter().zip(&numeric).map(cell).collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        {preview.masked.then(|| view! { <p>{texts::masked(language)}</p> })}
        <div class="preview">
            <Table
                caption=texts::preview_caption(language, name)
                columns=Signal::stored(columns)
            >
                {rows}
            </Table>
        </div>
    }
    .erased()
}

fn is_number(kind: &str) -> bool {
    ["int", "uint", "double", "float", "decimal"]
        .iter()
        .any(|start| kind.starts_with(start))
}

/// The exports that send it.
#[component]
fn UsedBy(exports: Vec<(ExportId, String)>) -> impl IntoView {
    let language = use_language();
    if exports.is_empty() {
        return view! { <p>{texts::used_by_none(language)}</p> }.erased();
    }
    view! { <ExportLinks exports/> }.erased()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TableSummary;

    fn details(schema: Vec<SchemaField>) -> TableDetails {
        let (id, source_id) = (
            "00000000-0000-7000-8000-000000000001",
            "00000000-0000-7000-8000-000000000099",
        );
        TableDetails {
            table: TableSummary {
                id: id.parse().expect("a UUID"),
                version: 1,
                source_id: source_id.parse().expect("a UUID"),
                source_name: "Shop".into(),
                name: "customers".into(),
                rows: None,
                bytes: None,
                refreshed_at: None,
                schema,
                change: None,
                problem: None,
            },
            used_by: Vec::new(),
            may_edit: true,
            corrected: false,
        }
    }

    #[test]
    fn columns_are_corrected_by_administrators_once_there_are_any() {
        let column = SchemaField {
            name: "age".into(),
            kind: "integer".into(),
            nullable: true,
            personal: false,
        };
        let refused = |columns: Vec<SchemaField>, is_administrator: bool| {
            refusal(Language::English, &details(columns), is_administrator)
        };
        assert_eq!(refused(vec![column.clone()], true), None);
        assert!(refused(vec![column], false).is_some_and(|why| why.contains("administrators")));
        assert!(refused(Vec::new(), true).is_some_and(|why| why.contains("first refresh")));
    }

    #[test]
    fn numbers_are_told_from_texts() {
        assert!(
            ["integer", "int32", "uint8", "decimal(38,2)", "double"]
                .into_iter()
                .all(is_number)
        );
        assert!(
            !["text", "date", "boolean", "timestamp_utc"]
                .into_iter()
                .any(is_number)
        );
    }
}
