//! What the list of runs shows, kept in the address:
//! `?file=&from=&to=&status=&export=&connection=&cursor=`.

use chrono::{NaiveDate, NaiveTime};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::{Cursor, Day, Micros, RunQuery, RunStatus};
use crate::shell::routes;
use crate::state::prelude::*;

/// A day in microseconds.
const DAY: Micros = 86_400_000_000;

/// What the list shows. Texts are kept as the address has them, empty where it has none; who asks for the rows
/// makes types of them and drops what it does not understand, so that a mistyped address still shows a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RunListState {
    /// How the name or path of a file begins.
    pub(super) file: String,
    /// The first day, as `<input type=date>` writes it; days are those of UTC.
    pub(super) from: String,
    /// The last day.
    pub(super) to: String,
    /// Code of the one status shown.
    pub(super) status: String,
    /// Id of the one export shown.
    pub(super) export: String,
    /// Id of the one connection shown.
    pub(super) connection: String,
    /// Where the page starts.
    pub(super) cursor: Option<Cursor>,
}

impl RunListState {
    /// Reads the state out of a query.
    fn read_from(query: &Query) -> Self {
        let text = |key: &str| query.get(key).unwrap_or_default().to_owned();
        Self {
            file: text("file"),
            from: text("from"),
            to: text("to"),
            status: text("status"),
            export: text("export"),
            connection: text("connection"),
            cursor: query.get("cursor").map(|text| Cursor(text.to_owned())),
        }
    }

    /// The address of the list in this state.
    pub(super) fn href(&self) -> String {
        let mut query = Query::default();
        for (key, value) in [("file", &self.file), ("from", &self.from), ("to", &self.to)] {
            query.set(key, Some(value.as_str()));
        }
        for (key, value) in self.chosen() {
            query.set(key, Some(value));
        }
        query.set(
            "cursor",
            self.cursor.as_ref().map(|cursor| cursor.0.as_str()),
        );
        let path = routes::RUNS.to_owned();
        Address { path, query }.to_string()
    }

    /// What is chosen by links rather than in the form, which sends it again: names and values.
    pub(super) fn chosen(&self) -> Vec<(&'static str, String)> {
        [
            ("status", &self.status),
            ("export", &self.export),
            ("connection", &self.connection),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| (key, value.clone()))
        .collect()
    }

    /// Starts at the first row.
    pub(super) fn first_page(self) -> Self {
        Self {
            cursor: None,
            ..self
        }
    }

    /// Whether filters leave rows out.
    pub(super) fn is_filtered(&self) -> bool {
        let first = self.clone().first_page();
        first != Self::default()
    }

    /// The status shown, if it is one.
    pub(super) fn known_status(&self) -> Option<RunStatus> {
        RunStatus::from_code(&self.status)
    }
}

impl From<&RunListState> for RunQuery {
    fn from(state: &RunListState) -> Self {
        Self {
            export_id: state.export.parse().ok(),
            status: state.known_status(),
            connection_id: state.connection.parse().ok(),
            file: state.file.clone(),
            from: day_start(&state.from),
            to: day_end(&state.to),
            cursor: state.cursor.clone(),
            ..Self::default()
        }
    }
}

/// When a day begins in UTC, as `<input type=date>` writes it.
pub fn day_start(text: &str) -> Option<Micros> {
    let day: Day = text.parse().ok()?;
    let (year, month, of_month) = (day.year(), day.month(), day.day());
    let date = NaiveDate::from_ymd_opt(year.into(), month.into(), of_month.into())?;
    Some(date.and_time(NaiveTime::MIN).and_utc().timestamp_micros())
}

/// When a day ends in UTC.
pub fn day_end(text: &str) -> Option<Micros> {
    day_start(text).map(|start| start + DAY)
}

/// The state of this page's list.
pub(super) fn use_run_list() -> Memo<RunListState> {
    let address = use_address();
    Memo::new(move |_| address.with(|address| RunListState::read_from(&address.query)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> RunListState {
        RunListState::read_from(&Query::parse(query))
    }

    #[test]
    fn every_state_survives_the_address_and_the_usual_one_has_a_bare_one() {
        let state = RunListState {
            file: "a&b/é%20".into(),
            from: "2026-11-01".into(),
            to: "2026-11-30".into(),
            status: "failed".into(),
            export: "1".into(),
            connection: "2".into(),
            cursor: Some(Cursor("c".into())),
        };
        let href = state.href();
        let (path, query) = href.split_once('?').expect("a query");
        assert_eq!((path, read(query)), (routes::RUNS, state));
        assert_eq!(RunListState::default().href(), routes::RUNS);
    }

    #[test]
    fn both_days_count_whole() {
        let query = RunQuery::from(&read("from=2026-11-23&to=2026-11-23"));
        let start = 1_795_392_000_000_000;
        assert_eq!((query.from, query.to), (Some(start), Some(start + DAY)));
    }

    #[test]
    fn mistyped_parameters_fall_back_and_can_be_cleared() {
        let state = read("from=yesterday&to=2026-02-30&status=purple&export=7&connection=x");
        assert_eq!(RunQuery::from(&state), RunQuery::default());
        assert!(state.is_filtered());
        assert!(!read("cursor=abc&pane=run/7").is_filtered());
    }
}
