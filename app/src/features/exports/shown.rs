//! What the list shows: the server's last answer, without letting rows jump under the pointer.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, PackedExports};
use crate::domain::{Cursor, ExportFilter, ExportId, ExportQuery, ListedExport};

/// Asks for the list anew because of something the person did here: rows may then move.
#[derive(Clone, Copy)]
pub(super) struct Reload(RwSignal<u32>);

impl Reload {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(0))
    }

    /// Asks for the list anew.
    pub(super) fn now(self) {
        self.0.update(|times| *times = times.wrapping_add(1));
    }

    /// How often that happened; for the source of a resource.
    pub(super) fn times(self) -> u32 {
        self.0.get()
    }
}

/// An answer, and the question it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Fetched {
    pub(super) query: ExportQuery,
    pub(super) reloads: u32,
    pub(super) answer: Result<PackedExports, ApiError>,
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    query: ExportQuery,
    reloads: u32,
    /// The rows, in the order in which they stand.
    pub(super) rows: Vec<ListedExport>,
    pub(super) next: Option<Cursor>,
    pub(super) previous: Option<Cursor>,
    /// How many match in all.
    pub(super) total: u32,
    /// Why the rows are not, or no longer, what the server has.
    pub(super) error: Option<ApiError>,
}

impl Shown {
    /// What to show after an answer. An answer to the same question, which a live hint asked again,
    /// changes rows where they stand: known rows keep their places, gone ones leave, new ones come
    /// last. If it is a failure, the rows stay and the error stands beside them.
    pub(super) fn after(before: Option<&Self>, fetched: Fetched) -> Self {
        let before = before
            .filter(|before| before.query == fetched.query && before.reloads == fetched.reloads);
        let Fetched {
            query,
            reloads,
            answer,
        } = fetched;
        match answer {
            Ok(PackedExports(page)) => Self {
                query,
                reloads,
                rows: in_place(before.map_or(&[], |before| &before.rows), page.items),
                next: page.next,
                previous: page.previous,
                total: page.total,
                error: None,
            },
            Err(error) => match before {
                Some(before) => Self {
                    error: Some(error),
                    ..before.clone()
                },
                None => Self {
                    query,
                    reloads,
                    rows: Vec::new(),
                    next: None,
                    previous: None,
                    total: 0,
                    error: Some(error),
                },
            },
        }
    }

    /// How many match in all; none where the list could not be loaded.
    pub(super) fn known_total(&self) -> Option<u32> {
        let is_known = self.error.is_none() || !self.rows.is_empty();
        is_known.then_some(self.total)
    }

    /// Which exports it is a list of.
    pub(super) fn filter(&self) -> ExportFilter {
        self.query.filter.clone()
    }

    /// The rows that left a list which got shorter: it is the same question, and fewer match.
    pub(super) fn gone_since(&self, before: &Self) -> Vec<ExportId> {
        if self.query != before.query || self.total >= before.total || self.error.is_some() {
            return Vec::new();
        }
        let ids = before.rows.iter().map(|row| row.id);
        ids.filter(|id| self.row(*id).is_none()).collect()
    }

    /// The row of an export.
    pub(super) fn row(&self, id: ExportId) -> Option<&ListedExport> {
        self.rows.iter().find(|row| row.id == id)
    }
}

fn in_place(before: &[ListedExport], mut fresh: Vec<ListedExport>) -> Vec<ListedExport> {
    let taken = before.iter().filter_map(|known| {
        let place = fresh.iter().position(|row| row.id == known.id)?;
        Some(fresh.remove(place))
    });
    let mut rows: Vec<_> = taken.collect();
    // New rows are all at the end, in the order of the answer.
    rows.append(&mut fresh);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Limit, Page, listed_export as row};

    fn answer(numbers: &[u32]) -> Fetched {
        let items: Vec<_> = numbers.iter().copied().map(row).collect();
        let total = u32::try_from(items.len()).expect("few rows");
        Fetched {
            query: ExportQuery::default(),
            reloads: 0,
            answer: Ok(PackedExports(Page {
                items,
                next: None,
                previous: None,
                total,
            })),
        }
    }

    fn names(shown: &Shown) -> Vec<&str> {
        shown.rows.iter().map(|row| row.name.as_str()).collect()
    }

    #[test]
    fn a_live_answer_moves_no_row() {
        let first = Shown::after(None, answer(&[1, 2, 3]));
        let next = Shown::after(Some(&first), answer(&[5, 3, 1, 4]));
        assert_eq!(
            names(&next),
            ["Export 1", "Export 3", "Export 5", "Export 4"]
        );
    }

    #[test]
    fn an_answer_to_another_question_stands_as_it_came() {
        let first = Shown::after(None, answer(&[1, 2, 3]));
        let own = Fetched {
            reloads: 1,
            ..answer(&[3, 2, 1])
        };
        assert_eq!(
            names(&Shown::after(Some(&first), own)),
            ["Export 3", "Export 2", "Export 1"]
        );
        let limit = Limit::parse(2).expect("a limit");
        let other = Fetched {
            query: ExportQuery {
                limit,
                ..ExportQuery::default()
            },
            ..answer(&[3, 2])
        };
        assert_eq!(
            names(&Shown::after(Some(&first), other)),
            ["Export 3", "Export 2"]
        );
    }

    #[test]
    fn a_row_is_gone_when_fewer_match_and_not_when_others_push_it_to_the_next_page() {
        let first = Shown::after(None, answer(&[1, 2, 3]));
        let shorter = Shown::after(Some(&first), answer(&[1, 3]));
        assert_eq!(shorter.gone_since(&first), [row(2).id]);
        let pushed = Shown::after(Some(&first), answer(&[0, 1, 2]));
        assert!(pushed.gone_since(&first).is_empty());
    }

    #[test]
    fn a_failed_live_answer_keeps_the_rows_and_says_so() {
        let first = Shown::after(None, answer(&[1, 2]));
        let failure = Fetched {
            answer: Err(ApiError::Unreachable),
            ..answer(&[])
        };
        let shown = Shown::after(Some(&first), failure.clone());
        assert_eq!(names(&shown), ["Export 1", "Export 2"]);
        assert_eq!(shown.error, Some(ApiError::Unreachable));
        assert_eq!(shown.known_total(), Some(2));
        let nothing = Shown::after(None, failure);
        assert!(nothing.rows.is_empty());
        assert_eq!(nothing.known_total(), None, "not that there are none");
        assert_eq!(Shown::after(None, answer(&[])).known_total(), Some(0));
    }
}
