//! Whole files: parts, compression, checksums, progress, failures.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use futures::StreamExt;
use futures::stream::BoxStream;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest, Sha256};

use super::samples::batch as every_type;
use crate::Compression;
use crate::error::{BoxError, FormatError};
use crate::write::{
    CsvOptions, Format, JsonOptions, Output, ParquetOptions, Progress, WrittenFiles, write_files,
};

fn schema() -> SchemaRef {
    let id = Field::new("id", DataType::Int64, false);
    Arc::new(Schema::new(vec![
        id,
        Field::new("name", DataType::Utf8, true),
    ]))
}

/// Batches of odd sizes, `rows` in all, ids counting from 0.
fn numbered(rows: i64) -> Vec<Result<RecordBatch, BoxError>> {
    let mut batches = Vec::new();
    let (mut next, mut size) = (0, 1);
    while next < rows {
        let ids = next..rows.min(next + size);
        let names: StringArray = ids
            .clone()
            .map(|id| (id % 7 != 0).then(|| format!("n{id}")))
            .collect();
        let columns: Vec<ArrayRef> =
            vec![Arc::new(Int64Array::from_iter_values(ids)), Arc::new(names)];
        batches.push(Ok(RecordBatch::try_new(schema(), columns).unwrap()));
        next += size;
        size = size * 3 % 20_011;
    }
    batches
}

async fn write(
    folder: &Path,
    format: &Format,
    compression: Compression,
    schema: SchemaRef,
    batches: Vec<Result<RecordBatch, BoxError>>,
    max_rows: Option<u64>,
) -> Result<(WrittenFiles, Vec<Progress>), FormatError> {
    let seen = Mutex::new(Vec::new());
    let mut next_file = |part: u32| {
        let path = folder.join(format!("part-{part}"));
        File::create_new(&path).map(|file| (path, Box::new(file) as Box<dyn Output>))
    };
    let stream: BoxStream<'_, _> = futures::stream::iter(batches).boxed();
    let progress = |now| seen.lock().unwrap().push(now);
    let written = write_files(
        &mut next_file,
        format,
        compression,
        schema,
        stream,
        max_rows,
        &progress,
    );
    let written = written.await?;
    Ok((written, seen.into_inner().unwrap()))
}

