//! One command on many exports, *Run all*, and undoing, through REST.

use app::domain::Role;
use serde_json::{Value, json};

use super::conventions::field_codes;
use crate::support::app::{Client, Furniture, TestApp, export_body, furnish, id_of};

const BATCH: &str = "/api/v1/exports/batch";
const RUN_ALL: &str = "/api/v1/exports/run-all";
const UNDO: &str = "/api/v1/exports/undo";
const UNKNOWN: &str = "00000000-0000-7000-8000-000000000000";

struct Stage {
    app: TestApp,
    administrator: Client,
    contributor: Client,
    furniture: Furniture,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let administrator = app.person("admin@example.org", Role::Administrator).await;
        let contributor = app
            .person("contributor@example.org", Role::Contributor)
            .await;
        let furniture = furnish(&app, &administrator).await;
        Self {
            app,
            administrator,
            contributor,
            furniture,
        }
    }

    async fn create(&self, body: &Value) -> String {
        let answer = self.administrator.post("/api/v1/exports", body).await;
        id_of(&answer.expect(201))
    }

    /// An export of the connection that is shared.
    async fn export(&self, name: &str) -> String {
        let body = export_body(name, &self.furniture.shared, &self.furniture.table);
        self.create(&body).await
    }

    /// An export of the connection that is not.
    async fn hidden(&self, name: &str) -> String {
        let body = export_body(name, &self.furniture.private, &self.furniture.table);
        self.create(&body).await
    }

    async fn read(&self, id: &str) -> Value {
        let path = format!("/api/v1/exports/{id}");
        self.administrator.get(&path).await.expect(200)
    }

    async fn exists(&self, id: &str) -> bool {
        let path = format!("/api/v1/exports/{id}");
        self.administrator.get(&path).await.status.as_u16() == 200
    }
}

/// What was done.
async fn act(client: &Client, path: &str, body: &Value) -> Value {
    client.post(path, body).await.expect(200)["report"].clone()
}

/// What would be done.
async fn plan(client: &Client, path: &str, body: &Value) -> Value {
    let mut body = body.clone();
    body["dry_run"] = json!(true);
    client.post(path, &body).await.expect(200)["plan"].clone()
}

/// Codes, counts and names of what is left out.
fn left_out(answer: &Value) -> Vec<(String, u64, Vec<String>)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let groups = answer["left_out"].as_array().expect("groups");
    groups
        .iter()
        .map(|group| {
            let names = group["names"].as_array().expect("names");
            (
                text(&group["reason"]["code"]),
                group["count"].as_u64().expect("a count"),
                names.iter().map(text).collect(),
            )
        })
        .collect()
}

#[tokio::test]
async fn a_mixed_command_says_before_what_it_does_then_does_that() {
    let stage = Stage::set().await;
    let (ours, theirs) = (stage.export("Ours").await, stage.hidden("Theirs").await);
    let detached = stage.export("Detached").await;
    let path = format!("/api/v1/exports/{detached}/detach");
    stage
        .administrator
        .post(&path, &json!({}))
        .await
        .expect(200);
    let ids = [
        ours.as_str(),
        theirs.as_str(),
        detached.as_str(),
        ours.as_str(),
        UNKNOWN,
    ];
    let body = json!({"ids": ids, "action": "run"});
    let planned = plan(&stage.contributor, BATCH, &body).await;
    assert_eq!(
        (
            &planned["total"],
            &planned["affected"],
            &planned["destinations"]
        ),
        (&json!(4), &json!(1), &json!(1))
    );
    let expected = [
        (
            "connection_not_shared_with_you".to_owned(),
            1,
            vec!["Theirs".to_owned()],
        ),
        ("export_detached".to_owned(), 1, vec!["Detached".to_owned()]),
        ("not_found".to_owned(), 1, vec![]),
    ];
    let mut found = left_out(&planned);
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(
        stage.read(&ours).await["status"],
        "not_started",
        "only planned"
    );

    let done = act(&stage.contributor, BATCH, &body).await;
    assert_eq!((&done["done"], &done["failed"]), (&json!(1), &json!([])));
    assert_eq!(left_out(&done), left_out(&planned));
    assert_eq!(done["change"], Value::Null, "a run is not undone");
    assert_ne!(stage.read(&ours).await["status"], "not_started");
    assert_eq!(stage.read(&theirs).await["status"], "not_started");
}

