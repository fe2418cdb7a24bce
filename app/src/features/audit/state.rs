//! What the list of entries shows, kept in the address:
//! `?q=&from=&to=&kind=&action=&door=&actor=&object=&cursor=`.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::{AuditDoor, AuditQuery, Cursor, Micros};
use crate::features::runs::{day_end, day_start};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::datetime;

/// Where the whole list is as a file.
const FILE: &str = "/api/v1/audit.csv";

/// What the list shows. Texts are kept as the address has them, empty where it has none; who asks for the rows makes
/// types of them and drops what it does not understand, so that a mistyped address still shows a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AuditListState {
    /// Words to search for.
    pub(super) search: String,
    /// The first day, as `<input type=date>` writes it; days are those of UTC.
    pub(super) from: String,
    /// The last day.
    pub(super) to: String,
    /// Code of the one kind of object shown.
    pub(super) kind: String,
    /// Code of the one action shown.
    pub(super) action: String,
    /// Code of the one door shown.
    pub(super) door: String,
    /// Id of the one person shown.
    pub(super) actor: String,
    /// Id of the one object shown.
    pub(super) object: String,
    /// Where the page starts.
    pub(super) cursor: Option<Cursor>,
}

impl AuditListState {
    /// Reads the state out of a query.
    fn read_from(query: &Query) -> Self {
        let text = |key: &str| query.get(key).unwrap_or_default().to_owned();
        Self {
            search: text("q"),
            from: text("from"),
            to: text("to"),
            kind: text("kind"),
            action: text("action"),
            door: text("door"),
            actor: text("actor"),
            object: text("object"),
            cursor: query.get("cursor").map(|text| Cursor(text.to_owned())),
        }
    }

    /// The address of the list in this state.
    pub(super) fn href(&self) -> String {
        let mut query = Query::default();
        let typed = [("q", &self.search), ("from", &self.from), ("to", &self.to)];
        for (key, value) in typed {
            query.set(key, Some(value.as_str()));
        }
        for (key, value) in self.chosen() {
            query.set(key, Some(value));
        }
        let cursor = self.cursor.as_ref().map(|cursor| cursor.0.as_str());
        query.set("cursor", cursor);
        let path = routes::AUDIT.to_owned();
        Address { path, query }.to_string()
    }

    /// What is chosen by links rather than in the form, which sends it again: names and values.
    pub(super) fn chosen(&self) -> Vec<(&'static str, String)> {
        [
            ("kind", &self.kind),
            ("action", &self.action),
            ("door", &self.door),
            ("actor", &self.actor),
            ("object", &self.object),
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
        self.clone().first_page() != Self::default()
    }

    /// One kind or all, with all actions.
    pub(super) fn of_kind(self, kind: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            action: String::new(),
            object: String::new(),
            ..self.first_page()
        }
    }

    /// The address of all that it shows, as a file.
    pub(super) fn file_href(&self) -> String {
        let asked = AuditQuery::from(self);
        let at = |micros: Option<Micros>| micros.map(|micros| datetime(instant(micros)));
        let mut query = Query::default();
        for (key, value) in [
            ("q", Some(asked.search)),
            ("from", at(asked.from)),
            ("to", at(asked.to)),
            ("kind", Some(asked.kind)),
            ("action", Some(asked.action)),
            ("door", asked.door.map(|door| door.code().to_owned())),
            ("actor_id", asked.actor_id.map(|id| id.to_string())),
            ("object_id", Some(asked.object_id)),
        ] {
            query.set(key, value);
        }
        let path = FILE.to_owned();
        Address { path, query }.to_string()
    }
}

impl From<&AuditListState> for AuditQuery {
    fn from(state: &AuditListState) -> Self {
        Self {
            search: state.search.clone(),
            actor_id: state.actor.parse().ok(),
            door: AuditDoor::from_code(&state.door),
            action: state.action.clone(),
            kind: state.kind.clone(),
            object_id: state.object.clone(),
            from: day_start(&state.from),
            to: day_end(&state.to),
            cursor: state.cursor.clone(),
            ..Self::default()
        }
    }
}

/// The state of this page's list.
pub(super) fn use_audit_list() -> Memo<AuditListState> {
    let address = use_address();
    Memo::new(move |_| address.with(|address| AuditListState::read_from(&address.query)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890000-0000-7000-8000-000000000001";

    fn read(query: &str) -> AuditListState {
        AuditListState::read_from(&Query::parse(query))
    }

    #[test]
    fn every_state_survives_the_address_and_the_usual_one_has_a_bare_one() {
        let state = AuditListState {
            search: "a&b é%20".into(),
            from: "2026-11-01".into(),
            to: "2026-11-30".into(),
            kind: "export".into(),
            action: "export.update".into(),
            door: "rest".into(),
            actor: ID.into(),
            object: ID.into(),
            cursor: Some(Cursor("c".into())),
        };
        let href = state.href();
        let (path, query) = href.split_once('?').expect("a query");
        assert_eq!((path, read(query)), (routes::AUDIT, state));
        assert_eq!(AuditListState::default().href(), routes::AUDIT);
    }

    #[test]
    fn mistyped_parameters_fall_back_and_can_be_cleared() {
        let state = read("from=yesterday&door=window&actor=me");
        assert_eq!(AuditQuery::from(&state), AuditQuery::default());
        assert!(state.is_filtered());
        assert!(!read("cursor=abc&pane=entry/7").is_filtered());
    }

    #[test]
    fn the_file_holds_what_the_list_shows_on_all_its_pages() {
        let state = read(&format!(
            "q=a+b&to=2026-11-30&kind=export&actor={ID}&cursor=c&pane=entry/7"
        ));
        let wanted = format!("{FILE}?q=a+b&to=2026-12-01T00:00:00Z&kind=export&actor_id={ID}");
        assert_eq!(state.file_href(), wanted);
        assert_eq!(read("cursor=c").file_href(), FILE);
    }

    #[test]
    fn another_kind_has_other_actions_and_objects() {
        let state = read("kind=run&action=run.end&object=1&door=page&cursor=c");
        assert_eq!(state.of_kind("export"), read("kind=export&door=page"));
    }
}
