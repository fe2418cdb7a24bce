//! Notices over REST, and on their way to a mail server and a web server.

use std::collections::BTreeMap;

use app::domain::{Micros, Reason, Role, Trigger};
use base::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use ring::hmac;
use serde_json::{Value, json};
use server::config::MailConfig;
use server::store::queue::{self, Becomes, Cause, ExportPlan, PlannedEntry};

use crate::support::app::{Client, TestApp, eventually, export_body, furnish, id_of};
use crate::support::receivers::{MailSink, WebSink};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// An export, and its connection.
async fn export(app: &TestApp, administrator: &Client) -> (String, String) {
    let furniture = furnish(app, administrator).await;
    let body = export_body("Clients", &furniture.shared, &furniture.table);
    let export = administrator
        .post("/api/v1/exports", &body)
        .await
        .expect(201);
    (id_of(&export), furniture.shared)
}

/// Lets an export miss a start, as after a long stop of the server.
pub(super) async fn miss(app: &TestApp, export: &str, connection: &str, start: Micros) {
    let store = &app.running.store;
    let at = store.now();
    let cause = Cause {
        trigger: Trigger::Schedule,
        refresh: None,
        by: "",
        at,
        max_attempts: 1,
    };
    let reason = Reason::new("missed_starts")
        .with("count", 1)
        .with("first", "2026-11-23T06:00:00Z")
        .with("last", "2026-11-23T06:00:00Z");
    let plan = ExportPlan {
        export_id: export.parse().expect("an id"),
        version: 1,
        connection_id: connection.parse().expect("an id"),
        entries: vec![PlannedEntry {
            scheduled_for: Some(start),
            becomes: Becomes::Missed(reason),
        }],
        moves: None,
        next_start: None,
        planned_until: at,
    };
    let mut tx = store.begin().await.expect("begins");
    queue::plan(&mut tx, &cause, &[plan], &BTreeMap::new())
        .await
        .expect("plans");
    tx.commit().await.expect("commits");
}

async fn add_channel(administrator: &Client, address: &str) -> Value {
    let body = json!({"name": "Data team", "kind": "webhook", "address": address});
    administrator
        .post("/api/v1/notice-channels", &body)
        .await
        .expect(201)
}

#[tokio::test]
async fn a_person_is_told_by_mail_in_their_language_of_a_failure_and_of_its_end() {
    let sink = MailSink::open().await;
    let url = format!("smtp://{}?tls=opportunistic", sink.address);
    let app = TestApp::with(|config| {
        config.notices.mail = Some(MailConfig {
            url: Secret::new(url),
            from: "Waybill <waybill@example.org>".parse().expect("a mailbox"),
        });
    })
    .await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let (export, connection) = export(&app, &administrator).await;
    let follow = viewer
        .request(Method::PUT, "/api/v1/follows/everything")
        .header("accept-language", "fr")
        .json(&json!({"by_mail": true}));
    let following = viewer.send(follow).await.expect(200);
    assert_eq!(following["can_mail"], true);
    assert_eq!(following["follows"][0]["export"], Value::Null);

    miss(&app, &export, &connection, 1).await;
    miss(&app, &export, &connection, 2).await;
    eventually(async || !sink.mails().is_empty()).await;
    let notices = viewer.get("/api/v1/notices").await.expect(200);
    assert_eq!(
        (&notices["unread"], &notices["items"][0]["kind"]),
        (&json!(1), &json!("failing"))
    );
    let run = notices["items"][0]["run_id"].as_str().expect("a run");
    let mail = &sink.mails()[0];
    assert_eq!(mail.to, "viewer@example.org");
    let id = mail.header("Message-ID").expect("an id").to_owned();
    assert!(id.ends_with("@example.org>"), "{id}");
    assert_eq!(mail.header("Auto-Submitted"), Some("auto-generated"));
    let body = mail.body();
    let link = format!("{}/data/exports?pane=run/{run}", app.running.origin);
    for part in ["est en échec", "départ a été manqué", &link] {
        assert!(body.contains(part), "{part}: {body}");
    }
    let read = viewer
        .post("/api/v1/notices/read", &json!({}))
        .await
        .expect(200);
    assert_eq!(
        (&read["unread"], &read["items"][0]["read"]),
        (&json!(0), &json!(true))
    );

    let path = format!("/api/v1/exports/{export}/runs");
    administrator.post(&path, &json!({})).await.expect(202);
    eventually(async || sink.mails().len() == 2).await;
    let mail = &sink.mails()[1];
    assert_ne!(mail.header("Message-ID"), Some(id.as_str()));
    assert!(mail.body().contains("livre à nouveau"), "{}", mail.body());
    let notices = viewer.get("/api/v1/notices").await.expect(200);
    assert_eq!(notices["items"][0]["kind"], "recovered");
    let others = administrator.get("/api/v1/notices").await.expect(200);
    assert_eq!(
        others["items"],
        json!([]),
        "who follows nothing is told nothing"
    );
}