#[tokio::test]
async fn all_that_match_are_meant_but_for_some() {
    let stage = Stage::set().await;
    let mut ids = Vec::new();
    for name in ["North", "Northwest", "South"] {
        ids.push(stage.export(name).await);
    }
    let body = json!({"filter": {"q": "north"}, "except": [ids[1]], "action": "remove"});
    let planned = plan(&stage.contributor, BATCH, &body).await;
    assert_eq!(
        (&planned["total"], &planned["affected"]),
        (&json!(1), &json!(1))
    );
    let done = act(&stage.contributor, BATCH, &body).await;
    assert_eq!(done["done"], 1);
    assert!(!stage.exists(&ids[0]).await);
    assert!(stage.exists(&ids[1]).await && stage.exists(&ids[2]).await);
}

#[tokio::test]
async fn what_comes_to_match_after_a_plan_was_agreed_to_keeps_the_command_from_being_done() {
    let stage = Stage::set().await;
    let first = stage.export("North").await;
    let mut body = json!({"filter": {"q": "north"}, "action": "remove"});
    let planned = plan(&stage.contributor, BATCH, &body).await;
    body["seal"] = planned["seal"].clone();
    let second = stage.export("Northwest").await;
    let refused = stage.contributor.post(BATCH, &body).await;
    assert_eq!(refused.problem(409), "changed_since");
    assert_eq!(refused.json()["args"]["exports"], "2");
    assert!(stage.exists(&first).await && stage.exists(&second).await);
    body["seal"] = plan(&stage.contributor, BATCH, &body).await["seal"].clone();
    let done = act(&stage.contributor, BATCH, &body).await;
    assert_eq!((&done["done"], &done["failed"]), (&json!(2), &json!([])));
    let entries = server::store::audit::of(&stage.app.running.store, "export", &first, 1)
        .await
        .expect("entries");
    let after = entries[0].after.clone().expect("after");
    assert_eq!(
        after["change"], done["change"],
        "the audit log knows the step"
    );
}

#[tokio::test]
async fn run_all_runs_the_active_exports_that_one_may_edit() {
    let stage = Stage::set().await;
    let (active, hidden) = (stage.export("Active").await, stage.hidden("Hidden").await);
    let mut body = export_body("Off", &stage.furniture.shared, &stage.furniture.table);
    body["enabled"] = json!(false);
    let off = stage.create(&body).await;
    let mut body = export_body("Paused", &stage.furniture.shared, &stage.furniture.table);
    body["schedule"] = json!({
        "recurrence": "daily", "times": ["06:00"], "time_zone": "UTC", "paused_until": "2999-01-01",
    });
    let paused = stage.create(&body).await;
    let planned = plan(&stage.contributor, RUN_ALL, &json!({})).await;
    assert_eq!(
        (&planned["total"], &planned["affected"], &planned["names"]),
        (&json!(4), &json!(1), &json!(["Active"]))
    );
    let mut codes: Vec<_> = left_out(&planned)
        .into_iter()
        .map(|group| group.0)
        .collect();
    codes.sort();
    assert_eq!(
        codes,
        ["connection_not_shared_with_you", "paused", "schedule_off"]
    );
    let late = json!({"seal": plan(&stage.administrator, RUN_ALL, &json!({})).await["seal"]});
    let refused = stage.contributor.post(RUN_ALL, &late).await;
    assert_eq!(refused.problem(409), "changed_since");
    let done = act(
        &stage.contributor,
        RUN_ALL,
        &json!({"seal": planned["seal"]}),
    )
    .await;
    assert_eq!(
        (&done["done"], &done["under_way_before"]),
        (&json!(1), &json!(0))
    );
    assert_ne!(stage.read(&active).await["status"], "not_started");
    for left in [&hidden, &off, &paused] {
        assert_eq!(stage.read(left).await["status"], "not_started");
    }
    let whole = plan(&stage.administrator, RUN_ALL, &json!({})).await;
    assert_eq!(
        (&whole["affected"], &whole["destinations"]),
        (&json!(2), &json!(2))
    );
}

#[tokio::test]
async fn what_one_change_removed_comes_back_as_it_was_and_only_once() {
    let stage = Stage::set().await;
    let ids = [stage.export("A").await, stage.export("B").await];
    let before = [stage.read(&ids[0]).await, stage.read(&ids[1]).await];
    let body = json!({"ids": ids, "action": "remove"});
    let done = act(&stage.contributor, BATCH, &body).await;
    assert_eq!(done["done"], 2);
    assert!(!stage.exists(&ids[0]).await && !stage.exists(&ids[1]).await);
    let undo = json!({"change": done["change"]});
    // Somebody takes the name of one of them meanwhile.
    let other = stage.export("B").await;
    let undone = stage.contributor.post(UNDO, &undo).await.expect(200);
    assert_eq!(undone["undone"], 1);
    assert_eq!(undone["failed"][0]["name"], "B");
    assert_eq!(undone["failed"][0]["error"]["code"], "name_taken");
    let after = stage.read(&ids[0]).await;
    for field in [
        "name",
        "enabled",
        "schedule",
        "connection",
        "items",
        "options",
        "folder",
    ] {
        assert_eq!(after[field], before[0][field], "{field}");
    }
    let path = format!("/api/v1/exports/{other}");
    stage.administrator.delete(&path, 1).await;
    let undone = stage.contributor.post(UNDO, &undo).await.expect(200);
    assert_eq!(
        (&undone["undone"], &undone["failed"]),
        (&json!(1), &json!([]))
    );
    let undone = stage.contributor.post(UNDO, &undo).await.expect(200);
    assert_eq!(
        (&undone["undone"], &undone["failed"]),
        (&json!(0), &json!([]))
    );
    assert_eq!(stage.read(&ids[1]).await["enabled"], true);
}

