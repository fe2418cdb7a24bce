//! What follows from the schedule of an export, for the planner and for the list.

use app::domain::{Micros, RecurrenceKind, ScheduleDraft};

use crate::store::columns::as_int;

/// Rank of the first of the exports that are switched off. Those that are on are before.
const OFF: i64 = 100;
/// Rank of exports without a connection, after all others.
const DETACHED: i64 = 200;

/// The columns that follow from a schedule, whether it is on, and whether it has a connection.
pub(in crate::store) struct Standing {
    /// Place in the list sorted by schedule.
    pub(in crate::store) schedule_rank: i64,
    /// It runs after every scheduled refresh.
    pub(in crate::store) follows_refresh: bool,
    /// 0 when it does not start by itself.
    pub(in crate::store) next_start_at: Micros,
}

impl Standing {
    pub(in crate::store) fn of(
        is_connected: bool,
        is_enabled: bool,
        schedule: &ScheduleDraft,
        next_start: Option<Micros>,
    ) -> Self {
        let recurrence = schedule.recurrence;
        let place = RecurrenceKind::ALL
            .iter()
            .position(|kind| *kind == recurrence);
        let place = as_int(place.unwrap_or_default());
        let is_active = is_connected && is_enabled;
        let follows = recurrence == RecurrenceKind::System;
        Self {
            schedule_rank: match (is_connected, is_enabled) {
                (true, true) => place,
                (true, false) => OFF + place,
                (false, _) => DETACHED,
            },
            follows_refresh: is_active && follows,
            next_start_at: next_start
                .filter(|_| is_active && !follows)
                .unwrap_or_default(),
        }
    }
}
