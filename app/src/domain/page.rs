//! Lists in pieces: a limit, an opaque cursor, a page.

use serde::{Deserialize, Serialize};

use super::Reason;

/// How many rows a page may have: 1 to 200, 50 unless said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Limit(u32);

impl Limit {
    /// Parses a number of rows.
    pub fn parse(rows: u32) -> Result<Self, Reason> {
        if (1..=200).contains(&rows) {
            Ok(Self(rows))
        } else {
            Err(Reason::new("out_of_range")
                .with("least", 1)
                .with("most", 200))
        }
    }

    /// The number of rows.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<u32> for Limit {
    type Error = String;

    fn try_from(rows: u32) -> Result<Self, String> {
        Self::parse(rows).map_err(|reason| reason.code)
    }
}

impl From<Limit> for u32 {
    fn from(limit: Limit) -> Self {
        limit.0
    }
}

/// A place in a list, made by the server and understood by it alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// A piece of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page starts; none on the last.
    pub next: Option<Cursor>,
    /// Where the previous page starts; none on the first.
    pub previous: Option<Cursor>,
    /// How many rows match in all.
    pub total: u32,
}
