//! What is chosen of a list: rows seen on any page, or all that match but for some.

use crate::domain::{ExportFilter, ExportId, ListedExport, Target};
use crate::ui::prelude::{Chosen, RowKey};

/// What is chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Choice {
    /// Those chosen that have been seen, in the order in which they were.
    rows: Vec<ListedExport>,
    /// Then also all that match.
    all: Option<Matching>,
    /// Where ranges start.
    anchor: Option<ExportId>,
}

/// All that match, but for some.
#[derive(Clone, Debug, PartialEq)]
struct Matching {
    filter: ExportFilter,
    except: Vec<ExportId>,
}

impl Choice {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.all.is_none()
    }

    pub(super) fn is_matching(&self) -> bool {
        self.all.is_some()
    }

    /// Those chosen that have been seen.
    pub(super) fn rows(&self) -> &[ListedExport] {
        &self.rows
    }

    /// Chooses all that match, of which these are shown.
    pub(super) fn set_matching(&mut self, filter: ExportFilter, shown: &[ListedExport]) {
        self.all = Some(Matching {
            filter,
            except: Vec::new(),
        });
        self.learn(shown);
    }

    pub(super) fn contains(&self, id: ExportId) -> bool {
        match &self.all {
            Some(all) => !all.except.contains(&id),
            None => self.rows.iter().any(|row| row.id == id),
        }
    }

    pub(super) fn set(&mut self, row: &ListedExport, is_chosen: bool) {
        if !is_chosen {
            self.leave(row.id);
        } else if !self.contains(row.id) {
            if let Some(all) = &mut self.all {
                all.except.retain(|id| *id != row.id);
            }
            self.rows.push(row.clone());
        }
    }

    fn leave(&mut self, id: ExportId) {
        if !self.contains(id) {
            return;
        }
        if let Some(all) = &mut self.all {
            all.except.push(id);
        }
        self.rows.retain(|row| row.id != id);
    }

    /// Whether the chosen ones among these rows are known as they are.
    pub(super) fn knows(&self, rows: &[ListedExport]) -> bool {
        rows.iter()
            .all(|row| !self.contains(row.id) || self.rows.contains(row))
    }

    /// Knows these as they are now.
    pub(super) fn learn(&mut self, rows: &[ListedExport]) {
        for row in rows {
            let known = self.rows.iter_mut().find(|known| known.id == row.id);
            if let Some(known) = known {
                known.clone_from(row);
            } else if self.contains(row.id) {
                self.rows.push(row.clone());
            }
        }
    }

    /// These are no more: neither chosen nor left out.
    pub(super) fn forget(&mut self, gone: &[ExportId]) {
        self.rows.retain(|row| !gone.contains(&row.id));
        if let Some(all) = &mut self.all {
            all.except.retain(|id| !gone.contains(id));
        }
    }

    /// How many are chosen when so many match.
    pub(super) fn count(&self, total: u32) -> u32 {
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        match &self.all {
            Some(all) => total.saturating_sub(number(all.except.len())),
            None => number(self.rows.len()),
        }
    }

    pub(super) fn target(&self) -> Target {
        match &self.all {
            Some(all) => Target::Matching {
                filter: all.filter.clone(),
                except: all.except.clone(),
            },
            None => Target::Ids(self.rows.iter().map(|row| row.id).collect()),
        }
    }

    pub(super) fn of(&self, rows: &[ListedExport]) -> Chosen {
        match rows.iter().filter(|row| self.contains(row.id)).count() {
            0 => Chosen::None,
            chosen if chosen == rows.len() => Chosen::All,
            _ => Chosen::Some,
        }
    }

    /// Does what somebody did to the rows shown.
    pub(super) fn answer(&mut self, key: RowKey, rows: &[ListedExport]) {
        match key {
            RowKey::All => self.set_range(rows, true),
            RowKey::Toggle(place) => {
                if let Some(row) = rows.get(place) {
                    self.set(row, !self.contains(row.id));
                    self.anchor = Some(row.id);
                }
            }
            RowKey::ExtendTo(place) => {
                if let Some(row) = rows.get(place) {
                    let anchor = self.anchor_in(rows).unwrap_or(place);
                    let (start, end) = ordered(anchor, place);
                    let is_chosen = !self.contains(row.id);
                    self.set_range(&rows[start..=end], is_chosen);
                    self.anchor = Some(rows[anchor].id);
                }
            }
            RowKey::Step(from, to) => {
                if let (Some(left), Some(_)) = (rows.get(from), rows.get(to)) {
                    let anchor = self.anchor_in(rows);
                    let anchor = anchor.filter(|place| self.contains(rows[*place].id));
                    let anchor = anchor.unwrap_or(from);
                    self.anchor = Some(rows[anchor].id);
                    // Back towards where it began: what was chosen on the way is left again.
                    if anchor.abs_diff(to) < anchor.abs_diff(from) {
                        self.set(left, false);
                    } else {
                        let (start, end) = ordered(anchor, to);
                        self.set_range(&rows[start..=end], true);
                    }
                }
            }
        }
    }

    fn anchor_in(&self, rows: &[ListedExport]) -> Option<usize> {
        let anchor = self.anchor?;
        rows.iter().position(|row| row.id == anchor)
    }

    fn set_range(&mut self, rows: &[ListedExport], is_chosen: bool) {
        for row in rows {
            self.set(row, is_chosen);
        }
    }
}

