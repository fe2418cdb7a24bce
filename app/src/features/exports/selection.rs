//! Which rows are chosen. Lost on leaving the page, and meant to be.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::shown::Shown;
use crate::domain::{ExportId, ExportListRow};

/// The chosen rows among those shown: a row that leaves the list is no longer chosen.
#[derive(Clone, Copy)]
pub(super) struct Selection {
    chosen: RwSignal<BTreeSet<ExportId>>,
    shown: Memo<Option<Shown>>,
}

impl Selection {
    pub(super) fn new(shown: Memo<Option<Shown>>) -> Self {
        Self {
            chosen: RwSignal::new(BTreeSet::new()),
            shown,
        }
    }

    pub(super) fn contains(self, id: ExportId) -> bool {
        self.chosen.with(|chosen| chosen.contains(&id))
    }

    pub(super) fn set(self, id: ExportId, is_chosen: bool) {
        self.chosen.update(|chosen| {
            if is_chosen {
                chosen.insert(id);
            } else {
                chosen.remove(&id);
            }
        });
    }

    pub(super) fn clear(self) {
        self.chosen.update(BTreeSet::clear);
    }

    /// Chooses every row shown, or none.
    pub(super) fn set_all(self, is_chosen: bool) {
        let rows = self.shown.with_untracked(|shown| {
            shown
                .iter()
                .flat_map(|shown| &shown.rows)
                .map(|row| row.id)
                .collect()
        });
        self.chosen
            .set(if is_chosen { rows } else { BTreeSet::new() });
    }

    /// The chosen rows, in the order in which they stand.
    pub(super) fn rows(self) -> Vec<ExportListRow> {
        self.chosen.with(|chosen| {
            self.shown.with(|shown| {
                let rows = shown.iter().flat_map(|shown| &shown.rows);
                rows.filter(|row| chosen.contains(&row.id))
                    .cloned()
                    .collect()
            })
        })
    }
}
