//! The keys of this server, as long as it runs.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use base::Secret;

use super::error::{CryptoError, KeyError};
use super::key::{Key, Keys};
use super::key_file;
use super::sealed::{self, Sealed};
use crate::config::{KEY, KeySource, OTHER_KEYS};
use crate::store::secrets::Place;

/// Seals and opens. Where it meets a key that it does not know, it reads the file of keys again: another program may have
/// made one since.
pub struct Keyring {
    source: KeySource,
    keys: RwLock<Keys>,
}

impl Keyring {
    /// The keys of a place; none where there is no file yet.
    pub fn load(source: &KeySource) -> Result<Option<Self>, KeyError> {
        let keys = keys_of(source)?;
        Ok(keys.map(|keys| Self::new(source.clone(), keys)))
    }

    /// With the key of a file that is made now.
    pub(super) fn make(source: &KeySource) -> Result<Self, KeyError> {
        let KeySource::File { path, .. } = source else {
            return Err(KeyError::Variable(KEY));
        };
        let keys = key_file::make(path)?;
        tracing::info!("made the key of the secrets, in the {source}: keep a copy of it");
        Ok(Self::new(source.clone(), keys))
    }

    fn new(source: KeySource, keys: Keys) -> Self {
        Self {
            source,
            keys: RwLock::new(keys),
        }
    }

    /// Seals a text that does not outlive this server's keys, such as a cookie. What is stored goes through
    /// [`keep`](super::keep).
    pub fn seal(&self, place: &Place<'_>, plain: &str) -> Result<Sealed, CryptoError> {
        sealed::seal(&self.newest(), place, plain)
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, place: &Place<'_>, text: &str) -> Result<Secret<String>, CryptoError> {
        let key = self.key(sealed::key_id(text)?)?;
        sealed::open(&key, place, text)
    }

    /// The id of the key that seals.
    pub fn key_id(&self) -> String {
        self.held().newest.id().to_owned()
    }

    /// The key that seals.
    pub(super) fn newest(&self) -> Key {
        self.held().newest.clone()
    }

    /// A key by its id.
    pub(super) fn key(&self, id: &str) -> Result<Key, CryptoError> {
        let known = self.held().find(id).cloned();
        if let Some(key) = known {
            return Ok(key);
        }
        self.read_again()?;
        let known = self.held().find(id).cloned();
        known.ok_or_else(|| CryptoError::UnknownKey(id.to_owned()))
    }

    /// All keys, newest first.
    pub(super) fn keys(&self) -> Keys {
        self.held().clone()
    }

    /// Takes over what the file holds now. What it held before goes on opening: a text may have been read before it was
    /// sealed anew.
    pub(super) fn read_again(&self) -> Result<(), KeyError> {
        let KeySource::File { path, .. } = &self.source else {
            return Ok(());
        };
        let Some(mut keys) = key_file::read(path)? else {
            return Ok(());
        };
        let mut held = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.learn(&held);
        *held = keys;
        Ok(())
    }

    fn held(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keys_of(source: &KeySource) -> Result<Option<Keys>, KeyError> {
    match source {
        KeySource::File { path, .. } => key_file::read(path),
        KeySource::Variables { key, others } => {
            let newest = Key::parse(key.expose()).ok_or(KeyError::Variable(KEY))?;
            let others = others
                .expose()
                .split([' ', ',', '\n', '\t'])
                .filter(|text| !text.is_empty());
            let mut keys = vec![newest];
            for text in others {
                keys.push(Key::parse(text).ok_or(KeyError::Variable(OTHER_KEYS))?);
            }
            Ok(Keys::of(keys))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const HERE: Place<'static> = Place {
        owner_kind: "connection",
        owner_id: "1",
        name: "password",
    };

    fn variables(key: &str, others: &str) -> KeySource {
        KeySource::Variables {
            key: Secret::new(key.to_owned()),
            others: Secret::new(others.to_owned()),
        }
    }

    fn loaded(source: &KeySource) -> Keyring {
        Keyring::load(source).expect("loads").expect("keys")
    }

    fn text() -> String {
        Key::fresh().expect("random").text().expose().clone()
    }

    #[test]
    fn the_first_key_seals_and_all_of_them_open() {
        let (old, older, new) = (text(), text(), text());
        let before = loaded(&variables(&old, ""));
        let sealed = before.seal(&HERE, "hunter2").expect("sealed");
        assert_eq!(sealed.key_id, before.key_id());
        let after = loaded(&variables(&new, &format!("{older}, {old}")));
        assert_eq!(
            after.open(&HERE, &sealed.text).expect("opens").expose(),
            "hunter2"
        );
        let anew = after.seal(&HERE, "hunter2").expect("sealed");
        let refused = before.open(&HERE, &anew.text).map(drop);
        assert!(matches!(refused, Err(CryptoError::UnknownKey(id)) if id == after.key_id()));
    }

    #[test]
    fn variables_that_hold_no_key_are_named_and_not_repeated() {
        for (source, name) in [
            (variables("mistyped", ""), "`WAYBILL_KEY`"),
            (variables(&text(), "mistyped"), "`WAYBILL_KEY_OLD`"),
        ] {
            let error = Keyring::load(&source).map(drop).expect_err("refused");
            let error = error.to_string();
            assert!(
                error.contains(name) && !error.contains("mistyped"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_key_that_was_made_since_is_found_in_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path: PathBuf = folder.path().join("waybill.key");
        let source = KeySource::File {
            path: path.clone(),
            named: true,
        };
        assert!(Keyring::load(&source).expect("loads").is_none());
        let running = Keyring::make(&source).expect("made");
        let first = running.seal(&HERE, "hunter2").expect("sealed");
        let other = loaded(&source);
        let held = key_file::HeldFile::hold(&path).expect("held");
        // The key from before is gone from the file already.
        let newest = Key::fresh().expect("random");
        held.replace(&Keys::one(newest.clone())).expect("replaced");
        let second = sealed::seal(&newest, &HERE, "hunter3").expect("sealed");
        for (text, plain) in [(&second.text, "hunter3"), (&first.text, "hunter2")] {
            assert_eq!(running.open(&HERE, text).expect("opens").expose(), plain);
        }
        assert_eq!(running.key_id(), newest.id());
        assert!(
            other.held().find(newest.id()).is_none(),
            "nothing made it read again"
        );
    }
}
