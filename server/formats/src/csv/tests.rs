use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use futures::TryStreamExt;
use proptest::prelude::*;

use super::detect::detect_in_chunks;
use super::read::read_in_chunks;
use super::*;
use crate::{Compression, FormatError, InputFile, TableSchema};

struct Files {
    folder: tempfile::TempDir,
    inputs: Vec<InputFile>,
}

fn files(texts: &[&[u8]], compression: Compression) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let inputs = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let label = format!("part-{number}.csv");
            let path = folder.path().join(&label);
            std::fs::write(&path, compression.pack(text.to_vec()).unwrap()).unwrap();
            InputFile::new(path, label, compression)
        })
        .collect();
    Files { folder, inputs }
}

async fn detected(text: &str) -> crate::Result<Detected> {
    let files = files(&[text.as_bytes()], Compression::None);
    detect_in_chunks(&files.inputs, 32).await
}

async fn rows_of(
    inputs: &[InputFile],
    dialect: CsvDialect,
    schema: &TableSchema,
    chunk_bytes: usize,
) -> crate::Result<Vec<Vec<Option<String>>>> {
    let stream = read_in_chunks(inputs.to_vec(), dialect, schema, chunk_bytes)?;
    let batches: Vec<RecordBatch> = stream.try_collect().await?;
    let batch = concat_batches(&schema.to_arrow()?, &batches)?;
    Ok(table(&batch))
}

pub(crate) fn table(batch: &RecordBatch) -> Vec<Vec<Option<String>>> {
    let options = FormatOptions::default();
    let columns: Vec<ArrayFormatter<'_>> = batch
        .columns()
        .iter()
        .map(|array| ArrayFormatter::try_new(array, &options).unwrap())
        .collect();
    (0..batch.num_rows())
        .map(|row| {
            columns
                .iter()
                .zip(batch.columns())
                .map(|(column, array)| array.is_valid(row).then(|| column.value(row).to_string()))
                .collect()
        })
        .collect()
}

/// Detects and reads `text` with pieces of every small size, which must not make a difference.
async fn read_all(text: &str) -> (Detected, Vec<Vec<Option<String>>>) {
    let files = files(&[text.as_bytes()], Compression::None);
    let detected = detect_in_chunks(&files.inputs, 1 << 20).await.unwrap();
    let rows = rows_of(&files.inputs, detected.dialect, &detected.schema, 1 << 20)
        .await
        .unwrap();
    for chunk_bytes in [1, 2, 3, 7, 16, 64, 65] {
        assert_eq!(
            detect_in_chunks(&files.inputs, chunk_bytes).await.unwrap(),
            detected
        );
        assert_eq!(
            rows_of(
                &files.inputs,
                detected.dialect,
                &detected.schema,
                chunk_bytes
            )
            .await
            .unwrap(),
            rows,
            "pieces of {chunk_bytes}"
        );
    }
    (detected, rows)
}

fn types(schema: &TableSchema) -> Vec<String> {
    schema
        .fields
        .iter()
        .map(|field| format!("{}: {}", field.name, field.data_type))
        .collect()
}

