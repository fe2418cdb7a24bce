//! Segments through REST: made from a table, evaluated, taken by exports, guarded by whoever may edit these.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::conventions::field_codes;
use crate::support::app::{Client, Furniture, TestApp, eventually, export_body, furnish, id_of};

const SEGMENTS: &str = "/api/v1/segments";
const PREVIEW: &str = "/api/v1/segments/preview";

struct Stage {
    app: TestApp,
    administrator: Client,
    contributor: Client,
    viewer: Client,
    furniture: Furniture,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let administrator = app.person("admin@example.org", Role::Administrator).await;
        Self {
            contributor: app
                .person("contributor@example.org", Role::Contributor)
                .await,
            viewer: app.person("viewer@example.org", Role::Viewer).await,
            furniture: furnish(&app, &administrator).await,
            administrator,
            app,
        }
    }

    /// The body of a segment of those who have a city: two of three.
    fn body(&self, name: &str) -> Value {
        json!({"name": name, "table_id": self.furniture.table, "where": has_city()})
    }

    /// A segment that has been evaluated.
    async fn evaluated(&self, body: &Value) -> Value {
        let created = self.contributor.post(SEGMENTS, body).await.expect(201);
        settled(&self.viewer, &id_of(&created)).await
    }

    /// An export of a segment over a connection.
    async fn export_of(&self, segment: &Value, connection: &str, name: &str) -> Value {
        let body = json!({
            "name": name, "connection_id": connection, "items": [{"segment_id": segment["id"]}],
        });
        self.administrator
            .post("/api/v1/exports", &body)
            .await
            .expect(201)
    }
}

fn has_city() -> Value {
    json!({"test": {"field": "city", "operator": "has_value", "values": []}})
}

fn at(segment: &Value) -> String {
    format!("{SEGMENTS}/{}", id_of(segment))
}

/// Waits until a segment is not under way any more, and gives it.
async fn settled(client: &Client, segment: &str) -> Value {
    let path = format!("{SEGMENTS}/{segment}");
    let mut found = Value::Null;
    eventually(async || {
        found = client.get(&path).await.expect(200);
        found["status"] != "queued" && found["status"] != "processing"
    })
    .await;
    found
}

