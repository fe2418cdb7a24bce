//! What people note about exports, and segments that are added to them, through REST.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::conventions::field_codes;
use crate::support::app::{Client, Furniture, TestApp, eventually, export_body, furnish, id_of};

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

    /// The path of a new export over a connection.
    async fn export(&self, name: &str, connection: &str) -> String {
        let body = export_body(name, connection, &self.furniture.table);
        let created = self.administrator.post("/api/v1/exports", &body).await;
        format!("/api/v1/exports/{}", id_of(&created.expect(201)))
    }

    /// A segment of those who have a city, once it is evaluated.
    async fn segment(&self, name: &str) -> Value {
        let has_city = json!({"test": {"field": "city", "operator": "has_value", "values": []}});
        let body = json!({"name": name, "table_id": self.furniture.table, "where": has_city});
        let created = self.administrator.post("/api/v1/segments", &body).await;
        let path = format!("/api/v1/segments/{}", id_of(&created.expect(201)));
        let mut found = Value::Null;
        eventually(async || {
            found = self.viewer.get(&path).await.expect(200);
            found["status"] == "successful"
        })
        .await;
        found
    }

    /// What the form of a copy makes.
    async fn filled_in_copy(&self, of: &str) -> Value {
        let draft = export_body("Filled in", &self.furniture.shared, &self.furniture.table);
        let request = self
            .contributor
            .request(Method::POST, "/api/ui/exports/create")
            .header("accept", "application/json")
            .json(&json!({"draft": draft, "copy_of": of}));
        self.contributor.send(request).await.expect(200)
    }

    /// The id of a person, as everybody may know it.
    async fn person(&self, name: &str) -> Value {
        let people = self.viewer.get("/api/v1/people").await.expect(200);
        let mut people = people["items"].as_array().expect("people").iter();
        let found = people.find(|person| person["name"] == name);
        found.expect("is listed")["id"].clone()
    }
}

#[tokio::test]
async fn labels_owner_and_note_are_replaced_at_their_own_version() {
    let stage = Stage::set().await;
    let export = stage.export("Weekly", &stage.furniture.shared).await;
    let path = format!("{export}/about");
    let found = stage.viewer.get(&path).await;
    assert_eq!(found.header("etag"), "\"1\"");
    let nothing = json!({"version": 1, "labels": [], "owner": null, "note": ""});
    assert_eq!(found.expect(200), nothing);

    let owner = stage.person("viewer@example.org").await;
    let body = json!({"labels": [" CRM ", "Été"], "owner_id": owner, "note": " one\r\ntwo "});
    let without = stage
        .contributor
        .send(stage.contributor.request(Method::PUT, &path).json(&body))
        .await;
    assert_eq!(without.problem(428), "precondition_required");
    let put = stage.contributor.put(&path, 1, &body).await;
    assert_eq!(put.header("etag"), "\"2\"");
    let noted = json!({
        "version": 2, "labels": ["CRM", "Été"],
        "owner": {"id": owner, "name": "viewer@example.org"}, "note": "one\ntwo",
    });
    assert_eq!(put.expect(200), noted);
    let late = stage.contributor.put(&path, 1, &json!({})).await;
    assert_eq!(late.problem(412), "stale");
    let same = stage.contributor.put(&path, 2, &body).await.expect(200);
    assert_eq!(same["version"], 2, "what changes nothing makes no version");
    let version = stage.viewer.get(&export).await.expect(200)["version"].clone();
    assert_eq!(version, 1, "a note does not make a run of a new version");
    let labels = stage.viewer.get("/api/v1/labels").await.expect(200);
    let expected = json!([{"label": "CRM", "exports": 1}, {"label": "Été", "exports": 1}]);
    assert_eq!(labels["items"], expected);

    let id = export.rsplit('/').next().expect("an id");
    let entries = server::store::audit::of(&stage.app.running.store, "export", id, 10)
        .await
        .expect("entries");
    let mut actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["export.create", "export.describe"]);
}

#[tokio::test]
async fn a_copy_has_labels_owner_and_note_of_the_original() {
    let stage = Stage::set().await;
    let export = stage.export("Weekly", &stage.furniture.shared).await;
    let owner = stage.person("viewer@example.org").await;
    let body = json!({"labels": ["CRM", "Été"], "owner_id": owner, "note": "one\ntwo"});
    let about = format!("{export}/about");
    stage.contributor.put(&about, 1, &body).await.expect(200);
    let noted = stage.viewer.get(&about).await.expect(200);

    let by_rest = stage
        .contributor
        .post(&format!("{export}/duplicate"), &json!({}))
        .await
        .expect(201);
    let of = export.rsplit('/').next().expect("an id");
    let by_form = stage.filled_in_copy(of).await;
    for id in [id_of(&by_rest), id_of(&by_form["row"])] {
        let copy = format!("/api/v1/exports/{id}");
        let found = stage.viewer.get(&format!("{copy}/about")).await.expect(200);
        assert_eq!(found, noted);
        assert_eq!(stage.viewer.get(&copy).await.expect(200)["version"], 1);
        let versions = stage.viewer.get(&format!("{copy}/versions")).await;
        let versions = versions.expect(200);
        assert_eq!(versions["items"][0]["cause"], "duplicate");
        assert_eq!(versions["items"][0]["copy_of"], "Weekly");
    }
    let labels = stage.viewer.get("/api/v1/labels").await.expect(200);
    assert_eq!(labels["items"][0]["exports"], 3);
}

