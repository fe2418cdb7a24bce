//! A page of exports as it travels. It goes to the browser with the page that shows it, and anew with every change: each
//! row is one text, what rows share is written once, and no names of fields are.

use std::fmt::{Display, Write as _};
use std::mem;
use std::str::{FromStr, SplitN};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::domain::{
    ConnectionType, Cursor, ExportStatus, ListedExport, Micros, Page, Permission, Reason, RunStrip,
};
#[cfg(feature = "ssr")]
use crate::{
    domain::ExportListRow,
    i18n::{Language, schedule::summary},
};

/// How many fields the text of a row has. They are parted by blanks; the last is the name, which may have some.
const FIELDS: usize = 22;
/// A page has its instants to the second.
const SECOND: Micros = 1_000_000;

/// A page of exports, its instants to the second.
#[derive(Clone, Debug, PartialEq)]
pub struct PackedExports(pub Page<ListedExport>);

#[cfg(feature = "ssr")]
impl PackedExports {
    /// What the server found, its schedules in words of this language.
    pub(super) fn new(found: Page<ExportListRow>, language: Language) -> Self {
        let rows = found.items.into_iter();
        let items = rows.map(|row| {
            let is_attached = row.connection.is_some();
            let schedule = summary(language, row.enabled, is_attached, &row.schedule);
            ListedExport::new(row, schedule)
        });
        Self(Page {
            items: items.collect(),
            next: found.next,
            previous: found.previous,
            total: found.total,
        })
    }
}

