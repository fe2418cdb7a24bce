//! Why a server did not do what a command asked of it.

use std::fmt::{self, Write as _};

use reqwest::StatusCode;
use serde::Deserialize;

use super::{Exit, tell};

/// Why there is no answer that can be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Nobody answers.
    #[error("the server {server} cannot be reached")]
    Unreachable {
        server: String,
        #[source]
        source: reqwest::Error,
    },
    /// It cannot do it at present, for longer than is waited.
    #[error("the server {server} answers with {status}")]
    Unable { server: String, status: StatusCode },
    /// It says no.
    #[error("{0}")]
    Refused(Refusal),
    /// What answers is no Waybill.
    #[error(
        "{server} answers with {status}, which is not what Waybill says: is the address right?"
    )]
    Strange { server: String, status: StatusCode },
    /// A request cannot be made, or not be sent.
    #[error("the request cannot be sent")]
    Request(#[source] reqwest::Error),
}

/// What a server says where it refuses.
#[derive(Debug, Deserialize)]
pub struct Refusal {
    pub status: u16,
    pub code: String,
    pub text: String,
    #[serde(default)]
    pub errors: Vec<FieldRefusal>,
}

/// What is wrong with a field.
#[derive(Debug, Deserialize)]
pub struct FieldRefusal {
    pub field: String,
    pub code: String,
    pub text: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)?;
        for error in &self.errors {
            formatter.write_char('\n')?;
            write!(formatter, "  {}: {}", error.field, error.text)?;
        }
        Ok(())
    }
}

impl ApiError {
    /// How a command ends for it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Unreachable { .. } | Self::Unable { .. } => Exit::Unreachable,
            Self::Refused(refusal) if refusal.code == "stale" => Exit::Conflict,
            Self::Refused(_) | Self::Strange { .. } | Self::Request(_) => Exit::Wrong,
        }
    }

    /// Whether a field of what was sent is refused for this.
    pub fn has_field_code(&self, code: &str) -> bool {
        let Self::Refused(refusal) = self else {
            return false;
        };
        refusal.errors.iter().any(|error| error.code == code)
    }
}

/// How a command ends that asks a server: what has a number of its own is told here, everything else by `main`.
pub fn ended(result: anyhow::Result<Exit>) -> anyhow::Result<Exit> {
    let error = match result {
        Ok(exit) => return Ok(exit),
        Err(error) => error,
    };
    let asked = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<ApiError>());
    match asked.map(ApiError::exit) {
        Some(exit) if exit != Exit::Wrong => {
            tell(&format!("Error: {error:#}"));
            Ok(exit)
        }
        _ => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    fn refused(code: &str) -> ApiError {
        ApiError::Refused(Refusal {
            status: 412,
            code: code.to_owned(),
            text: "Somebody changed it.".to_owned(),
            errors: vec![FieldRefusal {
                field: "name".to_owned(),
                code: "required".to_owned(),
                text: "Name is needed.".to_owned(),
            }],
        })
    }

    #[test]
    fn what_has_a_number_of_its_own_ends_with_it() {
        let result = |code| Err::<Exit, _>(refused(code)).context("exports/orders.yaml");
        assert_eq!(ended(result("stale")).expect("a number"), Exit::Conflict);
        let error = ended(result("invalid")).expect_err("main tells");
        let told = format!("{error:#}");
        assert_eq!(
            told,
            "exports/orders.yaml: Somebody changed it.\n  name: Name is needed."
        );
        assert_eq!(ended(Ok(Exit::Held)).expect("a number"), Exit::Held);
    }

    #[test]
    fn fields_are_known_by_their_codes() {
        assert!(refused("invalid").has_field_code("required"));
        assert!(!refused("invalid").has_field_code("secret_again"));
    }
}
