//! Places in lists, as opaque text: the sort key, name and id of a row, and which way to go from
//! it. A cursor that was cut, made up, or is of another order is no error: the list starts at its
//! first page.

use app::domain::Cursor;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Where a page starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place<K> {
    /// Which list, sorted by what, which way: a cursor is of no use in another.
    pub(super) order: String,
    /// The sort keys of the row next to the page, its id last.
    pub(super) key: K,
    /// The page ends before that row, instead of starting after it.
    pub(super) backwards: bool,
}

impl<K: Serialize + DeserializeOwned> Place<K> {
    pub(super) fn new(order: &str, key: K, backwards: bool) -> Self {
        Self {
            order: order.to_owned(),
            key,
            backwards,
        }
    }

    /// The place as text that an address takes as it is (base64url).
    pub(super) fn into_cursor(self) -> Cursor {
        let place = (&self.order, &self.key, self.backwards);
        let json = serde_json::to_vec(&place).unwrap_or_default();
        Cursor(BASE64_URL_SAFE_NO_PAD.encode(json))
    }

    /// The place of a cursor, if it is one of this order.
    pub(super) fn of(cursor: Option<&Cursor>, order: &str) -> Option<Self> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(&cursor?.0).ok()?;
        let value: Value = serde_json::from_slice(&json).ok()?;
        if has_nul(&value) {
            return None;
        }
        let (its_order, key, backwards): (String, K, bool) = serde_json::from_value(value).ok()?;
        (its_order == order).then(|| Self::new(order, key, backwards))
    }
}

/// Whether any text in it has U+0000, which PostgreSQL refuses in a value: no row has it.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(members) => members.values().any(has_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What was found from a place, in the order of the list, with its two neighbours.
pub(super) struct Piece<T> {
    pub(super) rows: Vec<T>,
    pub(super) more_before: bool,
    pub(super) more_after: bool,
}

impl<T> Piece<T> {
    /// From `found`, which holds one row more than `limit` if there are more that way.
    pub(super) fn new(mut found: Vec<T>, limit: usize, from_place: bool, backwards: bool) -> Self {
        let more = found.len() > limit;
        found.truncate(limit);
        if backwards {
            found.reverse();
            Self {
                rows: found,
                more_before: more,
                more_after: true,
            }
        } else {
            Self {
                rows: found,
                more_before: from_place,
                more_after: more,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place_and_only_in_its_own_order() {
        let place = Place::new("name", ("é".to_owned(), 3_i64), true);
        let cursor = place.clone().into_cursor();
        assert!(
            cursor
                .0
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || "-_".contains(character))
        );
        assert_eq!(Place::of(Some(&cursor), "name"), Some(place));
        assert_eq!(Place::<(String, i64)>::of(Some(&cursor), "-name"), None);
    }

    #[test]
    fn a_place_that_no_row_can_have_is_the_first_page() {
        let place = Place::new("name", ("a\0b".to_owned(), 3_i64), false);
        let cursor = place.into_cursor();
        assert_eq!(Place::<(String, i64)>::of(Some(&cursor), "name"), None);
    }

    #[test]
    fn what_is_no_cursor_is_the_first_page() {
        for text in ["", "0", "zz", "e30", "W10", "é", "a+b/", "WyJu"] {
            assert_eq!(
                Place::<(String, i64)>::of(Some(&Cursor(text.into())), "name"),
                None,
                "{text}"
            );
        }
    }
}
