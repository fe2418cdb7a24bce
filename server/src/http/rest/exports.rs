//! `/exports`: list, set up, change, remove, duplicate, detach, run.

use app::domain::{
    ConnectionType, DeliveryOptions, ExportDetails, ExportDraft, ExportId, ExportItem, ExportItemDraft, ExportListRow,
    ExportQuery, ExportSort, ExportStatus, FieldMapping, Mode, Permission, Reason, RunStarted, Started,
};
use app::i18n::{Language, exports as texts};
use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::runs::RunBody;
use super::shared::{Listed, ReasonBody, Reference, instant, maybe_instant};
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::{Fields, JsonBody, Read};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// When an export runs by itself.
#[derive(Serialize, ToSchema)]
#[schema(as = Schedule)]
pub(super) struct ScheduleBody {
    /// `system`: after every scheduled refresh.
    recurrence: &'static str,
    time_zone: &'static str,
}

/// An export as lists show it.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportSummary)]
pub(in crate::http) struct ExportBody {
    #[schema(format = Uuid)]
    id: String,
    version: i64,
    name: String,
    r#type: &'static str,
    /// `not_started`, `queued`, `processing`, `successful`, `completed_with_warnings`, `failed`,
    /// `retrying`, `held`, `skipped`, `missed`, `canceled`.
    status: &'static str,
    #[schema(inline)]
    status_reason: Option<ReasonBody>,
    /// End of the last delivery.
    #[schema(format = DateTime)]
    refreshed_at: Option<String>,
    #[schema(format = DateTime)]
    data_as_of: Option<String>,
    schedule: ScheduleBody,
    /// The schedule as the list of exports shows it, in the reader's language.
    schedule_text: String,
    enabled: bool,
    connection: Option<Reference>,
    /// `edit` or `view`.
    permission: &'static str,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: String,
    #[schema(format = DateTime)]
    next_run_at: Option<String>,
}

impl ExportBody {
    fn new(language: Language, row: ExportListRow) -> Self {
        let schedule_text = match (&row.connection, row.enabled) {
            (None, _) => texts::no_connection(language),
            (Some(_), true) => texts::on(language),
            (Some(_), false) => texts::off(language),
        };
        Self {
            id: row.id.to_string(),
            version: row.version,
            name: row.name,
            r#type: row.kind.code(),
            status: row.status.code(),
            status_reason: row.status_reason.map(|reason| ReasonBody::new(language, reason)),
            refreshed_at: maybe_instant(row.refreshed_at),
            data_as_of: maybe_instant(row.data_as_of),
            schedule: ScheduleBody { recurrence: "system", time_zone: "UTC" },
            schedule_text: schedule_text.to_owned(),
            enabled: row.enabled,
            connection: row.connection.map(|connection| Reference::new(connection.id, connection.name)),
            permission: permission(row.permission),
            updated_at: instant(row.updated_at),
            updated_by: row.updated_by,
            next_run_at: None,
        }
    }
}

/// As REST writes a permission.
pub(super) const fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Edit => "edit",
        Permission::View => "view",
    }
}

/// A field of a table and its name in the delivery.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldMapping)]
pub(super) struct FieldBody {
    source: String,
    target: String,
}

impl From<FieldMapping> for FieldBody {
    fn from(field: FieldMapping) -> Self {
        Self { source: field.source, target: field.target }
    }
}

/// A table of an export with its fields in the order of delivery.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportItem)]
struct ItemBody {
    #[schema(format = Uuid)]
    table_id: String,
    table_name: String,
    fields: Vec<FieldBody>,
    /// Columns that appear later are sent too.
    include_new: bool,
}

impl From<ExportItem> for ItemBody {
    fn from(item: ExportItem) -> Self {
        Self {
            table_id: item.table_id.to_string(),
            table_name: item.table_name,
            fields: item.fields.into_iter().map(FieldBody::from).collect(),
            include_new: item.include_new,
        }
    }
}

/// An export with its whole configuration.
#[derive(Serialize, ToSchema)]
#[schema(as = Export)]
pub(in crate::http) struct ExportDetailsBody {
    #[serde(flatten)]
    summary: ExportBody,
    #[schema(format = Uuid)]
    connection_id: Option<String>,
    items: Vec<ItemBody>,
    /// `full`.
    mode: &'static str,
    /// How files are written; the fields of a request's `options`.
    #[schema(value_type = Object)]
    options: DeliveryOptions,
    /// Value of `{export}` in its paths.
    folder: String,
    #[schema(format = DateTime)]
    created_at: String,
    created_by: String,
}

