//! Exports: what goes where, and how the list of them is asked for.

use serde::{Deserialize, Serialize};

use super::{
    ConnectionId, ConnectionRef, ConnectionType, Cursor, DeliveryOptions, ExportAbout,
    ExportFilter, ExportId, FilterNames, Limit, Micros, NextAttempt, Reason, RunId, RunStrip,
    ScheduleDraft, TableId, Version, is_default,
};

/// How a delivery relates to the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything, each time.
    #[default]
    Full,
}

/// Status of an export: that of its unfinished run, else of the run that ended last (product page §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportStatus {
    NotStarted,
    Queued,
    Processing,
    Successful,
    CompletedWithWarnings,
    Failed,
    Retrying,
    Held,
    Skipped,
    Missed,
    Canceled,
}

impl ExportStatus {
    /// Every status, in the order in which the list sorts them: what needs a person first.
    pub const ALL: [Self; 11] = [
        Self::Held,
        Self::Failed,
        Self::CompletedWithWarnings,
        Self::Missed,
        Self::Skipped,
        Self::Canceled,
        Self::Retrying,
        Self::Processing,
        Self::Queued,
        Self::Successful,
        Self::NotStarted,
    ];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Successful => "successful",
            Self::CompletedWithWarnings => "completed_with_warnings",
            Self::Failed => "failed",
            Self::Retrying => "retrying",
            Self::Held => "held",
            Self::Skipped => "skipped",
            Self::Missed => "missed",
            Self::Canceled => "canceled",
        }
    }

    /// The status of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Place in lists sorted by status, from 0.
    pub fn rank(self) -> i64 {
        let place = Self::ALL.iter().position(|status| *status == self);
        i64::try_from(place.unwrap_or_default()).unwrap_or_default()
    }

    /// Whether a run is under way or waits for one: the page watches these.
    pub const fn is_unfinished(self) -> bool {
        matches!(
            self,
            Self::Queued | Self::Processing | Self::Retrying | Self::Held
        )
    }
}

/// What the person looking may do with an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    Edit,
    View,
}

impl Permission {
    /// Both, in the order in which the list sorts them.
    pub const ALL: [Self; 2] = [Self::Edit, Self::View];

    /// As the address and REST write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::View => "view",
        }
    }

    /// The permission of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.code() == code)
    }
}

/// A row of the list of exports (REST: `ExportSummary`); the pages have [`ListedExport`](super::ListedExport).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportListRow {
    pub id: ExportId,
    pub version: Version,
    pub name: String,
    /// Type of its connection, or of the one it was detached from.
    #[serde(rename = "type")]
    pub kind: ConnectionType,
    pub status: ExportStatus,
    pub status_reason: Option<Reason>,
    /// The run that the status is from.
    pub run_id: Option<RunId>,
    /// Rows so far while processing.
    pub rows_so_far: Option<i64>,
    /// While *Retrying*.
    pub next_attempt: Option<NextAttempt>,
    /// End of the last delivery.
    pub refreshed_at: Option<Micros>,
    pub data_as_of: Option<Micros>,
    /// End of the run that the status is from, or its start while it is under way; nothing of one that has not begun, or
    /// never did.
    pub attempted_at: Option<Micros>,
    /// *Schedule run*: on or off.
    pub enabled: bool,
    pub schedule: ScheduleDraft,
    /// The next start: by its own schedule or, with *System refresh*, that of the refresh; none when off or detached, and
    /// while nothing starts it.
    pub next_run_at: Option<Micros>,
    pub connection: Option<ConnectionRef>,
    pub permission: Permission,
    pub updated_at: Micros,
    pub updated_by: String,
    /// Its last runs.
    pub strip: RunStrip,
    /// In the order in which they were given.
    pub labels: Vec<String>,
    /// Name of its owner.
    pub owner: Option<String>,
}

/// Columns by which the list of exports sorts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportSort {
    #[default]
    Name,
    Type,
    Status,
    RefreshedAt,
    Schedule,
    Connection,
    Permission,
    DataAsOf,
    UpdatedAt,
    UpdatedBy,
    /// By the first of them.
    Labels,
    Owner,
}

impl ExportSort {
    /// Every column, in the order of the page.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::Type,
        Self::Status,
        Self::RefreshedAt,
        Self::Schedule,
        Self::Connection,
        Self::Permission,
        Self::DataAsOf,
        Self::UpdatedAt,
        Self::UpdatedBy,
        Self::Labels,
        Self::Owner,
    ];

    /// As the address and REST write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Type => "type",
            Self::Status => "status",
            Self::RefreshedAt => "refreshed_at",
            Self::Schedule => "schedule",
            Self::Connection => "connection",
            Self::Permission => "permission",
            Self::DataAsOf => "data_as_of",
            Self::UpdatedAt => "updated_at",
            Self::UpdatedBy => "updated_by",
            Self::Labels => "labels",
            Self::Owner => "owner",
        }
    }

    /// The column of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.code() == code)
    }
}

