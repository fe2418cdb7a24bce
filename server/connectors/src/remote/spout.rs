//! From a writer on a blocking thread to an upload: pieces through a short channel.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use formats::write::{OUTPUT_BUFFERED, Output};
use tokio::sync::{mpsc, oneshot};

use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::remote::buffers::Buffers;
use crate::remote::store::{Staged, Upload};

/// Pieces that wait while one is being taken; with the one that is being filled, and what the upload has under way, all
/// that is held of a file.
const WAITING: usize = 1;

enum Flow {
    Piece(Bytes),
    End,
}

/// One file's bytes. Dropped before its end, it ends the upload without finishing it.
pub(crate) struct Spout {
    buffers: Buffers,
    filling: Vec<u8>,
    /// Whole pieces that could not be sent yet: see [`Output`].
    filled: VecDeque<Bytes>,
    /// Bytes written so far.
    taken: usize,
    pieces: mpsc::Sender<Flow>,
    /// Whether the upload is whole.
    answer: oneshot::Receiver<bool>,
}

/// How an upload ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ending(Arc<Mutex<Option<Result<Staged, ConnectorError>>>>);

impl Ending {
    /// None while the upload is under way, and if it was given up.
    pub(crate) fn take(&self) -> Option<Result<Staged, ConnectorError>> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Result<Staged, ConnectorError>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where to write, how it ended, and the upload itself, to be run beside the writer.
pub(crate) fn spout(
    piece_bytes: usize,
    begin: impl Future<Output = Result<Box<dyn Upload>, ConnectorError>> + Send + 'static,
    faults: Faults,
) -> (Spout, Ending, impl Future<Output = ()> + Send + 'static) {
    let (pieces, outlet) = mpsc::channel(WAITING);
    let (answered, answer) = oneshot::channel();
    let ending = Ending::default();
    let spout = Spout {
        buffers: Buffers::new(piece_bytes),
        filling: Vec::new(),
        filled: VecDeque::new(),
        taken: 0,
        pieces,
        answer,
    };
    let noted = ending.clone();
    let upload = async move {
        let ended = pump(begin, outlet, &faults).await.transpose();
        let is_whole = matches!(ended, Some(Ok(_)));
        *noted.lock() = ended;
        // Nobody listens where the writer has failed.
        let _ = answered.send(is_whole);
    };
    (spout, ending, upload)
}

/// None where the writer did not get to the end.
async fn pump(
    begin: impl Future<Output = Result<Box<dyn Upload>, ConnectorError>> + Send,
    mut outlet: mpsc::Receiver<Flow>,
    faults: &Faults,
) -> Result<Option<Staged>, ConnectorError> {
    let mut upload = begin.await?;
    faults.reach("upload_begun")?;
    while let Some(flow) = outlet.recv().await {
        match flow {
            Flow::Piece(piece) => {
                upload.piece(piece).await?;
                faults.reach("piece_sent")?;
            }
            Flow::End => {
                let staged = upload.finish().await?;
                faults.reach("uploaded")?;
                return Ok(Some(staged));
            }
        }
    }
    Ok(None)
}

impl Spout {
    /// Blocks while the upload has enough to do.
    fn send(&self, flow: Flow) -> io::Result<()> {
        self.pieces.blocking_send(flow).map_err(|_| ended())
    }

    /// Takes as much as fits, and says how much.
    fn fill(&mut self, bytes: &[u8]) -> usize {
        if self.filling.capacity() == 0 {
            self.filling = self.buffers.take();
        }
        let taken = bytes.len().min(self.buffers.room(&self.filling));
        self.filling.extend_from_slice(&bytes[..taken]);
        self.taken = self.taken.saturating_add(taken);
        if self.buffers.room(&self.filling) == 0 {
            self.end_piece();
        }
        taken
    }

    fn end_piece(&mut self) {
        let piece = self.buffers.piece(mem::take(&mut self.filling));
        self.filled.push_back(piece);
    }

