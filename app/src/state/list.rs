//! The state of a list, kept in the address: `?q=&status=&type=&sort=-name&cursor=&limit=`.

use leptos::prelude::*;

use super::{address::use_address, query::Query};
use crate::domain::{ConnectionType, Cursor, ExportQuery, ExportSort, ExportStatus, Limit};

/// What a list shows. Codes are kept as the address has them; who asks for the rows makes types of
/// them and drops those it does not know, so that a mistyped address still shows a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    /// Words to search for.
    pub search: String,
    /// Code of the one status shown.
    pub status: Option<String>,
    /// Code of the one type shown.
    pub kind: Option<String>,
    /// Code of the column sorted by; the list's own order without one.
    pub sort: Option<String>,
    /// Largest first.
    pub descending: bool,
    /// Where the page starts.
    pub cursor: Option<Cursor>,
    /// How many rows a page has.
    pub limit: Limit,
}

impl ListState {
    /// Reads the state out of a query.
    pub fn read_from(query: &Query) -> Self {
        let owned = |key: &str| query.get(key).map(str::to_owned);
        let sort = query.get("sort").unwrap_or_default();
        let (descending, sort) = match sort.strip_prefix('-') {
            Some(sort) => (true, sort),
            None => (false, sort),
        };
        let limit = query
            .get("limit")
            .and_then(|limit| Limit::parse(limit.parse().ok()?).ok());
        Self {
            search: query.get("q").unwrap_or_default().to_owned(),
            status: owned("status"),
            kind: owned("type"),
            sort: (!sort.is_empty()).then(|| sort.to_owned()),
            descending: descending && !sort.is_empty(),
            cursor: owned("cursor").map(Cursor),
            limit: limit.unwrap_or_default(),
        }
    }

    /// Writes the state into a query; what is as it always is, is left out.
    pub fn write_to(&self, query: &mut Query) {
        let direction = if self.descending { "-" } else { "" };
        let limit = (self.limit != Limit::default()).then(|| self.limit.get().to_string());
        query.set("q", Some(self.search.as_str()));
        query.set("status", self.status.as_deref());
        query.set("type", self.kind.as_deref());
        query.set(
            "sort",
            self.sort.as_ref().map(|sort| format!("{direction}{sort}")),
        );
        query.set(
            "cursor",
            self.cursor.as_ref().map(|cursor| cursor.0.as_str()),
        );
        query.set("limit", limit);
    }

    /// Searches for these words, from the first page.
    #[must_use]
    pub fn search(self, words: impl Into<String>) -> Self {
        Self {
            search: words.into(),
            cursor: None,
            ..self
        }
    }

    /// Shows one status or all, from the first page.
    #[must_use]
    pub fn status(self, code: Option<&str>) -> Self {
        Self {
            status: code.map(str::to_owned),
            cursor: None,
            ..self
        }
    }

    /// Shows one type or all, from the first page.
    #[must_use]
    pub fn kind(self, code: Option<&str>) -> Self {
        Self {
            kind: code.map(str::to_owned),
            cursor: None,
            ..self
        }
    }

    /// Sorts by a column; turns the order if the list is sorted by it in ascending order.
    #[must_use]
    pub fn sorted_by(self, column: &str) -> Self {
        let descending = self.sort.as_deref() == Some(column) && !self.descending;
        Self {
            sort: Some(column.to_owned()),
            descending,
            cursor: None,
            ..self
        }
    }

    /// Starts the page at a cursor, or at the first row.
    #[must_use]
    pub fn at(self, cursor: Option<Cursor>) -> Self {
        Self { cursor, ..self }
    }

    /// Without search and filters; the order stays.
    #[must_use]
    pub fn cleared(self) -> Self {
        Self {
            search: String::new(),
            status: None,
            kind: None,
            cursor: None,
            ..self
        }
    }

    /// Whether search or filters leave rows out.
    pub fn is_filtered(&self) -> bool {
        !self.search.is_empty() || self.status.is_some() || self.kind.is_some()
    }
}

impl From<&ListState> for ExportQuery {
    fn from(state: &ListState) -> Self {
        let sort = state.sort.as_deref().and_then(ExportSort::from_code);
        Self {
            search: state.search.clone(),
            status: state.status.as_deref().and_then(ExportStatus::from_code),
            kind: state
                .kind
                .as_ref()
                .and_then(|kind| kind.parse::<ConnectionType>().ok()),
            sort: sort.unwrap_or_default(),
            descending: sort.is_some() && state.descending,
            cursor: state.cursor.clone(),
            limit: state.limit,
        }
    }
}

/// The state of this page's list.
pub fn use_list() -> Memo<ListState> {
    let address = use_address();
    Memo::new(move |_| address.with(|address| ListState::read_from(&address.query)))
}

/// The address of this page with its list changed.
pub fn list_href(
    change: impl Fn(ListState) -> ListState + Send + Sync + 'static,
) -> Signal<String> {
    let address = use_address();
    Signal::derive(move || {
        let address = address.get();
        let state = change(ListState::read_from(&address.query));
        address.with_list(&state).to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::query::tests::awkward_texts;

    #[test]
    fn every_state_survives_the_address() {
        let texts: Vec<_> = awkward_texts(3_000).collect();
        for (index, text) in texts.chunks_exact(5).enumerate() {
            let some = |text: &String| (!text.is_empty()).then(|| text.clone());
            let sort = some(&text[3]).filter(|sort| !sort.starts_with('-'));
            let limit = u32::try_from(index % 200 + 1).unwrap_or(1);
            let state = ListState {
                search: text[0].clone(),
                status: some(&text[1]),
                kind: some(&text[2]),
                descending: sort.is_some() && index % 2 == 0,
                sort,
                cursor: some(&text[4]).map(Cursor),
                limit: Limit::parse(limit).unwrap_or_default(),
            };
            let mut query = Query::parse("pane=edit/7");
            state.write_to(&mut query);
            let read = Query::parse(&query.to_string());
            assert_eq!(ListState::read_from(&read), state);
            assert_eq!(read.get("pane"), Some("edit/7"));
        }
    }

    #[test]
    fn the_usual_list_has_a_bare_address() {
        let mut query = Query::default();
        ListState::default().write_to(&mut query);
        assert!(query.is_empty());
    }

    #[test]
    fn mistyped_parameters_fall_back() {
        let query = Query::parse("status=nope&type=fax&sort=-shoe_size&limit=9999");
        let state = ListState::read_from(&query);
        assert_eq!(ExportQuery::from(&state), ExportQuery::default());
        assert!(state.is_filtered());
        assert!(!ListState::read_from(&Query::parse("sort=-")).descending);
    }

    #[test]
    fn sorting_again_turns_the_order_and_every_change_starts_at_the_first_page() {
        let paged = ListState::default().at(Some(Cursor("x".into())));
        let once = paged.clone().sorted_by("name");
        assert_eq!((once.descending, &once.cursor), (false, &None));
        let twice = once.sorted_by("name");
        assert!(twice.descending);
        assert!(!twice.clone().sorted_by("name").descending);
        assert!(!twice.sorted_by("status").descending);
        assert_eq!(paged.clone().search("a").cursor, None);
        assert_eq!(paged.clone().status(Some("failed")).cursor, None);
        assert_eq!(paged.cleared().cursor, None);
    }
}
