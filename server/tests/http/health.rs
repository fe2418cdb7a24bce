//! Probes and figures.

use app::domain::Role;
use reqwest::Method;

use crate::support::app::TestApp;

#[tokio::test]
async fn a_server_that_runs_is_alive_and_ready() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    assert_eq!(client.get("/healthz").await.text, "ok\n");
    let ready = client.get("/readyz").await.expect(200);
    assert_eq!(
        ready,
        serde_json::json!({"ready": true, "checks": {"database": true, "lake": true, "worker": true}})
    );
}

#[tokio::test]
async fn a_server_without_its_lake_is_not_ready_and_says_so() {
    let app = TestApp::start().await;
    std::fs::remove_dir_all(app.lake()).expect("the lake is there");
    let ready = app.anonymous().get("/readyz").await.expect(503);
    assert_eq!(ready["checks"]["lake"], false);
    assert_eq!(ready["checks"]["database"], true);
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
    assert_eq!(from_outside(&app.anonymous()).await, 401);
    assert_eq!(from_outside(&viewer).await, 403);
    assert_eq!(from_outside(&administrator).await, 200);
}
