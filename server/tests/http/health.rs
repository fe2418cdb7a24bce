//! Probes and figures.

use std::time::Duration;

use app::domain::{Restored, Role};
use reqwest::Method;
use serde_json::json;
use server::store::operation;
use sqlx::{Connection as _, SqliteConnection};

use crate::support::app::{Client, TestApp, eventually};

#[tokio::test]
async fn a_server_that_runs_is_alive_and_ready() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    assert_eq!(client.get("/healthz").await.text, "ok\n");
    let ready = client.get("/readyz").await.expect(200);
    assert_eq!(
        ready,
        json!({
            "ready": true, "why": {},
            "checks": {"database": true, "schema": true, "lake": true, "worker": true, "serving": true},
        })
    );
}

#[tokio::test]
async fn a_server_without_its_lake_is_not_ready_and_says_so() {
    let app = TestApp::start().await;
    std::fs::remove_dir_all(app.lake()).expect("the lake is there");
    let ready = app.anonymous().get("/readyz").await.expect(503);
    assert_eq!(ready["checks"]["lake"], false);
    assert_eq!(ready["checks"]["database"], true);
    assert_eq!(ready["why"], json!({"lake": "it is not there"}));
}

#[tokio::test]
async fn a_server_whose_database_was_brought_further_says_so_and_works_no_more() {
    let app = TestApp::start().await;
    let path = app.lake().with_file_name("waybill.db");
    let url = format!("sqlite://{}", path.display());
    let mut database = SqliteConnection::connect(&url).await.expect("opens");
    sqlx::raw_sql("UPDATE schema_info SET version = 99, readable_from = 99")
        .execute(&mut database)
        .await
        .expect("writes");
    database.close().await.expect("closes");
    let client = app.anonymous();
    let ready = client.get("/readyz").await.expect(503);
    assert_eq!(ready["checks"]["database"], true);
    let why = ready["why"]["schema"].as_str().expect("a sentence");
    assert!(why.contains("version 99"), "{why}");
    eventually(async || client.get("/readyz").await.expect(503)["checks"]["worker"] == false).await;
    assert_eq!(client.get("/sign-in").await.status, 200, "it still answers");
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_stops_says_so_while_it_still_answers() {
    let app = TestApp::with(|config| config.http.drain = Duration::from_secs(3)).await;
    let (client, address) = (app.anonymous(), app.running.address);
    let answers = async {
        eventually(async || client.get("/readyz").await.status == 503).await;
        let ready = client.get("/readyz").await.expect(503);
        assert_eq!(ready["why"], json!({"serving": "it stops"}));
        assert_eq!(client.get("/sign-in").await.status, 200);
    };
    let (folder, ()) = tokio::join!(app.stop(), answers);
    let closed = tokio::net::TcpStream::connect(address).await;
    assert!(closed.is_err(), "the port is closed");
    drop(folder);
}

#[tokio::test]
async fn a_port_for_figures_tells_everybody_and_nothing_else() {
    let app = TestApp::with(|config| {
        config.http.metrics_listen = Some(([127, 0, 0, 1], 0).into());
        // Nobody is on this machine: whoever asks at the other port needs a credential.
        config.http.trusted_proxies = vec!["127.0.0.1".parse().expect("a range")];
    })
    .await;
    let address = app.running.figures_address.expect("a port");
    let client = Client::new(format!("http://{address}"));
    assert_eq!(client.get("/healthz").await.text, "ok\n");
    assert_eq!(client.get("/readyz").await.expect(200)["ready"], true);
    let figures = client.get("/metrics").await;
    assert_eq!(figures.status, 200);
    let is_told = |line: &str| figures.text.lines().any(|told| told == line);
    for line in [
        "waybill_ready 1",
        "waybill_queue_depth 0",
        "waybill_runs_processing 0",
        "waybill_oldest_queued_seconds 0",
        "waybill_exports_failing 0",
        "waybill_planner_lag_seconds 0",
        "waybill_lease_takeovers_total 0",
        "waybill_live_streams 0",
        "waybill_snapshot_bytes 0",
    ] {
        assert!(is_told(line), "{line}: {}", figures.text);
    }
    assert!(figures.text.contains("\nwaybill_database_bytes "));
    for path in ["/", "/sign-in", "/api/v1/me", "/metrics/", "/events"] {
        assert_eq!(client.get(path).await.status, 404, "{path}");
    }
    let posted = client.post("/metrics", &json!({})).await;
    assert_eq!(posted.status, 405);
}

#[tokio::test]
async fn figures_count_requests_by_route_and_not_by_address() {
    let app = TestApp::start().await;
    let client = app.person("viewer@example.org", Role::Viewer).await;
    client
        .get("/api/v1/exports/00000000-0000-7000-8000-000000000000")
        .await;
    let figures = client.get("/metrics").await;
    assert!(figures.header("content-type").starts_with("text/plain"));
    let line = |parts: &[&str]| {
        figures
            .text
            .lines()
            .any(|line| parts.iter().all(|part| line.contains(part)))
    };
    assert!(
        line(&[
            "waybill_http_requests_total{",
            "route=\"/api/v1/exports/{id}\"",
            "status=\"404\""
        ]),
        "{}",
        figures.text
    );
    assert!(line(&["waybill_build_info{", "version="]));
    assert!(line(&["waybill_queue_depth"]));
    assert!(!figures.text.contains("00000000-0000"));
}

#[tokio::test]
async fn nothing_is_late_on_a_server_that_waits_since_it_was_restored() {
    let app = TestApp::start().await;
    let restored = Restored {
        taken_at: 1,
        at: 1,
        resumed_at: None,
        by_version: "0.1.0".to_owned(),
        runs_unknown: 0,
        runs_dropped: 0,
        snapshots_missing: 0,
        tables_missing: 0,
    };
    let mut tx = app.running.store.begin().await.expect("begins");
    let noted = operation::set_restored(&mut tx, &restored).await;
    noted.expect("writes");
    tx.commit().await.expect("commits");
    let path = app.lake().with_file_name("waybill.db");
    let mut database = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
        .await
        .expect("opens");
    let overdue = sqlx::raw_sql("UPDATE system_schedule SET next_start_at = 1")
        .execute(&mut database)
        .await
        .expect("writes");
    assert_eq!(overdue.rows_affected(), 1);
    database.close().await.expect("closes");
    let figures = app.anonymous().get("/metrics").await;
    let lag = |line: &str| line == "waybill_planner_lag_seconds 0";
    assert!(figures.text.lines().any(lag), "{}", figures.text);
}

#[tokio::test]
async fn a_proxy_that_nobody_has_named_does_not_open_the_figures() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for name in ["x-forwarded-for", "x-real-ip", "forwarded"] {
        let request = client.request(Method::GET, "/metrics");
        let answer = client.send(request.header(name, "127.0.0.1")).await;
        assert_eq!(answer.status, 401, "{name}");
    }
}

#[tokio::test]
async fn figures_are_for_this_machine_and_administrators() {
    let app = TestApp::with(|config| {
        config.http.trusted_proxies = vec!["127.0.0.1".parse().expect("a range")];
    })
    .await;
    let from_outside = async |client: &crate::support::app::Client| {
        client
            .send(
                client
                    .request(Method::GET, "/metrics")
                    .header("x-forwarded-for", "203.0.113.9"),
            )
            .await
            .status
            .as_u16()
    };
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    assert_eq!(app.anonymous().get("/metrics").await.status, 200);
    assert_eq!(from_outside(&app.anonymous()).await, 401);
    assert_eq!(from_outside(&viewer).await, 403);
    assert_eq!(from_outside(&administrator).await, 200);
}
