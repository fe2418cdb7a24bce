//! Marks: what is kept of a text in order to know it again. Without the key nobody can find the text by trying, as they could
//! by a plain digest.
//!
//! `{id of the key}.{HMAC-SHA-256 in hexadecimal}`

use std::fmt::Write as _;

use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac;
use subtle::ConstantTimeEq as _;

use super::error::CryptoError;
use super::key::Key;
use super::keyring::Keyring;

impl Keyring {
    /// The mark of a text in parts, by the newest key. `purpose`: marks of one purpose say nothing about those of another.
    pub fn mark(&self, purpose: &str, parts: &[&[u8]]) -> Result<String, CryptoError> {
        mark(&self.newest(), purpose, parts)
    }

    /// Whether a text has this mark, whichever of the keys made it. Where that is no longer there, nothing has.
    pub fn has_mark(&self, purpose: &str, parts: &[&[u8]], known: &str) -> bool {
        let key_id = known.split('.').next().unwrap_or_default();
        let Ok(key) = self.key(key_id) else {
            return false;
        };
        mark(&key, purpose, parts).is_ok_and(|mark| mark.as_bytes().ct_eq(known.as_bytes()).into())
    }
}

fn mark(key: &Key, purpose: &str, parts: &[&[u8]]) -> Result<String, CryptoError> {
    let about = [b"waybill-mark/1\0".as_slice(), purpose.as_bytes()];
    let root = Salt::new(HKDF_SHA256, &[]).extract(key.bytes());
    let derived = root
        .expand(&about, hmac::HMAC_SHA256)
        .map_err(|_| CryptoError::Refused)?;
    let mut context = hmac::Context::with_key(&hmac::Key::from(derived));
    for part in parts {
        // With their lengths, so that what ends one part cannot begin the next.
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut text = format!("{}.", key.id());
    for byte in context.sign().as_ref() {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use base::Secret;

    use super::*;
    use crate::config::KeySource;

    fn keyring(keys: &[&Key]) -> Keyring {
        let text = |key: &Key| key.text().expose().clone();
        let source = KeySource::Variables {
            key: Secret::new(text(keys[0])),
            others: Secret::new(keys[1..].iter().map(|key| text(key) + " ").collect()),
        };
        Keyring::load(&source).expect("loads").expect("keys")
    }

    #[test]
    fn a_text_is_known_by_its_mark_and_no_other_is() {
        let key = Key::fresh().expect("random");
        let keyring = keyring(&[&key]);
        let mark = keyring
            .mark("sample", &[b"POST", b"hunter2"])
            .expect("marked");
        assert!(mark.starts_with(key.id()), "{mark}");
        assert!(keyring.has_mark("sample", &[b"POST", b"hunter2"], &mark));
        assert!(!keyring.has_mark("sample", &[b"POSTh", b"unter2"], &mark));
        assert!(!keyring.has_mark("sample", &[b"POST", b"hunter3"], &mark));
        assert!(!keyring.has_mark("other", &[b"POST", b"hunter2"], &mark));
        assert!(!keyring.has_mark("sample", &[b"POST", b"hunter2"], ""));
    }

    #[test]
    fn a_mark_outlives_a_rotation_and_is_nothing_without_its_key() {
        let (old, new) = (Key::fresh().expect("random"), Key::fresh().expect("random"));
        let mark = keyring(&[&old]).mark("sample", &[b"a"]).expect("marked");
        assert!(keyring(&[&new, &old]).has_mark("sample", &[b"a"], &mark));
        let without = keyring(&[&new]);
        assert!(!without.has_mark("sample", &[b"a"], &mark));
        assert_ne!(without.mark("sample", &[b"a"]).expect("marked"), mark);
    }
}
