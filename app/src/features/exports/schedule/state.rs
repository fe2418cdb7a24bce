//! All that is typed into the form of a schedule.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::fields::named;
use crate::domain::{
    DEFAULT_CATCH_UP_HOURS, FieldErrors, MonthDayDraft, RecurrenceKind, ScheduleDraft, Weekday,
};

/// One signal per field. Those of all recurrences are kept, so that switching between them loses
/// nothing; a draft has those of the one that is chosen.
#[derive(Clone, Copy)]
pub(in crate::features::exports) struct ScheduleState {
    /// *Schedule run*.
    pub(in crate::features::exports) enabled: RwSignal<bool>,
    pub(super) recurrence: RwSignal<String>,
    /// *Hourly*.
    pub(super) every_hours: RwSignal<String>,
    pub(super) from_time: RwSignal<String>,
    /// *Weekly*.
    pub(super) every_weeks: RwSignal<String>,
    pub(super) from_week: RwSignal<String>,
    pub(super) days: RwSignal<BTreeSet<Weekday>>,
    /// *Monthly*: what is chosen in each line of the list.
    pub(super) month_days: RwSignal<Vec<ArcRwSignal<String>>>,
    /// *Daily*, *Weekly* and *Monthly*.
    pub(super) times: RwSignal<Vec<String>>,
    /// *Once*.
    pub(super) at: RwSignal<String>,
    pub(super) cron: RwSignal<String>,
    pub(super) time_zone: RwSignal<String>,
    pub(super) starts_on: RwSignal<String>,
    pub(super) ends_on: RwSignal<String>,
    pub(super) paused_until: RwSignal<String>,
    pub(super) pause_reason: RwSignal<String>,
    pub(super) catch_up: RwSignal<String>,
    /// *More options* are in sight.
    pub(super) more: RwSignal<bool>,
}

impl ScheduleState {
    /// The form filled in; the fields of other recurrences get what most people would choose.
    pub(in crate::features::exports) fn new(enabled: bool, draft: &ScheduleDraft) -> Self {
        use RecurrenceKind::{Hourly, Weekly};
        let text = |value: Option<&str>, otherwise: &str| {
            RwSignal::new(value.unwrap_or(otherwise).to_owned())
        };
        let of = |kind: RecurrenceKind| Some(draft).filter(|draft| draft.recurrence == kind);
        let every = |kind, otherwise: u8| {
            let every = of(kind).and_then(|draft| draft.every);
            RwSignal::new(every.unwrap_or(otherwise).to_string())
        };
        let from = |kind| of(kind).and_then(|draft| draft.from.as_deref());
        let days = draft.days.as_ref().map_or_else(
            || BTreeSet::from([Weekday::Monday]),
            |codes| {
                let days = codes.iter().filter_map(|code| Weekday::from_code(code));
                days.collect()
            },
        );
        let month_days = draft.month_days.as_ref().map_or_else(
            || vec![first_of_month()],
            |days| {
                days.iter()
                    .map(|day| ArcRwSignal::new(day_text(day)))
                    .collect()
            },
        );
        let times = draft
            .times
            .clone()
            .unwrap_or_else(|| vec!["06:00".to_owned()]);
        let catch_up = draft.catch_up_hours.unwrap_or(DEFAULT_CATCH_UP_HOURS);
        let has_more = draft.starts_on.is_some()
            || draft.ends_on.is_some()
            || draft.paused_until.is_some()
            || catch_up != DEFAULT_CATCH_UP_HOURS;
        Self {
            enabled: RwSignal::new(enabled),
            recurrence: RwSignal::new(draft.recurrence.code().to_owned()),
            every_hours: every(Hourly, 6),
            from_time: text(from(Hourly), "00:00"),
            every_weeks: every(Weekly, 1),
            from_week: text(from(Weekly), ""),
            days: RwSignal::new(days),
            month_days: RwSignal::new(month_days),
            times: RwSignal::new(times),
            at: text(draft.at.as_deref(), ""),
            cron: text(draft.cron.as_deref(), ""),
            time_zone: RwSignal::new(draft.time_zone.clone()),
            starts_on: text(draft.starts_on.as_deref(), ""),
            ends_on: text(draft.ends_on.as_deref(), ""),
            paused_until: text(draft.paused_until.as_deref(), ""),
            pause_reason: text(draft.pause_reason.as_deref(), ""),
            catch_up: RwSignal::new(catch_up.to_string()),
            more: RwSignal::new(has_more),
        }
    }

