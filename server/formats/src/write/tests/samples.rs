//! One batch with a column of every Arrow type, and what its cells are in text.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, Date32Array, Date64Array,
    Decimal32Array, Decimal64Array, Decimal128Array, Decimal256Array, DictionaryArray,
    DurationMillisecondArray, FixedSizeBinaryArray, FixedSizeListArray, Float16Array, Float32Array,
    Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, IntervalYearMonthArray,
    LargeBinaryArray, LargeListArray, LargeListViewArray, LargeStringArray, ListArray,
    ListViewArray, MapBuilder, NullArray, RecordBatch, RunArray, StringArray, StringBuilder,
    StringViewArray, StructArray, Time32MillisecondArray, Time32SecondArray,
    Time64MicrosecondArray, Time64NanosecondArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt8Array,
    UInt16Array, UInt32Array, UInt64Array,
};
use arrow::buffer::ScalarBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, i256};

/// A column of three rows (a value, a null, a value) with its cells in CSV and in JSON.
pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) array: ArrayRef,
    pub(super) csv: [&'static str; 2],
    pub(super) json: [&'static str; 2],
}

fn sample(
    name: &'static str,
    array: impl Array + 'static,
    csv: [&'static str; 2],
    json: [&'static str; 2],
) -> Sample {
    Sample {
        name,
        array: Arc::new(array),
        csv,
        json,
    }
}

/// Cells that are the same in both.
fn bare(name: &'static str, array: impl Array + 'static, text: [&'static str; 2]) -> Sample {
    sample(name, array, text, text)
}

pub(super) fn samples() -> Vec<Sample> {
    [numbers(), times(), texts(), nested()]
        .into_iter()
        .flatten()
        .collect()
}

pub(super) fn batch() -> RecordBatch {
    let columns = samples()
        .into_iter()
        .map(|sample| (sample.name, sample.array, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn numbers() -> Vec<Sample> {
    let halves = Float32Array::from(vec![Some(0.5), None, Some(-2.0)]);
    let halves = cast(&halves, &DataType::Float16).unwrap();
    let halves = halves
        .as_any()
        .downcast_ref::<Float16Array>()
        .unwrap()
        .clone();
    let small = vec![Some(-123), None, Some(5)];
    let wide = [
        i256::from_string("-12345678901234567890123456789012345678901").unwrap(),
        i256::ONE,
    ];
    vec![
        bare(
            "int8",
            Int8Array::from(vec![Some(i8::MIN), None, Some(1)]),
            ["-128", "1"],
        ),
        bare(
            "int16",
            Int16Array::from(vec![Some(i16::MIN), None, Some(1)]),
            ["-32768", "1"],
        ),
        bare(
            "int32",
            Int32Array::from(vec![Some(i32::MIN), None, Some(1)]),
            ["-2147483648", "1"],
        ),
        bare(
            "int64",
            Int64Array::from(vec![Some(i64::MIN), None, Some(0)]),
            ["-9223372036854775808", "0"],
        ),
        bare(
            "uint8",
            UInt8Array::from(vec![Some(u8::MAX), None, Some(1)]),
            ["255", "1"],
        ),
        bare(
            "uint16",
            UInt16Array::from(vec![Some(u16::MAX), None, Some(1)]),
            ["65535", "1"],
        ),
        bare(
            "uint32",
            UInt32Array::from(vec![Some(u32::MAX), None, Some(1)]),
            ["4294967295", "1"],
        ),
        bare(
            "uint64",
            UInt64Array::from(vec![Some(u64::MAX), None, Some(1)]),
            ["18446744073709551615", "1"],
        ),
        bare("float16", halves, ["0.5", "-2.0"]),
        bare(
            "float32",
            Float32Array::from(vec![Some(0.1), None, Some(1e30)]),
            ["0.1", "1e+30"],
        ),
        sample(
            "float64",
            Float64Array::from(vec![Some(-0.0), None, Some(f64::NEG_INFINITY)]),
            ["-0.0", "-Infinity"],
            ["-0.0", "\"-Infinity\""],
        ),
        bare(
            "decimal32",
            Decimal32Array::from(small.clone())
                .with_precision_and_scale(5, 1)
                .unwrap(),
            ["-12.3", "0.5"],
        ),
        bare(
            "decimal64",
            Decimal64Array::from(vec![Some(-123), None, Some(5)])
                .with_precision_and_scale(12, 2)
                .unwrap(),
            ["-1.23", "0.05"],
        ),
        bare(
            "decimal128",
            Decimal128Array::from(vec![Some(i128::pow(10, 38) - 1), None, Some(5)])
                .with_precision_and_scale(38, 18)
                .unwrap(),
            [
                "99999999999999999999.999999999999999999",
                "0.000000000000000005",
            ],
        ),
        bare(
            "decimal128_hundreds",
            Decimal128Array::from(vec![Some(-123), None, Some(0)])
                .with_precision_and_scale(5, -2)
                .unwrap(),
            ["-12300", "0"],
        ),
        bare(
            "decimal256",
            Decimal256Array::from(vec![Some(wide[0]), None, Some(wide[1])])
                .with_precision_and_scale(60, 3)
                .unwrap(),
            ["-12345678901234567890123456789012345678.901", "0.001"],
        ),
        bare(
            "boolean",
            BooleanArray::from(vec![Some(true), None, Some(false)]),
            ["true", "false"],
        ),
        sample("null", NullArray::new(3), ["", ""], ["null", "null"]),
    ]
}

fn times() -> Vec<Sample> {
    let quoted = |name, array: ArrayRef, csv: [&'static str; 2], json| Sample {
        name,
        array,
        csv,
        json,
    };
    vec![
        quoted(
            "date32",
            Arc::new(Date32Array::from(vec![Some(20_780), None, Some(-1)])),
            ["2026-11-23", "1969-12-31"],
            ["\"2026-11-23\"", "\"1969-12-31\""],
        ),
        quoted(
            "date64",
            Arc::new(Date64Array::from(vec![
                Some(20_780 * 86_400_000),
                None,
                Some(0),
            ])),
            ["2026-11-23", "1970-01-01"],
            ["\"2026-11-23\"", "\"1970-01-01\""],
        ),
        quoted(
            "time32_s",
            Arc::new(Time32SecondArray::from(vec![Some(72_689), None, Some(0)])),
            ["20:11:29", "00:00:00"],
            ["\"20:11:29\"", "\"00:00:00\""],
        ),
        quoted(
            "time32_ms",
            Arc::new(Time32MillisecondArray::from(vec![
                Some(72_689_050),
                None,
                Some(0),
            ])),
            ["20:11:29.050", "00:00:00"],
            ["\"20:11:29.050\"", "\"00:00:00\""],
        ),
        quoted(
            "time64_us",
            Arc::new(Time64MicrosecondArray::from(vec![
                Some(72_689_000_001),
                None,
                Some(0),
            ])),
            ["20:11:29.000001", "00:00:00"],
            ["\"20:11:29.000001\"", "\"00:00:00\""],
        ),
        quoted(
            "time64_ns",
            Arc::new(Time64NanosecondArray::from(vec![Some(1), None, Some(0)])),
            ["00:00:00.000000001", "00:00:00"],
            ["\"00:00:00.000000001\"", "\"00:00:00\""],
        ),
        quoted(
            "timestamp_s",
            Arc::new(TimestampSecondArray::from(vec![
                Some(1_795_464_689),
                None,
                Some(-1),
            ])),
            ["2026-11-23T20:11:29", "1969-12-31T23:59:59"],
            ["\"2026-11-23T20:11:29\"", "\"1969-12-31T23:59:59\""],
        ),
        quoted(
            "timestamp_ms",
            Arc::new(TimestampMillisecondArray::from(vec![
                Some(1_500),
                None,
                Some(0),
            ])),
            ["1970-01-01T00:00:01.500", "1970-01-01T00:00:00"],
            ["\"1970-01-01T00:00:01.500\"", "\"1970-01-01T00:00:00\""],
        ),
        quoted(
            "timestamp_us_paris",
            Arc::new(
                TimestampMicrosecondArray::from(vec![Some(1_795_464_689_123_456), None, Some(0)])
                    .with_timezone("Europe/Paris"),
            ),
            ["2026-11-23T20:11:29.123456Z", "1970-01-01T00:00:00Z"],
            [
                "\"2026-11-23T20:11:29.123456Z\"",
                "\"1970-01-01T00:00:00Z\"",
            ],
        ),
        quoted(
            "timestamp_ns",
            Arc::new(TimestampNanosecondArray::from(vec![Some(1), None, Some(0)])),
            ["1970-01-01T00:00:00.000000001", "1970-01-01T00:00:00"],
            [
                "\"1970-01-01T00:00:00.000000001\"",
                "\"1970-01-01T00:00:00\"",
            ],
        ),
        quoted(
            "duration",
            Arc::new(DurationMillisecondArray::from(vec![
                Some(1_500),
                None,
                Some(0),
            ])),
            ["PT1.5S", "P0D"],
            ["\"PT1.5S\"", "\"P0D\""],
        ),
        quoted(
            "interval",
            Arc::new(IntervalYearMonthArray::from(vec![Some(14), None, Some(0)])),
            ["1 years 2 mons", "0 years 0 mons"],
            ["\"1 years 2 mons\"", "\"0 years 0 mons\""],
        ),
    ]
}

fn texts() -> Vec<Sample> {
    let words = vec![Some("a,b"), None, Some("")];
    let (csv, json) = (["\"a,b\"", "\"\""], ["\"a,b\"", "\"\""]);
    let bytes: Vec<Option<&[u8]>> = vec![Some(b"\xff\x00z"), None, Some(b"")];
    let (bytes_csv, bytes_json) = (["/wB6", "\"\""], ["\"/wB6\"", "\"\""]);
    let dictionary: DictionaryArray<Int32Type> = words.iter().copied().collect();
    let runs = RunArray::<Int32Type>::try_new(
        &Int32Array::from(vec![1, 2, 3]),
        &StringArray::from(words.clone()),
    );
    let fixed = FixedSizeBinaryArray::try_from_sparse_iter_with_size(
        [Some(b"ab"), None, Some(b"cd")].into_iter(),
        2,
    );
    vec![
        sample("utf8", StringArray::from(words.clone()), csv, json),
        sample(
            "large_utf8",
            LargeStringArray::from(words.clone()),
            csv,
            json,
        ),
        sample("utf8_view", StringViewArray::from(words), csv, json),
        sample("dictionary", dictionary, csv, json),
        sample("run_end_encoded", runs.unwrap(), csv, json),
        sample(
            "binary",
            BinaryArray::from(bytes.clone()),
            bytes_csv,
            bytes_json,
        ),
        sample(
            "large_binary",
            LargeBinaryArray::from(bytes.clone()),
            bytes_csv,
            bytes_json,
        ),
        sample(
            "binary_view",
            BinaryViewArray::from(bytes),
            bytes_csv,
            bytes_json,
        ),
        sample(
            "fixed_binary",
            fixed.unwrap(),
            ["YWI=", "Y2Q="],
            ["\"YWI=\"", "\"Y2Q=\""],
        ),
    ]
}

fn nested() -> Vec<Sample> {
    let lists = || vec![Some(vec![Some(1), None]), None, Some(vec![])];
    let (csv, json) = (["\"[1,null]\"", "[]"], ["[1,null]", "[]"]);
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>(lists());
    let large = LargeListArray::from_iter_primitive::<Int64Type, _, _>(lists());
    // Backwards and overlapping, as only views can be.
    let item = Arc::new(Field::new_list_field(DataType::Int64, true));
    let values: ArrayRef = Arc::new(Int64Array::from(vec![Some(9), Some(1), None]));
    let nulls = Some(vec![true, false, true].into());
    let view = ListViewArray::new(
        Arc::clone(&item),
        ScalarBuffer::from(vec![1, 0, 0]),
        ScalarBuffer::from(vec![2, 3, 0]),
        Arc::clone(&values),
        nulls.clone(),
    );
    let large_view = LargeListViewArray::new(
        item,
        ScalarBuffer::from(vec![1, 0, 0]),
        ScalarBuffer::from(vec![2, 3, 0]),
        values,
        nulls,
    );
    let pairs = FixedSizeListArray::from_iter_primitive::<Int64Type, _, _>(
        vec![
            Some(vec![Some(1), None]),
            None,
            Some(vec![Some(3), Some(4)]),
        ],
        2,
    );
    let people = StructArray::try_new(
        vec![
            Field::new("name", DataType::Utf8, true),
            Field::new("age", DataType::Int64, true),
        ]
        .into(),
        vec![
            Arc::new(StringArray::from(vec![Some("Zoë \"Z\""), Some("x"), None])),
            Arc::new(Int64Array::from(vec![Some(7), None, None])),
        ],
        Some(vec![true, false, true].into()),
    );
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int64Array::builder(3));
    map.keys().append_value("k");
    map.values().append_value(1);
    map.append(true).unwrap();
    map.append(false).unwrap();
    map.append(true).unwrap();
    vec![
        sample("list", list, csv, json),
        sample("large_list", large, csv, json),
        sample("list_view", view, csv, json),
        sample("large_list_view", large_view, csv, json),
        sample(
            "fixed_list",
            pairs,
            ["\"[1,null]\"", "\"[3,4]\""],
            ["[1,null]", "[3,4]"],
        ),
        sample(
            "struct",
            people.unwrap(),
            [
                "\"{\"\"name\"\":\"\"Zoë \\\"\"Z\\\"\"\"\",\"\"age\"\":7}\"",
                "\"{\"\"name\"\":null,\"\"age\"\":null}\"",
            ],
            [
                "{\"name\":\"Zoë \\\"Z\\\"\",\"age\":7}",
                "{\"name\":null,\"age\":null}",
            ],
        ),
        sample(
            "map",
            map.finish(),
            ["\"{\"\"k\"\":1}\"", "{}"],
            ["{\"k\":1}", "{}"],
        ),
    ]
}
