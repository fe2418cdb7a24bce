//! From the lines of JSON that a writer makes to messages of rows.
//!
//! Where one message ends and the next begins depends on the rows alone, never on the pieces in which they come: another
//! attempt makes the same messages.

use std::mem;

use super::message::{Message, ROWS_END, RowsOf};
use crate::error::ConnectorError;

/// The most that goes into one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) rows: usize,
    /// Of the whole body.
    pub(super) bytes: usize,
}

/// A message with rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) message: Message,
    pub(super) rows: u64,
}

/// The messages of one table, as its lines come in.
pub(super) struct Chunks {
    limits: Limits,
    table: RowsOf,
    /// A line whose end has not come.
    line: Vec<u8>,
    /// The number of the message that is being filled.
    seq: u32,
    body: Vec<u8>,
    rows: usize,
}

impl Chunks {
    pub(super) fn new(limits: Limits, table: RowsOf) -> Self {
        let seq = 1;
        Self {
            limits,
            line: Vec::new(),
            seq,
            body: table.begin(seq),
            table,
            rows: 0,
        }
    }

    /// The messages that are full with this piece of the lines.
    pub(super) fn add(&mut self, piece: &[u8]) -> Result<Vec<Chunk>, ConnectorError> {
        let mut full = Vec::new();
        for part in piece.split_inclusive(|&byte| byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let mut line = mem::take(&mut self.line);
                line.pop();
                full.extend(self.put(&line)?);
                line.clear();
                self.line = line;
            } else if self.line.len() > self.limits.bytes {
                return Err(self.too_long());
            }
        }
        Ok(full)
    }

    /// The last message; none where no rows are left.
    pub(super) fn end(mut self) -> Option<Chunk> {
        (self.rows > 0).then(|| self.close())
    }

    fn put(&mut self, line: &[u8]) -> Result<Option<Chunk>, ConnectorError> {
        let is_full = self.rows > 0 && !self.has_room(line);
        let full = is_full.then(|| self.close());
        if !self.has_room(line) {
            return Err(self.too_long());
        }
        if self.rows > 0 {
            self.body.push(b',');
        }
        self.body.extend_from_slice(line);
        self.rows += 1;
        Ok(full)
    }

    /// With a comma before the line.
    fn has_room(&self, line: &[u8]) -> bool {
        let bytes = self.body.len() + 1 + line.len() + ROWS_END.len();
        self.rows < self.limits.rows && bytes <= self.limits.bytes
    }

    fn close(&mut self) -> Chunk {
        let next = self.table.begin(self.seq + 1);
        let mut body = mem::replace(&mut self.body, next);
        body.extend_from_slice(ROWS_END);
        let chunk = Chunk {
            message: Message {
                id: self.table.id(self.seq),
                body: body.into(),
            },
            rows: self.rows as u64,
        };
        self.seq += 1;
        self.rows = 0;
        chunk
    }

    fn too_long(&self) -> ConnectorError {
        let problem = format!(
            "there is a row that does not fit into {} bytes",
            self.limits.bytes
        );
        ConnectorError::invalid("max_bytes", problem)
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::Run;
    use super::*;
    use crate::conformance::request;
    use proptest::prelude::*;
    use serde_json::Value;

    fn chunks(rows: usize, bytes: usize) -> Chunks {
        let plan = request("r", "{export}/{table}", &["t"])
            .in_an_empty_place()
            .unwrap();
        Chunks::new(Limits { rows, bytes }, Run::of(&plan).rows_of("t"))
    }

    /// All messages of a text that comes in pieces of so many bytes.
    fn all(mut chunks: Chunks, text: &[u8], piece: usize) -> Result<Vec<Chunk>, ConnectorError> {
        let mut made = Vec::new();
        for piece in text.chunks(piece) {
            made.extend(chunks.add(piece)?);
        }
        made.extend(chunks.end());
        Ok(made)
    }

    fn rows(chunk: &Chunk) -> Vec<Value> {
        let body: Value = serde_json::from_slice(&chunk.message.body).unwrap();
        body["data"]["rows"].as_array().unwrap().clone()
    }

    #[test]
    fn messages_are_full_by_rows_or_by_bytes() {
        let text: String = (0..7).map(|id| format!("{{\"id\":{id}}}\n")).collect();
        let made = all(chunks(3, 4096), text.as_bytes(), 5).unwrap();
        let counts: Vec<_> = made.iter().map(|chunk| chunk.rows).collect();
        assert_eq!(counts, [3, 3, 1]);
        let ids: Vec<_> = made.iter().map(|chunk| chunk.message.id.as_str()).collect();
        assert_eq!(ids, ["msg_r_1_1", "msg_r_1_2", "msg_r_1_3"]);

        let begin = chunks(1, 4096).body.len();
        let two_rows = begin + 2 * "{\"id\":0}".len() + ",,".len() + ROWS_END.len();
        let made = all(chunks(100, two_rows), text.as_bytes(), 1000).unwrap();
        let counts: Vec<_> = made.iter().map(|chunk| chunk.rows).collect();
        assert_eq!(counts, [2, 2, 2, 1]);
    }

    #[test]
    fn without_rows_there_is_no_message() {
        assert!(all(chunks(3, 4096), b"", 1).unwrap().is_empty());
    }

    #[test]
    fn a_row_that_fits_into_no_message_is_an_error_of_the_setting() {
        let long = format!("{{\"id\":\"{}\"}}\n", "x".repeat(5000));
        for piece in [1, 10_000] {
            let error = all(chunks(3, 4096), long.as_bytes(), piece).unwrap_err();
            assert!(
                matches!(&error, ConnectorError::InvalidConfig { field, .. } if field == "max_bytes"),
                "{error:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_message_in_its_place_whatever_the_pieces(
            lengths in prop::collection::vec(0_usize..400, 0..60),
            most_rows in 1_usize..9,
            most_bytes in 700_usize..2000,
            piece in 1_usize..900,
        ) {
            let lines = lengths.iter().enumerate();
            let lines = lines.map(|(id, length)| format!("{{\"id\":{id},\"x\":\"{}\"}}\n", "é".repeat(length / 2)));
            let text: String = lines.collect();
            let made = all(chunks(most_rows, most_bytes), text.as_bytes(), piece).unwrap();
            prop_assert_eq!(&made, &all(chunks(most_rows, most_bytes), text.as_bytes(), 100_000).unwrap());
            for chunk in &made {
                prop_assert!(chunk.message.body.len() <= most_bytes);
                prop_assert_eq!(rows(chunk).len() as u64, chunk.rows);
                prop_assert!((1..=most_rows as u64).contains(&chunk.rows));
            }
            let ids: Vec<_> = made.iter().flat_map(rows).map(|row| row["id"].as_u64().unwrap()).collect();
            prop_assert_eq!(ids, (0..lengths.len() as u64).collect::<Vec<_>>());
        }
    }
}
