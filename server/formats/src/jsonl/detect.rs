//! Finds the columns of JSON Lines files and their types by reading all of them once.

use std::collections::HashMap;

use futures::StreamExt;

use crate::chunks::{CHUNK_BYTES, Chunks, Piece};
use crate::error::{FormatError, Result};
use crate::input::InputFile;
use crate::jsonl::parse::{Value, members, unescape};
use crate::jsonl::read::lines;
use crate::ordered::{Lane, ordered, parallelism};
use crate::types::{Field, TableSchema};
use crate::values::Evidence;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub schema: TableSchema,
    pub rows: u64,
}

/// Columns stand in the order in which their keys first appear. Must be called inside a Tokio runtime.
pub async fn detect(files: &[InputFile]) -> Result<Detected> {
    detect_in_chunks(files, CHUNK_BYTES).await
}

pub(crate) async fn detect_in_chunks(files: &[InputFile], chunk_bytes: usize) -> Result<Detected> {
    let all = files.to_vec();
    let mut pieces = Box::pin(ordered(parallelism() + 1, move |lane| {
        for file in &all {
            match submit_file(lane, file, chunk_bytes) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    lane.submit(move || Err(error));
                    return;
                }
            }
        }
    }));
    let mut found = Found::default();
    while let Some(part) = pieces.next().await {
        found.merge(part??);
    }
    if found.columns.is_empty() {
        let file = files
            .first()
            .map_or_else(|| "the table".to_owned(), |file| file.label.clone());
        return Err(FormatError::Empty { file });
    }
    let fields = found
        .columns
        .iter()
        .map(|(name, evidence)| Field::new(name.as_str(), &evidence.column_type(), true))
        .collect();
    Ok(Detected {
        schema: TableSchema { fields },
        rows: found.rows,
    })
}

fn submit_file(lane: &Lane<Result<Found>>, file: &InputFile, chunk_bytes: usize) -> Result<bool> {
    let mut chunks = Chunks::open(file, None, chunk_bytes)?;
    while let Some(piece) = chunks.next()? {
        let label = file.label.clone();
        if !lane.submit(move || Found::in_piece(&piece, &label)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Keys in the order of their first appearance, and what is known about their values.
#[derive(Default)]
struct Found {
    columns: Vec<(String, Evidence)>,
    places: HashMap<String, usize>,
    rows: u64,
}

impl Found {
    fn in_piece(piece: &Piece, label: &str) -> Result<Self> {
        let mut found = Self::default();
        for (at, line) in lines(&piece.bytes) {
            found.rows += 1;
            let mut next = 0;
            let read = members(line, |key, value| {
                let key = std::str::from_utf8(&key).map_err(|_| "a key is not UTF-8 text")?;
                let place = match found.columns.get(next) {
                    Some((expected, _)) if expected == key => next,
                    _ => found.place(key),
                };
                next = place + 1;
                let evidence = &mut found.columns[place].1;
                match value {
                    Value::Null => {}
                    Value::True | Value::False => evidence.observe_boolean(),
                    Value::Number(text) => evidence.observe(text),
                    Value::String(text) => evidence.observe_string(&unescape(text)?),
                    Value::Nested(_) => evidence.observe_text(),
                }
                Ok(())
            });
            read.map_err(|problem| FormatError::Malformed {
                file: label.to_owned(),
                line: piece.line(at),
                problem: problem.to_owned(),
            })?;
        }
        Ok(found)
    }

    fn place(&mut self, key: &str) -> usize {
        if let Some(place) = self.places.get(key) {
            return *place;
        }
        let place = self.columns.len();
        self.columns.push((key.to_owned(), Evidence::default()));
        self.places.insert(key.to_owned(), place);
        place
    }

    fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        for (key, evidence) in other.columns {
            let place = self.place(&key);
            self.columns[place].1.merge(evidence);
        }
    }
}
