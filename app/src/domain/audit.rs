//! Who did what, to what, from where: the audit log as administrators read it.

use serde::{Deserialize, Serialize};

use super::{AuditId, Cursor, Difference, Limit, Micros, Reason, TokenId, UserId};

/// Through which door something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditDoor {
    /// A page.
    Page,
    /// REST, with a token.
    Rest,
    /// A command in a terminal of the machine.
    CommandLine,
    /// Nobody's: the server by itself, as when a schedule fires.
    Server,
}

impl AuditDoor {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Page, Self::Rest, Self::CommandLine, Self::Server];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Rest => "rest",
            Self::CommandLine => "command_line",
            Self::Server => "server",
        }
    }

    /// The door of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.code() == code)
    }
}

/// An entry, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditSummary {
    pub id: AuditId,
    pub at: Micros,
    /// None: the program itself, or nobody signed in.
    pub actor_id: Option<UserId>,
    /// Their name at that time.
    pub actor_name: String,
    /// None: from before it was kept.
    pub door: Option<AuditDoor>,
    /// The access token it was done with.
    pub token_id: Option<TokenId>,
    /// Address of the client.
    pub network: String,
    /// As `export.update`.
    pub action: String,
    /// As `export`.
    pub kind: String,
    /// Empty where there is no one object, as in a sign-in with an unknown address.
    pub object_id: String,
    /// Its name at that time; empty where it has none.
    pub object_name: String,
}

/// An entry with what it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditDetails {
    pub entry: AuditSummary,
    /// What the token is called.
    pub token_name: Option<String>,
    /// Why something ended as it did.
    pub reason: Option<Reason>,
    /// What differs. Secrets are never in it: only that one was set, changed or taken away.
    pub differences: Vec<Difference>,
}

/// What the audit log is asked for: newest first. Empty texts leave nothing out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    /// Words in the names of who and of what, the action, or the network; case and accents are ignored.
    pub search: String,
    pub actor_id: Option<UserId>,
    pub door: Option<AuditDoor>,
    pub action: String,
    pub kind: String,
    pub object_id: String,
    /// At this instant or later …
    pub from: Option<Micros>,
    /// … and before this one.
    pub to: Option<Micros>,
    pub cursor: Option<Cursor>,
    pub limit: Limit,
}

/// For how many days entries are kept: 30 to 3,650, 400 unless said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct AuditDays(u32);

impl AuditDays {
    /// Fewest days: what was done lately can not be made to be forgotten.
    pub const FEWEST: u32 = 30;
    /// Most days.
    pub const MOST: u32 = 3_650;
    /// A day in microseconds.
    const DAY: Micros = 86_400_000_000;

    /// Parses a number of days.
    pub fn parse(days: u32) -> Result<Self, Reason> {
        if (Self::FEWEST..=Self::MOST).contains(&days) {
            Ok(Self(days))
        } else {
            Err(Reason::new("out_of_range")
                .with("least", Self::FEWEST)
                .with("most", Self::MOST))
        }
    }

    /// The number of days.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The instant before which entries are forgotten.
    pub fn before(self, now: Micros) -> Micros {
        now.saturating_sub(Micros::from(self.0) * Self::DAY)
    }
}

impl Default for AuditDays {
    fn default() -> Self {
        Self(400)
    }
}

impl TryFrom<u32> for AuditDays {
    type Error = String;

    fn try_from(days: u32) -> Result<Self, String> {
        Self::parse(days).map_err(|reason| reason.code)
    }
}

impl From<AuditDays> for u32 {
    fn from(days: AuditDays) -> Self {
        days.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doors_round_trip() {
        for door in AuditDoor::ALL {
            assert_eq!(AuditDoor::from_code(door.code()), Some(door));
        }
        assert_eq!(AuditDoor::from_code(""), None);
    }

    #[test]
    fn entries_are_kept_for_a_month_at_least() {
        assert!(AuditDays::parse(29).is_err());
        assert!(AuditDays::parse(3_651).is_err());
        assert_eq!(AuditDays::parse(30).map(AuditDays::get), Ok(30));
        assert_eq!(AuditDays::default().get(), 400);
        let day = AuditDays::DAY;
        assert_eq!(AuditDays::default().before(500 * day), 100 * day);
    }
}