#[tokio::test]
async fn a_webhook_is_signed_and_sent_again_under_the_same_id_until_it_is_taken() {
    let sink = WebSink::open(&[StatusCode::INTERNAL_SERVER_ERROR]).await;
    let app = TestApp::with(|config| {
        config.allow_addresses = vec!["127.0.0.1".parse().expect("a range")];
        config.notices.webhook_secret = Some(Secret::new(SECRET.to_vec()));
    })
    .await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let (export, connection) = export(&app, &administrator).await;
    let channel = add_channel(&administrator, &sink.url("/hook?token=1")).await;
    miss(&app, &export, &connection, 1).await;
    eventually(async || sink.received().len() == 2).await;
    let received = sink.received();
    assert_eq!(
        received[0].header("webhook-id"),
        received[1].header("webhook-id")
    );
    assert_eq!(received[0].body, received[1].body);
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
    for one in &received {
        assert_eq!(one.path, "/hook");
        let signed = format!(
            "{}.{}.{}",
            one.header("webhook-id"),
            one.header("webhook-timestamp"),
            one.body
        );
        let signature = one
            .header("webhook-signature")
            .strip_prefix("v1,")
            .expect("of version 1");
        let signature = STANDARD.decode(signature).expect("base64");
        hmac::verify(&key, signed.as_bytes(), &signature).expect("the signature is right");
    }
    let body: Value = serde_json::from_str(&received[0].body).expect("JSON");
    assert_eq!(body["type"], "export.failing");
    assert_eq!(body["data"]["export"]["id"], export);
    assert_eq!(body["data"]["reason"]["code"], "missed_starts");
    assert!(
        body["text"]
            .as_str()
            .is_some_and(|text| text.contains("Clients"))
    );

    let path = "/api/v1/notice-channels";
    eventually(async || {
        let channels = administrator.get(path).await.expect(200);
        channels["items"][0]["sent_at"].is_string()
    })
    .await;
    let channels = administrator.get(path).await.expect(200);
    assert_eq!(channels["items"][0]["id"], channel["id"]);
    assert_eq!(channels["items"][0]["problem"], Value::Null);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let sink = WebSink::open(&[StatusCode::TEMPORARY_REDIRECT]).await;
    let app = TestApp::with(|config| {
        config.allow_addresses = vec!["127.0.0.0/8".parse().expect("a range")];
    })
    .await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let channel = add_channel(&administrator, &sink.url("/hook")).await;
    let path = format!("/api/v1/notice-channels/{}/test", id_of(&channel));
    let outcome = administrator.post(&path, &json!({})).await.expect(200);
    assert_eq!(
        (&outcome["ok"], &outcome["reason"]["code"]),
        (&json!(false), &json!("webhook_redirected"))
    );
    let outcome = administrator.post(&path, &json!({})).await.expect(200);
    assert_eq!(outcome["ok"], true);
    let paths: Vec<_> = sink.received().into_iter().map(|one| one.path).collect();
    assert_eq!(paths, ["/hook", "/hook"]);
}

