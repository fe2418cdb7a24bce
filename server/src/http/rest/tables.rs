//! `/tables`.

use app::domain::{
    PreviewRows, Reason, SchemaChange, SchemaField, SourceId, TableDetails, TableId, TableSummary,
    TableUpdate,
};
use app::i18n::Language;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::runs::SchemaFieldBody;
use super::shared::{Listed, ReasonBody, Reference, maybe_instant};
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// A table as lists show it.
#[derive(Serialize, ToSchema)]
#[schema(as = TableSummary)]
pub(in crate::http) struct SummaryBody {
    #[schema(format = "uuid")]
    id: String,
    version: i64,
    #[schema(format = "uuid")]
    source_id: String,
    source_name: String,
    name: String,
    /// Null until its first refresh.
    rows: Option<i64>,
    bytes: Option<i64>,
    #[schema(format = DateTime)]
    refreshed_at: Option<String>,
    schema: Vec<SchemaFieldBody>,
    /// What the last refresh found different: `added`, `removed`, `changed`.
    #[schema(value_type = Option<Object>)]
    change: Option<SchemaChange>,
    /// Why its last refresh failed.
    #[schema(inline)]
    problem: Option<ReasonBody>,
}

impl SummaryBody {
    fn new(language: Language, table: TableSummary) -> Self {
        Self {
            id: table.id.to_string(),
            version: table.version,
            source_id: table.source_id.to_string(),
            source_name: table.source_name,
            name: table.name,
            rows: table.rows,
            bytes: table.bytes,
            refreshed_at: maybe_instant(table.refreshed_at),
            schema: table
                .schema
                .into_iter()
                .map(SchemaFieldBody::from)
                .collect(),
            change: table.change,
            problem: table
                .problem
                .map(|reason| ReasonBody::new(language, reason)),
        }
    }
}

/// A table with the exports that use it.
#[derive(Serialize, ToSchema)]
#[schema(as = Table)]
pub(in crate::http) struct DetailsBody {
    #[serde(flatten)]
    table: SummaryBody,
    used_by: Vec<Reference>,
    /// `edit`: the person may correct its schema.
    permission: &'static str,
    /// A person corrected its schema: what is detected no longer changes it.
    corrected: bool,
}

/// The first rows of a table as text.
#[derive(Serialize, ToSchema)]
#[schema(as = Preview)]
pub(in crate::http) struct PreviewBody {
    columns: Vec<SchemaFieldBody>,
    /// One value per column, null where there is none.
    rows: Vec<Vec<Option<String>>>,
    /// Columns marked *personal* are masked for this person.
    masked: bool,
}

impl From<PreviewRows> for PreviewBody {
    fn from(preview: PreviewRows) -> Self {
        Self {
            columns: preview
                .columns
                .into_iter()
                .map(SchemaFieldBody::from)
                .collect(),
            rows: preview.rows,
            masked: preview.masked,
        }
    }
}

/// The body of PUT, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["schema"],
        "properties": {"schema": {"type": "array", "description": "The same columns, with types and marks.", "items": {
            "type": "object", "additionalProperties": false, "required": ["name", "type"],
            "properties": {
                "name": {"type": "string"},
                "type": {"type": "string"},
                "nullable": {"type": "boolean", "default": true},
                "personal": {"type": "boolean", "default": false},
            },
        }}},
    })
}

fn read_update(fields: &Fields<'_>) -> TableUpdate {
    if fields.raw("schema").is_none() {
        fields.wrong("schema", Reason::new("required"));
    }
    let schema = fields.list("schema", |field| SchemaField {
        name: field.text("name"),
        kind: field.text("type"),
        nullable: field.flag("nullable").unwrap_or(true),
        personal: field.flag("personal").unwrap_or_default(),
    });
    TableUpdate {
        schema: schema.unwrap_or_default(),
    }
}

fn written(language: Language, details: TableDetails) -> Response {
    let version = details.table.version;
    let body = DetailsBody {
        table: SummaryBody::new(language, details.table),
        used_by: Reference::of_exports(details.used_by),
        permission: if details.may_edit { "edit" } else { "view" },
        corrected: details.corrected,
    };
    tagged(StatusCode::OK, version, body)
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let source = parameters.one("source_id", |text| text.parse::<SourceId>().ok());
    let (cursor, limit) = (parameters.cursor(), parameters.limit());
    parameters.done()?;
    let tables = http.services.data.tables(&ctx, source).await?;
    let rows = tables
        .into_iter()
        .map(|row| (row.id.to_string(), SummaryBody::new(ctx.language, row)))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<TableId>,
) -> Result<Response, Fault> {
    Ok(written(
        ctx.language,
        http.services.data.table(&ctx, id).await?,
    ))
}

pub(in crate::http) async fn update(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<TableId>,
    condition: IfMatch,
    body: JsonBody,
) -> Result<Response, Fault> {
    let data = &http.services.data;
    let (update, wrong) = body
        .read(read_update)
        .judged(|update| update.schema.clear());
    if let Some(fault) = condition.fault().or(wrong) {
        return Err(after_permission(
            data.update_table(&ctx, id, NO_VERSION, update).await,
            fault,
        ));
    }
    let version = match condition {
        IfMatch::Version(version) => version,
        _ => data.table(&ctx, id).await?.table.version,
    };
    Ok(written(
        ctx.language,
        data.update_table(&ctx, id, version, update).await?,
    ))
}

pub(in crate::http) async fn preview(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<TableId>,
) -> Result<Response, Fault> {
    let preview = http.services.data.preview(&ctx, id).await?;
    Ok(Json(PreviewBody::from(preview)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_update, &body_schema(), &[]);
    }
}
