//! What everybody keeps of themselves: how they like pages, and where they are signed in.

use serde::{Deserialize, Serialize};

use super::{Micros, Role, SessionId, Theme, UserId, is_default};

/// How a person likes the pages, wherever they sign in. What they leave open, the browser decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Code of a language; empty: as the browser asks.
    #[serde(default, skip_serializing_if = "is_default")]
    pub language: String,
    /// An IANA time zone; empty: that of the browser.
    #[serde(default, skip_serializing_if = "is_default")]
    pub time_zone: String,
    /// None: as this browser was told.
    #[serde(default, skip_serializing_if = "is_default")]
    pub theme: Option<Theme>,
}

/// A person as they see themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub preferences: Preferences,
    /// Signs in with a password; otherwise somewhere else.
    pub has_password: bool,
    pub created_at: Micros,
}

/// A browser that a person is signed in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// None of sessions from before they had one: they end with all others.
    pub id: Option<SessionId>,
    /// The browser, as it names itself.
    pub agent: String,
    /// The address that it signed in from.
    pub network: String,
    pub created_at: Micros,
    pub last_seen_at: Micros,
    /// The one that asks.
    pub is_current: bool,
}

/// Whom an invitation that can be used is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenInvitation {
    pub email: String,
    pub name: String,
    /// It is for a new password; otherwise for somebody new.
    pub is_for_password: bool,
}
