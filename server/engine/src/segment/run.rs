//! Runs a segment's query beside the server's own work, and ends it when nobody waits for it any more.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use base::Cancel;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::SegmentError;
use super::grown::bytes;
use crate::error::EngineError;
use crate::query::Engine;

/// Of the thread of a query: statements nest deeper than those of people's programs.
const STACK_BYTES: usize = 64 << 20;
/// Most characters of somebody else's words.
const MOST_DETAIL: usize = 1000;

/// While it is there its queries run; dropping it ends them soon, whatever they do.
#[derive(Debug, Default)]
pub(super) struct Evaluation {
    stop: Cancel,
}

impl Drop for Evaluation {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Evaluation {
    pub(super) fn stop(&self) -> Cancel {
        self.stop.clone()
    }

    /// On a thread of its own: planning and joining keep a processor for long, and the server's threads have others to
    /// answer.
    pub(super) fn start<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, EngineError>> + Send + 'static,
    ) -> Result<Ending<T>, EngineError> {
        let (sender, ending) = oneshot::channel();
        let (runtime, stop) = (Handle::current(), self.stop());
        std::thread::Builder::new()
            .name("segment".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                let done = runtime.block_on(async move {
                    tokio::select! {
                        biased;
                        () = stop.cancelled() => Err(EngineError::Cancelled),
                        done = work => done,
                    }
                });
                // Nobody waits for it when the time was up.
                drop(sender.send(done));
            })
            .map_err(|_| SegmentError::OutOfMemory)?;
        Ok(Ending(ending))
    }
}

/// What becomes of work that was started.
pub(super) struct Ending<T>(oneshot::Receiver<Result<T, EngineError>>);

impl<T> Ending<T> {
    pub(super) async fn wait(self) -> Result<T, EngineError> {
        self.0.await.unwrap_or_else(|_| {
            Err(SegmentError::SqlFailed {
                detail: "the query ended unexpectedly".to_owned(),
            }
            .into())
        })
    }
}

pub(super) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, EngineError>>,
) -> Result<T, EngineError> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
        Err(SegmentError::TooSlow {
            seconds: limit.as_secs().max(1),
        }
        .into())
    })
}

/// All rows of a query, counted as long as the reservation is kept.
pub(super) async fn gathered(
    frame: DataFrame,
    engine: &Engine,
) -> Result<(Vec<RecordBatch>, MemoryReservation), EngineError> {
    let held = MemoryConsumer::new("preview").register(&engine.runtime.memory_pool);
    let mut rows = frame.execute_stream().await.map_err(failed)?;
    let mut batches = Vec::new();
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(failed)?;
        // They become texts for people.
        let bytes = bytes(&batch).saturating_mul(2);
        held.try_grow(bytes).map_err(failed)?;
        batches.push(batch);
    }
    Ok((batches, held))
}

/// The rows of a query, part after part.
pub(super) async fn forward(
    frame: DataFrame,
    rows: mpsc::Sender<RecordBatch>,
) -> Result<(), EngineError> {
    for mut part in frame.execute_stream_partitioned().await.map_err(failed)? {
        while let Some(batch) = part.next().await {
            if rows.send(batch.map_err(failed)?).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// What [`forward`] sends, under this schema. A query that failed or broke off ends with an error, never as one that has
/// no more rows.
pub(super) fn rows(
    receiver: mpsc::Receiver<RecordBatch>,
    ending: Ending<()>,
    schema: SchemaRef,
) -> BoxStream<'static, Result<RecordBatch, EngineError>> {
    stream::unfold((receiver, Some(ending)), move |(mut receiver, ending)| {
        let schema = Arc::clone(&schema);
        async move {
            if let Some(batch) = receiver.recv().await {
                return Some((under(schema, &batch), (receiver, ending)));
            }
            match ending?.wait().await {
                Ok(()) => None,
                Err(error) => Some((Err(error), (receiver, None))),
            }
        }
    })
    .boxed()
}

fn under(schema: SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, EngineError> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema, batch.columns().to_vec(), &options)
        .map_err(|error| failed(error.into()))
}

/// An error of planning or running a segment's query.
pub(super) fn failed(error: DataFusionError) -> EngineError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => SegmentError::OutOfMemory.into(),
        DataFusionError::IoError(_)
        | DataFusionError::ObjectStore(_)
        | DataFusionError::ParquetError(_) => EngineError::from(error),
        root => SegmentError::SqlFailed {
            detail: root.message().chars().take(MOST_DETAIL).collect(),
        }
        .into(),
    }
}
