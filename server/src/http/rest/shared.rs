//! What several resources have in common.

use std::collections::BTreeMap;

use app::domain::{Cursor, ExportId, Limit, Micros, Reason};
use app::i18n::Language;
use axum::Json;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::problem::sentence;

/// An instant as RFC 3339 with `Z`.
pub(in crate::http) fn instant(micros: Micros) -> String {
    DateTime::from_timestamp_micros(micros)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// An instant that may not have come yet.
pub(super) fn maybe_instant(micros: Option<Micros>) -> Option<String> {
    micros.map(instant)
}

/// A code with its arguments, the sentence in the reader's language, and a system's own words.
#[derive(Serialize, ToSchema)]
#[schema(as = Reason)]
pub(in crate::http) struct ReasonBody {
    code: String,
    args: BTreeMap<String, String>,
    text: String,
    detail: Option<String>,
}

impl ReasonBody {
    pub(in crate::http) fn new(language: Language, reason: Reason) -> Self {
        let text = sentence(language, &reason);
        Self {
            code: reason.code,
            args: reason.args,
            text,
            detail: reason.detail,
        }
    }
}

/// An object by id and name.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Reference {
    #[schema(format = "uuid")]
    id: String,
    name: String,
}

impl Reference {
    pub(super) fn new(id: impl ToString, name: String) -> Self {
        Self {
            id: id.to_string(),
            name,
        }
    }

    pub(super) fn of_exports(exports: Vec<(ExportId, String)>) -> Vec<Self> {
        exports
            .into_iter()
            .map(|(id, name)| Self::new(id, name))
            .collect()
    }
}

/// A piece of a list.
#[derive(Serialize)]
pub(in crate::http) struct Listed<T> {
    items: Vec<T>,
    /// Where the next piece starts; null on the last.
    next_cursor: Option<Cursor>,
}

impl<T: Serialize> Listed<T> {
    pub(super) const fn new(items: Vec<T>, next_cursor: Option<Cursor>) -> Self {
        Self { items, next_cursor }
    }

    /// A piece of a list that the service gives whole: its cursor is the id of the last row before.
    pub(super) fn piece(rows: Vec<(String, T)>, cursor: Option<&Cursor>, limit: Limit) -> Self {
        let start = cursor
            .and_then(|cursor| rows.iter().position(|(id, _)| *id == cursor.0))
            .map_or(0, |place| place + 1);
        let more = rows.len() > start + limit.get() as usize;
        let (ids, items): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .skip(start)
            .take(limit.get() as usize)
            .unzip();
        let next_cursor = more.then(|| ids.last().cloned().map(Cursor)).flatten();
        Self { items, next_cursor }
    }
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_utc_with_z() {
        assert_eq!(instant(0), "1970-01-01T00:00:00Z");
        assert_eq!(
            instant(1_700_000_000_123_456),
            "2023-11-14T22:13:20.123456Z"
        );
    }

    #[test]
    fn pieces_of_a_whole_list_meet_without_gap_or_overlap() {
        let rows = || {
            (0..5)
                .map(|number| (format!("id{number}"), number))
                .collect::<Vec<_>>()
        };
        let limit = Limit::parse(2).expect("a limit");
        let mut seen = Vec::new();
        let mut cursor = None;
        for _ in 0..3 {
            let piece = Listed::piece(rows(), cursor.as_ref(), limit);
            seen.extend(piece.items);
            cursor = piece.next_cursor;
        }
        assert_eq!(seen, [0, 1, 2, 3, 4]);
        assert_eq!(cursor, None);
    }
}
