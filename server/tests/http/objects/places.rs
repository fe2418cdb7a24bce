//! Where things are, who people are to their mail, and what is personal in rows: whoever may look at everything that went
//! wrong, in every answer and on every page, reads none of it.

use std::fs;

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::looking::everything;
use super::scene::{Who, join};
use super::things::{Kind, condition};
use crate::support::app::{Client, Furniture, TestApp, eventually, export_body, furnish, id_of};

/// An address that the server may not connect to.
const HOST: &str = "127.0.0.9";
/// What bucket, folder and user of the destinations begin with.
const HIDDEN: &str = "hidden7x";

/// A server on which much went wrong, at places that few may know.
struct Wreck {
    app: TestApp,
    administrator: Client,
    furniture: Furniture,
    /// What there is to look at.
    things: Vec<(Kind, String)>,
}

/// Creates something, and gives its id.
async fn create(client: &Client, path: &str, body: &Value) -> String {
    let made = client.post(path, body).await;
    assert!(made.status.is_success(), "{path}: {}", made.text);
    id_of(&made.json())
}

impl Wreck {
    async fn set() -> Self {
        let app = TestApp::with(|config| config.http.requests_per_second = 0).await;
        let administrator = join(&app, Who::Administrator, Role::Administrator).await;
        let furniture = furnish(&app, &administrator).await;
        let mut wreck = Self {
            things: vec![(Kind::Table, furniture.table.clone())],
            app,
            administrator,
            furniture,
        };
        wreck.mark_personal().await;
        wreck.lose_a_source().await;
        wreck.fail_to_deliver().await;
        wreck
    }

    /// Marks the addresses of the only table, and makes a segment of it.
    async fn mark_personal(&mut self) {
        let admin = &self.administrator;
        let path = format!("/api/v1/tables/{}", self.furniture.table);
        let before = admin.get(&path).await.expect(200);
        let mut schema = before["schema"].clone();
        for column in schema.as_array_mut().expect("columns") {
            if column["name"] == "email" {
                column["personal"] = json!(true);
            }
        }
        let version = before["version"].as_i64().expect("a version");
        let body = json!({"schema": schema});
        admin.put(&path, version, &body).await.expect(200);
        let body =
            json!({"name": "With a city", "table_id": self.furniture.table, "where": condition()});
        let segment = create(admin, "/api/v1/segments", &body).await;
        let path = format!("/api/v1/segments/{segment}");
        let status = async || admin.get(&path).await.expect(200)["status"].clone();
        eventually(async || status().await == "successful").await;
        // What it selects can be looked at as a table can.
        self.things.push((Kind::Table, segment.clone()));
        self.things.push((Kind::Segment, segment));
    }

