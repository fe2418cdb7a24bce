//! What becomes of a code: tokens, and with them more about the person.

use base::Secret;
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;

use super::discovery::Endpoints;
use super::error::OidcError;
use super::fetch::{Fetch, body, read, send};
use super::provider::Given;
use super::token::Claims;
use crate::config::OidcConfig;

const TOKEN: &str = "token endpoint";
const PERSON: &str = "answer about people";

/// What the token endpoint gives. Neither `Debug` nor `Serialize`.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    pub(super) access_token: Option<String>,
}

/// What it says when it gives nothing (RFC 6749 §5.2).
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Exchanges a code for tokens.
pub(super) async fn exchange(
    fetch: &Fetch,
    endpoints: &Endpoints,
    config: &OidcConfig,
    given: &Given<'_>,
) -> Result<Tokens, OidcError> {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", given.code),
        ("redirect_uri", given.redirect_uri),
        ("code_verifier", given.verifier),
    ];
    let mut request = fetch.request(Method::POST, &endpoints.token, TOKEN)?;
    let client_id = config.client_id.as_str();
    let secret = config.client_secret.as_ref().map(Secret::expose);
    match secret.map(String::as_str) {
        Some(secret) if !endpoints.secret_in_body => {
            let secret = form_encoded(secret);
            request = request.basic_auth(form_encoded(client_id), Some(secret));
        }
        Some(secret) => form.extend([("client_id", client_id), ("client_secret", secret)]),
        None => form.push(("client_id", client_id)),
    }
    let request = request
        .header(reqwest::header::ACCEPT, "application/json")
        .form(&form);
    let response = send(request, TOKEN).await?;
    if matches!(
        response.status(),
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED
    ) {
        let status = response.status();
        let told: Option<Refusal> = serde_json::from_slice(&body(response, TOKEN).await?).ok();
        return Err(match told {
            Some(told) if told.error == "invalid_grant" => OidcError::CodeRefused(told.error),
            Some(told) => OidcError::ClientRefused(told.error),
            None => OidcError::Status {
                what: TOKEN,
                status,
            },
        });
    }
    read(response, TOKEN).await
}

/// What else the provider says of a person.
pub(super) async fn person(
    fetch: &Fetch,
    url: &Url,
    access_token: &str,
    subject: &str,
) -> Result<Claims, OidcError> {
    let request = fetch
        .request(Method::GET, url, PERSON)?
        .header(reqwest::header::ACCEPT, "application/json")
        .bearer_auth(access_token);
    let claims: Claims = read(send(request, PERSON).await?, PERSON).await?;
    // Or it could be about the person of another access token (§5.3.2).
    if claims.get("sub").and_then(serde_json::Value::as_str) == Some(subject) {
        Ok(claims)
    } else {
        Err(OidcError::OtherPerson)
    }
}

/// A text as forms write it: ids and secrets stand so in the header (RFC 6749 §2.3.1).
fn form_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut encoded, byte| {
            if byte.is_ascii_alphanumeric() || b"-._*".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                // Writing to a text cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
            encoded
        })
}

#[cfg(test)]
mod tests {
    use super::form_encoded;

    #[test]
    fn ids_and_secrets_are_encoded_before_they_are_joined() {
        assert_eq!(form_encoded("way:bill"), "way%3Abill");
        assert_eq!(form_encoded("a+b/é "), "a%2Bb%2F%C3%A9%20");
        assert_eq!(form_encoded("plain-1._*"), "plain-1._*");
    }
}
