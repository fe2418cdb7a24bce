//! `/exports`: list, set up, change, remove, duplicate, detach, run.

use app::domain::{
    DeliveryOptions, ExportDetails, ExportId, ExportItem, ExportListRow, ExportQuery, ExportSort,
    FieldMapping, Mode, RunStarted, Started,
};
use app::i18n::{Language, schedule as texts};
use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::runs::RunBody;
use super::schedules::ScheduleBody;
use super::shared::{Listed, ReasonBody, Reference, instant, maybe_instant};
use super::{export_body, facets};
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::JsonBody;
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// An export as lists show it.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportSummary)]
pub(in crate::http) struct ExportBody {
    #[schema(format = "uuid")]
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
    /// Whether it starts by itself.
    enabled: bool,
    connection: Option<Reference>,
    /// `edit` or `view`.
    permission: &'static str,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: String,
    /// The next start: by its own schedule or, for `system`, that of the system refresh; null while it is off or detached,
    /// or nothing starts it.
    #[schema(format = DateTime)]
    next_run_at: Option<String>,
    labels: Vec<String>,
    /// Name of its owner.
    owner: Option<String>,
}

impl ExportBody {
    fn new(language: Language, row: ExportListRow) -> Self {
        let connected = row.connection.is_some();
        let schedule_text = texts::summary(language, row.enabled, connected, &row.schedule);
        Self {
            id: row.id.to_string(),
            version: row.version,
            name: row.name,
            r#type: row.kind.code(),
            status: row.status.code(),
            status_reason: row
                .status_reason
                .map(|reason| ReasonBody::new(language, reason)),
            refreshed_at: maybe_instant(row.refreshed_at),
            data_as_of: maybe_instant(row.data_as_of),
            schedule: row.schedule.into(),
            schedule_text,
            enabled: row.enabled,
            connection: row
                .connection
                .map(|connection| Reference::new(connection.id, connection.name)),
            permission: row.permission.code(),
            updated_at: instant(row.updated_at),
            updated_by: row.updated_by,
            next_run_at: maybe_instant(row.next_run_at),
            labels: row.labels,
            owner: row.owner,
        }
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
        Self {
            source: field.source,
            target: field.target,
        }
    }
}

/// A table or segment of an export with its fields in the order of delivery: it has the one id or the other.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportItem)]
struct ItemBody {
    #[schema(format = "uuid")]
    #[serde(skip_serializing_if = "Option::is_none")]
    table_id: Option<String>,
    #[schema(format = "uuid")]
    #[serde(skip_serializing_if = "Option::is_none")]
    segment_id: Option<String>,
    /// Name of the table or segment, as `{table}` of a path has it.
    table_name: String,
    fields: Vec<FieldBody>,
    /// Columns that appear later are sent too.
    include_new: bool,
}

impl From<ExportItem> for ItemBody {
    fn from(item: ExportItem) -> Self {
        let id = item.table_id.to_string();
        let (table_id, segment_id) = if item.is_segment {
            (None, Some(id))
        } else {
            (Some(id), None)
        };
        Self {
            table_id,
            segment_id,
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
    #[schema(format = "uuid")]
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
            connection_id: export
                .row
                .connection
                .as_ref()
                .map(|connection| connection.id.to_string()),
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

pub(super) fn written(status: StatusCode, language: Language, export: ExportDetails) -> Response {
    tagged(
        status,
        export.row.version,
        ExportDetailsBody::new(language, export),
    )
}

fn created(language: Language, export: ExportDetails) -> Response {
    let location = format!("/api/v1/exports/{}", export.row.id);
    let mut response = written(StatusCode::CREATED, language, export);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let (sort, descending) = parameters.sort(ExportSort::from_code);
    let query = ExportQuery {
        filter: facets::filter(&parameters),
        sort: sort.unwrap_or_default(),
        descending,
        cursor: parameters.cursor(),
        limit: parameters.limit(),
    };
    parameters.done()?;
    let page = http.services.exports.list(&ctx, query).await?;
    let items = page
        .items
        .into_iter()
        .map(|row| ExportBody::new(ctx.language, row))
        .collect();
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
    let ((draft, kind), wrong) = export_body::read_new(body);
    let exports = &http.services.exports;
    let answer = match kind {
        Some(kind) if draft.connection_id.is_none() => {
            exports.create_detached(&ctx, draft, kind).await
        }
        _ => exports.create(&ctx, draft, None).await,
    };
    match wrong {
        Some(fault) => Err(after_permission(answer, fault)),
        None => Ok(created(ctx.language, answer?)),
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
    let (draft, wrong) = export_body::read(body);
    if let Some(fault) = condition.fault().or(wrong) {
        return Err(after_permission(
            exports.update(&ctx, id, NO_VERSION, draft).await,
            fault,
        ));
    }
    let version = match condition {
        IfMatch::Version(version) => version,
        _ => exports.get(&ctx, id).await?.row.version,
    };
    Ok(written(
        StatusCode::OK,
        ctx.language,
        exports.update(&ctx, id, version, draft).await?,
    ))
}

/// Removes an export. The answer names the change that undoes it.
pub(in crate::http) async fn remove(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
    condition: IfMatch,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let exports = &http.services.exports;
    let cancel_runs = parameters
        .one("cancel_runs", |text| text.parse().ok())
        .unwrap_or_default();
    let wrong = parameters.done().err();
    if let Some(fault) = condition.fault().or(wrong) {
        return Err(after_permission(
            exports.remove(&ctx, id, Some(NO_VERSION), false).await,
            fault,
        ));
    }
    let version = match condition {
        IfMatch::Version(version) => Some(version),
        _ => None,
    };
    let removal = exports.remove(&ctx, id, version, cancel_runs).await?;
    let change = [("waybill-change", removal.change.to_string())];
    Ok((StatusCode::NO_CONTENT, change).into_response())
}

pub(in crate::http) async fn duplicate(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
) -> Result<Response, Fault> {
    Ok(created(
        ctx.language,
        http.services.exports.duplicate(&ctx, id).await?,
    ))
}

pub(in crate::http) async fn detach(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
) -> Result<Response, Fault> {
    Ok(written(
        StatusCode::OK,
        ctx.language,
        http.services.exports.detach(&ctx, id).await?,
    ))
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