    fn send_filled(&mut self) -> io::Result<()> {
        while let Some(piece) = self.filled.pop_front() {
            self.send(Flow::Piece(piece))?;
        }
        Ok(())
    }
}

/// Why is known by its [`Ending`].
fn ended() -> io::Error {
    io::Error::other("the upload has ended")
}

impl io::Write for Spout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = 0;
        while written < bytes.len() {
            written += self.fill(&bytes[written..]);
            // See `Output`: what comes first may come from where nothing may block.
            if self.taken > OUTPUT_BUFFERED {
                self.send_filled()?;
            }
        }
        Ok(written)
    }

    /// What is left goes with [`Output::finish`]: stores want whole pieces.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for Spout {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        if !self.filling.is_empty() {
            self.end_piece();
        }
        self.send_filled()?;
        self.send(Flow::End)?;
        match self.answer.blocking_recv() {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(ended()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;

    use super::*;

    /// Counts the bytes it was given, and how many pieces.
    #[derive(Clone, Default)]
    struct Meter {
        bytes: Arc<AtomicUsize>,
        pieces: Arc<AtomicUsize>,
        fails_at: Option<usize>,
    }

    impl Meter {
        fn begin(
            &self,
        ) -> impl Future<Output = Result<Box<dyn Upload>, ConnectorError>> + Send + use<> {
            std::future::ready(Ok(Box::new(self.clone()) as Box<dyn Upload>))
        }
    }

    #[async_trait]
    impl Upload for Meter {
        async fn piece(&mut self, bytes: Bytes) -> Result<(), ConnectorError> {
            tokio::task::yield_now().await;
            self.bytes.fetch_add(bytes.len(), Ordering::SeqCst);
            let piece = self.pieces.fetch_add(1, Ordering::SeqCst);
            if self.fails_at == Some(piece) {
                let path = "t.csv".to_owned();
                return Err(ConnectorError::NoSpace { path });
            }
            Ok(())
        }

        async fn finish(self: Box<Self>) -> Result<Staged, ConnectorError> {
            let (stage, upload) = ("stage".to_owned(), None);
            Ok(Staged { stage, upload })
        }
    }

    async fn on_a_blocking_thread<T: Send + 'static>(
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let done = tokio::task::spawn_blocking(work).await;
        done.expect("the work ends")
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_gigabyte_passes_and_little_is_held() {
        const PIECE: usize = 8 << 20;
        const WRITE: usize = 1 << 20;
        let meter = Meter::default();
        let (mut spout, ending, upload) = spout(PIECE, meter.begin(), Faults::default());
        let upload = tokio::spawn(upload);
        let passed = Arc::clone(&meter.bytes);
        let most_held = on_a_blocking_thread(move || {
            let zeros = vec![0; WRITE];
            let mut most_held = 0;
            for written in 1..=1024 {
                spout.write_all(&zeros).expect("it is taken");
                let held = (written * WRITE).saturating_sub(passed.load(Ordering::SeqCst));
                most_held = most_held.max(held);
            }
            Box::new(spout).finish().expect("it is whole");
            most_held
        })
        .await;
        upload.await.expect("the upload ends");
        assert!(matches!(ending.take(), Some(Ok(_))));
        assert_eq!(meter.bytes.load(Ordering::SeqCst), 1 << 30);
        assert_eq!(meter.pieces.load(Ordering::SeqCst), 128);
        // One is filled, one waits, one has been taken out and not counted yet.
        assert!(most_held <= 3 * PIECE + WRITE, "{most_held} bytes");
    }

    #[tokio::test]
    async fn what_comes_first_is_taken_without_blocking() {
        // This thread must not block, nobody takes the pieces yet, and each byte is one.
        let meter = Meter::default();
        let (mut spout, ending, upload) = spout(1, meter.begin(), Faults::default());
        let first = vec![7; OUTPUT_BUFFERED];
        spout.write_all(&first).expect("it is taken");
        let upload = tokio::spawn(upload);
        let finished = on_a_blocking_thread(move || Box::new(spout).finish());
        finished.await.expect("it is whole");
        upload.await.expect("the upload ends");
        assert!(matches!(ending.take(), Some(Ok(_))));
        assert_eq!(meter.pieces.load(Ordering::SeqCst), OUTPUT_BUFFERED);
    }

    #[tokio::test]
    async fn the_error_of_an_upload_stops_the_writer_and_is_kept() {
        let meter = Meter {
            fails_at: Some(2),
            ..Meter::default()
        };
        let (mut spout, ending, upload) = spout(100_000, meter.begin(), Faults::default());
        let upload = tokio::spawn(upload);
        let written = on_a_blocking_thread(move || spout.write_all(&vec![7; 10_000_000]));
        written.await.expect_err("nobody takes any more");
        upload.await.expect("the upload ends");
        assert!(matches!(
            ending.take(),
            Some(Err(ConnectorError::NoSpace { .. }))
        ));
    }

    #[tokio::test]
    async fn a_file_that_is_given_up_is_not_finished() {
        let meter = Meter::default();
        let (mut spout, ending, upload) = spout(1000, meter.begin(), Faults::default());
        spout.write_all(&[7; 1000]).expect("it is taken");
        drop(spout);
        upload.await;
        assert!(ending.take().is_none());
    }
}
