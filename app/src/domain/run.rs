//! Runs and their receipt, the waybill.

use serde::{Deserialize, Serialize};

use super::{
    ConnectionId, ConnectionRef, Cursor, DeliveryOptions, ExportId, ExportStatus, FieldMapping,
    Limit, Micros, NextAttempt, Permission, Reason, RunId, SchemaField, Version,
};

/// State of a run. A run that ended never changes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    Queued,
    Processing,
    Retrying,
    Held,
    Successful,
    CompletedWithWarnings,
    Failed,
    Skipped,
    Missed,
    Canceled,
}

impl RunStatus {
    /// Every state.
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Processing,
        Self::Retrying,
        Self::Held,
        Self::Successful,
        Self::CompletedWithWarnings,
        Self::Failed,
        Self::Skipped,
        Self::Missed,
        Self::Canceled,
    ];

    /// The same word as a status of the export.
    pub const fn as_export_status(self) -> ExportStatus {
        match self {
            Self::Queued => ExportStatus::Queued,
            Self::Processing => ExportStatus::Processing,
            Self::Retrying => ExportStatus::Retrying,
            Self::Held => ExportStatus::Held,
            Self::Successful => ExportStatus::Successful,
            Self::CompletedWithWarnings => ExportStatus::CompletedWithWarnings,
            Self::Failed => ExportStatus::Failed,
            Self::Skipped => ExportStatus::Skipped,
            Self::Missed => ExportStatus::Missed,
            Self::Canceled => ExportStatus::Canceled,
        }
    }

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        self.as_export_status().code()
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Whether the run has ended.
    pub const fn has_ended(self) -> bool {
        !matches!(
            self,
            Self::Queued | Self::Processing | Self::Retrying | Self::Held
        )
    }

    /// Whether data were delivered.
    pub const fn has_delivered(self) -> bool {
        matches!(self, Self::Successful | Self::CompletedWithWarnings)
    }
}

/// What started a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A person on a page.
    Person,
    /// A token over REST.
    Api,
    /// Its own schedule.
    Schedule,
    /// The system refresh that it follows.
    Refresh,
}

impl Trigger {
    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Api => "api",
            Self::Schedule => "schedule",
            Self::Refresh => "refresh",
        }
    }

    /// The trigger of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Person, Self::Api, Self::Schedule, Self::Refresh]
            .into_iter()
            .find(|trigger| trigger.code() == code)
    }
}

/// Counts of one table of a run, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemCounts {
    /// Rows of the pinned snapshot, after the export's own filter.
    pub read: i64,
    pub written: i64,
    pub unchanged: i64,
    /// Left out by a condition.
    pub withheld: i64,
    pub rejected: i64,
    /// Sent, but the answer was lost.
    pub in_doubt: i64,
    /// Counted apart: not part of the sum.
    pub removed: i64,
    pub bytes: i64,
}

/// The sum of a waybill is not right: a fault of the program, never delivered as if it were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the waybill of table {table} does not add up: read {read}, accounted for {accounted}")]
pub struct Refused {
    /// Place of the table in the export, from 0.
    pub table: usize,
    pub read: i64,
    pub accounted: i64,
}

impl ItemCounts {
    /// What became of the rows read: `written + unchanged + withheld + rejected + in doubt`.
    pub const fn accounted(&self) -> i64 {
        self.written + self.unchanged + self.withheld + self.rejected + self.in_doubt
    }

    /// Checks the sum of product page §3 for every table.
    pub fn check<'a>(items: impl IntoIterator<Item = &'a Self>) -> Result<(), Refused> {
        for (table, counts) in items.into_iter().enumerate() {
            let accounted = counts.accounted();
            if counts.read != accounted {
                return Err(Refused {
                    table,
                    read: counts.read,
                    accounted,
                });
            }
        }
        Ok(())
    }
}

/// One table of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunItem {
    /// Name of the table.
    pub item: String,
    pub status: RunStatus,
    pub counts: ItemCounts,
    /// Rows expected, once the snapshot is pinned.
    pub expected: Option<i64>,
}