#[tokio::test]
async fn a_private_address_is_refused_with_the_flag_that_allows_it() {
    let sink = WebSink::open(&[]).await;
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let (export, connection) = export(&app, &administrator).await;
    let channel = add_channel(&administrator, &sink.url("/hook")).await;
    let path = format!("/api/v1/notice-channels/{}/test", id_of(&channel));
    let outcome = administrator.post(&path, &json!({})).await.expect(200);
    assert_eq!(outcome["reason"]["code"], "address_refused");
    let text = outcome["reason"]["text"].as_str().expect("a text");
    assert!(text.contains("--allow-address 127.0.0.1"), "{text}");
    miss(&app, &export, &connection, 1).await;
    eventually(async || {
        let channels = administrator
            .get("/api/v1/notice-channels")
            .await
            .expect(200);
        channels["items"][0]["problem"]["code"] == "address_refused"
    })
    .await;
    assert!(sink.received().is_empty());
}

/// A group is saved with and without its address, and tested, and nobody reads what its address holds.
#[tokio::test]
async fn the_address_of_a_webhook_is_written_and_not_read() {
    let sink = WebSink::open(&[]).await;
    let app = TestApp::with(|config| {
        config.allow_addresses = vec!["127.0.0.0/8".parse().expect("a range")];
    })
    .await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let channel = add_channel(&administrator, &sink.url("/hook/t0ken")).await;
    assert_eq!(channel["address"], sink.url(""));
    let one = format!("/api/v1/notice-channels/{}", id_of(&channel));
    let mut body = json!({"name": "People", "kind": "webhook"});
    let kept = administrator.put(&one, 1, &body).await.expect(200);
    assert_eq!(kept["address"], sink.url(""));
    let test = format!("{one}/test");
    let outcome = administrator.post(&test, &json!({})).await.expect(200);
    assert_eq!(outcome["ok"], true);
    body["address"] = sink.url("/moved/t0ken").into();
    administrator.put(&one, 2, &body).await.expect(200);
    administrator.post(&test, &json!({})).await.expect(200);
    let paths: Vec<_> = sink.received().into_iter().map(|one| one.path).collect();
    assert_eq!(paths, ["/hook/t0ken", "/moved/t0ken"]);

    let query = "/api/v1/audit?kind=notice_channel";
    let entries = administrator.get(query).await.expect(200);
    let entries = entries["items"].as_array().expect("entries").clone();
    let done: Vec<_> = entries.iter().map(|one| &one["action"]).collect();
    assert_eq!(
        done,
        [
            "notice_channel.test",
            "notice_channel.update",
            "notice_channel.test",
            "notice_channel.update",
            "notice_channel.create"
        ]
    );
    assert_eq!(entries[0]["object_name"], "People");
    let differences = async |entry: &Value| {
        let path = format!("/api/v1/audit/{}", id_of(entry));
        let details = administrator.get(&path).await.expect(200);
        details["differences"].to_string()
    };
    let tested = differences(&entries[0]).await;
    assert!(tested.contains(&sink.url("")), "{tested}");
    let moved = differences(&entries[1]).await;
    assert!(moved.contains("secrets.address"), "{moved}");
    let renamed = differences(&entries[3]).await;
    assert!(
        renamed.contains("Data team") && !renamed.contains("secrets"),
        "the address was kept: {renamed}"
    );
    for seen in [
        tested,
        moved,
        administrator.get("/api/v1/notice-channels").await.text,
        administrator.get(query).await.text,
        administrator.get("/notices?tab=groups").await.text,
        administrator.get("/administration/audit").await.text,
    ] {
        assert!(!seen.contains("t0ken"), "{seen}");
    }

    // One for mails has none; what becomes a webhook again needs another.
    let mail = json!({"name": "People", "kind": "mail", "address": "team@example.org"});
    administrator.put(&one, 3, &mail).await.expect(200);
    let hook = json!({"name": "People", "kind": "webhook"});
    let refused = administrator.put(&one, 4, &hook).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "address", "{refused}");
}

#[tokio::test]
async fn outside_of_a_private_network_notices_go_encrypted() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let add = async |address: &str| {
        let body = json!({"name": address, "kind": "webhook", "address": address});
        administrator.post("/api/v1/notice-channels", &body).await
    };
    let refused = add("http://chat.example.org/hook").await.expect(422);
    let error = &refused["errors"][0];
    assert_eq!(
        (&error["field"], &error["code"]),
        (&json!("address"), &json!("https_needed"))
    );
    add("https://chat.example.org/hook").await.expect(201);
    add("http://chat.internal/hook").await.expect(201);
}

