//! What a schedule says.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Day, MonthDay, TimeOfDay, WallTime, Weekday};
use crate::domain::CronExpression;

/// The recurrences that a person chooses among.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecurrenceKind {
    /// After every scheduled refresh.
    #[default]
    System,
    /// Every n hours from a time of day.
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Once,
    Cron,
}

impl RecurrenceKind {
    /// Every recurrence, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::System,
        Self::Hourly,
        Self::Daily,
        Self::Weekly,
        Self::Monthly,
        Self::Once,
        Self::Cron,
    ];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Once => "once",
            Self::Cron => "cron",
        }
    }

    /// The recurrence of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// When it starts, on the clocks of the schedule's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// After every scheduled refresh.
    System,
    /// At `from` and every `every` hours before and after it, each day alike.
    Hourly { every: u8, from: TimeOfDay },
    /// Every day.
    Daily { times: BTreeSet<TimeOfDay> },
    /// On these days of every nth week, counted from the week (Monday first) that `from` lies in.
    /// `from` is there whenever `every` is above 1.
    Weekly {
        every: u8,
        from: Option<Day>,
        days: BTreeSet<Weekday>,
        times: BTreeSet<TimeOfDay>,
    },
    /// On these days of every month.
    Monthly {
        days: BTreeSet<MonthDay>,
        times: BTreeSet<TimeOfDay>,
    },
    /// One time.
    Once { at: WallTime },
    /// When a five-field expression of POSIX matches.
    Cron(CronExpression),
}

impl Recurrence {
    /// Which of the choices it is.
    pub const fn kind(&self) -> RecurrenceKind {
        match self {
            Self::System => RecurrenceKind::System,
            Self::Hourly { .. } => RecurrenceKind::Hourly,
            Self::Daily { .. } => RecurrenceKind::Daily,
            Self::Weekly { .. } => RecurrenceKind::Weekly,
            Self::Monthly { .. } => RecurrenceKind::Monthly,
            Self::Once { .. } => RecurrenceKind::Once,
            Self::Cron(_) => RecurrenceKind::Cron,
        }
    }
}

/// Starts are left out until this day begins, in the schedule's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    pub until: Day,
    /// Why, in a person's words; may be empty.
    pub reason: String,
}

/// A schedule that was parsed. Whether it is on is a matter of the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub recurrence: Recurrence,
    /// IANA name, such as `Europe/Paris`. The server checks that it exists.
    pub time_zone: String,
    /// First day on which it may start.
    pub starts_on: Option<Day>,
    /// Last day on which it may start.
    pub ends_on: Option<Day>,
    pub pause: Option<Pause>,
    /// An overdue start still runs if it is less late than this.
    pub catch_up_hours: u16,
}
