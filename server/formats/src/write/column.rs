//! One column of a batch, opened once, so that printing a cell is one `match` and no cast.

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryViewArray, FixedSizeBinaryArray, GenericListArray,
    GenericListViewArray, LargeBinaryArray, LargeStringArray, OffsetSizeTrait, StringArray,
    StringViewArray,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow::compute::cast;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, DurationFormat, FormatOptions};

use crate::error::FormatError;

#[derive(Debug)]
pub(super) struct Column {
    /// `None` when no cell of the batch is null.
    pub(super) nulls: Option<NullBuffer>,
    pub(super) values: Values,
}

#[derive(Debug)]
pub(super) enum Values {
    /// Every cell is null.
    Null,
    Boolean(BooleanBuffer),
    Int8(ScalarBuffer<i8>),
    Int16(ScalarBuffer<i16>),
    Int32(ScalarBuffer<i32>),
    Int64(ScalarBuffer<i64>),
    UInt8(ScalarBuffer<u8>),
    UInt16(ScalarBuffer<u16>),
    UInt32(ScalarBuffer<u32>),
    UInt64(ScalarBuffer<u64>),
    Float32(ScalarBuffer<f32>),
    Float64(ScalarBuffer<f64>),
    Decimal(ScalarBuffer<i128>, i8),
    /// Numbers too wide for the others, printed already, with a point.
    Number(StringArray),
    Date(ScalarBuffer<i32>),
    Time(ScalarBuffer<i64>, TimeUnit),
    /// With `true` an instant, which is written in UTC whatever zone the column shows.
    Timestamp(ScalarBuffer<i64>, TimeUnit, bool),
    Utf8(StringArray),
    LargeUtf8(LargeStringArray),
    Utf8View(StringViewArray),
    Binary(BinaryArray),
    LargeBinary(LargeBinaryArray),
    BinaryView(BinaryViewArray),
    FixedBinary(FixedSizeBinaryArray),
    /// Start and length in the elements, per row.
    List(Vec<(usize, usize)>, Box<Column>),
    /// The same with a key per element.
    Map(Vec<(usize, usize)>, Box<Column>, Box<Column>),
    Struct(Vec<(String, Column)>),
}

impl Column {
    #[inline]
    pub(super) fn is_null(&self, row: usize) -> bool {
        match &self.nulls {
            Some(nulls) => nulls.is_null(row),
            None => matches!(self.values, Values::Null),
        }
    }

    /// Whether CSV's *non-numeric* quoting leaves it bare.
    pub(super) fn is_number(&self) -> bool {
        matches!(
            self.values,
            Values::Int8(_)
                | Values::Int16(_)
                | Values::Int32(_)
                | Values::Int64(_)
                | Values::UInt8(_)
                | Values::UInt16(_)
                | Values::UInt32(_)
                | Values::UInt64(_)
                | Values::Float32(_)
                | Values::Float64(_)
                | Values::Decimal(..)
                | Values::Number(_)
        )
    }

    pub(super) fn new(array: &ArrayRef) -> Result<Self, FormatError> {
        let values = match array.data_type() {
            DataType::Null => Values::Null,
            DataType::Boolean => Values::Boolean(array.as_boolean().values().clone()),
            DataType::Int8 => Values::Int8(primitive::<Int8Type>(array)),
            DataType::Int16 => Values::Int16(primitive::<Int16Type>(array)),
            DataType::Int32 => Values::Int32(primitive::<Int32Type>(array)),
            DataType::Int64 => Values::Int64(primitive::<Int64Type>(array)),
            DataType::UInt8 => Values::UInt8(primitive::<UInt8Type>(array)),
            DataType::UInt16 => Values::UInt16(primitive::<UInt16Type>(array)),
            DataType::UInt32 => Values::UInt32(primitive::<UInt32Type>(array)),
            DataType::UInt64 => Values::UInt64(primitive::<UInt64Type>(array)),
            DataType::Float32 => Values::Float32(primitive::<Float32Type>(array)),
            DataType::Float64 => Values::Float64(primitive::<Float64Type>(array)),
            DataType::Decimal128(_, scale) => {
                Values::Decimal(primitive::<Decimal128Type>(array), *scale)
            }
            DataType::Date32 => Values::Date(primitive::<Date32Type>(array)),
            DataType::Time32(unit) => Values::Time(time32(array, *unit), *unit),
            DataType::Time64(unit) => Values::Time(time64(array, *unit), *unit),
            DataType::Timestamp(unit, zone) => {
                Values::Timestamp(instants(array, *unit), *unit, zone.is_some())
            }
            DataType::Utf8 => Values::Utf8(array.as_string().clone()),
            DataType::LargeUtf8 => Values::LargeUtf8(array.as_string().clone()),
            DataType::Utf8View => Values::Utf8View(array.as_string_view().clone()),
            DataType::Binary => Values::Binary(array.as_binary().clone()),
            DataType::LargeBinary => Values::LargeBinary(array.as_binary().clone()),
            DataType::BinaryView => Values::BinaryView(array.as_binary_view().clone()),
            DataType::FixedSizeBinary(_) => {
                Values::FixedBinary(array.as_fixed_size_binary().clone())
            }
            DataType::List(_) => list(array.as_list::<i32>())?,
            DataType::LargeList(_) => list(array.as_list::<i64>())?,
            DataType::ListView(_) => list_view(array.as_list_view::<i32>())?,
            DataType::LargeListView(_) => list_view(array.as_list_view::<i64>())?,
            DataType::FixedSizeList(_, _) => {
                let lists = array.as_fixed_size_list();
                let length = usize::try_from(lists.value_length()).unwrap_or(0);
                let ranges = (0..lists.len()).map(|row| (row * length, length)).collect();
                Values::List(ranges, Box::new(Self::new(lists.values())?))
            }
            DataType::Struct(fields) => {
                let columns = fields.iter().zip(array.as_struct().columns());
                let columns = columns.map(|(field, column)| {
                    Ok::<_, FormatError>((field.name().clone(), Self::new(column)?))
                });
                Values::Struct(columns.collect::<Result<_, _>>()?)
            }
            DataType::Map(_, _) => {
                let map = array.as_map();
                let (keys, values) = (Self::new(map.keys())?, Self::new(map.values())?);
                Values::Map(
                    ranges(map.value_offsets()),
                    Box::new(keys),
                    Box::new(values),
                )
            }
            DataType::Decimal256(_, _) => Values::Number(displayed(array)?),
            other => match plainer(other) {
                Some(plain) => return Self::new(&cast(array, &plain)?),
                // Durations, intervals, unions: the text Arrow itself shows.
                None => Values::Utf8(displayed(array)?),
            },
        };
        // Logical, so that a null of a dictionary or of the null type counts as well.
        let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
        Ok(Self { nulls, values })
    }
}

