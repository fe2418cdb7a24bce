//! What was, through REST: the history of an export, older versions, and *Removed*.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::conventions::field_codes;
use crate::support::app::{Answer, Client, Furniture, TestApp, export_body, furnish, id_of};

async fn stage() -> (TestApp, Client, Furniture) {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    (app, administrator, furniture)
}

fn path(export: &Value) -> String {
    format!("/api/v1/exports/{}", id_of(export))
}

async fn create(client: &Client, furniture: &Furniture, name: &str) -> Value {
    let body = export_body(name, &furniture.shared, &furniture.table);
    client.post("/api/v1/exports", &body).await.expect(201)
}

async fn rename(client: &Client, furniture: &Furniture, export: &Value, version: i64, name: &str) {
    let body = export_body(name, &furniture.shared, &furniture.table);
    client.put(&path(export), version, &body).await.expect(200);
}

async fn history(client: &Client, export: &Value) -> Vec<Value> {
    let list = client
        .get(&format!("{}/versions", path(export)))
        .await
        .expect(200);
    list["items"].as_array().expect("entries").clone()
}

async fn restore(client: &Client, export: &Value, body: &Value) -> Answer {
    client
        .post(&format!("{}/restore", path(export)), body)
        .await
}

async fn removed(client: &Client) -> Vec<Value> {
    let list = client.get("/api/v1/exports/removed").await.expect(200);
    list["items"].as_array().expect("exports").clone()
}

#[tokio::test]
async fn the_history_tells_who_changed_what_and_takes_an_older_version_again() {
    let (_app, client, furniture) = stage().await;
    let export = create(&client, &furniture, "A").await;
    rename(&client, &furniture, &export, 1, "B").await;
    let entries = history(&client, &export).await;
    assert_eq!(entries.len(), 2);
    assert_eq!(
        (&entries[0]["cause"], &entries[0]["is_current"]),
        (&json!("edit"), &json!(true))
    );
    assert_eq!(
        entries[0]["differences"],
        json!([{"field": "name", "before": "A", "after": "B"}])
    );
    assert_eq!(
        (&entries[1]["cause"], &entries[1]["differences"]),
        (&json!("create"), &json!([]))
    );

    let restored = restore(&client, &export, &json!({"version": 1}))
        .await
        .expect(200);
    assert_eq!(
        (&restored["name"], &restored["version"]),
        (&json!("A"), &json!(3))
    );
    let entries = history(&client, &export).await;
    assert_eq!(
        (&entries[0]["cause"], &entries[0]["restored_from"]),
        (&json!("restore"), &json!(1))
    );
    // There is nothing to restore of what is.
    let same = restore(&client, &export, &json!({"version": 3}))
        .await
        .expect(200);
    assert_eq!(same["version"], 3);
    let unknown = restore(&client, &export, &json!({"version": 9})).await;
    assert_eq!(unknown.problem(404), "not_found");
}

#[tokio::test]
async fn an_older_version_is_refused_where_saving_it_would_be() {
    let (_app, client, furniture) = stage().await;
    let export = create(&client, &furniture, "A").await;
    rename(&client, &furniture, &export, 1, "B").await;
    create(&client, &furniture, "a").await;
    let taken = restore(&client, &export, &json!({"version": 1})).await;
    assert_eq!(field_codes(&taken), [("name".into(), "name_taken".into())]);
    let wrong = restore(&client, &export, &json!({"version": "one"})).await;
    assert_eq!(
        field_codes(&wrong),
        [("version".into(), "malformed".into())]
    );
}

#[tokio::test]
async fn who_may_not_edit_sees_the_history_and_restores_nothing() {
    let (app, client, furniture) = stage().await;
    let contributor = app
        .person("contributor@example.org", Role::Contributor)
        .await;
    let body = export_body("A", &furniture.private, &furniture.table);
    let export = client.post("/api/v1/exports", &body).await.expect(201);
    assert_eq!(history(&contributor, &export).await.len(), 1);
    let refused = restore(&contributor, &export, &json!({"version": 1})).await;
    assert_eq!(refused.problem(403), "connection_not_shared_with_you");
    assert_eq!(client.delete(&path(&export), 1).await.status, 204);
    let seen = removed(&contributor).await;
    assert_eq!((seen.len(), &seen[0]["permission"]), (1, &json!("view")));
    let refused = restore(&contributor, &export, &json!({})).await;
    assert_eq!(refused.problem(403), "connection_not_shared_with_you");
}

