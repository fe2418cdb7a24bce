//! How a page carries the list that it shows. The browser needs the rows a second time, as data: each is one text, what
//! rows share is written once, and no names are.

use std::str::{FromStr, SplitN};

use serde::{Deserialize, Serialize};

use super::shown::Fetched;
use crate::api::ApiError;
use crate::domain::{
    ConnectionId, ConnectionRef, ConnectionType, Cursor, ExportListRow, ExportQuery, ExportStatus,
    Micros, Page, Permission, Reason, RunStrip, ScheduleDraft,
};

/// How many fields the text of a row has. They are parted by blanks; the last is the name, which may have some.
const FIELDS: usize = 20;
/// A page has its instants to the second.
const SECOND: Micros = 1_000_000;

/// An answer and its question, in places rather than names.
#[derive(Serialize, Deserialize)]
pub(super) struct Wire(ExportQuery, u32, Result<WirePage, ApiError>);

/// Rows, what they share, and the rest of the page.
#[derive(Serialize, Deserialize)]
struct WirePage(Vec<String>, Shared, Option<Cursor>, Option<Cursor>, u32);

/// What rows share: names of people and labels, schedules, connections, reasons. Numbers in rows stand for their places.
#[derive(Default, Serialize, Deserialize)]
struct Shared(
    Vec<String>,
    Vec<ScheduleDraft>,
    Vec<(ConnectionId, String, usize)>,
    Vec<Reason>,
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
    let (mut shared, mut clock) = (Shared::default(), Clock::default());
    let rows = page.items.into_iter();
    let rows = rows
        .map(|row| pack_row(row, &mut shared, &mut clock))
        .collect();
    WirePage(rows, shared, page.next, page.previous, page.total)
}

fn unpack(page: WirePage) -> Result<Page<ExportListRow>, NotWhole> {
    let WirePage(rows, shared, next, previous, total) = page;
    let mut clock = Clock::default();
    let rows = rows.iter();
    Ok(Page {
        items: rows
            .map(|row| unpack_row(row, &shared, &mut clock))
            .collect::<Result<_, NotWhole>>()?,
        next,
        previous,
        total,
    })
}

fn pack_row(row: ExportListRow, shared: &mut Shared, clock: &mut Clock) -> String {
    let Shared(names, schedules, connections, reasons) = shared;
    let connection = row.connection.map(|one| {
        let kind = place(&ConnectionType::ALL, one.kind);
        share(connections, (one.id, one.name, kind))
    });
    let reason = row.status_reason.map(|reason| share(reasons, reason));
    let labels = row.labels.into_iter();
    let labels: Vec<_> = labels
        .map(|label| share(names, label).to_string())
        .collect();
    let fields: [String; FIELDS] = [
        row.id.to_string(),
        row.version.to_string(),
        place(&ConnectionType::ALL, row.kind).to_string(),
        place(&ExportStatus::ALL, row.status).to_string(),
        written(reason),
        written(row.run_id),
        written(row.rows_so_far),
        clock.pack(row.refreshed_at),
        clock.pack(row.data_as_of),
        usize::from(row.enabled).to_string(),
        share(schedules, row.schedule).to_string(),
        clock.pack(row.next_run_at),
        written(connection),
        place(&Permission::ALL, row.permission).to_string(),
        clock.pack(Some(row.updated_at)),
        share(names, row.updated_by).to_string(),
        pack_strip(&row.strip),
        labels.join(","),
        written(row.owner.map(|owner| share(names, owner))),
        row.name,
    ];
    fields.join(" ")
}

fn unpack_row(row: &str, shared: &Shared, clock: &mut Clock) -> Result<ExportListRow, NotWhole> {
    let Shared(names, schedules, connections, reasons) = shared;
    let mut fields = Fields(row.splitn(FIELDS, ' '));
    // In the order in which they are written.
    Ok(ExportListRow {
        id: fields.read()?,
        version: fields.read()?,
        kind: at(&ConnectionType::ALL, fields.read()?)?,
        status: at(&ExportStatus::ALL, fields.read()?)?,
        status_reason: fields.shared(reasons)?,
        run_id: fields.read_any()?,
        rows_so_far: fields.read_any()?,
        refreshed_at: clock.unpack(fields.read_any()?),
        data_as_of: clock.unpack(fields.read_any()?),
        enabled: fields.read::<usize>()? == 1,
        schedule: at(schedules, fields.read()?)?,
        next_run_at: clock.unpack(fields.read_any()?),
        connection: match fields.shared(connections)? {
            Some((id, name, kind)) => Some(ConnectionRef {
                id,
                name,
                kind: at(&ConnectionType::ALL, kind)?,
            }),
            None => None,
        },
        permission: at(&Permission::ALL, fields.read()?)?,
        updated_at: clock.unpack(fields.read_any()?).ok_or(NotWhole)?,
        updated_by: at(names, fields.read()?)?,
        strip: unpack_strip(fields.text()?)?,
        labels: places(fields.text()?, names)?,
        owner: fields.shared(names)?,
        name: fields.text()?.to_owned(),
    })
}

