//! The schedule of the system refresh as it is being edited: signals for its fields, and the draft
//! they make.

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::domain::{
    RecurrenceKind, ScheduleDraft, SystemSchedule, SystemScheduleDraft, Version, Weekday,
};

/// A time of day to begin with, where a schedule has none.
const USUAL_TIME: &str = "02:00";

/// What is typed. Its parts are signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct ScheduleState {
    pub(super) enabled: RwSignal<bool>,
    /// Code of the recurrence.
    pub(super) recurrence: RwSignal<String>,
    pub(super) days: RwSignal<BTreeSet<Weekday>>,
    pub(super) times: RwSignal<Vec<String>>,
    pub(super) zone: RwSignal<String>,
    /// What it was filled in with. What the form does not show is kept from it.
    stored: RwSignal<SystemSchedule>,
}

impl ScheduleState {
    /// Filled in.
    pub(super) fn new(stored: SystemSchedule) -> Self {
        let draft = &stored.schedule;
        Self {
            enabled: RwSignal::new(stored.enabled),
            recurrence: RwSignal::new(recurrence_of(draft).code().to_owned()),
            days: RwSignal::new(days_of(draft)),
            times: RwSignal::new(times_of(draft)),
            zone: RwSignal::new(draft.time_zone.clone()),
            stored: RwSignal::new(stored),
        }
    }

    /// Fills it in anew; what was typed is gone.
    pub(super) fn fill(self, stored: SystemSchedule) {
        let draft = &stored.schedule;
        self.enabled.set(stored.enabled);
        self.recurrence.set(recurrence_of(draft).code().to_owned());
        self.days.set(days_of(draft));
        self.times.set(times_of(draft));
        self.zone.set(draft.time_zone.clone());
        self.stored.set(stored);
    }

    /// The version that is edited.
    pub(super) fn version(self) -> Version {
        self.stored.with_untracked(|stored| stored.version)
    }

    /// Whether it is weekly rather than daily.
    pub(super) fn is_weekly(self) -> bool {
        self.recurrence
            .with(|code| code == RecurrenceKind::Weekly.code())
    }

    /// What the form comes to.
    pub(super) fn draft(self) -> SystemScheduleDraft {
        let old = self.stored.with(|stored| stored.schedule.clone());
        let is_weekly = self.is_weekly();
        // Every how many weeks, and from which, is not on the form: kept for as long as it is weekly.
        let was_weekly = is_weekly && old.recurrence == RecurrenceKind::Weekly;
        let days = is_weekly.then(|| {
            self.days
                .with(|days| days.iter().map(|day| day.code().to_owned()).collect())
        });
        SystemScheduleDraft {
            enabled: self.enabled.get(),
            schedule: ScheduleDraft {
                recurrence: if is_weekly {
                    RecurrenceKind::Weekly
                } else {
                    RecurrenceKind::Daily
                },
                every: old.every.filter(|_| was_weekly),
                from: old.from.filter(|_| was_weekly),
                days,
                month_days: None,
                times: Some(self.times.get()),
                at: None,
                cron: None,
                time_zone: self.zone.get(),
                ..old
            },
        }
    }

    /// Whether closing would lose something.
    pub(super) fn is_changed(self) -> bool {
        let draft = self.draft();
        self.stored.with(|stored| {
            draft.enabled != stored.enabled
                || draft.schedule.recurrence != recurrence_of(&stored.schedule)
                || draft.schedule.time_zone != stored.schedule.time_zone
                || self
                    .times
                    .with(|times| *times != times_of(&stored.schedule))
                || (self.is_weekly() && self.days.with(|days| *days != days_of(&stored.schedule)))
        })
    }
}

/// Daily or weekly: the system refresh knows no other.
fn recurrence_of(draft: &ScheduleDraft) -> RecurrenceKind {
    match draft.recurrence {
        RecurrenceKind::Weekly => RecurrenceKind::Weekly,
        _ => RecurrenceKind::Daily,
    }
}

fn days_of(draft: &ScheduleDraft) -> BTreeSet<Weekday> {
    let codes = draft.days.iter().flatten();
    codes.filter_map(|code| Weekday::from_code(code)).collect()
}

fn times_of(draft: &ScheduleDraft) -> Vec<String> {
    let times = draft.times.clone().unwrap_or_default();
    if times.is_empty() {
        vec![USUAL_TIME.to_owned()]
    } else {
        times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(schedule: ScheduleDraft) -> SystemSchedule {
        SystemSchedule {
            version: 3,
            enabled: false,
            schedule,
            starts: Vec::new(),
            followers: 0,
            updated_at: 0,
            updated_by: String::new(),
        }
    }

    fn daily() -> ScheduleDraft {
        ScheduleDraft {
            recurrence: RecurrenceKind::Daily,
            times: Some(vec!["02:00".into()]),
            time_zone: "Europe/Paris".into(),
            catch_up_hours: Some(6),
            ..ScheduleDraft::default()
        }
    }

    #[test]
    fn an_edit_keeps_what_the_form_does_not_show() {
        Owner::new().with(|| {
            let state = ScheduleState::new(stored(daily()));
            assert!(!state.is_changed());
            assert_eq!(state.draft().schedule, daily());
            state.times.update(|times| times.push("14:30".into()));
            assert!(state.is_changed());
            let schedule = state.draft().schedule;
            assert_eq!(schedule.catch_up_hours, Some(6));
            assert!(schedule.parse().is_ok());
        });
    }

    #[test]
    fn a_weekly_schedule_that_becomes_daily_has_no_days_left() {
        Owner::new().with(|| {
            let weekly = ScheduleDraft {
                recurrence: RecurrenceKind::Weekly,
                every: Some(2),
                from: Some("2026-11-23".into()),
                days: Some(vec!["mon".into(), "thu".into()]),
                ..daily()
            };
            let state = ScheduleState::new(stored(weekly.clone()));
            assert_eq!(state.draft().schedule, weekly);
            state.recurrence.set("daily".into());
            assert_eq!(state.draft().schedule, daily());
        });
    }

    #[test]
    fn filling_in_anew_takes_back_what_was_typed() {
        Owner::new().with(|| {
            let state = ScheduleState::new(stored(daily()));
            state.zone.set("UTC".into());
            state.enabled.set(true);
            let newer = SystemSchedule {
                version: 4,
                ..stored(daily())
            };
            state.fill(newer);
            assert!(!state.is_changed());
            assert_eq!(state.version(), 4);
        });
    }
}