#[tokio::test]
async fn what_was_removed_comes_back_switched_off_under_a_free_name() {
    let (_app, client, furniture) = stage().await;
    let export = create(&client, &furniture, "A").await;
    assert_eq!(export["enabled"], true);
    let answer = client.delete(&path(&export), 1).await;
    assert_eq!(answer.status, 204);
    assert!(!answer.header("waybill-change").is_empty());
    create(&client, &furniture, "a").await;

    let listed = removed(&client).await;
    assert_eq!((listed.len(), &listed[0]["name"]), (1, &json!("A")));
    assert_eq!(listed[0]["removed_by"], export["created_by"]);
    assert!(listed[0]["kept_until"].as_str() > listed[0]["removed_at"].as_str());

    let back = restore(&client, &export, &json!({})).await.expect(200);
    assert_eq!(
        (&back["name"], &back["enabled"]),
        (&json!("A (2)"), &json!(false))
    );
    // Its old folder went to the export that took its name meanwhile.
    assert_eq!(back["folder"], "a-2");
    assert!(removed(&client).await.is_empty());
    let again = restore(&client, &export, &json!({})).await;
    assert_eq!(again.problem(404), "not_found");
    let causes: Vec<_> = history(&client, &back)
        .await
        .into_iter()
        .map(|entry| entry["cause"].clone())
        .collect();
    assert_eq!(causes, ["restore_removed", "remove", "create"]);
}

#[tokio::test]
async fn what_was_removed_can_come_back_as_it_was() {
    let (_app, client, furniture) = stage().await;
    let export = create(&client, &furniture, "A").await;
    assert_eq!(client.delete(&path(&export), 1).await.status, 204);
    let back = restore(&client, &export, &json!({"as_it_was": true}))
        .await
        .expect(200);
    assert_eq!(
        (&back["name"], &back["enabled"]),
        (&json!("A"), &json!(true))
    );
    assert_eq!(back["folder"], export["folder"]);
}

#[tokio::test]
async fn an_export_of_a_table_that_is_gone_stays_removed_and_says_so() {
    let (_app, client, furniture) = stage().await;
    let export = create(&client, &furniture, "A").await;
    assert_eq!(client.delete(&path(&export), 1).await.status, 204);
    let sources = client.get("/api/v1/sources").await.expect(200);
    let source = &sources["items"][0];
    let version = source["version"].as_i64().expect("a version");
    let source = format!("/api/v1/sources/{}", id_of(source));
    assert_eq!(client.delete(&source, version).await.status, 204);
    let refused = restore(&client, &export, &json!({})).await;
    assert_eq!(refused.problem(409), "table_gone");
    assert_eq!(refused.json()["args"]["table"], "people");
}

#[tokio::test]
async fn a_run_under_way_is_let_finish_unless_it_is_to_be_stopped() {
    let (_app, client, furniture) = stage().await;
    // Runs wait while everything is paused.
    client
        .put(
            "/api/v1/system/pause",
            1,
            &json!({"paused": true, "reason": "Moving house"}),
        )
        .await
        .expect(200);
    for (parameter, expected) in [("?cancel_runs=true", "canceled"), ("", "queued")] {
        let export = create(&client, &furniture, "A").await;
        let runs = format!("{}/runs", path(&export));
        let run = client.post(&runs, &json!({})).await.expect(202);
        let delete = client
            .request(Method::DELETE, &format!("{}{parameter}", path(&export)))
            .header("if-match", "*");
        assert_eq!(client.send(delete).await.status, 204);
        let run = format!("/api/v1/runs/{}", id_of(&run));
        let run = client.get(&run).await.expect(200);
        assert_eq!(run["status"], expected);
    }
    let export = create(&client, &furniture, "B").await;
    let wrong = client
        .request(
            Method::DELETE,
            &format!("{}?cancel_runs=perhaps", path(&export)),
        )
        .header("if-match", "*");
    let wrong = client.send(wrong).await;
    assert_eq!(
        field_codes(&wrong),
        [("cancel_runs".into(), "malformed".into())]
    );
}