#[tokio::test]
async fn a_copy_of_what_was_removed_meanwhile_is_an_export_of_its_own() {
    let stage = Stage::set().await;
    let export = stage.export("Weekly", &stage.furniture.shared).await;
    assert_eq!(stage.contributor.delete(&export, 1).await.status, 204);
    let of = export.rsplit('/').next().expect("an id");
    let made = stage.filled_in_copy(of).await;
    let path = format!("/api/v1/exports/{}/versions", id_of(&made["row"]));
    let versions = stage.viewer.get(&path).await.expect(200);
    assert_eq!(versions["items"][0]["cause"], "create");
}

#[tokio::test]
async fn what_is_wrong_with_labels_owner_and_note_is_named_at_its_field() {
    let stage = Stage::set().await;
    let export = stage.export("Weekly", &stage.furniture.shared).await;
    let path = format!("{export}/about");
    let nobody = "00000000-0000-7000-8000-000000000000";
    for (body, field, code) in [
        (
            json!({"labels": ["Été", "CRM", "ete"]}),
            "labels.2",
            "label_twice",
        ),
        (json!({"labels": ["a", " "]}), "labels.1", "required"),
        (json!({"labels": ["a", 7]}), "labels.1", "wrong_type"),
        (json!({"owner_id": nobody}), "owner_id", "not_found"),
        (json!({"note": "x".repeat(2_001)}), "note", "too_long"),
        (json!({"colour": "red"}), "colour", "unknown_field"),
    ] {
        let answer = stage.contributor.put(&path, 1, &body).await;
        assert_eq!(
            field_codes(&answer),
            [(field.to_owned(), code.to_owned())],
            "{body}"
        );
    }
    assert_eq!(stage.viewer.get(&path).await.expect(200)["version"], 1);
}

#[tokio::test]
async fn who_may_not_edit_an_export_notes_nothing_about_it() {
    let stage = Stage::set().await;
    let export = stage.export("Closed", &stage.furniture.private).await;
    let path = format!("{export}/about");
    let body = json!({"note": "mine"});
    let refused = stage.contributor.put(&path, 1, &body).await;
    assert_eq!(refused.problem(403), "connection_not_shared_with_you");
    let refused = stage.viewer.put(&path, 1, &body).await;
    assert_eq!(refused.problem(403), "viewer_may_not_edit");
    stage.administrator.put(&path, 1, &body).await.expect(200);
    assert_eq!(stage.viewer.get(&path).await.expect(200)["note"], "mine");
}

#[tokio::test]
async fn of_people_everybody_learns_the_name_and_no_more() {
    let stage = Stage::set().await;
    let people = stage.viewer.get("/api/v1/people").await.expect(200);
    let people = people["items"].as_array().expect("people");
    assert_eq!(people.len(), 3);
    for person in people {
        let mut fields: Vec<_> = person.as_object().expect("fields").keys().collect();
        fields.sort_unstable();
        assert_eq!(fields, ["id", "name"]);
    }
}

#[tokio::test]
async fn a_segment_is_added_to_an_export_by_who_may_edit_it() {
    let stage = Stage::set().await;
    let segment = stage.segment("With a city").await;
    let body = json!({"segment_id": segment["id"]});
    let export = stage.export("Open", &stage.furniture.shared).await;
    let items = format!("{export}/items");
    let refused = stage.viewer.post(&items, &body).await;
    assert_eq!(refused.problem(403), "viewer_may_not_edit");
    let added = stage.contributor.post(&items, &body).await;
    assert_eq!(added.header("etag"), "\"2\"");
    let added = added.expect(200);
    let item = &added["items"][1];
    assert_eq!(item["segment_id"], segment["id"]);
    assert_eq!(item["fields"].as_array().map(Vec::len), Some(3));
    assert_eq!(added["items"][0]["table_id"], json!(stage.furniture.table));

    let twice = stage.contributor.post(&items, &body).await;
    assert_eq!(
        field_codes(&twice),
        [("segment_id".to_owned(), "table_twice".to_owned())]
    );
    for (body, code) in [
        (json!({"segment_id": stage.furniture.table}), "not_found"),
        (json!({}), "required"),
        (json!({"segment_id": "x"}), "malformed"),
    ] {
        let answer = stage.contributor.post(&items, &body).await;
        assert_eq!(
            field_codes(&answer),
            [("segment_id".to_owned(), code.to_owned())],
            "{body}"
        );
    }
    let closed = stage.export("Closed", &stage.furniture.private).await;
    let items = format!("{closed}/items");
    let refused = stage.contributor.post(&items, &body).await;
    assert_eq!(refused.problem(403), "connection_not_shared_with_you");
    stage.administrator.post(&items, &body).await.expect(200);
    let found = stage
        .viewer
        .get(&format!("/api/v1/segments/{}", id_of(&segment)))
        .await
        .expect(200);
    assert_eq!(found["exports"], 2);
}

#[tokio::test]
async fn a_segment_that_the_path_cannot_keep_apart_is_not_added() {
    let stage = Stage::set().await;
    let segment = stage.segment("With a city").await;
    let body = json!({
        "name": "One file", "connection_id": stage.furniture.shared,
        "items": [{"table_id": stage.furniture.table}], "options": {"path_template": "{export}/file.csv"},
    });
    let export = stage.contributor.post("/api/v1/exports", &body).await;
    let items = format!("/api/v1/exports/{}/items", id_of(&export.expect(201)));
    let body = json!({"segment_id": segment["id"]});
    let refused = stage.contributor.post(&items, &body).await;
    assert_eq!(
        field_codes(&refused),
        [(
            "options.path_template".to_owned(),
            "template_needs_table".to_owned()
        )]
    );
}
