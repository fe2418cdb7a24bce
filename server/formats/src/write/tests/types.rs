//! Every Arrow type as text, whole and cut out of larger arrays.

use arrow::array::RecordBatch;

use super::samples::{batch, samples};
use super::{csv_text, json_text};
use crate::write::options::CsvOptions;

#[test]
fn every_type_has_its_text_in_csv() {
    let options = CsvOptions {
        header: false,
        ..CsvOptions::standard()
    };
    for sample in samples() {
        let column = [(sample.name, sample.array, true)];
        let batch = RecordBatch::try_from_iter_with_nullable(column).unwrap();
        let [first, last] = sample.csv;
        assert_eq!(
            csv_text(&options, &batch).0,
            format!("{first}\n\n{last}\n"),
            "{}",
            sample.name
        );
    }
}

#[test]
fn every_type_has_its_text_in_json() {
    for sample in samples() {
        let column = [("x", sample.array, true)];
        let batch = RecordBatch::try_from_iter_with_nullable(column).unwrap();
        let [first, last] = sample.json;
        let expected = format!("{{\"x\":{first}}}\n{{\"x\":null}}\n{{\"x\":{last}}}\n");
        let text = json_text(&batch);
        assert_eq!(text, expected, "{}", sample.name);
        for line in text.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    }
}

#[test]
fn rows_cut_out_of_larger_arrays_print_the_same() {
    let batch = batch();
    let options = CsvOptions {
        header: false,
        ..CsvOptions::standard()
    };
    let (csv, json) = (csv_text(&options, &batch).0, json_text(&batch));
    for start in 0..3 {
        for length in 0..=3 - start {
            let part = batch.slice(start, length);
            let lines = |text: &str| {
                let lines = text.split_inclusive('\n').skip(start).take(length);
                lines.collect::<String>()
            };
            assert_eq!(csv_text(&options, &part).0, lines(&csv));
            assert_eq!(json_text(&part), lines(&json));
        }
    }
}

#[test]
fn a_null_list_or_struct_shows_nothing_of_what_lies_under_it() {
    let text = json_text(&batch().slice(1, 1));
    let row: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(
        row.as_object()
            .unwrap()
            .values()
            .all(serde_json::Value::is_null),
        "{text}"
    );
}

#[test]
fn names_of_columns_are_escaped_in_json() {
    let column: arrow::array::ArrayRef =
        std::sync::Arc::new(arrow::array::Int64Array::from(vec![1]));
    let batch = RecordBatch::try_from_iter([("a\"\n", column)]).unwrap();
    assert_eq!(json_text(&batch), "{\"a\\\"\\n\":1}\n");
}
