//! Cutting batches where files end, and so that no job gets too much.

use arrow::record_batch::RecordBatch;
use futures::StreamExt;
use futures::stream::BoxStream;

use crate::error::{BoxError, FormatError};

/// A job encodes at most so many rows …
const PIECE_ROWS: usize = 8192;
/// … and about so many bytes of Arrow data, however wide the rows are.
const PIECE_BYTES: usize = 4 << 20;

/// Rows of one file that one job encodes.
pub(super) struct Piece {
    pub(super) batch: RecordBatch,
    /// Whether it is the first of another file than the one before.
    pub(super) starts_file: bool,
}

/// The rows of a stream, piece by piece.
pub(super) struct Pieces<'a, E> {
    batches: BoxStream<'a, Result<RecordBatch, E>>,
    rest: Option<RecordBatch>,
    max_rows_per_file: u64,
    rows_in_file: u64,
}

impl<'a, E: Into<BoxError>> Pieces<'a, E> {
    pub(super) fn new(
        batches: BoxStream<'a, Result<RecordBatch, E>>,
        max_rows: Option<u64>,
    ) -> Self {
        let max_rows_per_file = max_rows.unwrap_or(u64::MAX).max(1);
        Self {
            batches,
            rest: None,
            max_rows_per_file,
            rows_in_file: 0,
        }
    }

    pub(super) async fn next(&mut self) -> Option<Result<Piece, FormatError>> {
        let batch = loop {
            if let Some(rest) = self.rest.take() {
                break rest;
            }
            match self.batches.next().await? {
                Ok(batch) if batch.num_rows() == 0 => {}
                Ok(batch) => break batch,
                Err(error) => return Some(Err(FormatError::Source(error.into()))),
            }
        };
        let starts_file = self.rows_in_file == self.max_rows_per_file;
        if starts_file {
            self.rows_in_file = 0;
        }
        let room = self.max_rows_per_file - self.rows_in_file;
        let rows = piece_rows(&batch).min(usize::try_from(room).unwrap_or(usize::MAX));
        self.rows_in_file += rows as u64;
        if rows < batch.num_rows() {
            self.rest = Some(batch.slice(rows, batch.num_rows() - rows));
        }
        Some(Ok(Piece {
            batch: batch.slice(0, rows),
            starts_file,
        }))
    }
}

fn piece_rows(batch: &RecordBatch) -> usize {
    let rows = batch.num_rows();
    if rows <= PIECE_ROWS / 4 {
        return rows;
    }
    let row_bytes = batch.get_array_memory_size().div_ceil(rows);
    rows.min(PIECE_ROWS)
        .min((PIECE_BYTES / row_bytes.max(1)).max(256))
}
