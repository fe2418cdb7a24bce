//! Who may ask what: anonymous and the three roles × every route and page. A new route without a row
//! here fails.

use reqwest::Method;
use serde_json::{Value, json};
use server::http::{Access, Route, table};

use super::stage::{Stage, judge, judge_token, nightly};
use crate::support::app::{Client, export_body, id_of};

/// Path, version and body of a request that the right person may make.
async fn request(stage: &Stage, action: &str) -> (String, Option<i64>, Option<Value>) {
    let version = |object: &Value| object["version"].as_i64();
    let at =
        |kind: &str, object: &Value, rest: &str| format!("/api/v1/{kind}/{}{rest}", id_of(object));
    match action {
        "alive" => ("/healthz".into(), None, None),
        "ready" => ("/readyz".into(), None, None),
        "figures" => ("/metrics".into(), None, None),
        "events" => ("/events".into(), None, None),
        // Not there without an identity provider.
        "oidc.depart" => ("/sign-in/oidc".into(), None, None),
        "oidc.arrive" => ("/sign-in/oidc/return".into(), None, None),
        "openapi" => ("/api/v1/openapi.json".into(), None, None),
        "me" => ("/api/v1/me".into(), None, None),
        "exports.list" => ("/api/v1/exports".into(), None, None),
        "exports.facets" => ("/api/v1/exports/facets".into(), None, None),
        "exports.create" => {
            let body = export_body(
                &stage.new_name(),
                &stage.furniture.shared,
                &stage.furniture.table,
            );
            ("/api/v1/exports".into(), None, Some(body))
        }
        "exports.get" => (at("exports", &stage.export().await, ""), None, None),
        "exports.update" => {
            let export = stage.export().await;
            let body = export_body(
                &stage.new_name(),
                &stage.furniture.shared,
                &stage.furniture.table,
            );
            (at("exports", &export, ""), version(&export), Some(body))
        }
        "exports.remove" => {
            let export = stage.export().await;
            (at("exports", &export, ""), version(&export), None)
        }
        "exports.removed" => ("/api/v1/exports/removed".into(), None, None),
        "exports.restore" => (
            format!("/api/v1/exports/{}/restore", stage.removal().await.0),
            None,
            None,
        ),
        "exports.versions" => (
            at("exports", &stage.export().await, "/versions"),
            None,
            None,
        ),
        "exports.duplicate" => (
            at("exports", &stage.export().await, "/duplicate"),
            None,
            None,
        ),
        "exports.detach" => (at("exports", &stage.export().await, "/detach"), None, None),
        "exports.run" => (at("exports", &stage.export().await, "/runs"), None, None),
        "exports.preview" => {
            let body = json!({"item": {"table_id": stage.furniture.table}});
            ("/api/v1/exports/preview".into(), None, Some(body))
        }
        "exports.schedule" => (
            "/api/v1/exports/schedule".into(),
            None,
            Some(stage.schedule_change().await),
        ),
        "exports.add_segment" => {
            let segment = stage.segment().await;
            (
                at("exports", &stage.export().await, "/items"),
                None,
                Some(json!({"segment_id": segment["id"]})),
            )
        }
        "about.get" => (at("exports", &stage.export().await, "/about"), None, None),
        "about.update" => (
            at("exports", &stage.export().await, "/about"),
            Some(1),
            Some(json!({"labels": ["CRM"], "note": "Ask Ada first."})),
        ),
        "labels.list" => ("/api/v1/labels".into(), None, None),
        "people.list" => ("/api/v1/people".into(), None, None),
        "views.list" => ("/api/v1/views".into(), None, None),
        "views.create" => ("/api/v1/views".into(), None, Some(stage.view_body())),
        // Of the administrator: to everybody else there is none.
        "views.update" => (
            at("views", &stage.view().await, ""),
            None,
            Some(stage.view_body()),
        ),
        "views.remove" => (at("views", &stage.view().await, ""), None, None),
        "exports.batch" => {
            let ids = [id_of(&stage.export().await)];
            let body = json!({"ids": ids, "action": "run"});
            ("/api/v1/exports/batch".into(), None, Some(body))
        }
        "exports.run_all" => ("/api/v1/exports/run-all".into(), None, None),
        "exports.undo" => {
            let body = json!({"change": stage.removal().await.1});
            ("/api/v1/exports/undo".into(), None, Some(body))
        }
        "runs.list" => ("/api/v1/runs".into(), None, None),
        "runs.get" => (format!("/api/v1/runs/{}", stage.run().await), None, None),
        "runs.waybill" => (
            format!("/api/v1/runs/{}/waybill", stage.run().await),
            None,
            None,
        ),
        "runs.cancel" => (
            format!("/api/v1/runs/{}/cancel", stage.run().await),
            None,
            None,
        ),
        "runs.release" => (
            format!("/api/v1/runs/{}/release", stage.run().await),
            None,
            None,
        ),
        "runs.discard" => (
            format!("/api/v1/runs/{}/discard", stage.run().await),
            None,
            None,
        ),
        "connection_types.list" => ("/api/v1/connection-types".into(), None, None),
        "connections.list" => ("/api/v1/connections".into(), None, None),
        "connections.create" => (
            "/api/v1/connections".into(),
            None,
            Some(stage.connection_body()),
        ),
        "connections.get" => (at("connections", &stage.connection().await, ""), None, None),
        "connections.update" => {
            let connection = stage.connection().await;
            (
                at("connections", &connection, ""),
                version(&connection),
                Some(stage.connection_body()),
            )
        }
        "connections.remove" => {
            let connection = stage.connection().await;
            (
                at("connections", &connection, ""),
                version(&connection),
                None,
            )
        }
        "connections.test_draft" => (
            "/api/v1/connections/test".into(),
            None,
            Some(stage.connection_body()),
        ),
        "connections.test" => (
            at("connections", &stage.connection().await, "/test"),
            None,
            None,
        ),
        "connections.pause" => (
            at("connections", &stage.connection().await, "/pause"),
            None,
            Some(json!({"reason": "Moving."})),
        ),
        "connections.resume" => (
            at("connections", &stage.connection().await, "/resume"),
            None,
            None,
        ),
        "connections.release" => {
            let exports = [id_of(&stage.export().await)];
            (
                at("connections", &stage.connection().await, "/release"),
                None,
                Some(json!({"exports": exports, "how": "detach"})),
            )
        }
        "connections.removed" => ("/api/v1/connections/removed".into(), None, None),
        "connections.restore" => (
            format!(
                "/api/v1/connections/{}/restore",
                stage.removed_connection().await
            ),
            None,
            None,
        ),
        "sources.list" => ("/api/v1/sources".into(), None, None),
        "sources.create" => ("/api/v1/sources".into(), None, Some(stage.source_body())),
        "sources.get" => (at("sources", &stage.source().await, ""), None, None),
        "sources.update" => {
            let source = stage.source().await;
            (
                at("sources", &source, ""),
                version(&source),
                Some(stage.source_body()),
            )
        }
        "sources.remove" => {
            let source = stage.source().await;
            (at("sources", &source, ""), version(&source), None)
        }
        "sources.refresh" => (at("sources", &stage.source().await, "/refresh"), None, None),
        "tables.list" => ("/api/v1/tables".into(), None, None),
        "tables.get" => (
            format!("/api/v1/tables/{}", stage.furniture.table),
            None,
            None,
        ),
        "tables.update" => {
            let path = format!("/api/v1/tables/{}", stage.furniture.table);
            let table = stage.administrator().get(&path).await.expect(200);
            (
                path,
                version(&table),
                Some(json!({"schema": table["schema"]})),
            )
        }
        "tables.preview" => (
            format!("/api/v1/tables/{}/preview", stage.furniture.table),
            None,
            None,
        ),
        "segments.list" => ("/api/v1/segments".into(), None, None),
        "segments.create" => ("/api/v1/segments".into(), None, Some(stage.segment_body())),
        "segments.get" => (at("segments", &stage.segment().await, ""), None, None),
        "segments.update" => {
            let segment = stage.segment().await;
            (
                at("segments", &segment, ""),
                version(&segment),
                Some(stage.segment_body()),
            )
        }
        "segments.remove" => {
            let segment = stage.segment().await;
            (at("segments", &segment, ""), version(&segment), None)
        }
        "segments.removed" => ("/api/v1/segments/removed".into(), None, None),
        "segments.restore" => (
            format!("/api/v1/segments/{}/restore", stage.removed_segment().await),
            None,
            None,
        ),
        "segments.preview" => {
            let body = json!({"table_id": stage.furniture.table, "where": Stage::condition()});
            ("/api/v1/segments/preview".into(), None, Some(body))
        }
        "segments.refresh" => (
            at("segments", &stage.segment().await, "/refresh"),
            None,
            None,
        ),
        "system.schedule" => ("/api/v1/system/schedule".into(), None, None),
        "system.update_schedule" => (
            "/api/v1/system/schedule".into(),
            stage.system_version().await.as_i64(),
            Some(json!({"enabled": false, "schedule": nightly()})),
        ),
        "system.refresh_all" => ("/api/v1/system/refreshes".into(), None, None),
        "system.refresh" => (
            format!("/api/v1/system/refreshes/{}", stage.refresh().await),
            None,
            None,
        ),
        "system.cancel_refresh" => (
            format!("/api/v1/system/refreshes/{}/cancel", stage.refresh().await),
            None,
            None,
        ),
        "system.status" => ("/api/v1/system/status".into(), None, None),
        "system.upcoming" => ("/api/v1/system/upcoming".into(), None, None),
        "system.pause" => ("/api/v1/system/pause".into(), None, None),
        "system.set_pause" => (
            "/api/v1/system/pause".into(),
            None,
            Some(json!({"paused": false})),
        ),
        "system.tasks" => {
            let source = id_of(&stage.source().await);
            let path = format!("/api/v1/system/tasks?source_id={source}");
            (path, None, None)
        }
        "system.cancel_task" => (
            format!("/api/v1/system/tasks/{}/cancel", stage.task().await),
            None,
            None,
        ),
        "system.pipeline" => ("/api/v1/system/pipeline".into(), None, None),
        "system.timeline" => ("/api/v1/system/timeline".into(), None, None),
        "system.about" => ("/api/v1/system/about".into(), None, None),
        "system.storage" => ("/api/v1/system/storage".into(), None, None),
        "notices.list" => ("/api/v1/notices".into(), None, None),
        "notices.read" => ("/api/v1/notices/read".into(), None, None),
        "follows.list" => ("/api/v1/follows".into(), None, None),
        "follows.everything" => (
            "/api/v1/follows/everything".into(),
            None,
            Some(json!({"silent_hours": 24})),
        ),
        "follows.not_everything" => ("/api/v1/follows/everything".into(), None, None),
        "follows.follow" => (
            at("follows", &stage.export().await, ""),
            None,
            Some(json!({"by_mail": true})),
        ),
        "follows.unfollow" => (at("follows", &stage.export().await, ""), None, None),
        "users.list" => ("/api/v1/users".into(), None, None),
        "users.create" => ("/api/v1/users".into(), None, Some(stage.service_body())),
        "users.get" => (at("users", &stage.service().await, ""), None, None),
        "users.update" => {
            let service = stage.service().await;
            (
                at("users", &service, ""),
                version(&service),
                Some(stage.service_body()),
            )
        }
        "users.sign_out" => (at("users", &stage.service().await, "/sign-out"), None, None),
        "users.remove_factor" => (
            at("users", &stage.service().await, "/second-factor"),
            None,
            None,
        ),
        "users.password_link" => (
            format!("/api/v1/users/{}/password-link", stage.viewer().await),
            None,
            None,
        ),
        "users.tokens" => (at("users", &stage.service().await, "/tokens"), None, None),
        "users.create_token" => (
            at("users", &stage.service().await, "/tokens"),
            None,
            Some(json!({"name": "robot"})),
        ),
        "invitations.list" => ("/api/v1/invitations".into(), None, None),
        "invitations.create" => (
            "/api/v1/invitations".into(),
            None,
            Some(stage.invitation_body()),
        ),
        "invitations.revoke" => (
            format!("/api/v1/invitations/{}", stage.invitation().await),
            None,
            None,
        ),
        "tokens.list" => ("/api/v1/tokens".into(), None, None),
        "tokens.create" => (
            "/api/v1/tokens".into(),
            None,
            Some(json!({"name": "robot", "role": "viewer"})),
        ),
        // Of a service account: to everybody but administrators there is none.
        "tokens.revoke" => (
            format!("/api/v1/tokens/{}", stage.token().await),
            None,
            None,
        ),
        "notice_channels.list" => ("/api/v1/notice-channels".into(), None, None),
        "notice_channels.create" => (
            "/api/v1/notice-channels".into(),
            None,
            Some(stage.channel_body()),
        ),
        "notice_channels.update" => {
            let channel = stage.channel().await;
            (
                at("notice-channels", &channel, ""),
                version(&channel),
                Some(stage.channel_body()),
            )
        }
        "notice_channels.remove" => {
            let channel = stage.channel().await;
            (at("notice-channels", &channel, ""), version(&channel), None)
        }
        "notice_channels.test" => (
            at("notice-channels", &stage.channel().await, "/test"),
            None,
            None,
        ),
        "audit.list" => ("/api/v1/audit".into(), None, None),
        "audit.csv" => ("/api/v1/audit.csv".into(), None, None),
        "audit.get" => (
            format!("/api/v1/audit/{}", stage.audit_entry().await),
            None,
            None,
        ),
        "settings.get" => ("/api/v1/settings".into(), None, None),
        "settings.update" => (
            "/api/v1/settings".into(),
            None,
            Some(json!({"audit_days": 400})),
        ),
        other => panic!("the action `{other}` has no row in the role matrix"),
    }
}

