//! The configuration of an export, to read.

use leptos::prelude::*;

use crate::domain::{DeliveryOptions, ExportDetails, ExportItem, FileFormat};
use crate::features::runs::count;
use crate::i18n::{Language, exports, format, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Everything that was set up.
#[component]
pub(super) fn ExportFacts(details: ExportDetails) -> impl IntoView {
    let language = use_language();
    let row = details.row;
    let connection = match row.connection {
        Some(connection) => connection.name,
        None => exports::no_connection(language).to_owned(),
    };
    let schedule = if row.enabled {
        exports::on(language)
    } else {
        exports::off(language)
    };
    let held = details.options.held;
    let held = exports::held_value(
        language,
        format::percent(language, f64::from(held.fewer_percent) / 100.0, 0),
        exports::rows(language, u64::from(held.fewer_rows)),
    );
    let tables = details
        .items
        .iter()
        .map(|item| view! { <li>{item_text(language, item)}</li> })
        .collect_view();
    let options = format_facts(language, &details.options)
        .into_iter()
        .map(|(label, value)| view! { <KeyValue label>{value}</KeyValue> })
        .collect_view();
    view! {
        <KeyValueList>
            <KeyValue label=exports::connection_for_export(language)>{connection}</KeyValue>
            <KeyValue label=exports::kind(language)>
                {exports::connection_type(language, row.kind)}
            </KeyValue>
            <KeyValue label=exports::tables(language)>
                <ul class="plain-list">{tables}</ul>
            </KeyValue>
            <KeyValue label=exports::schedule(language)>{schedule}</KeyValue>
            {options}
            <KeyValue label=exports::folder_name(language)>
                <code>{details.folder}</code>
            </KeyValue>
            <KeyValue label=exports::path_template(language)>
                <code>{details.options.path_template}</code>
            </KeyValue>
            <KeyValue label=exports::renewal(language)>
                {exports::renewal_name(language, details.options.renewal)}
            </KeyValue>
            <KeyValue label=exports::held_limits(language)>{held}</KeyValue>
            <KeyValue label=exports::version(language)>
                {format::integer(language, count(row.version))}
            </KeyValue>
            <KeyValue label=exports::created(language)>
                <Time at=instant(details.created_at)/>
            </KeyValue>
            <KeyValue label=exports::created_by(language)>{details.created_by}</KeyValue>
            <KeyValue label=exports::last_updated(language)>
                <Time at=instant(row.updated_at)/>
            </KeyValue>
            <KeyValue label=exports::updated_by(language)>{row.updated_by}</KeyValue>
        </KeyValueList>
    }
    .into_any()
}

/// A table and how much of it is sent.
fn item_text(language: Language, item: &ExportItem) -> String {
    let fields = u64::try_from(item.fields.len()).unwrap_or_default();
    if item.include_new {
        exports::table_with_new_fields(language, fields, &item.table_name)
    } else {
        exports::table_with_fields(language, fields, &item.table_name)
    }
}

/// What applies to the format chosen, and nothing else.
fn format_facts(language: Language, options: &DeliveryOptions) -> Vec<(&'static str, String)> {
    let mut facts = vec![(
        exports::file_format(language),
        exports::format(language, options.format).to_owned(),
    )];
    if options.format != FileFormat::Parquet {
        let name = exports::compression_name(language, options.compression);
        facts.push((exports::compression(language), name.to_owned()));
    }
    if options.format == FileFormat::Csv {
        let on_or_off = |on: bool| {
            if on {
                exports::yes(language)
            } else {
                exports::no(language)
            }
        };
        facts.extend(
            [
                (
                    exports::delimiter(language),
                    exports::delimiter_name(language, options.delimiter),
                ),
                (
                    exports::quoting(language),
                    exports::quoting_name(language, options.quoting),
                ),
                (
                    exports::line_end(language),
                    exports::line_end_name(language, options.line_end),
                ),
                (exports::header_row(language), on_or_off(options.header)),
                (exports::bom(language), on_or_off(options.bom)),
                (
                    exports::decimal_comma(language),
                    on_or_off(options.decimal_comma),
                ),
                (
                    exports::spreadsheet_safe(language),
                    on_or_off(options.spreadsheet_safe),
                ),
            ]
            .map(|(label, value)| (label, value.to_owned())),
        );
        if !options.null_text.is_empty() {
            facts.push((exports::null_text(language), options.null_text.clone()));
        }
    }
    if let Some(rows) = options.max_rows_per_file {
        facts.push((exports::max_rows(language), format::integer(language, rows)));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parquet_has_no_text_options() {
        let parquet = DeliveryOptions {
            format: FileFormat::Parquet,
            ..DeliveryOptions::default()
        };
        assert_eq!(format_facts(Language::English, &parquet).len(), 1);
        let csv = DeliveryOptions {
            null_text: "NULL".into(),
            ..DeliveryOptions::default()
        };
        let facts = format_facts(Language::English, &csv);
        assert!(facts.contains(&("Text for missing values", "NULL".to_owned())));
    }
}
