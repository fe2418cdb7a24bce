//! Buffers of one size, used again and again: what is held of a file is bounded by how many are out at the same time.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Cheap to clone. All of them go with the last clone and the last of the pieces.
#[derive(Debug, Clone)]
pub(super) struct Buffers {
    bytes: usize,
    free: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// What is handed over. Its buffer comes back with the last reference to it.
struct Piece {
    buffer: Vec<u8>,
    home: Buffers,
}

impl Buffers {
    /// Each for `bytes`. None is made before it is needed.
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            bytes: bytes.max(1),
            free: Arc::default(),
        }
    }

    /// An empty one.
    pub(super) fn take(&self) -> Vec<u8> {
        let free = self.lock().pop();
        free.unwrap_or_else(|| Vec::with_capacity(self.bytes))
    }

    /// How much still fits into this one.
    pub(super) fn room(&self, buffer: &[u8]) -> usize {
        self.bytes.saturating_sub(buffer.len())
    }

    pub(super) fn piece(&self, buffer: Vec<u8>) -> Bytes {
        let home = self.clone();
        Bytes::from_owner(Piece { buffer, home })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let mut buffer = mem::take(&mut self.buffer);
        buffer.clear();
        self.home.lock().push(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_when_nobody_has_its_piece_any_more() {
        let buffers = Buffers::new(8);
        let mut first = buffers.take();
        let place = first.as_ptr();
        first.extend_from_slice(b"waybill");
        assert_eq!(buffers.room(&first), 1);
        let piece = buffers.piece(first);
        let part = piece.slice(3..);
        drop(piece);
        let other = buffers.take();
        assert_ne!(other.as_ptr(), place);
        assert_eq!(part, "bill");
        drop(part);
        let again = buffers.take();
        assert_eq!((again.as_ptr(), again.len()), (place, 0));
    }
}