#[tokio::test]
async fn a_segment_of_conditions_is_evaluated_and_counted() {
    let stage = Stage::set().await;
    let created = stage
        .contributor
        .post(SEGMENTS, &stage.body("With a city"))
        .await;
    let segment = created.expect(201);
    assert_eq!(created.header("location"), at(&segment));
    assert_eq!(created.header("etag"), "\"1\"");
    let found = settled(&stage.viewer, &id_of(&segment)).await;
    for (key, value) in [
        ("name", json!("With a city")),
        ("kind", json!("conditions")),
        ("table_id", json!(stage.furniture.table)),
        ("where", has_city()),
        ("sql", Value::Null),
        ("made_from", json!(["people"])),
        ("members", json!(2)),
        ("status", json!("successful")),
        ("used_by", json!([])),
        ("exports", json!(0)),
        ("permission", json!("view")),
        ("created_by", json!("contributor@example.org")),
    ] {
        assert_eq!(found[key], value, "{key}: {found}");
    }
    assert!(found["refreshed_at"].is_string());
    let columns: Vec<_> = found["schema"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| column["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(columns, ["id", "email", "city"]);
    let listed = stage.contributor.get(SEGMENTS).await.expect(200);
    assert_eq!(listed["items"][0]["id"], segment["id"]);
    assert_eq!(listed["items"][0]["permission"], "edit");
    let tables = stage.viewer.get("/api/v1/tables").await.expect(200);
    assert_eq!(
        tables["items"].as_array().map(Vec::len),
        Some(1),
        "segments are no tables of a source: {tables}"
    );
}

#[tokio::test]
async fn a_segment_of_sql_names_its_own_columns() {
    let stage = Stage::set().await;
    let sql = "SELECT city, COUNT(*) AS people FROM people WHERE city IS NOT NULL GROUP BY city";
    let body = json!({"name": "Cities", "sql": format!("\n{sql}\n")});
    let found = stage.evaluated(&body).await;
    assert_eq!(
        (&found["status"], &found["members"], &found["kind"]),
        (&json!("successful"), &json!(2), &json!("sql")),
        "{found}"
    );
    assert_eq!(found["sql"], sql);
    assert!(found.get("where").is_none() && found.get("table_id").is_none());
    assert_eq!(found["schema"][1]["name"], "people");
}

#[tokio::test]
async fn a_preview_counts_and_shows_the_first_and_saves_nothing() {
    let stage = Stage::set().await;
    let body = json!({"table_id": stage.furniture.table, "where": has_city()});
    let preview = stage.contributor.post(PREVIEW, &body).await.expect(200);
    assert_eq!(
        (&preview["members"], &preview["of"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(preview["first"]["masked"], false);
    assert!(preview.to_string().contains("ada@example.org"), "{preview}");
    let body = json!({"sql": "SELECT id FROM people"});
    let preview = stage.contributor.post(PREVIEW, &body).await.expect(200);
    assert_eq!(
        (&preview["members"], &preview["of"]),
        (&json!(3), &Value::Null)
    );
    let refused = stage.viewer.post(PREVIEW, &body).await;
    assert_eq!(refused.problem(403), "viewer_may_not_edit");
    let listed = stage.viewer.get(SEGMENTS).await.expect(200);
    assert_eq!(listed["items"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_with_a_segment_is_named_at_its_field() {
    let stage = Stage::set().await;
    stage
        .contributor
        .post(SEGMENTS, &stage.body("Été"))
        .await
        .expect(201);
    let table = &stage.furniture.table;
    let nowhere = "00000000-0000-7000-8000-000000000000";
    let test = |field: &str, operator: &str, values: Value| json!({"all": [{"test": {"field": field, "operator": operator, "values": values}}]});
    for (body, field, code) in [
        (stage.body("ETE"), "name", "name_taken"),
        (stage.body(" "), "name", "required"),
        (
            json!({"name": "A", "table_id": nowhere, "where": has_city()}),
            "table_id",
            "not_found",
        ),
        (
            json!({"name": "A", "table_id": table, "where": test("gone", "is", json!(["1"]))}),
            "where.all.0.test.field",
            "segment_column_missing",
        ),
        (
            json!({"name": "A", "table_id": table, "where": test("id", "contains", json!(["1"]))}),
            "where.all.0.test.operator",
            "operator_unfit",
        ),
        (
            json!({"name": "A", "table_id": table, "where": test("id", "is", json!(["one"]))}),
            "where.all.0.test.values.0",
            "number_malformed",
        ),
        (json!({"name": "A", "sql": " "}), "sql", "required"),
        (
            json!({"name": "A", "sql": "DELETE FROM people"}),
            "sql",
            "sql_not_a_select",
        ),
        (
            json!({"name": "A", "sql": "SELECT * FROM nobody"}),
            "sql",
            "sql_table_unknown",
        ),
    ] {
        let answer = stage.contributor.post(SEGMENTS, &body).await;
        assert_eq!(
            field_codes(&answer),
            [(field.to_owned(), code.to_owned())],
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_segment_is_not_made_from_a_segment() {
    let stage = Stage::set().await;
    let segment = stage.evaluated(&stage.body("Inner")).await;
    let body = json!({"name": "Outer", "table_id": segment["id"], "where": {"all": []}});
    let answer = stage.contributor.post(SEGMENTS, &body).await;
    assert_eq!(
        field_codes(&answer),
        [("table_id".to_owned(), "not_found".to_owned())]
    );
}

#[tokio::test]
async fn a_version_is_needed_to_replace_or_remove_a_segment() {
    let stage = Stage::set().await;
    let client = &stage.contributor;
    let path = at(&stage.evaluated(&stage.body("A")).await);
    let body = stage.body("B");
    let without = client
        .send(client.request(Method::PUT, &path).json(&body))
        .await;
    assert_eq!(without.problem(428), "precondition_required");
    let put = client.put(&path, 1, &body).await;
    assert_eq!(
        (put.header("etag"), &put.expect(200)["name"]),
        ("\"2\"", &json!("B"))
    );
    assert_eq!(client.put(&path, 1, &body).await.problem(412), "stale");
    assert_eq!(
        client
            .send(client.request(Method::DELETE, &path))
            .await
            .problem(428),
        "precondition_required"
    );
    assert_eq!(client.delete(&path, 1).await.problem(412), "stale");
    let again = client
        .post(&format!("{path}/refresh"), &json!({}))
        .await
        .expect(202);
    assert_eq!(again["version"], 2);
    assert_eq!(client.delete(&path, 2).await.status, 204);
    assert_eq!(client.get(&path).await.problem(404), "not_found");
    let id = path.rsplit('/').next().expect("an id");
    let entries = server::store::audit::of(&stage.app.running.store, "segment", id, 10)
        .await
        .expect("entries");
    let mut actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    actions.sort_unstable();
    assert_eq!(
        actions,
        [
            "segment.create",
            "segment.refresh",
            "segment.remove",
            "segment.update"
        ]
    );
}

#[tokio::test]
async fn an_export_delivers_the_members_of_a_segment() {
    let stage = Stage::set().await;
    let segment = stage.evaluated(&stage.body("With a city")).await;
    let export = stage
        .export_of(&segment, &stage.furniture.shared, "Cities")
        .await;
    let item = &export["items"][0];
    assert_eq!(
        (&item["segment_id"], &item["table_name"]),
        (&segment["id"], &json!("With a city"))
    );
    assert!(item.get("table_id").is_none(), "{item}");
    assert_eq!(item["fields"].as_array().map(Vec::len), Some(3));
    let path = format!("/api/v1/exports/{}", id_of(&export));
    let run = stage
        .contributor
        .post(&format!("{path}/runs"), &json!({}))
        .await
        .expect(202);
    let run = format!("/api/v1/runs/{}", id_of(&run));
    let mut ended = Value::Null;
    eventually(async || {
        ended = stage.viewer.get(&run).await.expect(200);
        ended["ended_at"].is_string()
    })
    .await;
    assert_eq!(ended["status"], "successful", "{ended}");
    assert_eq!(ended["tasks"][0]["rows_written"], 2, "{ended}");
    let copy = stage
        .contributor
        .post(&format!("{path}/duplicate"), &json!({}))
        .await
        .expect(201);
    assert_eq!(copy["items"], export["items"]);
}

#[tokio::test]
async fn an_item_of_an_export_is_the_table_or_the_segment_that_it_says() {
    let stage = Stage::set().await;
    let segment = stage.evaluated(&stage.body("With a city")).await;
    for (items, field, code) in [
        (
            json!([{"table_id": segment["id"]}]),
            "items.0.table_id",
            "not_found",
        ),
        (
            json!([{"segment_id": stage.furniture.table}]),
            "items.0.segment_id",
            "not_found",
        ),
        (
            json!([{"segment_id": segment["id"]}, {"segment_id": segment["id"]}]),
            "items.1.segment_id",
            "table_twice",
        ),
        (
            json!([{"table_id": stage.furniture.table, "segment_id": segment["id"]}]),
            "items.0.segment_id",
            "choice_needed",
        ),
        (json!([{}]), "items.0.table_id", "required"),
    ] {
        let body = json!({"name": "A", "connection_id": stage.furniture.shared, "items": items});
        let answer = stage.contributor.post("/api/v1/exports", &body).await;
        assert_eq!(
            field_codes(&answer),
            [(field.to_owned(), code.to_owned())],
            "{body}"
        );
    }
}

#[tokio::test]
async fn what_an_export_sends_is_changed_only_by_who_may_edit_the_export() {
    let stage = Stage::set().await;
    let segment = stage.evaluated(&stage.body("A")).await;
    let path = at(&segment);
    stage
        .export_of(&segment, &stage.furniture.shared, "Open")
        .await;
    let shared = stage.contributor.get(&path).await.expect(200);
    assert_eq!(shared["permission"], "edit");
    stage
        .export_of(&segment, &stage.furniture.private, "Closed")
        .await;
    let found = stage.contributor.get(&path).await.expect(200);
    assert_eq!(found["permission"], "view");
    assert_eq!(found["exports"], 2);
    let uses: Vec<_> = found["used_by"]
        .as_array()
        .expect("exports")
        .iter()
        .map(|export| (&export["name"], &export["permission"]))
        .collect();
    assert_eq!(
        uses,
        [
            (&json!("Closed"), &json!("view")),
            (&json!("Open"), &json!("edit"))
        ]
    );
    let listed = stage.contributor.get(SEGMENTS).await.expect(200);
    assert_eq!(listed["items"][0]["permission"], "view");
    let refused = stage.contributor.put(&path, 1, &stage.body("B")).await;
    assert_eq!(refused.problem(403), "segment_used_by_others");
    assert_eq!(refused.json()["args"]["exports"], "Closed");
    // Permission comes before the form.
    let bare = stage
        .contributor
        .request(Method::PUT, &path)
        .json(&json!({"nonsense": true}));
    assert_eq!(
        stage.contributor.send(bare).await.problem(403),
        "segment_used_by_others"
    );
    assert_eq!(
        stage.contributor.delete(&path, 1).await.problem(403),
        "segment_used_by_others"
    );
    let put = stage.administrator.put(&path, 1, &stage.body("B")).await;
    assert_eq!(put.expect(200)["permission"], "edit");
}

#[tokio::test]
async fn a_segment_that_an_export_takes_cannot_be_removed() {
    let stage = Stage::set().await;
    let segment = stage.evaluated(&stage.body("A")).await;
    let path = at(&segment);
    let export = stage
        .export_of(&segment, &stage.furniture.shared, "Weekly")
        .await;
    let answer = stage.contributor.delete(&path, 1).await;
    assert_eq!(answer.problem(409), "segment_in_use");
    assert_eq!(answer.json()["args"]["exports"], "Weekly");
    let export = format!("/api/v1/exports/{}", id_of(&export));
    assert_eq!(stage.contributor.delete(&export, 1).await.status, 204);
    assert_eq!(stage.contributor.delete(&path, 1).await.status, 204);
}

#[tokio::test]
async fn a_source_whose_tables_segments_are_made_from_cannot_be_removed() {
    let stage = Stage::set().await;
    let segment = stage.evaluated(&stage.body("With a city")).await;
    let sources = stage.administrator.get("/api/v1/sources").await.expect(200);
    let sources = sources["items"].as_array().expect("sources");
    assert_eq!(sources.len(), 1, "segments are no sources: {sources:?}");
    let path = format!("/api/v1/sources/{}", id_of(&sources[0]));
    let answer = stage.administrator.delete(&path, 1).await;
    assert_eq!(answer.problem(409), "source_in_segments");
    assert_eq!(answer.json()["args"]["segments"], "With a city");
    let both = export_body("Weekly", &stage.furniture.shared, &stage.furniture.table);
    stage
        .administrator
        .post("/api/v1/exports", &both)
        .await
        .expect(201);
    let answer = stage.administrator.delete(&path, 1).await;
    assert_eq!(answer.problem(409), "source_in_use");
    assert_eq!(
        stage.administrator.delete(&at(&segment), 1).await.status,
        204
    );
}

#[tokio::test]
async fn viewers_look_at_segments_and_change_none() {
    let stage = Stage::set().await;
    let segment = stage.evaluated(&stage.body("A")).await;
    let path = at(&segment);
    let viewer = &stage.viewer;
    for answer in [
        viewer.post(SEGMENTS, &stage.body("B")).await,
        viewer.put(&path, 1, &stage.body("B")).await,
        viewer.delete(&path, 1).await,
        viewer.post(&format!("{path}/refresh"), &json!({})).await,
    ] {
        assert_eq!(answer.problem(403), "viewer_may_not_edit");
    }
    assert_eq!(viewer.get(&path).await.expect(200)["name"], "A");
    let rows = viewer
        .get(&format!("/api/v1/tables/{}/preview", id_of(&segment)))
        .await
        .expect(200);
    assert_eq!(
        rows["masked"], true,
        "personal marks are those of the table"
    );
    assert!(!rows.to_string().contains("ada@example.org"), "{rows}");
}

#[tokio::test]
async fn what_is_marked_personal_is_masked_in_segments_before_they_are_evaluated_again() {
    let stage = Stage::set().await;
    let sql = json!({"name": "Towns", "sql": "SELECT id, upper(city) AS town FROM people"});
    let segment = stage.evaluated(&sql).await;
    let preview = format!("/api/v1/tables/{}/preview", id_of(&segment));
    let rows = stage.viewer.get(&preview).await.expect(200);
    assert!(rows.to_string().contains("BREST"), "{rows}");
    let pause = json!({"paused": true, "reason": "A look at marks"});
    let administrator = &stage.administrator;
    administrator
        .put("/api/v1/system/pause", 1, &pause)
        .await
        .expect(200);
    let path = format!("/api/v1/tables/{}", stage.furniture.table);
    let table = administrator.get(&path).await.expect(200);
    let version = table["version"].as_i64().expect("a version");
    let mut schema = table["schema"].clone();
    for field in schema.as_array_mut().expect("columns") {
        if field["name"] == "city" {
            field["personal"] = json!(true);
        }
    }
    administrator
        .put(&path, version, &json!({"schema": schema}))
        .await
        .expect(200);
    let rows = stage.viewer.get(&preview).await.expect(200);
    assert!(!rows.to_string().contains("BREST"), "{rows}");
    let rows = stage.contributor.get(&preview).await.expect(200);
    assert!(rows.to_string().contains("BREST"), "{rows}");
}
