//! Exports as code: changes are found, made, and held to versions.

use std::fs;
use std::path::PathBuf;

use app::domain::Role;
use serde_json::{Value, json};

use super::as_code::make;
use crate::support::app::{Client, Furniture, TestApp, export_body, furnish, id_of};
use crate::support::commands::Commands;

struct Stage {
    app: TestApp,
    admin: Client,
    furniture: Furniture,
    commands: Commands,
    _home: tempfile::TempDir,
    code: PathBuf,
}

impl Stage {
    /// A server with one export, and its files.
    async fn set() -> Self {
        let app = TestApp::start().await;
        let admin = app.person("admin@example.org", Role::Administrator).await;
        let furniture = furnish(&app, &admin).await;
        let mut body = export_body("Orders", &furniture.shared, &furniture.table);
        body["schedule"] = json!({"recurrence": "daily", "times": ["06:00"], "time_zone": "UTC"});
        make(&admin, "/exports", &body).await;
        let home = tempfile::tempdir().expect("a folder");
        let code = home.path().join("code");
        let commands = Commands::of(&app, &admin);
        commands.export("dump", &code, &[]).await.expect(0);
        Self {
            app,
            admin,
            furniture,
            commands,
            _home: home,
            code,
        }
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.code.join(file);
        let text = fs::read_to_string(&path).expect("a text");
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replace(from, to)).expect("written");
    }

    async fn exports(&self) -> Vec<Value> {
        let exports = self.admin.get("/api/v1/exports").await.expect(200);
        exports["items"].as_array().expect("a list").clone()
    }

    async fn ends(&self, what: &str, more: &[&str], code: i32) -> String {
        let ended = self.commands.export(what, &self.code, more).await;
        ended.expect(code)
    }
}

#[tokio::test]
async fn one_change_is_one_difference_and_is_made() {
    let stage = Stage::set().await;
    stage.edit("exports/orders.yaml", "\"06:00\"", "\"07:00\"");
    let said = stage.ends("plan", &[], 2).await;
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert_eq!(
        lines[0],
        "exports/orders.yaml  schedule.times[0]: \"06:00\" → \"07:00\""
    );
    assert!(
        lines[1].starts_with("to create: 0; to change: 1; to remove: 0;"),
        "{said}"
    );
    let said = stage.ends("apply", &[], 0).await;
    assert_eq!(said, "exports/orders.yaml  changed\n");
    assert_eq!(
        stage.ends("apply", &[], 0).await,
        "there is nothing to do\n"
    );
    let exports = stage.exports().await;
    assert_eq!(
        (&exports[0]["schedule"]["times"][0], &exports[0]["version"]),
        (&json!("07:00"), &json!(2))
    );

    // What is noted has versions of its own.
    let path = stage.code.join("exports/orders.yaml");
    let text = fs::read_to_string(&path).expect("a text");
    fs::write(&path, format!("{text}labels: [CRM]\n")).expect("written");
    assert_eq!(
        stage.ends("apply", &[], 0).await,
        "exports/orders.yaml  noted\n"
    );
    let exports = stage.exports().await;
    assert_eq!(
        (&exports[0]["labels"], &exports[0]["version"]),
        (&json!(["CRM"]), &json!(2))
    );
}

#[tokio::test]
async fn what_somebody_else_did_meanwhile_is_not_undone() {
    let stage = Stage::set().await;
    stage.edit("exports/orders.yaml", "\"06:00\"", "\"07:00\"");
    let kept = stage.code.with_file_name("plan.json");
    let kept = kept.to_str().expect("a text");
    stage.ends("plan", &["--out", kept], 2).await;
    let export = &stage.exports().await[0];
    let mut body = export_body("Orders", &stage.furniture.shared, &stage.furniture.table);
    body["options"] = json!({"bom": true});
    let path = format!("/api/v1/exports/{}", id_of(export));
    stage.admin.put(&path, 1, &body).await.expect(200);
    let ended = stage
        .commands
        .export("apply", &stage.code, &["--plan", kept])
        .await;
    assert!(ended.err.contains("Plan again"), "{}", ended.err);
    ended.expect(10);
    assert_eq!(stage.exports().await[0]["version"], 2);

    stage.ends("plan", &["--out", kept], 2).await;
    stage.ends("apply", &["--plan", kept], 0).await;
    let found = stage.admin.get(&path).await.expect(200);
    assert_eq!(
        (&found["version"], &found["options"]["bom"]),
        (&json!(3), &json!(false))
    );
}

#[tokio::test]
async fn what_is_in_no_file_goes_only_when_that_is_asked_for() {
    let stage = Stage::set().await;
    fs::remove_file(stage.code.join("exports/orders.yaml")).expect("removed");
    stage.ends("plan", &[], 0).await;
    let said = stage.ends("plan", &["--prune"], 2).await;
    assert!(
        said.starts_with("exports/orders.yaml  is removed: Orders\n"),
        "{said}"
    );
    stage.ends("apply", &["--prune"], 0).await;
    assert!(stage.exports().await.is_empty());
}

