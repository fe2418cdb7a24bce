//! Reads JSON Lines files into record batches: pieces are parsed in parallel and come out in the order of the files.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt, stream};

use crate::chunks::{CHUNK_BYTES, Chunks, Piece};
use crate::error::{FormatError, Misfit, Result, shortened};
use crate::input::InputFile;
use crate::jsonl::parse::{Value, members, unescape};
use crate::ordered::{Lane, ordered, parallelism};
use crate::types::{ColumnType, Field, TableSchema};
use crate::values::ColumnBuilder;

/// The keys that a reading met; complete when its stream has ended.
#[derive(Debug, Clone, Default)]
pub struct Keys(Arc<Mutex<Met>>);

#[derive(Debug, Default)]
struct Met {
    unknown: BTreeSet<String>,
    seen: Vec<bool>,
    rows: u64,
}

impl Keys {
    /// Keys that the schema does not name.
    pub fn unknown(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .unknown
            .iter()
            .cloned()
            .collect()
    }

    fn add(&self, part: Met) {
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        met.unknown.extend(part.unknown);
        met.seen.resize(part.seen.len(), false);
        for (whole, part) in met.seen.iter_mut().zip(part.seen) {
            *whole |= part;
        }
        met.rows += part.rows;
    }

    /// The first column whose key no row had.
    fn never_seen(&self) -> Option<usize> {
        let met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if met.rows == 0 {
            None
        } else {
            met.seen.iter().position(|seen| !seen)
        }
    }
}

/// Streams the columns of `schema` with the rows in the order of the files, and the keys met on the way.
///
/// Must be called inside a Tokio runtime. A column whose key no row has, while there are rows, ends the stream with
/// [`FormatError::MissingColumn`]; the first value that does not fit with [`FormatError::Misfit`].
pub fn read(
    files: Vec<InputFile>,
    schema: &TableSchema,
) -> Result<(BoxStream<'static, Result<RecordBatch>>, Keys)> {
    read_in_chunks(files, schema, CHUNK_BYTES)
}

pub(crate) fn read_in_chunks(
    files: Vec<InputFile>,
    schema: &TableSchema,
    chunk_bytes: usize,
) -> Result<(BoxStream<'static, Result<RecordBatch>>, Keys)> {
    let keys = Keys::default();
    let layout = Arc::new(Layout::new(schema, keys.clone())?);
    let all_files = files
        .first()
        .map(|file| file.label.clone())
        .unwrap_or_default();
    let (last_layout, last_keys) = (Arc::clone(&layout), keys.clone());
    let rows = ordered(parallelism() + 1, move |lane| {
        for file in &files {
            match submit_file(lane, file, &layout, chunk_bytes) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    lane.submit(move || Err(error));
                    return;
                }
            }
        }
    });
    let check = stream::once(async move {
        match last_keys.never_seen() {
            None => Ok(None),
            Some(place) => Err(FormatError::MissingColumn {
                file: all_files,
                column: last_layout.schema.field(place).name().clone(),
            }),
        }
    });
    let stream = rows
        .map(|parsed| parsed?.map(Some))
        .chain(check)
        .try_filter_map(|batch| async { Ok(batch) });
    Ok((stream.boxed(), keys))
}