    /// The recurrence chosen.
    pub(super) fn kind(self) -> RecurrenceKind {
        self.recurrence
            .with(|code| RecurrenceKind::from_code(code))
            .unwrap_or_default()
    }

    /// The draft as it is typed. A number that is none becomes one that the parser refuses, so that
    /// its error is the only one.
    pub(in crate::features::exports) fn draft(self) -> ScheduleDraft {
        let kind = self.kind();
        let mut draft = ScheduleDraft {
            recurrence: kind,
            time_zone: typed(self.time_zone),
            starts_on: given(self.starts_on),
            ends_on: given(self.ends_on),
            paused_until: given(self.paused_until),
            catch_up_hours: given(self.catch_up).map(|text| text.parse().unwrap_or(u16::MAX)),
            ..ScheduleDraft::default()
        };
        if draft.paused_until.is_some() {
            draft.pause_reason = given(self.pause_reason);
        }
        let every = |count: RwSignal<String>| Some(typed(count).parse().unwrap_or(0));
        match kind {
            RecurrenceKind::System => {}
            RecurrenceKind::Hourly => {
                draft.every = every(self.every_hours);
                draft.from = Some(typed(self.from_time));
            }
            RecurrenceKind::Daily => draft.times = Some(self.times.get()),
            RecurrenceKind::Weekly => {
                draft.every = every(self.every_weeks);
                draft.from = given(self.from_week);
                let codes = |days: &BTreeSet<Weekday>| {
                    days.iter().map(|day| day.code().to_owned()).collect()
                };
                draft.days = Some(self.days.with(codes));
                draft.times = Some(self.times.get());
            }
            RecurrenceKind::Monthly => {
                let days = self.month_days.get();
                draft.month_days = Some(
                    days.iter()
                        .map(|day| day.with(|text| day_of(text)))
                        .collect(),
                );
                draft.times = Some(self.times.get());
            }
            RecurrenceKind::Once => draft.at = Some(typed(self.at)),
            RecurrenceKind::Cron => draft.cron = Some(typed(self.cron)),
        }
        draft
    }

    /// Notes what the browser can already tell is wrong, under the names of the fields.
    pub(in crate::features::exports) fn check(self, errors: &mut FieldErrors) {
        if let Err(wrong) = self.draft().parse() {
            errors.0.extend(named(wrong).0);
        }
    }

    /// Opens *More options* if one of them has an error, so that it can be seen.
    pub(in crate::features::exports) fn show_errors(self, errors: &FieldErrors) {
        let is_system = untrack(|| self.kind()) == RecurrenceKind::System;
        let is_hidden = |name: &str| super::fields::is_more(name, is_system);
        if errors.0.iter().any(|error| is_hidden(&error.field)) {
            self.more.set(true);
        }
    }
}

/// A line of *Monthly* before anybody chose.
pub(super) fn first_of_month() -> ArcRwSignal<String> {
    ArcRwSignal::new("1".to_owned())
}

fn typed(text: RwSignal<String>) -> String {
    text.with(|text| text.trim().to_owned())
}

fn given(text: RwSignal<String>) -> Option<String> {
    Some(typed(text)).filter(|text| !text.is_empty())
}

fn day_text(day: &MonthDayDraft) -> String {
    match day {
        MonthDayDraft::Number(number) => number.to_string(),
        MonthDayDraft::Text(text) => text.clone(),
    }
}

