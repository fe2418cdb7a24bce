//! Parses what a form or body says of an export into a configuration that can run.

use std::collections::{HashMap, HashSet};

use app::domain::{
    Compression, DeliveryOptions, DisplayName, ExportDraft, ExportItem, ExportItemDraft,
    FieldErrors, FieldMapping, FileFormat, Reason, TableId, TableSummary,
};

use super::planned::Planned;
use crate::pipeline::paths;

/// Most tables and segments of an export.
pub(super) const MOST_TABLES: usize = 200;
/// Most characters of a delivered field's name.
const MOST_TARGET: usize = 200;
/// The longest that a run waits for what it depends on.
const MOST_LIMIT_HOURS: u32 = 48;

/// A draft that can be saved.
#[derive(Debug)]
pub(super) struct ParsedExport {
    pub(super) name: DisplayName,
    pub(super) folder: String,
    pub(super) items: Vec<ExportItem>,
    pub(super) options: DeliveryOptions,
    /// None: the draft says nothing of it.
    pub(super) schedule: Option<Planned>,
}

/// Checks a draft against the tables and segments that it names. `tables` holds those that exist.
pub(super) fn parse(
    draft: &ExportDraft,
    tables: &[TableSummary],
) -> Result<ParsedExport, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", DisplayName::parse(&draft.name));
    let folder = errors.take("folder", parse_folder(&draft.name, &draft.folder));
    let items = parse_items(&draft.items, tables, &mut errors);
    let names: Vec<&str> = items.iter().map(|item| item.table_name.as_str()).collect();
    check_options(&draft.options, &names, &mut errors);
    let schedule = match draft.schedule.as_ref().map(Planned::parse) {
        Some(Err(found)) => {
            errors.0.extend(found.0);
            None
        }
        other => other.and_then(Result::ok),
    };
    errors.done()?;
    match (name, folder) {
        (Some(name), Some(folder)) => Ok(ParsedExport {
            name,
            folder,
            items,
            options: draft.options.clone(),
            schedule,
        }),
        // Unreachable in fact: a missing value has left an error, and `done` has returned it.
        _ => Err(FieldErrors::one("", Reason::new("malformed"))),
    }
}

/// The folder that was given, or the one that the name becomes.
pub(super) fn parse_folder(name: &str, folder: &str) -> Result<String, Reason> {
    let given = folder.trim();
    if given.is_empty() {
        return Ok(paths::folder_name(name));
    }
    paths::check_folder(given).map(|()| given.to_owned())
}

/// The tables and segments that exist, with what is sent of them; what is wrong is noted under `items…`.
pub(super) fn parse_items(
    drafts: &[ExportItemDraft],
    tables: &[TableSummary],
    errors: &mut FieldErrors,
) -> Vec<ExportItem> {
    if drafts.is_empty() {
        errors.add("items", Reason::new("required"));
    }
    if drafts.len() > MOST_TABLES {
        errors.add(
            "items",
            Reason::new("out_of_range")
                .with("least", 1)
                .with("most", MOST_TABLES),
        );
        return Vec::new();
    }
    let by_id: HashMap<TableId, &TableSummary> =
        tables.iter().map(|table| (table.id, table)).collect();
    let mut seen = HashSet::new();
    let mut items = Vec::with_capacity(drafts.len());
    for (place, draft) in drafts.iter().enumerate() {
        let named = match draft.is_segment {
            Some(true) => format!("items.{place}.segment_id"),
            Some(false) | None => format!("items.{place}.table_id"),
        };
        let found = by_id.get(&draft.table_id).copied().filter(|table| {
            let meant = draft.is_segment;
            meant.is_none_or(|segment| segment == table.is_segment())
        });
        let Some(table) = found else {
            errors.add(&named, Reason::new("not_found"));
            continue;
        };
        if !seen.insert(draft.table_id) {
            errors.add(
                &named,
                Reason::new("table_twice").with("table", &table.name),
            );
            continue;
        }
        if table.schema.is_empty() {
            errors.add(
                &named,
                Reason::new("table_not_refreshed").with("table", &table.name),
            );
            continue;
        }
        items.push(ExportItem {
            table_id: table.id,
            table_name: table.name.clone(),
            is_segment: table.is_segment(),
            fields: parse_fields(place, draft, table, errors),
            include_new: draft.include_new,
        });
    }
    items
}