const fn ordered(one: usize, other: usize) -> (usize, usize) {
    if one < other {
        (one, other)
    } else {
        (other, one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::listed_export as row;

    fn rows() -> Vec<ListedExport> {
        (0..6).map(row).collect()
    }

    /// The places of those chosen after these keys.
    fn after(keys: &[RowKey]) -> Vec<usize> {
        let (mut choice, rows) = (Choice::default(), rows());
        for key in keys {
            choice.answer(*key, &rows);
        }
        let is_chosen = |place: &usize| choice.contains(rows[*place].id);
        (0..rows.len()).filter(is_chosen).collect()
    }

    #[test]
    fn a_range_goes_both_ways_from_the_row_toggled_last() {
        use RowKey::{ExtendTo, Toggle};
        assert_eq!(after(&[Toggle(1), ExtendTo(3)]), [1, 2, 3]);
        assert_eq!(after(&[Toggle(4), ExtendTo(2)]), [2, 3, 4]);
        assert_eq!(after(&[Toggle(1), ExtendTo(4), Toggle(2)]), [1, 3, 4]);
        assert_eq!(after(&[ExtendTo(2)]), [2]);
    }

    #[test]
    fn a_range_to_a_chosen_row_is_left() {
        use RowKey::{ExtendTo, Toggle};
        let chosen = after(&[Toggle(1), ExtendTo(4), ExtendTo(4)]);
        assert!(chosen.is_empty(), "{chosen:?}");
    }

    #[test]
    fn steps_choose_on_and_back() {
        use RowKey::{All, Step, Toggle};
        assert_eq!(after(&[Toggle(1), Step(1, 2), Step(2, 3)]), [1, 2, 3]);
        assert_eq!(after(&[Toggle(1), Step(1, 2), Step(2, 1)]), [1]);
        assert_eq!(after(&[Step(3, 2)]), [2, 3]);
        assert_eq!(after(&[All]).len(), 6);
        assert_eq!(after(&[Toggle(9), Step(5, 6)]), [0; 0]);
    }

    #[test]
    fn rows_of_other_pages_stay_chosen_and_are_known_as_they_were_seen_last() {
        let mut choice = Choice::default();
        choice.set(&row(1), true);
        choice.set(&row(9), true);
        let mut newer = row(1);
        newer.name = "Renamed".into();
        assert!(!choice.knows(std::slice::from_ref(&newer)));
        choice.learn(&[newer, row(2)]);
        let names: Vec<_> = choice.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["Renamed", "Export 9"]);
        assert_eq!(choice.target(), Target::Ids(vec![row(1).id, row(9).id]));
    }

    #[test]
    fn what_is_removed_is_neither_chosen_nor_left_out() {
        let mut choice = Choice::default();
        choice.answer(RowKey::All, &rows());
        choice.forget(&[row(1).id, row(4).id]);
        assert_eq!(choice.count(4), 4);
        choice.set_matching(ExportFilter::default(), &rows());
        choice.set(&row(2), false);
        choice.forget(&[row(2).id]);
        assert_eq!(choice.count(3), 3);
    }

    #[test]
    fn all_that_match_are_a_filter_with_exceptions() {
        let mut choice = Choice::default();
        choice.set_matching(ExportFilter::default(), &rows());
        assert_eq!((choice.count(1_234), choice.rows.len()), (1_234, 6));
        choice.set(&row(2), false);
        assert_eq!((choice.count(1_234), choice.rows.len()), (1_233, 5));
        assert!(choice.contains(row(77).id) && !choice.contains(row(2).id));
        assert_eq!(choice.of(&rows()), Chosen::Some);
        let Target::Matching { except, .. } = choice.target() else {
            panic!("a filter");
        };
        assert_eq!(except, [row(2).id]);
        choice.set(&row(2), true);
        assert_eq!(choice.of(&rows()), Chosen::All);
    }
}
