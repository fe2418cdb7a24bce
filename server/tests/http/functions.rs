//! Who may call which server function: anonymous and the three roles × every one that Leptos lists.
//! A new one without a row here fails.

use leptos::server_fn::axum::server_fn_paths;
use reqwest::Method;
use serde_json::{Value, json};
use server::http::Access;

use super::stage::{Stage, judge, judge_token, nightly};
use crate::support::app::{Answer, Client, export_body, id_of};

/// What a server function is called with.
enum Arguments {
    Json(Value),
    Form(Vec<(&'static str, String)>),
}

impl Arguments {
    fn form<const N: usize>(fields: [(&'static str, &str); N]) -> Self {
        Self::Form(
            fields
                .map(|(name, value)| (name, value.to_owned()))
                .to_vec(),
        )
    }
}

/// Who may call a server function, and with which arguments.
async fn arguments(stage: &Stage, path: &str) -> (Access, Arguments) {
    use Access::{Administrator, Anyone, Contributor, SignedIn};
    use Arguments::{Form, Json};
    let table = &stage.furniture.table;
    let id = |object: Value| id_of(&object);
    let export_draft = || export_body(&stage.new_name(), &stage.furniture.shared, table);
    let definition = || json!({"conditions": {"table_id": table, "condition": Stage::condition()}});
    let segment_draft = || json!({"name": stage.new_name(), "definition": definition()});
    match path.trim_start_matches("/api/ui/") {
        "account/me" | "connections/types" | "data/sources" | "exports/time-zones" | "segments"
        | "system/schedule" | "system/status" | "system/upcoming" | "system/pipeline"
        | "system/timeline" | "system/storage" | "system/about" | "views" | "exports/labels"
        | "exports/people" => (SignedIn, Json(json!({}))),
        "account/sign-in" => {
            let fields = [
                ("email", "nobody@example.org"),
                ("password", "wrong"),
                ("next", "/"),
            ];
            (Anyone, Arguments::form(fields))
        }
        "preferences/language" => (Anyone, Arguments::form([("language", "fr"), ("next", "/")])),
        "preferences/theme" => (Anyone, Arguments::form([("theme", "dark"), ("next", "/")])),
        "preferences/table" => {
            let liked = [
                ("columns[]", "owner"),
                ("density", "compact"),
                ("times", "exact"),
                ("zone", "utc"),
                ("shortcuts", "true"),
                ("next", "/"),
            ];
            (Anyone, Arguments::form(liked))
        }
        "account/sign-out" => (Anyone, Form(vec![])),
        "account/set-up-open" => (Anyone, Json(json!({"code": "x"}))),
        "account/set-up" => {
            let person = [
                ("name", "A"),
                ("email", "a@example.org"),
                ("password", "long enough"),
            ];
            let [name, email, password] = person;
            (
                Anyone,
                Arguments::form([("code", "x"), name, email, password]),
            )
        }
        "exports/list" => (SignedIn, Json(json!({"query": {}, "language": "en"}))),
        "runs/list" => (SignedIn, Json(json!({"query": {}}))),
        "exports/facets" => (SignedIn, Json(json!({"filter": {}}))),
        "exports/history" => (
            SignedIn,
            Json(json!({"id": id(stage.export().await), "cursor": null})),
        ),
        "exports/about" => (SignedIn, Json(json!({"id": id(stage.export().await)}))),
        "exports/about/update" => {
            let draft = json!({"labels": ["CRM"], "owner_id": null, "note": ""});
            (
                Contributor,
                Json(json!({"id": id(stage.export().await), "version": 1, "draft": draft})),
            )
        }
        "exports/bulk" | "exports/bulk/plan" => {
            let target = json!({"ids": [id(stage.export().await)]});
            (
                Contributor,
                Json(json!({"command": {"target": target, "action": "run"}})),
            )
        }
        "exports/run-all" => (Contributor, Form(vec![])),
        "exports/run-all/plan" => (Contributor, Json(json!({}))),
        "exports/undo" => (
            Contributor,
            Json(json!({"change": stage.removal().await.1})),
        ),
        "exports/removed" => (Contributor, Json(json!({"cursor": null}))),
        "exports/restore" => (Contributor, Form(vec![("id", stage.removal().await.0)])),
        "exports/restore-version" => (
            Contributor,
            Json(json!({"id": id(stage.export().await), "version": 1})),
        ),
        "exports/removal-facts" => (Contributor, Json(json!({"id": id(stage.export().await)}))),
        "exports/add-segment" => {
            let (export, segment) = (id(stage.export().await), id(stage.segment().await));
            (Contributor, Json(json!({"id": export, "segment": segment})))
        }
        "exports/preview-delivery" => {
            let draft = json!({"name": "A", "item": {"table_id": table}});
            (Contributor, Json(json!({"draft": draft})))
        }
        "views/save" => {
            let draft = json!({"name": stage.new_name(), "query": "status=failed"});
            (SignedIn, Json(json!({"id": null, "draft": draft})))
        }
        // Nobody's: what it may not be is somebody else's.
        "views/remove" => (SignedIn, Json(json!({"id": uuid::Uuid::now_v7()}))),
        "exports/get" => (SignedIn, Json(json!({"id": id(stage.export().await)}))),
        "exports/create" => (Contributor, Json(json!({"draft": export_draft()}))),
        "exports/update" => {
            let export = stage.export().await;
            (
                Contributor,
                Json(
                    json!({"id": export["id"], "version": export["version"], "draft": export_draft()}),
                ),
            )
        }
        "exports/detach" => (Administrator, Json(json!({"id": id(stage.export().await)}))),
        "exports/schedule" => {
            let target = json!({"ids": [id(stage.export().await)]});
            let change = json!({"target": target, "mode": "keep", "enabled": false});
            (Contributor, Json(json!({"change": change})))
        }
        "exports/schedule/plan" => {
            let target = json!({"ids": [id(stage.export().await)]});
            (Contributor, Json(json!({"target": target})))
        }
        "exports/schedule/preview" => (SignedIn, Json(json!({"draft": nightly()}))),
        "exports/copy-name" => (SignedIn, Json(json!({"name": "A"}))),
        "exports/run" | "exports/remove" => {
            (Contributor, Form(vec![("id", id(stage.export().await))]))
        }
        "runs/get" => (SignedIn, Json(json!({"id": stage.run().await}))),
        "runs/cancel" | "runs/release" | "runs/discard" => {
            (Contributor, Form(vec![("id", stage.run().await)]))
        }
        "connections/list" | "connections/removed" => (Administrator, Json(json!({}))),
        "connections/choices" => (Contributor, Json(json!({}))),
        "connections/get" | "connections/test" | "connections/resume" => (
            Administrator,
            Json(json!({"id": id(stage.connection().await)})),
        ),
        "connections/test-draft" => (
            Administrator,
            Json(json!({"id": null, "draft": stage.connection_body()})),
        ),
        "connections/pause" => (
            Administrator,
            Json(json!({"id": id(stage.connection().await), "reason": null})),
        ),
        "connections/release" => {
            let (connection, export) = (id(stage.connection().await), id(stage.export().await));
            (
                Administrator,
                Json(json!({"id": connection, "exports": [export], "how": "detach"})),
            )
        }
        "connections/restore" => (
            Administrator,
            Json(json!({"id": stage.removed_connection().await})),
        ),
        "connections/create" => (
            Administrator,
            Json(json!({"draft": stage.connection_body()})),
        ),
        "connections/update" => {
            let connection = stage.connection().await;
            let draft = stage.connection_body();
            (
                Administrator,
                Json(
                    json!({"id": connection["id"], "version": connection["version"], "draft": draft}),
                ),
            )
        }
        "connections/remove" => {
            let connection = stage.connection().await;
            (
                Administrator,
                Json(json!({"id": connection["id"], "version": connection["version"]})),
            )
        }
        "data/sources/create" => (Administrator, Json(json!({"draft": stage.source_body()}))),
        "data/sources/update" => {
            let source = stage.source().await;
            let draft = stage.source_body();
            (
                Administrator,
                Json(json!({"id": source["id"], "version": source["version"], "draft": draft})),
            )
        }
        "data/sources/remove" => {
            let source = stage.source().await;
            (
                Administrator,
                Json(json!({"id": source["id"], "version": source["version"]})),
            )
        }
        "data/sources/refresh" => (Administrator, Json(json!({"id": id(stage.source().await)}))),
        "data/tables" => (SignedIn, Json(json!({"source": null}))),
        "data/tables/get" | "data/tables/preview" => (SignedIn, Json(json!({"id": table}))),
        "data/tables/update" => {
            let found = stage
                .administrator()
                .get(&format!("/api/v1/tables/{table}"))
                .await
                .expect(200);
            let update = json!({"schema": found["schema"]});
            (
                Administrator,
                Json(json!({"id": table, "version": found["version"], "update": update})),
            )
        }
        "segments/get" => (SignedIn, Json(json!({"id": id(stage.segment().await)}))),
        "segments/create" => (Contributor, Json(json!({"draft": segment_draft()}))),
        "segments/update" => {
            let segment = stage.segment().await;
            (
                Contributor,
                Json(
                    json!({"id": segment["id"], "version": segment["version"], "draft": segment_draft()}),
                ),
            )
        }
        "segments/remove" => {
            let segment = stage.segment().await;
            (
                Contributor,
                Json(json!({"id": segment["id"], "version": segment["version"]})),
            )
        }
        "segments/removed" => (Contributor, Json(json!({}))),
        "segments/restore" => (
            Contributor,
            Json(json!({"id": stage.removed_segment().await})),
        ),
        "segments/refresh" => (Contributor, Json(json!({"id": id(stage.segment().await)}))),
        "segments/preview" => (Contributor, Json(json!({"definition": definition()}))),
        "system/schedule/update" => {
            let version = stage.system_version().await;
            let draft = json!({"enabled": false, "schedule": nightly()});
            (
                Administrator,
                Json(json!({"version": version, "draft": draft})),
            )
        }
        "system/refreshes/start" => (Administrator, Json(json!({"run_exports": false}))),
        "system/refreshes/get" => (SignedIn, Json(json!({"id": stage.refresh().await}))),
        "system/refreshes/cancel" => (Administrator, Json(json!({"id": stage.refresh().await}))),
        // Without a reason it is refused to those who may: the others here need what is queued to go on.
        "system/pause" => (Administrator, Json(json!({"reason": ""}))),
        "system/resume" => (Administrator, Json(json!({}))),
        "system/tasks/history" => (SignedIn, Json(json!({"id": id(stage.source().await)}))),
        "system/tasks/cancel" => (Administrator, Json(json!({"id": stage.task().await}))),
        "settings/keep" => (Administrator, Json(json!({"draft": {}}))),
        "notices" | "notices/read" | "notices/following" => (SignedIn, Json(json!({}))),
        "notices/follow" => {
            let export = id(stage.export().await);
            (
                SignedIn,
                Json(json!({"export": export, "settings": {"rows_percent": 20}})),
            )
        }
        "audit/list" => (Administrator, Json(json!({"query": {}}))),
        "audit/entry" => (
            Administrator,
            Json(json!({"id": stage.audit_entry().await})),
        ),
        "audit/days" => (Administrator, Json(json!({}))),
        "audit/days/update" => (Administrator, Json(json!({"days": 400}))),
        "account/profile" | "account/sessions" | "account/tokens" | "account/factor" => {
            (SignedIn, Json(json!({})))
        }
        "account/sign-in/code" => (Anyone, Arguments::form([("code", "000000"), ("next", "/")])),
        // With a wrong password: the others here sign in without a second factor.
        "account/factor/begin" | "account/factor/codes" | "account/factor/remove" => {
            (SignedIn, Json(json!({"password": "wrong"})))
        }
        "account/factor/confirm" => (SignedIn, Json(json!({"code": "000000"}))),
        "account/profile/update" => (SignedIn, Arguments::form([("name", "Somebody")])),
        // Wrong, whoever gives it: the others here need the one they have.
        "account/password" => (
            SignedIn,
            Arguments::form([("old", "wrong"), ("new", "long enough a one")]),
        ),
        "account/sessions/end" => {
            let nobodys = uuid::Uuid::now_v7().to_string();
            (SignedIn, Form(vec![("id", nobodys)]))
        }
        "account/sessions/end-others" => (SignedIn, Form(vec![])),
        "account/tokens/create" => {
            let draft = json!({"name": "robot", "role": "viewer", "days": 1});
            (SignedIn, Json(json!({"draft": draft})))
        }
        // Of a service account: to everybody but administrators there is none.
        "account/tokens/revoke" => (SignedIn, Json(json!({"id": stage.token().await}))),
        "account/invitation" => (Anyone, Json(json!({"code": "x"}))),
        "account/invitation/accept" => (
            Anyone,
            Arguments::form([("code", "x"), ("name", "A"), ("password", "long enough")]),
        ),
        "people" | "people/invitations" => (Administrator, Json(json!({}))),
        "people/update" => {
            let service = stage.service().await;
            let update = json!({"name": stage.new_name(), "role": "viewer", "disabled": false});
            (
                Administrator,
                Json(json!({"id": service["id"], "version": service["version"], "update": update})),
            )
        }
        "people/services/add" => (Administrator, Json(json!({"draft": stage.service_body()}))),
        "people/sign-out" | "people/remove-factor" | "people/tokens" => (
            Administrator,
            Json(json!({"id": id(stage.service().await)})),
        ),
        "people/password-link" => (Administrator, Json(json!({"id": stage.viewer().await}))),
        "people/invitations/create" => (
            Administrator,
            Json(json!({"draft": stage.invitation_body()})),
        ),
        "people/invitations/revoke" => {
            (Administrator, Json(json!({"id": stage.invitation().await})))
        }
        "people/tokens/create" => {
            let draft = json!({"name": "robot", "days": 1});
            (
                Administrator,
                Json(json!({"id": id(stage.service().await), "draft": draft})),
            )
        }
        "notices/channels" => (Administrator, Json(json!({}))),
        "notices/channels/create" => (Administrator, Json(json!({"draft": stage.channel_body()}))),
        "notices/channels/update" => {
            let channel = stage.channel().await;
            let draft = stage.channel_body();
            (
                Administrator,
                Json(json!({"id": channel["id"], "version": channel["version"], "draft": draft})),
            )
        }
        "notices/channels/remove" => {
            let channel = stage.channel().await;
            (
                Administrator,
                Json(json!({"id": channel["id"], "version": channel["version"]})),
            )
        }
        "notices/channels/test" => (
            Administrator,
            Json(json!({"id": id(stage.channel().await)})),
        ),
        other => panic!("the server function `{other}` has no row in the role matrix"),
    }
}

/// Whether a function is of one's own account, which a token does not manage.
fn is_in_person(path: &str) -> bool {
    let parts = ["factor", "password", "profile", "sessions", "tokens"];
    let name = path.strip_prefix("/api/ui/account/").unwrap_or_default();
    parts.contains(&name.split('/').next().unwrap_or_default())
}

/// Who may call a function, and the answer that somebody gets who calls it as the right person would.
async fn ask(stage: &Stage, path: &str, client: &Client) -> (Access, Answer) {
    let (needed, arguments) = arguments(stage, path).await;
    let request = client
        .request(Method::POST, path)
        .header("accept", "application/json");
    let request = match arguments {
        Arguments::Json(value) => request.json(&value),
        Arguments::Form(fields) => request.form(&fields),
    };
    (needed, client.send(request).await)
}

#[tokio::test]
async fn every_server_function_lets_in_whom_it_says() {
    let stage = Stage::set().await;
    let paths: Vec<_> = server_fn_paths().collect();
    assert!(paths.len() > 20, "the server functions are linked");
    for (path, method) in paths {
        assert_eq!(
            method,
            Method::POST,
            "{path} must not be callable by a link"
        );
        for caller in &stage.callers {
            let (needed, mut answer) = ask(&stage, path, &caller.client).await;
            if is_in_person(path) {
                let reaches_others = path.ends_with("account/tokens/revoke");
                judge_token(path, reaches_others, caller, answer.status.as_u16());
                answer = ask(&stage, path, &caller.session).await.1;
            }
            let status = answer.status.as_u16();
            // A wrong password is 401 or 422, whoever tries it.
            if needed == Access::Anyone {
                assert!(status < 500, "{path}: {}", answer.text);
                continue;
            }
            judge(path, needed, caller, status);
        }
    }
}
