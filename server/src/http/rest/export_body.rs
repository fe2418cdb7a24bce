//! The body of an export: what is read of it, and how it is documented.

use app::domain::{
    Compression, ConnectionType, Delimiter, DeliveryOptions, ExportDraft, ExportItemDraft,
    FieldMapping, FileFormat, LineEnd, Mode, Quoting, Reason, Renewal, SegmentId, TableId,
    UpstreamFailure,
};
use serde_json::{Value, json};

use super::schedules::{read_schedule, schedule_schema};
use crate::http::fields::{Fields, JsonBody};
use crate::http::problem::Fault;

/// The body of POST, for the OpenAPI document.
pub(in crate::http) fn schema_of_new() -> Value {
    let mut schema = schema();
    schema["properties"]["type"] = json!({
        "type": "string", "enum": ConnectionType::ALL.map(ConnectionType::code),
        "description": "In place of `connection_id`, by administrators: the type of connection that it is for. It is detached until it gets one.",
    });
    schema
}

/// The body of PUT, for the OpenAPI document.
pub(in crate::http) fn schema() -> Value {
    let uuid = json!({"type": "string", "format": "uuid"});
    let field = json!({
        "type": "object", "additionalProperties": false, "required": ["source"],
        "properties": {"source": {"type": "string"}, "target": {"type": "string", "description": "As `source` when left out."}},
    });
    json!({
        "type": "object", "additionalProperties": false, "required": ["name", "items"],
        "properties": {
            "name": {"type": "string", "maxLength": 120},
            "connection_id": {"type": ["string", "null"], "format": "uuid"},
            "items": {"type": "array", "items": {
                "type": "object", "additionalProperties": false,
                "oneOf": [{"required": ["table_id"]}, {"required": ["segment_id"]}],
                "properties": {
                    "table_id": uuid,
                    "segment_id": uuid,
                    "fields": {"type": ["array", "null"], "items": field, "description": "All of the day it is saved when left out."},
                    "include_new": {"type": "boolean", "default": false},
                },
            }},
            "mode": {"type": "string", "enum": ["full"], "default": "full"},
            "options": {"type": "object", "description": "How files are written.", "properties": {
                "format": {"enum": codes(FileFormat::ALL, FileFormat::code), "default": FileFormat::default().code()},
                "compression": {"enum": codes(Compression::ALL, Compression::code), "default": Compression::default().code()},
                "delimiter": {"enum": codes(Delimiter::ALL, Delimiter::code), "default": Delimiter::default().code()},
                "quoting": {"enum": codes(Quoting::ALL, Quoting::code), "default": Quoting::default().code()},
                "line_end": {"enum": codes(LineEnd::ALL, LineEnd::code), "default": LineEnd::default().code()},
                "header": {"type": "boolean", "default": true},
                "bom": {"type": "boolean", "default": false},
                "null_text": {"type": "string", "default": ""},
                "decimal_comma": {"type": "boolean", "default": false},
                "spreadsheet_safe": {"type": "boolean", "default": false},
                "path_template": {"type": "string", "default": app::domain::DEFAULT_TEMPLATE},
                "max_rows_per_file": {"type": ["integer", "null"], "minimum": 1},
                "held": {"type": "object", "additionalProperties": false, "properties": {
                    "fewer_percent": {"type": "integer", "default": 20},
                    "fewer_rows": {"type": "integer", "default": 100},
                }},
                "renewal": {"enum": codes(Renewal::ALL, Renewal::code), "default": Renewal::default().code()},
                "upstream": {"type": "object", "additionalProperties": false, "description": "When what it waits for fails, or lasts longer than the limit.", "properties": {
                    "on_failure": {"enum": codes(UpstreamFailure::ALL, UpstreamFailure::code), "default": UpstreamFailure::default().code()},
                    "limit_hours": {"type": "integer", "minimum": 1, "maximum": 48, "default": 4},
                }},
            }, "additionalProperties": false},
            "folder": {"type": "string", "description": "Made from the name when empty."},
            "enabled": {"type": "boolean", "description": "Whether it starts by itself. Left out: on for a new export, else as it was."},
            "schedule": schedule_schema(),
        },
    })
}

fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|value| code(*value)).collect()
}

fn not_available(value: impl ToString) -> Reason {
    Reason::new("not_available_yet").with("value", value)
}

pub(super) fn read_item(item: &Fields<'_>) -> Option<ExportItemDraft> {
    let table: Option<TableId> = item.id("table_id");
    let segment: Option<SegmentId> = item.id("segment_id");
    match (
        item.raw("table_id").is_some(),
        item.raw("segment_id").is_some(),
    ) {
        (false, false) => item.wrong("table_id", Reason::new("required")),
        (true, true) => item.wrong("segment_id", Reason::new("choice_needed")),
        _ => {}
    }
    let fields = item.list("fields", |field| {
        if field.raw("transform").is_some() {
            field.wrong("transform", not_available("transform"));
        }
        let source = field.text("source");
        FieldMapping {
            target: field
                .optional_text("target")
                .unwrap_or_else(|| source.clone()),
            source,
        }
    });
    let include_new = item.flag("include_new").unwrap_or_default();
    Some(ExportItemDraft {
        table_id: segment.map(SegmentId::table).or(table)?,
        is_segment: Some(segment.is_some()),
        fields,
        include_new,
    })
}

fn read_draft(fields: &Fields<'_>) -> ExportDraft {
    match fields.optional_text("mode").as_deref() {
        None | Some("full") => {}
        Some(later @ ("append" | "upsert" | "mirror")) => {
            fields.wrong("mode", not_available(later));
        }
        Some(_) => fields.wrong("mode", Reason::new("malformed")),
    }
    for later in ["key", "cursor"] {
        if fields.raw(later).is_some() {
            fields.wrong(later, not_available(later));
        }
    }
    let name = fields.text("name");
    if fields.raw("items").is_none() {
        fields.wrong("items", Reason::new("required"));
    }
    ExportDraft {
        name,
        connection_id: fields.id("connection_id"),
        items: fields
            .list("items", read_item)
            .unwrap_or_default()
            .into_iter()
            .flatten()
            .collect(),
        mode: Mode::Full,
        options: fields.domain_with_defaults::<DeliveryOptions>("options"),
        folder: fields.optional_text("folder").unwrap_or_default(),
        enabled: fields.flag("enabled"),
        schedule: read_schedule(fields),
    }
}

/// What is to be set up, and for which type of connection if it is to have none yet.
fn read_new_draft(fields: &Fields<'_>) -> (ExportDraft, Option<ConnectionType>) {
    let draft = read_draft(fields);
    let kind = fields.id("type");
    if kind.is_some() && draft.connection_id.is_some() {
        fields.wrong("type", Reason::new("choice_needed"));
    }
    (draft, kind)
}

/// Reads the body of POST.
pub(super) fn read_new(body: JsonBody) -> ((ExportDraft, Option<ConnectionType>), Option<Fault>) {
    let read = body.read(read_new_draft);
    read.judged(|(draft, _)| draft.name.clear())
}