impl Serialize for PackedExports {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        pack(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PackedExports {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let page = WirePage::deserialize(deserializer)?;
        unpack(page).map(Self).map_err(D::Error::custom)
    }
}

/// Rows, what they share, and the rest of the page.
#[derive(Serialize, Deserialize)]
struct WirePage(Vec<String>, Shared, Option<Cursor>, Option<Cursor>, u32);

/// What rows share: names (of people, labels, connections and time zones), schedules, reasons. Numbers in rows stand for
/// their places.
#[derive(Default, Serialize, Deserialize)]
struct Shared(Vec<String>, Vec<String>, Vec<Reason>);

/// The page names something that it does not carry.
#[derive(Debug, thiserror::Error)]
#[error("the list is not whole")]
struct NotWhole;

fn pack(page: &Page<ListedExport>) -> WirePage {
    let (mut shared, mut clock) = (Shared::default(), Clock::default());
    let rows = page.items.iter();
    let rows = rows
        .map(|row| pack_row(row, &mut shared, &mut clock))
        .collect();
    WirePage(
        rows,
        shared,
        page.next.clone(),
        page.previous.clone(),
        page.total,
    )
}

fn unpack(page: WirePage) -> Result<Page<ListedExport>, NotWhole> {
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

fn pack_row(row: &ListedExport, shared: &mut Shared, clock: &mut Clock) -> String {
    let Shared(names, schedules, reasons) = shared;
    let mut text = String::with_capacity(192);
    let mut field = |value: Option<&dyn Display>| {
        if let Some(value) = value {
            // Writing into a text cannot fail.
            let _written = write!(text, "{value}");
        }
        text.push(' ');
    };
    let reason = row.status_reason.as_ref();
    field(Some(&row.id));
    field(Some(&place(&ConnectionType::ALL, row.kind)));
    field(Some(&place(&ExportStatus::ALL, row.status)));
    field(any(reason.map(|reason| share(reasons, reason)).as_ref()));
    field(any(row.run_id.as_ref()));
    field(any(row.rows_so_far.as_ref()));
    field(any(row.next_attempt.as_ref()));
    field(any(clock.pack(row.refreshed_at).as_ref()));
    field(any(clock.pack(row.data_as_of).as_ref()));
    field(any(clock.pack(row.attempted_at).as_ref()));
    field(Some(&u8::from(row.enabled)));
    field(Some(&share(schedules, &row.schedule)));
    field(Some(&share(names, &row.time_zone)));
    field(any(clock.pack(row.next_run_at).as_ref()));
    field(any(row
        .connection
        .as_ref()
        .map(|name| share(names, name))
        .as_ref()));
    field(Some(&place(&Permission::ALL, row.permission)));
    field(any(clock.pack(Some(row.updated_at)).as_ref()));
    field(Some(&share(names, &row.updated_by)));
    field(Some(&pack_strip(&row.strip)));
    let labels = row.labels.iter();
    let labels: Vec<_> = labels
        .map(|label| share(names, label).to_string())
        .collect();
    field(Some(&labels.join(",")));
    field(any(row
        .owner
        .as_ref()
        .map(|owner| share(names, owner))
        .as_ref()));
    text.push_str(&row.name);
    text
}

fn any<T: Display>(value: Option<&T>) -> Option<&dyn Display> {
    value.map(|value| value as &dyn Display)
}

fn unpack_row(row: &str, shared: &Shared, clock: &mut Clock) -> Result<ListedExport, NotWhole> {
    let Shared(names, schedules, reasons) = shared;
    let mut fields = Fields(row.splitn(FIELDS, ' '));
    // In the order in which they are written.
    Ok(ListedExport {
        id: fields.read()?,
        kind: at(&ConnectionType::ALL, fields.read()?)?,
        status: at(&ExportStatus::ALL, fields.read()?)?,
        status_reason: fields.shared(reasons)?,
        run_id: fields.read_any()?,
        rows_so_far: fields.read_any()?,
        next_attempt: fields.read_any()?,
        refreshed_at: clock.unpack(fields.read_any()?),
        data_as_of: clock.unpack(fields.read_any()?),
        attempted_at: clock.unpack(fields.read_any()?),
        enabled: fields.read::<usize>()? == 1,
        schedule: at(schedules, fields.read()?)?,
        time_zone: at(names, fields.read()?)?,
        next_run_at: clock.unpack(fields.read_any()?),
        connection: fields.shared(names)?,
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

/// Instants of a page, each written as the seconds since the one before it.
#[derive(Default)]
struct Clock(i64);

impl Clock {
    fn pack(&mut self, at: Option<Micros>) -> Option<i64> {
        let at = at?.div_euclid(SECOND);
        let since = at - self.0;
        self.0 = at;
        Some(since)
    }

    fn unpack(&mut self, since: Option<i64>) -> Option<Micros> {
        self.0 = self.0.saturating_add(since?);
        Some(self.0.saturating_mul(SECOND))
    }
}

/// A strip's letters. The height of a mark stands behind its letter only where the last mark with this letter was of
/// another; before the first it is 0.
fn pack_strip(strip: &RunStrip) -> String {
    let (mut text, mut heights) = (String::new(), Heights::default());
    for [letter, height] in strip.marks().iter().map(|mark| mark.letters()) {
        text.push(letter);
        if mem::replace(heights.last(letter), height) != height {
            text.push(height);
        }
    }
    text
}

fn unpack_strip(text: &str) -> Result<RunStrip, NotWhole> {
    let (mut letters, mut heights) = (String::new(), Heights::default());
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        let last = heights.last(letter);
        *last = rest.next_if(char::is_ascii_digit).unwrap_or(*last);
        letters.extend([letter, *last]);
    }
    letters.parse().map_err(|_| NotWhole)
}

/// The height of the last mark of each letter.
#[derive(Default)]
struct Heights(Vec<(char, char)>);

impl Heights {
    fn last(&mut self, letter: char) -> &mut char {
        let known = self.0.iter().position(|(known, _)| *known == letter);
        let place = known.unwrap_or_else(|| {
            self.0.push((letter, '0'));
            self.0.len() - 1
        });
        &mut self.0[place].1
    }
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
fn share<T: PartialEq + Clone>(shared: &mut Vec<T>, one: &T) -> usize {
    let known = shared.iter().position(|known| known == one);
    known.unwrap_or_else(|| {
        shared.push(one.clone());
        shared.len() - 1
    })
}

fn at<T: Clone>(all: &[T], place: usize) -> Result<T, NotWhole> {
    all.get(place).cloned().ok_or(NotWhole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::read_in_the_browser;
    use crate::domain::{ConnectionRef, ScheduleDraft, export_row, listed_export as row};

    #[test]
    fn a_list_is_read_back_as_it_was() {
        let full = ListedExport {
            name: " Two blanks,  a \"quote\" ".into(),
            status: ExportStatus::Failed,
            status_reason: Some(Reason::new("disk_full").with("free", 3)),
            run_id: row(7).id.to_string().parse().ok(),
            rows_so_far: Some(12),
            next_attempt: "1795562999000000:2:5".parse().ok(),
            refreshed_at: Some(1_795_562_747_000_000),
            data_as_of: Some(1_795_562_740_000_000),
            attempted_at: Some(1_795_562_900_000_000),
            enabled: true,
            schedule: "Daily at 06:00".into(),
            time_zone: "Europe/Paris".into(),
            next_run_at: Some(1_795_600_000_000_000),
            connection: Some("Ada".into()),
            permission: Permission::View,
            updated_by: "Ada".into(),
            strip: "s3s3s3s3s3s3s3s3s3s3s3f0F0f0".parse().expect("a strip"),
            labels: vec!["CRM".into(), "Ada".into()],
            owner: Some("Ada".into()),
            ..row(1)
        };
        let list = PackedExports(Page {
            items: vec![full, row(2), row(3)],
            next: Some(Cursor("n".into())),
            previous: None,
            total: 3,
        });
        let text = serde_json::to_string(&list).expect("JSON");
        assert_eq!(text.matches("\"Ada\"").count(), 1, "{text}");
        assert_eq!(read_in_the_browser(&text).ok(), Some(list));
    }

    #[test]
    fn schedules_are_in_the_words_of_the_language() {
        let system = ExportListRow {
            enabled: true,
            schedule: ScheduleDraft::system("Europe/Paris"),
            connection: Some(ConnectionRef {
                id: export_row(9).id.to_string().parse().expect("a UUID"),
                name: "Nightly".into(),
                kind: ConnectionType::LocalFolder,
            }),
            ..export_row(1)
        };
        let found = Page {
            items: vec![system, export_row(2)],
            next: None,
            previous: None,
            total: 2,
        };
        for (language, said) in [
            (Language::English, ["System refresh", "No connection"]),
            (
                Language::French,
                ["Actualisation du système", "Aucune connexion"],
            ),
        ] {
            let PackedExports(page) = PackedExports::new(found.clone(), language);
            let schedules: Vec<_> = page.items.iter().map(|row| row.schedule.as_str()).collect();
            assert_eq!(schedules, said);
            assert_eq!(page.items[0].time_zone, "Europe/Paris");
            assert_eq!(page.items[0].connection.as_deref(), Some("Nightly"));
        }
    }

    #[test]
    fn heights_are_written_where_they_change_and_instants_to_the_second() {
        for (letters, packed) in [("", ""), ("s6f0F0", "s6fF"), ("s6s6f0s6s0s6", "s6sfss0s6")] {
            let strip: RunStrip = letters.parse().expect("a strip");
            assert_eq!(pack_strip(&strip), packed);
            assert_eq!(unpack_strip(packed).ok(), Some(strip));
        }
        assert!(unpack_strip("6s").is_err());
        assert!(unpack_strip("s66").is_err());
        assert!(unpack_strip("é").is_err());
        let (mut there, mut back) = (Clock::default(), Clock::default());
        for (at, since) in [(2_999_999, 2), (7_000_000, 5), (-1, -8)] {
            assert_eq!(there.pack(Some(at)), Some(since));
            let seconds = at.div_euclid(SECOND) * SECOND;
            assert_eq!(back.unpack(Some(since)), Some(seconds));
        }
        assert_eq!(there.pack(None), None);
    }

    #[test]
    fn a_list_that_is_not_whole_is_refused() {
        let WirePage(rows, ..) = pack(&Page {
            items: vec![row(1)],
            next: None,
            previous: None,
            total: 1,
        });
        let bare = WirePage(rows, Shared::default(), None, None, 1);
        assert!(unpack(bare).is_err());
    }
}
