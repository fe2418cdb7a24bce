//! Connections through REST: tested, paused, freed of exports, removed and restored.

use std::sync::Arc;
use std::time::Duration;

use app::domain::{ConnectionPause, Role};
use base::{Clock, FixedClock};
use serde_json::{Value, json};
use server::store::{audit, connections};

use super::conventions::field_codes;
use crate::support::app::{Client, Furniture, TestApp, eventually, export_body, furnish, id_of};
use crate::support::databases::NOON;

const LIST: &str = "/api/v1/connections";

async fn stage() -> (TestApp, Client, Furniture) {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &client).await;
    (app, client, furniture)
}

fn draft(app: &TestApp, name: &str) -> Value {
    json!({"name": name, "type": "local_folder", "config": {"path": app.files().join("out")}, "consent": true})
}

async fn read(client: &Client, id: &str) -> Value {
    client.get(&format!("{LIST}/{id}")).await.expect(200)
}

/// Does something with a connection, and gives the connection.
async fn act(client: &Client, id: &str, what: &str, body: &Value) -> Value {
    let path = format!("{LIST}/{id}/{what}");
    client.post(&path, body).await.expect(200)
}

async fn export(client: &Client, furniture: &Furniture, name: &str) -> String {
    let body = export_body(name, &furniture.shared, &furniture.table);
    id_of(&client.post("/api/v1/exports", &body).await.expect(201))
}

fn names(references: &Value) -> Vec<&str> {
    let references = references.as_array().expect("a list");
    references
        .iter()
        .map(|one| one["name"].as_str().expect("a name"))
        .collect()
}

#[tokio::test]
async fn what_a_test_finds_is_kept_until_the_terms_change() {
    let (app, client, furniture) = stage().await;
    let id = &furniture.shared;
    assert_eq!(read(&client, id).await["last_test"], Value::Null);
    let outcome = act(&client, id, "test", &json!({})).await;
    assert_eq!(
        (&outcome["ok"], &outcome["reason"]["code"]),
        (&json!(true), &json!("connection_works"))
    );
    let tested = read(&client, id).await;
    assert_eq!(tested["last_test"]["ok"], true);
    assert_eq!(tested["last_test"]["reason"], outcome["reason"]);
    assert_eq!(tested["version"], 1, "a test changes nothing of it");

    let folder = app.files().join("out");
    std::fs::remove_dir_all(&folder).expect("removed");
    std::fs::write(&folder, "in the way").expect("written");
    let outcome = act(&client, id, "test", &json!({})).await;
    assert_eq!(outcome["ok"], false);
    assert_eq!(read(&client, id).await["last_test"]["ok"], false);

    let mut body = draft(&app, "Shared");
    body["config"]["path"] = json!(app.files().join("kept"));
    let path = format!("{LIST}/{id}");
    let saved = client.put(&path, 1, &body).await.expect(200);
    assert_eq!(saved["last_test"], Value::Null);
}

#[tokio::test]
async fn a_draft_is_tried_before_it_is_saved_and_nothing_of_it_is_kept() {
    let (app, client, furniture) = stage().await;
    let path = format!("{LIST}/test");
    let mut body = draft(&app, "");
    body.as_object_mut().expect("an object").remove("consent");
    let outcome = client.post(&path, &body).await.expect(200);
    assert_eq!(outcome["ok"], true, "neither name nor consent is needed");
    body["id"] = json!(furniture.shared);
    assert_eq!(client.post(&path, &body).await.expect(200)["ok"], true);
    assert_eq!(
        read(&client, &furniture.shared).await["last_test"],
        Value::Null
    );
    let listed = client.get(LIST).await.expect(200);
    assert_eq!(names(&listed["items"]), ["Private", "Shared"]);

    body["id"] = json!("00000000-0000-7000-8000-000000000000");
    assert_eq!(client.post(&path, &body).await.problem(404), "not_found");
    let codes = field_codes(&client.post(&path, &json!({"type": "local_folder"})).await);
    assert_eq!(codes, [("config.path".to_owned(), "required".to_owned())]);
    let elsewhere = json!({"type": "local_folder", "config": {"path": "/etc"}});
    let outcome = client.post(&path, &elsewhere).await.expect(200);
    assert_eq!(outcome["ok"], false);
    assert_eq!(outcome["steps"][0]["stage"], "permission");
    let unknown = json!({"type": "pigeon", "config": {}, "wings": 2});
    let codes = field_codes(&client.post(&path, &unknown).await);
    assert_eq!(codes, [("wings".to_owned(), "unknown_field".to_owned())]);
}

