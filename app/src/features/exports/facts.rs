//! The configuration of an export, to read.

use leptos::prelude::*;

use crate::domain::{
    DeliveryOptions, ExportDetails, ExportItem, ExportListRow, FieldMapping, FileFormat,
};
use crate::features::runs::count;
use crate::i18n::schedule::{form as schedules, recurrence_name, sentence};
use crate::i18n::{Language, export_history as history, exports, format, segments, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Everything that was set up.
#[component]
pub(super) fn ExportFacts(details: ExportDetails) -> impl IntoView {
    let language = use_language();
    let row = details.row;
    let connection = match &row.connection {
        Some(connection) => connection.name.clone(),
        None => exports::no_connection(language).to_owned(),
    };
    let schedule = schedule_facts(language, &row);
    let next_start = row.next_run_at.map(|at| {
        view! {
            <KeyValue label=schedules::next_start(language)>
                <StartTime at=instant(at) zone=row.schedule.time_zone.clone()/>
            </KeyValue>
        }
    });
    let upstream = details.options.upstream;
    let held = details.options.held;
    let held = exports::held_value(
        language,
        format::percent(language, held.fewer_percent),
        exports::rows(language, u64::from(held.fewer_rows)),
    );
    let tables = details
        .items
        .iter()
        .map(|item| {
            view! {
                <li>
                    <details>
                        <summary>{item_text(language, item)}</summary>
                        {field_list(language, item)}
                    </details>
                </li>
            }
        })
        .collect_view();
    let [schedule, options] = [schedule, format_facts(language, &details.options)].map(|facts| {
        facts
            .into_iter()
            .map(|(label, value)| view! { <KeyValue label>{value}</KeyValue> })
            .collect_view()
    });
    view! {
        <KeyValueList>
            <KeyValue label=exports::connection_for_export(language)>{connection}</KeyValue>
            <KeyValue label=exports::kind(language)>
                {exports::connection_type(language, row.kind)}
            </KeyValue>
            <KeyValue label=exports::tables(language)>
                <ul class="plain-list">{tables}</ul>
            </KeyValue>
            <KeyValue label=history::mode(language)>
                {history::mode_name(language, details.mode)}
            </KeyValue>
            {schedule}
            {next_start}
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
            <KeyValue label=exports::upstream(language)>
                {exports::upstream_name(language, upstream.on_failure)}
            </KeyValue>
            <KeyValue label=exports::upstream_wait(language)>
                {schedules::hours(language, u64::from(upstream.limit_hours))}
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
    .erased()
}

/// When it starts by itself, in words.
fn schedule_facts(language: Language, row: &ExportListRow) -> Vec<(&'static str, String)> {
    let state = if row.enabled {
        exports::on(language)
    } else {
        exports::off(language)
    };
    let mut facts = vec![(schedules::schedule_run(language), state.to_owned())];
    let Ok(schedule) = row.schedule.parse() else {
        // Only a newer server writes what this one cannot read.
        let name = recurrence_name(language, row.schedule.recurrence);
        facts.push((exports::schedule(language), name.to_owned()));
        return facts;
    };
    facts.push((exports::schedule(language), sentence(language, &schedule)));
    let why = schedule.pause.map(|pause| pause.reason);
    if let Some(why) = why.filter(|why| !why.is_empty()) {
        facts.push((schedules::pause_reason(language), why));
    }
    let window = schedules::hours(language, u64::from(schedule.catch_up_hours));
    facts.push((schedules::catch_up(language), window));
    facts
}

/// A table and how much of it is sent.
fn item_text(language: Language, item: &ExportItem) -> String {
    let fields = u64::try_from(item.fields.len()).unwrap_or_default();
    let name = if item.is_segment {
        segments::item(language, &item.table_name)
    } else {
        item.table_name.clone()
    };
    if item.include_new {
        exports::table_with_new_fields(language, fields, name)
    } else {
        exports::table_with_fields(language, fields, name)
    }
}

/// Which fields are sent, and under which names.
fn field_list(language: Language, item: &ExportItem) -> impl IntoView {
    let line = |field: &FieldMapping| {
        let text = if field.source == field.target {
            field.source.clone()
        } else {
            history::delivered_as(language, &field.source, &field.target)
        };
        view! { <li>{text}</li> }
    };
    view! { <ul class="plain-list">{item.fields.iter().map(line).collect_view()}</ul> }
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
