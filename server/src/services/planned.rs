//! Schedules as people give them, parsed and with their zone found.

use app::domain::{
    ExportListRow, FieldErrors, Micros, PlannedStart, Reason, Recurrence, RecurrenceKind, Schedule,
    ScheduleDraft,
};
use app::ports::Answer;

use super::errors::stored;
use crate::scheduler::recurrence::Timetable;
use crate::store::{Reads, schedules};

/// How many starts a person is shown.
pub(super) const SHOWN: usize = 5;
/// The field that holds a schedule, in every form and body.
const FIELD: &str = "schedule";

/// A schedule of which the starts are known.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    /// As it is written back.
    pub(super) draft: ScheduleDraft,
    timetable: Timetable,
}

impl Planned {
    /// Parses a schedule. Errors are those of the field `schedule`: `schedule.times`, ….
    pub(super) fn parse(draft: &ScheduleDraft) -> Result<Self, FieldErrors> {
        Self::of(&parsed(draft)?)
    }

    /// One that is stored already, as it was written down there: what is kept is not to look changed.
    pub(super) fn stored(draft: &ScheduleDraft) -> Result<Self, FieldErrors> {
        Ok(Self {
            draft: draft.clone(),
            ..Self::parse(draft)?
        })
    }

    /// Parses the schedule of the system refresh, which is daily or weekly.
    pub(super) fn parse_for_system(draft: &ScheduleDraft) -> Result<Self, FieldErrors> {
        let schedule = parsed(draft)?;
        match schedule.recurrence {
            Recurrence::Daily { .. } | Recurrence::Weekly { .. } => Self::of(&schedule),
            _ => {
                let reason = Reason::new("recurrence_not_for_system");
                Err(FieldErrors::one(&named("recurrence"), reason))
            }
        }
    }

    fn of(schedule: &Schedule) -> Result<Self, FieldErrors> {
        let timetable = Timetable::new(schedule)
            .map_err(|reason| FieldErrors::one(&named("time_zone"), reason))?;
        Ok(Self {
            draft: ScheduleDraft::from(schedule),
            timetable,
        })
    }

    /// The first start after this instant, of what is active.
    pub(super) fn next_start(&self, is_active: bool, after: Micros) -> Option<Micros> {
        is_active
            .then(|| self.timetable.next_after(after))
            .flatten()
    }

    /// Whether it is paused on the day of this instant.
    pub(super) fn is_paused(&self, at: Micros) -> bool {
        let until = self.draft.paused_until.as_deref();
        until.is_some_and(|until| self.timetable.wall(at).as_str() < until)
    }

    /// The first starts after this instant.
    pub(super) fn preview(&self, after: Micros) -> Vec<PlannedStart> {
        self.timetable.preview(after, SHOWN)
    }

    pub(super) const fn timetable(&self) -> &Timetable {
        &self.timetable
    }
}

/// Takes the start of the system refresh away from an export that will not start then: it may have its own first and last
/// day, and be paused.
pub(super) fn keep_own_days(row: &mut ExportListRow) {
    let draft = &row.schedule;
    let days = [&draft.starts_on, &draft.ends_on, &draft.paused_until];
    if draft.recurrence != RecurrenceKind::System || days.iter().all(|day| day.is_none()) {
        return;
    }
    row.next_run_at = row
        .next_run_at
        .filter(|at| Planned::stored(draft).is_ok_and(|planned| planned.timetable.is_open(*at)));
}

/// Whether two schedules are the same, however they were written down.
pub(super) fn is_same(one: &ScheduleDraft, other: &ScheduleDraft) -> bool {
    one == other || matches!((one.parse(), other.parse()), (Ok(one), Ok(other)) if one == other)
}

fn named(field: &str) -> String {
    format!("{FIELD}.{field}")
}

fn parsed(draft: &ScheduleDraft) -> Result<Schedule, FieldErrors> {
    draft.parse().map_err(|mut errors| {
        for error in &mut errors.0 {
            error.field = named(&error.field);
        }
        errors
    })
}