/// The text of a row, field by field. A field that is empty says that there is nothing.
struct Fields<'a>(SplitN<'a, char>);

impl<'a> Fields<'a> {
    fn text(&mut self) -> Result<&'a str, NotWhole> {
        self.0.next().ok_or(NotWhole)
    }

    fn read<T: FromStr>(&mut self) -> Result<T, NotWhole> {
        self.read_any()?.ok_or(NotWhole)
    }

    fn read_any<T: FromStr>(&mut self) -> Result<Option<T>, NotWhole> {
        match self.text()? {
            "" => Ok(None),
            text => text.parse::<T>().map(Some).map_err(|_| NotWhole),
        }
    }

    /// What stands at the place that the field names, if it names one.
    fn shared<T: Clone>(&mut self, all: &[T]) -> Result<Option<T>, NotWhole> {
        self.read_any()?.map(|place| at(all, place)).transpose()
    }
}

fn written(field: Option<impl ToString>) -> String {
    field.map_or_else(String::new, |field| field.to_string())
}

/// Instants of a page, each written as the seconds since the one before it.
#[derive(Default)]
struct Clock(i64);

impl Clock {
    fn pack(&mut self, at: Option<Micros>) -> String {
        written(at.map(|at| {
            let at = at.div_euclid(SECOND);
            let since = at - self.0;
            self.0 = at;
            since
        }))
    }

    fn unpack(&mut self, since: Option<i64>) -> Option<Micros> {
        self.0 = self.0.saturating_add(since?);
        Some(self.0.saturating_mul(SECOND))
    }
}

/// A strip's letters; marks that are alike side by side are written once, with their number.
fn pack_strip(strip: &RunStrip) -> String {
    let alike = strip.marks().chunk_by(|one, next| one == next);
    alike
        .filter_map(|marks| {
            let letters = marks.first()?.letters();
            Some(match marks.len() {
                1 => letters,
                number => format!("{letters}{number}"),
            })
        })
        .collect()
}

fn unpack_strip(text: &str) -> Result<RunStrip, NotWhole> {
    let (mut letters, mut rest) = (String::new(), text);
    while !rest.is_empty() {
        let (mark, after) = rest.split_at_checked(2).ok_or(NotWhole)?;
        let digits = after.find(|letter: char| !letter.is_ascii_digit());
        let (number, next) = after.split_at(digits.unwrap_or(after.len()));
        let number: usize = match number {
            "" => 1,
            number => number.parse().map_err(|_| NotWhole)?,
        };
        letters.push_str(&mark.repeat(RunStrip::MOST.min(number)));
        rest = next;
    }
    letters.parse().map_err(|_| NotWhole)
}

/// What stands at places that are parted by commas.
fn places(text: &str, all: &[String]) -> Result<Vec<String>, NotWhole> {
    let places = text.split(',').filter(|place| !place.is_empty());
    places
        .map(|place| at(all, place.parse().map_err(|_| NotWhole)?))
        .collect()
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
            name: " Two blanks,  a \"quote\" ".into(),
            status: ExportStatus::Failed,
            status_reason: Some(Reason::new("disk_full").with("free", 3)),
            run_id: id.parse().ok(),
            rows_so_far: Some(12),
            refreshed_at: Some(1_795_562_747_000_000),
            data_as_of: Some(1_795_562_740_000_000),
            enabled: true,
            schedule: ScheduleDraft::system("Europe/Paris"),
            next_run_at: Some(1_795_600_000_000_000),
            connection: Some(ConnectionRef {
                id: id.parse().expect("a UUID"),
                name: "Nightly".into(),
                kind: ConnectionType::LocalFolder,
            }),
            permission: Permission::View,
            updated_by: "Ada".into(),
            strip: "s3s3s3s3s3s3s3s3s3s3s3f0F0f0".parse().expect("a strip"),
            labels: vec!["CRM".into(), "Ada".into()],
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
    fn marks_that_are_alike_are_written_once_and_instants_to_the_second() {
        for (letters, packed) in [("", ""), ("s6f0", "s6f0"), ("s6s6f0s6s6s6", "s62f0s63")] {
            let strip: RunStrip = letters.parse().expect("a strip");
            assert_eq!(pack_strip(&strip), packed);
            assert_eq!(unpack_strip(packed).ok(), Some(strip));
        }
        assert!(unpack_strip("s").is_err());
        assert!(unpack_strip("6s").is_err());
        let (mut there, mut back) = (Clock::default(), Clock::default());
        for (at, since) in [(2_999_999, "2"), (7_000_000, "5"), (-1, "-8")] {
            assert_eq!(there.pack(Some(at)), since);
            let seconds = at.div_euclid(SECOND) * SECOND;
            assert_eq!(back.unpack(since.parse().ok()), Some(seconds));
        }
        assert_eq!(there.pack(None), "");
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
        let bare = WirePage(rows, Shared::default(), None, None, 1);
        assert!(Fetched::try_from(Wire(query, reloads, Ok(bare))).is_err());
    }
}