#[tokio::test]
async fn a_folder_that_no_run_could_use_is_refused_when_it_is_saved() {
    let (app, client, furniture) = stage().await;
    let mut body = draft(&app, "Elsewhere");
    let shared = format!("{LIST}/{}", furniture.shared);
    for (wrong, code) in [
        (json!("/etc"), "folder_outside_roots"),
        (
            json!(app.files().join("../elsewhere")),
            "folder_path_malformed",
        ),
        (json!("out"), "folder_path_malformed"),
    ] {
        body["config"]["path"] = wrong;
        let expected = [("config.path".to_owned(), code.to_owned())];
        assert_eq!(field_codes(&client.post(LIST, &body).await), expected);
        assert_eq!(field_codes(&client.put(&shared, 1, &body).await), expected);
    }
    // The first delivery makes it.
    body["config"]["path"] = json!(app.files().join("not/there/yet"));
    client.post(LIST, &body).await.expect(201);
}

#[tokio::test]
async fn runs_of_a_paused_connection_wait_until_it_is_resumed() {
    let (app, client, furniture) = stage().await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let id = &furniture.shared;
    let long = json!({"reason": "x".repeat(201)});
    let path = format!("{LIST}/{id}/pause");
    let codes = field_codes(&client.post(&path, &long).await);
    assert_eq!(codes, [("reason".to_owned(), "too_long".to_owned())]);
    let codes = field_codes(&client.post(&path, &json!({"reason": 7})).await);
    assert_eq!(codes, [("reason".to_owned(), "wrong_type".to_owned())]);
    assert_eq!(read(&client, id).await["pause"], Value::Null);

    let paused = act(&client, id, "pause", &json!({"reason": " Moving house "})).await;
    let pause = &paused["pause"];
    assert_eq!(
        (&pause["by"], &pause["reason"]["text"]),
        (&json!("admin@example.org"), &json!("Moving house"))
    );
    let anew = act(&client, id, "pause", &json!({})).await;
    assert_eq!(
        (&anew["pause"]["reason"], &anew["pause"]["since"]),
        (&Value::Null, &pause["since"])
    );
    assert_eq!(anew["version"], 1);

    let kept = export(&client, &furniture, "Kept").await;
    let path = format!("/api/v1/exports/{kept}/runs");
    let run = id_of(&client.post(&path, &json!({})).await.expect(202));
    // What is delivered elsewhere goes on.
    let body = export_body("Free", &furniture.private, &furniture.table);
    let free = id_of(&client.post("/api/v1/exports", &body).await.expect(201));
    let path = format!("/api/v1/exports/{free}/runs");
    let other = id_of(&client.post(&path, &json!({})).await.expect(202));
    let status = async |run: &str| {
        let run = viewer.get(&format!("/api/v1/runs/{run}")).await;
        run.expect(200)["status"].clone()
    };
    eventually(async || status(&other).await == "successful").await;
    let waiting = viewer.get(&format!("/api/v1/runs/{run}")).await.expect(200);
    assert_eq!(
        (
            &waiting["status"],
            &waiting["status_reason"]["code"],
            &waiting["status_reason"]["args"]
        ),
        (
            &json!("queued"),
            &json!("connection_paused"),
            &json!({"connection": "Shared"})
        )
    );
    let resumed = act(&client, id, "resume", &json!({})).await;
    assert_eq!(resumed["pause"], Value::Null);
    eventually(async || status(&run).await == "successful").await;
    let again = act(&client, id, "resume", &json!({})).await;
    assert_eq!(again["pause"], Value::Null, "ending none is no error");
}

