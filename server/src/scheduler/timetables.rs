//! Stored schedules, read for the planner. Many exports share one, which is read once.

use std::collections::HashMap;

use app::domain::{Micros, ScheduleDraft};

use super::recurrence::Timetable;

/// Reads a schedule as it is stored. The error is for the log.
pub(super) fn read(text: &str) -> Result<Timetable, String> {
    let schedule = draft(text)?.parse();
    let schedule = schedule.map_err(|errors| format!("{errors:?}"))?;
    Timetable::new(&schedule).map_err(|reason| format!("{reason:?}"))
}

fn draft(text: &str) -> Result<ScheduleDraft, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The schedules that were read so far, or why they could not be.
#[derive(Default)]
pub(super) struct Timetables(HashMap<String, Result<Timetable, String>>);

impl Timetables {
    /// The schedule of this text.
    pub(super) fn of(&mut self, text: &str) -> Result<&Timetable, &String> {
        let known = self.0.entry(text.to_owned());
        known.or_insert_with(|| read(text)).as_ref()
    }

    /// Whether an export that follows the system refresh runs after one of this instant: it may have its own
    /// first and last day, and be paused.
    pub(super) fn is_open(&mut self, text: &str, at: Micros) -> Result<bool, String> {
        let draft = draft(text)?;
        let days = [&draft.starts_on, &draft.ends_on, &draft.paused_until];
        if days.iter().all(|day| day.is_none()) {
            return Ok(true);
        }
        match self.of(text) {
            Ok(timetable) => Ok(timetable.is_open(at)),
            Err(why) => Err(why.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-25T00:30:00Z
    const AT: Micros = 1_795_566_600_000_000;

    fn is_open(text: &str) -> Result<bool, String> {
        Timetables::default().is_open(text, AT)
    }

    #[test]
    fn what_follows_the_refresh_keeps_to_its_own_days_in_its_own_zone() {
        for (days, open) in [
            (r#""time_zone": "UTC""#, true),
            (r#""time_zone": "UTC", "starts_on": "2026-11-25""#, true),
            (r#""time_zone": "UTC", "starts_on": "2026-11-26""#, false),
            (r#""time_zone": "UTC", "ends_on": "2026-11-24""#, false),
            (
                r#""time_zone": "America/New_York", "ends_on": "2026-11-24""#,
                true,
            ),
            (r#""time_zone": "UTC", "paused_until": "2026-11-26""#, false),
            (r#""time_zone": "UTC", "paused_until": "2026-11-25""#, true),
        ] {
            let text = format!("{{\"recurrence\": \"system\", {days}}}");
            assert_eq!(is_open(&text), Ok(open), "{days}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        assert!(is_open("{").is_err());
        let nowhere = r#"{"time_zone": "Mars/Olympus", "ends_on": "2026-11-24"}"#;
        assert!(is_open(nowhere).is_err_and(|why| why.contains("unknown_time_zone")));
        let mut timetables = Timetables::default();
        assert!(timetables.of(r#"{"recurrence": "daily"}"#).is_err());
        assert!(timetables.of(r#"{"recurrence": "yearly"}"#).is_err());
    }
}