/// Reads the body of PUT.
pub(super) fn read(body: JsonBody) -> (ExportDraft, Option<Fault>) {
    body.read(read_draft).judged(|draft| draft.name.clear())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(body: &str) -> Vec<String> {
        let read = JsonBody::of(body).read(read_draft);
        read.errors
            .0
            .into_iter()
            .map(|error| format!("{} {}", error.field, error.reason.code))
            .collect()
    }

    #[test]
    fn what_later_versions_bring_is_not_available_yet() {
        let table = "00000000-0000-7000-8000-000000000001";
        let body = format!(
            r#"{{"name": "a", "items": [{{"table_id": "{table}"}}], "mode": "mirror", "key": ["id"]}}"#
        );
        assert_eq!(
            codes(&body),
            ["mode not_available_yet", "key not_available_yet"]
        );
    }

    #[test]
    fn an_item_is_a_table_or_a_segment() {
        let id = "00000000-0000-7000-8000-000000000001";
        let read = |items: &str| {
            JsonBody::of(&format!(r#"{{"name": "a", "items": [{items}]}}"#)).read(read_draft)
        };
        let good = read(&format!(
            r#"{{"table_id": "{id}"}}, {{"segment_id": "{id}"}}"#
        ));
        assert!(good.errors.0.is_empty(), "{:?}", good.errors);
        let meant: Vec<_> = good
            .value
            .items
            .iter()
            .map(|item| (item.table_id.to_string(), item.is_segment))
            .collect();
        assert_eq!(
            meant,
            [(id.to_owned(), Some(false)), (id.to_owned(), Some(true))]
        );
        for (item, expected) in [
            ("{}".to_owned(), "items.0.table_id required"),
            (
                format!(r#"{{"table_id": "{id}", "segment_id": "{id}"}}"#),
                "items.0.segment_id choice_needed",
            ),
            (
                r#"{"segment_id": "x"}"#.to_owned(),
                "items.0.segment_id malformed",
            ),
        ] {
            let body = format!(r#"{{"name": "a", "items": [{item}]}}"#);
            assert_eq!(codes(&body), [expected], "{item}");
        }
    }

    #[test]
    fn errors_of_a_schedule_name_its_field() {
        for (schedule, expected) in [
            (
                r#"{"recurrence": "fortnightly"}"#,
                &["schedule.recurrence malformed"][..],
            ),
            (r#"{"times": ["06:00"]}"#, &["schedule.recurrence required"]),
            (
                r#"{"recurrence": "daily", "times": "06:00", "colour": "red"}"#,
                &["schedule.colour unknown_field", "schedule.times malformed"],
            ),
            (r#""daily""#, &["schedule wrong_type"]),
            (r#"{"recurrence": "daily", "times": ["6 o'clock"]}"#, &[]),
            ("null", &[]),
        ] {
            let body =
                format!(r#"{{"name": "a", "items": [], "enabled": true, "schedule": {schedule}}}"#);
            assert_eq!(codes(&body), expected, "{schedule}");
        }
    }

    #[test]
    fn what_is_left_out_of_a_body_stays_open() {
        let read = |body: &str| JsonBody::of(body).read(read_draft).value;
        let bare = read(r#"{"name": "a", "items": []}"#);
        assert_eq!((bare.enabled, bare.schedule), (None, None));
        let whole = read(
            r#"{"name": "a", "items": [], "enabled": false,
                "schedule": {"recurrence": "hourly", "every": 2, "time_zone": "Asia/Tokyo"}}"#,
        );
        let schedule = whole.schedule.expect("a schedule");
        assert_eq!((whole.enabled, schedule.every), (Some(false), Some(2)));
        assert_eq!(schedule.time_zone, "Asia/Tokyo");
    }

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        let later = &["key", "cursor"];
        JsonBody::of("{}").assert_asks_for(read_draft, &schema(), later);
        JsonBody::of("{}").assert_asks_for(read_new_draft, &schema_of_new(), later);
    }

    #[test]
    fn a_new_export_has_a_connection_or_names_its_type() {
        let read = |more: &str| {
            let body = format!(r#"{{"name": "a", "items": [], {more}}}"#);
            JsonBody::of(&body).read(read_new_draft)
        };
        let detached = read(r#""type": "sftp""#);
        assert!(detached.errors.0.is_empty(), "{:?}", detached.errors);
        assert_eq!(detached.value.1, Some(ConnectionType::Sftp));
        let id = "00000000-0000-7000-8000-000000000001";
        let both = read(&format!(r#""type": "sftp", "connection_id": "{id}""#));
        let unknown = read(r#""type": "pigeon""#);
        for (read, code) in [(both, "choice_needed"), (unknown, "malformed")] {
            let found = read.errors.of("type").map(|reason| reason.code.as_str());
            assert_eq!(found, Some(code));
        }
    }

    #[test]
    fn every_option_is_documented_with_its_default() {
        let options = serde_json::to_value(DeliveryOptions::default()).expect("JSON");
        let schema = &schema()["properties"]["options"]["properties"];
        let names = |value: &Value| {
            value
                .as_object()
                .expect("fields")
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&options), names(schema));
        for name in names(schema) {
            let default = &schema[&name]["default"];
            assert!(default.is_null() || *default == options[&name], "{name}");
        }
    }
}
