use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use futures::TryStreamExt;

use super::detect::detect_in_chunks;
use super::read::read_in_chunks;
use super::*;
use crate::{Compression, InputFile, TableSchema};

fn file(text: &str, compression: Compression) -> (tempfile::TempDir, Vec<InputFile>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, compression.pack(text.as_bytes().to_vec()).unwrap()).unwrap();
    (folder, vec![InputFile::new(path, "a.jsonl", compression)])
}

async fn rows_of(
    inputs: &[InputFile],
    schema: &TableSchema,
    chunk_bytes: usize,
) -> crate::Result<(Vec<Vec<Option<String>>>, Keys)> {
    let (stream, keys) = read_in_chunks(inputs.to_vec(), schema, chunk_bytes)?;
    let batches: Vec<RecordBatch> = stream.try_collect().await?;
    let batch = concat_batches(&schema.to_arrow()?, &batches)?;
    Ok((crate::csv::table(&batch), keys))
}

fn schema(fields: &[(&str, &str)]) -> TableSchema {
    let field = |(name, data_type): &(&str, &str)| crate::Field {
        name: (*name).to_owned(),
        data_type: (*data_type).to_owned(),
        nullable: true,
        personal: false,
    };
    TableSchema {
        fields: fields.iter().map(field).collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_read_as_they_are_written() {
    let text = concat!(
        "{\"id\": 1, \"name\": \"Zo\\u00e9 \\ud83d\\ude00\\n\", \"total\": 12345678901234567890.10, \"at\": \"2026-11-23T20:00:00Z\", \"tags\": [\"a\", {\"b\": 1}]}\r\n",
        "\n",
        "{\"name\": \"\", \"id\": 2, \"total\": -0.005, \"ok\": true, \"tags\": null}\n",
        "{\"id\": 9007199254740993, \"code\": \"007\", \"at\": null}"
    );
    for compression in Compression::ALL {
        let (_folder, inputs) = file(text, compression);
        let found = detect(&inputs).await.unwrap();
        let types: Vec<String> = found
            .schema
            .fields
            .iter()
            .map(|field| format!("{}: {}", field.name, field.data_type))
            .collect();
        assert_eq!(
            types,
            [
                "id: integer",
                "name: text",
                "total: decimal(38,3)",
                "at: timestamp_utc",
                "tags: text",
                "ok: boolean",
                "code: text"
            ]
        );
        assert_eq!(found.rows, 3);
        for chunk_bytes in [1, 50, 1 << 20] {
            assert_eq!(detect_in_chunks(&inputs, chunk_bytes).await.unwrap(), found);
            let (rows, _) = rows_of(&inputs, &found.schema, chunk_bytes).await.unwrap();
            let shown: Vec<Vec<&str>> = rows
                .iter()
                .map(|row| {
                    row.iter()
                        .map(|cell| cell.as_deref().unwrap_or("∅"))
                        .collect()
                })
                .collect();
            assert_eq!(
                shown,
                [
                    [
                        "1",
                        "Zoé 😀\n",
                        "12345678901234567890.100",
                        "2026-11-23T20:00:00Z",
                        "[\"a\", {\"b\": 1}]",
                        "∅",
                        "∅"
                    ],
                    ["2", "", "-0.005", "∅", "∅", "true", "∅"],
                    ["9007199254740993", "∅", "∅", "∅", "∅", "∅", "007"],
                ]
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_lines_are_named() {
    for (line, problem) in [
        ("[1]", "the line is not a JSON object"),
        ("{\"a\": 1} x", "something follows the JSON object"),
        ("{\"a\": 01}", "a number is not written as JSON wants it"),
        ("{\"a\": 1.}", "a number is not written as JSON wants it"),
        ("{\"a\": \"\\ud800\"}", "a string has a broken \\u escape"),
        ("{\"a\": \"x}", "a string is not closed"),
        ("{\"a\": nul}", "a value is missing or is no JSON"),
        ("{\"a\": 1, }", "a key is missing its quotes"),
        ("{a: 1}", "a key is missing its quotes"),
        ("{\"a\": [1, 2}", "a list is not closed"),
    ] {
        let (_folder, inputs) = file(&format!("{{\"a\": 1}}\n{line}\n"), Compression::None);
        let error = detect(&inputs).await.unwrap_err();
        assert_eq!(error.to_string(), format!("a.jsonl, line 2: {problem}"));
    }
    let (_folder, inputs) = file(&"{\"a\":".repeat(5000), Compression::None);
    assert!(
        detect(&inputs)
            .await
            .unwrap_err()
            .to_string()
            .contains("nested too deeply")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn misfits_unknown_keys_and_lost_keys_are_told() {
    let (_folder, inputs) = file(
        "{\"a\": 1, \"new\": 2}\n{\"a\": \"x\"}\n",
        Compression::None,
    );
    let error = rows_of(&inputs, &schema(&[("a", "integer")]), 1)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a.jsonl, line 2, column `a`: `x` is not integer"
    );
    let (rows, keys) = rows_of(&inputs, &schema(&[("a", "text")]), 1)
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(keys.unknown(), ["new"]);
    let gone = rows_of(&inputs, &schema(&[("a", "text"), ("gone", "text")]), 1)
        .await
        .unwrap_err();
    assert_eq!(gone.to_string(), "a.jsonl has no column `gone`");
}
