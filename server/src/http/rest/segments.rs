//! `/segments`: saved selections, by conditions over one table or by one SQL statement over tables.

use app::domain::{
    Reason, SegmentDefinition, SegmentDetails, SegmentDraft, SegmentId, SegmentKind,
    SegmentPreview, SegmentSummary, SegmentUse,
};
use app::i18n::Language;
use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::conditions::{ConditionBody, condition_schema, read_condition};
use super::runs::SchemaFieldBody;
use super::shared::{Listed, ReasonBody, instant, maybe_instant};
use super::tables::PreviewBody;
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// A segment as lists show it.
#[derive(Serialize, ToSchema)]
#[schema(as = SegmentSummary)]
pub(in crate::http) struct SummaryBody {
    #[schema(format = "uuid")]
    id: String,
    version: i64,
    name: String,
    /// `conditions` or `sql`.
    kind: &'static str,
    /// Names of the tables that it is made from.
    made_from: Vec<String>,
    /// Rows of its result; null until its first evaluation.
    members: Option<i64>,
    /// Of its last evaluation: `not_started`, `queued`, `processing`, `successful`, `failed`, `canceled`, `skipped`.
    status: &'static str,
    #[schema(inline)]
    status_reason: Option<ReasonBody>,
    /// End of its last successful evaluation.
    #[schema(format = DateTime)]
    refreshed_at: Option<String>,
    /// How many exports take it.
    exports: u32,
    /// `edit`: the person may change it, and every export that takes it. Else `view`.
    permission: &'static str,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: String,
}

impl SummaryBody {
    fn new(language: Language, segment: SegmentSummary) -> Self {
        Self {
            id: segment.id.to_string(),
            version: segment.version,
            name: segment.name,
            kind: kind_code(segment.kind),
            made_from: segment.made_from,
            members: segment.members,
            status: segment.status.code(),
            status_reason: segment
                .status_reason
                .map(|reason| ReasonBody::new(language, reason)),
            refreshed_at: maybe_instant(segment.refreshed_at),
            exports: segment.used_by,
            permission: segment.permission.code(),
            updated_at: instant(segment.updated_at),
            updated_by: segment.updated_by,
        }
    }
}

pub(super) const fn kind_code(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Conditions => "conditions",
        SegmentKind::Sql => "sql",
    }
}

/// An export that takes a segment.
#[derive(Serialize, ToSchema)]
#[schema(as = SegmentUse)]
struct UseBody {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    /// What the person may do with the export: `edit` or `view`.
    permission: &'static str,
}

impl From<SegmentUse> for UseBody {
    fn from(export: SegmentUse) -> Self {
        Self {
            id: export.id.to_string(),
            name: export.name,
            permission: export.permission.code(),
        }
    }
}

/// A segment with its definition: `table_id` and `where`, or `sql`.
#[derive(Serialize, ToSchema)]
#[schema(as = Segment)]
pub(in crate::http) struct DetailsBody {
    #[serde(flatten)]
    summary: SummaryBody,
    /// The table whose rows it takes.
    #[schema(format = "uuid")]
    #[serde(skip_serializing_if = "Option::is_none")]
    table_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#where: Option<ConditionBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<String>,
    /// Columns of its result.
    schema: Vec<SchemaFieldBody>,
    /// The exports that take it, by name.
    used_by: Vec<UseBody>,
    #[schema(format = DateTime)]
    created_at: String,
    created_by: String,
}

impl DetailsBody {
    fn new(language: Language, details: SegmentDetails) -> Self {
        let (table_id, condition, sql) = match details.definition {
            SegmentDefinition::Conditions {
                table_id,
                condition,
            } => (Some(table_id.to_string()), Some(condition.into()), None),
            SegmentDefinition::Sql { sql } => (None, None, Some(sql)),
        };
        Self {
            summary: SummaryBody::new(language, details.segment),
            table_id,
            r#where: condition,
            sql,
            schema: details
                .schema
                .into_iter()
                .map(SchemaFieldBody::from)
                .collect(),
            used_by: details.used_by.into_iter().map(UseBody::from).collect(),
            created_at: instant(details.created_at),
            created_by: details.created_by,
        }
    }
}

/// What a definition comes to on the latest snapshots.
#[derive(Serialize, ToSchema)]
#[schema(as = SegmentPreview)]
pub(in crate::http) struct SegmentPreviewBody {
    /// Rows that it takes.
    members: i64,
    /// Rows of the table that it takes them from; null for SQL.
    of: Option<i64>,
    first: PreviewBody,
    /// The age of the oldest snapshot that was read.
    #[schema(format = DateTime)]
    data_as_of: String,
}

impl From<SegmentPreview> for SegmentPreviewBody {
    fn from(preview: SegmentPreview) -> Self {
        Self {
            members: preview.members,
            of: preview.of,
            first: preview.first.into(),
            data_as_of: instant(preview.data_as_of),
        }
    }
}

/// The body of POST and PUT, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    let mut schema = definition_schema();
    schema["properties"]["name"] = json!({"type": "string", "maxLength": 120});
    schema["required"] = json!(["name"]);
    schema
}

