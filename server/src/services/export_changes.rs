//! The changes of one export, merged newest first: those that made a version, and those that made none.

use std::collections::BTreeMap;

use app::domain::{
    Cause, ConnectionRef, Cursor, Difference, DifferenceValue, ExportAbout, ExportId, ExportState,
    HistoryEntry, Micros, Version, differences,
};
use serde_json::Value;

use crate::store::audit::{self, AuditRow};
use crate::store::exports::{self, ExportVersion, StepTold};
use crate::store::{Result, Store};

/// Changes of one answer.
pub(super) const PAGE: u32 = 50;

const REMOVE: &str = "export.remove";
const DESCRIBE: &str = "export.describe";

/// A place in the history: in the versions, and in what was noted beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    before: Version,
    noted: Option<(Micros, String)>,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            before: Version::MAX,
            noted: None,
        }
    }
}

impl Place {
    /// The place of a cursor; what is none is the newest, also what no entry can be called.
    pub(super) fn parse(cursor: &Cursor) -> Option<Self> {
        if cursor.0.contains('\0') {
            return None;
        }
        let mut parts = cursor.0.splitn(3, '.');
        let before = parts.next()?.parse().ok()?;
        let noted = match (parts.next(), parts.next()) {
            (Some(at), Some(id)) => Some((at.parse().ok()?, id.to_owned())),
            _ => None,
        };
        Some(Self { before, noted })
    }

    pub(super) fn to_cursor(&self) -> Cursor {
        let noted = self.noted.as_ref();
        let noted = noted.map_or_else(String::new, |(at, id)| format!(".{at}.{id}"));
        Cursor(format!("{}{noted}", self.before))
    }
}

/// What was found from a place on.
pub(super) struct Found {
    /// Newest first, one more than are shown: each is compared with the one before it.
    versions: Vec<ExportVersion>,
    /// The steps that made versions, as far as they are known.
    steps: BTreeMap<Version, StepTold>,
    /// Removals, and what was noted about the export.
    notes: Vec<AuditRow>,
    /// The connections it has or had.
    connections: Vec<ConnectionRef>,
    pub(super) current: Version,
}

impl Found {
    pub(super) async fn read(
        store: &Store,
        id: ExportId,
        current: Version,
        place: &Place,
    ) -> Result<Self> {
        let before = Some(place.before);
        let kind = "export";
        let noted = place.noted.as_ref();
        let object = id.to_string();
        Ok(Self {
            versions: exports::versions(store, id, before, PAGE + 1).await?,
            steps: exports::steps(store, id, before, PAGE).await?,
            notes: audit::done_to(store, kind, &object, [REMOVE, DESCRIBE], noted, PAGE + 1)
                .await?,
            connections: exports::connections_over_time(store, id).await?,
            current,
        })
    }

    /// The first of them, and where the next are.
    pub(super) fn merged(&self, start: Place, most: u32) -> (Vec<HistoryEntry>, Option<Place>) {
        let mut place = start;
        let mut entries = Vec::new();
        let (mut versions, mut notes) = (
            self.versions.iter().peekable(),
            self.notes.iter().peekable(),
        );
        for _ in 0..most {
            let is_noted = match (versions.peek(), notes.peek()) {
                (None, None) => break,
                (version, note) => {
                    let at = |at: Option<Micros>| at.unwrap_or(Micros::MIN);
                    at(note.map(|row| row.at)) >= at(version.map(|version| version.saved_at))
                }
            };
            if is_noted {
                let Some(row) = notes.next() else { break };
                place.noted = Some((row.at, row.id.clone()));
                entries.push(of_note(row));
            } else {
                let Some(version) = versions.next() else {
                    break;
                };
                place.before = version.version;
                entries.push(self.of_version(version, versions.peek().copied()));
            }
        }
        let is_over = versions.peek().is_none() && notes.peek().is_none();
        (entries, (!is_over).then_some(place))
    }

    fn of_version(&self, version: &ExportVersion, before: Option<&ExportVersion>) -> HistoryEntry {
        let step = self.steps.get(&version.version);
        let stands = step.is_some_and(|step| step.stands);
        let is_undoable = matches!(version.cause, Some(Cause::Schedule | Cause::Detach)) && stands;
        let after = self.state(version);
        HistoryEntry {
            at: version.saved_at,
            by: version.saved_by.clone(),
            cause: version.cause.clone(),
            version: Some(version.version),
            is_current: version.version == self.current,
            change: version.change.filter(|_| is_undoable),
            change_exports: step.map_or(1, |step| step.exports),
            differences: before
                .map_or_else(Vec::new, |before| differences(&self.state(before), &after)),
        }
    }

    fn state(&self, version: &ExportVersion) -> ExportState {
        let known = |id| {
            self.connections
                .iter()
                .find(|connection| connection.id == id)
        };
        ExportState {
            name: version.name.clone(),
            connection: version.connection_id.and_then(known).cloned(),
            folder: version.folder.clone(),
            items: version.items.clone(),
            mode: version.mode,
            options: version.options.clone(),
            enabled: version.enabled,
            schedule: version.schedule.clone(),
        }
    }
}

