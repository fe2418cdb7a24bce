//! A schedule as it is typed and stored, and its one parser.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{MonthDay, Pause, Recurrence, RecurrenceKind, Schedule, TimeOfDay, Weekday};
use crate::domain::text::single_line;
use crate::domain::{CronExpression, FieldErrors, Reason};

/// Steps of *Hourly*: they divide the day, so that every day is alike.
pub const HOUR_STEPS: [u8; 7] = [1, 2, 3, 4, 6, 8, 12];
/// Most weeks between two weeks of *Weekly*.
pub const MOST_WEEKS: u8 = 52;
/// Most times of day of one schedule.
pub const MOST_TIMES: usize = 24;
/// How late an overdue start may still run, unless said: a day.
pub const DEFAULT_CATCH_UP_HOURS: u16 = 24;
/// The longest catch-up window: 30 days.
pub const MOST_CATCH_UP_HOURS: u16 = 720;
/// Most characters of the reason of a pause.
const MOST_REASON: u32 = 200;

/// A day of *Monthly* on the wire: a number, or a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MonthDayDraft {
    Number(u8),
    Text(String),
}

impl From<MonthDay> for MonthDayDraft {
    fn from(day: MonthDay) -> Self {
        match day {
            MonthDay::Day(day) => Self::Number(day),
            other => Self::Text(other.to_string()),
        }
    }
}

impl MonthDayDraft {
    fn parse(&self) -> Result<MonthDay, Reason> {
        match self {
            Self::Number(day) => day.to_string().parse(),
            Self::Text(text) => text.parse(),
        }
    }
}

/// A schedule as REST, forms and the store write it. Fields that the recurrence does not use are
/// refused when given, so that nothing is silently ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleDraft {
    #[serde(default)]
    pub recurrence: RecurrenceKind,
    /// Hours of *Hourly*, weeks of *Weekly*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u8>,
    /// Time of day of *Hourly*, day of *Weekly*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// `mon` … `sun`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<String>>,
    /// 1 … 31, `last`, `2nd tue`, `last fri`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month_days: Option<Vec<MonthDayDraft>>,
    /// `06:00` ….
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Vec<String>>,
    /// `2026-12-24T06:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cron: Option<String>,
    /// IANA name.
    #[serde(default)]
    pub time_zone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catch_up_hours: Option<u16>,
}

impl ScheduleDraft {
    /// The schedule of a new export: with the system refresh.
    pub fn system(time_zone: impl Into<String>) -> Self {
        Self {
            time_zone: time_zone.into(),
            ..Self::default()
        }
    }

