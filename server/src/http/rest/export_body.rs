//! The body of an export: what is read of it, and how it is documented.

use app::domain::{
    Compression, Delimiter, DeliveryOptions, ExportDraft, ExportItemDraft, FieldMapping,
    FileFormat, LineEnd, Mode, Quoting, Reason, Renewal,
};
use serde_json::{Value, json};

use crate::http::fields::{Fields, JsonBody};
use crate::http::problem::Fault;

/// The body of POST and PUT, for the OpenAPI document.
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
                "type": "object", "additionalProperties": false, "required": ["table_id"],
                "properties": {
                    "table_id": uuid,
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
            }, "additionalProperties": false},
            "folder": {"type": "string", "description": "Made from the name when empty."},
            "enabled": {"type": "boolean", "enum": [false], "default": false},
            "schedule": {"type": "object", "additionalProperties": false, "required": ["recurrence"], "properties": {
                "recurrence": {"enum": ["system"]}, "time_zone": {"enum": ["UTC"]},
            }},
        },
    })
}

fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|value| code(*value)).collect()
}

fn not_available(value: impl ToString) -> Reason {
    Reason::new("not_available_yet").with("value", value)
}

fn read_item(item: &Fields<'_>) -> Option<ExportItemDraft> {
    let table_id = item.id("table_id");
    if item.raw("segment_id").is_some() {
        item.wrong("segment_id", not_available("segment_id"));
    } else if item.raw("table_id").is_none() {
        item.wrong("table_id", Reason::new("required"));
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
        table_id: table_id?,
        fields,
        include_new,
    })
}

fn read_schedule(fields: &Fields<'_>) {
    if fields.flag("enabled") == Some(true) {
        fields.wrong("enabled", not_available("true"));
    }
    let Some(schedule) = fields.raw("schedule") else {
        return;
    };
    match schedule.get("recurrence").and_then(Value::as_str) {
        Some("system") => {
            fields.object("schedule", |schedule| {
                schedule.text("recurrence");
                if let Some(zone) = schedule
                    .optional_text("time_zone")
                    .filter(|zone| zone != "UTC")
                {
                    schedule.wrong("time_zone", not_available(zone));
                }
            });
        }
        Some(known @ ("hourly" | "daily" | "weekly" | "monthly" | "once" | "cron")) => {
            fields.wrong("schedule", not_available(known));
        }
        Some(_) => fields.wrong("schedule.recurrence", Reason::new("malformed")),
        None => fields.wrong("schedule.recurrence", Reason::new("required")),
    }
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
    read_schedule(fields);
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
    }
}

/// Reads the body of POST and PUT.
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
            r#"{{"name": "a", "items": [{{"table_id": "{table}"}}, {{"segment_id": "{table}"}}], "mode": "mirror", "key": ["id"],
                "enabled": true, "schedule": {{"recurrence": "daily", "times": ["06:00"]}}}}"#
        );
        assert_eq!(
            codes(&body),
            [
                "mode not_available_yet",
                "key not_available_yet",
                "enabled not_available_yet",
                "schedule not_available_yet",
                "items.1.segment_id not_available_yet",
            ]
        );
    }

    #[test]
    fn the_schedule_that_there_is_is_accepted() {
        for schedule in [
            r#"{"recurrence": "system"}"#,
            r#"{"recurrence": "system", "time_zone": "UTC"}"#,
            "null",
        ] {
            let body = format!(
                r#"{{"name": "a", "items": [], "enabled": false, "schedule": {schedule}}}"#
            );
            assert_eq!(codes(&body), [""; 0], "{schedule}");
        }
        assert_eq!(
            codes(r#"{"name": "a", "items": [], "schedule": {"recurrence": "fortnightly"}}"#),
            ["schedule.recurrence malformed"],
        );
    }

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &schema(), &["key", "cursor"]);
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
