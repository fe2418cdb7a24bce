//! The state of a list, kept in the address:
//! `?q=&status=&type=&permission=&label=&owner=&connection=&segment=&without=&sort=-name&cursor=&limit=`.

use leptos::prelude::*;

use super::{address::use_address, query::Query};
use crate::domain::{
    ConnectionType, Cursor, ExportFilter, ExportQuery, ExportSort, ExportStatus, Limit, Permission,
    SegmentFilter,
};

/// The parameters of the search and the filters.
const FILTERS: [&str; 9] = [
    "q",
    "status",
    "type",
    "permission",
    "label",
    "owner",
    "connection",
    "segment",
    "without",
];

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
    /// Code of the one permission shown.
    pub permission: Option<String>,
    /// The one label shown.
    pub label: Option<String>,
    /// Id of the one owner shown.
    pub owner: Option<String>,
    /// Id of the one connection shown.
    pub connection: Option<String>,
    /// Id of the segment that all shown contain.
    pub segment: Option<String>,
    /// Id of the segment that none shown contains; of no account beside `segment`.
    pub without: Option<String>,
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
            permission: owned("permission"),
            label: owned("label"),
            owner: owned("owner"),
            connection: owned("connection"),
            segment: owned("segment"),
            without: owned("without"),
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
        for (key, value) in FILTERS.into_iter().zip(self.filters()) {
            query.set(key, value);
        }
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

    /// The values of [`FILTERS`].
    fn filters(&self) -> [Option<&str>; FILTERS.len()] {
        [
            Some(self.search.as_str()).filter(|search| !search.is_empty()),
            self.status.as_deref(),
            self.kind.as_deref(),
            self.permission.as_deref(),
            self.label.as_deref(),
            self.owner.as_deref(),
            self.connection.as_deref(),
            self.segment.as_deref(),
            self.without.as_deref(),
        ]
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

    /// Shows one permission or all, from the first page.
    #[must_use]
    pub fn permission(self, code: Option<&str>) -> Self {
        Self {
            permission: code.map(str::to_owned),
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
            sort: self.sort,
            descending: self.descending,
            limit: self.limit,
            ..Self::default()
        }
    }

    /// Whether search or filters leave rows out.
    pub fn is_filtered(&self) -> bool {
        self.filters().iter().any(Option::is_some)
    }

    /// What the form of the search must send again beside the words: the parameters that are set, from the first page.
    pub fn beside_search(&self) -> Vec<(String, String)> {
        let mut query = Query::default();
        self.clone().search("").write_to(&mut query);
        query.into_pairs()
    }
}

impl From<&ListState> for ExportFilter {
    fn from(state: &ListState) -> Self {
        let segment = |id: Option<&String>, contains| {
            let id = known(id, |id| id.parse().ok())?;
            Some(SegmentFilter { id, contains })
        };
        let (with, without) = (state.segment.as_ref(), state.without.as_ref());
        Self {
            search: state.search.clone(),
            status: known(state.status.as_ref(), ExportStatus::from_code),
            kind: known(state.kind.as_ref(), |code| {
                code.parse::<ConnectionType>().ok()
            }),
            permission: known(state.permission.as_ref(), Permission::from_code),
            connection_id: known(state.connection.as_ref(), |id| id.parse().ok()),
            segment: segment(with, true).or_else(|| segment(without, false)),
            label: state.label.clone().unwrap_or_default(),
            owner_id: known(state.owner.as_ref(), |id| id.parse().ok()),
        }
    }
}

/// What a code or id of the address means, if it means something.
fn known<T>(text: Option<&String>, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    text.and_then(|text| parse(text))
}

impl From<&ListState> for ExportQuery {
    fn from(state: &ListState) -> Self {
        let sort = state.sort.as_deref().and_then(ExportSort::from_code);
        Self {
            filter: state.into(),
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
        let texts: Vec<_> = awkward_texts(6_600).collect();
        for (index, text) in texts.chunks_exact(11).enumerate() {
            let some = |text: &String| (!text.is_empty()).then(|| text.clone());
            let sort = some(&text[3]).filter(|sort| !sort.starts_with('-'));
            let limit = u32::try_from(index % 200 + 1).unwrap_or(1);
            let state = ListState {
                search: text[0].clone(),
                status: some(&text[1]),
                kind: some(&text[2]),
                permission: some(&text[5]),
                label: some(&text[6]),
                owner: some(&text[7]),
                connection: some(&text[8]),
                segment: some(&text[9]),
                without: some(&text[10]),
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
        let query = Query::parse(
            "status=nope&type=fax&permission=own&owner=me&connection=7&segment=x&without=y&sort=-shoe_size&limit=9999",
        );
        let state = ListState::read_from(&query);
        assert_eq!(ExportQuery::from(&state), ExportQuery::default());
        assert!(state.is_filtered());
        assert!(!ListState::read_from(&Query::parse("sort=-")).descending);
    }

    #[test]
    fn a_filter_has_all_that_the_address_says() {
        let id = "01890000-0000-7000-8000-000000000001";
        let address = |segment: &str| {
            format!(
                "q=a&status=failed&type=local_folder&permission=view&label=CRM&owner={id}&connection={id}&{segment}={id}"
            )
        };
        let read = |segment: &str| {
            let state = ListState::read_from(&Query::parse(&address(segment)));
            (ExportFilter::from(&state), state)
        };
        let (filter, state) = read("segment");
        let wanted = ExportFilter {
            search: "a".into(),
            status: Some(ExportStatus::Failed),
            kind: Some(ConnectionType::LocalFolder),
            permission: Some(Permission::View),
            connection_id: id.parse().ok(),
            segment: id
                .parse()
                .ok()
                .map(|id| SegmentFilter { id, contains: true }),
            label: "CRM".into(),
            owner_id: id.parse().ok(),
        };
        assert_eq!(filter, wanted);
        let without = read("without").0.segment.map(|segment| segment.contains);
        assert_eq!(without, Some(false));
        assert!(state.is_filtered() && !state.clone().cleared().is_filtered());
        let beside: Vec<_> = state.at(Some(Cursor("x".into()))).beside_search();
        let keys: Vec<_> = beside.iter().map(|(key, _)| key.as_str()).collect();
        let wanted = [
            "status",
            "type",
            "permission",
            "label",
            "owner",
            "connection",
            "segment",
        ];
        assert_eq!(keys, wanted, "neither the words nor the place");
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