fn unpacked(path: &Path, compression: Compression) -> String {
    let mut reader = compression.reader(File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
    text
}

fn csv() -> Format {
    Format::Csv(CsvOptions::standard())
}

fn parquet() -> Format {
    Format::Parquet(ParquetOptions::default())
}

fn read_parquet(path: &Path) -> (SchemaRef, Vec<RecordBatch>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let schema = Arc::clone(builder.schema());
    (
        schema,
        builder.build().unwrap().map(Result::unwrap).collect(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_files_keep_order_and_tell_true_sizes_whatever_the_compression() {
    for format in [csv(), Format::JsonLines(JsonOptions {})] {
        for compression in Compression::ALL {
            let folder = tempfile::tempdir().unwrap();
            let batches = numbered(60_000);
            let (written, progress) = write(
                folder.path(),
                &format,
                compression,
                schema(),
                batches,
                Some(25_000),
            )
            .await
            .unwrap();
            let rows: Vec<_> = written.files.iter().map(|file| file.rows).collect();
            assert_eq!(rows, [25_000, 25_000, 10_000]);
            let mut id = 0;
            for file in &written.files {
                let content = fs::read(&file.path).unwrap();
                assert_eq!(file.bytes, content.len() as u64);
                assert_eq!(file.sha256, format!("{:x}", Sha256::digest(&content)));
                let text = unpacked(&file.path, compression);
                let (mut lines, start, end) = match format {
                    Format::Csv(_) => (text.lines(), "", ","),
                    _ => (text.lines(), "{\"id\":", ",\"name\":"),
                };
                if matches!(format, Format::Csv(_)) {
                    assert_eq!(lines.next(), Some("id,name"));
                }
                for line in lines {
                    assert!(line.starts_with(&format!("{start}{id}{end}")), "{line}");
                    id += 1;
                }
            }
            assert_eq!(id, 60_000);
            assert!(progress.is_sorted_by_key(|now| (now.rows, now.bytes)));
            let bytes = written.files.iter().map(|file| file.bytes).sum();
            assert_eq!(
                progress.last(),
                Some(&Progress {
                    rows: 60_000,
                    bytes
                })
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gzip_file_is_one_member() {
    let folder = tempfile::tempdir().unwrap();
    let (written, _) = write(
        folder.path(),
        &csv(),
        Compression::Gzip,
        schema(),
        numbered(30_000),
        None,
    )
    .await
    .unwrap();
    let file = fs::read(&written.files[0].path).unwrap();
    let mut decoder = flate2::bufread::GzDecoder::new(&file[..]);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut decoder, &mut text).unwrap();
    assert_eq!(text.lines().count(), 30_001);
    assert!(decoder.into_inner().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_just_fill_a_file_begin_no_other() {
    for format in [csv(), parquet()] {
        let folder = tempfile::tempdir().unwrap();
        let (written, _) = write(
            folder.path(),
            &format,
            Compression::None,
            schema(),
            numbered(40),
            Some(20),
        )
        .await
        .unwrap();
        assert_eq!(
            written
                .files
                .iter()
                .map(|file| file.rows)
                .collect::<Vec<_>>(),
            [20, 20]
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_rows_there_is_one_valid_file() {
    let folder = tempfile::tempdir().unwrap();
    let none = vec![Ok(RecordBatch::new_empty(schema()))];
    let (written, _) = write(
        folder.path(),
        &csv(),
        Compression::Zstd,
        schema(),
        none,
        Some(1),
    )
    .await
    .unwrap();
    assert_eq!(
        unpacked(&written.files[0].path, Compression::Zstd),
        "id,name\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let (written, _) = write(
        folder.path(),
        &parquet(),
        Compression::None,
        schema(),
        vec![],
        None,
    )
    .await
    .unwrap();
    assert_eq!(read_parquet(&written.files[0].path), (schema(), vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_of_the_stream_comes_back_as_it_was() {
    for format in [csv(), parquet()] {
        let folder = tempfile::tempdir().unwrap();
        let mut batches = numbered(50_000);
        batches.push(Err("the source is gone".into()));
        let result = write(
            folder.path(),
            &format,
            Compression::None,
            schema(),
            batches,
            None,
        )
        .await;
        let Err(FormatError::Source(error)) = result else {
            panic!("{result:?}")
        };
        assert_eq!(error.to_string(), "the source is gone");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_of_other_columns_than_promised_is_refused() {
    for format in [csv(), parquet()] {
        let folder = tempfile::tempdir().unwrap();
        let column: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
        let other = RecordBatch::try_from_iter([("id", column)]).unwrap();
        let result = write(
            folder.path(),
            &format,
            Compression::None,
            schema(),
            vec![Ok(other)],
            None,
        )
        .await;
        assert!(matches!(result, Err(FormatError::Arrow(_))), "{result:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_an_error_that_names_the_file() {
    let (batches, format) = (numbered(50_000), csv());
    let mut next_file = |_| {
        let file = File::options().write(true).open("/dev/full")?;
        Ok((
            PathBuf::from("/dev/full"),
            Box::new(file) as Box<dyn Output>,
        ))
    };
    let stream: BoxStream<'_, _> = futures::stream::iter(batches).boxed();
    let written = write_files(
        &mut next_file,
        &format,
        Compression::None,
        schema(),
        stream,
        None,
        &|_| {},
    );
    let Err(FormatError::File { path, source, .. }) = written.await else {
        panic!("it is full")
    };
    assert_eq!(path, "/dev/full");
    assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parquet_keeps_rows_in_order_over_many_row_groups() {
    let folder = tempfile::tempdir().unwrap();
    let rows = 500_000;
    let (written, _) = write(
        folder.path(),
        &parquet(),
        Compression::None,
        schema(),
        numbered(rows),
        None,
    )
    .await
    .unwrap();
    let file = &written.files[0];
    let content = fs::read(&file.path).unwrap();
    assert_eq!((file.rows, file.bytes), (500_000, content.len() as u64));
    assert_eq!(file.sha256, format!("{:x}", Sha256::digest(&content)));
    let (read_schema, batches) = read_parquet(&file.path);
    assert_eq!(read_schema, schema());
    let ids = batches.iter().flat_map(|batch| {
        batch
            .column(0)
            .as_primitive::<Int64Type>()
            .values()
            .to_vec()
    });
    assert!(ids.eq(0..rows));
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(File::open(&file.path).unwrap()).unwrap();
    assert_eq!(builder.metadata().num_row_groups(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parquet_gives_back_every_type_it_can_hold_exactly() {
    let whole = every_type();
    // The next test sees that the former are refused; the latter come back as plain text with the
    // same values.
    let (schema, left_out) = (
        whole.schema(),
        [&UNWRITABLE[..], &["run_end_encoded"]].concat(),
    );
    let kept: Vec<_> = (0..whole.num_columns())
        .filter(|index| !left_out.contains(&schema.field(*index).name().as_str()))
        .collect();
    let batch = whole.project(&kept).unwrap();
    for part in [batch.clone(), batch.slice(1, 2)] {
        let folder = tempfile::tempdir().unwrap();
        let schema = part.schema();
        let (written, _) = write(
            folder.path(),
            &parquet(),
            Compression::None,
            schema,
            vec![Ok(part.clone())],
            None,
        )
        .await
        .unwrap();
        let (read_schema, batches) = read_parquet(&written.files[0].path);
        assert_eq!(read_schema.fields(), part.schema().fields());
        let read = arrow::compute::concat_batches(&read_schema, &batches).unwrap();
        for (index, field) in part.schema().fields().iter().enumerate() {
            assert_eq!(read.column(index), part.column(index), "{}", field.name());
        }
    }
}

const UNWRITABLE: [&str; 1] = ["decimal128_hundreds"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parquet_refuses_types_it_cannot_hold() {
    let whole = every_type();
    for name in UNWRITABLE {
        let batch = whole
            .project(&[whole.schema().index_of(name).unwrap()])
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let schema = batch.schema();
        let result = write(
            folder.path(),
            &parquet(),
            Compression::None,
            schema,
            vec![Ok(batch)],
            None,
        )
        .await;
        let Err(FormatError::UnsupportedType { column, .. }) = result else {
            panic!("{result:?}")
        };
        assert_eq!(column, name);
    }
}