    /// Parses it. Errors carry the names of the fields above (`times`, `starts_on`, …).
    pub fn parse(&self) -> Result<Schedule, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.refuse_unused(&mut errors);
        let recurrence = self.recurrence(&mut errors);
        let time_zone = errors.take("time_zone", single_line(&self.time_zone, 64));
        let starts_on = optional(&mut errors, "starts_on", self.starts_on.as_deref());
        let ends_on = optional(&mut errors, "ends_on", self.ends_on.as_deref());
        if let (Some(first), Some(last)) = (starts_on, ends_on)
            && last < first
        {
            errors.add("ends_on", Reason::new("ends_before_it_starts"));
        }
        let pause = self.pause(&mut errors);
        let catch_up_hours = self.catch_up_hours.unwrap_or(DEFAULT_CATCH_UP_HOURS);
        if catch_up_hours > MOST_CATCH_UP_HOURS {
            errors.add("catch_up_hours", out_of_range(0, MOST_CATCH_UP_HOURS));
        }
        match (recurrence, time_zone) {
            (Some(recurrence), Some(time_zone)) if errors.0.is_empty() => Ok(Schedule {
                recurrence,
                time_zone,
                starts_on,
                ends_on,
                pause,
                catch_up_hours,
            }),
            _ => Err(errors),
        }
    }

    fn recurrence(&self, errors: &mut FieldErrors) -> Option<Recurrence> {
        Some(match self.recurrence {
            RecurrenceKind::System => Recurrence::System,
            RecurrenceKind::Hourly => {
                let every = self.every.unwrap_or(1);
                if !HOUR_STEPS.contains(&every) {
                    errors.add("every", Reason::new("not_an_hour_step"));
                }
                let from = self
                    .from
                    .as_deref()
                    .map_or(Ok(TimeOfDay::MIDNIGHT), str::parse);
                Recurrence::Hourly {
                    every,
                    from: errors.take("from", from)?,
                }
            }
            RecurrenceKind::Daily => Recurrence::Daily {
                times: self.times(errors)?,
            },
            RecurrenceKind::Weekly => {
                let every = self.every.unwrap_or(1);
                if !(1..=MOST_WEEKS).contains(&every) {
                    errors.add("every", out_of_range(1, MOST_WEEKS));
                }
                let from = optional(errors, "from", self.from.as_deref());
                if every > 1 && is_blank(self.from.as_deref()) {
                    errors.add("from", Reason::new("week_to_count_from_needed"));
                }
                let days = self.weekdays(errors);
                let times = self.times(errors);
                Recurrence::Weekly {
                    every,
                    from,
                    days: days?,
                    times: times?,
                }
            }
            RecurrenceKind::Monthly => {
                let days = self.days_of_month(errors);
                let times = self.times(errors);
                Recurrence::Monthly {
                    days: days?,
                    times: times?,
                }
            }
            RecurrenceKind::Once => {
                let at = self.at.as_deref().unwrap_or_default();
                Recurrence::Once {
                    at: errors.take("at", at.parse())?,
                }
            }
            RecurrenceKind::Cron => {
                let cron = self.cron.as_deref().unwrap_or_default();
                Recurrence::Cron(errors.take("cron", cron.parse::<CronExpression>())?)
            }
        })
    }

    fn times(&self, errors: &mut FieldErrors) -> Option<BTreeSet<TimeOfDay>> {
        let texts = self.times.as_deref().unwrap_or_default();
        if texts.is_empty() {
            errors.add("times", Reason::new("time_needed"));
            return None;
        }
        if texts.len() > MOST_TIMES {
            errors.add("times", Reason::new("too_many").with("most", MOST_TIMES));
            return None;
        }
        let mut times = BTreeSet::new();
        for (place, text) in texts.iter().enumerate() {
            times.extend(errors.take(&format!("times.{place}"), text.parse::<TimeOfDay>()));
        }
        (!times.is_empty()).then_some(times)
    }

    fn weekdays(&self, errors: &mut FieldErrors) -> Option<BTreeSet<Weekday>> {
        let codes = self.days.as_deref().unwrap_or_default();
        if codes.is_empty() {
            errors.add("days", Reason::new("day_needed"));
            return None;
        }
        // One by one, here and below: a set that is collected sorts first, by a sort compiled for each kind of item.
        let mut days = BTreeSet::new();
        for code in codes {
            let Some(day) = Weekday::from_code(code) else {
                errors.add("days", Reason::new("not_a_weekday"));
                return None;
            };
            days.insert(day);
        }
        Some(days)
    }

    fn days_of_month(&self, errors: &mut FieldErrors) -> Option<BTreeSet<MonthDay>> {
        let drafts = self.month_days.as_deref().unwrap_or_default();
        if drafts.is_empty() {
            errors.add("month_days", Reason::new("day_needed"));
            return None;
        }
        let mut days = BTreeSet::new();
        for draft in drafts {
            days.insert(errors.take("month_days", draft.parse())?);
        }
        Some(days)
    }

    fn pause(&self, errors: &mut FieldErrors) -> Option<Pause> {
        let until = optional(errors, "paused_until", self.paused_until.as_deref());
        let reason = self.pause_reason.as_deref().unwrap_or_default();
        let reason = match reason.trim() {
            "" => String::new(),
            reason => errors.take("pause_reason", single_line(reason, MOST_REASON))?,
        };
        if !reason.is_empty() && is_blank(self.paused_until.as_deref()) {
            errors.add("paused_until", Reason::new("required"));
        }
        let until = until?;
        Some(Pause { until, reason })
    }

    /// A field of another recurrence is a mistake, not a thing to forget.
    fn refuse_unused(&self, errors: &mut FieldErrors) {
        use RecurrenceKind as Kind;
        let kind = self.recurrence;
        let given = [
            (
                "every",
                self.every.is_some(),
                &[Kind::Hourly, Kind::Weekly][..],
            ),
            ("from", self.from.is_some(), &[Kind::Hourly, Kind::Weekly]),
            ("days", self.days.is_some(), &[Kind::Weekly]),
            ("month_days", self.month_days.is_some(), &[Kind::Monthly]),
            (
                "times",
                self.times.is_some(),
                &[Kind::Daily, Kind::Weekly, Kind::Monthly],
            ),
            ("at", self.at.is_some(), &[Kind::Once]),
            ("cron", self.cron.is_some(), &[Kind::Cron]),
        ];
        for (field, is_given, kinds) in given {
            if is_given && !kinds.contains(&kind) {
                let reason = Reason::new("not_of_this_recurrence");
                errors.add(field, reason.with("recurrence", kind.code()));
            }
        }
    }
}

impl From<&Schedule> for ScheduleDraft {
    /// As it is written back: in order, without what the recurrence does not use.
    fn from(schedule: &Schedule) -> Self {
        let mut draft = Self {
            recurrence: schedule.recurrence.kind(),
            time_zone: schedule.time_zone.clone(),
            starts_on: schedule.starts_on.map(|day| day.to_string()),
            ends_on: schedule.ends_on.map(|day| day.to_string()),
            catch_up_hours: Some(schedule.catch_up_hours),
            ..Self::default()
        };
        if let Some(pause) = &schedule.pause {
            draft.paused_until = Some(pause.until.to_string());
            draft.pause_reason = (!pause.reason.is_empty()).then(|| pause.reason.clone());
        }
        let written = |times: &BTreeSet<TimeOfDay>| {
            Some(times.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        match &schedule.recurrence {
            Recurrence::System => {}
            Recurrence::Hourly { every, from } => {
                draft.every = Some(*every);
                draft.from = Some(from.to_string());
            }
            Recurrence::Daily { times } => draft.times = written(times),
            Recurrence::Weekly {
                every,
                from,
                days,
                times,
            } => {
                draft.every = Some(*every);
                draft.from = from.map(|day| day.to_string());
                draft.days = Some(days.iter().map(|day| day.code().to_owned()).collect());
                draft.times = written(times);
            }
            Recurrence::Monthly { days, times } => {
                draft.month_days = Some(days.iter().map(|day| (*day).into()).collect());
                draft.times = written(times);
            }
            Recurrence::Once { at } => draft.at = Some(at.to_string()),
            Recurrence::Cron(expression) => draft.cron = Some(expression.as_str().to_owned()),
        }
        draft
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// The value of a field that may be left out or blank.
fn optional<T: FromStr<Err = Reason>>(
    errors: &mut FieldErrors,
    field: &str,
    text: Option<&str>,
) -> Option<T> {
    match text.map(str::trim) {
        None | Some("") => None,
        Some(text) => errors.take(field, text.parse()),
    }
}

fn out_of_range(least: impl ToString, most: impl ToString) -> Reason {
    Reason::new("out_of_range")
        .with("least", least)
        .with("most", most)
}
