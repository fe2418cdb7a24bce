//! Signatures as Standard Webhooks has them.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use crate::error::ConnectorError;
use crate::objects::settings::{required_secret, secret};
use crate::registry::Secrets;

/// What a secret begins with.
const PREFIX: &str = "whsec_";
/// Bytes of a secret.
const LENGTHS: RangeInclusive<usize> = 24..=64;

/// Signs with the secret, and with the one before while a receiver changes over.
#[derive(Debug)]
pub(super) struct Signer(Vec<hmac::Key>);

impl Signer {
    pub(super) fn new(secrets: &Secrets) -> Result<Self, ConnectorError> {
        const NOW: &str = "signing_secret";
        const BEFORE: &str = "signing_secret_old";
        let mut keys = vec![key(NOW, required_secret(secrets, NOW)?)?];
        if let Some(before) = secret(secrets, BEFORE)? {
            keys.push(key(BEFORE, before)?);
        }
        Ok(Self(keys))
    }

    /// The header `webhook-signature`: one signature for each secret, each of id, instant and body.
    pub(super) fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let begin = format!("{id}.{timestamp}.");
        let sign = |key: &hmac::Key| {
            let mut context = hmac::Context::with_key(key);
            context.update(begin.as_bytes());
            context.update(body);
            format!("v1,{}", STANDARD.encode(context.sign()))
        };
        self.0.iter().map(sign).collect::<Vec<_>>().join(" ")
    }
}

fn key(field: &str, secret: &str) -> Result<hmac::Key, ConnectorError> {
    secret
        .strip_prefix(PREFIX)
        .and_then(|text| STANDARD.decode(text).ok())
        .filter(|bytes| LENGTHS.contains(&bytes.len()))
        .map(|bytes| hmac::Key::new(hmac::HMAC_SHA256, &bytes))
        .ok_or_else(|| {
            let problem = "must be `whsec_` and 24 to 64 bytes in base64";
            ConnectorError::invalid(field, problem)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::seen::secrets;

    // The example of the specification's libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OTHER: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn signed(pairs: &[(&str, &str)]) -> String {
        let signer = Signer::new(&secrets(pairs)).unwrap();
        signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, BODY)
    }

    #[test]
    fn a_signature_is_the_one_of_the_specification() {
        let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed(&[("signing_secret", SECRET)]), signature);
        let both = signed(&[("signing_secret", OTHER), ("signing_secret_old", SECRET)]);
        let (first, second) = both.split_once(' ').unwrap();
        assert_eq!(second, signature);
        assert_eq!(first, signed(&[("signing_secret", OTHER)]));
    }

    #[test]
    fn what_is_no_secret_of_the_specification_is_named_by_field_and_never_told() {
        for wrong in [
            "whsec_",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_c2hvcnQ=",
            "whsec_not base64!",
        ] {
            for field in ["signing_secret", "signing_secret_old"] {
                let mut given = vec![("signing_secret", SECRET)];
                given.push((field, wrong));
                let error = Signer::new(&secrets(&given)).unwrap_err();
                assert!(!format!("{error:?}").contains("c2hvcnQ"), "{error:?}");
                assert!(
                    matches!(&error, ConnectorError::InvalidConfig { field: named, .. } if named == field),
                    "{error:?}"
                );
            }
        }
    }
}