/// What the list of exports is asked for. Everything has a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExportQuery {
    #[serde(skip_serializing_if = "is_default")]
    pub filter: ExportFilter,
    #[serde(skip_serializing_if = "is_default")]
    pub sort: ExportSort,
    #[serde(skip_serializing_if = "is_default")]
    pub descending: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub cursor: Option<Cursor>,
    #[serde(skip_serializing_if = "is_default")]
    pub limit: Limit,
}

/// How many exports match, and how many would with one value of a facet in place of the one chosen: each facet is
/// counted without its own choice. Values that none has are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFacets {
    pub total: u32,
    pub statuses: Vec<(ExportStatus, u32)>,
    pub types: Vec<(ConnectionType, u32)>,
    pub permissions: Vec<(Permission, u32)>,
    /// What the ids in the filter are called.
    pub names: FilterNames,
}

/// What the Exports page counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFacets {
    pub facets: ExportFacets,
    /// How many exports, whatever the filter, follow the system refresh while it is off: nothing starts them.
    pub left_behind: u32,
}

/// One field of a table as it is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldMapping {
    pub source: String,
    pub target: String,
}

/// One table or segment of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportItem {
    /// The table; of a segment, the one that its result is (`SegmentId::table`).
    pub table_id: TableId,
    pub table_name: String,
    #[serde(default)]
    pub is_segment: bool,
    /// The fields in the order of delivery, as of the day it was saved.
    pub fields: Vec<FieldMapping>,
    /// *and new ones*: columns that appear later are sent too, at the end.
    pub include_new: bool,
}

/// An export with its whole configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportDetails {
    pub row: ExportListRow,
    pub items: Vec<ExportItem>,
    pub mode: Mode,
    pub options: DeliveryOptions,
    /// Value of `{export}` in its paths: made once from the name, editable; renaming does not move it.
    pub folder: String,
    pub created_at: Micros,
    pub created_by: String,
    /// Labels, owner and note.
    pub about: ExportAbout,
}

/// A table or segment (by `SegmentId::table`) as a form or body chooses it. No `fields` means all of the day it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportItemDraft {
    pub table_id: TableId,
    /// Whether a segment is meant, or a table; none takes whichever it is.
    #[serde(default)]
    pub is_segment: Option<bool>,
    #[serde(default)]
    pub fields: Option<Vec<FieldMapping>>,
    #[serde(default)]
    pub include_new: bool,
}

/// What creates or replaces an export. Names and paths are parsed by the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportDraft {
    pub name: String,
    /// None only when a detached export is saved without giving it another one.
    pub connection_id: Option<ConnectionId>,
    pub items: Vec<ExportItemDraft>,
    #[serde(default)]
    pub mode: Mode,
    #[serde(default)]
    pub options: DeliveryOptions,
    /// Folder name; made from the name when empty.
    #[serde(default)]
    pub folder: String,
    /// *Schedule run*. None: on for a new export; as it was for one that is changed.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// None: with the system refresh for a new export; as it was for one that is changed.
    #[serde(default)]
    pub schedule: Option<ScheduleDraft>,
}

/// What starting a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Started {
    /// A new run waits in the queue.
    New,
    /// One of the same version was under way already; it is that one.
    UnderWay,
}

/// The run that a start led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStarted {
    pub run_id: RunId,
    pub started: Started,
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A row of its own number.
    pub(crate) fn row(number: u32) -> ExportListRow {
        let id = format!("00000000-0000-7000-8000-{number:012}");
        ExportListRow {
            id: id.parse().expect("a UUID"),
            version: 1,
            name: format!("Export {number}"),
            kind: ConnectionType::LocalFolder,
            status: ExportStatus::NotStarted,
            status_reason: None,
            run_id: None,
            rows_so_far: None,
            next_attempt: None,
            refreshed_at: None,
            data_as_of: None,
            attempted_at: None,
            enabled: false,
            schedule: ScheduleDraft::default(),
            next_run_at: None,
            connection: None,
            permission: Permission::Edit,
            updated_at: 0,
            updated_by: String::new(),
            strip: RunStrip::default(),
            labels: vec![],
            owner: None,
        }
    }

    #[test]
    fn statuses_columns_and_permissions_round_trip_and_rank_apart() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_code(permission.code()), Some(permission));
        }
        for status in ExportStatus::ALL {
            assert_eq!(ExportStatus::from_code(status.code()), Some(status));
        }
        for column in ExportSort::ALL {
            assert_eq!(ExportSort::from_code(column.code()), Some(column));
        }
        assert!(ExportStatus::Failed.rank() < ExportStatus::Successful.rank());
    }
}
