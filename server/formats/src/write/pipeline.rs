//! Jobs that run in parallel on the blocking pool, and one consumer that gets their results in
//! order.
//!
//! The consumer has a thread of its own while it works, so that hashing and writing go on beside
//! the jobs. Bounded: who hands in waits while `in_flight` results are not consumed. Dropping the
//! pipeline ends the consumer without finishing it.

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::error::FormatError;

/// What is done with the results, one after another.
pub(crate) trait Consumer: Send + 'static {
    type Item: Send + 'static;
    type Done: Send + 'static;

    fn take(&mut self, item: Self::Item) -> Result<(), FormatError>;

    fn finish(self) -> Result<Self::Done, FormatError>;
}

enum Message<T> {
    Job(JoinHandle<Result<T, FormatError>>),
    Ready(T),
    Finish,
}

pub(crate) struct Pipeline<C: Consumer> {
    queue: mpsc::Sender<Message<C::Item>>,
    /// `None` from the consumer: it was dropped before the end.
    consumer: JoinHandle<Result<Option<C::Done>, FormatError>>,
}

/// How many jobs may be under way: every core busy and little waiting.
pub(crate) fn parallelism() -> usize {
    std::thread::available_parallelism()
        .map_or(2, std::num::NonZero::get)
        .clamp(2, 16)
}

impl<C: Consumer> Pipeline<C> {
    /// Must be called inside a Tokio runtime.
    pub(crate) fn new(in_flight: usize, consumer: C) -> Self {
        let (queue, messages) = mpsc::channel(in_flight.max(1));
        let runtime = Handle::current();
        let consumer = spawn_blocking(move || consume(&runtime, messages, consumer));
        Self { queue, consumer }
    }

    /// Runs `job` on the blocking pool as soon as there is a place for its result.
    pub(crate) async fn submit(
        &mut self,
        job: impl FnOnce() -> Result<C::Item, FormatError> + Send + 'static,
    ) -> Result<(), FormatError> {
        if let Ok(place) = self.queue.reserve().await {
            place.send(Message::Job(spawn_blocking(job)));
            return Ok(());
        }
        self.failure().await
    }

    /// Puts something in line that needs no job.
    pub(crate) async fn send(&mut self, item: C::Item) -> Result<(), FormatError> {
        match self.queue.send(Message::Ready(item)).await {
            Ok(()) => Ok(()),
            Err(_) => self.failure().await,
        }
    }

    /// Waits for everything handed in.
    pub(crate) async fn finish(self) -> Result<C::Done, FormatError> {
        // If nobody listens any more, the consumer itself says why.
        let _ = self.queue.send(Message::Finish).await;
        self.consumer.await??.ok_or_else(ended)
    }

    /// The consumer hangs up only when it has failed.
    async fn failure(&mut self) -> Result<(), FormatError> {
        (&mut self.consumer).await??;
        Err(ended())
    }
}

fn ended() -> FormatError {
    FormatError::Source("the writer has ended already".into())
}

fn consume<C: Consumer>(
    runtime: &Handle,
    mut messages: mpsc::Receiver<Message<C::Item>>,
    mut consumer: C,
) -> Result<Option<C::Done>, FormatError> {
    while let Some(message) = messages.blocking_recv() {
        match message {
            Message::Job(job) => consumer.take(runtime.block_on(job)??)?,
            Message::Ready(item) => consumer.take(item)?,
            Message::Finish => return consumer.finish().map(Some),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Collect(Vec<u32>);

    impl Consumer for Collect {
        type Item = u32;
        type Done = Vec<u32>;

        fn take(&mut self, item: u32) -> Result<(), FormatError> {
            if item == 99 {
                return Err(FormatError::Source("refused".into()));
            }
            self.0.push(item);
            Ok(())
        }

        fn finish(self) -> Result<Vec<u32>, FormatError> {
            Ok(self.0)
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn results_arrive_in_the_order_they_were_handed_in() {
        let mut pipeline = Pipeline::new(3, Collect(vec![]));
        for number in 100..200 {
            pipeline.submit(move || Ok(number)).await.unwrap();
            pipeline.send(number + 1000).await.unwrap();
        }
        let expected: Vec<_> = (100..200)
            .flat_map(|number| [number, number + 1000])
            .collect();
        assert_eq!(pipeline.finish().await.unwrap(), expected);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_error_of_the_consumer_or_a_job_reaches_who_hands_in() {
        for fail_in_job in [false, true] {
            let mut pipeline = Pipeline::new(1, Collect(vec![]));
            let mut result = Ok(());
            for _ in 0..10 {
                let job = move || {
                    if fail_in_job {
                        Err(FormatError::Source("refused".into()))
                    } else {
                        Ok(99)
                    }
                };
                result = pipeline.submit(job).await;
                if result.is_err() {
                    break;
                }
            }
            assert!(result.unwrap_err().to_string().contains("refused"));
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_panic_in_a_job_is_an_error() {
        let mut pipeline = Pipeline::new(2, Collect(vec![]));
        pipeline.submit(|| panic!("on purpose")).await.unwrap();
        assert!(matches!(
            pipeline.finish().await,
            Err(FormatError::Worker(_))
        ));
    }
}
