//! Reads CSV files into record batches: pieces are parsed in parallel and come out in the order of the files.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use futures::StreamExt;
use futures::stream::BoxStream;

use crate::chunks::{CHUNK_BYTES, Chunks, Piece};
use crate::csv::dialect::CsvDialect;
use crate::csv::header::Header;
use crate::csv::index::{BadKind, BadRecord, Cell, Index};
use crate::error::{FormatError, Misfit, Result, shortened};
use crate::input::InputFile;
use crate::ordered::{Lane, ordered, parallelism};
use crate::types::{ColumnType, TableSchema};
use crate::values::ColumnBuilder;

/// Streams the columns of `schema`, found by name in each file, with the rows in the order of the files.
///
/// Must be called inside a Tokio runtime. Columns that the schema does not name are passed over. The first value that
/// does not fit ends the stream with [`FormatError::Misfit`].
pub fn read(
    files: Vec<InputFile>,
    dialect: CsvDialect,
    schema: &TableSchema,
) -> Result<BoxStream<'static, Result<RecordBatch>>> {
    read_in_chunks(files, dialect, schema, CHUNK_BYTES)
}

pub(crate) fn read_in_chunks(
    files: Vec<InputFile>,
    dialect: CsvDialect,
    schema: &TableSchema,
    chunk_bytes: usize,
) -> Result<BoxStream<'static, Result<RecordBatch>>> {
    let target = Arc::new(Target::new(schema)?);
    let stream = ordered(parallelism() + 1, move |lane| {
        for file in &files {
            match submit_file(lane, file, dialect, &target, chunk_bytes) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    lane.submit(move || Err(error));
                    return;
                }
            }
        }
    });
    Ok(stream.map(|parsed| parsed?).boxed())
}

/// The columns wanted.
struct Target {
    schema: SchemaRef,
    types: Vec<ColumnType>,
}

impl Target {
    fn new(schema: &TableSchema) -> Result<Self> {
        let types: Result<Vec<ColumnType>> = schema
            .fields
            .iter()
            .map(crate::types::Field::column_type)
            .collect();
        Ok(Self {
            schema: schema.to_arrow()?,
            types: types?,
        })
    }
}

/// One file's columns, and where the wanted ones are among them.
struct Layout {
    label: String,
    dialect: CsvDialect,
    target: Arc<Target>,
    columns: usize,
    places: Vec<usize>,
}

/// `false`: nobody reads any more.
fn submit_file(
    lane: &Lane<Result<RecordBatch>>,
    file: &InputFile,
    dialect: CsvDialect,
    target: &Arc<Target>,
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
    let places: Result<Vec<usize>> = target
        .schema
        .fields()
        .iter()
        .map(|field| {
            header
                .names
                .iter()
                .position(|name| name == field.name())
                .ok_or_else(|| FormatError::MissingColumn {
                    file: file.label.clone(),
                    column: field.name().clone(),
                })
        })
        .collect();
    let layout = Arc::new(Layout {
        label: file.label.clone(),
        dialect,
        target: Arc::clone(target),
        columns: header.names.len(),
        places: places?,
    });
    let (mut piece, mut rows_at) = (Some(first), header.rows_at);
    while let Some(records) = piece {
        let layout = Arc::clone(&layout);
        if !lane.submit(move || layout.parse(&records, rows_at)) {
            return Ok(false);
        }
        (piece, rows_at) = (chunks.next()?, 0);
    }
    Ok(true)
}

impl Layout {
    fn parse(&self, piece: &Piece, rows_at: usize) -> Result<RecordBatch> {
        let records = Records {
            layout: self,
            index: index(piece, rows_at, self.dialect, self.columns, &self.label)?,
            piece,
            bytes: &piece.bytes[rows_at..],
            rows_at,
        };
        let arrays: Result<Vec<ArrayRef>> = (0..self.places.len())
            .map(|wanted| records.column(wanted))
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(records.index.rows()));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.target.schema),
            arrays?,
            &options,
        )?)
    }
}

