//! `/runs`: list, look, stop, deliver or discard, and the waybill.

use app::domain::{
    ConnectionId, DeliveredFile, DeliveryOptions, ExportId, ItemCounts, Micros, Reason, RunDetails,
    RunId, RunItem, RunQuery, RunStatus, RunSummary, SchemaField, Waybill, WaybillTable,
};
use app::i18n::Language;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::DateTime;
use serde::Serialize;
use utoipa::ToSchema;

use super::exports::FieldBody;
use super::shared::{Listed, ReasonBody, Reference, instant, maybe_instant};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// A run as lists show it.
#[derive(Serialize, ToSchema)]
#[schema(as = RunSummary)]
pub(in crate::http) struct RunSummaryBody {
    #[schema(format = "uuid")]
    id: String,
    #[schema(format = "uuid")]
    export_id: String,
    export_name: String,
    /// The export was removed since.
    export_removed: bool,
    /// `queued`, `processing`, `retrying`, `held`, `successful`, `completed_with_warnings`, `failed`,
    /// `skipped`, `missed`, `canceled`.
    status: &'static str,
    #[schema(inline)]
    status_reason: Option<ReasonBody>,
    /// `person`, `api`, `schedule` (its own), `refresh` (the system refresh that it follows).
    trigger: &'static str,
    started_by: String,
    #[schema(format = DateTime)]
    queued_at: String,
    #[schema(format = DateTime)]
    started_at: Option<String>,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// From 1; 0 before the first.
    attempt: i64,
    #[schema(format = DateTime)]
    next_attempt_at: Option<String>,
    export_version: i64,
    #[schema(format = DateTime)]
    data_as_of: Option<String>,
    rows_written: i64,
    bytes: i64,
    /// The connection that it delivers to.
    connection: Option<Reference>,
    /// How many files it delivered.
    files: u32,
    /// Path of the first, relative to the connection's folder.
    first_file: Option<String>,
}

impl RunSummaryBody {
    fn new(language: Language, run: RunSummary) -> Self {
        Self {
            id: run.id.to_string(),
            export_id: run.export_id.to_string(),
            export_name: run.export_name,
            export_removed: run.is_export_removed,
            status: run.status.code(),
            status_reason: run
                .status_reason
                .map(|reason| ReasonBody::new(language, reason)),
            trigger: run.trigger.code(),
            started_by: run.started_by,
            queued_at: instant(run.queued_at),
            started_at: maybe_instant(run.started_at),
            ended_at: maybe_instant(run.ended_at),
            attempt: run.attempt,
            next_attempt_at: maybe_instant(run.next_attempt_at),
            export_version: run.export_version,
            data_as_of: maybe_instant(run.data_as_of),
            rows_written: run.rows_written,
            bytes: run.bytes,
            connection: run
                .connection
                .map(|connection| Reference::new(connection.id, connection.name)),
            files: run.files,
            first_file: run.first_file,
        }
    }
}

/// What became of the rows of one table: `read = written + unchanged + withheld + rejected + in doubt`.
#[derive(Serialize, ToSchema)]
#[schema(as = Counts)]
struct CountsBody {
    rows_read: i64,
    rows_written: i64,
    rows_unchanged: i64,
    rows_withheld: i64,
    rows_rejected: i64,
    rows_in_doubt: i64,
    rows_removed: i64,
    bytes: i64,
}

impl From<ItemCounts> for CountsBody {
    fn from(counts: ItemCounts) -> Self {
        Self {
            rows_read: counts.read,
            rows_written: counts.written,
            rows_unchanged: counts.unchanged,
            rows_withheld: counts.withheld,
            rows_rejected: counts.rejected,
            rows_in_doubt: counts.in_doubt,
            rows_removed: counts.removed,
            bytes: counts.bytes,
        }
    }
}

/// One table of a run.
#[derive(Serialize, ToSchema)]
#[schema(as = RunTask)]
struct TaskBody {
    /// Name of the table.
    item: String,
    status: &'static str,
    #[serde(flatten)]
    counts: CountsBody,
    /// Rows expected, once the snapshot is pinned.
    rows_expected: Option<i64>,
}

impl From<RunItem> for TaskBody {
    fn from(item: RunItem) -> Self {
        Self {
            item: item.item,
            status: item.status.code(),
            counts: item.counts.into(),
            rows_expected: item.expected,
        }
    }
}

/// A run with its tables.
#[derive(Serialize, ToSchema)]
#[schema(as = Run)]
pub(in crate::http) struct RunBody {
    #[serde(flatten)]
    run: RunSummaryBody,
    tasks: Vec<TaskBody>,
    /// Most attempts.
    attempts: i64,
    /// A person asked to stop it and it has not stopped yet.
    canceling: bool,
    permission: &'static str,
    /// Changes with every write to the run.
    revision: i64,
}

impl RunBody {
    pub(super) fn new(language: Language, details: RunDetails) -> Self {
        Self {
            attempts: details.run.attempts,
            run: RunSummaryBody::new(language, details.run),
            tasks: details.tasks.into_iter().map(TaskBody::from).collect(),
            canceling: details.canceling,
            permission: details.permission.code(),
            revision: details.revision,
        }
    }
}

/// A field of a schema.
#[derive(Serialize, ToSchema)]
#[schema(as = SchemaField)]
pub(super) struct SchemaFieldBody {
    name: String,
    r#type: String,
    nullable: bool,
    /// Shown masked to viewers.
    personal: bool,
}

impl From<SchemaField> for SchemaFieldBody {
    fn from(field: SchemaField) -> Self {
        Self {
            name: field.name,
            r#type: field.kind,
            nullable: field.nullable,
            personal: field.personal,
        }
    }
}