#[tokio::test]
async fn mail_without_a_mail_server_says_so() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let following = administrator.get("/api/v1/follows").await.expect(200);
    assert_eq!(following, json!({"follows": [], "can_mail": false}));
    let body = json!({"name": "List", "kind": "mail", "address": "team@example.org"});
    let channel = administrator
        .post("/api/v1/notice-channels", &body)
        .await
        .expect(201);
    let path = format!("/api/v1/notice-channels/{}/test", id_of(&channel));
    let outcome = administrator.post(&path, &json!({})).await.expect(200);
    assert_eq!(outcome["reason"]["code"], "mail_not_configured");
}

#[tokio::test]
async fn people_follow_exports_with_limits_of_their_own() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let (export, _) = export(&app, &administrator).await;
    let path = format!("/api/v1/follows/{export}");
    let limits = json!({"rows_percent": 20, "silent_hours": 24});
    let following = viewer.put(&path, 1, &limits).await.expect(200);
    let expected = json!([{
        "export": {"id": export, "name": "Clients"}, "by_mail": false,
        "rows_percent": 20, "longer_than_minutes": null, "silent_hours": 24,
    }]);
    assert_eq!(following["follows"], expected);
    let others = administrator.get("/api/v1/follows").await.expect(200);
    assert_eq!(others["follows"], json!([]));

    let wrong = json!({"rows_percent": 0, "silent_hours": "long", "colour": 1});
    let problem = viewer.put(&path, 1, &wrong).await.expect(422);
    let fields: Vec<_> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["field"].as_str().expect("a field"))
        .collect();
    assert!(
        fields.contains(&"silent_hours") && fields.contains(&"colour"),
        "{fields:?}"
    );
    let problem = viewer
        .put(&path, 1, &json!({"rows_percent": 0}))
        .await
        .expect(422);
    assert_eq!(problem["errors"][0]["field"], "rows_percent");
    let nothing = "/api/v1/follows/0192a000-0000-7000-8000-000000000000";
    assert_eq!(
        viewer.put(nothing, 1, &limits).await.problem(404),
        "not_found"
    );
    let following = viewer.delete(&path, 1).await.expect(200);
    assert_eq!(following["follows"], json!([]));
}

#[tokio::test]
async fn groups_have_versions_and_their_errors_a_place() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let contributor = app
        .person("contributor@example.org", Role::Contributor)
        .await;
    let path = "/api/v1/notice-channels";
    let body = json!({
        "name": "", "kind": "webhook", "address": "ftp://a", "settings": {"silent_hours": 0},
        "exports": ["0192a000-0000-7000-8000-000000000000"],
    });
    let problem = administrator.post(path, &body).await.expect(422);
    let fields: Vec<_> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["field"].as_str().expect("a field"))
        .collect();
    assert_eq!(
        fields,
        ["name", "address", "settings.silent_hours", "exports.0"]
    );
    assert_eq!(
        contributor.post(path, &body).await.problem(403),
        "administrators_only"
    );

    let channel = add_channel(&administrator, "https://chat.example/hook").await;
    let one = format!("{path}/{}", id_of(&channel));
    let body = json!({"name": "Renamed", "kind": "mail", "address": "Team@Example.org"});
    let bare = administrator.request(Method::PUT, &one).json(&body);
    assert_eq!(
        administrator.send(bare).await.problem(428),
        "precondition_required"
    );
    assert_eq!(
        administrator.put(&one, 7, &body).await.problem(412),
        "stale"
    );
    let changed = administrator.put(&one, 1, &body).await.expect(200);
    assert_eq!(
        (&changed["version"], &changed["kind"]),
        (&json!(2), &json!("mail"))
    );
    assert_eq!(administrator.delete(&one, 1).await.problem(412), "stale");
    administrator.delete(&one, 2).await.expect(204);
    assert_eq!(
        administrator.delete(&one, 2).await.problem(404),
        "not_found"
    );
}
