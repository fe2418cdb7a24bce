//! Sealing: AES-256-GCM, each time with a key that is derived for that one text (HKDF-SHA-256 over a random salt), so that
//! no nonce ever meets a key twice. The place is part of what is authenticated.
//!
//! `wb1.{id of the key}.{base64url(salt, nonce, ciphertext, tag)}`

use base::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};

use super::error::{CryptoError, KeyError};
use super::key::Key;
use crate::store::secrets::Place;

const PREFIX: &str = "wb1.";
const SALT_LEN: usize = 16;

/// A sealed text, and the id of its key, which the text names too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub key_id: String,
    pub text: String,
}

/// Seals a text for a place.
pub(super) fn seal(key: &Key, place: &Place<'_>, plain: &str) -> Result<Sealed, CryptoError> {
    let mut bytes = vec![0_u8; SALT_LEN + NONCE_LEN];
    getrandom::fill(&mut bytes).map_err(KeyError::Random)?;
    let about = about(place);
    let (salt, nonce) = bytes.split_at(SALT_LEN);
    let mut content = plain.as_bytes().to_vec();
    derived(key, salt, &about)?
        .seal_in_place_append_tag(unique(nonce)?, Aad::from(about.as_bytes()), &mut content)
        .map_err(|_| CryptoError::Refused)?;
    bytes.extend_from_slice(&content);
    let key_id = key.id().to_owned();
    Ok(Sealed {
        text: format!("{PREFIX}{key_id}.{}", URL_SAFE_NO_PAD.encode(bytes)),
        key_id,
    })
}

/// Opens what was sealed for this place.
pub(super) fn open(
    key: &Key,
    place: &Place<'_>,
    text: &str,
) -> Result<Secret<String>, CryptoError> {
    let (_, encoded) = parts(text)?;
    let mut bytes = URL_SAFE_NO_PAD
        .decode(encoded)
        .map_err(|_| CryptoError::Malformed)?;
    let (head, content) = bytes
        .split_at_mut_checked(SALT_LEN + NONCE_LEN)
        .ok_or(CryptoError::Malformed)?;
    let (salt, nonce) = head.split_at(SALT_LEN);
    let about = about(place);
    let plain = derived(key, salt, &about)?
        .open_in_place(unique(nonce)?, Aad::from(about.as_bytes()), content)
        .map_err(|_| CryptoError::Refused)?;
    let plain = std::str::from_utf8(plain).map_err(|_| CryptoError::Malformed)?;
    Ok(Secret::new(plain.to_owned()))
}

/// The id of the key that a text is sealed with.
pub(super) fn key_id(text: &str) -> Result<&str, CryptoError> {
    parts(text).map(|(key_id, _)| key_id)
}

fn parts(text: &str) -> Result<(&str, &str), CryptoError> {
    let rest = text.strip_prefix(PREFIX).ok_or(CryptoError::Malformed)?;
    rest.split_once('.').ok_or(CryptoError::Malformed)
}

/// The place as one text; U+0000 is in none of its parts.
fn about(place: &Place<'_>) -> String {
    let Place {
        owner_kind,
        owner_id,
        name,
    } = place;
    format!("waybill-secret/1\0{owner_kind}\0{owner_id}\0{name}")
}

fn derived(key: &Key, salt: &[u8], about: &str) -> Result<LessSafeKey, CryptoError> {
    let about = [about.as_bytes()];
    let root = Salt::new(HKDF_SHA256, salt).extract(key.bytes());
    let key = root
        .expand(&about, &AES_256_GCM)
        .map_err(|_| CryptoError::Refused)?;
    Ok(LessSafeKey::new(UnboundKey::from(key)))
}

fn unique(nonce: &[u8]) -> Result<Nonce, CryptoError> {
    Nonce::try_assume_unique_for_key(nonce).map_err(|_| CryptoError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'static> = Place {
        owner_kind: "connection",
        owner_id: "1",
        name: "password",
    };

    fn key() -> Key {
        Key::fresh().expect("random")
    }

    fn sealed(key: &Key, plain: &str) -> String {
        seal(key, &HERE, plain).expect("sealed").text
    }

    #[test]
    fn what_is_sealed_opens_at_its_place_with_its_key() {
        let key = key();
        for plain in ["", "hunter2", "-----BEGIN é 🔑-----\n\0"] {
            let text = sealed(&key, plain);
            assert_eq!(key_id(&text).expect("an id"), key.id());
            let opened = open(&key, &HERE, &text).expect("opens");
            assert_eq!(opened.expose(), plain);
            assert!(plain.is_empty() || !text.contains(plain));
        }
    }

    #[test]
    fn the_same_text_is_sealed_otherwise_each_time() {
        let key = key();
        assert_ne!(sealed(&key, "hunter2"), sealed(&key, "hunter2"));
    }

    #[test]
    fn it_opens_at_no_other_place_and_with_no_other_key() {
        let key = key();
        let text = sealed(&key, "hunter2");
        for place in [
            Place {
                owner_kind: "user",
                ..HERE
            },
            Place {
                owner_id: "2",
                ..HERE
            },
            Place {
                name: "key",
                ..HERE
            },
        ] {
            let refused = open(&key, &place, &text).map(drop);
            assert!(matches!(refused, Err(CryptoError::Refused)), "{place:?}");
        }
        let other = open(&self::key(), &HERE, &text).map(drop);
        assert!(matches!(other, Err(CryptoError::Refused)));
    }

    #[test]
    fn every_byte_counts() {
        let key = key();
        let text = sealed(&key, "hunter2");
        let (head, encoded) = text.rsplit_once('.').expect("three parts");
        let bytes = URL_SAFE_NO_PAD.decode(encoded).expect("base64");
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let text = format!("{head}.{}", URL_SAFE_NO_PAD.encode(changed));
            assert!(open(&key, &HERE, &text).is_err(), "byte {place}");
        }
        for length in 0..bytes.len() {
            let text = format!("{head}.{}", URL_SAFE_NO_PAD.encode(&bytes[..length]));
            assert!(open(&key, &HERE, &text).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn what_was_never_sealed_is_told_from_what_was_changed() {
        for text in [
            "",
            "hunter2",
            "wb1.",
            "wb1.00000000",
            "wb2.00000000.AAAA",
            "wb1.a.!",
        ] {
            let refused = open(&key(), &HERE, text).map(drop);
            assert!(matches!(refused, Err(CryptoError::Malformed)), "{text}");
        }
    }
}
