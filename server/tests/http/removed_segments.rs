//! *Removed* segments through REST: listed, restored under a free name and evaluated again, or not to be restored.

use app::domain::Role;
use serde_json::{Value, json};
use server::store::{audit, segments};

use crate::support::app::{Client, Furniture, TestApp, eventually, furnish, id_of};

const LIST: &str = "/api/v1/segments";
const DAY: i64 = 24 * 3_600_000_000;

struct Stage {
    app: TestApp,
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
            app,
        }
    }

    /// The id of a segment of those who have a city, two of three, that was evaluated.
    async fn segment(&self, name: &str) -> String {
        let condition = json!({"test": {"field": "city", "operator": "has_value"}});
        let body = json!({"name": name, "table_id": self.furniture.table, "where": condition});
        let id = id_of(&self.contributor.post(LIST, &body).await.expect(201));
        self.settled(&id).await;
        id
    }

    /// Waits until a segment was evaluated, and gives it.
    async fn settled(&self, id: &str) -> Value {
        let path = format!("{LIST}/{id}");
        let mut found = Value::Null;
        eventually(async || {
            found = self.contributor.get(&path).await.expect(200);
            found["status"] == "successful"
        })
        .await;
        found
    }

    async fn removed(&self) -> Value {
        let path = format!("{LIST}/removed");
        self.contributor.get(&path).await.expect(200)["items"].clone()
    }
}

#[tokio::test]
async fn a_removed_segment_comes_back_under_a_free_name_and_is_evaluated_again() {
    let stage = Stage::set().await;
    let client = &stage.contributor;
    let id = stage.segment("With a city").await;
    let path = format!("{LIST}/{id}");
    assert_eq!(client.delete(&path, 1).await.status, 204);
    assert_eq!(client.get(&path).await.problem(404), "not_found");
    let listed = stage.removed().await;
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let removed = &listed[0];
    for (key, value) in [
        ("id", json!(id)),
        ("name", json!("With a city")),
        ("kind", json!("conditions")),
        ("removed_by", json!("contributor@example.org")),
    ] {
        assert_eq!(removed[key], value, "{key}: {removed}");
    }
    assert!(removed["kept_until"].as_str() > removed["removed_at"].as_str());

    let other = stage.segment("WITH A CITY").await;
    let restore = format!("{path}/restore");
    let answer = client.post(&restore, &json!({})).await;
    let back = answer.expect(200);
    assert_eq!(answer.header("etag"), "\"2\"");
    for (key, value) in [
        ("id", json!(id)),
        ("name", json!("With a city (2)")),
        ("permission", json!("edit")),
        ("created_by", json!("contributor@example.org")),
    ] {
        assert_eq!(back[key], value, "{key}: {back}");
    }
    assert_eq!(stage.removed().await, json!([]));
    let found = stage.settled(&id).await;
    assert_eq!(
        (&found["version"], &found["members"], &found["made_from"]),
        (&json!(2), &json!(2), &json!(["people"]))
    );
    let body = json!({
        "name": "Cities", "connection_id": stage.furniture.shared, "items": [{"segment_id": id}],
    });
    client.post("/api/v1/exports", &body).await.expect(201);

    // Neither what is there already, nor what never was removed.
    let never = format!("{LIST}/{other}/restore");
    for path in [&restore, &never] {
        let refused = client.post(path, &json!({})).await;
        assert_eq!(refused.problem(404), "not_found");
    }
    let entries = audit::of(&stage.app.running.store, "segment", &id, 10).await;
    let entries = entries.expect("entries");
    assert!(
        entries
            .iter()
            .any(|entry| entry.action == "segment.restore"),
        "{entries:?}"
    );
}

#[tokio::test]
async fn what_was_removed_too_long_ago_does_not_come_back() {
    let stage = Stage::set().await;
    let id = stage.segment("With a city").await;
    let store = &stage.app.running.store;
    let mut tx = store.begin().await.expect("begins");
    let removed = id.parse().expect("an id");
    segments::remove(&mut tx, removed, None, store.now() - 30 * DAY, "Ada")
        .await
        .expect("removes");
    tx.commit().await.expect("commits");
    assert_eq!(stage.removed().await, json!([]));
    let path = format!("{LIST}/{id}/restore");
    let refused = stage.contributor.post(&path, &json!({})).await;
    assert_eq!(refused.problem(409), "removed_too_long_ago");
}

#[tokio::test]
async fn a_segment_whose_table_is_gone_does_not_come_back() {
    let stage = Stage::set().await;
    let id = stage.segment("With a city").await;
    let path = format!("{LIST}/{id}");
    assert_eq!(stage.contributor.delete(&path, 1).await.status, 204);
    let sources = stage.administrator.get("/api/v1/sources").await.expect(200);
    let source = &sources["items"][0];
    let version = source["version"].as_i64().expect("a version");
    let source = format!("/api/v1/sources/{}", id_of(source));
    let removed = stage.administrator.delete(&source, version).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    let refused = stage
        .contributor
        .post(&format!("{path}/restore"), &json!({}))
        .await;
    assert_eq!(refused.problem(409), "table_gone");
    assert_eq!(refused.json()["args"]["table"], "people");
}
