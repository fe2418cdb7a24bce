//! How a page carries the list that it shows. The browser needs the rows a second time, as data: what rows share is
//! written once, and no names are.

use serde::{Deserialize, Serialize};

use super::shown::Fetched;
use crate::api::ApiError;
use crate::domain::{
    ConnectionId, ConnectionRef, ConnectionType, Cursor, ExportId, ExportListRow, ExportQuery,
    ExportStatus, Micros, Page, Permission, Reason, RunId, RunStrip, ScheduleDraft, Version,
};

/// An answer and its question, in places rather than names.
#[derive(Serialize, Deserialize)]
pub(super) struct Wire(ExportQuery, u32, Result<WirePage, ApiError>);

/// Rows, what they share (names of people, schedules, connections), and the rest of the page.
#[derive(Serialize, Deserialize)]
struct WirePage(
    Vec<WireRow>,
    Vec<String>,
    Vec<ScheduleDraft>,
    Vec<(ConnectionId, String, ConnectionType)>,
    Option<Cursor>,
    Option<Cursor>,
    u32,
);

/// The fields of a row in their order. Numbers stand for what is shared, and for statuses, types and permissions.
#[derive(Serialize, Deserialize)]
struct WireRow(
    ExportId,
    Version,
    String,
    usize,
    usize,
    Option<Reason>,
    Option<RunId>,
    Option<i64>,
    Option<Micros>,
    Option<Micros>,
    bool,
    usize,
    Option<Micros>,
    Option<usize>,
    usize,
    Micros,
    usize,
    RunStrip,
    Vec<String>,
    Option<usize>,
);

/// The page names something that it does not carry.
#[derive(Debug, thiserror::Error)]
#[error("the list is not whole")]
pub(super) struct NotWhole;

impl From<Fetched> for Wire {
    fn from(fetched: Fetched) -> Self {
        Self(fetched.query, fetched.reloads, fetched.answer.map(pack))
    }
}

impl TryFrom<Wire> for Fetched {
    type Error = NotWhole;

    fn try_from(Wire(query, reloads, answer): Wire) -> Result<Self, NotWhole> {
        let answer = match answer {
            Ok(page) => Ok(unpack(page)?),
            Err(error) => Err(error),
        };
        Ok(Self {
            query,
            reloads,
            answer,
        })
    }
}

fn pack(page: Page<ExportListRow>) -> WirePage {
    let (mut people, mut schedules, mut connections) = (Vec::new(), Vec::new(), Vec::new());
    let row = |row: ExportListRow| {
        let connection = row.connection.map(|one| (one.id, one.name, one.kind));
        WireRow(
            row.id,
            row.version,
            row.name,
            place(&ConnectionType::ALL, row.kind),
            place(&ExportStatus::ALL, row.status),
            row.status_reason,
            row.run_id,
            row.rows_so_far,
            row.refreshed_at,
            row.data_as_of,
            row.enabled,
            share(&mut schedules, row.schedule),
            row.next_run_at,
            connection.map(|connection| share(&mut connections, connection)),
            place(&Permission::ALL, row.permission),
            row.updated_at,
            share(&mut people, row.updated_by),
            row.strip,
            row.labels,
            row.owner.map(|owner| share(&mut people, owner)),
        )
    };
    let rows = page.items.into_iter().map(row).collect();
    let (next, previous, total) = (page.next, page.previous, page.total);
    WirePage(rows, people, schedules, connections, next, previous, total)
}

fn unpack(page: WirePage) -> Result<Page<ExportListRow>, NotWhole> {
    let WirePage(rows, people, schedules, connections, next, previous, total) = page;
    let row = |row: WireRow| -> Result<ExportListRow, NotWhole> {
        let connection = row.13.map(|place| at(&connections, place)).transpose()?;
        Ok(ExportListRow {
            id: row.0,
            version: row.1,
            name: row.2,
            kind: at(&ConnectionType::ALL, row.3)?,
            status: at(&ExportStatus::ALL, row.4)?,
            status_reason: row.5,
            run_id: row.6,
            rows_so_far: row.7,
            refreshed_at: row.8,
            data_as_of: row.9,
            enabled: row.10,
            schedule: at(&schedules, row.11)?,
            next_run_at: row.12,
            connection: connection.map(|(id, name, kind)| ConnectionRef { id, name, kind }),
            permission: at(&Permission::ALL, row.14)?,
            updated_at: row.15,
            updated_by: at(&people, row.16)?,
            strip: row.17,
            labels: row.18,
            owner: row.19.map(|place| at(&people, place)).transpose()?,
        })
    };
    Ok(Page {
        items: rows.into_iter().map(row).collect::<Result<_, NotWhole>>()?,
        next,
        previous,
        total,
    })
}

/// The place of one of a fixed list.
fn place<T: PartialEq>(all: &[T], one: T) -> usize {
    all.iter()
        .position(|known| *known == one)
        .unwrap_or_default()
}

/// The place among what is shared; what is new comes last.
fn share<T: PartialEq>(shared: &mut Vec<T>, one: T) -> usize {
    let known = shared.iter().position(|known| *known == one);
    known.unwrap_or_else(|| {
        shared.push(one);
        shared.len() - 1
    })
}

fn at<T: Clone>(all: &[T], place: usize) -> Result<T, NotWhole> {
    all.get(place).cloned().ok_or(NotWhole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::exports::shown::tests::row;

    fn fetched(answer: Result<Page<ExportListRow>, ApiError>) -> Fetched {
        Fetched {
            query: ExportQuery::default(),
            reloads: 2,
            answer,
        }
    }

    #[test]
    fn a_list_is_read_back_as_it_was() {
        let id = row(7).id.to_string();
        let full = ExportListRow {
            status: ExportStatus::Failed,
            status_reason: Some(Reason::new("disk_full").with("free", 3)),
            run_id: id.parse().ok(),
            rows_so_far: Some(12),
            refreshed_at: Some(1),
            data_as_of: Some(2),
            enabled: true,
            schedule: ScheduleDraft::system("Europe/Paris"),
            next_run_at: Some(3),
            connection: Some(ConnectionRef {
                id: id.parse().expect("a UUID"),
                name: "Nightly".into(),
                kind: ConnectionType::LocalFolder,
            }),
            permission: Permission::View,
            updated_by: "Ada".into(),
            strip: "s3f0".parse().expect("a strip"),
            labels: vec!["CRM".into()],
            owner: Some("Ada".into()),
            ..row(1)
        };
        let list = fetched(Ok(Page {
            items: vec![full, row(2), row(3)],
            next: Some(Cursor("n".into())),
            previous: None,
            total: 3,
        }));
        let text = serde_json::to_string(&list).expect("JSON");
        assert_eq!(text.matches("Europe/Paris").count(), 1, "{text}");
        assert_eq!(serde_json::from_str::<Fetched>(&text).ok(), Some(list));
        let failed = fetched(Err(ApiError::Unreachable));
        let text = serde_json::to_string(&failed).expect("JSON");
        assert_eq!(serde_json::from_str::<Fetched>(&text).ok(), Some(failed));
    }

    #[test]
    fn a_list_that_is_not_whole_is_refused() {
        let list = fetched(Ok(Page {
            items: vec![row(1)],
            next: None,
            previous: None,
            total: 1,
        }));
        let Wire(query, reloads, answer) = Wire::from(list);
        let Ok(WirePage(rows, ..)) = answer else {
            panic!("a list");
        };
        let bare = WirePage(rows, vec![], vec![], vec![], None, None, 1);
        assert!(Fetched::try_from(Wire(query, reloads, Ok(bare))).is_err());
    }
}
