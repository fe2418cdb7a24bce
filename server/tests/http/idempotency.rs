//! Requests that are repeated under their key: what is given again, and to whom.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, TestApp, eventually, id_of};

async fn post(client: &Client, path: &str, body: &Value) -> Answer {
    let request = client
        .request(Method::POST, path)
        .header("idempotency-key", "k")
        .json(body);
    client.send(request).await
}

#[tokio::test]
async fn who_may_less_than_when_they_were_answered_is_not_answered_again() {
    const LIST: &str = "/api/v1/users";
    let app = TestApp::start().await;
    let admin = app.person("admin@example.org", Role::Administrator).await;
    let grace = app.person("grace@example.org", Role::Administrator).await;
    let robot = json!({"name": "robot", "role": "viewer"});
    let made = post(&grace, LIST, &robot).await.expect(201);
    let me = id_of(&grace.get("/api/v1/me").await.expect(200));
    let become_one = async |version: i64, role: &str| {
        let body = json!({"name": "Grace", "role": role});
        let path = format!("{LIST}/{me}");
        admin.put(&path, version, &body).await.expect(200);
    };
    become_one(1, "viewer").await;
    let refused = post(&grace, LIST, &robot).await;
    assert_eq!(refused.problem(403), "administrators_only");
    become_one(2, "administrator").await;
    let again = post(&grace, LIST, &robot).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.expect(201), made);
}

#[tokio::test]
async fn what_a_request_held_cannot_be_found_by_trying() {
    let app = TestApp::start().await;
    let admin = app.person("admin@example.org", Role::Administrator).await;
    let body = json!({"name": "robot", "role": "viewer"});
    post(&admin, "/api/v1/users", &body).await.expect(201);
    let me = id_of(&admin.get("/api/v1/me").await.expect(200));
    let me = me.parse().expect("an id");
    let store = &app.running.store;
    let kept = server::store::idempotency::find(store, "k", me, store.now()).await;
    let known = kept.expect("reads").expect("is kept").body_hash;
    let parts: Vec<_> = known.split('.').collect();
    let [role, key_id, mark] = parts[..] else {
        panic!("{known}");
    };
    assert_eq!((role, key_id.len(), mark.len()), ("administrator", 8, 64));
    let folder = app.lake().parent().expect("the data folder").to_owned();
    let source = server::config::KeySource::in_folder(&folder);
    let keyring = server::crypto::unlock(store, &source).await.expect("opens");
    let text = serde_json::to_vec(&body).expect("JSON");
    let request: [&[u8]; 3] = [b"POST", b"/api/v1/users", &text];
    assert!(keyring.has_mark("requests", &request, &format!("{key_id}.{mark}")));
}

#[tokio::test]
async fn an_answer_that_is_too_long_to_be_kept_is_given() {
    let app = TestApp::start().await;
    let admin = app.person("admin@example.org", Role::Administrator).await;
    let folder = app.files().join("long");
    std::fs::create_dir_all(&folder).expect("a folder");
    let text = "x".repeat(30_000);
    let rows = (0..50).map(|row| format!("{row},{text}\n"));
    let file: String = std::iter::once("id,note\n".to_owned())
        .chain(rows)
        .collect();
    std::fs::write(folder.join("notes.csv"), file).expect("written");
    let source = json!({"name": "Long", "kind": "folder", "config": {"path": folder}});
    let source = admin.post("/api/v1/sources", &source).await.expect(201);
    let path = format!("/api/v1/sources/{}", id_of(&source));
    eventually(async || admin.get(&path).await.expect(200)["status"] == "successful").await;
    let tables = admin.get("/api/v1/tables").await.expect(200);
    let table = id_of(&tables["items"][0]);
    let condition = json!({"test": {"field": "note", "operator": "has_value"}});
    let body = json!({"table_id": table, "where": condition});
    for _ in 0..2 {
        let answer = post(&admin, "/api/v1/segments/preview", &body).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.len() > 1 << 20, "{}", answer.text.len());
        assert_eq!(answer.header("idempotency-replayed"), "");
    }
}
