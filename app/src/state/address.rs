//! Where the page is, and the addresses of what is one step away.

use std::fmt;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::{list::ListState, pane::PANE, query::Query};

/// Parameters in which a form posted without script gets its error back (`server_fn`).
const FORM_ERROR: [&str; 2] = ["__path", "__err"];

/// A path of this site with its query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The path, as the browser writes it.
    pub path: String,
    /// The query.
    pub query: Query,
}

impl Address {
    /// The same page with another value of one parameter, or without it.
    #[must_use]
    pub fn with(mut self, key: &str, value: Option<impl Into<String>>) -> Self {
        self.query.set(key, value);
        self
    }

    /// The same page with this pane open.
    #[must_use]
    pub fn with_pane(self, pane: impl fmt::Display) -> Self {
        self.without_pane().with(PANE, Some(pane.to_string()))
    }

    /// What the links to the panes of this page begin with, seen from this page; the text of the pane follows.
    pub fn before_pane(self) -> String {
        let query = self.without_pane().query;
        if query.is_empty() {
            format!("?{PANE}=")
        } else {
            format!("?{query}&{PANE}=")
        }
    }

    /// The same page with no pane open, and without the error of a form in one.
    #[must_use]
    pub fn without_pane(mut self) -> Self {
        for key in FORM_ERROR.into_iter().chain([PANE]) {
            self.query.set(key, None::<String>);
        }
        self
    }

    /// The same page with its list in this state.
    #[must_use]
    pub fn with_list(mut self, state: &ListState) -> Self {
        state.write_to(&mut self.query);
        self
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if !self.query.is_empty() {
            write!(f, "?{}", self.query)?;
        }
        Ok(())
    }
}

/// Where the page is now.
pub fn use_address() -> Memo<Address> {
    let location = use_location();
    Memo::new(move |_| Address {
        path: location.pathname.get(),
        query: location.search.with(|search| Query::parse(search)),
    })
}

/// The page as it is, with this pane open.
pub fn pane_href(pane: impl fmt::Display) -> Signal<String> {
    let (address, pane) = (use_address(), pane.to_string());
    Signal::derive(move || address.get().with_pane(&pane).to_string())
}

/// The page as it is, without a pane.
pub fn close_href() -> Signal<String> {
    let address = use_address();
    Signal::derive(move || address.get().without_pane().to_string())
}

/// Goes to addresses of this site; made by [`use_go`], used in event handlers and effects.
#[derive(Clone, Copy)]
pub struct Go(Callback<(String, bool)>);

impl Go {
    /// Goes there; *Back* comes back here. The page is not scrolled.
    pub fn push(self, href: &str) {
        self.0.run((href.to_owned(), false));
    }

    /// Goes there in place of here, as typing in a search box does.
    pub fn replace(self, href: &str) {
        self.0.run((href.to_owned(), true));
    }
}

/// How to go somewhere.
pub fn use_go() -> Go {
    let navigate = use_navigate();
    Go(Callback::new(move |(href, replace): (String, bool)| {
        navigate(
            &href,
            NavigateOptions {
                scroll: false,
                replace,
                ..NavigateOptions::default()
            },
        );
    }))
}

#[cfg(test)]
mod tests {
    use super::{Address, Query};

    #[test]
    fn a_pane_opens_and_closes_over_an_unchanged_list() {
        let list = Address {
            path: "/data/exports".into(),
            query: Query::parse("q=a%26b&sort=-name"),
        };
        let open = list.clone().with_pane("edit/7");
        assert_eq!(
            open.to_string(),
            "/data/exports?q=a%26b&sort=-name&pane=edit/7"
        );
        let failed = open
            .with("__err", Some("e30="))
            .with("__path", Some("/api/ui/x"));
        assert_eq!(failed.without_pane(), list);
    }

    #[test]
    fn links_to_panes_are_short_and_lead_where_the_long_ones_do() {
        for query in ["", "q=a%26b&sort=-name", "pane=view/1&status=failed"] {
            let list = Address {
                path: "/data/exports".into(),
                query: Query::parse(query),
            };
            let long = list.clone().with_pane("edit/7").to_string();
            let short = format!("{}edit/7", list.before_pane());
            assert_eq!(long, format!("/data/exports{short}"));
        }
    }

    #[test]
    fn an_address_without_parameters_has_no_question_mark() {
        let address = Address {
            path: "/sign-in".into(),
            query: Query::parse("next=/data"),
        };
        assert_eq!(address.with("next", None::<String>).to_string(), "/sign-in");
    }
}
