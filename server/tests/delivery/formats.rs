//! Formats, options and paths of deliveries.

use serde_json::json;

use super::{Scene, files_below};

#[tokio::test]
async fn options_shape_the_file_and_are_on_the_waybill() {
    let scene = Scene::set().await;
    scene.write_people("id;email;city\n1000;=1+1;Liège\n2000;;\"a\"\"b\"\n");
    let options = json!({
        "format": "csv", "delimiter": ";", "bom": true, "line_end": "crlf", "spreadsheet_safe": true,
        "null_text": "NULL", "path_template": "{export}/latest/{table}.csv",
    });
    let export = scene.export("Excel", options).await;
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    let waybill = scene.waybill(&run).await;
    let text = String::from_utf8(scene.delivered(&waybill)).expect("text");
    assert_eq!(
        text,
        "\u{feff}id;email;city\r\n1000;'=1+1;Liège\r\n2000;NULL;\"a\"\"b\"\r\n"
    );
    assert_eq!(waybill["options"]["delimiter"], ";");
    assert_eq!(waybill["tasks"][0]["escaped_cells"], 1);
}

#[tokio::test]
async fn a_path_without_date_is_replaced_and_nothing_else_stays() {
    let scene = Scene::set().await;
    let export = scene
        .export(
            "Latest",
            json!({ "format": "jsonl", "path_template": "{export}/{table}.csv" }),
        )
        .await;
    scene.run(&export).await;
    scene.write_people("id,email,city\n7,x@example.org,Metz\n8,y@example.org,Nice\n9,,\n");
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    let text = String::from_utf8(scene.delivered(&scene.waybill(&run).await)).expect("text");
    assert_eq!(
        text,
        "{\"id\":7,\"email\":\"x@example.org\",\"city\":\"Metz\"}\n\
         {\"id\":8,\"email\":\"y@example.org\",\"city\":\"Nice\"}\n\
         {\"id\":9,\"email\":null,\"city\":null}\n"
    );
    let files = files_below(&scene.out());
    assert_eq!(
        files,
        ["latest/manifest.json", "latest/people.jsonl"],
        "no stage, no old part"
    );
}

#[tokio::test]
async fn a_dated_path_is_never_written_twice() {
    let scene = Scene::set().await;
    let export = scene
        .export(
            "Yearly",
            json!({ "path_template": "{export}/{yyyy}/{table}.csv" }),
        )
        .await;
    let first = scene.run(&export).await;
    let second = scene.run(&export).await;
    let path = |waybill: &serde_json::Value| {
        waybill["tasks"][0]["files"][0]["path"]
            .as_str()
            .expect("a path")
            .to_owned()
    };
    let (first, second) = (
        path(&scene.waybill(&first).await),
        path(&scene.waybill(&second).await),
    );
    assert_ne!(first, second);
    assert!(second.contains("-2"), "{second}");
    assert!(scene.out().join(first).is_file() && scene.out().join(second).is_file());
}

#[tokio::test]
async fn parquet_keeps_types_and_two_exports_of_one_connection_keep_apart() {
    let scene = Scene::set().await;
    let export = scene.export("Types", json!({ "format": "parquet" })).await;
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    let waybill = scene.waybill(&run).await;
    assert_eq!(&scene.delivered(&waybill)[..4], b"PAR1");
    let types: Vec<_> = waybill["tasks"][0]["schema"]
        .as_array()
        .expect("a schema")
        .iter()
        .map(|field| &field["type"])
        .collect();
    assert_eq!(types, ["integer", "text", "text"]);

    let body = json!({
        "name": "Other", "connection_id": scene.furniture.shared,
        "items": [{ "table_id": scene.furniture.table }],
        "options": { "path_template": "types/{yyyy}/{MM}/{dd}/{HHmmss}/{table}_{part}.csv", "format": "parquet" },
    });
    let refused = scene.admin.post("/api/v1/exports", &body).await.expect(422);
    assert_eq!(refused["errors"][0]["code"], "path_collision", "{refused}");
    assert_eq!(refused["errors"][0]["args"]["export"], "Types");
}
