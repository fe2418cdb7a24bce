//! Filters of the list of exports through REST, and how many match.

use app::domain::Role;
use serde_json::{Value, json};

use super::conventions::field_codes;
use crate::support::app::{Client, Furniture, TestApp, export_body, furnish, id_of};

const LIST: &str = "/api/v1/exports";
const FACETS: &str = "/api/v1/exports/facets";

struct Stage {
    _app: TestApp,
    administrator: Client,
    contributor: Client,
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
            furniture: furnish(&app, &administrator).await,
            administrator,
            _app: app,
        }
    }

    async fn export(&self, name: &str, connection: &str) -> String {
        let body = export_body(name, connection, &self.furniture.table);
        id_of(&self.administrator.post(LIST, &body).await.expect(201))
    }
}

async fn names(client: &Client, query: &str) -> Vec<String> {
    let listed = client.get(&format!("{LIST}?{query}")).await.expect(200);
    let items = listed["items"].as_array().expect("items").clone();
    items
        .iter()
        .map(|item| item["name"].as_str().expect("a name").to_owned())
        .collect()
}

async fn facets(client: &Client, query: &str) -> Value {
    client.get(&format!("{FACETS}?{query}")).await.expect(200)
}

#[tokio::test]
async fn facets_count_what_the_list_would_show_as_the_person_sees_it() {
    let stage = Stage::set().await;
    stage.export("Open", &stage.furniture.shared).await;
    stage.export("Closed", &stage.furniture.private).await;
    let counted = |total: u32, permission: Value| {
        json!({
            "total": total,
            "status": {"not_started": 2},
            "type": {"local_folder": 2},
            "permission": permission,
        })
    };
    assert_eq!(
        facets(&stage.administrator, "").await,
        counted(2, json!({"edit": 2}))
    );
    assert_eq!(
        facets(&stage.contributor, "").await,
        counted(2, json!({"edit": 1, "view": 1}))
    );
    let narrowed = facets(&stage.contributor, "permission=view").await;
    assert_eq!(narrowed["total"], 1);
    assert_eq!(
        narrowed["permission"],
        json!({"edit": 1, "view": 1}),
        "its own choice does not count"
    );
    assert_eq!(narrowed["status"], json!({"not_started": 1}));
    let failed = facets(&stage.contributor, "status=failed").await;
    assert_eq!(failed["total"], 0);
    assert_eq!(failed["status"], json!({"not_started": 2}));
    assert_eq!(failed["type"], json!({}));
    assert_eq!(
        names(&stage.contributor, "permission=view").await,
        ["Closed"]
    );
    assert_eq!(names(&stage.contributor, "permission=edit").await, ["Open"]);
}

#[tokio::test]
async fn what_was_counted_is_forgotten_when_something_changes() {
    let stage = Stage::set().await;
    let total = async |query: &str| facets(&stage.contributor, query).await["total"].clone();
    assert_eq!(total("").await, 0);
    let open = stage.export("Open", &stage.furniture.shared).await;
    assert_eq!(total("").await, 1, "an export came");
    assert_eq!(total("permission=edit").await, 1);
    let path = format!("/api/v1/connections/{}", stage.furniture.shared);
    let connection = stage.administrator.get(&path).await.expect(200);
    let body = json!({
        "name": connection["name"], "type": connection["type"], "config": connection["config"],
        "audience": "administrators", "consent": true,
    });
    let version = connection["version"].as_i64().expect("a version");
    stage
        .administrator
        .put(&path, version, &body)
        .await
        .expect(200);
    assert_eq!(total("permission=edit").await, 0, "it is shared no more");
    let removed = stage
        .administrator
        .delete(&format!("{LIST}/{open}"), 1)
        .await;
    assert_eq!(removed.status, 204);
    assert_eq!(total("").await, 0, "it was removed");
}

#[tokio::test]
async fn the_list_narrows_to_a_connection_and_to_what_contains_a_segment_or_not() {
    let stage = Stage::set().await;
    stage.export("Open", &stage.furniture.shared).await;
    stage.export("Closed", &stage.furniture.private).await;
    let client = &stage.administrator;
    let condition = json!({"test": {"field": "city", "operator": "has_value", "values": []}});
    let body =
        json!({"name": "With a city", "table_id": stage.furniture.table, "where": condition});
    let segment = id_of(&client.post("/api/v1/segments", &body).await.expect(201));
    let body = json!({
        "name": "Segmented", "connection_id": stage.furniture.shared,
        "items": [{"segment_id": segment}],
    });
    client.post(LIST, &body).await.expect(201);

    let of_connection = format!("connection_id={}", stage.furniture.shared);
    assert_eq!(names(client, &of_connection).await, ["Open", "Segmented"]);
    let with = format!("segment_id={segment}");
    assert_eq!(names(client, &with).await, ["Segmented"]);
    let without = format!("without_segment_id={segment}");
    assert_eq!(names(client, &without).await, ["Closed", "Open"]);
    assert_eq!(
        names(client, &format!("{without}&{of_connection}")).await,
        ["Open"]
    );
    assert_eq!(facets(client, &without).await["total"], 2);
    assert!(names(client, "label=CRM").await.is_empty());
    let listed = client.get(LIST).await.expect(200);
    assert_eq!(
        (&listed["items"][0]["labels"], &listed["items"][0]["owner"]),
        (&json!([]), &Value::Null)
    );
}

#[tokio::test]
async fn parameters_that_are_none_of_the_list_are_named() {
    let stage = Stage::set().await;
    let id = &stage.furniture.table;
    for (query, field, code) in [
        ("permission=own".to_owned(), "permission", "malformed"),
        ("connection_id=7".to_owned(), "connection_id", "malformed"),
        ("owner_id=Ada".to_owned(), "owner_id", "malformed"),
        (
            format!("segment_id={id}&without_segment_id={id}"),
            "without_segment_id",
            "malformed",
        ),
        ("folder=a".to_owned(), "folder", "unknown_parameter"),
    ] {
        for path in [LIST, FACETS] {
            let answer = stage.administrator.get(&format!("{path}?{query}")).await;
            assert_eq!(
                field_codes(&answer),
                [(field.to_owned(), code.to_owned())],
                "{path}?{query}"
            );
        }
    }
    let sorted = stage
        .administrator
        .get(&format!("{FACETS}?sort=name"))
        .await;
    assert_eq!(
        field_codes(&sorted),
        [("sort".to_owned(), "unknown_parameter".to_owned())]
    );
}
