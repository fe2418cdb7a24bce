//! Which pane is open: `?pane=new`, `?pane=edit/<id>`.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::*;

use super::address::use_address;

/// The parameter that says so.
pub const PANE: &str = "pane";

/// An open pane: a word, and for most of them what they are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaneRoute {
    kind: String,
    id: Option<String>,
}

impl PaneRoute {
    /// A pane that is about nothing in particular.
    pub fn plain(kind: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            id: None,
        }
    }

    /// A pane about one thing.
    pub fn of(kind: &str, id: impl fmt::Display) -> Self {
        Self {
            kind: kind.to_owned(),
            id: Some(id.to_string()),
        }
    }

    /// Reads `word` or `word/id`: lower-case letters and `-`, then one piece without `/`.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = match text.split_once('/') {
            Some((kind, id)) => (kind, Some(id)),
            None => (text, None),
        };
        let is_word = !kind.is_empty()
            && kind
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let is_piece = id.is_none_or(|id| !id.is_empty() && !id.contains('/'));
        (is_word && is_piece).then(|| Self {
            kind: kind.to_owned(),
            id: id.map(str::to_owned),
        })
    }

    /// The word.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What it is about, if that is of this type.
    pub fn id<T: FromStr>(&self) -> Option<T> {
        self.id.as_ref()?.parse().ok()
    }
}

impl fmt::Display for PaneRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        self.id.as_ref().map_or(Ok(()), |id| write!(f, "/{id}"))
    }
}

/// The pane that is open now.
pub fn use_pane() -> Memo<Option<PaneRoute>> {
    let address = use_address();
    Memo::new(move |_| address.with(|address| PaneRoute::parse(address.query.get(PANE)?)))
}

#[cfg(test)]
mod tests {
    use super::PaneRoute;

    #[test]
    fn panes_are_read_back_and_malformed_ones_are_none() {
        for text in ["new", "edit/0191", "run-details/a"] {
            assert_eq!(
                PaneRoute::parse(text)
                    .map(|pane| pane.to_string())
                    .as_deref(),
                Some(text)
            );
        }
        for wrong in ["", "/", "edit/", "/7", "a/b/c", "Edit/7", "<script>"] {
            assert_eq!(PaneRoute::parse(wrong), None, "{wrong}");
        }
        assert_eq!(PaneRoute::of("edit", 7).id::<u32>(), Some(7));
        assert_eq!(PaneRoute::of("edit", "x").id::<u32>(), None);
        assert_eq!(PaneRoute::plain("new").id::<u32>(), None);
    }
}