/// Cuts the records of a piece from `rows_at` on into fields.
pub(crate) fn index(
    piece: &Piece,
    rows_at: usize,
    dialect: CsvDialect,
    columns: usize,
    label: &str,
) -> Result<Index> {
    Index::of(&piece.bytes[rows_at..], dialect, columns).map_err(|BadRecord { at, kind }| {
        let (file, line) = (label.to_owned(), piece.line(rows_at + at));
        match kind {
            BadKind::Ragged { found } => FormatError::Ragged {
                file,
                line,
                found: found as u64,
                expected: columns as u64,
            },
            BadKind::TextAfterQuote => FormatError::Malformed {
                file,
                line,
                problem: "text follows a closing quote".to_owned(),
            },
            BadKind::QuoteNotClosed => FormatError::Malformed {
                file,
                line,
                problem: "a quote is never closed".to_owned(),
            },
        }
    })
}

/// The records of one piece.
struct Records<'a> {
    layout: &'a Layout,
    piece: &'a Piece,
    /// The piece without its header.
    bytes: &'a [u8],
    rows_at: usize,
    index: Index,
}

impl Records<'_> {
    fn column(&self, wanted: usize) -> Result<ArrayRef> {
        let quote = self.layout.dialect.quote;
        let column = self.layout.places[wanted];
        let mut builder = ColumnBuilder::new(&self.layout.target.types[wanted], self.index.rows());
        let mut unquoted = Vec::new();
        for row in 0..self.index.rows() {
            let fits = match self.index.cell(self.bytes, row, column, quote) {
                Cell::Null => {
                    builder.push_null();
                    true
                }
                Cell::Plain(text) => builder.push(text),
                Cell::Quoted([]) if !builder.holds_text() => {
                    builder.push_null();
                    true
                }
                Cell::Quoted(text) if memchr::memchr(quote, text).is_none() => builder.push(text),
                Cell::Quoted(text) => {
                    undouble(text, quote, &mut unquoted);
                    builder.push(&unquoted)
                }
            };
            if !fits {
                let expected = self.layout.target.types[wanted].to_string();
                return Err(self.misfit(row, wanted, expected));
            }
        }
        let array = builder.finish().map_err(|unfit| {
            let column_type = &self.layout.target.types[wanted];
            let expected = if unfit.not_utf8 {
                "UTF-8 text".to_owned()
            } else {
                column_type.to_string()
            };
            self.misfit(unfit.row, wanted, expected)
        })?;
        if array.null_count() > 0 && !self.layout.target.schema.field(wanted).is_nullable() {
            let row = (0..array.len())
                .find(|row| array.is_null(*row))
                .unwrap_or_default();
            return Err(self.misfit(
                row,
                wanted,
                format!("{}, never empty", self.layout.target.types[wanted]),
            ));
        }
        Ok(array)
    }

    #[cold]
    fn misfit(&self, row: usize, wanted: usize, expected: String) -> FormatError {
        let column = self.layout.places[wanted];
        let value = match self
            .index
            .cell(self.bytes, row, column, self.layout.dialect.quote)
        {
            Cell::Null => &[][..],
            Cell::Plain(text) | Cell::Quoted(text) => text,
        };
        FormatError::Misfit(Box::new(Misfit {
            file: self.layout.label.clone(),
            line: self
                .piece
                .line(self.rows_at + self.index.start(row, column)),
            column: self.layout.target.schema.field(wanted).name().clone(),
            value: shortened(value),
            expected,
        }))
    }
}

/// Two quotes inside a quoted field mean one.
fn undouble(text: &[u8], quote: u8, into: &mut Vec<u8>) {
    into.clear();
    let mut rest = text;
    while let Some(place) = memchr::memchr(quote, rest) {
        into.extend_from_slice(&rest[..=place]);
        rest = rest.get(place + 2..).unwrap_or_default();
    }
    into.extend_from_slice(rest);
}
