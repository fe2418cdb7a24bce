//! Work done in parallel on the blocking pool whose results come out in the order it was handed in.
//!
//! Bounded: at most `in_flight` results wait or are being made. Dropping the stream stops the producer at its next
//! submission. A panic of producer or worker is an error of the stream, never a short stream.

use futures::Stream;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

/// Where a producer hands in work.
pub(crate) struct Lane<T> {
    runtime: Handle,
    queue: mpsc::Sender<JoinHandle<T>>,
}

impl<T: Send + 'static> Lane<T> {
    /// Waits for a free place. `false`: nobody reads the results any more, stop.
    pub(crate) fn submit(&self, work: impl FnOnce() -> T + Send + 'static) -> bool {
        match self.runtime.block_on(self.queue.reserve()) {
            Ok(place) => {
                place.send(self.runtime.spawn_blocking(work));
                true
            }
            Err(_) => false,
        }
    }
}

/// How much may be on its way: every core busy, and one piece ready for each.
pub(crate) fn parallelism() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// Must be called inside a Tokio runtime. `producer` runs on the blocking pool.
pub(crate) fn ordered<T: Send + 'static>(
    in_flight: usize,
    producer: impl FnOnce(&Lane<T>) + Send + 'static,
) -> impl Stream<Item = Result<T, JoinError>> + Send {
    let (queue, results) = mpsc::channel(in_flight.max(1));
    let runtime = Handle::current();
    let producing = spawn_blocking(move || producer(&Lane { runtime, queue }));
    futures::stream::unfold(
        (results, Some(producing)),
        |(mut results, producing)| async move {
            if let Some(working) = results.recv().await {
                return Some((working.await, (results, producing)));
            }
            match producing?.await {
                Ok(()) => None,
                Err(error) => Some((Err(error), (results, None))),
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn results_keep_the_order_of_submission() {
        let results: Vec<u64> = ordered(3, |lane| {
            for number in 0..200_u64 {
                lane.submit(move || {
                    std::thread::yield_now();
                    number
                });
            }
        })
        .map(|result| result.unwrap())
        .collect()
        .await;
        assert_eq!(results, (0..200).collect::<Vec<_>>());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_panic_of_the_producer_is_not_a_short_stream() {
        let stream = ordered::<u8>(2, |lane| {
            lane.submit(|| 1);
            panic!("on purpose");
        });
        let results: Vec<_> = stream.collect().await;
        assert_eq!(results.len(), 2);
        assert!(results[1].is_err());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn dropping_the_stream_stops_the_producer() {
        let (told, stopped) = std::sync::mpsc::channel();
        let mut stream = Box::pin(ordered(2, move |lane| {
            while lane.submit(|| ()) {}
            told.send(()).unwrap();
        }));
        stream.next().await;
        drop(stream);
        tokio::task::spawn_blocking(move || stopped.recv().unwrap())
            .await
            .unwrap();
    }
}
