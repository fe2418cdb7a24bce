//! `model.json`, read by Microsoft's own library of the Common Data Model.

use std::process::Command;

use bytes::Bytes;
use serde_json::{Value, json};

use super::model_json::Lake;
use crate::conformance::servers::python;
use crate::objects::Beside;
use crate::record::{FileEntry, PublishRecord, PublishedFile};

const LAKE: &str = "https://account1.dfs.core.windows.net/lake/in";

fn record(files: &[(&str, &str)], delivery: Value) -> PublishRecord {
    let file = |(table, path): &(&str, &str)| PublishedFile {
        table: (*table).to_owned(),
        entry: FileEntry {
            path: (*path).to_owned(),
            bytes: 1,
            rows: 1,
            sha256: String::new(),
        },
        stage: String::new(),
        upload: None,
    };
    PublishRecord {
        format: PublishRecord::FORMAT.to_owned(),
        run_id: "r".to_owned(),
        attempt: 1,
        publish: 1,
        files: files.iter().map(file).collect(),
        folders: vec![],
        manifest_path: None,
        replaces: false,
        delivery,
    }
}

/// As `server::pipeline` describes a delivery.
fn delivery() -> Value {
    json!({
        "export": "Daily orders",
        "data_as_of": 1_795_435_200_000_000_i64,
        "csv": {"delimiter": ";", "header": true, "quotes_all": false, "decimal_comma": true},
        "tables": [
            {"table": "Orders", "rows": 2, "schema": [
                {"name": "id", "type": "integer"},
                {"name": "total", "type": "decimal(18,2)"},
                {"name": "at", "type": "timestamp_utc"},
                {"name": "café", "type": "text"},
            ]},
            {"table": "Items/2026", "rows": 0, "schema": [{"name": "ok", "type": "boolean"}]},
        ],
    })
}

fn model(record: &PublishRecord) -> Vec<(String, Bytes)> {
    let lake = Lake::new(LAKE).expect("an address");
    lake.files(record, "daily-orders")
}

#[test]
fn microsofts_library_reads_the_model() {
    let files = [
        ("Orders", "daily-orders/Orders/2026/11/23/120000_1.csv"),
        ("Orders", "daily-orders/Orders/2026/11/23/120000_2.csv"),
        (
            "Items/2026",
            "daily-orders/Items_2026/2026/11/23/120000_1.csv",
        ),
    ];
    let written = model(&record(&files, delivery()));
    let [(path, content)] = &written[..] else {
        panic!("one file")
    };
    assert_eq!(path, "daily-orders/model.json");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("model.json"), content).expect("it is written");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/conformance/servers/model_json.py"
    );
    let read = Command::new(python())
        .arg(script)
        .arg(folder.path())
        .arg(LAKE)
        .output()
        .expect(".ci/setup test installs it");
    let complaints = String::from_utf8_lossy(&read.stderr);
    assert!(read.status.success(), "{complaints}");
    let found: Value = serde_json::from_slice(&read.stdout).expect("it is JSON");
    let expected = json!({
        "name": "daily-orders",
        "entities": [
            {
                "name": "Orders",
                "columns": [
                    ["id", "INT64"],
                    ["total", "DECIMAL"],
                    ["at", "DATE_TIME_OFFSET"],
                    ["café", "STRING"],
                ],
                "partitions": [format!("lake:/{}", files[0].1), format!("lake:/{}", files[1].1)],
            },
            {
                "name": "Items_2026",
                "columns": [["ok", "BOOLEAN"]],
                "partitions": [format!("lake:/{}", files[2].1)],
            },
        ],
    });
    assert_eq!(found, expected);
}

#[test]
fn a_model_says_how_the_files_are_written() {
    let files = [
        ("Orders", "daily-orders/a b_1.csv"),
        ("Items/2026", "daily-orders/i.csv"),
    ];
    let written = model(&record(&files, delivery()));
    let [(_, content)] = &written[..] else {
        panic!("one file")
    };
    let told: Value = serde_json::from_slice(content).expect("it is JSON");
    assert_eq!(told["culture"], "fr-FR");
    assert_eq!(told["modifiedTime"], "2026-11-23T12:00:00Z");
    let partition = &told["entities"][0]["partitions"][0];
    assert_eq!(
        partition["location"],
        format!("{LAKE}/daily-orders/a%20b_1.csv")
    );
    let layout = &partition["fileFormatSettings"];
    assert_eq!(layout["delimiter"], ";");
    assert_eq!(layout["columnHeaders"], true);

    let parquet = [("Orders", "o.parquet"), ("Items/2026", "i.parquet")];
    let written = model(&record(&parquet, delivery()));
    let [(_, content)] = &written[..] else {
        panic!("one file")
    };
    let told: Value = serde_json::from_slice(content).expect("it is JSON");
    let partition = &told["entities"][0]["partitions"][0];
    assert_eq!(partition.get("fileFormatSettings"), None);
}

#[test]
fn what_the_model_has_no_words_for_has_no_model() {
    let files = [("Orders", "o.csv"), ("Items/2026", "i.jsonl")];
    assert!(model(&record(&files, delivery())).is_empty());
    let files = [("Orders", "o.csv.gz"), ("Items/2026", "i.csv.gz")];
    assert!(model(&record(&files, delivery())).is_empty());
    let files = [("Orders", "o.csv")];
    assert!(model(&record(&files, json!({"version": 7}))).is_empty());
    let undescribed = json!({"tables": [{"table": "Orders", "rows": 1}]});
    assert!(model(&record(&files, undescribed)).is_empty());
}