/// A row of a list of runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    pub id: RunId,
    pub export_id: ExportId,
    pub export_name: String,
    pub status: RunStatus,
    pub status_reason: Option<Reason>,
    pub trigger: Trigger,
    pub started_by: String,
    pub queued_at: Micros,
    pub started_at: Option<Micros>,
    pub ended_at: Option<Micros>,
    /// Which attempt is or was the last, from 1; 0 before the first.
    pub attempt: i64,
    /// Most attempts; as many as there were, where a last look at the destination went beyond.
    pub attempts: i64,
    /// When the next attempt starts, while *Retrying*.
    pub next_attempt_at: Option<Micros>,
    pub export_version: Version,
    pub data_as_of: Option<Micros>,
    pub rows_written: i64,
    pub bytes: i64,
    /// The connection that it delivers to.
    pub connection: Option<ConnectionRef>,
    /// Files of its delivery, and the path of the first, relative to the connection's folder.
    pub files: u32,
    pub first_file: Option<String>,
    pub is_export_removed: bool,
}

impl RunSummary {
    /// While *Retrying*, the attempt that comes.
    pub fn next_attempt(&self) -> Option<NextAttempt> {
        let number = self.attempt.saturating_add(1);
        let at = self.next_attempt_at?;
        (self.status == RunStatus::Retrying).then(|| NextAttempt::new(at, number, self.attempts))
    }
}

/// A run with its tables, and its waybill once it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDetails {
    pub run: RunSummary,
    pub tasks: Vec<RunItem>,
    /// A person asked to stop it and it has not stopped yet.
    pub canceling: bool,
    pub permission: Permission,
    /// Why the reader may not *Deliver* it, if it is held: it delivers to where it was started for, whatever connection its
    /// export has by now.
    pub release_refused: Option<Reason>,
    pub connection: Option<ConnectionRef>,
    pub waybill: Option<Waybill>,
    /// Changes with every write to the run; clients compare it.
    pub revision: i64,
}

/// A file of a delivery. The path is relative to the connection's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredFile {
    pub path: String,
    pub bytes: i64,
    pub rows: i64,
    /// Lower-case hexadecimal SHA-256 of the file.
    pub sha256: String,
}

/// What the waybill says of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaybillTable {
    pub table: String,
    pub counts: ItemCounts,
    /// Schema as delivered.
    pub schema: Vec<SchemaField>,
    pub mapping: Vec<FieldMapping>,
    /// Snapshot that was read, and when it was taken.
    pub snapshot: String,
    pub snapshot_at: Micros,
    pub files: Vec<DeliveredFile>,
    /// Cells escaped because of *spreadsheet-safe*.
    pub escaped_cells: i64,
}

/// The receipt of a run that delivered. Complete in itself: later edits do not change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waybill {
    pub run_id: RunId,
    pub export_id: ExportId,
    pub export_name: String,
    pub export_version: Version,
    pub connection_name: String,
    pub status: RunStatus,
    pub trigger: Trigger,
    pub started_by: String,
    pub queued_at: Micros,
    pub started_at: Micros,
    pub ended_at: Micros,
    pub attempt: i64,
    /// The oldest instant that the data of all tables are from.
    pub data_as_of: Option<Micros>,
    pub options: DeliveryOptions,
    pub tables: Vec<WaybillTable>,
}

/// Most runs that are counted: a list of more has this many and one as its total, and its page says *more than*.
pub const MOST_COUNTED: u32 = 10_000;

/// What a list of runs is asked for: newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunQuery {
    pub export_id: Option<ExportId>,
    pub status: Option<RunStatus>,
    pub connection_id: Option<ConnectionId>,
    /// How the name or the path of one of its files begins; case and accents are ignored.
    pub file: String,
    /// Queued at this instant or later …
    pub from: Option<Micros>,
    /// … and before this one.
    pub to: Option<Micros>,
    pub cursor: Option<Cursor>,
    pub limit: Limit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waybill_adds_up_only_when_every_row_is_accounted_for() {
        let right = ItemCounts {
            read: 10,
            written: 7,
            rejected: 2,
            withheld: 1,
            removed: 5,
            ..ItemCounts::default()
        };
        let wrong = ItemCounts {
            read: 10,
            written: 9,
            ..ItemCounts::default()
        };
        assert_eq!(ItemCounts::check([&right, &right]), Ok(()));
        assert_eq!(
            ItemCounts::check([&right, &wrong]),
            Err(Refused {
                table: 1,
                read: 10,
                accounted: 9
            }),
        );
    }

    #[test]
    fn states_round_trip() {
        for status in RunStatus::ALL {
            assert_eq!(RunStatus::from_code(status.code()), Some(status));
        }
    }
}