/// The body of a preview, for the OpenAPI document.
pub(in crate::http) fn definition_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": [],
        "oneOf": [{"required": ["table_id", "where"]}, {"required": ["sql"]}],
        "properties": {
            "table_id": {"type": "string", "format": "uuid", "description": "The table whose rows it takes, with all columns."},
            "where": condition_schema(),
            "sql": {
                "type": "string", "maxLength": 20_000,
                "description": "One SELECT (or WITH … SELECT) over tables by their names; a name that several sources have is written \"Source\".\"table\".",
            },
        },
    })
}

fn read_definition(fields: &Fields<'_>) -> SegmentDefinition {
    let by_sql = fields.raw("sql").is_some();
    for key in ["table_id", "where"] {
        match (by_sql, fields.raw(key).is_some()) {
            (true, true) => fields.wrong(key, Reason::new("choice_needed")),
            (false, false) => fields.wrong(key, Reason::new("required")),
            _ => {}
        }
    }
    let sql = fields.optional_text("sql");
    let table = fields.id("table_id");
    let condition = fields.object("where", read_condition).flatten();
    match (sql, table, condition) {
        (None, Some(table_id), Some(condition)) => SegmentDefinition::Conditions {
            table_id,
            condition,
        },
        (sql, ..) => SegmentDefinition::Sql {
            sql: sql.unwrap_or_default(),
        },
    }
}

fn read_draft(fields: &Fields<'_>) -> SegmentDraft {
    SegmentDraft {
        name: fields.text("name"),
        definition: read_definition(fields),
    }
}

fn read(body: JsonBody) -> (SegmentDraft, Option<Fault>) {
    body.read(read_draft).judged(|draft| draft.name.clear())
}

pub(super) fn written(status: StatusCode, language: Language, segment: SegmentDetails) -> Response {
    tagged(
        status,
        segment.segment.version,
        DetailsBody::new(language, segment),
    )
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let (cursor, limit) = (parameters.cursor(), parameters.limit());
    parameters.done()?;
    let segments = http.services.segments.list(&ctx).await?;
    let rows = segments
        .into_iter()
        .map(|row| (row.id.to_string(), SummaryBody::new(ctx.language, row)))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<SegmentId>,
) -> Result<Response, Fault> {
    Ok(written(
        StatusCode::OK,
        ctx.language,
        http.services.segments.get(&ctx, id).await?,
    ))
}

pub(in crate::http) async fn create(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let (draft, wrong) = read(body);
    let answer = http.services.segments.create(&ctx, draft).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    let segment = answer?;
    let location = format!("/api/v1/segments/{}", segment.segment.id);
    let mut response = written(StatusCode::CREATED, ctx.language, segment);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

pub(in crate::http) async fn update(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<SegmentId>,
    condition: IfMatch,
    body: JsonBody,
) -> Result<Response, Fault> {
    let segments = &http.services.segments;
    let (draft, wrong) = read(body);
    if let Some(fault) = condition.fault().or(wrong) {
        return Err(after_permission(
            segments.update(&ctx, id, NO_VERSION, draft).await,
            fault,
        ));
    }
    let version = match condition {
        IfMatch::Version(version) => version,
        _ => segments.get(&ctx, id).await?.segment.version,
    };
    Ok(written(
        StatusCode::OK,
        ctx.language,
        segments.update(&ctx, id, version, draft).await?,
    ))
}

pub(in crate::http) async fn remove(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<SegmentId>,
    condition: IfMatch,
) -> Result<Response, Fault> {
    let segments = &http.services.segments;
    condition
        .remove(|version| segments.remove(&ctx, id, version))
        .await
}

/// Asks for an evaluation: 202, whether it is a new one or the one that waits.
pub(in crate::http) async fn refresh(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<SegmentId>,
) -> Result<Response, Fault> {
    let segment = http.services.segments.refresh(&ctx, id).await?;
    let version = segment.version;
    let body = SummaryBody::new(ctx.language, segment);
    Ok(tagged(StatusCode::ACCEPTED, version, body))
}

pub(in crate::http) async fn preview(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let (definition, wrong) = body.read(read_definition).judged(|definition| {
        *definition = SegmentDefinition::Sql { sql: String::new() };
    });
    let answer = http.services.segments.preview(&ctx, definition).await;
    match wrong {
        Some(fault) => Err(after_permission(answer, fault)),
        None => Ok(Json(SegmentPreviewBody::from(answer?)).into_response()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        JsonBody::of("{}").assert_asks_for(read_definition, &definition_schema(), &[]);
    }

    #[test]
    fn a_segment_says_what_it_takes_in_one_way() {
        let table = "00000000-0000-7000-8000-000000000001";
        let all = json!({"all": []});
        for (body, expected) in [
            (
                json!({"name": "a"}),
                &["table_id required", "where required"][..],
            ),
            (json!({"name": "a", "table_id": table, "where": all}), &[]),
            (json!({"name": "a", "sql": "SELECT 1 AS one"}), &[]),
            (json!({"name": "a", "table_id": table}), &["where required"]),
            (json!({"name": "a", "where": all}), &["table_id required"]),
            (
                json!({"name": "a", "sql": "SELECT 1 AS one", "table_id": table, "where": all}),
                &["table_id choice_needed", "where choice_needed"],
            ),
            (json!({"name": "a", "sql": 1}), &["sql wrong_type"]),
        ] {
            assert_eq!(codes(&body), expected, "{body}");
        }
    }
}