/// A file of a delivery. The path is relative to the connection's folder.
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveredFile)]
struct FileBody {
    path: String,
    bytes: i64,
    rows: i64,
    /// Lower-case hexadecimal.
    sha256: String,
}

impl From<DeliveredFile> for FileBody {
    fn from(file: DeliveredFile) -> Self {
        Self {
            path: file.path,
            bytes: file.bytes,
            rows: file.rows,
            sha256: file.sha256,
        }
    }
}

/// What the waybill says of one table.
#[derive(Serialize, ToSchema)]
#[schema(as = WaybillTask)]
struct WaybillTaskBody {
    item: String,
    #[serde(flatten)]
    counts: CountsBody,
    /// As delivered.
    schema: Vec<SchemaFieldBody>,
    mapping: Vec<FieldBody>,
    #[schema(format = "uuid")]
    snapshot: String,
    #[schema(format = DateTime)]
    snapshot_at: String,
    files: Vec<FileBody>,
    /// Cells escaped because of `spreadsheet_safe`.
    escaped_cells: i64,
}

impl From<WaybillTable> for WaybillTaskBody {
    fn from(table: WaybillTable) -> Self {
        Self {
            item: table.table,
            counts: table.counts.into(),
            schema: table
                .schema
                .into_iter()
                .map(SchemaFieldBody::from)
                .collect(),
            mapping: table.mapping.into_iter().map(FieldBody::from).collect(),
            snapshot: table.snapshot,
            snapshot_at: instant(table.snapshot_at),
            files: table.files.into_iter().map(FileBody::from).collect(),
            escaped_cells: table.escaped_cells,
        }
    }
}

/// The receipt of a run that delivered. Later edits do not change it.
#[derive(Serialize, ToSchema)]
#[schema(as = Waybill)]
pub(in crate::http) struct WaybillBody {
    #[schema(format = "uuid")]
    id: String,
    #[schema(format = "uuid")]
    export_id: String,
    export_name: String,
    export_version: i64,
    connection_name: String,
    status: &'static str,
    trigger: &'static str,
    started_by: String,
    #[schema(format = DateTime)]
    queued_at: String,
    #[schema(format = DateTime)]
    started_at: String,
    #[schema(format = DateTime)]
    ended_at: String,
    attempt: i64,
    #[schema(format = DateTime)]
    data_as_of: Option<String>,
    /// How the files were written.
    #[schema(value_type = Object)]
    options: DeliveryOptions,
    tasks: Vec<WaybillTaskBody>,
}

impl From<Waybill> for WaybillBody {
    fn from(waybill: Waybill) -> Self {
        Self {
            id: waybill.run_id.to_string(),
            export_id: waybill.export_id.to_string(),
            export_name: waybill.export_name,
            export_version: waybill.export_version,
            connection_name: waybill.connection_name,
            status: waybill.status.code(),
            trigger: waybill.trigger.code(),
            started_by: waybill.started_by,
            queued_at: instant(waybill.queued_at),
            started_at: instant(waybill.started_at),
            ended_at: instant(waybill.ended_at),
            attempt: waybill.attempt,
            data_as_of: maybe_instant(waybill.data_as_of),
            options: waybill.options,
            tasks: waybill
                .tables
                .into_iter()
                .map(WaybillTaskBody::from)
                .collect(),
        }
    }
}

/// An instant of RFC 3339.
pub(super) fn read_instant(text: &str) -> Option<Micros> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?;
    Some(instant.timestamp_micros())
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let query = RunQuery {
        export_id: parameters.one("export_id", |text| text.parse::<ExportId>().ok()),
        status: parameters.one("status", RunStatus::from_code),
        connection_id: parameters.one("connection_id", |text| text.parse::<ConnectionId>().ok()),
        file: parameters.text("file").unwrap_or_default().to_owned(),
        from: parameters.one("from", read_instant),
        to: parameters.one("to", read_instant),
        cursor: parameters.cursor(),
        limit: parameters.limit(),
    };
    parameters.done()?;
    let page = http.services.runs.list(&ctx, query).await?;
    let items = page
        .items
        .into_iter()
        .map(|run| RunSummaryBody::new(ctx.language, run))
        .collect();
    Ok(Listed::new(items, page.next).into_response())
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<RunId>,
) -> Result<Response, Fault> {
    let run = http.services.runs.get(&ctx, id).await?;
    Ok(Json(RunBody::new(ctx.language, run)).into_response())
}

pub(in crate::http) async fn waybill(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<RunId>,
) -> Result<Response, Fault> {
    let run = http.services.runs.get(&ctx, id).await?;
    let waybill = run
        .waybill
        .ok_or_else(|| Fault::new(StatusCode::NOT_FOUND, Reason::new("no_waybill")))?;
    Ok(Json(WaybillBody::from(waybill)).into_response())
}

pub(in crate::http) async fn cancel(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<RunId>,
) -> Result<Response, Fault> {
    let run = http.services.runs.cancel(&ctx, id).await?;
    Ok(Json(RunBody::new(ctx.language, run)).into_response())
}

pub(in crate::http) async fn release(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<RunId>,
) -> Result<Response, Fault> {
    let run = http.services.runs.release(&ctx, id).await?;
    Ok(Json(RunBody::new(ctx.language, run)).into_response())
}

pub(in crate::http) async fn discard(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<RunId>,
) -> Result<Response, Fault> {
    let run = http.services.runs.discard(&ctx, id).await?;
    Ok(Json(RunBody::new(ctx.language, run)).into_response())
}