#[tokio::test]
async fn a_connection_in_use_is_freed_of_its_exports_and_removed() {
    let (app, client, furniture) = stage().await;
    let id = &furniture.shared;
    let a = export(&client, &furniture, "A").await;
    let b = export(&client, &furniture, "B").await;
    let c = export(&client, &furniture, "C").await;
    let body = export_body("Theirs", &furniture.private, &furniture.table);
    let theirs = id_of(&client.post("/api/v1/exports", &body).await.expect(201));
    let path = format!("{LIST}/{id}");
    let refused = client.delete(&path, 1).await;
    assert_eq!(refused.problem(409), "connection_in_use");

    for (wrong, field) in [
        (json!({"exports": [], "how": "detach"}), "exports"),
        (json!({"exports": [a]}), "how"),
        (json!({"exports": [a], "how": "burn"}), "how"),
    ] {
        let answer = client.post(&format!("{path}/release"), &wrong).await;
        assert_eq!(field_codes(&answer)[0].0, field, "{wrong}");
    }
    let asked = json!({"exports": [a, b, theirs], "how": "detach"});
    let freed = act(&client, id, "release", &asked).await;
    assert_eq!(names(&freed["used_by"]), ["C"]);
    let read_export = async |id: &str| client.get(&format!("/api/v1/exports/{id}")).await;
    for detached in [&a, &b] {
        let export = read_export(detached).await.expect(200);
        assert_eq!(export["connection"], Value::Null);
    }
    let untouched = read_export(&theirs).await.expect(200);
    assert_eq!(untouched["connection"]["name"], "Private");
    let asked = json!({"exports": [c], "how": "remove"});
    let freed = act(&client, id, "release", &asked).await;
    assert_eq!(
        (names(&freed["used_by"]), &freed["exports"]),
        (vec![], &json!(0))
    );
    assert_eq!(read_export(&c).await.problem(404), "not_found");

    assert_eq!(client.delete(&path, 1).await.status, 204);
    assert_eq!(client.get(&path).await.problem(404), "not_found");
    let removed = client.get(&format!("{LIST}/removed")).await.expect(200);
    let removed = &removed["items"][0];
    assert_eq!(
        (&removed["id"], &removed["name"], &removed["removed_by"]),
        (&json!(id), &json!("Shared"), &json!("admin@example.org"))
    );
    let other = client.post(LIST, &draft(&app, "SHARED")).await.expect(201);
    let back = act(&client, id, "restore", &json!({})).await;
    assert_eq!(
        (&back["name"], &back["version"], &back["audience"]),
        (&json!("Shared (2)"), &json!(2), &json!("contributors"))
    );
    assert_eq!(back["pause"]["reason"]["code"], "connection_restored");
    let restore = format!("{path}/restore");
    let again = client.post(&restore, &json!({})).await;
    assert_eq!(again.problem(404), "not_found");
    let path = format!("{LIST}/{}/restore", id_of(&other));
    assert_eq!(
        client.post(&path, &json!({})).await.problem(404),
        "not_found"
    );
}

#[tokio::test]
async fn what_was_removed_too_long_ago_does_not_come_back() {
    let clock = Arc::new(FixedClock::new(NOON));
    let app = TestApp::at(Arc::clone(&clock) as Arc<dyn Clock>, |_| {}).await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    std::fs::create_dir_all(app.files().join("out")).expect("a folder");
    let connection = client.post(LIST, &draft(&app, "Depot")).await.expect(201);
    let path = format!("{LIST}/{}", id_of(&connection));
    assert_eq!(client.delete(&path, 1).await.status, 204);
    clock.advance(Duration::from_hours(30 * 24));
    let listed = client.get(&format!("{LIST}/removed")).await.expect(200);
    assert_eq!(listed["items"], json!([]));
    let refused = client.post(&format!("{path}/restore"), &json!({})).await;
    assert_eq!(refused.problem(409), "removed_too_long_ago");
}