/// A type that has a [`Values`] of its own and holds the same.
fn plainer(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Float16 => Some(DataType::Float32),
        DataType::Date64 => Some(DataType::Date32),
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            Some(DataType::Decimal128(*precision, *scale))
        }
        DataType::Dictionary(_, values) => Some(values.as_ref().clone()),
        DataType::RunEndEncoded(_, values) => Some(values.data_type().clone()),
        _ => None,
    }
}

fn primitive<T: ArrowPrimitiveType>(array: &ArrayRef) -> ScalarBuffer<T::Native> {
    array.as_primitive::<T>().values().clone()
}

fn time32(array: &ArrayRef, unit: TimeUnit) -> ScalarBuffer<i64> {
    let values = match unit {
        TimeUnit::Second => primitive::<Time32SecondType>(array),
        _ => primitive::<Time32MillisecondType>(array),
    };
    values.iter().map(|value| i64::from(*value)).collect()
}

fn time64(array: &ArrayRef, unit: TimeUnit) -> ScalarBuffer<i64> {
    match unit {
        TimeUnit::Nanosecond => primitive::<Time64NanosecondType>(array),
        _ => primitive::<Time64MicrosecondType>(array),
    }
}

fn instants(array: &ArrayRef, unit: TimeUnit) -> ScalarBuffer<i64> {
    match unit {
        TimeUnit::Second => primitive::<TimestampSecondType>(array),
        TimeUnit::Millisecond => primitive::<TimestampMillisecondType>(array),
        TimeUnit::Microsecond => primitive::<TimestampMicrosecondType>(array),
        TimeUnit::Nanosecond => primitive::<TimestampNanosecondType>(array),
    }
}

fn list<O: OffsetSizeTrait>(lists: &GenericListArray<O>) -> Result<Values, FormatError> {
    Ok(Values::List(
        ranges(lists.value_offsets()),
        Box::new(Column::new(lists.values())?),
    ))
}

fn list_view<O: OffsetSizeTrait>(lists: &GenericListViewArray<O>) -> Result<Values, FormatError> {
    let ranges = lists.offsets().iter().zip(lists.sizes().iter());
    let ranges = ranges
        .map(|(start, length)| (start.as_usize(), length.as_usize()))
        .collect();
    Ok(Values::List(ranges, Box::new(Column::new(lists.values())?)))
}

fn ranges<O: OffsetSizeTrait>(offsets: &[O]) -> Vec<(usize, usize)> {
    let range = |pair: &[O]| (pair[0].as_usize(), pair[1].as_usize() - pair[0].as_usize());
    offsets.windows(2).map(range).collect()
}

fn displayed(array: &ArrayRef) -> Result<StringArray, ArrowError> {
    let options = FormatOptions::new()
        .with_display_error(false)
        .with_duration_format(DurationFormat::ISO8601);
    let formatter = ArrayFormatter::try_new(array.as_ref(), &options)?;
    let text = |row| {
        if array.is_null(row) {
            Ok(None)
        } else {
            formatter.value(row).try_to_string().map(Some)
        }
    };
    (0..array.len()).map(text).collect()
}
