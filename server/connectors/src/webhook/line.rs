//! What a connection and the attempts of its runs share: the receiver, and the ledger beside it.

use std::sync::Arc;

use super::chunks::Limits;
use super::message::{Message, Run};
use super::receiver::Receiver;
use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::record::PublishRecord;
use crate::registry::Ledger;

pub(super) struct Line {
    pub(super) receiver: Receiver,
    pub(super) limits: Limits,
    /// None while a connection is only looked at or tested.
    pub(super) ledger: Option<Arc<dyn Ledger>>,
    pub(super) faults: Faults,
}

impl Line {
    pub(super) fn ledger(&self) -> Result<&dyn Ledger, ConnectorError> {
        self.ledger.as_deref().ok_or_else(|| ConnectorError::Other {
            action: "keep the record of a delivery".to_owned(),
            source: "there is no ledger".into(),
        })
    }

    /// Gives the receiver a message before the run is published.
    pub(super) async fn give(&self, message: &Message) -> Result<(), ConnectorError> {
        self.faults.reach("message_ready")?;
        self.receiver.give(message).await?;
        self.faults.reach("message_taken")
    }

    pub(super) async fn record(
        &self,
        run_id: &str,
    ) -> Result<Option<PublishRecord>, ConnectorError> {
        let record = self.ledger()?.record(run_id).await;
        record.map_err(ConnectorError::Ledger)
    }

    /// Keeps the record: from here on the run is published. Gives the one that is kept, whoever made it.
    pub(super) async fn publish(
        &self,
        run: &Run,
        export_folder: &str,
        mut record: PublishRecord,
    ) -> Result<PublishRecord, ConnectorError> {
        let ledger = self.ledger()?;
        let newest = ledger.newest(export_folder).await;
        record.publish = newest.map_err(ConnectorError::Ledger)? + 1;
        self.faults.reach("record_prepared")?;
        let kept = ledger.create(export_folder, &record).await;
        let kept = kept.map_err(ConnectorError::Ledger)?;
        self.faults.reach("record_created")?;
        self.finish(run, &kept).await?;
        Ok(kept)
    }

    /// Tells the receiver that a published run is whole; told before, it knows the message. What it will not have is not
    /// published.
    pub(super) async fn finish(
        &self,
        run: &Run,
        record: &PublishRecord,
    ) -> Result<(), ConnectorError> {
        let end = run.end(record);
        self.faults.reach("end_ready")?;
        if let Err(error) = self.receiver.give(&end).await {
            if !error.is_transient() {
                let withdrawn = self.ledger()?.withdraw(&record.run_id).await;
                withdrawn.map_err(ConnectorError::Ledger)?;
            }
            return Err(error);
        }
        self.faults.reach("end_taken")
    }
}
