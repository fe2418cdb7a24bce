//! What the provider says of a person.

use app::domain::Role;
use serde_json::Value;

use super::token::Claims;
use crate::config::OidcConfig;

/// Somebody who signed in at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What the provider calls them, for ever; nobody else is called so there.
    pub subject: String,
    /// Not one that the provider says is unverified.
    pub email: Option<String>,
    pub name: Option<String>,
    /// What their groups may here; none: nothing at all.
    pub role: Option<Role>,
}

impl Identity {
    pub(super) fn of(subject: String, claims: &Claims, config: &OidcConfig) -> Self {
        let text = |name: &str| {
            let text = claims.get(name).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let is_unverified = claims.get("email_verified").is_some_and(is_no);
        Self {
            subject,
            email: text("email").filter(|_| !is_unverified),
            name: text("name").or_else(|| text("preferred_username")),
            role: config.role_of(&groups(claims, &config.groups_claim)),
        }
    }
}

/// Whether the provider has to be asked for more about a person.
pub(super) fn is_incomplete(claims: &Claims, config: &OidcConfig) -> bool {
    !claims.contains_key("email") || claim(claims, &config.groups_claim).is_none()
}

/// Some providers write it as a text.
fn is_no(value: &Value) -> bool {
    *value == Value::Bool(false) || value.as_str() == Some("false")
}

/// The groups that a claim names: one, or several.
fn groups(claims: &Claims, name: &str) -> Vec<String> {
    match claim(claims, name) {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => {
            let texts = several.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// A claim of this name, or else one inside others along its dots.
fn claim<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        claim(claims.get(first)?.as_object()?, rest)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(groups_claim: &str) -> OidcConfig {
        OidcConfig {
            issuer: "https://login.example.org".to_owned(),
            client_id: "waybill".to_owned(),
            client_secret: None,
            name: "Login".to_owned(),
            roles: ["staff=viewer", "operators=administrator"]
                .map(|text| text.parse().expect("a group and a role"))
                .to_vec(),
            groups_claim: groups_claim.to_owned(),
            scopes: Vec::new(),
            only: false,
        }
    }

    fn map(claims: Value) -> Claims {
        claims.as_object().expect("an object").clone()
    }

    fn of(claims: Value, groups_claim: &str) -> Identity {
        Identity::of("7".to_owned(), &map(claims), &config(groups_claim))
    }

    #[test]
    fn groups_are_found_wherever_the_provider_puts_them() {
        for (claim, claims) in [
            ("groups", json!({"groups": ["guests", "operators"]})),
            ("groups", json!({"groups": "operators"})),
            (
                "realm_access.roles",
                json!({"realm_access": {"roles": ["operators"]}}),
            ),
            (
                "https://example.org/groups",
                json!({"https://example.org/groups": ["operators"]}),
            ),
        ] {
            let role = of(claims.clone(), claim).role;
            assert_eq!(role, Some(Role::Administrator), "{claims}");
        }
        for claims in [
            json!({}),
            json!({"groups": []}),
            json!({"groups": ["guests"]}),
            json!({"groups": [7, null, ["operators"]]}),
            json!({"groups": {"operators": true}}),
            json!({"groups": null}),
        ] {
            assert_eq!(of(claims.clone(), "groups").role, None, "{claims}");
        }
    }

    #[test]
    fn an_address_that_is_said_to_be_unverified_is_none() {
        let email = |claims: Value| of(claims, "groups").email;
        let ada = Some("ada@example.org".to_owned());
        assert_eq!(email(json!({"email": "ada@example.org"})), ada);
        let verified = |value: Value| json!({"email": "ada@example.org", "email_verified": value});
        assert_eq!(email(verified(json!(true))), ada);
        assert_eq!(email(verified(json!(false))), None);
        assert_eq!(email(verified(json!("false"))), None);
        assert_eq!(email(json!({"email": " "})), None);
        assert_eq!(email(json!({"email": ["ada@example.org"]})), None);
    }

    #[test]
    fn a_name_is_the_name_or_what_the_person_signs_in_with() {
        let name = |claims: Value| of(claims, "groups").name;
        assert_eq!(
            name(json!({"name": "Ada", "preferred_username": "al"})),
            Some("Ada".to_owned())
        );
        assert_eq!(
            name(json!({"preferred_username": "al"})),
            Some("al".to_owned())
        );
        assert_eq!(name(json!({})), None);
    }

    #[test]
    fn more_is_asked_for_when_address_or_groups_are_missing() {
        let config = config("groups");
        let whole = json!({"email": "ada@example.org", "groups": []});
        assert!(!is_incomplete(&map(whole), &config));
        for part in [
            json!({"email": "ada@example.org"}),
            json!({"groups": ["staff"]}),
        ] {
            assert!(is_incomplete(&map(part), &config));
        }
    }
}