#[tokio::test]
async fn detaching_several_is_taken_back_where_nothing_changed_since() {
    let stage = Stage::set().await;
    let ids = [stage.export("A").await, stage.export("B").await];
    let body = json!({"ids": ids, "action": "detach"});
    let refused = stage.contributor.post(BATCH, &body).await;
    assert_eq!(refused.problem(403), "administrators_only");
    let done = act(&stage.administrator, BATCH, &body).await;
    assert_eq!(done["done"], 2);
    assert_eq!(stage.read(&ids[0]).await["connection"], Value::Null);
    let again = act(&stage.administrator, BATCH, &body).await;
    assert_eq!(
        (&again["done"], &again["change"]),
        (&json!(0), &Value::Null)
    );
    assert_eq!(left_out(&again)[0].0, "detached_already");
    let mut body = export_body("B", &stage.furniture.private, &stage.furniture.table);
    body["enabled"] = json!(false);
    let path = format!("/api/v1/exports/{}", ids[1]);
    stage.administrator.put(&path, 2, &body).await.expect(200);
    let undo = json!({"change": done["change"]});
    let undone = stage.administrator.post(UNDO, &undo).await.expect(200);
    assert_eq!(undone["undone"], 1);
    assert_eq!(undone["failed"][0]["error"]["code"], "changed_since");
    assert_eq!(stage.read(&ids[0]).await["connection"]["name"], "Shared");
    assert_eq!(stage.read(&ids[1]).await["connection"]["name"], "Private");
}

#[tokio::test]
async fn a_change_of_schedules_is_taken_back_as_one() {
    let stage = Stage::set().await;
    let ids = [stage.export("A").await, stage.export("B").await];
    let change = json!({"ids": ids, "mode": "keep", "enabled": false});
    stage
        .contributor
        .post("/api/v1/exports/schedule", &change)
        .await
        .expect(200);
    let entries = server::store::audit::of(&stage.app.running.store, "export", &ids[0], 1)
        .await
        .expect("entries");
    let after = entries[0].after.clone().expect("after");
    let undo = json!({"change": after["change"]});
    let undone = stage.contributor.post(UNDO, &undo).await.expect(200);
    assert_eq!(
        (&undone["undone"], &undone["failed"]),
        (&json!(2), &json!([]))
    );
    for id in &ids {
        let export = stage.read(id).await;
        assert_eq!(
            (&export["enabled"], &export["version"]),
            (&json!(true), &json!(3))
        );
    }
    let entries = server::store::audit::of(&stage.app.running.store, "export", &ids[0], 1)
        .await
        .expect("entries");
    assert_eq!(entries[0].action, "export.undo");
}

#[tokio::test]
async fn commands_that_say_too_little_or_too_much_are_refused_at_their_field() {
    let stage = Stage::set().await;
    let viewer = stage.app.person("viewer@example.org", Role::Viewer).await;
    let export = stage.export("A").await;
    for (wrong, field, code) in [
        (json!({"action": "run"}), "ids", "required"),
        (json!({"ids": [], "action": "run"}), "ids", "required"),
        (json!({"ids": [export]}), "action", "required"),
        (
            json!({"ids": [export], "action": "nap"}),
            "action",
            "malformed",
        ),
        (
            json!({"ids": [export], "action": "run", "cancel_runs": true}),
            "cancel_runs",
            "malformed",
        ),
        (
            json!({"ids": [export], "filter": {}, "action": "run"}),
            "filter",
            "ids_or_filter",
        ),
        (
            json!({"filter": {"status": "asleep"}, "action": "run"}),
            "filter.status",
            "malformed",
        ),
    ] {
        let codes = field_codes(&stage.administrator.post(BATCH, &wrong).await);
        let expected = (field.to_owned(), code.to_owned());
        assert!(codes.contains(&expected), "{wrong}: {codes:?}");
        let refused = viewer.post(BATCH, &wrong).await;
        assert_eq!(refused.problem(403), "viewer_may_not_edit", "{wrong}");
    }
}
