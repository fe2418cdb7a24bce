//! The one way from a stored connection to its secrets, and back.

use std::collections::BTreeMap;

use app::domain::{ConnectionId, Micros, Reason, SecretState};
use async_trait::async_trait;
use base::Secret;
use connectors::Secrets;

use super::error::PipelineError;
use crate::store::{StoreError, Tx};

/// Secrets as somebody gives them, by the keys of their fields: a text, or a reference to one; none takes it away. What
/// is left out stays.
pub type SecretChanges = Secret<BTreeMap<String, Option<String>>>;

/// What is wrong with secrets: their keys, and why.
pub type SecretFaults = Vec<(String, Reason)>;

/// Keeps the secrets of connections.
#[async_trait]
pub trait Vault: Send + Sync {
    /// The secrets of a connection as they are used now: opened, and references followed.
    async fn secrets(&self, connection: ConnectionId) -> Result<Secrets, PipelineError>;

    /// What the secrets of a connection would be after these changes; of none where it is new. Keeps nothing.
    async fn changed(
        &self,
        connection: Option<ConnectionId>,
        changes: &SecretChanges,
    ) -> Result<Secrets, SecretFaults>;

    /// Keeps changes that were found right, in the transaction of the save.
    async fn keep(
        &self,
        tx: &mut Tx,
        connection: ConnectionId,
        changes: &SecretChanges,
        by: &str,
        at: Micros,
    ) -> Result<(), StoreError>;

    /// Which secrets a connection has, by key.
    async fn states(&self, connection: ConnectionId) -> Result<Vec<SecretState>, StoreError>;
}

/// Of a server that keeps none: whoever gives one is refused.
pub struct NoSecrets;

#[async_trait]
impl Vault for NoSecrets {
    async fn secrets(&self, _: ConnectionId) -> Result<Secrets, PipelineError> {
        Ok(Secret::new(BTreeMap::new()))
    }

    async fn changed(
        &self,
        _: Option<ConnectionId>,
        changes: &SecretChanges,
    ) -> Result<Secrets, SecretFaults> {
        let refused = |key: &String| (key.clone(), Reason::new("unknown_field").with("field", key));
        let faults: SecretFaults = changes.expose().keys().map(refused).collect();
        if faults.is_empty() {
            Ok(Secret::new(BTreeMap::new()))
        } else {
            Err(faults)
        }
    }

    // Nothing gets here but what `changed` let through, which is nothing.
    async fn keep(
        &self,
        _: &mut Tx,
        _: ConnectionId,
        _: &SecretChanges,
        _: &str,
        _: Micros,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn states(&self, _: ConnectionId) -> Result<Vec<SecretState>, StoreError> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn where_no_secrets_are_kept_none_is_taken() {
        let changes = |keys: &[&str]| {
            let given = keys.iter().map(|key| ((*key).to_owned(), None));
            SecretChanges::new(given.collect())
        };
        assert!(NoSecrets.changed(None, &changes(&[])).await.is_ok());
        let faults = NoSecrets.changed(None, &changes(&["password"])).await;
        let faults = faults.expect_err("refused");
        assert_eq!(faults[0].0, "password");
        assert_eq!(faults[0].1.code, "unknown_field");
    }
}
