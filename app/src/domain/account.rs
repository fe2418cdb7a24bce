//! People, their roles, and what they sign in with.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::text::{TextError, single_line};
use super::{Preferences, Reason, Restored, SystemPause, SystemWarning, UserId, is_default};

/// What a person may do, from least to most. The table of permissions is in the server's `policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees everything, changes nothing.
    Viewer,
    /// Works on exports whose connection is shared with them.
    Contributor,
    /// Everything.
    Administrator,
}

impl Role {
    /// All roles, from least to most.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Contributor, Self::Administrator];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Contributor => "contributor",
            Self::Administrator => "administrator",
        }
    }
}

impl FromStr for Role {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::ALL
            .into_iter()
            .find(|role| role.code() == text)
            .ok_or(TextError::Malformed)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An e-mail address as people sign in with it: lower case, one `@`, something on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Parses what a person typed.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = single_line(text, 254)?.to_lowercase();
        let (local, domain) = text.split_once('@').ok_or(TextError::Malformed)?;
        if local.is_empty()
            || domain.is_empty()
            || domain.contains('@')
            || text.contains(char::is_whitespace)
        {
            return Err(TextError::Malformed);
        }
        Ok(Self(text))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A password that somebody chooses: 10 to 256 characters, any of them, no rules of composition
/// (ASVS 5.0, 6.2.1, 6.2.5, 6.2.9). Has no `Debug` and no `Serialize`.
pub struct NewPassword(String);

impl NewPassword {
    /// Fewest characters.
    pub const FEWEST: u32 = 10;
    /// Most characters.
    pub const MOST: u32 = 256;

    /// Takes the text as it is: blanks at the ends count.
    pub fn parse(text: String) -> Result<Self, Reason> {
        let length = text.chars().count();
        if length < Self::FEWEST as usize {
            return Err(Reason::new("password_too_short").with("fewest", Self::FEWEST));
        }
        if length > Self::MOST as usize {
            return Err(TextError::TooLong(Self::MOST).into());
        }
        let mut characters = text.chars();
        let first = characters.next();
        if characters.all(|character| Some(character) == first) {
            return Err(Reason::new("password_too_simple"));
        }
        Ok(Self(text))
    }

    /// The password, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The person who looks, as the pages know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// Name of this server's environment, shown in the top bar.
    #[serde(default, skip_serializing_if = "is_default")]
    pub environment: String,
    /// Demo data, said on every page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub demo: bool,
    /// Everything is paused, said on every page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub paused: Option<SystemPause>,
    /// What administrators are told on every page; none for others.
    pub warnings: Vec<SystemWarning>,
    /// Notices that the person has not read.
    pub unread_notices: u32,
    /// How the person likes the pages, wherever they sign in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub preferences: Preferences,
    /// Whether there is a connection that the person may use, as far as they need one: without it, a contributor can add
    /// no export.
    pub has_shared_connection: bool,
}

impl Me {
    /// That the server was restored from a backup, while the person is told.
    pub fn restored(&self) -> Option<&Restored> {
        self.warnings.iter().find_map(|warning| match warning {
            SystemWarning::Restored(restored) => Some(restored),
            SystemWarning::DiskFull { .. } => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lower_case_and_has_two_sides() {
        assert_eq!(
            Email::parse(" Ada@Example.ORG ").map(String::from),
            Ok("ada@example.org".to_owned())
        );
        for wrong in ["", "ada", "@b", "a@", "a@b@c", "a b@c"] {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn short_and_monotonous_passwords_are_refused() {
        assert!(NewPassword::parse("123456789".into()).is_err());
        assert!(NewPassword::parse("aaaaaaaaaaaa".into()).is_err());
        assert!(NewPassword::parse("pässwörter 🗝".into()).is_ok());
    }
}
