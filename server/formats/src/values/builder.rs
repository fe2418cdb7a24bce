//! Builds Arrow arrays from values that are text.
//!
//! Types without a parser of their own are collected as text and cast by Arrow when the array is finished.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder,
    Float32Builder, Float64Builder, Int8Builder, Int16Builder, Int32Builder, Int64Builder,
    NullBufferBuilder, StringArray, TimestampMicrosecondBuilder, UInt8Builder, UInt16Builder,
    UInt32Builder, UInt64Builder,
};
use arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::DataType;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::types::ColumnType;
use crate::values::parse;

pub(crate) enum ColumnBuilder {
    Text(TextBuilder),
    Integer(Int64Builder),
    Int8(Int8Builder),
    Int16(Int16Builder),
    Int32(Int32Builder),
    UInt8(UInt8Builder),
    UInt16(UInt16Builder),
    UInt32(UInt32Builder),
    UInt64(UInt64Builder),
    Double(Float64Builder),
    Float(Float32Builder),
    Decimal(Decimal128Builder, u8, u8),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
    TimestampUtc(TimestampMicrosecondBuilder),
    Binary(BinaryBuilder),
    Cast(TextBuilder, DataType),
}

macro_rules! push_integer {
    ($builder:expr, $text:expr) => {
        match parse::wide_integer($text).and_then(|value| value.try_into().ok()) {
            Some(value) => {
                $builder.append_value(value);
                true
            }
            None => false,
        }
    };
}

macro_rules! push_value {
    ($builder:expr, $value:expr) => {
        match $value {
            Some(value) => {
                $builder.append_value(value);
                true
            }
            None => false,
        }
    };
}

impl ColumnBuilder {
    pub(crate) fn new(column_type: &ColumnType, rows: usize) -> Self {
        match column_type {
            ColumnType::Text => Self::Text(TextBuilder::new(rows)),
            ColumnType::Integer => Self::Integer(Int64Builder::with_capacity(rows)),
            ColumnType::Int8 => Self::Int8(Int8Builder::with_capacity(rows)),
            ColumnType::Int16 => Self::Int16(Int16Builder::with_capacity(rows)),
            ColumnType::Int32 => Self::Int32(Int32Builder::with_capacity(rows)),
            ColumnType::UInt8 => Self::UInt8(UInt8Builder::with_capacity(rows)),
            ColumnType::UInt16 => Self::UInt16(UInt16Builder::with_capacity(rows)),
            ColumnType::UInt32 => Self::UInt32(UInt32Builder::with_capacity(rows)),
            ColumnType::UInt64 => Self::UInt64(UInt64Builder::with_capacity(rows)),
            ColumnType::Double => Self::Double(Float64Builder::with_capacity(rows)),
            ColumnType::Float => Self::Float(Float32Builder::with_capacity(rows)),
            ColumnType::Decimal(precision, scale) => Self::Decimal(
                Decimal128Builder::with_capacity(rows).with_data_type(column_type.to_arrow()),
                *precision,
                *scale,
            ),
            ColumnType::Boolean => Self::Boolean(BooleanBuilder::with_capacity(rows)),
            ColumnType::Date => Self::Date(Date32Builder::with_capacity(rows)),
            ColumnType::Timestamp => {
                Self::Timestamp(TimestampMicrosecondBuilder::with_capacity(rows))
            }
            ColumnType::TimestampUtc => Self::TimestampUtc(
                TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC"),
            ),
            ColumnType::Binary => Self::Binary(BinaryBuilder::with_capacity(rows, 0)),
            ColumnType::Arrow(data_type) => Self::Cast(TextBuilder::new(rows), data_type.clone()),
        }
    }

