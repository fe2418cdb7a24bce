//! The secrets of connections, in the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::domain::{ConnectionId, Micros, Reason, SecretState};
use async_trait::async_trait;
use base::Secret;
use connectors::Secrets;

use super::current;
use super::keyring::Keyring;
use super::references::{MOST, References};
use crate::pipeline::{PipelineError, SecretChanges, SecretFaults, Vault};
use crate::store::secrets::{self, Kept, Place, SecretRow};
use crate::store::{Store, StoreError, Tx};

/// The kind of owner that connections are.
const OWNER: &str = "connection";

/// Keeps the secrets of connections sealed, or as references.
pub struct StoreVault {
    store: Store,
    keyring: Arc<Keyring>,
    references: References,
}

impl StoreVault {
    /// Seals and opens with these keys, and follows references where they may lead.
    pub fn new(store: Store, keyring: Arc<Keyring>, references: References) -> Self {
        Self {
            store,
            keyring,
            references,
        }
    }

    /// What is kept, as it is used.
    async fn used(&self, owner: &str, row: &SecretRow) -> Result<String, PipelineError> {
        let text = match &row.kept {
            Kept::Sealed { text, .. } => text,
            Kept::Reference(reference) => {
                let found = self.references.follow(reference).await;
                return found.map_err(PipelineError::passing);
            }
        };
        let place = Place {
            owner_kind: OWNER,
            owner_id: owner,
            name: &row.name,
        };
        match self.keyring.open(&place, text) {
            Ok(plain) => Ok(plain.expose().clone()),
            Err(error) => {
                let name = &row.name;
                tracing::error!("the secret `{name}` of the connection {owner}: {error}");
                Err(Reason::new("secret_unreadable").with("field", name).into())
            }
        }
    }

    /// What is given, as it would be used.
    async fn given(&self, text: &str) -> Result<String, Reason> {
        if References::is_one(text) {
            return self.references.follow(text).await;
        }
        if text.is_empty() {
            return Err(Reason::new("required"));
        }
        if text.len() > MOST {
            return Err(Reason::new("too_long").with("most", MOST));
        }
        Ok(text.to_owned())
    }

    /// The secrets that changes leave as they are.
    async fn left(
        &self,
        connection: ConnectionId,
        changes: &SecretChanges,
    ) -> Result<Vec<SecretRow>, StoreError> {
        let mut rows = secrets::of(&self.store, OWNER, &connection.to_string()).await?;
        rows.retain(|row| !changes.expose().contains_key(&row.name));
        Ok(rows)
    }
}

#[async_trait]
impl Vault for StoreVault {
    async fn secrets(&self, connection: ConnectionId) -> Result<Secrets, PipelineError> {
        let owner = connection.to_string();
        let mut used = BTreeMap::new();
        for row in secrets::of(&self.store, OWNER, &owner).await? {
            let text = self.used(&owner, &row).await?;
            used.insert(row.name, text);
        }
        Ok(Secret::new(used))
    }

    async fn changed(
        &self,
        connection: Option<ConnectionId>,
        changes: &SecretChanges,
    ) -> Result<Secrets, SecretFaults> {
        let mut found = Vec::new();
        if let Some(connection) = connection {
            let owner = connection.to_string();
            let left = self.left(connection, changes).await.map_err(|error| {
                tracing::error!("cannot read the secrets of the connection {owner}: {error}");
                vec![(String::new(), PipelineError::from(error).reason)]
            })?;
            for row in left {
                let used = self.used(&owner, &row).await;
                found.push((row.name, used.map_err(|error| error.reason)));
            }
        }
        for (name, change) in changes.expose() {
            if let Some(text) = change {
                found.push((name.clone(), self.given(text).await));
            }
        }
        let (mut used, mut faults) = (BTreeMap::new(), Vec::new());
        for (name, text) in found {
            match text {
                Ok(text) => {
                    used.insert(name, text);
                }
                Err(reason) => faults.push((name, reason)),
            }
        }
        if faults.is_empty() {
            Ok(Secret::new(used))
        } else {
            Err(faults)
        }
    }

    async fn keep(
        &self,
        tx: &mut Tx,
        connection: ConnectionId,
        changes: &SecretChanges,
        by: &str,
        at: Micros,
    ) -> Result<(), StoreError> {
        let owner = connection.to_string();
        for (name, change) in changes.expose() {
            let place = Place {
                owner_kind: OWNER,
                owner_id: &owner,
                name,
            };
            match change {
                None => secrets::take(tx, &place).await?,
                Some(text) if References::is_one(text) => {
                    let kept = Kept::Reference(text.clone());
                    secrets::put(tx, &place, &kept, by, at).await?;
                }
                Some(text) => current::keep(tx, &self.keyring, &place, text, by, at).await?,
            }
        }
        Ok(())
    }

    async fn states(&self, connection: ConnectionId) -> Result<Vec<SecretState>, StoreError> {
        let rows = secrets::of(&self.store, OWNER, &connection.to_string()).await?;
        let state = |row: SecretRow| SecretState {
            name: row.name,
            reference: match row.kept {
                Kept::Sealed { .. } => None,
                Kept::Reference(reference) => Some(reference),
            },
            updated_at: row.updated_at,
            updated_by: row.updated_by,
        };
        Ok(rows.into_iter().map(state).collect())
    }
}
