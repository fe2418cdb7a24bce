//! Finds out how CSV files are written and which types their columns have, by reading all of them once.

use std::sync::Arc;

use futures::StreamExt;

use crate::chunks::{CHUNK_BYTES, Chunks, Piece};
use crate::csv::dialect::{CsvDialect, guess_delimiter};
use crate::csv::header::{Header, first_record};
use crate::csv::index::{Cell, Index};
use crate::csv::read::index;
use crate::error::{FormatError, Result};
use crate::input::InputFile;
use crate::ordered::{Lane, ordered, parallelism};
use crate::types::{ColumnType, Field, SchemaDifference, TableSchema};
use crate::values::Evidence;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub dialect: CsvDialect,
    pub schema: TableSchema,
    pub rows: u64,
}

/// Delimiter and header are found in the first file, types in all rows of all files.
///
/// Must be called inside a Tokio runtime. Files with other columns than the first are an error that names both.
pub async fn detect(files: &[InputFile]) -> Result<Detected> {
    detect_in_chunks(files, CHUNK_BYTES).await
}

pub(crate) async fn detect_in_chunks(files: &[InputFile], chunk_bytes: usize) -> Result<Detected> {
    let Some(first) = files.first().cloned() else {
        return Err(FormatError::Empty {
            file: "the table".to_owned(),
        });
    };
    let (dialect, names) = tokio::task::spawn_blocking(move || begin(&first)).await??;
    let columns = Arc::new(names);
    let mut pieces = {
        let (files, columns) = (files.to_vec(), Arc::clone(&columns));
        Box::pin(ordered(parallelism() + 1, move |lane| {
            let reference = files
                .first()
                .map(|file| file.label.clone())
                .unwrap_or_default();
            for file in &files {
                match submit_file(lane, file, dialect, &columns, &reference, chunk_bytes) {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => {
                        lane.submit(move || Err(error));
                        return;
                    }
                }
            }
        }))
    };
    let mut evidence = vec![Evidence::default(); columns.len()];
    let mut rows = 0;
    while let Some(observed) = pieces.next().await {
        let observed = observed??;
        rows += observed.rows;
        for (whole, part) in evidence.iter_mut().zip(observed.evidence) {
            whole.merge(part);
        }
    }
    let fields = columns
        .iter()
        .zip(evidence)
        .map(|(name, evidence)| Field::new(name.as_str(), &evidence.column_type(), true))
        .collect();
    Ok(Detected {
        dialect,
        schema: TableSchema { fields },
        rows,
    })
}

/// Delimiter, header and names, from the beginning of a file.
fn begin(file: &InputFile) -> Result<(CsvDialect, Vec<String>)> {
    let empty = || FormatError::Empty {
        file: file.label.clone(),
    };
    let quote = CsvDialect::default().quote;
    // Cutting pieces needs the delimiter only to know quotes that begin a field; the sample is cut again below.
    let delimiter = {
        let mut chunks = Chunks::open(file, None, CHUNK_BYTES)?;
        let sample = chunks.next()?.ok_or_else(empty)?;
        guess_delimiter(&sample.bytes, quote)
    };
    let without_header = CsvDialect {
        delimiter,
        quote,
        has_header: false,
    };
    let mut chunks = Chunks::open(file, Some(without_header.quoting()), CHUNK_BYTES)?;
    let piece = chunks.next()?.ok_or_else(empty)?;
    let has_header = has_header(&piece, without_header, &file.label)?;
    let dialect = CsvDialect {
        has_header,
        ..without_header
    };
    let header = Header::of(&piece, dialect, &file.label)?;
    Ok((dialect, header.names))
}

/// A first record is a header if its fields are different texts, or if it is the only one that does not have the types
/// of the others.
fn has_header(piece: &Piece, dialect: CsvDialect, label: &str) -> Result<bool> {
    let Some(first) = first_record(&piece.bytes, dialect) else {
        return Err(FormatError::Empty {
            file: label.to_owned(),
        });
    };
    let columns = first.fields.len();
    let rest = index(piece, first.end, dialect, columns, label)?;
    let rest = observe(
        &rest,
        &piece.bytes[first.end..],
        dialect,
        &(0..columns).collect::<Vec<_>>(),
    );
    let mut names_only = true;
    let mut unlike_the_rest = false;
    for (place, (field, rest)) in first.fields.iter().zip(rest).enumerate() {
        let mut evidence = Evidence::default();
        evidence.observe(field);
        let is_text = evidence.column_type() == ColumnType::Text && !field.is_empty();
        let repeated = first.fields[..place].iter().any(|before| before == field);
        names_only &= is_text && !repeated;
        unlike_the_rest |= is_text && !rest.is_empty() && rest.column_type() != ColumnType::Text;
    }
    Ok(names_only || unlike_the_rest)
}

struct Observed {
    evidence: Vec<Evidence>,
    rows: u64,
}

/// `false`: nobody reads any more.
fn submit_file(
    lane: &Lane<Result<Observed>>,
    file: &InputFile,
    dialect: CsvDialect,
    columns: &[String],
    reference: &str,
    chunk_bytes: usize,
) -> Result<bool> {
    let mut chunks = Chunks::open(file, Some(dialect.quoting()), chunk_bytes)?;
    let Some(first) = chunks.next()? else {
        return if dialect.has_header {
            Err(FormatError::Empty {
                file: file.label.clone(),
            })
        } else {
            Ok(true)
        };
    };
    let header = Header::of(&first, dialect, &file.label)?;
    let difference = difference(columns, &header.names);
    if !difference.is_empty() {
        return Err(FormatError::SchemaDiffers {
            file: file.label.clone(),
            reference: reference.to_owned(),
            difference,
        });
    }
    let places: Arc<[usize]> = columns
        .iter()
        .filter_map(|name| header.names.iter().position(|found| found == name))
        .collect();
    let (mut piece, mut rows_at) = (Some(first), header.rows_at);
    while let Some(records) = piece {
        let (label, places) = (file.label.clone(), Arc::clone(&places));
        let work = move || {
            let index = index(&records, rows_at, dialect, places.len(), &label)?;
            let evidence = observe(&index, &records.bytes[rows_at..], dialect, &places);
            Ok(Observed {
                evidence,
                rows: index.rows() as u64,
            })
        };
        if !lane.submit(work) {
            return Ok(false);
        }
        (piece, rows_at) = (chunks.next()?, 0);
    }
    Ok(true)
}

fn difference(expected: &[String], found: &[String]) -> SchemaDifference {
    let missing_in = |from: &[String], other: &[String]| -> Vec<String> {
        from.iter()
            .filter(|name| !other.contains(name))
            .cloned()
            .collect()
    };
    SchemaDifference {
        added: missing_in(found, expected),
        removed: missing_in(expected, found),
        changed: Vec::new(),
    }
}

/// What the columns at `places` hold.
fn observe(index: &Index, bytes: &[u8], dialect: CsvDialect, places: &[usize]) -> Vec<Evidence> {
    places
        .iter()
        .map(|column| {
            let mut evidence = Evidence::default();
            for row in 0..index.rows() {
                match index.cell(bytes, row, *column, dialect.quote) {
                    Cell::Null => {}
                    Cell::Quoted([]) => evidence.observe_text(),
                    Cell::Plain(text) | Cell::Quoted(text) => evidence.observe(text),
                }
                if evidence.is_text() {
                    break;
                }
            }
            evidence
        })
        .collect()
}
