//! What goes wrong with an identity provider. No code, token or secret is ever part of it.

use app::domain::ProviderRefusal;
use base::AddressRefused;
use reqwest::{StatusCode, Url};

/// Why nobody could be identified. Sentences for the terminal and the log.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    #[error("the {what} of the identity provider cannot be reached")]
    Unreachable {
        what: &'static str,
        #[source]
        source: reqwest::Error,
    },
    #[error("the {what} of the identity provider is elsewhere")]
    Refused {
        what: &'static str,
        #[source]
        source: AddressRefused,
    },
    #[error("the {what} of the identity provider answered {status}")]
    Status {
        what: &'static str,
        status: StatusCode,
    },
    #[error("the {what} of the identity provider is longer than {most} bytes")]
    TooLong { what: &'static str, most: usize },
    #[error(
        "the {what} of the identity provider is not what it should be, at line {line}, column {column}"
    )]
    Malformed {
        what: &'static str,
        line: usize,
        column: usize,
    },
    #[error(
        "the document at this address is that of the issuer `{0}`: `--oidc-issuer` must say exactly that"
    )]
    OtherIssuer(String),
    #[error("the identity provider names no address that can be used for its {what}: `{address}`")]
    Address { what: &'static str, address: String },
    #[error("the identity provider does not support {0}")]
    Unsupported(&'static str),
    #[error("the identity provider failed a moment ago and is not asked again yet")]
    Resting,
    #[error("the identity provider does not take the code: {0}")]
    CodeRefused(String),
    #[error("the identity provider does not take this server: {0}")]
    ClientRefused(String),
    #[error("the answer comes from another issuer, or does not say from which")]
    AnswerOfOther,
    #[error("the identity token is not valid")]
    Token(#[from] TokenError),
    #[error("the provider's answer about the person is about somebody else")]
    OtherPerson,
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("it is no signed token")]
    Malformed,
    #[error("it is signed by an algorithm that is not accepted")]
    Algorithm,
    #[error("it needs extensions that are not understood")]
    Critical,
    #[error("there is no such key")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
    #[error("it lacks a claim, or one is of another type")]
    Claims,
    #[error("it is of another issuer")]
    Issuer,
    #[error("it is for somebody else")]
    Audience,
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    Early,
    #[error("it is older than the sign-in")]
    Old,
    #[error("it belongs to another sign-in")]
    Nonce,
    #[error("it belongs to another access token")]
    AccessToken,
}

impl OidcError {
    /// What the person is told.
    pub const fn refusal(&self) -> ProviderRefusal {
        match self {
            Self::CodeRefused(_) => ProviderRefusal::Expired,
            Self::AnswerOfOther | Self::Token(_) | Self::OtherPerson => ProviderRefusal::Unverified,
            _ => ProviderRefusal::Unavailable,
        }
    }

    /// What the client met. The address is left out: it may hold a code.
    pub(super) fn unreachable(what: &'static str, error: reqwest::Error) -> Self {
        let source = error.without_url();
        match base::address_refused(&source) {
            Some(source) => Self::Refused { what, source },
            None => Self::Unreachable { what, source },
        }
    }

    /// Where it is wrong, and not what stands there: it may be a token.
    pub(super) fn malformed(what: &'static str, error: &serde_json::Error) -> Self {
        Self::Malformed {
            what,
            line: error.line(),
            column: error.column(),
        }
    }

    pub(super) fn address(what: &'static str, url: &Url) -> Self {
        Self::Address {
            what,
            address: url.to_string(),
        }
    }
}
