//! `/exports/preview`: what an export that is being set up would write.

use app::domain::{
    DeliveryOptions, DeliveryPreview, DeliveryPreviewDraft, ExportItemDraft, PreviewBody as First,
    Reason, TableId,
};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::export_body::{read_item, schema as export_schema};
use super::tables::PreviewBody;
use crate::http::conditional::after_permission;
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// What a delivery would be if it started now.
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryPreview)]
pub(in crate::http) struct DeliveryPreviewBody {
    /// Value of `{export}`.
    folder: String,
    /// Path of its first file, relative to the connection's folder.
    path: String,
    /// The path has a date: every delivery keeps the ones before.
    dated: bool,
    /// Rows of the table; null before its first refresh.
    rows: Option<i64>,
    /// The beginning of the file, before it is compressed; null for Parquet and before the first refresh.
    text: Option<String>,
    /// The text ends before the first rows do.
    cut: bool,
    /// The first rows of a Parquet file with the schema that is written; else null.
    first: Option<PreviewBody>,
    /// Cells of the first rows that *spreadsheet-safe* escapes.
    escaped_cells: u32,
}

impl From<DeliveryPreview> for DeliveryPreviewBody {
    fn from(preview: DeliveryPreview) -> Self {
        let (text, cut, first) = match preview.body {
            First::Text { text, is_cut } => (Some(text), is_cut, None),
            First::Rows(rows) => (None, false, Some(PreviewBody::from(rows))),
            First::NotRefreshed => (None, false, None),
        };
        Self {
            folder: preview.folder,
            path: preview.path,
            dated: preview.is_dated,
            rows: preview.rows,
            text,
            cut,
            first,
            escaped_cells: preview.escaped_cells,
        }
    }
}

/// The body of the request, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    let export = export_schema();
    let of_export = |name: &str| export["properties"][name].clone();
    json!({
        "type": "object", "additionalProperties": false, "required": ["item"],
        "properties": {
            "name": of_export("name"),
            "connection_id": of_export("connection_id"),
            "item": export["properties"]["items"]["items"],
            "tables": {
                "type": "integer", "minimum": 1, "default": 1,
                "description": "How many tables and segments the export has in all.",
            },
            "options": of_export("options"),
            "folder": of_export("folder"),
        },
    })
}

fn read_draft(fields: &Fields<'_>) -> DeliveryPreviewDraft {
    if fields.raw("item").is_none() {
        fields.wrong("item", Reason::new("required"));
    }
    DeliveryPreviewDraft {
        name: fields.optional_text("name").unwrap_or_default(),
        connection_id: fields.id("connection_id"),
        item: fields
            .object("item", read_item)
            .flatten()
            .unwrap_or_else(no_item),
        tables: fields.domain("tables").unwrap_or(1),
        options: fields.domain_with_defaults::<DeliveryOptions>("options"),
        folder: fields.optional_text("folder").unwrap_or_default(),
    }
}

/// An item that no service accepts.
fn no_item() -> ExportItemDraft {
    ExportItemDraft {
        table_id: TableId::new(Uuid::nil()),
        is_segment: None,
        fields: None,
        include_new: false,
    }
}

pub(in crate::http) async fn preview(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let (draft, wrong) = body.read(read_draft).judged(|draft| draft.item = no_item());
    let answer = http.services.exports.preview_delivery(&ctx, draft).await;
    match wrong {
        Some(fault) => Err(after_permission(answer, fault)),
        None => Ok(Json(DeliveryPreviewBody::from(answer?)).into_response()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "00000000-0000-7000-8000-000000000001";

    fn codes(body: &Value) -> Vec<String> {
        let read = JsonBody::of(&body.to_string()).read(read_draft);
        read.errors
            .0
            .into_iter()
            .map(|error| format!("{} {}", error.field, error.reason.code))
            .collect()
    }

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &body_schema(), &[]);
    }

    #[test]
    fn one_table_or_segment_is_looked_at() {
        for (body, expected) in [
            (json!({"item": {"table_id": TABLE}}), &[][..]),
            (json!({"item": {"segment_id": TABLE}, "tables": 3}), &[]),
            (json!({}), &["item required"]),
            (json!({"item": {}}), &["item.table_id required"]),
            (
                json!({"item": {"table_id": TABLE}, "tables": "two"}),
                &["tables malformed"],
            ),
        ] {
            assert_eq!(codes(&body), expected, "{body}");
        }
    }
}
