//! When a run that a passing error stopped is tried again.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Micros;

/// The next attempt of a run that is *Retrying*. As a text its figures are parted by colons: `1795562747000000:2:5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAttempt {
    pub at: Micros,
    /// Which one it is, from 2.
    pub number: i64,
    /// Most attempts; as many as this one makes, where a look at the destination goes beyond.
    pub attempts: i64,
}

impl NextAttempt {
    /// The attempt of this number, of `most` where no look at the destination goes beyond.
    pub fn new(at: Micros, number: i64, most: i64) -> Self {
        let attempts = most.max(number);
        Self {
            at,
            number,
            attempts,
        }
    }
}

/// The text is none of a next attempt.
#[derive(Debug, thiserror::Error)]
#[error("no next attempt")]
pub struct NoNextAttempt;

impl fmt::Display for NextAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.at, self.number, self.attempts)
    }
}

impl FromStr for NextAttempt {
    type Err = NoNextAttempt;

    fn from_str(text: &str) -> Result<Self, NoNextAttempt> {
        let mut figures = text.splitn(3, ':').map(|figure| figure.parse().ok());
        let mut figure = || figures.next().flatten().ok_or(NoNextAttempt);
        Ok(Self::new(figure()?, figure()?, figure()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_attempt_is_read_back_as_it_was() {
        let next = NextAttempt {
            at: 1_795_562_747_000_000,
            number: 2,
            attempts: 5,
        };
        assert_eq!(next.to_string().parse::<NextAttempt>().ok(), Some(next));
        let beyond = "1:6:5".parse::<NextAttempt>().ok();
        assert_eq!(
            beyond,
            Some(NextAttempt::new(1, 6, 6)),
            "a look at the destination"
        );
        for text in ["", "1", "1:2", "1:2:x", "1:2:3:4"] {
            assert!(text.parse::<NextAttempt>().is_err(), "{text}");
        }
    }
}
