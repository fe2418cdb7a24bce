//! What an address carries: identifiers in its path, parameters in its query.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::str::FromStr;

use app::domain::{Cursor, FieldErrors, Limit, Reason};
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;

use super::problem::Fault;
use super::state::Http;

/// The identifier in the path; what is none names nothing.
pub(super) struct Id<T>(pub(super) T);

impl<T: FromStr> FromRequestParts<Http> for Id<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &Http) -> Result<Self, Fault> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Fault::not_found())?;
        text.parse().map(Self).map_err(|_| Fault::not_found())
    }
}

/// The parameters of the query. Empty ones count as absent, unknown and repeated ones are errors.
pub(super) struct Parameters {
    values: BTreeMap<String, String>,
    errors: RefCell<FieldErrors>,
    asked: RefCell<Vec<&'static str>>,
}

impl FromRequestParts<Http> for Parameters {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &Http) -> Result<Self, Fault> {
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Fault::invalid(FieldErrors::one("", Reason::new("malformed"))))?;
        Ok(Self::of(pairs))
    }
}

impl Parameters {
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut values = BTreeMap::new();
        let mut errors = FieldErrors::default();
        for (name, value) in pairs {
            if values.contains_key(&name) {
                errors.add(&name, Reason::new("repeated_parameter"));
            }
            values.insert(name, value);
        }
        Self {
            values,
            errors: RefCell::new(errors),
            asked: RefCell::default(),
        }
    }

    fn wrong(&self, name: &str, reason: Reason) {
        self.errors.borrow_mut().add(name, reason);
    }

    /// A text.
    pub(super) fn text(&self, name: &'static str) -> Option<&str> {
        self.asked.borrow_mut().push(name);
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A value that `parse` knows.
    pub(super) fn one<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = parse(text);
        if value.is_none() {
            self.wrong(name, Reason::new("malformed"));
        }
        value
    }

    /// A field to sort by, `-` before it turns the order.
    pub(super) fn sort<T>(&self, parse: impl FnOnce(&str) -> Option<T>) -> (Option<T>, bool) {
        let descending = self.text("sort").is_some_and(|text| text.starts_with('-'));
        (
            self.one("sort", |text| parse(text.strip_prefix('-').unwrap_or(text))),
            descending,
        )
    }

    pub(super) fn cursor(&self) -> Option<Cursor> {
        self.text("cursor").map(|text| Cursor(text.to_owned()))
    }

    pub(super) fn limit(&self) -> Limit {
        let Some(text) = self.text("limit") else {
            return Limit::default();
        };
        let limit = text
            .parse()
            .map_err(|_| Reason::new("malformed"))
            .and_then(Limit::parse);
        limit.unwrap_or_else(|reason| {
            self.wrong("limit", reason);
            Limit::default()
        })
    }

    /// Ends the reading: everything that is wrong, and what nobody asked for.
    pub(super) fn done(self) -> Result<(), Fault> {
        let asked = self.asked.into_inner();
        let mut errors = self.errors.into_inner();
        for name in self
            .values
            .keys()
            .filter(|name| !asked.contains(&name.as_str()))
        {
            errors.add(name, Reason::new("unknown_parameter"));
        }
        errors.done().map_err(Fault::invalid)
    }
}

#[cfg(test)]
mod tests {
    use app::domain::ExportSort;

    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Parameters {
        Parameters::of(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn a_minus_turns_the_order() {
        let read = parameters(&[("sort", "-updated_at"), ("limit", "200"), ("cursor", "")]);
        assert_eq!(
            read.sort(ExportSort::from_code),
            (Some(ExportSort::UpdatedAt), true)
        );
        assert_eq!(read.limit().get(), 200);
        assert_eq!(read.cursor(), None);
        assert!(read.done().is_ok());
    }

    #[test]
    fn unknown_repeated_and_malformed_parameters_are_errors() {
        for wrong in [
            &[("stauts", "failed")][..],
            &[("limit", "0")],
            &[("limit", "201")],
            &[("limit", "many")],
            &[("sort", "colour")],
            &[("sort", "name"), ("sort", "type")],
        ] {
            let read = parameters(wrong);
            read.limit();
            read.sort(ExportSort::from_code);
            assert!(read.done().is_err(), "{wrong:?}");
        }
    }
}
