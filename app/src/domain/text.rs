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
    /// Characters that nobody sees, or that turn the direction of writing.
    #[error("invisible characters are not allowed")]
    Invisible,
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
            TextError::Invisible => Self::new("invisible_character"),
            TextError::Malformed => Self::new("malformed"),
        }
    }
}

/// The name of an export, connection or source: trimmed, 1 to 120 characters, one line, all of it visible.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(String);

impl DisplayName {
    /// Most characters of a name.
    pub const MOST: u32 = 120;

    /// Parses what a person typed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        visible_line(text, Self::MOST).map(Self)
    }

    /// A name that was given before: it may hold what is invisible, which was not always refused.
    pub fn stored(text: &str) -> Result<Self, TextError> {
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

/// The rule of all names: a [`single_line`] without what nobody sees and what turns the direction.
pub(super) fn visible_line(text: &str, most: u32) -> Result<String, TextError> {
    let text = single_line(text, most)?;
    if is_all_visible(&text) {
        Ok(text)
    } else {
        Err(TextError::Invisible)
    }
}

/// Joiners (U+200C, U+200D) may stand between two letters that they join: emoji, Persian and the scripts of India need
/// them.
fn is_all_visible(text: &str) -> bool {
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied();
        let is_joiner = matches!(letter, '\u{200c}' | '\u{200d}');
        let is_joining = is_joiner && before.is_some_and(joins) && after.is_some_and(joins);
        if is_invisible(letter) && !is_joining {
            return false;
        }
        before = Some(letter);
    }
    true
}

/// Soft hyphen, blanks without width, joiners, marks of direction, ends of lines, and what formats text unseen.
const fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180e}'
            | '\u{3164}'
            | '\u{e0000}'..='\u{e007f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

/// Whether a joiner beside it can be seen. Beside Latin, Greek and Cyrillic letters and common punctuation it cannot:
/// these stand before the Arabic block, and from U+1E00 to U+206F.
fn joins(letter: char) -> bool {
    letter >= '\u{600}'
        && !('\u{1e00}'..='\u{206f}').contains(&letter)
        && !letter.is_whitespace()
        && !is_invisible(letter)
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

    #[test]
    fn what_nobody_sees_is_no_part_of_a_name() {
        for hidden in [
            '\u{ad}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{202a}',
            '\u{180e}',
            '\u{3164}',
            '\u{e0041}',
            '\u{202e}',
            '\u{2060}',
            '\u{2064}',
            '\u{2066}',
            '\u{2069}',
            '\u{feff}',
        ] {
            for name in [
                format!("Loy{hidden}alty"),
                format!("{hidden}Loyalty"),
                format!("Loyalty{hidden}"),
            ] {
                assert_eq!(
                    DisplayName::parse(&name),
                    Err(TextError::Invisible),
                    "{name:?}"
                );
                let kept = DisplayName::stored(&name).map(String::from);
                assert_eq!(kept, Ok(name), "what is there already can be read");
            }
        }
        let blank = DisplayName::stored(" ");
        assert_eq!(blank, Err(TextError::Required));
    }

    #[test]
    fn joiners_may_stand_where_they_join() {
        for name in [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "Team 👩\u{200d}💻",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f}\u{200d}🔥",
        ] {
            assert!(DisplayName::parse(name).is_ok(), "{name:?}");
        }
        for name in [
            "👩\u{200d}",
            "\u{200d}👩",
            "👩\u{200d}\u{200d}💻",
            "👩\u{200d} 💻",
            "م\u{200c}a",
            "👩\u{200b}💻",
        ] {
            let parsed = DisplayName::parse(name);
            assert_eq!(parsed, Err(TextError::Invisible), "{name:?}");
        }
    }
}
