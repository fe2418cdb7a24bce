//! What is to become of exports whose start has come. Pure: the planner reads and writes.

use app::domain::{ExportId, Micros, Reason, RunId};

use super::recurrence::{Missed, Timetable};
use super::starts::{Needs, waits_until};
use super::timetables::Timetables;
use crate::pipeline::rfc3339;
use crate::store::{
    queue::{Becomes, ExportPlan, Going, Move, PlannedEntry},
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

/// The starts of a timetable that have come.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Overdue {
    /// The one that runs.
    pub(super) run: Option<Micros>,
    /// The last of those that were missed, and what is to be said of all of them.
    pub(super) missed: Option<(Micros, Reason)>,
}

/// The starts after `planned_until` that have come. Of those up to `planned_from` none runs: a restored server was let go
/// on then, and the first one may have started them.
pub(super) fn overdue(
    timetable: &Timetable,
    planned_until: Micros,
    planned_from: Micros,
    now: Micros,
) -> Overdue {
    let from = planned_from.clamp(planned_until.min(now), now);
    let before = timetable.due(planned_until, from).none_runs();
    let due = timetable.due(from.max(planned_until), now);
    let missed = match before {
        Some(before) => Some(("missed_restored", before.and_later(due.missed))),
        None => due.missed.map(|missed| ("missed_starts", missed)),
    };
    Overdue {
        run: due.run,
        missed: missed.map(|(code, missed)| (missed.last, reason_of(code, missed))),
    }
}

/// What the schedule of an export says. `planned_from`: as [`overdue`] takes it.
pub(super) fn on_its_own(
    export: DueExport,
    planned_from: Micros,
    now: Micros,
    timetables: &mut Timetables,
) -> Verdict {
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
            let overdue = overdue(timetable, export.planned_until, planned_from, now);
            verdict.next_start = timetable.next_after(planned_until);
            verdict.start = overdue.run.map(|at| Start {
                scheduled_for: Some(at),
            });
            verdict.missed = overdue.missed;
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

fn reason_of(code: &str, missed: Missed) -> Reason {
    Reason::new(code)
        .with("count", missed.count)
        .with("first", rfc3339(missed.first))
        .with("last", rfc3339(missed.last))
}

/// Why a start does not run because of the other runs of its export.
fn obstacle(going: Option<&Going>) -> Option<Reason> {
    let going = going?;
    if going.held {
        return Some(Reason::new("previous_run_held"));
    }
    going.queued.map(|_| Reason::new("previous_run_going"))
}

impl Verdict {
    /// Whether a run of the current version comes of it: a new one, or the one that waits with an earlier version, which
    /// keeps the start from running and delivers in its place.
    pub(super) fn is_run(&self, going: Option<&Going>) -> bool {
        self.start.is_some() && (obstacle(going).is_none() || self.moved(going).is_some())
    }

    /// The run that waits with an earlier version.
    fn moved(&self, going: Option<&Going>) -> Option<RunId> {
        let (run, version) = going?.queued?;
        (version != self.export.version).then_some(run)
    }

    /// The same as the store writes it. `needs`: of the run that comes of it.
    pub(super) fn into_plan(
        self,
        at: Micros,
        going: Option<&Going>,
        needs: Option<&Needs>,
    ) -> ExportPlan {
        let until = waits_until(at, self.export.upstream);
        let tasks = || needs.map_or_else(Vec::new, |needs| needs.tasks.clone());
        let waiting = self.moved(going).filter(|_| self.start.is_some());
        let moves = waiting.map(|run| Move {
            run,
            needs: tasks(),
            waits_until: until,
        });
        let mut entries = Vec::new();
        if let Some((last, reason)) = self.missed {
            entries.push(PlannedEntry {
                scheduled_for: Some(last),
                becomes: Becomes::Missed(reason),
            });
        }
        if let Some(start) = self.start {
            let becomes = match obstacle(going) {
                Some(reason) => Becomes::Skipped(reason),
                None => Becomes::Run {
                    needs: tasks(),
                    waits_until: needs.filter(|needs| needs.are_open).map_or(0, |_| until),
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
            moves,
            next_start: self.next_start,
            planned_until: self.planned_until,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::timetables;

    /// 2026-11-23T00:00:00Z
    const DAY: Micros = 1_795_392_000_000_000;
    const HOUR: Micros = 3_600_000_000;

    fn daily_at_six() -> Timetable {
        timetables::read(r#"{"recurrence":"daily","times":["06:00"],"time_zone":"UTC"}"#)
            .expect("right")
    }

    #[test]
    fn what_came_before_a_restored_server_went_on_is_missed_however_late_it_may_be() {
        let timetable = daily_at_six();
        let (six, seven) = (DAY + 6 * HOUR, DAY + 7 * HOUR);
        // As any server: the newest runs, though it is an hour late.
        let usual = overdue(&timetable, DAY - 48 * HOUR, 0, seven);
        assert_eq!(usual.run, Some(six));
        let missed = usual.missed.expect("older ones");
        assert_eq!(missed.1.code, "missed_starts");
        // Let go on at seven: none of them.
        let restored = overdue(&timetable, DAY - 48 * HOUR, seven, seven);
        assert_eq!(restored.run, None);
        let reason = Reason::new("missed_restored")
            .with("count", 3)
            .with("first", "2026-11-21T06:00:00Z")
            .with("last", "2026-11-23T06:00:00Z");
        assert_eq!(restored.missed, Some((six, reason)));
        // What comes after that runs as ever.
        let next = overdue(&timetable, seven, seven, six + 24 * HOUR);
        assert_eq!((next.run, next.missed), (Some(six + 24 * HOUR), None));
        // Where nobody planned in between, it is one entry and one run.
        let both = overdue(&timetable, DAY, seven, six + 24 * HOUR);
        assert_eq!(both.run, Some(six + 24 * HOUR));
        assert_eq!(both.missed.map(|(last, _)| last), Some(six));
    }

    #[test]
    fn a_clock_that_was_set_back_changes_nothing() {
        let timetable = daily_at_six();
        let overdue = overdue(&timetable, DAY + 7 * HOUR, DAY + 8 * HOUR, DAY);
        assert_eq!((overdue.run, overdue.missed), (None, None));
    }
}
