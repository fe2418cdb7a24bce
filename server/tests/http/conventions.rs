//! The conventions of REST: versions, repeats, errors, pieces of lists, languages.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, Furniture, TestApp, export_body, furnish, id_of};

async fn stage() -> (TestApp, Client, Furniture) {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    (app, administrator, furniture)
}

async fn create(client: &Client, furniture: &Furniture, name: &str) -> Value {
    client
        .post(
            "/api/v1/exports",
            &export_body(name, &furniture.shared, &furniture.table),
        )
        .await
        .expect(201)
}

/// Field and code of every error of an answer.
pub(super) fn field_codes(answer: &Answer) -> Vec<(String, String)> {
    let body = answer.expect(422);
    let errors = body["errors"].as_array().expect("errors");
    let text = |error: &Value, key: &str| error[key].as_str().expect("a text").to_owned();
    errors
        .iter()
        .map(|error| (text(error, "field"), text(error, "code")))
        .collect()
}

#[tokio::test]
async fn a_version_is_needed_to_replace_or_remove_and_must_be_current() {
    let (_app, client, furniture) = stage().await;
    let export = create(&client, &furniture, "A").await;
    let path = format!("/api/v1/exports/{}", id_of(&export));
    let found = client.get(&path).await;
    assert_eq!(found.header("etag"), "\"1\"");
    let body = export_body("B", &furniture.shared, &furniture.table);
    let without = client
        .send(client.request(Method::PUT, &path).json(&body))
        .await;
    assert_eq!(without.problem(428), "precondition_required");
    let weak = client
        .request(Method::PUT, &path)
        .header("if-match", "W/\"1\"")
        .json(&body);
    assert_eq!(
        client.send(weak).await.problem(412),
        "malformed_precondition"
    );
    let renamed = client.put(&path, 1, &body).await;
    assert_eq!(
        (renamed.header("etag"), &renamed.expect(200)["name"]),
        ("\"2\"", &json!("B"))
    );
    let stale = client.put(&path, 1, &body).await;
    assert_eq!(stale.problem(412), "stale");
    assert_eq!(stale.json()["args"]["current"], "2");
    assert_eq!(
        client
            .send(client.request(Method::DELETE, &path))
            .await
            .problem(428),
        "precondition_required"
    );
    assert_eq!(client.delete(&path, 1).await.problem(412), "stale");
    assert_eq!(client.delete(&path, 2).await.status, 204);
    assert_eq!(client.get(&path).await.problem(404), "not_found");
}

#[tokio::test]
async fn a_star_matches_whatever_there_is() {
    let (_app, client, furniture) = stage().await;
    let path = format!(
        "/api/v1/exports/{}",
        id_of(&create(&client, &furniture, "A").await)
    );
    let body = export_body("B", &furniture.shared, &furniture.table);
    let put = client
        .request(Method::PUT, &path)
        .header("if-match", "*")
        .json(&body);
    assert_eq!(client.send(put).await.expect(200)["version"], 2);
    let delete = client
        .request(Method::DELETE, &path)
        .header("if-match", "*");
    assert_eq!(client.send(delete).await.status, 204);
}

