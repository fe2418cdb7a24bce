//! `waybill run`, as Airflow and dbt call it: what it prints, and how it ends.

use std::path::Path;
use std::process::Stdio;

use app::domain::Role;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use server::config::TlsConfig;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr};

use crate::support::app::{Client, Furniture, TestApp, export_body, furnish, id_of};
use crate::support::commands::Commands;

struct Stage {
    app: TestApp,
    admin: Client,
    furniture: Furniture,
    commands: Commands,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let admin = app.person("admin@example.org", Role::Administrator).await;
        let furniture = furnish(&app, &admin).await;
        Self {
            commands: Commands::of(&app, &admin),
            app,
            admin,
            furniture,
        }
    }

    async fn export(&self, name: &str, options: Value) -> String {
        let mut body = export_body(name, &self.furniture.shared, &self.furniture.table);
        body["options"] = options;
        let made = self.admin.post("/api/v1/exports", &body).await;
        id_of(&made.expect(201))
    }

    /// Replaces the rows of the table `people`.
    fn write(&self, text: &str) {
        let folder = self.app.files().join("source");
        std::fs::write(folder.join(".new"), text).expect("written");
        std::fs::rename(folder.join(".new"), folder.join("people.csv")).expect("renamed");
    }

    /// A table of this many rows.
    fn people(&self, rows: usize) {
        let rows = (0..rows).map(|row| format!("{row},p{row}@example.org,Paris\n"));
        let text: String = rows.collect();
        self.write(&format!("id,email,city\n{text}"));
    }

    async fn pause(&self, paused: bool) {
        let body = json!({"paused": paused, "reason": "the test"});
        let request = self
            .admin
            .request(reqwest::Method::PUT, "/api/v1/system/pause");
        self.admin.send(request.json(&body)).await.expect(200);
    }

    async fn runs(&self) -> usize {
        let runs = self.admin.get("/api/v1/runs").await.expect(200);
        runs["items"].as_array().expect("runs").len()
    }
}

#[tokio::test]
async fn a_run_that_delivers_ends_well_and_is_told() {
    let stage = Stage::set().await;
    stage.export("Commandes d’été", json!({})).await;
    // Capitals and accents make no difference.
    let ended = stage
        .commands
        .run(&["run", "COMMANDES D’ETE", "--wait", "--strict"])
        .await;
    let said = ended.expect(0);
    assert!(
        said.contains("of `Commandes d’été`: successful; rows: 3; files: 1;"),
        "{said}"
    );

    let asked = [
        "run",
        "Commandes d’été",
        "--wait",
        "--json",
        "--key",
        "dag-7",
    ];
    let first: Value =
        serde_json::from_str(&stage.commands.run(&asked).await.expect(0)).expect("JSON");
    assert_eq!(first["status"], "successful");
    assert_eq!(first["waybill"]["tasks"][0]["rows_written"], 3);
    let again: Value =
        serde_json::from_str(&stage.commands.run(&asked).await.expect(0)).expect("JSON");
    assert_eq!(again["id"], first["id"], "one run for one key");
    assert_eq!(stage.runs().await, 2);

    let said = stage
        .commands
        .run(&["run", "Commandes d’été"])
        .await
        .expect(0);
    assert!(said.starts_with("run "), "{said}");
}

