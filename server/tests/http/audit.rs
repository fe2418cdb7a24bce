//! The audit log through REST: who may read it, what it tells, the file, and for how long it is kept.

use app::domain::{AuditDoor, Role};
use reqwest::Method;
use serde_json::{Value, json};
use server::http::table;
use server::store::audit::{self, AuditEntry};

use super::conventions::field_codes;
use crate::support::app::{
    Answer, Client, PASSWORD, TestApp, eventually, export_body, furnish, id_of,
};

const AUDIT: &str = "/api/v1/audit";
const FILE: &str = "/api/v1/audit.csv";
const SETTINGS: &str = "/api/v1/settings";

async fn listed(client: &Client, query: &str) -> Vec<Value> {
    let page = client.get(&format!("{AUDIT}?{query}")).await.expect(200);
    page["items"].as_array().expect("items").clone()
}

fn actions(entries: &[Value]) -> Vec<&str> {
    let actions = entries.iter().map(|entry| entry["action"].as_str());
    actions.map(|action| action.expect("an action")).collect()
}

async fn set(client: &Client, body: &Value) -> Answer {
    client
        .send(client.request(Method::PUT, SETTINGS).json(body))
        .await
}

#[tokio::test]
async fn a_change_is_told_with_what_differs_who_did_it_and_through_which_door() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    furnish(&app, &client).await;
    let path = app.files().join("out");
    let body =
        json!({"name": "Dépôt", "type": "local_folder", "config": {"path": path}, "consent": true});
    let made = client.post("/api/v1/connections", &body).await.expect(201);
    let renamed = json!({"name": "Entrepôt", "type": "local_folder", "config": {"path": path}, "consent": true});
    let address = format!("/api/v1/connections/{}", id_of(&made));
    client.put(&address, 1, &renamed).await.expect(200);

    let entries = listed(
        &client,
        &format!("kind=connection&object_id={}", id_of(&made)),
    )
    .await;
    assert_eq!(
        actions(&entries),
        ["connection.update", "connection.create"]
    );
    let entry = &entries[0];
    assert_eq!(
        (
            &entry["actor"],
            &entry["door"],
            &entry["object_name"],
            &entry["network"]
        ),
        (
            &json!("admin@example.org"),
            &json!("rest"),
            &json!("Entrepôt"),
            &json!("127.0.0.1")
        )
    );
    let token = entry["token_id"].as_str().expect("a token");
    let details = client.get(&format!("{AUDIT}/{}", id_of(entry))).await;
    let details = details.expect(200);
    assert_eq!(details["token_name"], "test");
    let name = json!({"field": "name", "before": "Dépôt", "after": "Entrepôt"});
    assert_eq!(details["differences"], json!([name]));
    let of_token = listed(&client, "action=token.create").await;
    assert_eq!(of_token[0]["object_id"], token);
    assert_eq!(of_token[0]["door"], "command_line");

    for (query, expected) in [
        ("q=ENTREPOT", vec!["connection.update"]),
        ("q=entrepot+update&door=page", vec![]),
        (
            "action=connection.update&door=rest",
            vec!["connection.update"],
        ),
        ("action=connection.update&to=2001-01-01T00:00:00Z", vec![]),
        (
            "action=connection.update&from=2001-01-01T00:00:00Z",
            vec!["connection.update"],
        ),
        ("kind=connection&limit=1", vec!["connection.update"]),
    ] {
        let entries = listed(&client, query).await;
        assert_eq!(actions(&entries), expected, "{query}");
    }
    let unknown = client
        .get(&format!("{AUDIT}?door=window&actor_id=me&colour=red"))
        .await;
    let wrong = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    assert_eq!(
        field_codes(&unknown),
        [
            wrong("actor_id", "malformed"),
            wrong("door", "malformed"),
            wrong("colour", "unknown_parameter"),
        ]
    );
    let none = client
        .get(&format!("{AUDIT}/{}", uuid::Uuid::now_v7()))
        .await;
    assert_eq!(none.problem(404), "not_found");
}

#[tokio::test]
async fn every_run_is_told_when_it_starts_and_when_it_has_ended() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &client).await;
    let body = export_body("Clients", &furniture.shared, &furniture.table);
    let export = id_of(&client.post("/api/v1/exports", &body).await.expect(201));
    let path = format!("/api/v1/exports/{export}/runs");
    let run = id_of(&client.post(&path, &json!({})).await.expect(202));
    let of_run = format!("kind=run&object_id={run}");
    eventually(async || listed(&client, &of_run).await.len() == 2).await;
    let entries = listed(&client, &of_run).await;
    assert_eq!(actions(&entries), ["run.end", "run.start"]);
    let end = &entries[0];
    assert_eq!(
        (&end["door"], &end["actor_id"], &end["object_name"]),
        (&json!("server"), &Value::Null, &json!("Clients"))
    );
    let details = client.get(&format!("{AUDIT}/{}", id_of(end))).await;
    let details = details.expect(200);
    let told = details["differences"].as_array().expect("differences");
    for (field, value) in [("status", json!("successful")), ("rows_written", json!(3))] {
        let one = json!({"field": field, "before": null, "after": value});
        assert!(told.contains(&one), "{field}: {told:?}");
    }
}