    /// A source whose folder is gone.
    async fn lose_a_source(&mut self) {
        let admin = &self.administrator;
        let folder = self.app.files().join("orders");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("orders.csv"), "id,total\n1,2\n").expect("written");
        let body = json!({"name": "Orders", "kind": "folder", "config": {"path": folder}});
        let source = create(admin, "/api/v1/sources", &body).await;
        let path = format!("/api/v1/sources/{source}");
        let status = async || admin.get(&path).await.expect(200)["status"].clone();
        eventually(async || status().await == "successful").await;
        fs::remove_dir_all(&folder).expect("removed");
        admin
            .post(&format!("{path}/refresh"), &json!({}))
            .await
            .expect(202);
        eventually(async || status().await != "successful").await;
        eventually(async || !matches!(status().await.as_str(), Some("queued" | "processing")))
            .await;
        self.things.push((Kind::Source, source));
        let refresh = create(admin, "/api/v1/system/refreshes", &json!({})).await;
        self.things.push((Kind::Refresh, refresh));
    }

    /// Runs that reached their destination, and runs that could not.
    async fn fail_to_deliver(&mut self) {
        let lost = self.app.files().join("lost");
        fs::create_dir_all(&lost).expect("a folder");
        let sftp = json!({
            "host": HOST, "port": 2222, "username": "hidden7x-user", "folder": "hidden7x-folder",
            "host_key": "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ",
        });
        let s3 = json!({"bucket": "hidden7x-bucket", "endpoint": format!("http://{HOST}:9000")});
        let destinations = [
            ("sftp", sftp, json!({"password": "x"})),
            (
                "s3",
                s3,
                json!({"access_key_id": "x", "secret_access_key": "x"}),
            ),
            ("local_folder", json!({"path": lost}), json!({})),
        ];
        let mut connections = vec![self.furniture.shared.clone()];
        for (kind, config, secrets) in destinations {
            let body = json!({
                "name": format!("To {kind}"), "type": kind, "config": config, "secrets": secrets,
                "audience": "contributors", "consent": true,
            });
            connections.push(create(&self.administrator, "/api/v1/connections", &body).await);
        }
        // Nothing can be written into what is no folder.
        fs::remove_dir(&lost).expect("removed");
        fs::write(&lost, "in the way").expect("written");
        for (number, connection) in connections.iter().enumerate() {
            let body = export_body(
                &format!("Export {number}"),
                connection,
                &self.furniture.table,
            );
            let export = create(&self.administrator, "/api/v1/exports", &body).await;
            let path = format!("/api/v1/exports/{export}/runs");
            let run = create(&self.administrator, &path, &json!({})).await;
            let path = format!("/api/v1/runs/{run}");
            eventually(async || {
                let found = self.administrator.get(&path).await.expect(200);
                !matches!(found["status"].as_str(), Some("queued" | "processing"))
            })
            .await;
            self.things.push((Kind::Export, export));
            self.things.push((Kind::Run, run));
        }
    }

    /// What may stand in no answer to somebody.
    fn marks(&self, who: Who) -> Vec<String> {
        let files = self.app.files().display().to_string();
        let mut marks = vec![files, HOST.to_owned(), HIDDEN.to_owned()];
        let others = Who::ALL.into_iter().filter(|one| *one != who);
        marks.extend(
            others
                .map(Who::email)
                .filter(|email| !email.is_empty())
                .map(str::to_owned),
        );
        if who == Who::Viewer {
            // Rows of the table, in the column that is marked.
            marks.extend(["ada@example.org", "c@example.org"].map(str::to_owned));
        }
        marks
    }

    /// What somebody reads who looks at everything that they may, each with where it stands.
    async fn read(&self, by_token: &Client, who: Who) -> Vec<(String, String)> {
        let mut read = everything(by_token, &self.things).await;
        read.extend(self.pages(who).await);
        read
    }

    /// Every page, and what opens beside it.
    async fn pages(&self, who: Who) -> Vec<(String, String)> {
        let session = self.app.session(who.email()).await;
        let mut addresses: Vec<String> = self.app.running.page_paths();
        addresses.retain(|address| !address.contains('{'));
        let panes = self.things.iter().filter_map(|(kind, id)| match kind {
            Kind::Export => Some(format!("/data/exports?pane=view/{id}")),
            Kind::Run => Some(format!("/data/runs?pane=run/{id}")),
            Kind::Table => Some(format!("/data/tables?pane=table/{id}")),
            Kind::Segment => Some(format!("/data/segments?pane=view/{id}")),
            _ => None,
        });
        addresses.extend(panes);
        let mut read = Vec::new();
        for address in addresses {
            let page = session
                .request(Method::GET, &address)
                .header("accept", "text/html");
            let page = session.send(page).await;
            assert!(page.status.as_u16() < 500, "{address}: {}", page.text);
            read.push((address, page.text));
        }
        read
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_things_are_is_told_to_administrators_alone() {
    let wreck = Wreck::set().await;
    let (mut looked, mut leaks) = (0, Vec::new());
    for (who, role) in [
        (Who::Viewer, Role::Viewer),
        (Who::Contributor, Role::Contributor),
    ] {
        let client = join(&wreck.app, who, role).await;
        let follow = client
            .request(Method::PUT, "/api/v1/follows/everything")
            .json(&json!({}));
        client.send(follow).await.expect(200);
        let marks = wreck.marks(who);
        for (place, text) in wreck.read(&client, who).await {
            looked += 1;
            let found = marks.iter().filter(|mark| text.contains(mark.as_str()));
            leaks.extend(found.map(|mark| format!("{who:?} reads `{mark}` at {place}")));
        }
    }
    println!(
        "objects: {looked} answers and pages of what went wrong, {} leaks",
        leaks.len()
    );
    assert!(leaks.is_empty(), "{leaks:#?}");
    assert!(looked > 150, "{looked}");
    // What is not told to them is told: the test is not blind.
    let admin = join(&wreck.app, Who::Capped, Role::Administrator).await;
    let told = wreck.read(&admin, Who::Capped).await;
    let told: String = told.into_iter().map(|(_, text)| text).collect();
    let files = wreck.app.files().display().to_string();
    for mark in [files.as_str(), HOST] {
        assert!(told.contains(mark), "administrators read {mark} somewhere");
    }
}