impl ExportDetailsBody {
    fn new(language: Language, export: ExportDetails) -> Self {
        let mode = match export.mode {
            Mode::Full => "full",
        };
        Self {
            connection_id: export.row.connection.as_ref().map(|connection| connection.id.to_string()),
            summary: ExportBody::new(language, export.row),
            items: export.items.into_iter().map(ItemBody::from).collect(),
            mode,
            options: export.options,
            folder: export.folder,
            created_at: instant(export.created_at),
            created_by: export.created_by,
        }
    }
}

fn written(status: StatusCode, language: Language, export: ExportDetails) -> Response {
    tagged(status, export.row.version, ExportDetailsBody::new(language, export))
}

fn created(language: Language, export: ExportDetails) -> Response {
    let location = format!("/api/v1/exports/{}", export.row.id);
    let mut response = written(StatusCode::CREATED, language, export);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// The body of POST and PUT, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
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
                "format": {"enum": ["csv", "parquet", "jsonl"], "default": "csv"},
                "compression": {"enum": ["none", "gzip", "zstd"], "default": "none"},
                "delimiter": {"enum": ["comma", "semicolon", "tab", "pipe"], "default": "comma"},
                "quoting": {"enum": ["necessary", "all", "non_numeric"], "default": "necessary"},
                "line_end": {"enum": ["lf", "crlf"], "default": "lf"},
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
                "renewal": {"enum": ["renew_first", "latest_snapshot"], "default": "renew_first"},
            }, "additionalProperties": false},
            "folder": {"type": "string", "description": "Made from the name when empty."},
            "enabled": {"type": "boolean", "enum": [false], "default": false},
            "schedule": {"type": "object", "additionalProperties": false, "required": ["recurrence"], "properties": {
                "recurrence": {"enum": ["system"]}, "time_zone": {"enum": ["UTC"]},
            }},
        },
    })
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
        FieldMapping { target: field.optional_text("target").unwrap_or_else(|| source.clone()), source }
    });
    let include_new = item.flag("include_new").unwrap_or_default();
    Some(ExportItemDraft { table_id: table_id?, fields, include_new })
}