    /// May this column hold an empty text? Elsewhere an empty text means null.
    pub(crate) fn holds_text(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Binary(_))
    }

    /// `false`: the value does not fit the type, and nothing was added.
    pub(crate) fn push(&mut self, text: &[u8]) -> bool {
        match self {
            Self::Text(builder) | Self::Cast(builder, _) => builder.push(text),
            Self::Integer(builder) => push_value!(builder, parse::integer(text)),
            Self::Int8(builder) => push_integer!(builder, text),
            Self::Int16(builder) => push_integer!(builder, text),
            Self::Int32(builder) => push_integer!(builder, text),
            Self::UInt8(builder) => push_integer!(builder, text),
            Self::UInt16(builder) => push_integer!(builder, text),
            Self::UInt32(builder) => push_integer!(builder, text),
            Self::UInt64(builder) => push_integer!(builder, text),
            Self::Double(builder) => push_value!(builder, parse::double(text)),
            Self::Float(builder) => {
                push_value!(
                    builder,
                    std::str::from_utf8(text)
                        .ok()
                        .and_then(|text| text.parse().ok())
                )
            }
            Self::Decimal(builder, precision, scale) => {
                push_value!(builder, parse::decimal(text, *precision, *scale))
            }
            Self::Boolean(builder) => push_value!(builder, parse::boolean(text)),
            Self::Date(builder) => push_value!(builder, parse::date(text)),
            Self::Timestamp(builder) => match parse::timestamp(text) {
                Some((value, parse::Zone::None)) => {
                    builder.append_value(value);
                    true
                }
                Some((_, parse::Zone::Utc)) => false,
                None => push_value!(builder, midnight(text)),
            },
            Self::TimestampUtc(builder) => match parse::timestamp(text) {
                Some((value, parse::Zone::Utc)) => {
                    builder.append_value(value);
                    true
                }
                _ => false,
            },
            Self::Binary(builder) => push_value!(builder, BASE64.decode(text).ok()),
        }
    }

    pub(crate) fn push_null(&mut self) {
        match self {
            Self::Text(builder) | Self::Cast(builder, _) => builder.push_null(),
            Self::Integer(builder) => builder.append_null(),
            Self::Int8(builder) => builder.append_null(),
            Self::Int16(builder) => builder.append_null(),
            Self::Int32(builder) => builder.append_null(),
            Self::UInt8(builder) => builder.append_null(),
            Self::UInt16(builder) => builder.append_null(),
            Self::UInt32(builder) => builder.append_null(),
            Self::UInt64(builder) => builder.append_null(),
            Self::Double(builder) => builder.append_null(),
            Self::Float(builder) => builder.append_null(),
            Self::Decimal(builder, ..) => builder.append_null(),
            Self::Boolean(builder) => builder.append_null(),
            Self::Date(builder) => builder.append_null(),
            Self::Timestamp(builder) | Self::TimestampUtc(builder) => builder.append_null(),
            Self::Binary(builder) => builder.append_null(),
        }
    }

    pub(crate) fn finish(self) -> Result<ArrayRef, Unfit> {
        Ok(match self {
            Self::Text(builder) => Arc::new(builder.finish()?),
            Self::Integer(mut builder) => Arc::new(builder.finish()),
            Self::Int8(mut builder) => Arc::new(builder.finish()),
            Self::Int16(mut builder) => Arc::new(builder.finish()),
            Self::Int32(mut builder) => Arc::new(builder.finish()),
            Self::UInt8(mut builder) => Arc::new(builder.finish()),
            Self::UInt16(mut builder) => Arc::new(builder.finish()),
            Self::UInt32(mut builder) => Arc::new(builder.finish()),
            Self::UInt64(mut builder) => Arc::new(builder.finish()),
            Self::Double(mut builder) => Arc::new(builder.finish()),
            Self::Float(mut builder) => Arc::new(builder.finish()),
            Self::Decimal(mut builder, ..) => Arc::new(builder.finish()),
            Self::Boolean(mut builder) => Arc::new(builder.finish()),
            Self::Date(mut builder) => Arc::new(builder.finish()),
            Self::Timestamp(mut builder) | Self::TimestampUtc(mut builder) => {
                Arc::new(builder.finish())
            }
            Self::Binary(mut builder) => Arc::new(builder.finish()),
            Self::Cast(builder, data_type) => cast_text(&builder.finish()?, &data_type)?,
        })
    }
}

/// A date where an instant is wanted means its first moment.
fn midnight(text: &[u8]) -> Option<i64> {
    parse::date(text).map(|days| i64::from(days) * 86_400_000_000)
}

/// The row, counted from 0, whose value was found not to fit when the array was finished.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unfit {
    pub(crate) row: usize,
    pub(crate) value: Vec<u8>,
    pub(crate) not_utf8: bool,
}

fn cast_text(texts: &StringArray, data_type: &DataType) -> Result<ArrayRef, Unfit> {
    let lenient = CastOptions {
        safe: true,
        ..CastOptions::default()
    };
    let unfit = |row: usize| Unfit {
        row,
        value: texts.value(row).as_bytes().to_vec(),
        not_utf8: false,
    };
    let first_value = || (0..texts.len()).find(|row| texts.is_valid(*row));
    match cast_with_options(texts, data_type, &lenient) {
        Ok(array) => match (0..texts.len()).find(|row| texts.is_valid(*row) && array.is_null(*row))
        {
            Some(row) => Err(unfit(row)),
            None => Ok(array),
        },
        Err(_) => match first_value() {
            Some(row) => Err(unfit(row)),
            None => Ok(arrow::array::new_null_array(data_type, texts.len())),
        },
    }
}

/// Collects text; whether it is UTF-8 is checked once, at the end.
pub(crate) struct TextBuilder {
    bytes: Vec<u8>,
    ends: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl TextBuilder {
    fn new(rows: usize) -> Self {
        let mut ends = Vec::with_capacity(rows + 1);
        ends.push(0);
        Self {
            bytes: Vec::new(),
            ends,
            nulls: NullBufferBuilder::new(rows),
        }
    }

    /// `false` beyond 2 GiB, which chunks never reach.
    fn push(&mut self, text: &[u8]) -> bool {
        self.bytes.extend_from_slice(text);
        let Ok(end) = i32::try_from(self.bytes.len()) else {
            return false;
        };
        self.ends.push(end);
        self.nulls.append_non_null();
        true
    }

    fn push_null(&mut self) {
        self.ends.push(self.ends.last().copied().unwrap_or(0));
        self.nulls.append_null();
    }

    fn finish(mut self) -> Result<StringArray, Unfit> {
        let bytes = Buffer::from_vec(self.bytes);
        let ends = ScalarBuffer::from(self.ends);
        StringArray::try_new(
            OffsetBuffer::new(ends.clone()),
            bytes.clone(),
            self.nulls.finish(),
        )
        .map_err(|_| first_broken(&bytes, &ends))
    }
}

/// The first row whose bytes are no UTF-8 on their own.
fn first_broken(bytes: &[u8], ends: &[i32]) -> Unfit {
    ends.windows(2)
        .enumerate()
        .find_map(|(row, bounds)| {
            let (start, end) = (
                usize::try_from(bounds[0]).ok()?,
                usize::try_from(bounds[1]).ok()?,
            );
            let value = bytes.get(start..end)?;
            std::str::from_utf8(value).is_err().then(|| Unfit {
                row,
                value: value.to_vec(),
                not_utf8: true,
            })
        })
        .unwrap_or(Unfit {
            row: 0,
            value: Vec::new(),
            not_utf8: true,
        })
}
