//! Names that people give to things.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Reason;

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks.
    #[error("a value is needed")]
    Required,
    /// Longer than allowed, in characters.
    #[error("at most {0} characters")]
    TooLong(u32),
    /// Control characters, U+0000 among them.
    #[error("control characters are not allowed")]
    ControlCharacter,
    /// Not of the expected form.
    #[error("not of the expected form")]
    Malformed,
}

impl From<TextError> for Reason {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Required => Self::new("required"),
            TextError::TooLong(most) => Self::new("too_long").with("most", most),
            TextError::ControlCharacter => Self::new("control_character"),
            TextError::Malformed => Self::new("malformed"),
        }
    }
}

/// The name of an export, connection or source: trimmed, 1 to 120 characters, one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(String);

impl DisplayName {
    /// Most characters of a name.
    pub const MOST: u32 = 120;

    /// Parses what a person typed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        single_line(text, Self::MOST).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DisplayName {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::parse(&text)
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> Self {
        name.0
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One line of at most `most` characters, trimmed, without control characters.
pub(super) fn single_line(text: &str, most: u32) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Required);
    }
    if text.chars().any(char::is_control) {
        return Err(TextError::ControlCharacter);
    }
    if text.chars().count() > most as usize {
        return Err(TextError::TooLong(most));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_keeps_its_letters() {
        assert_eq!(
            DisplayName::parse("  Fidélité 🎁 ").map(String::from),
            Ok("Fidélité 🎁".to_owned())
        );
    }

    #[test]
    fn blanks_control_characters_and_long_texts_are_refused() {
        assert_eq!(DisplayName::parse(" \t "), Err(TextError::Required));
        assert_eq!(
            DisplayName::parse("a\u{0}b"),
            Err(TextError::ControlCharacter)
        );
        assert_eq!(
            DisplayName::parse(&"é".repeat(121)),
            Err(TextError::TooLong(120))
        );
        assert!(DisplayName::parse(&"é".repeat(120)).is_ok());
    }
}