fn day_of(text: &str) -> MonthDayDraft {
    match text.parse() {
        Ok(number) => MonthDayDraft::Number(number),
        Err(_) => MonthDayDraft::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn draft(body: Value) -> ScheduleDraft {
        let draft: ScheduleDraft = serde_json::from_value(body).expect("a schedule");
        let schedule = draft.parse().expect("a schedule without errors");
        ScheduleDraft::from(&schedule)
    }

    fn zoned(mut body: Value) -> ScheduleDraft {
        body["time_zone"] = json!("Europe/Paris");
        draft(body)
    }

    #[test]
    fn every_schedule_comes_back_as_it_went_in() {
        Owner::new().with(|| {
            for body in [
                json!({"recurrence": "system"}),
                json!({"recurrence": "hourly", "every": 4, "from": "01:30"}),
                json!({"recurrence": "daily", "times": ["18:00", "06:00"]}),
                json!({"recurrence": "weekly", "days": ["fri", "mon"], "times": ["07:30"]}),
                json!({
                    "recurrence": "weekly", "every": 2, "from": "2026-11-25",
                    "days": ["sun"], "times": ["07:30"],
                }),
                json!({
                    "recurrence": "monthly", "month_days": [31, "last", 1, "2nd tue"],
                    "times": ["00:00", "12:00"],
                }),
                json!({"recurrence": "once", "at": "2026-12-24T06:00"}),
                json!({"recurrence": "cron", "cron": "5 4 1 * 1-5"}),
                json!({
                    "recurrence": "system", "starts_on": "2026-12-01", "ends_on": "2027-12-01",
                    "paused_until": "2027-01-05", "pause_reason": "Stock-taking", "catch_up_hours": 0,
                }),
            ] {
                let draft = zoned(body);
                let state = ScheduleState::new(true, &draft);
                assert_eq!(state.draft(), draft);
                let mut errors = FieldErrors::default();
                state.check(&mut errors);
                assert_eq!(errors, FieldErrors::default());
            }
        });
    }

    #[test]
    fn a_draft_has_no_field_of_another_recurrence_and_switching_back_loses_nothing() {
        Owner::new().with(|| {
            let weekly = zoned(json!({
                "recurrence": "weekly", "every": 2, "from": "2026-11-25",
                "days": ["sun"], "times": ["07:30"],
            }));
            let state = ScheduleState::new(true, &weekly);
            for kind in RecurrenceKind::ALL {
                state.recurrence.set(kind.code().to_owned());
                state.at.set("2026-12-24T06:00".into());
                state.cron.set("* * * * *".into());
                assert!(state.draft().parse().is_ok(), "{kind:?}");
            }
            state.recurrence.set("weekly".into());
            assert_eq!(state.draft(), weekly);
        });
    }

    #[test]
    fn what_is_wrong_is_named_as_the_server_names_it() {
        Owner::new().with(|| {
            let state = ScheduleState::new(true, &ScheduleDraft::system("Europe/Paris"));
            state.recurrence.set("weekly".into());
            state.every_weeks.set("often".into());
            state.days.set(BTreeSet::new());
            state.times.set(vec!["06:00".into(), String::new()]);
            state.ends_on.set("soon".into());
            state.catch_up.set("-1".into());
            let mut errors = FieldErrors::default();
            state.check(&mut errors);
            let mut fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
            fields.sort_unstable();
            assert_eq!(
                fields,
                [
                    "schedule.catch_up_hours",
                    "schedule.days",
                    "schedule.ends_on",
                    "schedule.every",
                    "schedule.times.1",
                ],
            );
            assert!(!state.more.get_untracked());
            state.show_errors(&errors);
            assert!(state.more.get_untracked());
        });
    }

    #[test]
    fn the_reason_of_a_pause_goes_with_the_pause() {
        Owner::new().with(|| {
            let paused = zoned(json!({
                "recurrence": "system", "paused_until": "2027-01-05", "pause_reason": "Stock-taking",
            }));
            let state = ScheduleState::new(true, &paused);
            state.paused_until.set(String::new());
            assert_eq!(state.draft(), zoned(json!({"recurrence": "system"})));
        });
    }
}
