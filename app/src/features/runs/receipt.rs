//! The waybill as a small receipt: counts that visibly add up, then what was delivered and from what.

use leptos::prelude::*;

use super::figures::{between, count};
use super::receipt_files::ReceiptTable;
use crate::domain::{Compression, DeliveryOptions, FileFormat, ItemCounts, Waybill};
use crate::i18n::{Language, exports, format, runs, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// All tables of a waybill together.
fn total(waybill: &Waybill) -> ItemCounts {
    waybill
        .tables
        .iter()
        .fold(ItemCounts::default(), |sum, table| {
            let counts = table.counts;
            ItemCounts {
                read: sum.read + counts.read,
                written: sum.written + counts.written,
                unchanged: sum.unchanged + counts.unchanged,
                withheld: sum.withheld + counts.withheld,
                rejected: sum.rejected + counts.rejected,
                in_doubt: sum.in_doubt + counts.in_doubt,
                removed: sum.removed + counts.removed,
                bytes: sum.bytes + counts.bytes,
            }
        })
}

/// How the files were written, in a few words.
fn options_text(language: Language, options: &DeliveryOptions) -> String {
    let mut parts = vec![exports::format(language, options.format).to_owned()];
    if options.format != FileFormat::Parquet && options.compression != Compression::None {
        parts.push(options.compression.code().to_owned());
    }
    if options.format == FileFormat::Csv {
        parts.push(exports::delimiter_name(language, options.delimiter).to_owned());
        parts.push(exports::line_end_name(language, options.line_end).to_owned());
        let flags = [
            (options.header, exports::header_row(language)),
            (options.bom, exports::bom(language)),
            (options.decimal_comma, exports::decimal_comma(language)),
            (
                options.spreadsheet_safe,
                exports::spreadsheet_safe(language),
            ),
        ];
        parts.extend(
            flags
                .iter()
                .filter(|(on, _)| *on)
                .map(|(_, name)| (*name).to_owned()),
        );
    }
    parts.join(" · ")
}

/// The receipt of a delivery.
#[component]
pub(super) fn Receipt(waybill: Waybill) -> impl IntoView {
    let language = use_language();
    let total = total(&waybill);
    let sum = runs::adds_up(
        language,
        runs::rows_read(language, count(total.read)),
        runs::rows_written(language, count(total.written)),
        runs::rows_unchanged(language, count(total.unchanged)),
        runs::rows_withheld(language, count(total.withheld)),
        runs::rows_rejected(language, count(total.rejected)),
        runs::rows_in_doubt(language, count(total.in_doubt)),
    );
    let taken = between(language, waybill.started_at, waybill.ended_at);
    let options = options_text(language, &waybill.options);
    let json = format!("/api/v1/runs/{}/waybill", waybill.run_id);
    let file_name = format!("waybill-{}.json", waybill.run_id);
    let data_as_of = waybill.data_as_of.map(|at| {
        view! {
            <KeyValue label=runs::data_as_of(language)>
                <Time at=instant(at) absolute=true/>
            </KeyValue>
        }
    });
    let counts = counts_rows(language, &waybill, total);
    let tables = waybill
        .tables
        .into_iter()
        .enumerate()
        .map(|(index, table)| view! { <ReceiptTable index table/> })
        .collect_view();
    view! {
        <section class="waybill" aria-labelledby="waybill-title">
            <h3 id="waybill-title">{runs::waybill(language)}</h3>
            <StackedBar label=runs::bar_label(language) parts=parts(language, total)/>
            <p class="waybill-sum">{sum}</p>
            <Table caption=runs::counts_caption(language) columns=count_columns(language)>
                {counts}
            </Table>
            <KeyValueList>
                <KeyValue label=runs::connection(language)>{waybill.connection_name}</KeyValue>
                <KeyValue label=runs::size(language)>
                    {format::bytes(language, count(total.bytes))}
                </KeyValue>
                <KeyValue label=runs::duration(language)>{taken}</KeyValue>
                {data_as_of}
                <KeyValue label=runs::options(language)>{options}</KeyValue>
            </KeyValueList>
            {tables}
            <LinkButton href=json icon="arrow_download" download=file_name>
                {runs::download_json(language)}
            </LinkButton>
        </section>
    }
    .erased()
}

/// The parts of the bar, in the order of the sum.
fn parts(language: Language, counts: ItemCounts) -> Vec<BarPart> {
    [
        (runs::written(language), counts.written, Tone::Success),
        (runs::unchanged(language), counts.unchanged, Tone::Brand),
        (runs::withheld(language), counts.withheld, Tone::Neutral),
        (runs::rejected(language), counts.rejected, Tone::Danger),
        (runs::in_doubt(language), counts.in_doubt, Tone::Warning),
    ]
    .into_iter()
    .map(|(label, value, tone)| BarPart::new(label, count(value), tone))
    .collect()
}

/// `Read` is what the next five add up to; *Removed* is counted apart, after them.
fn count_columns(language: Language) -> Vec<Column> {
    let mut columns = vec![Column::new(runs::table(language))];
    columns.extend(
        [
            runs::read(language),
            runs::written(language),
            runs::unchanged(language),
            runs::withheld(language),
            runs::rejected(language),
            runs::in_doubt(language),
            runs::removed(language),
        ]
        .map(|label| Column::new(label).numeric()),
    );
    columns
}

fn counts_rows(language: Language, waybill: &Waybill, total: ItemCounts) -> AnyView {
    let several = waybill.tables.len() > 1;
    let rows = waybill
        .tables
        .iter()
        .map(|table| counts_row(language, table.table.clone(), table.counts))
        .collect_view();
    view! {
        {rows}
        {several.then(|| counts_row(language, runs::total(language).to_owned(), total))}
    }
    .erased()
}

fn counts_row(language: Language, name: String, counts: ItemCounts) -> impl IntoView + use<> {
    let cells = [
        counts.read,
        counts.written,
        counts.unchanged,
        counts.withheld,
        counts.rejected,
        counts.in_doubt,
        counts.removed,
    ]
    .map(|value| view! { <td class="num">{format::integer(language, count(value))}</td> });
    view! {
        <tr>
            <th scope="row">{name}</th>
            {cells.into_iter().collect_view()}
        </tr>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Preset;

    #[test]
    fn options_name_what_was_chosen() {
        let french = DeliveryOptions::default().preset(Preset::ExcelFrance);
        let text = options_text(Language::English, &french);
        assert!(
            text.starts_with("CSV · Semicolon ( ; ) · CRLF (Windows) · Header row"),
            "{text}"
        );
        let parquet = DeliveryOptions {
            format: FileFormat::Parquet,
            compression: Compression::Gzip,
            ..DeliveryOptions::default()
        };
        assert_eq!(options_text(Language::English, &parquet), "Parquet");
    }
}
