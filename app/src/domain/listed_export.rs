//! An export as the pages list it.

use super::{
    ConnectionType, ExportId, ExportListRow, ExportStatus, Micros, NextAttempt, Permission, Reason,
    RunId, RunStrip,
};

/// What a list draws and its commands ask for. In the place of the schedule stand its words: what reads a schedule and
/// puts it into words is large, and the server has it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedExport {
    pub id: ExportId,
    pub name: String,
    /// Type of its connection, or of the one it was detached from.
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
    /// Of a run since that delivery nothing, or nothing yet: when it ended, or began.
    pub attempted_at: Option<Micros>,
    /// *Schedule run*: on or off.
    pub enabled: bool,
    /// The schedule, in the language of who looks.
    pub schedule: String,
    /// The time zone of the schedule, in which the instants of the row are shown.
    pub time_zone: String,
    /// The next start: by its own schedule or, with *System refresh*, that of the refresh; none when off or detached, and
    /// while nothing starts it.
    pub next_run_at: Option<Micros>,
    /// Name of its connection; none when detached.
    pub connection: Option<String>,
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

impl ListedExport {
    /// The row, with these words for its schedule.
    pub fn new(row: ExportListRow, schedule: String) -> Self {
        Self {
            id: row.id,
            name: row.name,
            kind: row.kind,
            status: row.status,
            status_reason: row.status_reason,
            run_id: row.run_id,
            rows_so_far: row.rows_so_far,
            next_attempt: row.next_attempt,
            refreshed_at: row.refreshed_at,
            data_as_of: row.data_as_of,
            attempted_at: row.attempted_at.filter(|at| row.refreshed_at != Some(*at)),
            enabled: row.enabled,
            schedule,
            time_zone: row.schedule.time_zone,
            next_run_at: row.next_run_at,
            connection: row.connection.map(|connection| connection.name),
            permission: row.permission,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
            strip: row.strip,
            labels: row.labels,
            owner: row.owner,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::export_row;

    /// A row of its own number.
    pub(crate) fn listed(number: u32) -> ListedExport {
        ListedExport::new(export_row(number), format!("Schedule {number}"))
    }
}
