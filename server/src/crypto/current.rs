//! The key that secrets are sealed with now: the database says which. It holds a known text, sealed with that key.
//!
//! Whoever keeps a secret holds that text until the end of their transaction, and a rotation changes it before it seals
//! anything anew. So nothing is sealed with the old key once the search for it has begun.

use app::domain::Micros;
use base::Secret;

use super::error::{CryptoError, UnlockError};
use super::key::Key;
use super::keyring::Keyring;
use super::{rotation, sealed};
use crate::config::KeySource;
use crate::store::secrets::{self, Kept, Place};
use crate::store::{Engine, Store, Tx, settings};

/// Setting that holds the text.
const CHECK: &str = "key_check";
/// What it says.
const PLAIN: &str = "waybill";
const PLACE: Place<'static> = Place {
    owner_kind: "setting",
    owner_id: "",
    name: CHECK,
};

/// Seals a secret and keeps it.
pub async fn keep(
    tx: &mut Tx,
    keyring: &Keyring,
    place: &Place<'_>,
    plain: &str,
    by: &str,
    at: Micros,
) -> Result<(), CryptoError> {
    let text = established(tx, keyring).await?;
    let key = keyring.key(sealed::key_id(&text)?)?;
    let sealed = sealed::seal(&key, place, plain)?;
    let kept = Kept::Sealed {
        key_id: sealed.key_id,
        text: sealed.text,
    };
    Ok(secrets::put(tx, place, &kept, by, at).await?)
}

/// The keys of a server that starts. A first key is made where nothing is sealed yet; one in a variable is taken up.
pub async fn unlock(store: &Store, source: &KeySource) -> Result<Keyring, UnlockError> {
    let keyring = match fitting(store, source).await? {
        Some(keyring) => keyring,
        None => Keyring::make(source)?,
    };
    let mut tx = store.begin().await?;
    let text = established(&mut tx, &keyring).await?;
    tx.commit().await?;
    let key_id = opened(&keyring, &text).map_err(|key_id| UnlockError::Wrong {
        key_id,
        place: source.clone(),
    })?;
    if matches!(source, KeySource::Variables { .. }) && key_id != keyring.key_id() {
        rotation::take_up(store, &keyring, rotation::By::Server).await?;
    }
    Ok(keyring)
}

/// Refuses keys that a server would not start with. Makes and changes nothing.
pub async fn check(store: &Store, source: &KeySource) -> Result<(), UnlockError> {
    fitting(store, source).await.map(drop)
}

/// The keys of a place, if all that is sealed opens with them. None: there is no key yet, and none is needed.
pub(super) async fn fitting(
    store: &Store,
    source: &KeySource,
) -> Result<Option<Keyring>, UnlockError> {
    let keyring = Keyring::load(source)?;
    let text = settings::get(store, CHECK).await?;
    let mut needed = secrets::key_ids(store).await?;
    if let Some(text) = &text {
        needed.push(sealed::key_id(text)?.to_owned());
    }
    let Some(keyring) = keyring else {
        if let Some(key_id) = needed.pop() {
            let place = source.clone();
            return Err(UnlockError::Lost { key_id, place });
        }
        let is_named = !matches!(source, KeySource::File { named: false, .. });
        return if is_named || store.engine() == Engine::Sqlite {
            Ok(None)
        } else {
            Err(UnlockError::Unnamed)
        };
    };
    let missing = needed.into_iter().find(|id| keyring.key(id).is_err());
    let wrong = missing.or_else(|| text.and_then(|text| opened(&keyring, &text).err()));
    match wrong {
        Some(key_id) => Err(UnlockError::Wrong {
            key_id,
            place: source.clone(),
        }),
        None => Ok(Some(keyring)),
    }
}

/// The id of the key that the text names, if it opens; as an error, if it does not.
fn opened(keyring: &Keyring, text: &str) -> Result<String, String> {
    let key_id = sealed::key_id(text).unwrap_or_default().to_owned();
    let plain = keyring.open(&PLACE, text);
    if plain.is_ok_and(|plain| plain == Secret::new(PLAIN.to_owned())) {
        Ok(key_id)
    } else {
        Err(key_id)
    }
}

/// The text, which nobody else changes until the transaction ends.
pub(super) async fn held(tx: &mut Tx) -> Result<Option<String>, CryptoError> {
    Ok(settings::hold(tx, CHECK).await?)
}

/// The same; where there is none, this server's key seals from now on, unless another server was first with its own.
async fn established(tx: &mut Tx, keyring: &Keyring) -> Result<String, CryptoError> {
    if let Some(text) = held(tx).await? {
        return Ok(text);
    }
    let sealed = sealed::seal(&keyring.newest(), &PLACE, PLAIN)?;
    settings::add(tx, CHECK, &sealed.text).await?;
    held(tx).await?.ok_or(CryptoError::Malformed)
}

/// The id of the key that seals; none where nothing was sealed yet.
pub(super) async fn named(store: &Store) -> Result<Option<String>, CryptoError> {
    let text = settings::get(store, CHECK).await?;
    text.map(|text| sealed::key_id(&text).map(str::to_owned))
        .transpose()
}

/// From now on this key seals.
pub(super) async fn announce(tx: &mut Tx, key: &Key) -> Result<(), CryptoError> {
    let sealed = sealed::seal(key, &PLACE, PLAIN)?;
    Ok(settings::set(tx, CHECK, &sealed.text).await?)
}

/// No key is named any more.
pub(super) async fn withdraw(tx: &mut Tx) -> Result<(), CryptoError> {
    settings::take(tx, CHECK).await?;
    Ok(())
}