/// The status that somebody gets who asks as the right person would.
async fn ask(stage: &Stage, route: &Route, client: &Client) -> u16 {
    let (path, version, body) = request(stage, route.action).await;
    let mut request = client.request(route.method.clone(), &path);
    if let Some(version) = version {
        request = request.header("if-match", format!("\"{version}\""));
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    // The head is enough: live events never end.
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn every_route_lets_in_whom_it_says() {
    let stage = Stage::set().await;
    for route in table() {
        let what = format!("{} {}", route.method, route.path);
        for caller in &stage.callers {
            let mut status = ask(&stage, &route, &caller.client).await;
            if route.in_person {
                judge_token(&what, route.action == "tokens.revoke", caller, status);
                status = ask(&stage, &route, &caller.session).await;
            }
            judge(&what, route.access, caller, status);
        }
    }
}

#[tokio::test]
async fn permission_is_checked_before_the_form_of_a_request() {
    let stage = Stage::set().await;
    for route in table()
        .into_iter()
        .filter(|route| matches!(route.method, Method::PUT | Method::DELETE))
        .filter(|route| route.access > Access::SignedIn)
    {
        let viewer = &stage.callers[1];
        let (path, _, _) = request(&stage, route.action).await;
        let bare = viewer
            .client
            .request(route.method.clone(), &path)
            .json(&json!({"nonsense": true}));
        let answer = viewer.client.send(bare).await;
        assert_eq!(
            answer.status.as_u16(),
            403,
            "{} {path}: {}",
            route.method,
            answer.text
        );
    }
}

/// Pages for people who are not.
const PUBLIC: [&str; 4] = ["/sign-in", "/sign-in/code", "/set-up", "/invitation"];

#[tokio::test]
async fn pages_are_for_people_who_are_signed_in() {
    let stage = Stage::set().await;
    let pages = stage.app.running.page_paths();
    assert!(
        pages.iter().any(|page| page == "/data/exports"),
        "{pages:?}"
    );
    for page in pages {
        let page = page.replace("{*any}", "no-such-page");
        for caller in &stage.callers {
            let request = caller
                .client
                .request(Method::GET, &page)
                .header("accept", "text/html");
            let answer = caller.client.send(request).await;
            let status = answer.status.as_u16();
            if caller.access == Access::Anyone && !PUBLIC.contains(&page.as_str()) {
                assert_eq!(status, 303, "{page}");
                assert!(
                    answer.header("location").starts_with("/sign-in?next="),
                    "{}",
                    answer.header("location")
                );
            } else {
                assert!(
                    status < 500 && status != 401,
                    "{page}: {} got {status}",
                    caller.name
                );
            }
        }
    }
}
