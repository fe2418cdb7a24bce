//! Keys as people keep them: `wbk_` and 32 random bytes in base64.

use std::iter;

use base::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::error::KeyError;

const PREFIX: &str = "wbk_";
const BYTES: usize = 32;

/// A key, and the id that tells it from others without telling what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    id: String,
    bytes: Secret<[u8; BYTES]>,
}

impl Key {
    fn new(bytes: [u8; BYTES]) -> Self {
        let digest = Sha256::new()
            .chain_update(b"waybill key")
            .chain_update(bytes)
            .finalize();
        let start = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        Self {
            id: format!("{start:08x}"),
            bytes: Secret::new(bytes),
        }
    }

    /// A new key.
    pub fn fresh() -> Result<Self, KeyError> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(KeyError::Random)?;
        Ok(Self::new(bytes))
    }

    /// The key that a text is, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.trim().strip_prefix(PREFIX)?;
        let bytes = STANDARD.decode(encoded).ok()?;
        Some(Self::new(bytes.try_into().ok()?))
    }

    /// The text of the key.
    pub fn text(&self) -> Secret<String> {
        let encoded = STANDARD.encode(self.bytes.expose());
        Secret::new(format!("{PREFIX}{encoded}"))
    }

    /// What the key is known by.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) const fn bytes(&self) -> &[u8; BYTES] {
        self.bytes.expose()
    }
}

/// All keys of a place, of which there is one at least.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    /// Seals.
    pub(super) newest: Key,
    /// Open what was sealed before.
    older: Vec<Key>,
}

impl Keys {
    /// Newest first; none where there is no key.
    pub(super) fn of(keys: impl IntoIterator<Item = Key>) -> Option<Self> {
        let mut keys = keys.into_iter();
        let newest = keys.next()?;
        Some(Self {
            newest,
            older: keys.collect(),
        })
    }

    /// One key alone.
    pub(super) const fn one(newest: Key) -> Self {
        Self {
            newest,
            older: Vec::new(),
        }
    }

    /// The same with a newer one.
    pub(super) fn with(self, newest: Key) -> Self {
        Self {
            older: iter::once(self.newest).chain(self.older).collect(),
            newest,
        }
    }

    /// Newest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Key> {
        iter::once(&self.newest).chain(&self.older)
    }

    pub(super) fn find(&self, id: &str) -> Option<&Key> {
        self.all().find(|key| key.id() == id)
    }

    /// Opens from now on what these open too.
    pub(super) fn learn(&mut self, others: &Self) {
        for key in others.all() {
            if self.find(key.id()).is_none() {
                self.older.push(key.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_its_text_and_printed_nowhere() {
        let key = Key::fresh().expect("random");
        let text = key.text();
        assert_eq!(
            Key::parse(&format!(" {}\n", text.expose())),
            Some(key.clone())
        );
        assert_eq!(key.id().len(), 8);
        let encoded = text.expose().strip_prefix(PREFIX).expect("the prefix");
        assert!(!format!("{key:?}").contains(encoded));
        assert_ne!(Key::fresh().expect("random").id(), key.id());
    }

    #[test]
    fn what_is_no_key_is_not_read_as_one() {
        let short = format!("wbk_{}", STANDARD.encode([7; 31]));
        let long = format!("wbk_{}", STANDARD.encode([7; 33]));
        let bare = STANDARD.encode([7; 32]);
        for text in ["", "wbk_", "wbk_!", &short, &long, &bare] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_id_of_a_key_does_not_change_with_the_program() {
        let key = Key::parse(&format!("wbk_{}", STANDARD.encode([0; 32])));
        assert_eq!(key.expect("a key").id(), "80c9323e");
    }
}