fn read_schedule(fields: &Fields<'_>) {
    if fields.flag("enabled") == Some(true) {
        fields.wrong("enabled", not_available("true"));
    }
    let Some(schedule) = fields.raw("schedule") else { return };
    match schedule.get("recurrence").and_then(Value::as_str) {
        Some("system") => {
            fields.object("schedule", |schedule| {
                schedule.text("recurrence");
                if let Some(zone) = schedule.optional_text("time_zone").filter(|zone| zone != "UTC") {
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
        Some(later @ ("append" | "upsert" | "mirror")) => fields.wrong("mode", not_available(later)),
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
        items: fields.list("items", read_item).unwrap_or_default().into_iter().flatten().collect(),
        mode: Mode::Full,
        options: fields.domain_with_defaults::<DeliveryOptions>("options"),
        folder: fields.optional_text("folder").unwrap_or_default(),
    }
}

/// The draft, or, where its form is wrong, one that no service accepts: it shows whether the person
/// may do this at all.
fn split(read: Read<ExportDraft>) -> Result<ExportDraft, (ExportDraft, Fault)> {
    match read.errors.done() {
        Ok(()) => Ok(read.value),
        Err(errors) => Err((ExportDraft { name: String::new(), ..read.value }, Fault::invalid(errors))),
    }
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let (sort, descending) = parameters.sort(ExportSort::from_code);
    let query = ExportQuery {
        search: parameters.text("q").unwrap_or_default().to_owned(),
        status: parameters.one("status", ExportStatus::from_code),
        kind: parameters.one("type", |text| text.parse::<ConnectionType>().ok()),
        sort: sort.unwrap_or_default(),
        descending,
        cursor: parameters.cursor(),
        limit: parameters.limit(),
    };
    parameters.done()?;
    let page = http.services.exports.list(&ctx, query).await?;
    let items = page.items.into_iter().map(|row| ExportBody::new(ctx.language, row)).collect();
    Ok(Listed::new(items, page.next).into_response())
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
) -> Result<Response, Fault> {
    let export = http.services.exports.get(&ctx, id).await?;
    Ok(written(StatusCode::OK, ctx.language, export))
}

pub(in crate::http) async fn create(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    match split(body.read(read_draft)) {
        Ok(draft) => Ok(created(ctx.language, http.services.exports.create(&ctx, draft).await?)),
        Err((probe, fault)) => Err(after_permission(http.services.exports.create(&ctx, probe).await, fault)),
    }
}

pub(in crate::http) async fn update(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
    condition: IfMatch,
    body: JsonBody,
) -> Result<Response, Fault> {
    let exports = &http.services.exports;
    let draft = split(body.read(read_draft));
    let (probe, fault) = match (condition.fault(), draft) {
        (Some(fault), Ok(draft) | Err((draft, _))) | (None, Err((draft, fault))) => (draft, fault),
        (None, Ok(draft)) => {
            let version = match condition {
                IfMatch::Version(version) => version,
                _ => exports.get(&ctx, id).await?.row.version,
            };
            return Ok(written(StatusCode::OK, ctx.language, exports.update(&ctx, id, version, draft).await?));
        }
    };
    Err(after_permission(exports.update(&ctx, id, NO_VERSION, probe).await, fault))
}

pub(in crate::http) async fn remove(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
    condition: IfMatch,
) -> Result<Response, Fault> {
    let exports = &http.services.exports;
    if let Some(fault) = condition.fault() {
        return Err(after_permission(exports.remove(&ctx, id, Some(NO_VERSION)).await, fault));
    }
    let version = if let IfMatch::Version(version) = condition { Some(version) } else { None };
    exports.remove(&ctx, id, version).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(in crate::http) async fn duplicate(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
) -> Result<Response, Fault> {
    Ok(created(ctx.language, http.services.exports.duplicate(&ctx, id).await?))
}

pub(in crate::http) async fn detach(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
) -> Result<Response, Fault> {
    Ok(written(StatusCode::OK, ctx.language, http.services.exports.detach(&ctx, id).await?))
}

/// Starts a run: 202 with the new one, 200 with the one under way.
pub(in crate::http) async fn run(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
) -> Result<Response, Fault> {
    let RunStarted { run_id, started } = http.services.exports.run(&ctx, id).await?;
    let run = http.services.runs.get(&ctx, run_id).await?;
    let status = match started {
        Started::New => StatusCode::ACCEPTED,
        Started::UnderWay => StatusCode::OK,
    };
    let location = [(LOCATION, format!("/api/v1/runs/{run_id}"))];
    Ok((status, location, Json(RunBody::new(ctx.language, run))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(body: &str) -> Vec<String> {
        let read = JsonBody::of(body).read(read_draft);
        read.errors.0.into_iter().map(|error| format!("{} {}", error.field, error.reason.code)).collect()
    }

    #[test]
    fn what_later_versions_bring_is_not_available_yet() {
        let table = "00000000-0000-7000-8000-000000000001";
        let body = format!(
            r#"{{"name": "a", "items": [{{"table_id": "{table}"}}, {{"segment_id": "{table}"}}], "mode": "mirror", "key": ["id"],
                "enabled": true, "schedule": {{"recurrence": "daily", "times": ["06:00"]}}}}"#
        );
        assert_eq!(codes(&body), [
            "mode not_available_yet",
            "key not_available_yet",
            "enabled not_available_yet",
            "schedule not_available_yet",
            "items.1.segment_id not_available_yet",
        ]);
    }

    #[test]
    fn the_schedule_that_there_is_is_accepted() {
        for schedule in [r#"{"recurrence": "system"}"#, r#"{"recurrence": "system", "time_zone": "UTC"}"#, "null"] {
            let body = format!(r#"{{"name": "a", "items": [], "enabled": false, "schedule": {schedule}}}"#);
            assert_eq!(codes(&body), [""; 0], "{schedule}");
        }
        assert_eq!(
            codes(r#"{"name": "a", "items": [], "schedule": {"recurrence": "fortnightly"}}"#),
            ["schedule.recurrence malformed"],
        );
    }

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &body_schema(), &["key", "cursor"]);
    }
}