fn parse_fields(
    place: usize,
    draft: &ExportItemDraft,
    table: &TableSummary,
    errors: &mut FieldErrors,
) -> Vec<FieldMapping> {
    let Some(fields) = &draft.fields else {
        return table
            .schema
            .iter()
            .map(|field| FieldMapping {
                source: field.name.clone(),
                target: field.name.clone(),
            })
            .collect();
    };
    if fields.is_empty() {
        errors.add(
            &format!("items.{place}.fields"),
            Reason::new("fields_needed").with("table", &table.name),
        );
    }
    let known: HashSet<&str> = table
        .schema
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let mut targets = HashSet::new();
    let mut parsed = Vec::with_capacity(fields.len());
    for (index, field) in fields.iter().enumerate() {
        let path = format!("items.{place}.fields.{index}");
        if !known.contains(field.source.as_str()) {
            let reason = Reason::new("schema_column_missing")
                .with("table", &table.name)
                .with("column", &field.source);
            errors.add(&format!("{path}.source"), reason);
        }
        let target = field.target.trim();
        if target.is_empty() {
            errors.add(&format!("{path}.target"), Reason::new("required"));
        } else if target.chars().any(char::is_control) {
            errors.add(&format!("{path}.target"), Reason::new("control_character"));
        } else if target.chars().count() > MOST_TARGET {
            errors.add(
                &format!("{path}.target"),
                Reason::new("too_long").with("most", MOST_TARGET),
            );
        } else if !targets.insert(target.to_owned()) {
            errors.add(
                &format!("{path}.target"),
                Reason::new("target_field_duplicate").with("name", target),
            );
        }
        parsed.push(FieldMapping {
            source: field.source.clone(),
            target: target.to_owned(),
        });
    }
    parsed
}