/// A change that made no version.
fn of_note(row: &AuditRow) -> HistoryEntry {
    let is_removal = row.action == REMOVE;
    HistoryEntry {
        at: row.at,
        by: row.actor_name.clone(),
        cause: Some(if is_removal {
            Cause::Remove
        } else {
            Cause::Describe
        }),
        version: None,
        is_current: false,
        change: None,
        change_exports: 1,
        differences: if is_removal {
            Vec::new()
        } else {
            noted(row.before.as_ref(), row.after.as_ref())
        },
    }
}

/// What differs in labels, owner and note.
fn noted(before: Option<&Value>, after: Option<&Value>) -> Vec<Difference> {
    let read = |value: Option<&Value>| {
        let about: Option<ExportAbout> =
            value.and_then(|value| serde_json::from_value(value.clone()).ok());
        about.unwrap_or_default()
    };
    let texts = |about: ExportAbout| {
        let owner = about.owner.map(|owner| owner.name);
        [
            about.labels.join(", "),
            owner.unwrap_or_default(),
            about.note,
        ]
    };
    let value = |text: String| {
        if text.is_empty() {
            DifferenceValue::None
        } else {
            DifferenceValue::Text(text)
        }
    };
    let pairs = texts(read(before)).into_iter().zip(texts(read(after)));
    ["labels", "owner_id", "note"]
        .into_iter()
        .zip(pairs)
        .filter(|(_, (before, after))| before != after)
        .map(|(field, (before, after))| Difference {
            field: field.to_owned(),
            before: value(before),
            after: value(after),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use app::domain::{ChangeId, DeliveryOptions, Mode, ScheduleDraft};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn version(version: Version, saved_at: Micros, name: &str) -> ExportVersion {
        ExportVersion {
            version,
            name: name.to_owned(),
            connection_id: None,
            folder: "folder".into(),
            items: Vec::new(),
            mode: Mode::Full,
            options: DeliveryOptions::default(),
            enabled: true,
            schedule: ScheduleDraft::system("UTC"),
            saved_at,
            saved_by: "Ada".into(),
            cause: Some(Cause::Schedule),
            change: Some(ChangeId::new(Uuid::from_u128(1))),
        }
    }

    fn note(id: &str, at: Micros, action: &str) -> AuditRow {
        AuditRow {
            id: id.to_owned(),
            at,
            actor_id: None,
            actor_name: "Bob".into(),
            action: action.to_owned(),
            object_kind: "export".into(),
            object_id: "1".into(),
            before: Some(json!({"version": 1, "labels": [], "owner": null, "note": ""})),
            after: Some(json!({"version": 2, "labels": ["A", "B"], "owner": null, "note": ""})),
            network: String::new(),
        }
    }

    fn of_four(stands: bool) -> StepTold {
        StepTold { exports: 4, stands }
    }

    fn found() -> Found {
        Found {
            versions: vec![
                version(3, 30, "B"),
                version(2, 20, "B"),
                version(1, 10, "A"),
            ],
            steps: BTreeMap::from([(3, of_four(true))]),
            notes: vec![note("b", 25, REMOVE), note("a", 15, DESCRIBE)],
            connections: Vec::new(),
            current: 3,
        }
    }

    #[test]
    fn what_made_no_version_stands_among_those_that_did() {
        let (entries, next) = found().merged(Place::default(), 50);
        let seen: Vec<_> = entries
            .iter()
            .map(|entry| (entry.at, entry.version))
            .collect();
        let expected = [
            (30, Some(3)),
            (25, None),
            (20, Some(2)),
            (15, None),
            (10, Some(1)),
        ];
        assert_eq!(seen, expected);
        assert_eq!(next, None);
        assert!(entries[0].is_current && entries[0].change_exports == 4);
        assert!(entries[0].change.is_some() && entries[1].change.is_none());
        assert!(entries[0].differences.is_empty() && entries[4].differences.is_empty());
        assert_eq!(entries[2].differences[0].field, "name");
        let labels = &entries[3].differences[0];
        assert_eq!(labels.after, DifferenceValue::Text("A, B".into()));
        assert_eq!(labels.before, DifferenceValue::None);
    }

    #[test]
    fn a_step_of_which_nothing_stands_is_not_offered_to_be_taken_back() {
        let mut found = found();
        let change_of = |found: &Found| found.merged(Place::default(), 1).0.remove(0).change;
        assert_eq!(change_of(&found), found.versions[0].change);
        found.steps.insert(3, of_four(false));
        assert_eq!(change_of(&found), None);
        let (entries, _) = found.merged(Place::default(), 1);
        assert_eq!(entries[0].change_exports, 4);
    }

    #[test]
    fn a_piece_ends_where_the_next_begins() {
        let (entries, next) = found().merged(Place::default(), 2);
        assert_eq!(entries.len(), 2);
        let next = next.expect("more");
        assert_eq!(Place::parse(&next.to_cursor()), Some(next.clone()));
        assert_eq!((next.before, next.noted), (3, Some((25, "b".into()))));
        assert_eq!(Place::parse(&Cursor("nonsense".into())), None);
        assert_eq!(Place::parse(&Cursor("3.25.a\0b".into())), None);
    }
}