/// The zone of the system refresh, which is that of a schedule for which no other was chosen.
async fn system_zone(db: impl Reads) -> Answer<String> {
    let system = schedules::system(db).await.map_err(stored)?;
    Ok(system.schedule.time_zone)
}

/// The schedule of a new export, unless it is given one: after every scheduled refresh.
pub(super) async fn of_a_new_export(db: impl Reads) -> Answer<ScheduleDraft> {
    Ok(ScheduleDraft::system(system_zone(db).await?))
}

/// The schedule as it was given; *System refresh* may leave its zone out.
pub(super) async fn with_zone(db: impl Reads, draft: &ScheduleDraft) -> Answer<ScheduleDraft> {
    let mut draft = draft.clone();
    if draft.recurrence == RecurrenceKind::System && draft.time_zone.trim().is_empty() {
        draft.time_zone = system_zone(db).await?;
    }
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> ScheduleDraft {
        serde_json::from_str(text).expect("a draft")
    }

    fn codes(errors: &FieldErrors) -> Vec<String> {
        errors
            .0
            .iter()
            .map(|error| format!("{} {}", error.field, error.reason.code))
            .collect()
    }

    #[test]
    fn errors_are_those_of_the_field_that_holds_the_schedule() {
        let wrong = draft(r#"{"recurrence": "daily", "times": ["6"], "time_zone": "UTC"}"#);
        let errors = Planned::parse(&wrong).expect_err("refused");
        assert_eq!(codes(&errors), ["schedule.times.0 not_a_time"]);
        let nowhere = draft(r#"{"recurrence": "system", "time_zone": "Mars/Olympus"}"#);
        let errors = Planned::parse(&nowhere).expect_err("refused");
        assert_eq!(codes(&errors), ["schedule.time_zone unknown_time_zone"]);
    }

    #[test]
    fn the_system_refresh_is_daily_or_weekly() {
        for (schedule, is_allowed) in [
            (
                r#"{"recurrence": "daily", "times": ["02:00"], "time_zone": "UTC"}"#,
                true,
            ),
            (
                r#"{"recurrence": "weekly", "days": ["mon"], "times": ["02:00"], "time_zone": "UTC"}"#,
                true,
            ),
            (r#"{"recurrence": "system", "time_zone": "UTC"}"#, false),
            (
                r#"{"recurrence": "cron", "cron": "0 2 * * *", "time_zone": "UTC"}"#,
                false,
            ),
        ] {
            let planned = Planned::parse_for_system(&draft(schedule));
            assert_eq!(planned.is_ok(), is_allowed, "{schedule}");
        }
    }

    #[test]
    fn schedules_are_compared_by_what_they_say() {
        let short =
            draft(r#"{"recurrence": "daily", "times": ["18:00", "06:00"], "time_zone": "UTC"}"#);
        let planned = Planned::parse(&short).expect("parses");
        assert_ne!(short, planned.draft);
        assert!(is_same(&short, &planned.draft));
        assert!(!is_same(&short, &ScheduleDraft::system("UTC")));
    }

    #[test]
    fn a_pause_ends_with_the_day_before_the_one_it_names() {
        const DAY: Micros = 86_400_000_000;
        let paused =
            draft(r#"{"recurrence": "hourly", "time_zone": "UTC", "paused_until": "1970-01-03"}"#);
        let planned = Planned::parse(&paused).expect("parses");
        assert!(planned.is_paused(0) && planned.is_paused(2 * DAY - 1));
        assert!(!planned.is_paused(2 * DAY));
        let hourly = draft(r#"{"recurrence": "hourly", "time_zone": "UTC"}"#);
        assert!(!Planned::parse(&hourly).expect("parses").is_paused(0));
    }

    #[test]
    fn what_is_not_active_has_no_start_to_come() {
        let hourly = draft(r#"{"recurrence": "hourly", "time_zone": "UTC"}"#);
        let planned = Planned::parse(&hourly).expect("parses");
        assert_eq!(planned.next_start(false, 0), None);
        assert_eq!(planned.next_start(true, 0), Some(3_600_000_000));
        assert_eq!(planned.preview(0).len(), SHOWN);
    }
}