/// Notes what is wrong with options under `options…`; `tables` are the names of all that is sent.
pub(super) fn check_options(options: &DeliveryOptions, tables: &[&str], errors: &mut FieldErrors) {
    if options.format == FileFormat::Parquet && options.compression != Compression::None {
        errors.add(
            "options.compression",
            Reason::new("parquet_compresses_itself"),
        );
    }
    errors.take("options.null_text", options.check_null_text());
    if options.held.fewer_percent > 100 {
        errors.add(
            "options.held.fewer_percent",
            Reason::new("out_of_range")
                .with("least", 0)
                .with("most", 100),
        );
    }
    if options.max_rows_per_file == Some(0) {
        errors.add(
            "options.max_rows_per_file",
            Reason::new("out_of_range")
                .with("least", 1)
                .with("most", u32::MAX),
        );
    }
    if !(1..=MOST_LIMIT_HOURS).contains(&options.upstream.limit_hours) {
        errors.add(
            "options.upstream.limit_hours",
            Reason::new("out_of_range")
                .with("least", 1)
                .with("most", MOST_LIMIT_HOURS),
        );
    }
    if let Err(reason) = paths::check_template(options, tables) {
        errors.add("options.path_template", reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::domain::{Mode, ScheduleDraft, SchemaField, SourceId};
    use app::i18n::{Language, reasons};

    fn id(number: u128) -> TableId {
        TableId::new(uuid::Uuid::from_u128(number))
    }

    fn table(number: u128, name: &str, columns: &[&str]) -> TableSummary {
        TableSummary {
            id: id(number),
            version: 1,
            source_id: SourceId::new(uuid::Uuid::from_u128(9)),
            source_name: "s".into(),
            name: name.into(),
            rows: Some(1),
            bytes: Some(1),
            refreshed_at: Some(1),
            schema: columns
                .iter()
                .map(|name| SchemaField {
                    name: (*name).into(),
                    kind: "text".into(),
                    nullable: true,
                    personal: false,
                })
                .collect(),
            change: None,
            problem: None,
        }
    }

    fn segment(number: u128, name: &str, columns: &[&str]) -> TableSummary {
        TableSummary {
            source_id: SourceId::new(uuid::Uuid::from_u128(number)),
            ..table(number, name, columns)
        }
    }

    fn draft(items: Vec<ExportItemDraft>) -> ExportDraft {
        ExportDraft {
            name: " Fidélité – été ".into(),
            connection_id: None,
            items,
            mode: Mode::Full,
            options: DeliveryOptions::default(),
            folder: String::new(),
            enabled: None,
            schedule: None,
        }
    }

    fn whole(number: u128) -> ExportItemDraft {
        ExportItemDraft {
            table_id: id(number),
            is_segment: None,
            fields: None,
            include_new: false,
        }
    }

    fn meant(number: u128, is_segment: bool) -> ExportItemDraft {
        ExportItemDraft {
            is_segment: Some(is_segment),
            ..whole(number)
        }
    }

    #[test]
    fn all_fields_means_those_of_the_day_and_the_folder_comes_from_the_name() {
        let parsed = parse(
            &draft(vec![whole(1)]),
            &[table(1, "customers", &["a", "b"])],
        )
        .expect("parses");
        assert_eq!(parsed.name.as_str(), "Fidélité – été");
        assert_eq!(parsed.folder, "fidelite-ete");
        let targets: Vec<_> = parsed.items[0]
            .fields
            .iter()
            .map(|field| field.target.as_str())
            .collect();
        assert_eq!(targets, ["a", "b"]);
    }

    #[test]
    fn a_segment_is_taken_like_a_table_with_the_columns_of_its_result() {
        let known = [
            table(1, "customers", &["a"]),
            segment(2, "Loyal", &["a", "b"]),
        ];
        let items = vec![meant(1, false), meant(2, true)];
        let parsed = parse(&draft(items), &known).expect("parses");
        let taken: Vec<_> = parsed
            .items
            .iter()
            .map(|item| (item.table_name.as_str(), item.is_segment, item.fields.len()))
            .collect();
        assert_eq!(taken, [("customers", false, 1), ("Loyal", true, 2)]);
        let parsed = parse(&draft(vec![whole(2)]), &known).expect("parses");
        assert!(parsed.items[0].is_segment, "the form names either by id");
    }

    #[test]
    fn a_segment_is_no_table_and_a_table_is_no_segment() {
        let known = [table(1, "customers", &["a"]), segment(2, "Loyal", &["a"])];
        let items = vec![
            meant(1, true),
            meant(2, false),
            meant(2, true),
            meant(2, true),
        ];
        let errors = parse(&draft(items), &known).expect_err("refused");
        let found: Vec<_> = errors
            .0
            .iter()
            .map(|error| (error.field.as_str(), error.reason.code.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("items.0.segment_id", "not_found"),
                ("items.1.table_id", "not_found"),
                ("items.3.segment_id", "table_twice"),
            ]
        );
    }

    #[test]
    fn what_is_wrong_with_options_is_said_in_the_reader_s_language() {
        let long = "é".repeat(128);
        for template in [
            "",
            "/a",
            "a//b",
            "..",
            "a\\b",
            "a\nb",
            "_runs/a",
            "{tabel}",
            "{table",
            "{part}/{table}",
            "{table}{part}",
            long.as_str(),
        ] {
            let options = DeliveryOptions {
                path_template: template.into(),
                null_text: "\"".into(),
                ..DeliveryOptions::default()
            };
            let mut errors = FieldErrors::default();
            check_options(&options, &["a"], &mut errors);
            for field in ["options.path_template", "options.null_text"] {
                let reason = errors.of(field).expect("refused");
                let [english, french] = [Language::English, Language::French]
                    .map(|language| reasons::text(language, reason));
                assert!(!french.contains(&reason.code), "{french}");
                assert_ne!(english, french, "{template:?}");
            }
        }
    }

    #[test]
    fn every_fault_is_told_at_its_field() {
        let fields = vec![
            FieldMapping {
                source: "a".into(),
                target: "x".into(),
            },
            FieldMapping {
                source: "gone".into(),
                target: "x".into(),
            },
        ];
        let items = vec![
            ExportItemDraft {
                fields: Some(fields),
                ..whole(1)
            },
            whole(1),
            whole(7),
        ];
        let mut wrong = draft(items);
        wrong.name = " ".into();
        wrong.options.null_text = "a,b".into();
        wrong.options.held.fewer_percent = 101;
        wrong.options.upstream.limit_hours = 0;
        wrong.schedule = Some(ScheduleDraft::system("Mars/Olympus"));
        let errors = parse(&wrong, &[table(1, "customers", &["a"])]).expect_err("refused");
        for field in [
            "name",
            "items.0.fields.1.source",
            "items.0.fields.1.target",
            "items.1.table_id",
            "items.2.table_id",
            "options.null_text",
            "options.held.fewer_percent",
            "options.upstream.limit_hours",
            "schedule.time_zone",
        ] {
            assert!(errors.of(field).is_some(), "{field}: {errors:?}");
        }
    }
}
