//! The provider's own description (OpenID Connect Discovery 1.0).

use reqwest::Url;
use serde::Deserialize;

use super::error::OidcError;
use super::fetch::Fetch;

const WHAT: &str = "description";

/// The members of the description that are used.
#[derive(Deserialize)]
struct Description {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Where the provider is asked what.
#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    /// Where people sign in.
    pub(super) authorization: Url,
    /// Where a code becomes a token.
    pub(super) token: Url,
    pub(super) keys: Url,
    /// Where more is told about a person.
    pub(super) person: Option<Url>,
    /// The client's secret goes into the body; otherwise into a header.
    pub(super) secret_in_body: bool,
    /// Answers by way of the browser name the issuer (RFC 9207).
    pub(super) answers_name_issuer: bool,
}

/// Where the description of an issuer is.
fn place(issuer: &str) -> Result<Url, OidcError> {
    let text = format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    );
    Url::parse(&text).map_err(|_| OidcError::Address {
        what: WHAT,
        address: text,
    })
}

/// Asks for the description of an issuer.
pub(super) async fn discover(fetch: &Fetch, issuer: &str) -> Result<Endpoints, OidcError> {
    let description = fetch.document(&place(issuer)?, WHAT).await?;
    endpoints(description, issuer)
}

fn endpoints(described: Description, issuer: &str) -> Result<Endpoints, OidcError> {
    if described.issuer != issuer {
        return Err(OidcError::OtherIssuer(described.issuer));
    }
    let lacks = |list: Option<&Vec<String>>, one: &str| {
        list.is_some_and(|list| list.iter().all(|known| known != one))
    };
    if lacks(described.code_challenge_methods_supported.as_ref(), "S256") {
        return Err(OidcError::Unsupported("PKCE by S256"));
    }
    let methods = described.token_endpoint_auth_methods_supported.as_ref();
    let is_encrypted = issuer.starts_with("https:");
    let address = |what, text: &str| address(what, text, is_encrypted);
    let person = described.userinfo_endpoint.as_deref();
    Ok(Endpoints {
        authorization: address("sign-in page", &described.authorization_endpoint)?,
        token: address("token endpoint", &described.token_endpoint)?,
        keys: address("list of keys", &described.jwks_uri)?,
        person: person
            .map(|text| address("answer about people", text))
            .transpose()?,
        // The header is what every provider takes unless it says otherwise.
        secret_in_body: lacks(methods, "client_secret_basic")
            && !lacks(methods, "client_secret_post"),
        answers_name_issuer: described.authorization_response_iss_parameter_supported,
    })
}

/// An address of the description: encrypted where the issuer is.
fn address(what: &'static str, text: &str, is_encrypted: bool) -> Result<Url, OidcError> {
    let url = Url::parse(text).map_err(|_| OidcError::Address {
        what,
        address: text.to_owned(),
    })?;
    let is_safe = match url.scheme() {
        "https" => true,
        "http" => !is_encrypted && base::may_be_unencrypted(&url),
        _ => false,
    };
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    if is_safe && is_anonymous {
        Ok(url)
    } else {
        Err(OidcError::address(what, &url))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://login.example.org/realms/staff";

    fn described() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://login.example.org/authorize",
            "token_endpoint": "https://login.example.org/token",
            "jwks_uri": "https://keys.example.org/jwks",
            "userinfo_endpoint": "https://login.example.org/me",
            "code_challenge_methods_supported": ["plain", "S256"],
        })
    }

    fn read(mut description: Value, change: Value) -> Result<Endpoints, OidcError> {
        let changed = description.as_object_mut().expect("an object");
        for (name, value) in change.as_object().expect("an object") {
            changed.insert(name.clone(), value.clone());
        }
        endpoints(
            serde_json::from_value(description).expect("a description"),
            ISSUER,
        )
    }

    #[test]
    fn a_description_is_below_its_issuer_with_or_without_a_slash() {
        for issuer in [ISSUER, "https://login.example.org/realms/staff/"] {
            assert_eq!(
                place(issuer).expect("an address").as_str(),
                "https://login.example.org/realms/staff/.well-known/openid-configuration"
            );
        }
    }

    #[test]
    fn the_issuer_must_be_exactly_the_one_that_is_configured() {
        assert!(read(described(), json!({})).is_ok());
        for other in [
            "https://login.example.org/realms/staff/",
            "https://login.example.org/realms/others",
            "",
        ] {
            let refused = read(described(), json!({"issuer": other})).map(drop);
            assert!(matches!(refused, Err(OidcError::OtherIssuer(_))), "{other}");
        }
    }

    #[test]
    fn no_address_is_less_safe_than_the_issuer() {
        for member in [
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
        ] {
            for wrong in [
                "http://127.0.0.1/token",
                "http://login.example.org/token",
                "javascript:alert(1)",
                "https://a:b@login.example.org/token",
                "/token",
            ] {
                let refused = read(described(), json!({ member: wrong })).map(drop);
                assert!(
                    matches!(refused, Err(OidcError::Address { .. })),
                    "{member} {wrong}"
                );
            }
        }
        let local = |address: &str| self::address("list of keys", address, false);
        assert!(local("http://127.0.0.1/jwks").is_ok());
        assert!(local("http://keys.example.org/jwks").is_err());
    }

    #[test]
    fn the_secret_goes_where_the_provider_takes_it() {
        let in_body = |methods: Value| {
            let change = json!({"token_endpoint_auth_methods_supported": methods});
            read(described(), change).expect("right").secret_in_body
        };
        assert!(!read(described(), json!({})).expect("right").secret_in_body);
        assert!(!in_body(json!([
            "client_secret_post",
            "client_secret_basic"
        ])));
        assert!(in_body(json!(["client_secret_post", "private_key_jwt"])));
        assert!(!in_body(json!(["private_key_jwt"])));
    }

    #[test]
    fn a_provider_without_s256_is_refused_and_one_that_says_nothing_is_not() {
        let change = |methods: Value| json!({"code_challenge_methods_supported": methods});
        assert!(read(described(), change(Value::Null)).is_ok());
        let refused = read(described(), change(json!(["plain"]))).map(drop);
        assert!(matches!(refused, Err(OidcError::Unsupported(_))));
    }
}
