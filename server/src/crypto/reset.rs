//! The way on after the key was lost: what is sealed is forgotten, and everything else stays.

use anyhow::{Context as _, bail};
use app::domain::Reason;
use serde_json::json;

use super::current;
use super::error::UnlockError;
use super::rotation::{By, note};
use crate::config::KeySource;
use crate::store::Store;
use crate::store::secrets::{self, Forgotten};

/// Forgets what is sealed. References stay; connections that lose a secret are paused until it is entered again. Refused
/// while the key is there, unless forced. Errors are sentences for the terminal.
pub async fn reset(store: &Store, source: &KeySource, force: bool) -> anyhow::Result<Forgotten> {
    match current::fitting(store, source).await {
        _ if force => {}
        Ok(Some(_)) => bail!(
            "the key is there and opens everything: add `--force` to forget the secrets all the same"
        ),
        Ok(None) | Err(UnlockError::Lost { .. } | UnlockError::Wrong { .. }) => {}
        Err(error) => {
            return Err(error).context("with `--force` the secrets are forgotten all the same");
        }
    }
    let mut tx = store.begin().await?;
    // Nobody seals anything meanwhile.
    current::held(&mut tx).await?;
    let at = tx.now();
    let forgotten = secrets::forget_sealed(&mut tx, &Reason::new("secrets_lost"), at).await?;
    current::withdraw(&mut tx).await?;
    let after = json!({
        "secrets": forgotten.secrets,
        "connections": forgotten.connections,
        "groups": forgotten.groups,
        "second_factors": forgotten.factors,
    });
    note(
        &mut tx,
        "key.reset",
        "",
        (None, Some(after)),
        By::CommandLine,
    )
    .await?;
    tx.commit().await?;
    Ok(forgotten)
}
