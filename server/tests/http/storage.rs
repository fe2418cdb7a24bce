//! What things take on disks, and what is kept for how long.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, TestApp, eventually, furnish, id_of};

const STORAGE: &str = "/api/v1/system/storage";
const SETTINGS: &str = "/api/v1/settings";

async fn set(client: &Client, body: &Value) -> Answer {
    let request = client.request(Method::PUT, SETTINGS);
    client.send(request.json(body)).await
}

fn kinds(storage: &Value) -> Vec<&str> {
    let uses = storage["uses"].as_array().expect("a list").iter();
    uses.map(|used| used["kind"].as_str().expect("a kind"))
        .collect()
}

#[tokio::test]
async fn everybody_sees_what_things_take_and_administrators_which_server_it_is() {
    let app = TestApp::with(|config| config.server_name = "alpha".to_owned()).await;
    let admin = app.person("admin@example.org", Role::Administrator).await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    furnish(&app, &admin).await;
    let mut storage = Value::Null;
    eventually(async || {
        storage = admin.get(STORAGE).await.expect(200);
        storage["history"][0].is_object()
    })
    .await;
    assert_eq!(
        kinds(&storage),
        ["snapshots", "database", "copies", "scratch", "other"]
    );
    for used in &storage["uses"].as_array().expect("a list")[..2] {
        assert!(used["bytes"].as_i64() > Some(0), "{used}");
        assert_eq!(used["bytes_per_day"], Value::Null, "too early");
    }
    let server = &storage["servers"][0];
    assert_eq!(
        (&server["name"], &server["forecast"], &server["full_at"]),
        (&json!("alpha"), &json!("too_early"), &Value::Null)
    );
    assert!(server["free_bytes"].as_i64() <= server["total_bytes"].as_i64());
    assert_eq!(storage["last_backup"], Value::Null);
    assert_eq!(storage["keeping"], admin.get(SETTINGS).await.expect(200));

    let answer = viewer.get(STORAGE).await;
    assert!(!answer.text.contains("alpha"), "{}", answer.text);
    let seen = answer.expect(200);
    assert_eq!(seen["servers"][0]["name"], "");
    assert_eq!(seen["servers"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        viewer.get(SETTINGS).await.problem(403),
        "administrators_only"
    );
}

#[tokio::test]
async fn what_is_kept_is_changed_one_by_one_and_noted() {
    let app = TestApp::start().await;
    let admin = app.person("admin@example.org", Role::Administrator).await;
    let start = json!({
        "keep_snapshots": 3, "keep_runs_days": 400, "stop_refreshes_percent": 90, "audit_days": 400,
    });
    assert_eq!(admin.get(SETTINGS).await.expect(200), start);
    assert_eq!(set(&admin, &json!({})).await.expect(200), start);
    let mut expected = start;
    for (name, number) in [
        ("keep_snapshots", 50),
        ("keep_runs_days", 30),
        ("stop_refreshes_percent", 50),
        ("audit_days", 3_650),
    ] {
        let answer = set(&admin, &json!({name: number})).await;
        expected[name] = json!(number);
        assert_eq!(answer.expect(200), expected, "{name}");
    }
    let wrong = json!({
        "keep_snapshots": 0, "keep_runs_days": 29, "stop_refreshes_percent": 100, "audit_days": 29,
    });
    let problem = set(&admin, &wrong).await.expect(422);
    let errors = problem["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 4, "{problem}");
    assert!(errors.iter().all(|error| error["code"] == "out_of_range"));
    let unknown = set(&admin, &json!({"keep_everything": 1}))
        .await
        .expect(422);
    assert_eq!(unknown["errors"][0]["code"], "unknown_field");
    assert_eq!(admin.get(SETTINGS).await.expect(200), expected);

    let path = "/api/v1/audit?action=settings.update";
    let entries = admin.get(path).await.expect(200);
    let entries = entries["items"].as_array().expect("items").clone();
    assert_eq!(entries.len(), 4);
    let first = admin
        .get(&format!("/api/v1/audit/{}", id_of(&entries[3])))
        .await;
    assert_eq!(
        first.expect(200)["differences"],
        json!([{"field": "keep_snapshots", "before": 3, "after": 50}])
    );
}
