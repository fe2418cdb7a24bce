//! The first record of a CSV file: its column names.

use crate::chunks::{CHUNK_BYTES, Chunks, Piece};
use crate::csv::dialect::CsvDialect;
use crate::error::{FormatError, Result};
use crate::input::InputFile;

/// The names of a file's columns, in its order. Files without a header have `column_1`, `column_2` …
pub fn columns(file: &InputFile, dialect: CsvDialect) -> Result<Vec<String>> {
    let mut chunks = Chunks::open(file, Some(dialect.quoting()), CHUNK_BYTES.min(64 * 1024))?;
    let piece = chunks.next()?.ok_or_else(|| FormatError::Empty {
        file: file.label.clone(),
    })?;
    Ok(Header::of(&piece, dialect, &file.label)?.names)
}

#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) names: Vec<String>,
    /// Where the rows begin in the first piece.
    pub(crate) rows_at: usize,
}

impl Header {
    /// `piece` is the first of a file.
    pub(crate) fn of(piece: &Piece, dialect: CsvDialect, label: &str) -> Result<Self> {
        let empty = || FormatError::Empty {
            file: label.to_owned(),
        };
        let record = first_record(&piece.bytes, dialect).ok_or_else(empty)?;
        if !dialect.has_header {
            let names = (1..=record.fields.len())
                .map(|number| format!("column_{number}"))
                .collect();
            return Ok(Self { names, rows_at: 0 });
        }
        let texts: std::result::Result<Vec<String>, _> =
            record.fields.into_iter().map(String::from_utf8).collect();
        let texts = texts.map_err(|_| FormatError::Malformed {
            file: label.to_owned(),
            line: 1,
            problem: "the column names are not UTF-8 text".to_owned(),
        })?;
        Ok(Self {
            names: unique(texts),
            rows_at: record.end,
        })
    }
}

/// Names that are nothing become `column_3`, names that were there before `total_2`.
fn unique(texts: Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(texts.len());
    for (place, text) in texts.into_iter().enumerate() {
        let name = match text.trim() {
            "" => format!("column_{}", place + 1),
            trimmed => trimmed.to_owned(),
        };
        let mut candidate = name.clone();
        let mut number = 2;
        while names.contains(&candidate) {
            candidate = format!("{name}_{number}");
            number += 1;
        }
        names.push(candidate);
    }
    names
}

#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) fields: Vec<Vec<u8>>,
    /// Where the next record begins.
    pub(crate) end: usize,
}

/// The first record that is not blank. Slow and simple: it is used once a file.
pub(crate) fn first_record(piece: &[u8], dialect: CsvDialect) -> Option<Record> {
    let mut fields = Vec::new();
    let (mut bytes, mut was_quoted, mut quoted, mut field_start) = (Vec::new(), false, false, 0);
    let mut place = 0;
    while let Some(byte) = piece.get(place).copied() {
        if quoted {
            if byte != dialect.quote {
                bytes.push(byte);
            } else if piece.get(place + 1) == Some(&dialect.quote) {
                bytes.push(byte);
                place += 1;
            } else {
                quoted = false;
            }
        } else if byte == dialect.quote && place == field_start {
            (quoted, was_quoted) = (true, true);
        } else if byte == dialect.delimiter {
            fields.push(std::mem::take(&mut bytes));
            (was_quoted, field_start) = (false, place + 1);
        } else if byte == b'\n' {
            if bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
            if !fields.is_empty() || !bytes.is_empty() || was_quoted {
                fields.push(bytes);
                return Some(Record {
                    fields,
                    end: place + 1,
                });
            }
            field_start = place + 1;
        } else {
            bytes.push(byte);
        }
        place += 1;
    }
    None
}
