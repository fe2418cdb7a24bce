//! What happens when a source changes its columns, breaks, or is corrected by a person.

use serde_json::json;

use super::Scene;

#[tokio::test]
async fn new_columns_are_never_sent_until_a_person_adds_them() {
    let scene = Scene::set().await;
    let whole = scene.export("Whole", json!({})).await;
    let items = json!([{ "table_id": scene.furniture.table, "include_new": true }]);
    let growing = scene.export_of("Growing", items, json!({})).await;
    scene.write_people("id,email,city,phone\n1,a@example.org,Lille,0612345678\n");
    let header = |bytes: Vec<u8>| {
        String::from_utf8(bytes)
            .expect("text")
            .lines()
            .next()
            .expect("a line")
            .to_owned()
    };

    let run = scene.run(&whole).await;
    assert_eq!(run["status"], "successful", "{run}");
    assert_eq!(
        header(scene.delivered(&scene.waybill(&run).await)),
        "id,email,city"
    );
    let run = scene.run(&growing).await;
    assert_eq!(
        header(scene.delivered(&scene.waybill(&run).await)),
        "id,email,city,phone"
    );

    let table = scene
        .admin
        .get(&format!("/api/v1/tables/{}", scene.furniture.table))
        .await
        .expect(200);
    assert_eq!(table["change"]["added"], json!(["phone"]), "{table}");
}

#[tokio::test]
async fn a_mapped_column_that_is_gone_fails_the_run_by_name() {
    let scene = Scene::set().await;
    let export = scene.export("Whole", json!({})).await;
    scene.write_people("id,city\n1,Lille\n");
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "failed", "{run}");
    assert_eq!(run["status_reason"]["code"], "schema_column_missing");
    assert_eq!(run["status_reason"]["args"]["column"], "email");
    assert!(!scene.out().join("whole").exists(), "nothing was published");
}

#[tokio::test]
async fn a_value_that_does_not_fit_skips_the_run_and_names_file_and_line() {
    let scene = Scene::set().await;
    let export = scene.export("Whole", json!({})).await;
    scene.write_people("id,email,city\n1,a@example.org,Lille\nseven,b@example.org,Metz\n");
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "skipped", "{run}");
    let table = scene
        .admin
        .get(&format!("/api/v1/tables/{}", scene.furniture.table))
        .await
        .expect(200);
    let problem = &table["problem"];
    assert_eq!(problem["code"], "source_file_misfit", "{table}");
    assert_eq!(
        (&problem["args"]["line"], &problem["args"]["column"]),
        (&json!("3"), &json!("id"))
    );
    assert_eq!(table["rows"], 3, "the last snapshot is kept");
}

#[tokio::test]
async fn a_corrected_type_is_read_from_the_next_refresh_on() {
    let scene = Scene::set().await;
    let path = format!("/api/v1/tables/{}", scene.furniture.table);
    let table = scene.admin.get(&path).await.expect(200);
    let mut schema = table["schema"].clone();
    assert_eq!(schema[0]["type"], "integer");
    schema[0]["type"] = json!("text");
    schema[1]["personal"] = json!(false);
    scene
        .admin
        .put(
            &path,
            table["version"].as_i64().expect("a version"),
            &json!({ "schema": schema }),
        )
        .await
        .expect(200);
    let export = scene
        .export("Corrected", json!({ "format": "jsonl" }))
        .await;
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    let text = String::from_utf8(scene.delivered(&scene.waybill(&run).await)).expect("text");
    assert!(text.starts_with("{\"id\":\"1\","), "{text}");
    let after = scene.admin.get(&path).await.expect(200);
    assert_eq!(
        after["schema"][1]["personal"],
        json!(false),
        "a person's mark stays"
    );
}

#[tokio::test]
async fn leading_zeros_are_never_lost_in_a_number() {
    let scene = Scene::set().await;
    let export = scene.export("Whole", json!({})).await;
    scene.write_people("id,email,city\n01000,a@example.org,Bourg-en-Bresse\n");
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "skipped", "{run}");
    let table = format!("/api/v1/tables/{}", scene.furniture.table);
    let table = scene.admin.get(&table).await.expect(200);
    assert_eq!(table["problem"]["code"], "source_file_misfit", "{table}");
    assert_eq!(table["problem"]["args"]["value"], "01000");
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_told_to_nobody_where_its_column_is_personal() {
    let scene = Scene::set().await;
    let path = format!("/api/v1/tables/{}", scene.furniture.table);
    let table = scene.admin.get(&path).await.expect(200);
    let mut schema = table["schema"].clone();
    schema[0]["personal"] = json!(true);
    let version = table["version"].as_i64().expect("a version");
    scene
        .admin
        .put(&path, version, &json!({ "schema": schema }))
        .await
        .expect(200);
    let export = scene.export("Whole", json!({})).await;
    scene.write_people("id,email,city\n0612,a@example.org,Metz\n");
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "skipped", "{run}");
    let table = scene.admin.get(&path).await.expect(200);
    let problem = &table["problem"];
    assert_eq!(problem["code"], "source_file_misfit", "{table}");
    assert_eq!(problem["args"]["column"], "id");
    assert!(!table.to_string().contains("0612"), "{table}");
}
