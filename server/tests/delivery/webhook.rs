//! Deliveries to a webhook, from a file to messages, and what the waybill says of them.

use app::domain::Role;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Scene;
use crate::support::app::{TestApp, eventually, furnish, id_of};
use crate::support::receivers::{Received, WebSink};

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

/// A scene whose shared connection is a webhook that takes two rows at once, and the receiver, which answers so.
async fn stage(answers: &[StatusCode]) -> (Scene, WebSink) {
    let sink = WebSink::open(answers).await;
    let app = TestApp::with(|config| {
        config.allow_addresses = vec!["127.0.0.1".parse().expect("a range")];
    })
    .await;
    let admin = app.person("admin@example.org", Role::Administrator).await;
    let mut furniture = furnish(&app, &admin).await;
    let body = json!({
        "name": "Hook", "type": "webhook", "audience": "contributors", "consent": true,
        "config": {"url": sink.url("/in?token=1"), "rows_per_message": 2},
        "secrets": {"signing_secret": format!("whsec_{}", STANDARD.encode(KEY))},
    });
    let made = admin.post("/api/v1/connections", &body).await.expect(201);
    furniture.shared = id_of(&made);
    let scene = Scene {
        app,
        admin,
        furniture,
    };
    (scene, sink)
}

async fn export(scene: &Scene) -> String {
    scene.export("Weekly", json!({"format": "jsonl"})).await
}

/// What came of the ids of a run, in order.
fn kinds(received: &[Received], run: &Value) -> Vec<String> {
    let begin = format!("msg_{}_", id_of(run));
    let ids = received.iter().map(|one| one.header("webhook-id"));
    ids.filter_map(|id| id.strip_prefix(&begin))
        .map(str::to_owned)
        .collect()
}

fn body(received: &Received) -> Value {
    serde_json::from_str(&received.body).expect("JSON")
}

fn assert_signed(received: &Received) {
    let signed = format!(
        "{}.{}.{}",
        received.header("webhook-id"),
        received.header("webhook-timestamp"),
        received.body
    );
    let signature = received.header("webhook-signature");
    let signature = signature.strip_prefix("v1,").expect("of version 1");
    let signature = STANDARD.decode(signature).expect("base64");
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY);
    hmac::verify(&key, signed.as_bytes(), &signature).expect("the signature is right");
}

#[tokio::test]
async fn rows_go_in_signed_messages_and_the_waybill_has_a_line_for_each_table() {
    let (scene, sink) = stage(&[]).await;
    let export = export(&scene).await;
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    assert_eq!(run["tasks"][0]["rows_written"], 3);
    let received = sink.received();
    assert_eq!(kinds(&received, &run), ["start", "1_1", "1_2", "end"]);
    for one in &received {
        assert_signed(one);
        assert_eq!(one.header("idempotency-key"), one.header("webhook-id"));
        assert_eq!(body(one)["data"]["export"], "weekly");
    }
    let first = &body(&received[1])["data"]["rows"][0];
    assert_eq!(
        *first,
        json!({"id": 1, "email": "ada@example.org", "city": "Liège"})
    );

    let waybill = scene.waybill(&run).await;
    let files = waybill["tasks"][0]["files"].as_array().expect("a list");
    let [file] = &files[..] else {
        panic!("one line, not {files:?}")
    };
    let sent = format!("{}{}", received[1].body, received[2].body);
    let sha256 = format!("{:x}", Sha256::digest(&sent));
    assert_eq!(file["path"], "weekly/people");
    assert_eq!(
        (&file["rows"], &file["bytes"], &file["sha256"]),
        (&json!(3), &json!(sent.len()), &json!(sha256))
    );
    let end = &body(&received[3])["data"];
    assert_eq!(end["publish"], 1);
    assert_eq!(end["tables"][0]["sha256"], file["sha256"]);
    assert_eq!(end["manifest"]["tables"][0]["rows"], 3);

    let again = scene.run(&export).await;
    assert_eq!(again["status"], "successful", "{again}");
    let received = sink.received();
    assert_eq!(received.len(), 8, "nothing was said twice");
    assert_eq!(body(&received[7])["data"]["publish"], 2);
}

#[tokio::test]
async fn a_run_that_is_refused_half_way_says_how_many_rows_went_and_is_aborted() {
    let ok = StatusCode::NO_CONTENT;
    let (scene, sink) = stage(&[ok, ok, StatusCode::BAD_REQUEST]).await;
    let export = export(&scene).await;
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "failed", "{run}");
    let reason = &run["status_reason"];
    assert_eq!(reason["code"], "destination_failed");
    assert_eq!(
        (
            &reason["args"]["rows_delivered"],
            &reason["args"]["rows_of"]
        ),
        (&json!("2"), &json!("3"))
    );
    eventually(async || kinds(&sink.received(), &run).len() == 4).await;
    let told = kinds(&sink.received(), &run);
    assert_eq!(told, ["start", "1_1", "1_2", "abort"]);
}

#[tokio::test]
async fn an_end_that_nobody_answers_is_sent_again_without_the_rows() {
    let ok = StatusCode::OK;
    let away = StatusCode::SERVICE_UNAVAILABLE;
    // Each time it is tried three times: when it is published, and when it is asked for after that.
    let answers = [ok, ok, ok, away, away, away, away, away, away];
    let (scene, sink) = stage(&answers).await;
    let export = export(&scene).await;
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    assert_eq!(run["attempt"], 2);
    let told = kinds(&sink.received(), &run);
    assert_eq!(told[..3], ["start", "1_1", "1_2"]);
    assert_eq!(told[3..], ["end"; 7]);
    let received = sink.received();
    assert!(received[4..].iter().all(|end| end.body == received[3].body));
}

#[tokio::test]
async fn a_receiver_that_is_gone_pauses_its_connection() {
    let (scene, _sink) = stage(&[StatusCode::GONE]).await;
    let export = export(&scene).await;
    let run = scene.run(&export).await;
    assert_eq!(run["status_reason"]["code"], "destination_gone", "{run}");
    let path = format!("/api/v1/connections/{}", scene.furniture.shared);
    let connection = scene.admin.get(&path).await.expect(200);
    assert_eq!(connection["pause"]["by"], "");
    assert_eq!(connection["pause"]["reason"]["code"], "destination_gone");
}

#[tokio::test]
async fn what_is_of_files_is_refused_where_there_are_none() {
    let (scene, _sink) = stage(&[]).await;
    for (options, field) in [
        (json!({}), "options.format"),
        (json!({"format": "parquet"}), "options.format"),
        (
            json!({"format": "jsonl", "compression": "gzip"}),
            "options.compression",
        ),
        (
            json!({"format": "jsonl", "max_rows_per_file": 5}),
            "options.max_rows_per_file",
        ),
    ] {
        let body = json!({
            "name": "Weekly", "connection_id": scene.furniture.shared,
            "items": [{"table_id": scene.furniture.table}], "options": options,
        });
        let refused = scene.admin.post("/api/v1/exports", &body).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], field);
        assert_eq!(refused["errors"][0]["code"], "connection_without_files");
    }
}
