//! Short lists that come whole and are sorted by the page: heads of columns, and the order.

use std::cmp::Ordering;

use crate::state::prelude::*;
use crate::ui::prelude::{Column, SortDirection};

/// By which column the list of an address is sorted.
pub(crate) struct Sorting {
    address: Address,
    state: ListState,
}

impl Sorting {
    /// Reads the order out of the address; `usual` is the column without one.
    pub(crate) fn of(address: Address, usual: &str) -> Self {
        let mut state = ListState::read_from(&address.query);
        state.sort.get_or_insert_with(|| usual.to_owned());
        Self { address, state }
    }

    /// The code of the column.
    pub(crate) fn column_code(&self) -> &str {
        self.state.sort.as_deref().unwrap_or_default()
    }

    /// The head of a column that sorts.
    pub(crate) fn column(&self, label: &str, code: &str) -> Column {
        let sorted = (self.column_code() == code).then_some(if self.state.descending {
            SortDirection::Descending
        } else {
            SortDirection::Ascending
        });
        let turned = self.state.clone().sorted_by(code);
        Column::new(label).sort(self.address.clone().with_list(&turned).to_string(), sorted)
    }

    /// Puts rows in order; those that compare equal stay as they came.
    pub(crate) fn sort<T>(&self, rows: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
        rows.sort_by(|left, right| {
            let order = compare(left, right);
            if self.state.descending {
                order.reverse()
            } else {
                order
            }
        });
    }
}

/// Compares names as people sort them: case does not matter.
pub(crate) fn by_name(left: &str, right: &str) -> Ordering {
    left.to_lowercase().cmp(&right.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Sorting {
        let address = Address {
            path: "/x".into(),
            query: Query::parse(query),
        };
        Sorting::of(address, "name")
    }

    #[test]
    fn the_usual_column_turns_when_it_is_pressed() {
        let column = of("").column("Name", "name");
        let expected = Column::new("Name").sort("/x?sort=-name", Some(SortDirection::Ascending));
        assert_eq!(column, expected);
        assert_eq!(
            of("").column("Rows", "rows"),
            Column::new("Rows").sort("/x?sort=rows", None)
        );
    }

    #[test]
    fn rows_follow_the_address() {
        let mut rows = ["b", "A", "c"];
        of("sort=-name").sort(&mut rows, |left, right| by_name(left, right));
        assert_eq!(rows, ["c", "b", "A"]);
    }
}
