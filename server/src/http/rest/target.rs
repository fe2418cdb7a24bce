//! The exports that a command on many is for, in bodies: `ids`, or `filter` and `except`.

use app::domain::{
    ConnectionType, ExportFilter, ExportStatus, Permission, Reason, SegmentFilter, Target,
};
use serde_json::{Value, json};

use crate::http::fields::Fields;

/// `ids`, or `filter` and `except`, of a command on many.
pub(super) fn read_target(fields: &Fields<'_>) -> Target {
    let ids = fields.domain("ids");
    let except = fields.domain("except");
    let filter = fields.object("filter", read_filter);
    match (ids, filter) {
        (ids, None) => {
            if fields.raw("ids").is_none() && fields.raw("filter").is_none() {
                fields.wrong("ids", Reason::new("required"));
            }
            if except.is_some() {
                fields.wrong("except", Reason::new("ids_or_filter"));
            }
            Target::Ids(ids.unwrap_or_default())
        }
        (None, Some(filter)) => Target::Matching {
            filter,
            except: except.unwrap_or_default(),
        },
        (Some(ids), Some(_)) => {
            fields.wrong("filter", Reason::new("ids_or_filter"));
            Target::Ids(ids)
        }
    }
}

/// The filter of the list, by the names that it has in the address.
fn read_filter(fields: &Fields<'_>) -> ExportFilter {
    let with = fields.id("segment_id");
    let without = fields.id("without_segment_id");
    if with.is_some() && without.is_some() {
        fields.wrong("without_segment_id", Reason::new("malformed"));
    }
    let segment = |id, contains| SegmentFilter { id, contains };
    ExportFilter {
        search: fields.optional_text("q").unwrap_or_default(),
        status: fields.domain::<ExportStatus>("status"),
        kind: fields.domain::<ConnectionType>("type"),
        permission: fields.domain::<Permission>("permission"),
        connection_id: fields.id("connection_id"),
        segment: with
            .map(|id| segment(id, true))
            .or(without.map(|id| segment(id, false))),
        label: fields.optional_text("label").unwrap_or_default(),
        owner_id: fields.id("owner_id"),
    }
}

/// A target that no service takes: what is left of one that could not be read.
pub(super) fn spoil(target: &mut Target) {
    *target = Target::Ids(Vec::new());
}

/// Properties of a body with a target, for the OpenAPI document.
pub(super) fn target_schema() -> [(&'static str, Value); 3] {
    let ids = json!({
        "type": "array", "minItems": 1, "maxItems": Target::MOST,
        "items": {"type": "string", "format": "uuid"},
    });
    let except = json!({
        "type": "array", "maxItems": Target::MOST, "items": {"type": "string", "format": "uuid"},
        "description": "With `filter`: those that are not meant all the same.",
    });
    let id = json!({"type": "string", "format": "uuid"});
    let filter = json!({
        "type": "object", "additionalProperties": false,
        "description": "In place of `ids`: all that the list shows with these parameters.",
        "properties": {
            "q": {"type": "string"},
            "status": {"enum": ExportStatus::ALL.map(ExportStatus::code)},
            "type": {"enum": ConnectionType::ALL.map(ConnectionType::code)},
            "permission": {"enum": Permission::ALL.map(Permission::code)},
            "connection_id": id, "segment_id": id, "without_segment_id": id,
            "label": {"type": "string"},
            "owner_id": id,
        },
    });
    [("ids", ids), ("filter", filter), ("except", except)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fields::JsonBody;

    fn target(text: &str) -> Result<Target, Vec<String>> {
        let read = JsonBody::of(text).read(read_target);
        let fields: Vec<_> = read
            .errors
            .0
            .iter()
            .map(|error| error.field.clone())
            .collect();
        if fields.is_empty() {
            Ok(read.value)
        } else {
            Err(fields)
        }
    }

    #[test]
    fn exports_are_meant_by_their_ids_or_by_a_filter() {
        let id = "0192aaaa-0000-7000-8000-000000000001";
        let ids = target(&format!(r#"{{"ids": ["{id}"]}}"#));
        assert_eq!(ids, Ok(Target::Ids(vec![id.parse().expect("a UUID")])));
        let matching = target(r#"{"filter": {"q": "loyal", "status": "failed"}}"#);
        let filter = ExportFilter {
            search: "loyal".into(),
            status: Some(ExportStatus::Failed),
            ..ExportFilter::default()
        };
        let except = vec![];
        assert_eq!(matching, Ok(Target::Matching { filter, except }));
        for (wrong, field) in [
            ("{}", "ids"),
            (r#"{"ids": ["x"]}"#, "ids"),
            (r#"{"ids": [], "filter": {}}"#, "filter"),
            (r#"{"ids": [], "except": []}"#, "except"),
            (r#"{"filter": {"colour": "red"}}"#, "filter.colour"),
        ] {
            assert_eq!(target(wrong), Err(vec![field.to_owned()]), "{wrong}");
        }
    }
}