#[tokio::test]
async fn those_whom_it_is_shared_with_must_be_there() {
    let (app, client, _furniture) = stage().await;
    app.add("bob@example.org", Role::Contributor).await;
    let people = client.get("/api/v1/people").await.expect(200);
    let people = people["items"].as_array().expect("people");
    let bob = people.iter().find(|one| one["name"] == "bob@example.org");
    let bob = bob.expect("is there")["id"].clone();
    let mut body = draft(&app, "Named");
    body["audience"] = json!({"people": [bob, "00000000-0000-7000-8000-000000000000"]});
    let codes = field_codes(&client.post(LIST, &body).await);
    let expected = ("audience.people.1".to_owned(), "not_found".to_owned());
    assert_eq!(codes, [expected]);
    body["audience"] = json!({"people": [bob]});
    let created = client.post(LIST, &body).await.expect(201);
    assert_eq!(names(&created["people"]), ["bob@example.org"]);
    assert_eq!(
        (&created["secrets"], &created["created_by"]),
        (&json!([]), &json!("admin@example.org"))
    );
}

#[tokio::test]
async fn credentials_stay_until_others_are_given_which_end_a_pause_by_the_server() {
    const PASSWORD: &str = "canary-3d1e-sftp";
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let fingerprint = format!("SHA256:{}", "A".repeat(43));
    let mut body = json!({
        "name": "Partner", "type": "sftp", "consent": true, "secrets": {"password": PASSWORD},
        "config": {"host": "sftp.example.org", "username": "waybill", "folder": "/in", "host_key": fingerprint},
    });
    let created = client.post(LIST, &body).await;
    let id = id_of(&created.expect(201));
    let secret = &created.json()["secrets"][0];
    assert_eq!(
        (&secret["name"], &secret["reference"], &secret["updated_by"]),
        (
            &json!("password"),
            &Value::Null,
            &json!("admin@example.org")
        )
    );
    let store = &app.running.store;
    let pause = async |by: &str| {
        let pause = ConnectionPause {
            since: store.now(),
            by: by.to_owned(),
            reason: None,
        };
        let mut tx = store.begin().await.expect("begins");
        let id = id.parse().expect("an id");
        connections::set_pause(&mut tx, id, &pause)
            .await
            .expect("pauses");
        tx.commit().await.expect("commits");
    };
    pause("").await;
    let path = format!("{LIST}/{id}");
    let keys = body.as_object_mut().expect("an object");
    keys.remove("secrets");
    body["name"] = json!("Partner 2");
    let renamed = client.put(&path, 1, &body).await.expect(200);
    assert_eq!(names(&renamed["secrets"]), ["password"]);
    assert_ne!(
        renamed["pause"],
        Value::Null,
        "the credentials are the same"
    );
    body["secrets"] = json!({"password": null});
    let codes = field_codes(&client.put(&path, 2, &body).await);
    assert_eq!(
        codes,
        [("secrets.password".to_owned(), "required".to_owned())]
    );

    body["secrets"] = json!({"password": format!("{PASSWORD}-2")});
    let saved = client.put(&path, 2, &body).await.expect(200);
    assert_eq!(saved["pause"], Value::Null);
    pause("Ada").await;
    let saved = client.put(&path, 3, &body).await.expect(200);
    assert_eq!(
        saved["pause"]["by"], "Ada",
        "a person's pause is theirs to end"
    );

    let entries = audit::of(store, "connection", &id, 10).await;
    let entries = entries.expect("reads");
    let done = |place: usize| entries[place].after.as_ref().map(|after| &after["secrets"]);
    let changed = json!({"password": "changed"});
    // Newest first: saved twice with another password, renamed, created.
    assert_eq!(done(0), Some(&changed));
    assert_eq!((done(2), done(3)), (Some(&Value::Null), Some(&changed)));
    let all = format!("{entries:?} {} {}", created.text, saved);
    assert!(!all.contains("canary"), "secrets are written nowhere");
}