#[tokio::test]
async fn a_repeated_post_is_carried_out_once() {
    let (app, client, furniture) = stage().await;
    let post = async |client: &Client, key: &str, name: &str| {
        let body = export_body(name, &furniture.shared, &furniture.table);
        client
            .send(
                client
                    .request(Method::POST, "/api/v1/exports")
                    .header("idempotency-key", key)
                    .json(&body),
            )
            .await
    };
    let first = post(&client, "k1", "A").await;
    let second = post(&client, "k1", "A").await;
    assert_eq!(
        (first.expect(201), ""),
        (second.expect(201), first.header("idempotency-replayed"))
    );
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(
        post(&client, "k1", "B").await.problem(422),
        "idempotency_key_reused"
    );
    assert_eq!(
        post(&client, "k2", "A").await.status,
        422,
        "another key is another request, and the name is taken"
    );
    assert_eq!(
        post(&client, "k2", "B").await.status,
        201,
        "what failed may be tried again under its key"
    );
    let other = app.person("other@example.org", Role::Administrator).await;
    assert_eq!(
        post(&other, "k1", "C").await.status,
        201,
        "keys are each person's own"
    );
    let listed = client.get("/api/v1/exports").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn repeats_at_the_same_moment_are_carried_out_once() {
    let (_app, client, furniture) = stage().await;
    let body = export_body("A", &furniture.shared, &furniture.table);
    let post = || {
        client.send(
            client
                .request(Method::POST, "/api/v1/exports")
                .header("idempotency-key", "k")
                .json(&body),
        )
    };
    let (one, two, three) = tokio::join!(post(), post(), post());
    for answer in [&one, &two, &three] {
        assert!(
            answer.status == 201 || answer.problem(409) == "idempotency_under_way",
            "{}",
            answer.text
        );
    }
    let listed = client.get("/api/v1/exports").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn everything_that_is_wrong_is_named_at_its_field() {
    let (_app, client, furniture) = stage().await;
    let body = json!({
        "name": " ", "connection_id": furniture.shared, "items": [{"table_id": furniture.table, "colour": "red"}],
        "options": {"format": "xml"}, "surplus": 1,
    });
    let codes = field_codes(&client.post("/api/v1/exports", &body).await);
    for expected in [
        ("items.0.colour", "unknown_field"),
        ("options.format", "malformed"),
        ("surplus", "unknown_field"),
    ] {
        assert!(
            codes.contains(&(expected.0.to_owned(), expected.1.to_owned())),
            "{expected:?} in {codes:?}"
        );
    }
    let body = json!({"name": " ", "connection_id": furniture.shared, "items": [{"table_id": furniture.table}]});
    assert_eq!(
        field_codes(&client.post("/api/v1/exports", &body).await),
        [("name".to_owned(), "required".to_owned())]
    );
}

#[tokio::test]
async fn a_folder_that_no_run_could_use_is_refused_when_it_is_saved() {
    let (_app, client, furniture) = stage().await;
    let mut body = export_body("A", &furniture.shared, &furniture.table);
    for wrong in [
        "_staging", ".hidden", "a_b", "v1.2", "Loyalty", "a--b", "a/b",
    ] {
        body["folder"] = json!(wrong);
        let codes = field_codes(&client.post("/api/v1/exports", &body).await);
        let expected = ("folder".to_owned(), "folder_malformed".to_owned());
        assert_eq!(codes, [expected], "{wrong}");
    }
    body["folder"] = json!("a".repeat(65));
    let codes = field_codes(&client.post("/api/v1/exports", &body).await);
    assert_eq!(codes, [("folder".to_owned(), "too_long".to_owned())]);
    body["folder"] = json!("loyalty-2026");
    client.post("/api/v1/exports", &body).await.expect(201);
}

#[tokio::test]
async fn what_later_versions_bring_is_refused_by_name() {
    let (app, client, furniture) = stage().await;
    let mut body = export_body("A", &furniture.shared, &furniture.table);
    body["mode"] = json!("mirror");
    let codes = field_codes(&client.post("/api/v1/exports", &body).await);
    assert_eq!(codes, [("mode".to_owned(), "not_available_yet".to_owned())]);
    let connection =
        json!({"name": "GCS", "type": "gcs", "config": {"bucket": "b"}, "consent": true});
    let codes = field_codes(&client.post("/api/v1/connections", &connection).await);
    assert_eq!(codes, [("type".to_owned(), "not_available_yet".to_owned())]);
    let source = json!({"name": "P", "kind": "postgres", "config": {"url": app.files()}});
    let codes = field_codes(&client.post("/api/v1/sources", &source).await);
    assert_eq!(codes, [("kind".to_owned(), "not_available_yet".to_owned())]);
}

#[tokio::test]
async fn errors_are_problems_in_the_reader_s_language() {
    let (_app, client, _furniture) = stage().await;
    let ask = async |language: &str| {
        let path = "/api/v1/exports/00000000-0000-7000-8000-000000000000";
        client
            .send(
                client
                    .request(Method::GET, path)
                    .header("accept-language", language),
            )
            .await
    };
    let (english, french) = (ask("en").await, ask("fr-CA, en;q=0.5").await);
    let body = english.json();
    assert_eq!(english.problem(404), "not_found");
    for (key, value) in [
        ("type", json!("urn:waybill:problem:not_found")),
        ("title", json!("Not Found")),
        ("status", json!(404)),
        ("args", json!({})),
        ("detail", Value::Null),
        ("errors", json!([])),
    ] {
        assert_eq!(body[key], value, "{key}");
    }
    assert_eq!(french.problem(404), "not_found");
    assert_ne!(body["text"], french.json()["text"]);
}

#[tokio::test]
async fn what_the_framework_refuses_is_a_problem_too() {
    let (_app, client, _furniture) = stage().await;
    assert_eq!(
        client.get("/api/v1/nothing").await.problem(404),
        "not_found"
    );
    assert_eq!(
        client.get("/api/v1/exports/no-id").await.problem(404),
        "not_found"
    );
    let patch = client
        .send(client.request(Method::PATCH, "/api/v1/exports"))
        .await;
    assert_eq!(patch.problem(405), "method_not_allowed");
    let text = client
        .request(Method::POST, "/api/v1/exports")
        .header("content-type", "text/plain")
        .body("{}");
    assert_eq!(
        client.send(text).await.problem(415),
        "unsupported_media_type"
    );
    let half = client
        .request(Method::POST, "/api/v1/exports")
        .header("content-type", "application/json")
        .body("{\"a\":");
    assert_eq!(client.send(half).await.problem(422), "invalid");
    let long = client
        .request(Method::POST, "/api/v1/exports")
        .json(&json!({"name": "a".repeat(2 << 20)}));
    assert_eq!(client.send(long).await.problem(413), "too_large");
}

#[tokio::test]
async fn a_list_comes_in_pieces_in_the_order_asked_for() {
    let (_app, client, furniture) = stage().await;
    for name in ["Éclair", "apple", "Zebra", "banana", "delta"] {
        create(&client, &furniture, name).await;
    }
    for (sort, expected) in [
        ("name", ["apple", "banana", "delta", "Éclair", "Zebra"]),
        ("-name", ["Zebra", "Éclair", "delta", "banana", "apple"]),
    ] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = client
                .get(&format!(
                    "/api/v1/exports?sort={sort}&limit=2&cursor={cursor}"
                ))
                .await
                .expect(200);
            for item in page["items"].as_array().expect("items") {
                seen.push(item["name"].as_str().expect("a name").to_owned());
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, expected, "{sort}");
    }
    let found = client.get("/api/v1/exports?q=eclair").await.expect(200);
    assert_eq!(found["items"][0]["name"], "Éclair");
    for wrong in [
        "limit=0",
        "limit=201",
        "sort=colour",
        "status=fine",
        "stauts=failed",
    ] {
        assert_eq!(
            client
                .get(&format!("/api/v1/exports?{wrong}"))
                .await
                .problem(422),
            "invalid",
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn an_export_is_what_the_architecture_page_writes() {
    let (_app, client, furniture) = stage().await;
    let export = create(&client, &furniture, "A").await;
    let listed = &client.get("/api/v1/exports").await.expect(200)["items"][0];
    for key in [
        "id",
        "version",
        "name",
        "type",
        "status",
        "status_reason",
        "refreshed_at",
        "data_as_of",
        "schedule",
        "schedule_text",
        "enabled",
        "connection",
        "permission",
        "updated_at",
        "updated_by",
        "next_run_at",
    ] {
        assert!(listed.get(key).is_some(), "{key} is missing");
        assert_eq!(listed[key], export[key], "{key}");
    }
    assert_eq!(
        (&listed["type"], &listed["status"], &listed["enabled"]),
        (&json!("local_folder"), &json!("not_started"), &json!(true))
    );
    assert_eq!(
        listed["schedule"],
        json!({"recurrence": "system", "time_zone": "UTC", "catch_up_hours": 24})
    );
    assert_eq!(listed["connection"]["name"], "Shared");
    assert!(
        listed["updated_at"]
            .as_str()
            .is_some_and(|at| at.ends_with('Z'))
    );
    let fields = export["items"][0]["fields"].as_array().expect("fields");
    assert_eq!(fields[0], json!({"source": "id", "target": "id"}));
    assert_eq!(fields.len(), 3);
}

#[tokio::test]
async fn a_connection_in_use_cannot_be_removed() {
    let (_app, client, furniture) = stage().await;
    create(&client, &furniture, "Weekly").await;
    let answer = client
        .delete(&format!("/api/v1/connections/{}", furniture.shared), 1)
        .await;
    assert_eq!(answer.problem(409), "connection_in_use");
    assert!(answer.text.contains("Weekly"), "{}", answer.text);
}

#[tokio::test]
async fn what_a_contributor_may_not_use_they_may_not_give_to_an_export() {
    let (app, client, furniture) = stage().await;
    let contributor = app
        .person("contributor@example.org", Role::Contributor)
        .await;
    let hidden = export_body("A", &furniture.private, &furniture.table);
    let refused = contributor.post("/api/v1/exports", &hidden).await;
    assert!(
        matches!(refused.status.as_u16(), 403 | 422),
        "{}",
        refused.text
    );
    let export = client.post("/api/v1/exports", &hidden).await.expect(201);
    let path = format!("/api/v1/exports/{}", id_of(&export));
    assert_eq!(
        contributor.get(&path).await.expect(200)["permission"],
        "view"
    );
    let body = export_body("B", &furniture.private, &furniture.table);
    assert_eq!(contributor.put(&path, 1, &body).await.status, 403);
    assert_eq!(contributor.delete(&path, 1).await.status, 403);
    assert_eq!(
        contributor
            .post(&format!("{path}/runs"), &json!({}))
            .await
            .status,
        403
    );
}
