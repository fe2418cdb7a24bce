//! The system as those see it who keep it running: pausing everything, what tasks did, the picture of what depends on
//! what, the day, and what the program is made of (product page §5).

use serde::{Deserialize, Serialize};

use super::text::{TextError, single_line};
use super::{
    ExportId, ExportStatus, Micros, Reason, RefreshId, RefreshStatus, RefreshTrigger, RunId,
    RunStatus, SegmentId, SourceId, TaskId, TaskKind,
};

/// Nothing starts until an administrator lets it: starts are planned and wait, what is under way ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemPause {
    pub reason: String,
    pub since: Micros,
    pub by: String,
}

impl SystemPause {
    /// Most characters of its reason.
    pub const MOST_REASON: u32 = 200;

    /// The reason that a person gave: one line.
    pub fn reason(text: &str) -> Result<String, TextError> {
        single_line(text, Self::MOST_REASON)
    }
}

/// What a source or segment did before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskHistory {
    pub source_id: SourceId,
    pub kind: TaskKind,
    pub name: String,
    /// Newest first, 50 at most.
    pub tasks: Vec<PastTask>,
}

/// One task of a source or segment, ended or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastTask {
    pub id: TaskId,
    pub refresh_id: RefreshId,
    pub trigger: RefreshTrigger,
    pub asked_by: String,
    pub status: RefreshStatus,
    pub reason: Option<Reason>,
    pub attempt: u32,
    pub created_at: Micros,
    pub started_at: Option<Micros>,
    pub ended_at: Option<Micros>,
}

/// What depends on what: sources → segments → exports. 200 of each at most, what needs a look first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    pub sources: Vec<PipelineNode<SourceId, RefreshStatus>>,
    pub segments: Vec<PipelineNode<SegmentId, RefreshStatus>>,
    pub exports: Vec<PipelineNode<ExportId, ExportStatus>>,
    /// More than that there are.
    pub left_out: u32,
}

/// One thing of the picture, with what it takes its rows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineNode<Id, Status> {
    pub id: Id,
    pub name: String,
    pub status: Status,
    pub sources: Vec<SourceId>,
    pub segments: Vec<SegmentId>,
}

/// What was at work in the last 24 hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayTimeline {
    pub from: Micros,
    pub until: Micros,
    /// By what was at work, first start first; 500 at most.
    pub bars: Vec<TimelineBar>,
    /// More than that there were.
    pub left_out: u32,
}

/// One stretch of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineBar {
    pub work: TimelineWork,
    pub name: String,
    pub queued_at: Micros,
    pub started_at: Micros,
    /// None: still at work.
    pub ended_at: Option<Micros>,
}

/// What a stretch of work was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimelineWork {
    Task {
        kind: TaskKind,
        refresh_id: RefreshId,
        source_id: SourceId,
        status: RefreshStatus,
    },
    Run {
        run_id: RunId,
        export_id: ExportId,
        status: RunStatus,
    },
}

/// Which database holds everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

/// What the program is, and what it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub version: String,
    pub environment: String,
    /// Version of the rules of time zones that are built in: `2025b`.
    pub time_zone_data: String,
    /// Version of those of the machine, where it tells.
    pub machine_time_zone_data: Option<String>,
    pub database: DatabaseKind,
    pub database_version: String,
    /// Version of the database's schema.
    pub schema_version: i64,
    pub started_at: Micros,
    /// The disk that the lake is on, in bytes; none where the machine does not tell.
    pub disk: Option<Disk>,
    /// What snapshots hold, in bytes.
    pub snapshot_bytes: i64,
}

/// A disk, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    pub total: i64,
    pub free: i64,
}
