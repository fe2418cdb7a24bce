//! Identity tokens: read (RFC 7515), and held to what OpenID Connect Core 1.0 §3.1.3.7 asks of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::TokenError;
use super::keys::{Algorithm, Keys};

/// How far clocks may be apart, in seconds.
const SKEW: i64 = 120;

/// What a token says, by the names of its claims.
pub(super) type Claims = Map<String, Value>;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// A token whose signature was not looked at yet.
#[derive(Debug)]
pub(super) struct Unchecked<'a> {
    algorithm: Algorithm,
    key_id: Option<String>,
    signed: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// What a token must be about.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// When the sign-in began, in seconds since 1970 …
    pub(super) begun_at: i64,
    /// … and the time now.
    pub(super) now: i64,
    /// The access token that came with it.
    pub(super) access_token: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// The claims that every identity token has.
#[derive(Deserialize)]
struct Required {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    at_hash: Option<String>,
}

impl<'a> Unchecked<'a> {
    /// Takes a token apart.
    pub(super) fn read(token: &'a str) -> Result<Self, TokenError> {
        let wrong = TokenError::Malformed;
        let (signed, signature) = token.rsplit_once('.').ok_or(wrong)?;
        let (header, payload) = signed.split_once('.').ok_or(wrong)?;
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong);
        let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| wrong)?;
        let algorithm = Algorithm::of(&header.alg)?;
        if header.crit.is_some() {
            return Err(TokenError::Critical);
        }
        Ok(Self {
            algorithm,
            key_id: header.kid,
            signed,
            payload: decoded(payload)?,
            signature: decoded(signature)?,
        })
    }

    /// What it says, if one of these keys signed it.
    pub(super) fn checked(&self, keys: &Keys) -> Result<Claims, TokenError> {
        let key = keys
            .find(self.algorithm, self.key_id.as_deref())
            .ok_or(TokenError::UnknownKey)?;
        key.check(self.signed.as_bytes(), &self.signature)?;
        serde_json::from_slice(&self.payload).map_err(|_| TokenError::Claims)
    }
}

impl Expected<'_> {
    /// Whom a token is about, if it is what is expected.
    pub(super) fn subject(&self, claims: &Claims) -> Result<String, TokenError> {
        let claims = Value::Object(claims.clone());
        let claims: Required = serde_json::from_value(claims).map_err(|_| TokenError::Claims)?;
        if claims.iss != self.issuer {
            return Err(TokenError::Issuer);
        }
        self.check_audience(&claims)?;
        self.check_times(&claims)?;
        if claims.nonce.as_deref() != Some(self.nonce) {
            return Err(TokenError::Nonce);
        }
        if let (Some(hash), Some(token)) = (&claims.at_hash, self.access_token)
            && *hash != half_digest(token)
        {
            return Err(TokenError::AccessToken);
        }
        // At most 255 ASCII characters, by the standard.
        if claims.sub.is_empty() || claims.sub.len() > 255 || claims.sub.contains('\0') {
            return Err(TokenError::Claims);
        }
        Ok(claims.sub)
    }

    /// For this server; and of those that it is for, this server asked for it.
    fn check_audience(&self, claims: &Required) -> Result<(), TokenError> {
        let (is_for_us, is_for_others) = match &claims.aud {
            Audience::One(one) => (one == self.client_id, false),
            Audience::Several(all) => (
                all.iter().any(|one| one == self.client_id),
                all.iter().any(|one| one != self.client_id),
            ),
        };
        let is_ours = match &claims.azp {
            Some(party) => party == self.client_id,
            None => !is_for_others,
        };
        if is_for_us && is_ours {
            Ok(())
        } else {
            Err(TokenError::Audience)
        }
    }

    fn check_times(&self, claims: &Required) -> Result<(), TokenError> {
        let latest = self.now.saturating_add(SKEW);
        if claims.exp <= self.now.saturating_sub(SKEW) {
            Err(TokenError::Expired)
        } else if claims.iat > latest || claims.nbf.is_some_and(|start| start > latest) {
            Err(TokenError::Early)
        } else if claims.iat < self.begun_at.saturating_sub(SKEW) {
            Err(TokenError::Old)
        } else {
            Ok(())
        }
    }
}

/// What an identity token says of the access token beside it: half of its digest (§3.1.3.6).
fn half_digest(token: &str) -> String {
    let digest = digest(&SHA256, token.as_bytes());
    URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16])
}

#[cfg(test)]
mod tests {
    use ring::hmac;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use serde_json::json;

    use super::super::keys::KeyList;
    use super::*;

