//! The preview shows what the delivery then writes: its path, and the bytes that its file begins with.

use std::fmt::Write as _;

use app::domain::{PreviewBody, Role};
use serde_json::{Value, json};

use super::Scene;
use crate::support::app::{eventually, id_of};

const PREVIEW: &str = "/api/v1/exports/preview";

impl Scene {
    /// A table with all that writers treat in their own ways, of more rows than a preview shows.
    async fn orders(&self) -> String {
        let mut text = "id,customer,total,ordered_on,at,note\n".to_owned();
        for id in 1..=60 {
            let total = id * 7;
            let (customer, note) = match id % 4 {
                0 => ("=1+1", "\"two\nlines\""),
                1 => ("Zoë; Liège", ""),
                2 => ("\"a \"\"b\"\" c\"", "007"),
                _ => ("", "tab\there"),
            };
            writeln!(
                text,
                "{id},{customer},{total}.50,2026-01-{day:02},2026-01-{day:02}T06:07:08.123456Z,{note}",
                day = id % 28 + 1,
            )
            .expect("a text");
        }
        let folder = self.app.files().join("source");
        std::fs::write(folder.join("orders.csv"), text).expect("written");
        let sources = self.admin.get("/api/v1/sources").await.expect(200);
        let refresh = format!("/api/v1/sources/{}/refresh", id_of(&sources["items"][0]));
        self.admin.post(&refresh, &json!({})).await.expect(202);
        let mut found = None;
        eventually(async || {
            let tables = self.admin.get("/api/v1/tables").await.expect(200);
            let tables = tables["items"].as_array().cloned().unwrap_or_default();
            found = tables
                .into_iter()
                .find(|table| table["name"] == "orders" && table["rows"] == 60);
            found.is_some()
        })
        .await;
        id_of(&found.expect("the table"))
    }

    async fn preview(&self, item: &Value, options: &Value) -> Value {
        let body = json!({
            "name": "Preview", "connection_id": self.furniture.shared, "item": item, "options": options,
        });
        self.admin.post(PREVIEW, &body).await.expect(200)
    }
}

/// The path with every digit as a nought: when it was asked for makes no difference.
fn without_digits(path: &Value) -> String {
    let path = path.as_str().expect("a path");
    path.chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect()
}

#[tokio::test]
async fn every_format_and_option_is_shown_as_a_delivery_writes_it() {
    let scene = Scene::set().await;
    let item = json!({ "table_id": scene.orders().await });
    for (place, options) in [
        json!({}),
        json!({ "header": false }),
        json!({ "delimiter": ";" }),
        json!({ "delimiter": "\t" }),
        json!({ "delimiter": "|" }),
        json!({ "quoting": "all" }),
        json!({ "quoting": "non_numeric" }),
        json!({ "line_end": "crlf" }),
        json!({ "bom": true }),
        json!({ "null_text": "NULL" }),
        json!({ "decimal_comma": true, "delimiter": ";" }),
        json!({ "spreadsheet_safe": true }),
        json!({ "max_rows_per_file": 7 }),
        json!({ "format": "jsonl" }),
        json!({ "format": "jsonl", "path_template": "{export}/now/{table}" }),
    ]
    .into_iter()
    .enumerate()
    {
        let shown = scene.preview(&item, &options).await;
        let name = format!("Preview {place}");
        let export = scene.export_of(&name, json!([item]), options.clone()).await;
        let run = scene.run(&export).await;
        assert_eq!(run["status"], "successful", "{options}: {run}");
        let waybill = scene.waybill(&run).await;
        let delivered = String::from_utf8(scene.delivered(&waybill)).expect("text");
        let text = shown["text"].as_str().expect("a text");
        assert!(
            delivered.starts_with(text) && !text.is_empty(),
            "{options}:\n{text}\nis no beginning of\n{delivered}"
        );
        let is_whole = options["max_rows_per_file"] == 7;
        assert_eq!(is_whole, text == delivered, "{options}");
        assert_eq!(shown["cut"], false, "{options}");
        assert_eq!(shown["rows"], 60, "{options}");
        // The folder is the export's own, which has a number in it here.
        let path = without_digits(&waybill["tasks"][0]["files"][0]["path"]);
        assert_eq!(
            without_digits(&shown["path"]),
            path.replacen("preview-00/", "preview/", 1)
                .replacen("preview-0/", "preview/", 1),
            "{options}"
        );
        let is_dated = options["path_template"].is_null();
        assert_eq!(shown["dated"], is_dated, "{options}");
    }
}

