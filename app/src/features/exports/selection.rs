//! Which exports are chosen. Lost on leaving the page, and meant to be.
//!
//! Rows stay chosen while the list is sorted, paged and kept current; a change of the filter empties the choice, since
//! what one does not see is not meant by accident. *All that match* is a filter with exceptions, not a list: the server
//! knows them, the page has seen some.

use leptos::prelude::*;

use super::choice::Choice;
use super::shown::Shown;
use crate::domain::{ExportFilter, ListedExport, Target};
use crate::ui::prelude::*;

/// What is chosen, on this page and on others.
#[derive(Clone, Copy)]
pub(super) struct Selection {
    choice: RwSignal<Choice>,
    shown: Memo<Option<Shown>>,
    /// That the filter has emptied it, or the person, for the page to say.
    emptied: RwSignal<Option<Emptied>>,
}

/// What emptied the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Emptied {
    ByFilter,
    ByPerson,
}

impl Selection {
    pub(super) fn new(shown: Memo<Option<Shown>>) -> Self {
        let choice = RwSignal::new(Choice::default());
        let emptied = RwSignal::new(None);
        let filter = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(Shown::filter)));
        Effect::new(move |before: Option<Option<ExportFilter>>| {
            let filter = filter.get();
            let is_other = before
                .flatten()
                .is_some_and(|before| Some(before) != filter);
            if is_other && choice.with_untracked(|choice| !choice.is_empty()) {
                choice.set(Choice::default());
                emptied.set(Some(Emptied::ByFilter));
            }
            filter
        });
        // What was chosen is remembered as it is now, and what was removed is no longer chosen.
        Effect::new(move |before: Option<Option<Shown>>| {
            let shown = shown.get();
            if let Some(shown) = &shown {
                let before = before.flatten();
                let gone = before.map_or_else(Vec::new, |before| shown.gone_since(&before));
                let is_known = choice.with_untracked(|choice| {
                    choice.is_empty() || (gone.is_empty() && choice.knows(&shown.rows))
                });
                if !is_known {
                    choice.update(|choice| {
                        choice.forget(&gone);
                        choice.learn(&shown.rows);
                    });
                }
            }
            shown
        });
        Self {
            choice,
            shown,
            emptied,
        }
    }

    pub(super) fn clear(self) {
        self.choice.set(Choice::default());
    }

    /// Empties it, and lets the page say so.
    pub(super) fn clear_aloud(self) {
        if self.choice.with_untracked(|choice| !choice.is_empty()) {
            self.clear();
            self.emptied.set(Some(Emptied::ByPerson));
        }
    }

    /// What emptied it last, as long as it is empty.
    pub(super) fn emptied(self) -> Option<Emptied> {
        let is_empty = self.choice.with(Choice::is_empty);
        self.emptied.get().filter(|_| is_empty)
    }

    /// Chooses every row shown, or none of them.
    pub(super) fn set_all(self, is_chosen: bool) {
        self.with_rows(|choice, rows| {
            for row in rows {
                choice.set(row, is_chosen);
            }
        });
    }

    /// Does what somebody did to the rows shown.
    pub(super) fn answer(self, key: RowKey) {
        self.with_rows(|choice, rows| choice.answer(key, rows));
    }

    /// Chooses all that match, on whichever page they are.
    pub(super) fn choose_matching(self) {
        let Some(filter) = self
            .shown
            .with_untracked(|shown| Some(shown.as_ref()?.filter()))
        else {
            return;
        };
        self.with_rows(|choice, rows| choice.set_matching(filter, rows));
    }

    /// Whether all that match are chosen, but for those taken out again.
    pub(super) fn is_matching(self) -> bool {
        self.choice.with(Choice::is_matching)
    }

    /// The chosen rows that have been seen, on this page and on others, as they were seen last.
    pub(super) fn rows(self) -> Vec<ListedExport> {
        self.choice.with(|choice| choice.rows().to_vec())
    }

    /// How many are chosen.
    pub(super) fn count(self) -> u32 {
        let total = self.total();
        self.choice.with(|choice| choice.count(total))
    }

    /// How many match, on all pages.
    pub(super) fn total(self) -> u32 {
        self.shown
            .with(|shown| shown.as_ref().map_or(0, |shown| shown.total))
    }

    /// What a command on it is for.
    pub(super) fn target(self) -> Target {
        self.choice.with(Choice::target)
    }

    /// Which of the rows shown are chosen.
    pub(super) fn of_rows(self) -> Vec<bool> {
        self.shown.with(|shown| {
            let rows = shown.as_ref().map(|shown| shown.rows.as_slice());
            let rows = rows.unwrap_or_default().iter();
            self.choice
                .with(|choice| rows.map(|row| choice.contains(row.id)).collect())
        })
    }

    /// How many of the rows shown are chosen.
    pub(super) fn of_page(self) -> Chosen {
        self.shown.with(|shown| {
            let rows = shown.as_ref().map(|shown| shown.rows.as_slice());
            let rows = rows.unwrap_or_default();
            self.choice.with(|choice| choice.of(rows))
        })
    }

    fn with_rows(self, change: impl FnOnce(&mut Choice, &[ListedExport])) {
        self.shown.with_untracked(|shown| {
            let rows = shown.as_ref().map(|shown| shown.rows.as_slice());
            let rows = rows.unwrap_or_default();
            self.choice.update(|choice| change(choice, rows));
            if self.emptied.with_untracked(Option::is_some) {
                self.emptied.set(None);
            }
        });
    }
}