fn submit_file(
    lane: &Lane<Result<RecordBatch>>,
    file: &InputFile,
    layout: &Arc<Layout>,
    chunk_bytes: usize,
) -> Result<bool> {
    let mut chunks = Chunks::open(file, None, chunk_bytes)?;
    while let Some(piece) = chunks.next()? {
        let (label, layout) = (file.label.clone(), Arc::clone(layout));
        if !lane.submit(move || layout.parse(&piece, &label)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The lines of a piece that are not blank, with the place where each begins.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', bytes)
        .map(move |end| {
            let line = (start, &bytes[start..end]);
            start = end + 1;
            line
        })
        .filter(|(_, line)| !line.trim_ascii().is_empty())
}

struct Layout {
    schema: SchemaRef,
    types: Vec<ColumnType>,
    places: HashMap<Vec<u8>, usize>,
    keys: Keys,
}

impl Layout {
    fn new(schema: &TableSchema, keys: Keys) -> Result<Self> {
        let types: Result<Vec<ColumnType>> = schema.fields.iter().map(Field::column_type).collect();
        let places = schema
            .fields
            .iter()
            .enumerate()
            .map(|(place, field)| (field.name.clone().into_bytes(), place))
            .collect();
        Ok(Self {
            schema: schema.to_arrow()?,
            types: types?,
            places,
            keys,
        })
    }

    fn parse(&self, piece: &Piece, label: &str) -> Result<RecordBatch> {
        let rows = lines(&piece.bytes).count();
        let mut builders: Vec<ColumnBuilder> = self
            .types
            .iter()
            .map(|column_type| ColumnBuilder::new(column_type, rows))
            .collect();
        let mut met = Met {
            unknown: BTreeSet::new(),
            seen: vec![false; self.types.len()],
            rows: rows as u64,
        };
        let mut values: Vec<Option<Value<'_>>> = vec![None; self.types.len()];
        for (at, line) in lines(&piece.bytes) {
            let malformed = |problem: &'static str| FormatError::Malformed {
                file: label.to_owned(),
                line: piece.line(at),
                problem: problem.to_owned(),
            };
            self.members(line, &mut values, &mut met)
                .map_err(malformed)?;
            for (place, (builder, value)) in builders.iter_mut().zip(&mut values).enumerate() {
                let value = value.take().unwrap_or(Value::Null);
                if !push(builder, value).map_err(malformed)?
                    || (value == Value::Null && !self.schema.field(place).is_nullable())
                {
                    return Err(self.misfit(piece, label, at, place, &written(value), None));
                }
            }
        }
        self.keys.add(met);
        let arrays: Result<Vec<ArrayRef>> = builders
            .into_iter()
            .enumerate()
            .map(|(place, builder)| {
                builder.finish().map_err(|unfit| {
                    let at = lines(&piece.bytes).nth(unfit.row).map_or(0, |(at, _)| at);
                    let expected = unfit.not_utf8.then_some("UTF-8 text");
                    self.misfit(piece, label, at, place, &unfit.value, expected)
                })
            })
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            arrays?,
            &options,
        )?)
    }

    /// Puts the members of one record where their columns are. A key that is there twice counts as its last.
    fn members<'a>(
        &self,
        line: &'a [u8],
        values: &mut [Option<Value<'a>>],
        met: &mut Met,
    ) -> Result<(), &'static str> {
        let mut next = 0;
        members(line, |key, value| {
            let expected = self
                .schema
                .fields()
                .get(next)
                .is_some_and(|field| field.name().as_bytes() == &*key);
            let place = if expected {
                Some(next)
            } else {
                self.places.get(&*key).copied()
            };
            match place {
                Some(place) => {
                    values[place] = Some(value);
                    met.seen[place] = true;
                    next = place + 1;
                }
                None => {
                    met.unknown
                        .insert(String::from_utf8_lossy(&key).into_owned());
                }
            }
            Ok(())
        })
    }

    #[cold]
    fn misfit(
        &self,
        piece: &Piece,
        label: &str,
        at: usize,
        place: usize,
        value: &[u8],
        expected: Option<&str>,
    ) -> FormatError {
        FormatError::Misfit(Box::new(Misfit {
            file: label.to_owned(),
            line: piece.line(at),
            column: self.schema.field(place).name().clone(),
            value: shortened(value),
            expected: expected.map_or_else(|| self.types[place].to_string(), str::to_owned),
        }))
    }
}

fn push(builder: &mut ColumnBuilder, value: Value<'_>) -> Result<bool, &'static str> {
    Ok(match value {
        Value::Null => {
            builder.push_null();
            true
        }
        Value::True => builder.push(b"true"),
        Value::False => builder.push(b"false"),
        Value::Number(text) | Value::Nested(text) => builder.push(text),
        Value::String([]) if !builder.holds_text() => {
            builder.push_null();
            true
        }
        Value::String(text) => builder.push(&unescape(text)?),
    })
}

/// A value as the file has it, for a message.
fn written(value: Value<'_>) -> Vec<u8> {
    match value {
        Value::Null => b"null".to_vec(),
        Value::True => b"true".to_vec(),
        Value::False => b"false".to_vec(),
        Value::Number(text) | Value::Nested(text) | Value::String(text) => text.to_vec(),
    }
}