#[tokio::test]
async fn what_is_renamed_left_out_and_escaped_is_seen() {
    let scene = Scene::set().await;
    scene.write_people("id,email,city\n1,=1+1,Metz\n2,,Nice\n");
    let fields = json!([{ "source": "city", "target": "Ville" }, { "source": "email" }]);
    let item = json!({ "table_id": scene.furniture.table, "fields": fields });
    let export = scene.export_of("First", json!([item]), json!({})).await;
    scene.run(&export).await;
    let shown = scene
        .preview(
            &item,
            &json!({ "spreadsheet_safe": true, "compression": "gzip" }),
        )
        .await;
    assert_eq!(shown["text"], "Ville,email\nMetz,'=1+1\nNice,\n", "{shown}");
    assert_eq!(shown["escaped_cells"], 1);
    assert!(
        shown["path"]
            .as_str()
            .is_some_and(|path| path.ends_with("/people_1.csv.gz")),
        "{shown}"
    );
}

#[tokio::test]
async fn of_parquet_the_rows_are_shown_with_the_columns_that_are_written() {
    let scene = Scene::set().await;
    let fields = json!([{ "source": "city", "target": "Ville" }, { "source": "id" }]);
    let item = json!({ "table_id": scene.furniture.table, "fields": fields });
    let shown = scene.preview(&item, &json!({ "format": "parquet" })).await;
    let first = &shown["first"];
    assert_eq!(shown["text"], Value::Null);
    assert_eq!(
        (&first["columns"][0]["name"], &first["columns"][1]["type"]),
        (&json!("Ville"), &json!("integer")),
        "{shown}"
    );
    assert_eq!(first["rows"][0], json!(["Liège", "1"]));
    assert_eq!(first["rows"][2], json!([null, "3"]));
}

#[tokio::test]
async fn a_preview_is_no_longer_than_its_limits() {
    let scene = Scene::set().await;
    let long = "é".repeat(5000);
    let mut text = "id,email,city\n".to_owned();
    for id in 1..=40 {
        writeln!(text, "{id},{long},Metz").expect("a text");
    }
    scene.write_people(&text);
    let export = scene.export("Long", json!({})).await;
    scene.run(&export).await;
    let item = json!({ "table_id": scene.furniture.table });
    let shown = scene.preview(&item, &json!({})).await;
    assert_eq!(shown["cut"], true);
    let length = shown["text"].as_str().expect("a text").len();
    assert!(
        (PreviewBody::MOST_BYTES - 1..=PreviewBody::MOST_BYTES).contains(&length),
        "{length}"
    );
    let shown = scene.preview(&item, &json!({ "format": "parquet" })).await;
    let rows = shown["first"]["rows"].as_array().expect("rows");
    assert!((1..=PreviewBody::MOST_ROWS).contains(&rows.len()));
    assert!(shown.to_string().len() < 2 * PreviewBody::MOST_BYTES);
}

#[tokio::test]
async fn nothing_is_written_where_it_would_go_and_without_a_connection_there_is_a_path_too() {
    let scene = Scene::set().await;
    let item = json!({ "table_id": scene.furniture.table });
    scene.preview(&item, &json!({})).await;
    let left = std::fs::read_dir(scene.out()).expect("a folder").count();
    assert_eq!(left, 0);
    let body =
        json!({ "name": "Été", "item": item, "options": { "path_template": "{export}/{table}" } });
    let shown = scene.admin.post(PREVIEW, &body).await.expect(200);
    assert_eq!(
        (&shown["path"], &shown["folder"]),
        (&json!("ete/people.csv"), &json!("ete")),
        "{shown}"
    );
}

#[tokio::test]
async fn a_segment_is_shown_once_it_was_evaluated() {
    let scene = Scene::set().await;
    let test = json!({ "field": "city", "operator": "is", "values": ["Brest"] });
    let body = json!({
        "name": "Brest", "table_id": scene.furniture.table, "where": { "test": test },
    });
    let segment = scene.admin.post("/api/v1/segments", &body).await;
    let id = id_of(&segment.expect(201));
    let item = json!({ "segment_id": id });
    let mut shown = Value::Null;
    eventually(async || {
        shown = scene.preview(&item, &json!({})).await;
        shown["text"].is_string()
    })
    .await;
    assert_eq!(shown["text"], "id,email,city\n2,,Brest\n");
    assert_eq!(shown["rows"], 1);
}

#[tokio::test]
async fn errors_are_named_as_when_it_is_saved_and_a_connection_must_be_shared() {
    let scene = Scene::set().await;
    let item = json!({ "table_id": scene.furniture.table, "fields": [{ "source": "gone" }] });
    let body = json!({ "item": item, "folder": "a/b", "tables": 2, "options": { "path_template": "{export}/x" } });
    let refused = scene.admin.post(PREVIEW, &body).await.expect(422);
    let fields: Vec<_> = refused["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["field"].as_str().expect("a field"))
        .collect();
    assert_eq!(
        fields,
        ["folder", "items.0.fields.0.source", "options.path_template"]
    );
    let contributor = scene
        .app
        .person("contributor@example.org", Role::Contributor)
        .await;
    let body = json!({
        "item": { "table_id": scene.furniture.table }, "connection_id": scene.furniture.private,
    });
    let refused = contributor.post(PREVIEW, &body).await.expect(403);
    assert_eq!(
        refused["code"], "connection_not_shared_with_you",
        "{refused}"
    );
}
