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
