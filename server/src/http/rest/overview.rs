//! `/system/pipeline`, `/system/timeline`, `/system/about`: what depends on what, the day, what the program is.

use app::domain::{
    About, DatabaseKind, DayTimeline, Disk, ExportStatus, Pipeline, PipelineNode, RefreshStatus,
    SegmentId, SourceId, TimelineBar, TimelineWork,
};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::shared::{instant, maybe_instant};
use crate::http::identity::Caller;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// A source, segment or export, with what it takes its rows from.
#[derive(Serialize, ToSchema)]
#[schema(as = PipelineNode)]
struct NodeBody {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    status: &'static str,
    /// Ids of sources.
    sources: Vec<String>,
    /// Ids of segments.
    segments: Vec<String>,
}

impl NodeBody {
    fn all<I: ToString, S>(
        nodes: Vec<PipelineNode<I, S>>,
        code: fn(S) -> &'static str,
    ) -> Vec<Self> {
        let node = |node: PipelineNode<I, S>| Self {
            id: node.id.to_string(),
            name: node.name,
            status: code(node.status),
            sources: node.sources.iter().map(SourceId::to_string).collect(),
            segments: node.segments.iter().map(SegmentId::to_string).collect(),
        };
        nodes.into_iter().map(node).collect()
    }
}

/// What depends on what: 200 of each at most, what needs a look first. Links lead only to what is listed.
#[derive(Serialize, ToSchema)]
#[schema(as = Pipeline)]
pub(in crate::http) struct PipelineBody {
    sources: Vec<NodeBody>,
    segments: Vec<NodeBody>,
    exports: Vec<NodeBody>,
    /// More than that there are.
    left_out: u32,
}

impl From<Pipeline> for PipelineBody {
    fn from(pipeline: Pipeline) -> Self {
        Self {
            sources: NodeBody::all(pipeline.sources, RefreshStatus::code),
            segments: NodeBody::all(pipeline.segments, RefreshStatus::code),
            exports: NodeBody::all(pipeline.exports, ExportStatus::code),
            left_out: pipeline.left_out,
        }
    }
}

/// One stretch of work.
#[derive(Serialize, ToSchema)]
#[schema(as = TimelineBar)]
struct BarBody {
    /// `source`, `segment`, `export`.
    kind: &'static str,
    /// Of the source, segment or export.
    #[schema(format = "uuid")]
    id: String,
    name: String,
    /// The refresh that it was part of; null of exports.
    #[schema(format = "uuid")]
    refresh_id: Option<String>,
    /// The run that it was; of exports.
    #[schema(format = "uuid")]
    run_id: Option<String>,
    status: &'static str,
    #[schema(format = DateTime)]
    queued_at: String,
    #[schema(format = DateTime)]
    started_at: String,
    /// Null: still at work.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

impl From<TimelineBar> for BarBody {
    fn from(bar: TimelineBar) -> Self {
        let (kind, id, refresh_id, run_id, status) = match bar.work {
            TimelineWork::Task {
                kind,
                refresh_id,
                source_id,
                status,
            } => (
                kind.code(),
                source_id.to_string(),
                Some(refresh_id.to_string()),
                None,
                status.code(),
            ),
            TimelineWork::Run {
                run_id,
                export_id,
                status,
            } => (
                "export",
                export_id.to_string(),
                None,
                Some(run_id.to_string()),
                status.code(),
            ),
        };
        Self {
            kind,
            id,
            name: bar.name,
            refresh_id,
            run_id,
            status,
            queued_at: instant(bar.queued_at),
            started_at: instant(bar.started_at),
            ended_at: maybe_instant(bar.ended_at),
        }
    }
}

/// What was at work in the last 24 hours.
#[derive(Serialize, ToSchema)]
#[schema(as = DayTimeline)]
pub(in crate::http) struct TimelineBody {
    #[schema(format = DateTime)]
    from: String,
    #[schema(format = DateTime)]
    until: String,
    /// Sources, segments, exports, by name, first start first. Of more than 500 the last that started.
    bars: Vec<BarBody>,
    /// More than that there were.
    left_out: u32,
}

impl From<DayTimeline> for TimelineBody {
    fn from(day: DayTimeline) -> Self {
        Self {
            from: instant(day.from),
            until: instant(day.until),
            bars: day.bars.into_iter().map(BarBody::from).collect(),
            left_out: day.left_out,
        }
    }
}

/// A disk.
#[derive(Serialize, ToSchema)]
#[schema(as = Disk)]
struct DiskBody {
    total_bytes: i64,
    free_bytes: i64,
}

impl From<Disk> for DiskBody {
    fn from(disk: Disk) -> Self {
        Self {
            total_bytes: disk.total,
            free_bytes: disk.free,
        }
    }
}

/// What the program is, and what it stands on.
#[derive(Serialize, ToSchema)]
#[schema(as = About)]
pub(in crate::http) struct AboutBody {
    version: String,
    /// Name of this server's environment.
    environment: String,
    /// Edition of the rules of time zones that are built in: `2025b`.
    time_zone_data: String,
    /// Edition of those of the machine; null where it does not tell.
    machine_time_zone_data: Option<String>,
    /// `sqlite`, `postgres`.
    database: &'static str,
    database_version: String,
    /// Version of the database's schema.
    schema_version: i64,
    /// When this server started.
    #[schema(format = DateTime)]
    started_at: String,
    /// The disk that snapshots are on; null where the machine does not tell.
    #[schema(inline)]
    disk: Option<DiskBody>,
    /// What all snapshots hold.
    snapshot_bytes: i64,
}

impl From<About> for AboutBody {
    fn from(about: About) -> Self {
        Self {
            version: about.version,
            environment: about.environment,
            time_zone_data: about.time_zone_data,
            machine_time_zone_data: about.machine_time_zone_data,
            database: match about.database {
                DatabaseKind::Sqlite => "sqlite",
                DatabaseKind::Postgres => "postgres",
            },
            database_version: about.database_version,
            schema_version: about.schema_version,
            started_at: instant(about.started_at),
            disk: about.disk.map(DiskBody::from),
            snapshot_bytes: about.snapshot_bytes,
        }
    }
}

pub(in crate::http) async fn pipeline(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let pipeline = http.services.system.pipeline(&ctx).await?;
    Ok(Json(PipelineBody::from(pipeline)).into_response())
}

pub(in crate::http) async fn timeline(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let day = http.services.system.timeline(&ctx).await?;
    Ok(Json(TimelineBody::from(day)).into_response())
}

pub(in crate::http) async fn about(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let about = http.services.system.about(&ctx).await?;
    Ok(Json(AboutBody::from(about)).into_response())
}
