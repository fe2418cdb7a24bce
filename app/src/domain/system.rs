//! The System page: the system refresh, its tasks, what starts next (product page §5).

use serde::{Deserialize, Serialize};

use super::{
    ExportId, ExportStatus, Micros, Reason, RefreshId, RefreshStatus, RunId, ScheduleDraft,
    SegmentId, SourceId, Target, TaskId, Version,
};

/// A start that is to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStart {
    pub at: Micros,
    /// The same on the clocks of the schedule's zone: `2026-03-29T03:00`.
    pub wall: String,
}

/// What a schedule comes to, for people to see while they type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulePreview {
    /// The next five starts at most; none of *System refresh*, whose starts are those of the refresh.
    pub starts: Vec<PlannedStart>,
}

/// What *Schedule* does with several exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleMode {
    /// Only switches them on or off.
    Keep,
    /// Gives all of them one schedule.
    Define,
}

/// A change of the schedules of some exports: one step, also in their history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleChange {
    pub target: Target,
    pub mode: ScheduleMode,
    pub enabled: bool,
    /// With *define* only.
    #[serde(default)]
    pub schedule: Option<ScheduleDraft>,
    /// With one export only: the version that this is to follow.
    #[serde(default)]
    pub version: Option<Version>,
    /// Of the plan that was agreed to: if other exports are meant by now, none is changed.
    #[serde(default)]
    pub seal: Option<String>,
}

/// What became of one export of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleOutcome {
    pub id: ExportId,
    /// Nothing when the person may not know of it.
    pub name: Option<String>,
    /// Why it was left out.
    pub error: Option<Reason>,
}

/// When the system refresh starts: daily or weekly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemSchedule {
    pub version: Version,
    pub enabled: bool,
    pub schedule: ScheduleDraft,
    /// The next five starts, none when it is off.
    pub starts: Vec<PlannedStart>,
    /// Exports that follow the refresh and are on.
    pub followers: u32,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// What changes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemScheduleDraft {
    pub enabled: bool,
    pub schedule: ScheduleDraft,
}

/// What asked for a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshTrigger {
    /// The system schedule.
    Schedule,
    /// *Refresh all*.
    Person,
    /// REST.
    Api,
    /// A run that needs fresh data, or *Refresh* of one source.
    Need,
}

impl RefreshTrigger {
    /// Everything that asks.
    pub const ALL: [Self; 4] = [Self::Schedule, Self::Person, Self::Api, Self::Need];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Person => "person",
            Self::Api => "api",
            Self::Need => "need",
        }
    }

    /// What asks by this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// One refresh: the renewal of all sources, or of some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshSummary {
    pub id: RefreshId,
    pub trigger: RefreshTrigger,
    pub asked_at: Micros,
    pub asked_by: String,
    /// Queued, processing, successful, failed (one task or more failed) or canceled.
    pub status: RefreshStatus,
    pub ended_at: Option<Micros>,
    pub tasks_done: u32,
    pub tasks: u32,
}

/// One refresh with its tasks and the runs that wait for it or followed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshDetails {
    pub refresh: RefreshSummary,
    pub tasks: Vec<RefreshTask>,
    pub runs: Vec<RefreshRun>,
}

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Renews a data source.
    Source,
    /// Evaluates a segment.
    Segment,
}

impl TaskKind {
    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Segment => "segment",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Source, Self::Segment]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// The renewal of one source, or the evaluation of one segment (by `SegmentId::source`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshTask {
    pub id: TaskId,
    pub kind: TaskKind,
    pub source_id: SourceId,
    pub source_name: String,
    pub status: RefreshStatus,
    pub reason: Option<Reason>,
    pub attempt: u32,
    pub started_at: Option<Micros>,
    pub ended_at: Option<Micros>,
}

/// A run that belongs to a refresh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshRun {
    pub id: RunId,
    pub export_id: ExportId,
    pub export_name: String,
    pub status: ExportStatus,
    pub reason: Option<Reason>,
    pub started_at: Option<Micros>,
    pub ended_at: Option<Micros>,
}

/// A row of *Status*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemTask<Id, Status> {
    pub id: Id,
    pub name: String,
    pub status: Status,
    pub reason: Option<Reason>,
    /// How long the last one took, or the current one has taken so far, in microseconds.
    pub duration_us: Option<i64>,
    pub updated_at: Option<Micros>,
}

/// How many of a group are in a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCount<Status> {
    pub status: Status,
    pub count: u32,
}

/// *Status*: the groups, each with its counts and what needs a look first (500 rows at most).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemStatus {
    pub sources: Vec<SystemTask<SourceId, RefreshStatus>>,
    pub source_counts: Vec<StatusCount<RefreshStatus>>,
    pub segments: Vec<SystemTask<SegmentId, RefreshStatus>>,
    pub segment_counts: Vec<StatusCount<RefreshStatus>>,
    pub exports: Vec<SystemTask<ExportId, ExportStatus>>,
    pub export_counts: Vec<StatusCount<ExportStatus>>,
    /// The last refreshes, newest first, 20 at most; those of runs alone are left out.
    pub refreshes: Vec<RefreshSummary>,
}

/// What starts by itself within the next 24 hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpcomingStart {
    pub start: PlannedStart,
    pub time_zone: String,
    /// None: the system refresh.
    pub export: Option<UpcomingExport>,
}

/// The export that starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpcomingExport {
    pub id: ExportId,
    pub name: String,
}
