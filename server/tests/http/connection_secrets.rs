//! Secrets of connections: they stay with the address that they were given for.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::conventions::field_codes;
use crate::support::app::{TestApp, id_of};

const LIST: &str = "/api/v1/connections";

fn partner() -> Value {
    let host_key = format!("SHA256:{}", "A".repeat(43));
    json!({
        "name": "Partner", "type": "sftp", "consent": true, "secrets": {"password": "hunter2"},
        "config": {"host": "sftp.example.org", "username": "waybill", "folder": "/in", "host_key": host_key},
    })
}

/// The same without its secret, and with another setting.
fn with(key: &str, value: Value) -> Value {
    let mut body = partner();
    body.as_object_mut().expect("an object").remove("secrets");
    body["config"][key] = value;
    body
}

#[tokio::test]
async fn a_secret_that_is_left_out_is_not_sent_to_another_address() {
    let app = TestApp::start().await;
    let ada = app.person("ada@example.org", Role::Administrator).await;
    let eve = app.person("eve@example.org", Role::Administrator).await;
    let made = ada.post(LIST, &partner()).await.expect(201);
    let path = format!("{LIST}/{}", id_of(&made));
    let again = [("secrets.password".to_owned(), "secret_again".to_owned())];
    for (key, value) in [
        ("host", json!("sftp.elsewhere.example")),
        ("port", json!(2222)),
        ("host_key", json!(format!("SHA256:{}", "E".repeat(43)))),
    ] {
        let mut moved = with(key, value);
        assert_eq!(
            field_codes(&eve.put(&path, 1, &moved).await),
            again,
            "{key}"
        );
        let request = eve
            .request(Method::POST, "/api/ui/connections/test-draft")
            .header("accept", "application/json")
            .json(&json!({"id": made["id"], "draft": moved}));
        let told = eve.send(request).await.expect(422);
        let field = &told["invalid"]["fields"][0];
        assert_eq!(
            (&field["field"], &field["reason"]["code"]),
            (&json!("secrets.password"), &json!("secret_again")),
            "{key}"
        );
        moved["id"] = made["id"].clone();
        let tried = eve.post(&format!("{LIST}/test"), &moved).await;
        assert_eq!(field_codes(&tried), again, "{key}");
    }

    // What says nothing of the address is changed without it, and so is how the address is written.
    eve.put(&path, 1, &with("folder", json!("/out")))
        .await
        .expect(200);
    eve.put(&path, 2, &with("port", json!(22)))
        .await
        .expect(200);
    let mut known = with("host", json!("sftp.elsewhere.example"));
    known["secrets"] = json!({"password": "hunter2"});
    eve.put(&path, 3, &known).await.expect(200);
}