#[tokio::test]
async fn signing_in_and_out_is_told_and_so_is_whom_it_was_refused_to() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    app.add("ada@example.org", Role::Viewer).await;
    let session = app.session("ada@example.org").await;
    session.form("/api/ui/account/sign-out", &[]).await;
    let strangers = app.anonymous();
    for (email, password) in [
        ("ada@example.org", "a wrong password"),
        ("mistyped@example.org", PASSWORD),
    ] {
        let form = [("email", email), ("password", password), ("next", "/")];
        strangers.form("/api/ui/account/sign-in", &form).await;
    }
    let entries = listed(&client, "kind=user&q=session").await;
    assert_eq!(
        actions(&entries),
        [
            "session.refuse",
            "session.refuse",
            "session.close",
            "session.open"
        ]
    );
    // Of an address that is nobody's nothing is kept: it may be a password, typed into the wrong field.
    let names: Vec<_> = entries.iter().map(|entry| &entry["object_name"]).collect();
    assert_eq!(
        names,
        ["", "ada@example.org", "ada@example.org", "ada@example.org"]
    );
    assert!(!client.get(FILE).await.text.contains("mistyped"));
    let refused = &entries[1];
    assert_eq!(
        (&refused["actor_id"], &refused["actor"], &refused["door"]),
        (&Value::Null, &json!(""), &json!("page"))
    );
}

#[tokio::test]
async fn the_file_holds_every_entry_once_and_no_formulas() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let store = &app.running.store;
    let start = store.now();
    let mut tx = store.begin().await.expect("begins");
    for number in 0..1_200 {
        let entry = AuditEntry {
            at: start + number,
            actor_id: None,
            actor_name: "=HYPERLINK(\"http://example.org\")",
            door: AuditDoor::Server,
            token: None,
            action: "view.save",
            object_kind: "view",
            object_id: format!("number {number}"),
            before: None,
            after: Some(json!({"name": "a,\nb"})),
            network: "",
        };
        audit::append(&mut tx, &entry).await.expect("adds");
    }
    tx.commit().await.expect("commits");
    let file = client.get(&format!("{FILE}?kind=view")).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        file.header("content-disposition")
            .starts_with("attachment;")
    );
    assert!(file.text.starts_with("at,actor_id,actor,door,"));
    for number in 0..1_200 {
        assert_eq!(file.text.matches(&format!(",number {number},")).count(), 1);
    }
    let row = ",,\"'=HYPERLINK(\"\"http://example.org\"\")\",server,,,view.save,view,number 0,\
               \"a,\nb\",,\"{\"\"name\"\":\"\"a,\\nb\"\"}\"\n";
    assert!(
        file.text.ends_with(row),
        "{}",
        &file.text[file.text.len() - 300..]
    );
    let wrong = client.get(&format!("{FILE}?limit=5")).await;
    assert_eq!(
        field_codes(&wrong),
        [("limit".to_owned(), "unknown_parameter".to_owned())]
    );
}

#[tokio::test]
async fn how_long_entries_are_kept_is_set_by_administrators_and_told() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let contributor = app
        .person("contributor@example.org", Role::Contributor)
        .await;
    assert_eq!(client.get(SETTINGS).await.expect(200)["audit_days"], 400);
    for body in [
        json!({"audit_days": 90}),
        json!({"audit_days": "many"}),
        json!({"audit_days": 1}),
    ] {
        assert_eq!(
            set(&contributor, &body).await.problem(403),
            "administrators_only"
        );
    }
    for (body, code) in [
        (json!({"audit_days": "many"}), "malformed"),
        (json!({"audit_days": 29}), "out_of_range"),
        (json!({"audit_days": 3651}), "out_of_range"),
    ] {
        let refused = set(&client, &body).await;
        let expected = [("audit_days".to_owned(), code.to_owned())];
        assert_eq!(field_codes(&refused), expected, "{body}");
    }
    for _ in 0..2 {
        let answer = set(&client, &json!({"audit_days": 90})).await;
        assert_eq!(answer.expect(200)["audit_days"], 90);
    }
    let entries = listed(&client, "action=settings.update").await;
    assert_eq!(entries.len(), 1, "setting it again changes nothing");
    let details = client.get(&format!("{AUDIT}/{}", id_of(&entries[0]))).await;
    let changed = json!({"field": "audit_days", "before": 400, "after": 90});
    assert_eq!(details.expect(200)["differences"], json!([changed]));

    // An entry of a hundred days ago goes by itself, one of yesterday stays.
    let store = &app.running.store;
    let day = 24 * 3_600 * 1_000_000;
    let mut tx = store.begin().await.expect("begins");
    for days in [100, 1] {
        let entry = AuditEntry {
            at: store.now() - days * day,
            actor_id: None,
            actor_name: "",
            door: AuditDoor::Server,
            token: None,
            action: "view.remove",
            object_kind: "view",
            object_id: days.to_string(),
            before: None,
            after: None,
            network: "",
        };
        audit::append(&mut tx, &entry).await.expect("adds");
    }
    tx.commit().await.expect("commits");
    eventually(async || listed(&client, "action=view.remove").await.len() == 1).await;
    assert_eq!(
        listed(&client, "action=view.remove").await[0]["object_id"],
        "1"
    );
}

#[tokio::test]
async fn entries_cannot_be_written_or_changed_from_outside() {
    let changing = table()
        .into_iter()
        .filter(|route| route.path.starts_with(AUDIT) && route.method != Method::GET);
    assert_eq!(changing.count(), 0);
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let entry = id_of(&listed(&client, "limit=1").await[0]);
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = client.request(method.clone(), &format!("{AUDIT}/{entry}"));
        let answer = client.send(request.json(&json!({}))).await;
        assert_eq!(answer.status, 405, "{method}");
    }
}
