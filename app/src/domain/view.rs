//! Saved views: a list as somebody likes it, under a name of their own.

use serde::{Deserialize, Serialize};

use super::{DisplayName, FieldErrors, TextError, ViewId};

/// A view that a person saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: ViewId,
    pub name: String,
    /// Of the address, without `?`: search, filters, sort, rows per page; no pane and no place in the list.
    pub query: String,
}

/// What saves one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedViewDraft {
    pub name: String,
    #[serde(default)]
    pub query: String,
}

impl SavedView {
    /// Most views of one person.
    pub const MOST: u32 = 50;
}

impl SavedViewDraft {
    /// Most characters of the query.
    pub const MOST_QUERY: u32 = 2_000;

    /// The name, if all is well. Errors are at `name` and `query`. Which parameters a query may have, the service
    /// sees to.
    pub fn parse(&self) -> Result<DisplayName, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", DisplayName::parse(&self.name));
        let query = &self.query;
        if query.chars().any(char::is_control) {
            errors.add("query", TextError::ControlCharacter.into());
        } else if query.chars().count() > Self::MOST_QUERY as usize {
            errors.add("query", TextError::TooLong(Self::MOST_QUERY).into());
        }
        match name {
            Some(name) if errors.0.is_empty() => Ok(name),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_needs_a_name_and_a_query_of_one_line() {
        let draft = |name: &str, query: &str| SavedViewDraft {
            name: name.into(),
            query: query.into(),
        };
        let name = draft(" Failed ", "status=failed").parse();
        assert_eq!(name.as_ref().map(DisplayName::as_str), Ok("Failed"));
        let errors = draft(" ", "a\nb").parse().expect_err("both are wrong");
        assert!(errors.of("name").is_some() && errors.of("query").is_some());
        let long = "x".repeat(2_001);
        let errors = draft("A", &long).parse().expect_err("too long");
        assert!(errors.of("query").is_some());
    }
}
