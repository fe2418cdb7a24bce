//! Why something is as it is, as a code with arguments. Sentences are made from it in the reader's
//! language by `i18n::reasons`; they are never stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A reason: stable code, named arguments, and a vendor's or system's own words where there are any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable, lower case, words joined by `_`.
    pub code: String,
    /// Names and figures that the sentence needs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    /// What the system or vendor said, untranslated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Reason {
    /// A reason without arguments.
    pub fn new(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            ..Self::default()
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }

    /// Adds the system's or vendor's own words.
    #[must_use]
    pub fn detail(mut self, words: impl Into<String>) -> Self {
        self.detail = Some(words.into());
        self
    }

    /// An argument, or nothing.
    pub fn arg(&self, name: &str) -> &str {
        self.args.get(name).map_or("", String::as_str)
    }
}

/// An error that belongs to one field of a form or body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field as REST names it, with dots and indices: `options.path_template`, `items.0.table_id`.
    pub field: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// All that is wrong with an input. Never empty when returned as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// One error on one field.
    pub fn one(field: &str, reason: Reason) -> Self {
        let mut errors = Self::default();
        errors.add(field, reason);
        errors
    }

    /// Notes an error.
    pub fn add(&mut self, field: &str, reason: Reason) {
        self.0.push(FieldError {
            field: field.to_owned(),
            reason,
        });
    }

    /// The value if it parsed; otherwise the error is noted under the field.
    pub fn take<T, E: Into<Reason>>(&mut self, field: &str, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.add(field, error.into())).ok()
    }

    /// `Ok` when nothing was noted.
    pub fn done(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The first error of a field.
    pub fn of(&self, field: &str) -> Option<&Reason> {
        self.0
            .iter()
            .find(|error| error.field == field)
            .map(|error| &error.reason)
    }
}
