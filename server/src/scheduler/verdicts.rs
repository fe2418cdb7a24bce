//! What is to become of exports whose start has come. Pure: the planner reads and writes.

use app::domain::{ExportId, Micros, Reason};

use super::recurrence::Missed;
use super::starts::{Needs, waits_until};
use super::timetables::Timetables;
use crate::pipeline::rfc3339;
use crate::store::{
    queue::{Becomes, ExportPlan, Going, PlannedEntry},
    refreshes::Following,
    schedules::DueExport,
};

/// A run is to start.
#[derive(Clone, Copy)]
pub(super) struct Start {
    /// The start of a schedule that it is for.
    scheduled_for: Option<Micros>,
}

/// What is to become of one export.
pub(super) struct Verdict {
    pub(super) export: DueExport,
    pub(super) start: Option<Start>,
    /// The last start that was missed, and what is to be said of all of them.
    missed: Option<(Micros, Reason)>,
    next_start: Option<Micros>,
    planned_until: Micros,
}

/// What the schedule of an export says.
pub(super) fn on_its_own(export: DueExport, now: Micros, timetables: &mut Timetables) -> Verdict {
    // The clock may have been set back: what was planned is not planned again.
    let planned_until = now.max(export.planned_until);
    let mut verdict = Verdict {
        export,
        start: None,
        missed: None,
        next_start: None,
        planned_until,
    };
    let export = &verdict.export;
    match timetables.of(&export.schedule) {
        Ok(timetable) => {
            let due = timetable.due(export.planned_until, now);
            verdict.next_start = timetable.next_after(planned_until);
            verdict.start = due.run.map(|at| Start {
                scheduled_for: Some(at),
            });
            verdict.missed = due.missed.map(|missed| (missed.last, reason_of(missed)));
        }
        Err(why) => unreadable(export.id, why),
    }
    verdict
}

/// What a refresh that an export follows says.
pub(super) fn following(
    export: DueExport,
    refresh: &Following,
    before: Micros,
    timetables: &mut Timetables,
) -> Verdict {
    let at = refresh.scheduled_for.unwrap_or(refresh.asked_at);
    let is_open = timetables.is_open(&export.schedule, at);
    if let Err(why) = &is_open {
        unreadable(export.id, why);
    }
    let runs = is_open.unwrap_or_default();
    let missed = refresh.missed.as_ref().filter(|_| runs);
    Verdict {
        export,
        start: (runs && missed.is_none()).then_some(Start {
            scheduled_for: refresh.scheduled_for,
        }),
        missed: missed.map(|reason| (at, reason.clone())),
        next_start: None,
        planned_until: before,
    }
}

fn unreadable(export: ExportId, why: &str) {
    tracing::error!(
        export.id = %export,
        "the schedule of an export cannot be read, and nothing starts by it until it is saved again: {why}"
    );
}

pub(super) fn reason_of(missed: Missed) -> Reason {
    Reason::new("missed_starts")
        .with("count", missed.count)
        .with("first", rfc3339(missed.first))
        .with("last", rfc3339(missed.last))
}

/// Why a start does not run because of the other runs of its export.
pub(super) fn obstacle(going: Option<&Going>) -> Option<Reason> {
    let going = going?;
    if going.held {
        return Some(Reason::new("previous_run_held"));
    }
    going.queued.map(|_| Reason::new("previous_run_going"))
}

impl Verdict {
    /// The same as the store writes it.
    pub(super) fn into_plan(
        self,
        at: Micros,
        going: Option<&Going>,
        needs: Option<&Needs>,
    ) -> ExportPlan {
        let mut entries = Vec::new();
        if let Some((last, reason)) = self.missed {
            entries.push(PlannedEntry {
                scheduled_for: Some(last),
                becomes: Becomes::Missed(reason),
            });
        }
        if let Some(start) = self.start {
            let upstream = self.export.upstream;
            let becomes = match obstacle(going) {
                Some(reason) => Becomes::Skipped(reason),
                None => Becomes::Run {
                    needs: needs.map(|needs| needs.tasks.clone()).unwrap_or_default(),
                    waits_until: needs
                        .filter(|needs| needs.are_open)
                        .map_or(0, |_| waits_until(at, upstream)),
                },
            };
            entries.push(PlannedEntry {
                scheduled_for: start.scheduled_for,
                becomes,
            });
        }
        ExportPlan {
            export_id: self.export.id,
            version: self.export.version,
            connection_id: self.export.connection_id,
            entries,
            next_start: self.next_start,
            planned_until: self.planned_until,
        }
    }
}