#[tokio::test]
async fn every_other_end_has_its_number() {
    let stage = Stage::set().await;
    let undated = json!({"path_template": "{export}/{table}.csv"});
    stage.export("Held", undated).await;
    stage.people(1_000);
    stage
        .commands
        .run(&["run", "Held", "--wait"])
        .await
        .expect(0);
    stage.people(700);
    let said = stage
        .commands
        .run(&["run", "Held", "--wait"])
        .await
        .expect(5);
    assert!(said.contains(": held"), "{said}");

    let previous = json!({"upstream": {"on_failure": "deliver_previous"}});
    stage.export("Anyway", previous).await;
    stage.export("Whole", json!({})).await;
    // A row that does not fit.
    stage.write("id,email,city\n1,a@example.org,Lille\nseven,b@example.org,Metz\n");
    let said = stage
        .commands
        .run(&["run", "Anyway", "--wait"])
        .await
        .expect(0);
    assert!(said.contains(": successful; rows: 700;"), "{said}");
    stage
        .commands
        .run(&["run", "Anyway", "--wait", "--strict"])
        .await
        .expect(4);
    stage
        .commands
        .run(&["run", "Whole", "--wait"])
        .await
        .expect(7);
    // A column is gone.
    stage.write("id,city\n1,Lille\n");
    stage
        .commands
        .run(&["run", "Whole", "--wait"])
        .await
        .expect(3);

    let ended = stage.commands.run(&["run", "Nowhere"]).await;
    assert!(
        ended.err.contains("there is no export `Nowhere`"),
        "{}",
        ended.err
    );
    ended.expect(1);
    let viewer = stage.app.person("viewer@example.org", Role::Viewer).await;
    let viewer = Commands::of(&stage.app, &viewer);
    viewer.run(&["run", "Held"]).await.expect(1);
    let nowhere = Commands::new("http://127.0.0.1:9", "wb_nobody");
    nowhere.run(&["run", "Held"]).await.expect(9);
}

/// A command that waits for a run, once it says that the run is queued.
async fn waiting(stage: &Stage) -> (Child, Lines<BufReader<ChildStderr>>) {
    let mut command = stage.commands.command(&["run", "Orders", "--wait"]);
    let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    loop {
        let line = lines.next_line().await.expect("text").expect("a line");
        if line.contains(": queued") {
            return (child, lines);
        }
    }
}

async fn code(mut child: Child) -> Option<i32> {
    child.wait().await.expect("it ends").code()
}

#[tokio::test]
async fn whoever_stops_waiting_does_not_stop_the_run() {
    let stage = Stage::set().await;
    stage.export("Orders", json!({})).await;
    stage.pause(true).await;
    let asked = ["run", "Orders", "--wait", "--timeout", "1s"];
    let ended = stage.commands.run(&asked).await;
    assert!(ended.err.contains("goes on"), "{}", ended.err);
    ended.expect(8);

    let (child, mut lines) = waiting(&stage).await;
    let pid = i32::try_from(child.id().expect("it runs")).expect("a number");
    let pid = Pid::from_raw(pid).expect("a process");
    kill_process(pid, Signal::TERM).expect("it runs");
    let line = lines.next_line().await.expect("text").expect("a line");
    assert!(line.contains("goes on"), "{line}");
    assert_eq!(code(child).await, Some(8));

    let (child, _lines) = waiting(&stage).await;
    assert_eq!(
        stage.runs().await,
        1,
        "the one that waits is the one that is asked for"
    );
    let runs = stage.admin.get("/api/v1/runs").await.expect(200);
    let run = id_of(&runs["items"][0]);
    let path = format!("/api/v1/runs/{run}/cancel");
    stage.admin.post(&path, &json!({})).await.expect(200);
    assert_eq!(code(child).await, Some(6));
}

#[tokio::test]
async fn a_certificate_of_ones_own_authority_is_trusted_where_that_is_said() {
    let fixture = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls");
        folder.join(name)
    };
    let tls = TlsConfig {
        cert: fixture("first.pem"),
        key: fixture("first.key"),
    };
    let app = TestApp::with(|config| config.http.tls = Some(tls)).await;
    let admin = app.person("admin@example.org", Role::Administrator).await;
    let commands = Commands::of(&app, &admin);
    let ended = commands.run(&["run", "Orders"]).await;
    assert!(ended.err.contains("cannot be reached"), "{}", ended.err);
    ended.expect(9);
    let authority = fixture("authority.pem");
    let authority = authority.to_str().expect("a text");
    let asked = ["run", "Orders", "--ca-file", authority];
    let ended = commands.run(&asked).await;
    assert!(ended.err.contains("there is no export"), "{}", ended.err);
    ended.expect(1);
}
