//! One table of a receipt: its snapshot, fields and files.

use leptos::prelude::*;

use super::figures::{count, rows};
use crate::domain::{DeliveredFile, FieldMapping, SchemaField, WaybillTable};
use crate::i18n::{format, runs, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// So many files are listed; the waybill as JSON has them all.
const FILES_LISTED: usize = 50;

/// What was read and delivered of one table.
#[component]
pub(super) fn ReceiptTable(
    /// Place in the waybill: makes ids unique.
    index: usize,
    /// The table.
    table: WaybillTable,
) -> impl IntoView {
    let language = use_language();
    let escaped = (table.escaped_cells > 0).then(|| {
        view! {
            <KeyValue label=runs::escaped_cells(language)>
                {format::integer(language, count(table.escaped_cells))}
            </KeyValue>
        }
    });
    view! {
        <section class="waybill-table">
            <h4>{table.table.clone()}</h4>
            <KeyValueList>
                <KeyValue label=runs::snapshot(language)>
                    <code>{table.snapshot}</code>
                    " "
                    <Time at=instant(table.snapshot_at) absolute=true/>
                </KeyValue>
                {escaped}
            </KeyValueList>
            <Files index files=table.files/>
            <Fields table=table.table schema=table.schema mapping=table.mapping/>
        </section>
    }
    .erased()
}

#[component]
fn Files(index: usize, files: Vec<DeliveredFile>) -> impl IntoView {
    let language = use_language();
    if files.is_empty() {
        return view! { <p>{runs::no_files(language)}</p> }.erased();
    }
    let more = files.len().saturating_sub(FILES_LISTED);
    let item = |(place, file): (usize, DeliveredFile)| {
        let size = format::bytes(language, count(file.bytes));
        view! {
            <li class="waybill-file">
                <code class="waybill-path">{file.path.clone()}</code>
                <span class="waybill-size">{rows(language, file.rows)} " · " {size}</span>
                <CopyField
                    id=format!("sha256-{index}-{place}")
                    label=runs::checksum_of(language, &file.path)
                    value=file.sha256
                />
            </li>
        }
    };
    let listed = files
        .into_iter()
        .take(FILES_LISTED)
        .enumerate()
        .map(item)
        .collect_view();
    let more = u64::try_from(more).ok().filter(|more| *more > 0);
    view! {
        <h5>{runs::files(language)}</h5>
        <ul class="waybill-files">{listed}</ul>
        {more.map(|more| view! { <p>{runs::more_files(language, more)}</p> })}
    }
    .erased()
}

/// Fields as delivered: name, where from, type.
#[component]
fn Fields(table: String, schema: Vec<SchemaField>, mapping: Vec<FieldMapping>) -> impl IntoView {
    let language = use_language();
    let fields = u64::try_from(schema.len()).unwrap_or_default();
    let row = |field: SchemaField| {
        let source = mapping
            .iter()
            .find(|mapping| mapping.target == field.name)
            .map_or_else(|| field.name.clone(), |mapping| mapping.source.clone());
        view! {
            <tr>
                <th scope="row">{field.name}</th>
                <td>{source}</td>
                <td>
                    <code>{field.kind}</code>
                </td>
            </tr>
        }
    };
    let columns = vec![
        Column::new(runs::field(language)),
        Column::new(runs::field_source(language)),
        Column::new(runs::field_type(language)),
    ];
    let rows = schema.into_iter().map(row).collect_view();
    view! {
        <details class="waybill-fields">
            <summary>{runs::fields_delivered(language, fields)}</summary>
            <Table caption=runs::fields_caption(language, table) columns=columns>
                {rows}
            </Table>
        </details>
    }
    .erased()
}