#[tokio::test]
async fn what_fails_says_where_and_leaves_what_was_done() {
    let stage = Stage::set().await;
    fs::write(stage.code.join("segments.yaml"), "not one of ours").expect("written");
    fs::create_dir_all(stage.code.join("segments")).expect("a folder");
    let segment = |name: &str, sql: &str| {
        let text = format!("name: {name}\nsql: {sql}\n");
        fs::write(
            stage.code.join("segments").join(format!("{name}.yaml")),
            text,
        )
        .expect("written");
    };
    segment("a", "SELECT id FROM people");
    segment("b", "SELECT id FROM nowhere");
    let ended = stage.commands.export("apply", &stage.code, &[]).await;
    assert_eq!(ended.code, 1);
    assert_eq!(ended.out, "segments/a.yaml  created\n");
    assert!(
        ended.err.contains("segments/b.yaml") && ended.err.contains("nowhere"),
        "{}",
        ended.err
    );
    segment("b", "SELECT city FROM people");
    assert_eq!(
        stage.ends("apply", &[], 0).await,
        "segments/b.yaml  created\n"
    );

    stage.edit("exports/orders.yaml", "Shared", "Gone");
    let ended = stage.commands.export("apply", &stage.code, &[]).await;
    assert!(
        ended.err.contains("there is no connection `Gone`"),
        "{}",
        ended.err
    );
    ended.expect(1);
}

#[tokio::test]
async fn whoever_may_not_see_everything_is_told_so() {
    let stage = Stage::set().await;
    let viewer = stage.app.person("viewer@example.org", Role::Viewer).await;
    let commands = Commands::of(&stage.app, &viewer);
    let folder = stage.code.with_file_name("theirs");
    let ended = commands.export("dump", &folder, &[]).await;
    assert!(ended.err.contains("only administrators"), "{}", ended.err);
    ended.expect(1);
    assert!(!folder.exists());
    let nobody = Commands::new(
        &format!("http://{}", stage.app.running.address),
        "wb_nobody",
    );
    nobody.export("plan", &stage.code, &[]).await.expect(1);
    let nowhere = Commands::new("http://127.0.0.1:9", "wb_nobody");
    nowhere.export("plan", &stage.code, &[]).await.expect(9);
}

#[tokio::test]
async fn what_has_another_name_in_its_file_takes_the_place_of_what_it_was() {
    let stage = Stage::set().await;
    stage.edit("exports/orders.yaml", "name: Orders", "name: All orders");
    // Both deliver to one folder: it is that of the old one as long as that is there.
    let ended = stage.commands.export("apply", &stage.code, &[]).await;
    assert!(ended.err.contains("exports/orders.yaml"), "{}", ended.err);
    ended.expect(1);
    let said = stage.ends("apply", &["--prune"], 0).await;
    assert_eq!(
        said,
        "exports/orders.yaml  removed\nexports/orders.yaml  created\n"
    );
    let exports = stage.exports().await;
    assert_eq!(exports.len(), 1);
    assert_eq!(exports[0]["name"], "All orders");
    stage.ends("plan", &["--prune"], 0).await;
}

#[tokio::test]
async fn what_names_no_connection_is_taken_off_its_own() {
    let stage = Stage::set().await;
    stage.edit("exports/orders.yaml", "connection: Shared\n", "");
    stage.edit("exports/orders.yaml", "\"06:00\"", "\"07:00\"");
    let said = stage.ends("apply", &[], 0).await;
    assert_eq!(
        said,
        "exports/orders.yaml  changed\nexports/orders.yaml  detached\n"
    );
    let exports = stage.exports().await;
    assert_eq!(exports[0]["connection"], Value::Null);
    assert_eq!(exports[0]["schedule"]["times"][0], "07:00");
    stage.ends("plan", &[], 0).await;
}

#[tokio::test]
async fn a_plan_finds_the_names_that_stand_for_nothing() {
    let stage = Stage::set().await;
    stage.edit("exports/orders.yaml", "Shared", "Gone");
    let ended = stage.commands.export("plan", &stage.code, &[]).await;
    let wanted = "exports/orders.yaml: there is no connection `Gone`";
    assert!(ended.err.contains(wanted), "{}", ended.err);
    ended.expect(1);
}

#[tokio::test]
async fn an_export_without_connection_is_made_by_administrators_and_starts_when_it_has_one() {
    let stage = Stage::set().await;
    let contributor = stage.app.person("cy@example.org", Role::Contributor).await;
    let viewer = stage.app.person("vera@example.org", Role::Viewer).await;
    let daily = json!({"recurrence": "daily", "times": ["05:00"], "time_zone": "UTC"});
    let body = json!({
        "name": "Later", "type": "sftp", "items": [{"table_id": stage.furniture.table}], "schedule": daily,
    });
    for client in [&contributor, &viewer] {
        client.post("/api/v1/exports", &body).await.expect(403);
    }
    let made = make(&stage.admin, "/exports", &body).await;
    for (field, expected) in [
        ("type", json!("sftp")),
        ("status", json!("not_started")),
        ("connection", Value::Null),
        ("enabled", json!(true)),
        ("next_run_at", Value::Null),
        ("folder", json!("later")),
    ] {
        assert_eq!(made[field], expected, "{field}");
    }
    let path = format!("/api/v1/exports/{}", id_of(&made));
    let refused = stage.admin.post(&format!("{path}/runs"), &json!({})).await;
    refused.expect(409);
    let mut body = export_body("Later", &stage.furniture.shared, &stage.furniture.table);
    body["schedule"] = daily;
    let given = stage.admin.put(&path, 1, &body).await.expect(200);
    assert_eq!(given["type"], "local_folder");
    assert!(given["next_run_at"].is_string(), "{given}");
    // Who names neither is asked for a connection.
    let body = json!({"name": "Neither", "items": [{"table_id": stage.furniture.table}]});
    let refused = stage.admin.post("/api/v1/exports", &body).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "connection_id");
}
