//! The ledger of a connection whose destination keeps no records: the server's own database.

use app::domain::ConnectionId;
use async_trait::async_trait;
use connectors::{BoxError, Ledger, PublishRecord};

use crate::store::Store;
use crate::store::published_records::{self, NewRecord};

/// The records of one connection.
pub(super) struct StoreLedger {
    pub(super) store: Store,
    pub(super) connection: ConnectionId,
}

#[async_trait]
impl Ledger for StoreLedger {
    async fn record(&self, run_id: &str) -> Result<Option<PublishRecord>, BoxError> {
        let kept = published_records::of(&self.store, self.connection, run_id).await?;
        Ok(kept.map(serde_json::from_value).transpose()?)
    }

    async fn create(
        &self,
        export_folder: &str,
        record: &PublishRecord,
    ) -> Result<PublishRecord, BoxError> {
        let value = serde_json::to_value(record)?;
        let mut tx = self.store.begin().await?;
        let new = NewRecord {
            connection: self.connection,
            run_id: &record.run_id,
            export_folder,
            publish: i64::try_from(record.publish)?,
            record: &value,
            at: tx.now(),
        };
        published_records::keep(&mut tx, &new).await?;
        // As it is kept, whoever made it: what is sent of it is the same the next time.
        let kept = published_records::of(&mut tx, self.connection, &record.run_id).await?;
        tx.commit().await?;
        let kept = kept.ok_or("the record was withdrawn at this moment")?;
        Ok(serde_json::from_value(kept)?)
    }

    async fn newest(&self, export_folder: &str) -> Result<u64, BoxError> {
        let newest = published_records::newest(&self.store, self.connection, export_folder).await?;
        Ok(u64::try_from(newest)?)
    }

    async fn withdraw(&self, run_id: &str) -> Result<(), BoxError> {
        let mut tx = self.store.begin().await?;
        published_records::withdraw(&mut tx, self.connection, run_id).await?;
        tx.commit().await?;
        Ok(())
    }
}
