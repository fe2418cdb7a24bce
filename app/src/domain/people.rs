//! People as administrators manage them: who they are, how they are invited, and the tokens of theirs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvitationId, Micros, Reason, Role, TextError, TokenId, UserId, Version};

/// Who signs in, and what only holds tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// Somebody, with an address.
    Person,
    /// A program: it holds tokens, and cannot sign in.
    Service,
}

impl PersonKind {
    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
        }
    }
}

impl FromStr for PersonKind {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        [Self::Person, Self::Service]
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or(TextError::Malformed)
    }
}

/// A person or a service account, as administrators see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSummary {
    pub id: UserId,
    pub version: Version,
    pub kind: PersonKind,
    pub name: String,
    /// None: a service account has no address.
    pub email: Option<String>,
    pub role: Role,
    /// May not sign in, and no session or token of theirs counts.
    pub disabled: bool,
    /// Signs in with a second factor.
    pub has_second_factor: bool,
    /// Sessions that last.
    pub sessions: u32,
    /// Tokens that count.
    pub tokens: u32,
    /// When they last did anything, to the minute.
    pub last_seen_at: Option<Micros>,
    pub created_at: Micros,
    /// Empty: the command line, or setting up.
    pub created_by: String,
}

/// What an administrator changes of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonUpdate {
    pub name: String,
    pub role: Role,
    pub disabled: bool,
}

/// A service account to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceDraft {
    pub name: String,
    pub role: Role,
}

/// An invitation to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationDraft {
    pub email: String,
    pub name: String,
    pub role: Role,
    /// Code of the language of the mail; empty: that of who invites.
    #[serde(default)]
    pub language: String,
}

/// A link that can be used once: to become somebody, or to a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// Whose new password it is for; none: it is for somebody new.
    pub user_id: Option<UserId>,
    pub created_at: Micros,
    pub created_by: String,
    pub expires_at: Micros,
}

impl Invitation {
    /// For how many days an invitation can be used.
    pub const DAYS: i64 = 7;
    /// For how many hours a link to a new password can be used.
    pub const HOURS_OF_PASSWORD: i64 = 1;
}

/// A link that was just made. Where no mail took it, it is here, this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLink {
    pub invitation: Invitation,
    /// None: it was sent by mail.
    pub link: Option<String>,
    /// Why no mail took it, where the server sends mail.
    pub problem: Option<Reason>,
}

impl fmt::Debug for NewLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewLink")
            .field("invitation", &self.invitation)
            .finish_non_exhaustive()
    }
}

/// A token, without what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenSummary {
    pub id: TokenId,
    pub name: String,
    /// The most that it may; none: what its person may.
    pub role: Option<Role>,
    pub created_at: Micros,
    /// Empty: the command line, or its person.
    pub created_by: String,
    /// None: never, as tokens of the command line.
    pub expires_at: Option<Micros>,
    pub last_used_at: Option<Micros>,
}

/// A token to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenDraft {
    pub name: String,
    /// The most that it may; none: what its person may.
    #[serde(default)]
    pub role: Option<Role>,
    /// For how many days it counts.
    pub days: u32,
}

impl TokenDraft {
    /// Most days.
    pub const MOST_DAYS: u32 = 365;
    /// Days that are offered first.
    pub const USUAL_DAYS: u32 = 90;
    /// Most tokens of one person.
    pub const MOST: u32 = 100;

    /// The days, if they are 1 to 365.
    pub fn parsed_days(&self) -> Result<u32, Reason> {
        if (1..=Self::MOST_DAYS).contains(&self.days) {
            return Ok(self.days);
        }
        Err(Reason::new("out_of_range")
            .with("least", 1)
            .with("most", Self::MOST_DAYS))
    }
}

/// A token that was just made, with what it is, this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    pub token: TokenSummary,
    /// What REST takes after `Bearer`.
    pub text: String,
}

impl fmt::Debug for NewToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewToken")
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lasts_a_day_to_a_year() {
        let days = |days| {
            let draft = TokenDraft {
                name: "robot".to_owned(),
                role: None,
                days,
            };
            draft.parsed_days().map_err(|reason| reason.code)
        };
        assert_eq!(days(1), Ok(1));
        assert_eq!(days(365), Ok(365));
        for wrong in [0, 366, u32::MAX] {
            assert_eq!(days(wrong), Err("out_of_range".to_owned()), "{wrong}");
        }
    }

    #[test]
    fn what_is_shown_once_is_in_no_log() {
        let token = TokenSummary {
            id: TokenId::new(uuid::Uuid::nil()),
            name: "robot".to_owned(),
            role: None,
            created_at: 0,
            created_by: String::new(),
            expires_at: None,
            last_used_at: None,
        };
        let new = NewToken {
            token,
            text: "wb_secret".to_owned(),
        };
        assert!(!format!("{new:?}").contains("secret"));
    }

    #[test]
    fn kinds_are_read_back() {
        for kind in [PersonKind::Person, PersonKind::Service] {
            assert_eq!(kind.code().parse(), Ok(kind));
        }
        assert!("robot".parse::<PersonKind>().is_err());
    }
}