    const NOW: i64 = 1_795_435_200;

    const EXPECTED: Expected<'static> = Expected {
        issuer: "https://login.example.org",
        client_id: "waybill",
        nonce: "n-0S6_WzA2Mj",
        begun_at: NOW - 30,
        now: NOW,
        access_token: Some("SlAV32hkKG"),
    };

    /// A provider with one key.
    struct Signer {
        pair: EcdsaKeyPair,
        random: SystemRandom,
    }

    impl Signer {
        fn new() -> Self {
            let random = SystemRandom::new();
            let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
            let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
            Self {
                pair: pair.expect("a key"),
                random,
            }
        }

        fn keys(&self) -> Keys {
            let point = self.pair.public_key().as_ref();
            let (x, y) = point[1..].split_at(32);
            let key = json!({
                "kty": "EC", "crv": "P-256", "kid": "1", "use": "sig",
                "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
            });
            let list: KeyList = serde_json::from_value(json!({"keys": [key]})).expect("a list");
            list.into()
        }

        fn sign(&self, header: &Value, claims: &Value) -> String {
            let signed = unsigned(header, claims);
            let signature = self.pair.sign(&self.random, signed.as_bytes());
            let signature = URL_SAFE_NO_PAD.encode(signature.expect("signs"));
            format!("{signed}.{signature}")
        }
    }

    fn encoded(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    fn unsigned(header: &Value, claims: &Value) -> String {
        format!("{}.{}", encoded(header), encoded(claims))
    }

    fn header() -> Value {
        json!({"alg": "ES256", "kid": "1"})
    }

    fn claims() -> Value {
        json!({
            "iss": EXPECTED.issuer, "sub": "248289761001", "aud": EXPECTED.client_id,
            "exp": NOW + 300, "iat": NOW - 5, "nonce": EXPECTED.nonce,
            "at_hash": half_digest("SlAV32hkKG"),
        })
    }

    fn with(mut claims: Value, change: Value) -> Value {
        let members = claims.as_object_mut().expect("an object");
        members.extend(change.as_object().expect("an object").clone());
        claims
            .as_object_mut()
            .expect("an object")
            .retain(|_, value| !value.is_null());
        claims
    }

    fn opened(token: &str, keys: &Keys) -> Result<String, TokenError> {
        let claims = Unchecked::read(token)?.checked(keys)?;
        EXPECTED.subject(&claims)
    }

    #[test]
    fn a_token_of_the_provider_tells_whom_it_is_about() {
        let signer = Signer::new();
        let token = signer.sign(&header(), &claims());
        assert_eq!(
            opened(&token, &signer.keys()),
            Ok("248289761001".to_owned())
        );
    }

    #[test]
    fn a_token_without_signature_is_refused_however_its_algorithm_is_written() {
        let signer = Signer::new();
        for algorithm in ["none", "None", "NONE", ""] {
            let header = json!({"alg": algorithm, "kid": "1"});
            for signature in ["", "AAAA"] {
                let token = format!("{}.{signature}", unsigned(&header, &claims()));
                let refused = opened(&token, &signer.keys());
                assert_eq!(refused, Err(TokenError::Algorithm), "{algorithm}");
            }
        }
        // The right algorithm, and nothing to check.
        let bare = format!("{}.", unsigned(&header(), &claims()));
        assert_eq!(opened(&bare, &signer.keys()), Err(TokenError::Signature));
    }

    #[test]
    fn the_public_key_is_no_secret_to_sign_with() {
        let signer = Signer::new();
        let header = json!({"alg": "HS256", "kid": "1"});
        let content = unsigned(&header, &claims());
        let key = hmac::Key::new(hmac::HMAC_SHA256, signer.pair.public_key().as_ref());
        let tag = hmac::sign(&key, content.as_bytes());
        let token = format!("{content}.{}", URL_SAFE_NO_PAD.encode(tag));
        assert_eq!(opened(&token, &signer.keys()), Err(TokenError::Algorithm));
    }

    #[test]
    fn a_token_of_another_key_is_refused_whatever_it_calls_it() {
        let (signer, forger) = (Signer::new(), Signer::new());
        let keys = signer.keys();
        let token = forger.sign(&header(), &claims());
        assert_eq!(opened(&token, &keys), Err(TokenError::Signature));
        let unknown = json!({"alg": "ES256", "kid": "2"});
        let token = forger.sign(&unknown, &claims());
        assert_eq!(opened(&token, &keys), Err(TokenError::UnknownKey));
        // With a key of its own inside.
        let (x, y) = forger.pair.public_key().as_ref()[1..].split_at(32);
        let jwk = json!({
            "kty": "EC", "crv": "P-256",
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        });
        let carrying = json!({"alg": "ES256", "jwk": jwk, "jku": "https://evil.example/keys"});
        let token = forger.sign(&carrying, &claims());
        assert_eq!(opened(&token, &keys), Err(TokenError::Signature));
    }

    #[test]
    fn the_algorithm_and_the_key_belong_together() {
        let signer = Signer::new();
        let header = json!({"alg": "RS256", "kid": "1"});
        let token = signer.sign(&header, &claims());
        assert_eq!(opened(&token, &signer.keys()), Err(TokenError::UnknownKey));
    }

    #[test]
    fn every_byte_of_what_is_signed_counts() {
        let signer = Signer::new();
        let keys = signer.keys();
        let token = signer.sign(&header(), &claims());
        let (content, signature) = token.rsplit_once('.').expect("three parts");
        for place in 0..content.len() {
            let mut changed = content.as_bytes().to_vec();
            if changed[place] == b'.' {
                continue;
            }
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(
                opened(&format!("{changed}.{signature}"), &keys).is_err(),
                "byte {place}"
            );
        }
    }

    #[test]
    fn extensions_that_must_be_understood_are_not() {
        let signer = Signer::new();
        let header = json!({"alg": "ES256", "kid": "1", "crit": ["b64"], "b64": false});
        let token = signer.sign(&header, &claims());
        assert_eq!(opened(&token, &signer.keys()), Err(TokenError::Critical));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let signer = Signer::new();
        for text in [
            "",
            ".",
            "..",
            "a.b",
            "a.b.c",
            "eyJhbGciOiJFUzI1NiJ9..",
            "a.b.c.d.e",
        ] {
            assert!(opened(text, &signer.keys()).is_err(), "{text}");
        }
    }

    #[test]
    fn each_claim_must_be_what_is_expected() {
        let cases = [
            (
                json!({"iss": "https://login.example.org/"}),
                TokenError::Issuer,
            ),
            (json!({"iss": "https://evil.example"}), TokenError::Issuer),
            (json!({"aud": "another"}), TokenError::Audience),
            (json!({"aud": []}), TokenError::Audience),
            (json!({"aud": ["waybill", "another"]}), TokenError::Audience),
            (
                json!({"aud": ["waybill", "another"], "azp": "another"}),
                TokenError::Audience,
            ),
            (json!({"azp": "another"}), TokenError::Audience),
            (json!({"exp": NOW - 120}), TokenError::Expired),
            (json!({"iat": NOW + 121}), TokenError::Early),
            (json!({"nbf": NOW + 121}), TokenError::Early),
            (json!({"iat": NOW - 151}), TokenError::Old),
            (json!({"nonce": "of another"}), TokenError::Nonce),
            (json!({"nonce": null}), TokenError::Nonce),
            (
                json!({"at_hash": half_digest("other")}),
                TokenError::AccessToken,
            ),
            (json!({"sub": ""}), TokenError::Claims),
            (json!({"sub": 7}), TokenError::Claims),
            (json!({"sub": null}), TokenError::Claims),
            (json!({"sub": "a".repeat(256)}), TokenError::Claims),
            (json!({"exp": null}), TokenError::Claims),
            (json!({"exp": "later"}), TokenError::Claims),
            (json!({"iat": null}), TokenError::Claims),
            (json!({"aud": null}), TokenError::Claims),
            (json!({"iss": null}), TokenError::Claims),
        ];
        let signer = Signer::new();
        let keys = signer.keys();
        for (change, error) in cases {
            let token = signer.sign(&header(), &with(claims(), change.clone()));
            assert_eq!(opened(&token, &keys), Err(error), "{change}");
        }
    }

    #[test]
    fn clocks_may_be_a_little_apart_and_others_may_be_named_beside_us() {
        let signer = Signer::new();
        let keys = signer.keys();
        for change in [
            json!({"exp": NOW - 119}),
            json!({"iat": NOW + 120, "nbf": NOW + 120}),
            json!({"iat": NOW - 150}),
            json!({"aud": ["waybill"]}),
            json!({"aud": ["another", "waybill"], "azp": "waybill"}),
            json!({"at_hash": null}),
        ] {
            let token = signer.sign(&header(), &with(claims(), change.clone()));
            assert!(opened(&token, &keys).is_ok(), "{change}");
        }
    }

    #[test]
    fn half_a_digest_is_that_of_the_standard() {
        // OpenID Connect Core 1.0, A.3.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(half_digest(token), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
