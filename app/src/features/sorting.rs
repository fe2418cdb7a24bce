//! Short lists that come whole and are sorted by the page: heads of columns, and the order.

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

    /// Puts rows in order by a key of each; those that are alike stay as they came, by name.
    ///
    /// Only the keys are compared: sorting rows by a closure for each column would put a sorting
    /// algorithm for each column into the module that browsers load.
    pub(crate) fn sort<T>(&self, rows: Vec<T>, key: impl Fn(&T) -> SortKey) -> Vec<T> {
        let order = self.order(rows.iter().map(key).collect());
        let mut rows: Vec<Option<T>> = rows.into_iter().map(Some).collect();
        order
            .into_iter()
            .filter_map(|place| rows.get_mut(place)?.take())
            .collect()
    }

    /// The places of these keys, in order.
    fn order(&self, keys: Vec<SortKey>) -> Vec<usize> {
        let mut placed: Vec<_> = keys.into_iter().zip(0..).collect();
        placed.sort_unstable_by(|(left, came), (right, later)| {
            let order = left.cmp(right);
            let order = if self.state.descending {
                order.reverse()
            } else {
                order
            };
            order.then(came.cmp(later))
        });
        placed.into_iter().map(|(_, came)| came).collect()
    }
}

/// What a row sorts by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SortKey {
    /// A number, an instant, a rank; what is not there comes first.
    Number(Option<i64>),
    /// A text, as people sort: see [`SortKey::text`].
    Text(String),
}

impl SortKey {
    /// Of a text: case does not matter.
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_lowercase())
    }

    /// Of a number of things.
    pub(crate) fn count(count: usize) -> Self {
        Self::Number(i64::try_from(count).ok())
    }
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
    fn rows_follow_the_address_and_those_alike_stay_as_they_came() {
        let rows = vec!["b", "A", "c", "a"];
        let sorted = of("sort=-name").sort(rows, |row| SortKey::text(row));
        assert_eq!(sorted, ["c", "b", "A", "a"]);
        let rows = vec![Some(2), None, Some(10)];
        let sorted = of("sort=rows").sort(rows, |row| SortKey::Number(*row));
        assert_eq!(sorted, [None, Some(2), Some(10)]);
    }
}
