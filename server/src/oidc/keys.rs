//! The provider's keys (RFC 7517), and the algorithms that count.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

use super::error::TokenError;

/// How a token may be signed. Neither without a key nor with one that both sides share: whoever can read the provider's
/// public keys could sign so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Es256,
}

impl Algorithm {
    /// The algorithm of a name; names are exact.
    pub(super) fn of(name: &str) -> Result<Self, TokenError> {
        match name {
            "RS256" => Ok(Self::Rs256),
            "ES256" => Ok(Self::Es256),
            _ => Err(TokenError::Algorithm),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

/// A list of keys, as it comes. Keys that are no keys to us are passed over.
#[derive(Deserialize)]
pub(super) struct KeyList {
    keys: Vec<Value>,
}

/// One key of the list.
#[derive(Deserialize)]
struct Listed {
    kty: String,
    r#use: Option<String>,
    alg: Option<String>,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Clone, Debug)]
enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// An uncompressed point.
    P256(Vec<u8>),
}

/// A key that signs tokens.
#[derive(Clone, Debug)]
pub(super) struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    material: Material,
}

/// The keys of a provider.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys(Vec<Key>);

impl From<KeyList> for Keys {
    fn from(list: KeyList) -> Self {
        let listed = list.keys.into_iter();
        Self(
            listed
                .filter_map(|key| serde_json::from_value(key).ok().and_then(key_of))
                .collect(),
        )
    }
}

fn key_of(listed: Listed) -> Option<Key> {
    if listed.r#use.is_some_and(|is_for| is_for != "sig") {
        return None;
    }
    let (algorithm, material) = match (listed.kty.as_str(), listed.crv.as_deref()) {
        ("RSA", _) => {
            let (n, e) = (number(listed.n?)?, number(listed.e?)?);
            (Algorithm::Rs256, Material::Rsa { n, e })
        }
        ("EC", Some("P-256")) => {
            let (x, y) = (bytes(&listed.x?)?, bytes(&listed.y?)?);
            if x.len() != 32 || y.len() != 32 {
                return None;
            }
            let point = [&[4][..], &x, &y].concat();
            (Algorithm::Es256, Material::P256(point))
        }
        _ => return None,
    };
    let is_for_other = listed.alg.is_some_and(|alg| alg != algorithm.name());
    (!is_for_other).then_some(Key {
        id: listed.kid,
        algorithm,
        material,
    })
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// A number without leading zeros.
fn number(text: String) -> Option<Vec<u8>> {
    let bytes = bytes(&text)?;
    let start = bytes.iter().position(|byte| *byte != 0)?;
    Some(bytes[start..].to_vec())
}

impl Keys {
    /// Whether there is none.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key of an id; without one, the only key of the algorithm.
    pub(super) fn find(&self, algorithm: Algorithm, id: Option<&str>) -> Option<&Key> {
        let mut fitting = self.0.iter().filter(|key| key.algorithm == algorithm);
        match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        }
    }
}

impl Key {
    /// Checks a signature, by the key's own algorithm.
    pub(super) fn check(&self, signed: &[u8], signature: &[u8]) -> Result<(), TokenError> {
        let checked = match &self.material {
            Material::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                signed,
                signature,
            ),
            Material::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
        };
        checked.map_err(|_| TokenError::Signature)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The key, the signed text and the signature of RFC 7515, A.2: RS256 by somebody else.
    const N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR\
        T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-\
        UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethF\
        kMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const SIGNED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv\
        bS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2F\
        p5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZ\
        RmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5A\
        XLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    fn keys(list: Value) -> Keys {
        let list: KeyList = serde_json::from_value(json!({ "keys": list })).expect("a list");
        list.into()
    }

    #[test]
    fn a_signature_by_rs256_is_checked_with_its_own_key() {
        let keys = keys(json!([{"kty": "RSA", "kid": "1", "n": N, "e": "AQAB"}]));
        let key = keys.find(Algorithm::Rs256, Some("1")).expect("is there");
        let signature = bytes(SIGNATURE).expect("base64");
        assert_eq!(key.check(SIGNED.as_bytes(), &signature), Ok(()));
        let mut changed = SIGNED.to_owned();
        changed.push('A');
        let refused = key.check(changed.as_bytes(), &signature);
        assert_eq!(refused, Err(TokenError::Signature));
        for length in [0, 1, signature.len() - 1] {
            let refused = key.check(SIGNED.as_bytes(), &signature[..length]);
            assert_eq!(refused, Err(TokenError::Signature), "{length} bytes");
        }
    }

    #[test]
    fn leading_zeros_of_a_number_do_not_count() {
        assert_eq!(number("AAEAAQ".to_owned()), Some(vec![1, 0, 1]));
        assert_eq!(number("AAAA".to_owned()), None);
    }

    #[test]
    fn only_two_algorithms_count() {
        assert_eq!(Algorithm::of("RS256"), Ok(Algorithm::Rs256));
        assert_eq!(Algorithm::of("ES256"), Ok(Algorithm::Es256));
        for other in [
            "none", "None", "", "HS256", "HS384", "rs256", "RS1", "RS384", "PS256", "ES384",
            "EdDSA",
        ] {
            assert_eq!(Algorithm::of(other), Err(TokenError::Algorithm), "{other}");
        }
    }

    #[test]
    fn keys_for_something_else_are_passed_over() {
        let rsa = |change: Value| {
            let mut key = json!({"kty": "RSA", "kid": "1", "n": N, "e": "AQAB"});
            let members = key.as_object_mut().expect("an object");
            members.extend(change.as_object().expect("an object").clone());
            keys(json!([key]))
        };
        assert!(!rsa(json!({})).is_empty());
        assert!(!rsa(json!({"use": "sig", "alg": "RS256"})).is_empty());
        for other in [
            json!({"use": "enc"}),
            json!({"alg": "RS512"}),
            json!({"alg": "RSA-OAEP"}),
            json!({"kty": "oct"}),
            json!({"kty": "EC"}),
            json!({"n": "!"}),
            json!({"n": 7}),
        ] {
            assert!(rsa(other.clone()).is_empty(), "{other}");
        }
        let short = json!([{"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"}, "no key", 7]);
        assert!(keys(short).is_empty());
    }

    #[test]
    fn without_an_id_the_only_key_of_the_algorithm_is_meant() {
        let one = json!({"kty": "RSA", "kid": "1", "n": N, "e": "AQAB"});
        let other = json!({"kty": "RSA", "kid": "2", "n": N, "e": "AQAB"});
        let single = keys(json!([one]));
        assert!(single.find(Algorithm::Rs256, None).is_some());
        assert!(single.find(Algorithm::Es256, None).is_none());
        assert!(single.find(Algorithm::Es256, Some("1")).is_none());
        assert!(single.find(Algorithm::Rs256, Some("2")).is_none());
        let several = keys(json!([one, other]));
        assert!(several.find(Algorithm::Rs256, None).is_none());
        assert!(several.find(Algorithm::Rs256, Some("2")).is_some());
    }
}
