//! The text writers against readers that know nothing of them, and whole files.

mod csv;
mod files;
mod samples;
mod strict_csv;
mod types;

use arrow::record_batch::RecordBatch;

use super::column::Column;
use super::csv::CsvEncoder;
use super::json::JsonLines;
use super::options::CsvOptions;
use super::text::TextBuffer;

fn columns(batch: &RecordBatch) -> Vec<Column> {
    batch
        .columns()
        .iter()
        .map(|column| Column::new(column).unwrap())
        .collect()
}

fn names(batch: &RecordBatch) -> Vec<String> {
    batch
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect()
}

/// A whole file, and how many cells were made safe.
fn csv_text(options: &CsvOptions, batch: &RecordBatch) -> (String, u64) {
    let encoder = CsvEncoder::new(options.clone());
    let names = names(batch);
    let (mut file, mut escaped) = encoder.start(names.iter().map(String::as_str));
    let mut text = TextBuffer::default();
    escaped += encoder.encode(&mut text, &columns(batch), batch.num_rows());
    file.extend(text.text());
    (String::from_utf8(file).unwrap(), escaped)
}

fn json_text(batch: &RecordBatch) -> String {
    let names = names(batch);
    let encoder = JsonLines::new(names.iter().map(String::as_str));
    let mut text = TextBuffer::default();
    encoder.encode(&mut text, &columns(batch), batch.num_rows());
    String::from_utf8(text.text().to_vec()).unwrap()
}