fn some(row: &[&str]) -> Vec<Option<String>> {
    row.iter().map(|text| Some((*text).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_everything_reads_as_it_is_meant() {
    let text = "\u{feff}id;name;zip;amount;day;at;ok\r\n\
        1;\"Zoé; \"\"la\"\" 😀\r\nsecond\";01000;12.50;2026-11-23;2026-11-23T20:11:29.123456Z;true\r\n\
        \r\n\
        2;;75001;-3;;2026-11-23T21:11:29+01:00;false\r\n\
        3;\"\";20000;0.125;2024-02-29;;\r\n";
    let (detected, rows) = read_all(text).await;
    assert_eq!(
        detected.dialect,
        CsvDialect {
            delimiter: b';',
            quote: b'"',
            has_header: true
        }
    );
    assert_eq!(detected.rows, 3);
    assert_eq!(
        types(&detected.schema),
        [
            "id: integer",
            "name: text",
            "zip: text",
            "amount: decimal(38,3)",
            "day: date",
            "at: timestamp_utc",
            "ok: boolean"
        ]
    );
    assert_eq!(
        rows[0],
        some(&[
            "1",
            "Zoé; \"la\" 😀\r\nsecond",
            "01000",
            "12.500",
            "2026-11-23",
            "2026-11-23T20:11:29.123456Z",
            "true"
        ])
    );
    assert_eq!(rows[1][1], None);
    assert_eq!(rows[1][5].as_deref(), Some("2026-11-23T20:11:29Z"));
    assert_eq!(rows[2][1].as_deref(), Some(""));
    assert_eq!(rows[2][6], None);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_delimiter_is_found() {
    for (delimiter, text) in [
        (b',', "a,b\n1;2,3|4\n5,6\n"),
        (b';', "a;b\n\"1,5\";x\n\"2,5\";y\n"),
        (b'\t', "a\tb\nx,y,z\tw\n"),
        (b'|', "a|b|c\n1|2|3\n"),
        (b',', "one\nx;y\n"),
    ] {
        let found = detected(text).await;
        match found {
            Ok(found) => assert_eq!(found.dialect.delimiter, delimiter, "{text:?}"),
            Err(error) => panic!("{text:?}: {error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_header_gets_names() {
    let (detected, rows) = read_all("1,Ann\n2,Bob\n").await;
    assert_eq!(
        types(&detected.schema),
        ["column_1: integer", "column_2: text"]
    );
    assert_eq!(rows, [some(&["1", "Ann"]), some(&["2", "Bob"])]);
    let (detected, rows) = read_all("city,2019,2020\nParis,1,2").await;
    assert_eq!(types(&detected.schema)[0], "column_1: text");
    assert_eq!(rows.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_made_unique_and_never_empty() {
    let (detected, _) = read_all("id,,id,id_2\n1,2,3,4\n").await;
    assert_eq!(
        types(&detected.schema),
        [
            "id: integer",
            "column_2: integer",
            "id_2: integer",
            "id_2_2: integer"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_column_keeps_its_blank_lines_as_nulls() {
    let (_, rows) = read_all("note\nfirst\n\n\"\"\nlast").await;
    assert_eq!(
        rows,
        [some(&["first"]), vec![None], some(&[""]), some(&["last"])]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_alone_is_a_table_without_rows() {
    let (detected, rows) = read_all("id,name\n").await;
    assert_eq!(types(&detected.schema), ["id: text", "name: text"]);
    assert!(rows.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn packed_files_and_parts_read_as_one_table() {
    for compression in Compression::ALL {
        let files = files(
            &[b"id,name\n1,a\n", b"name,id\r\nb,2", b"id,name\n"],
            compression,
        );
        let found = detect(&files.inputs).await.unwrap();
        assert_eq!(found.rows, 2);
        let rows = rows_of(&files.inputs, found.dialect, &found.schema, 5)
            .await
            .unwrap();
        assert_eq!(
            rows,
            [some(&["1", "a"]), some(&["2", "b"])],
            "{compression:?}"
        );
        drop(files.folder);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_with_other_columns_is_named() {
    let files = files(&[b"id,name\n1,a\n", b"id,city\n2,b\n"], Compression::None);
    let error = detect(&files.inputs).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "part-1.csv does not have the columns of part-0.csv: + city, - name"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_records_are_named_with_file_and_line() {
    for (text, message) in [
        (
            "a,b\n1,2\n\"x\ny\",4\n5\n",
            "part-0.csv, line 5: 1 fields where 2 were expected",
        ),
        (
            "a,b\n1,2\n1,2,\"3,4\",5\n",
            "part-0.csv, line 3: 4 fields where 2 were expected",
        ),
        (
            "a,b\n1,\"x\"y\n",
            "part-0.csv, line 2: text follows a closing quote",
        ),
        (
            "a,b\n1,2\n3,\"open\n4,5\n",
            "part-0.csv, line 3: a quote is never closed",
        ),
        ("", "part-0.csv has no columns"),
        ("\n\n", "part-0.csv has no columns"),
    ] {
        assert_eq!(
            detected(text).await.unwrap_err().to_string(),
            message,
            "{text:?}"
        );
    }
    let utf16 = files(&[b"\xff\xfea\0\n\0"], Compression::None);
    let error = detect(&utf16.inputs).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "part-0.csv, line 1: the file is UTF-16; only UTF-8 is read"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_does_not_fit_is_named_with_file_line_and_column() {
    let files = files(
        &[
            b"id,name\n1,\"a\nb\"\n2,c\n",
            b"id,name\n3,\"x\ny\"\nfour,z\n",
        ],
        Compression::None,
    );
    let schema: TableSchema = serde_json::from_str(
        r#"{"fields":[{"name":"id","data_type":"integer","nullable":true,"personal":false}]}"#,
    )
    .unwrap();
    for chunk_bytes in [1, 9, 1 << 20] {
        let error = rows_of(&files.inputs, CsvDialect::default(), &schema, chunk_bytes)
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "part-1.csv, line 4, column `id`: `four` is not integer"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_not_utf8_is_named() {
    let files = files(&[b"id,name\n1,caf\xe9\n2,x\n"], Compression::None);
    let found = detect(&files.inputs).await.unwrap();
    let error = rows_of(&files.inputs, found.dialect, &found.schema, 1 << 20)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("part-0.csv, line 2, column `name`"),
        "{error}"
    );
    assert!(error.to_string().ends_with("is not UTF-8 text"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_schema_decides_how_values_are_read() {
    let text = b"code,qty,price,when,day,flag,blob,time\n007,\"\",1.5,2026-01-02,2026-01-02,1,AQI=,10:30:00\n";
    let files = files(&[text], Compression::None);
    let corrected = [
        ("when", "timestamp"),
        ("code", "int16"),
        ("qty", "uint8"),
        ("price", "decimal(10,4)"),
        ("day", "text"),
        ("flag", "boolean"),
        ("blob", "binary"),
        ("time", "arrow:Time32(s)"),
    ];
    let fields = corrected
        .iter()
        .map(|(name, data_type)| crate::Field {
            name: (*name).to_owned(),
            data_type: (*data_type).to_owned(),
            nullable: true,
            personal: false,
        })
        .collect();
    let rows = rows_of(
        &files.inputs,
        CsvDialect::default(),
        &TableSchema { fields },
        64,
    )
    .await
    .unwrap();
    let mut expected = some(&[
        "2026-01-02T00:00:00",
        "7",
        "",
        "1.5000",
        "2026-01-02",
        "true",
        "0102",
        "10:30:00",
    ]);
    expected[2] = None;
    assert_eq!(rows, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_is_gone_and_a_null_that_may_not_be_are_errors() {
    let files = files(&[b"id,name\n1,\n"], Compression::None);
    let schema = |name: &str| TableSchema {
        fields: vec![crate::Field {
            name: name.to_owned(),
            data_type: "text".to_owned(),
            nullable: false,
            personal: false,
        }],
    };
    let gone = rows_of(&files.inputs, CsvDialect::default(), &schema("city"), 64)
        .await
        .unwrap_err();
    assert!(matches!(gone, FormatError::MissingColumn { .. }), "{gone}");
    let null = rows_of(&files.inputs, CsvDialect::default(), &schema("name"), 64)
        .await
        .unwrap_err();
    assert_eq!(
        null.to_string(),
        "part-0.csv, line 2, column `name`: `` is not text, never empty"
    );
}

/// A field as RFC 4180 writes it.
fn written(value: Option<&str>, quote_always: bool) -> String {
    match value {
        None => String::new(),
        Some(text) if quote_always || text.is_empty() || text.contains(['"', ',', '\n', '\r']) => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        Some(text) => text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_comes_back(
        rows in proptest::collection::vec(
            proptest::collection::vec(proptest::option::of("[a-z\",\n\ré😀 ]{0,9}"), 3),
            0..40,
        ),
        quote_always: bool,
        crlf: bool,
        chunk_bytes in 1_usize..200,
    ) {
        let line_end = if crlf { "\r\n" } else { "\n" };
        let mut text = format!("a,b,c{line_end}");
        for row in &rows {
            let fields: Vec<String> = row.iter().map(|value| written(value.as_deref(), quote_always)).collect();
            text.push_str(&fields.join(","));
            text.push_str(line_end);
        }
        let files = files(&[text.as_bytes()], Compression::None);
        let schema = TableSchema {
            fields: ["a", "b", "c"].iter().map(|name| crate::Field::new(*name, &crate::ColumnType::Text, true)).collect(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let read = runtime.block_on(rows_of(&files.inputs, CsvDialect::default(), &schema, chunk_bytes)).unwrap();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b','), Just(b'\n')], 0..200)) {
        let files = files(&[&bytes], Compression::None);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        runtime.block_on(async {
            if let Ok(found) = detect_in_chunks(&files.inputs, 16).await {
                let _ = rows_of(&files.inputs, found.dialect, &found.schema, 16).await;
            }
        });
    }
}
