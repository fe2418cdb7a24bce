//! A new key in place of the one before, while servers run.
//!
//! The key is written beside the old one, then named in the database, so that nothing is sealed with the old one any more;
//! then everything is sealed anew, and the old one goes. A rotation that was cut short is taken up by the next one, and
//! everything opens meanwhile.

use anyhow::{Context as _, bail};
use app::domain::AuditDoor;
use serde_json::{Value, json};

use super::error::CryptoError;
use super::key::{Key, Keys};
use super::key_file::HeldFile;
use super::keyring::Keyring;
use super::{current, sealed};
use crate::config::KeySource;
use crate::store::audit::{self, AuditEntry};
use crate::store::{Store, Tx, secrets};

/// Secrets that are sealed anew in one transaction.
const BATCH: u32 = 100;

/// What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The key that seals now.
    pub key_id: String,
    /// How many secrets were sealed anew.
    pub secrets: u64,
    /// How many do not open with any key. They stay as they are, and so do the old keys.
    pub unreadable: u64,
}

/// Who does it.
#[derive(Clone, Copy)]
pub(super) enum By {
    CommandLine,
    Server,
}

/// Replaces the key in a file. Errors are sentences for the terminal.
pub async fn rotate(store: &Store, source: &KeySource) -> anyhow::Result<Rotated> {
    let KeySource::File { path, .. } = source else {
        bail!(
            "the key is in the variable `WAYBILL_KEY`: make another, as by `echo wbk_$(openssl rand -base64 32)`, and \
             start each server with it, and with the key of today in `WAYBILL_KEY_OLD`; the first one that starts seals \
             everything anew"
        );
    };
    let Some(keyring) = current::fitting(store, source).await? else {
        bail!("there is no key yet: `waybill serve` makes it");
    };
    let file = HeldFile::hold(path)?;
    keyring.read_again()?;
    let named = current::named(store).await?;
    // A key that is newer than the one that seals was put there by hand, or by a rotation that was cut short.
    if named.is_none_or(|named| named == keyring.key_id()) {
        file.replace(&keyring.keys().with(Key::fresh()?)).context(
            "where the file is written by something else, put a new key on its first line and do this again",
        )?;
        keyring.read_again()?;
    }
    let rotated = take_up(store, &keyring, By::CommandLine).await?;
    let used = secrets::key_ids(store).await?;
    if used.iter().all(|key_id| *key_id == rotated.key_id) {
        file.replace(&Keys::one(keyring.newest()))
            .context("everything is sealed with the new key; the old ones can go from the file")?;
    }
    Ok(rotated)
}

/// Seals everything with the newest key.
pub(super) async fn take_up(
    store: &Store,
    keyring: &Keyring,
    by: By,
) -> Result<Rotated, CryptoError> {
    let key = keyring.newest();
    name(store, keyring, &key, by).await?;
    let (secrets, unreadable) = seal_anew(store, keyring, &key).await?;
    Ok(Rotated {
        key_id: key.id().to_owned(),
        secrets,
        unreadable,
    })
}

/// Names the key that seals from now on.
async fn name(store: &Store, keyring: &Keyring, key: &Key, by: By) -> Result<(), CryptoError> {
    let mut tx = store.begin().await?;
    let held = current::held(&mut tx).await?;
    let before = held.as_deref().map(sealed::key_id).transpose()?;
    if before == Some(key.id()) {
        return Ok(());
    }
    if let Some(before) = before {
        // It may have been named meanwhile by somebody with another file: what it sealed would be lost.
        keyring.key(before)?;
    }
    current::announce(&mut tx, key).await?;
    let picture = |key_id: &str| json!({ "key": key_id });
    let (before, after) = (before.map(picture), Some(picture(key.id())));
    note(&mut tx, "key.rotate", key.id(), (before, after), by).await?;
    Ok(tx.commit().await?)
}

/// How many secrets were sealed anew, and how many do not open.
async fn seal_anew(store: &Store, keyring: &Keyring, key: &Key) -> Result<(u64, u64), CryptoError> {
    let (mut anew, mut unreadable) = (0, 0);
    let mut rows = secrets::sealed_otherwise(store, key.id(), None, BATCH).await?;
    while let Some(last) = rows.last() {
        let mut tx = store.begin().await?;
        for row in &rows {
            let place = row.place();
            match keyring.open(&place, &row.text) {
                Ok(plain) => {
                    let sealed = sealed::seal(key, &place, plain.expose())?;
                    // What was saved meanwhile is sealed with this key already.
                    let is_done = secrets::reseal(&mut tx, row, key.id(), &sealed.text).await?;
                    anew += u64::from(is_done);
                }
                Err(error) => {
                    tracing::error!(
                        "the secret `{}` of the {} {} stays as it is: {error}",
                        row.name,
                        row.owner_kind,
                        row.owner_id
                    );
                    unreadable += 1;
                }
            }
        }
        tx.commit().await?;
        let after = Some(last.place());
        let next = secrets::sealed_otherwise(store, key.id(), after, BATCH).await?;
        rows = next;
    }
    Ok((anew, unreadable))
}

/// Writes the audit entry of what is done to keys, in its transaction.
pub(super) async fn note(
    tx: &mut Tx,
    action: &str,
    key_id: &str,
    (before, after): (Option<Value>, Option<Value>),
    by: By,
) -> Result<(), CryptoError> {
    let (actor_name, door) = match by {
        By::CommandLine => ("command line", AuditDoor::CommandLine),
        By::Server => ("", AuditDoor::Server),
    };
    let entry = AuditEntry {
        at: tx.now(),
        actor_id: None,
        actor_name,
        door,
        token: None,
        action,
        object_kind: "key",
        object_id: key_id.to_owned(),
        before,
        after,
        network: "",
    };
    Ok(audit::append(tx, &entry).await?)
}
