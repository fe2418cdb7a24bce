//! Segments name tables and sources: what they say when a name is wrong, and what becomes of them when it changes.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::conventions::field_codes;
use crate::support::app::{Client, TestApp, eventually, furnish, id_of};

const SEGMENTS: &str = "/api/v1/segments";
/// Most characters of a statement.
const MOST_SQL: usize = 20_000;

struct Stage {
    app: TestApp,
    admin: Client,
    /// The path of the source `Files`, with the table `people`.
    source: String,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let admin = app.person("admin@example.org", Role::Administrator).await;
        furnish(&app, &admin).await;
        let sources = admin.get("/api/v1/sources").await.expect(200);
        let source = format!("/api/v1/sources/{}", id_of(&sources["items"][0]));
        Self { app, admin, source }
    }

    /// A segment that has been evaluated, as its path.
    async fn segment(&self, name: &str, sql: &str) -> String {
        let body = json!({ "name": name, "sql": sql });
        let segment = self.admin.post(SEGMENTS, &body).await.expect(201);
        let path = format!("{SEGMENTS}/{}", id_of(&segment));
        assert_eq!(self.settled(&path).await["status"], "successful");
        path
    }

    async fn settled(&self, path: &str) -> Value {
        let mut found = Value::Null;
        eventually(async || {
            found = self.admin.get(path).await.expect(200);
            found["status"] != "queued" && found["status"] != "processing"
        })
        .await;
        found
    }

    async fn version(&self, path: &str) -> i64 {
        let found = self.admin.get(path).await.expect(200);
        found["version"].as_i64().expect("a version")
    }

    /// The body of the source with another name.
    fn named(&self, name: &str) -> Value {
        let folder = self.app.files().join("source");
        json!({ "name": name, "kind": "folder", "config": { "path": folder } })
    }
}

#[tokio::test]
async fn a_statement_that_names_a_source_follows_its_new_name() {
    let stage = Stage::set().await;
    let named = "SELECT \"Files\".people.id -- of Files\nFROM Files.people\nWHERE city IS NOT NULL";
    let named = stage.segment("Named", named).await;
    let plain = stage
        .segment("Plain", "SELECT 'Files' AS source, id FROM people")
        .await;
    let version = stage.version(&stage.source).await;
    let renamed = stage
        .admin
        .put(&stage.source, version, &stage.named("Tous les fichiers"))
        .await;
    assert_eq!(renamed.expect(200)["name"], "Tous les fichiers");

    let found = stage.admin.get(&named).await.expect(200);
    assert_eq!(
        (&found["version"], &found["sql"]),
        (
            &json!(2),
            &json!(
                "SELECT \"Tous les fichiers\".people.id -- of Files\n\
                 FROM \"Tous les fichiers\".people\nWHERE city IS NOT NULL"
            )
        ),
        "{found}"
    );
    assert_eq!(stage.version(&plain).await, 1);
    stage
        .admin
        .post(&format!("{named}/refresh"), &json!({}))
        .await
        .expect(202);
    let found = stage.settled(&named).await;
    assert_eq!(
        (&found["status"], &found["members"]),
        (&json!("successful"), &json!(2)),
        "{found}"
    );
    let id = named.rsplit('/').next().expect("an id");
    let store = &stage.app.running.store;
    let entries = server::store::audit::of(store, "segment", id, 10).await;
    let entries = entries.expect("entries");
    assert!(
        entries.iter().any(|entry| entry.action == "segment.update"),
        "who changed it is on record"
    );
}

#[tokio::test]
async fn a_source_keeps_its_name_where_a_statement_cannot_follow() {
    let stage = Stage::set().await;
    let sql = "SELECT id FROM \"Files\".people --";
    let sql = format!("{sql}{}", "x".repeat(MOST_SQL - sql.len()));
    let long = stage.segment("Long", &sql).await;
    let short = stage.segment("Short", "SELECT id FROM Files.people").await;
    let version = stage.version(&stage.source).await;
    let body = stage.named("Files of the whole company");
    let refused = stage.admin.put(&stage.source, version, &body).await;
    assert_eq!(
        field_codes(&refused),
        [("name".to_owned(), "source_named_in_segments".to_owned())]
    );
    assert_eq!(refused.json()["errors"][0]["args"]["segments"], "Long");
    let source = stage.admin.get(&stage.source).await.expect(200);
    assert_eq!(source["name"], "Files");
    for path in [&long, &short] {
        assert_eq!(stage.version(path).await, 1, "nothing was saved");
    }
    // Everything else of the source can be changed.
    stage
        .admin
        .put(&stage.source, version, &stage.named("Files"))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_table_that_may_be_meant_is_named_in_the_language_of_the_reader() {
    let stage = Stage::set().await;
    for (language, sql, said) in [
        ("en", "SELECT id FROM peple", "Did you mean people?"),
        (
            "fr",
            "SELECT id FROM peple",
            "Vouliez-vous dire people\u{a0}?",
        ),
        (
            "en",
            "SELECT id FROM nobody",
            "There is no table “nobody”. Names",
        ),
    ] {
        let body = json!({ "name": "Wrong", "sql": sql });
        let request = stage
            .admin
            .request(Method::POST, SEGMENTS)
            .header("accept-language", language)
            .json(&body);
        let answer = stage.admin.send(request).await;
        assert_eq!(
            field_codes(&answer),
            [("sql".to_owned(), "sql_table_unknown".to_owned())]
        );
        let text = answer.json()["errors"][0]["text"].clone();
        let text = text.as_str().expect("a text").to_owned();
        assert!(text.contains(said), "{text}");
    }
}
