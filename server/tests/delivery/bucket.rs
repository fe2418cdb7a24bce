//! What a run promises holds with the lake in a bucket, too. A process has one set of variables, which say where the store
//! is: so what is tried here is tried by programs that are started for it.

use std::path::Path;

use app::domain::Role;
use base::Secret;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::app::{LAKE, TestApp, eventually, export_body, furnish, id_of, name_key};
use crate::support::databases::Database;
use crate::support::objects::{Server, moto, s3rver, variables};

/// What is tried again with a lake in a bucket, and what is tried nowhere else.
const SCENARIOS: [&str; 4] = [
    "delivery::bucket::one_server_renews_and_another_delivers",
    "delivery::formats::parquet_keeps_types_and_two_exports_of_one_connection_keep_apart",
    "delivery::segments::a_run_renews_its_segment_and_delivers_who_is_in_it_now",
    "delivery::upstream::the_previous_data_are_delivered_with_a_warning_where_that_is_wanted",
];

#[tokio::test]
async fn runs_deliver_from_a_lake_in_a_bucket() {
    let server = moto().await;
    let program = std::env::current_exe().expect("this program");
    let tried = Command::new(program)
        .args(["--exact", "--include-ignored"])
        .args(SCENARIOS)
        .env(LAKE, "s3://deliveries")
        .envs(variables(&server))
        .kill_on_drop(true)
        .output()
        .await
        .expect("it runs");
    let said = String::from_utf8_lossy(&tried.stdout);
    let all = format!("ok. {} passed", SCENARIOS.len());
    assert!(tried.status.success() && said.contains(&all), "{said}");
}

/// The folders below a folder, two levels down.
fn snapshots(cache: &Path) -> usize {
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries(&cache.join("snapshots"))
        .map(|table| entries(&table.path()).count())
        .sum()
}

#[tokio::test]
#[ignore = "wants a lake in a bucket: `runs_deliver_from_a_lake_in_a_bucket` runs it"]
async fn one_server_renews_and_another_delivers() {
    let database = Database::postgres().await;
    let (mut key, mut lake) = (None, None);
    let one = TestApp::with(|config| {
        config.storage.database = Secret::new(database.url.clone());
        key = Some(name_key(config));
        lake = Some(config.storage.lake.clone());
    })
    .await;
    let lake = lake.expect("that of the first");
    assert!(lake.folder().is_none(), "{lake}");
    let admin = one.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&one, &admin).await;
    let files = one.files();
    let cache = |files: &Path| files.with_file_name("data").join("lake-cache");
    assert_eq!(snapshots(&cache(&files)), 1, "what was made stays here");
    let kept = one.stop().await;

    let other = TestApp::with(|config| {
        config.storage.database = Secret::new(database.url.clone());
        config.storage.lake = lake;
        config.key = key.expect("the key of the first");
        config.allow_roots = vec![files.clone()];
    })
    .await;
    let mut there = other.anonymous();
    there.authorization.clone_from(&admin.authorization);
    let ready = there.get("/readyz").await.expect(200);
    assert_eq!(ready["checks"]["lake"], true, "{ready}");
    assert_eq!(snapshots(&cache(&other.files())), 0);
    let body = export_body("There", &furniture.shared, &furniture.table);
    let export = id_of(&there.post("/api/v1/exports", &body).await.expect(201));
    let started = there
        .post(&format!("/api/v1/exports/{export}/runs"), &json!({}))
        .await;
    let path = format!("/api/v1/runs/{}", id_of(&started.expect(202)));
    let mut run = Value::Null;
    eventually(async || {
        run = there.get(&path).await.expect(200);
        run["ended_at"].is_string()
    })
    .await;
    assert_eq!(run["status"], "successful", "{run}");
    let table = format!("/api/v1/tables/{}/preview", furniture.table);
    let preview = there.get(&table).await.expect(200);
    assert_eq!(preview["rows"].as_array().map(Vec::len), Some(3));
    assert_eq!(snapshots(&cache(&other.files())), 1, "it was fetched once");
    other.stop().await;
    drop((kept, database));
}

/// What `waybill check` says of a lake in this store.
async fn checked(server: &Server) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let said = Command::new(env!("CARGO_BIN_EXE_waybill"))
        .args(["check", "--lake", "s3://deliveries/lake", "--data"])
        .arg(folder.path())
        .envs(variables(server))
        .kill_on_drop(true)
        .output()
        .await
        .expect("it runs");
    let said = [said.stdout, said.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let of_the_lake = said.lines().filter(|line| line.contains("s3://"));
    of_the_lake.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_bucket_is_checked_and_one_without_conditions_is_refused_by_name() {
    let said = checked(&moto().await).await;
    assert!(said.contains("lake s3://deliveries/lake"), "{said}");
    assert!(
        !said.contains("cannot") && !said.contains("condition"),
        "{said}"
    );
    let said = checked(&s3rver()).await;
    assert!(said.contains("conditional writes"), "{said}");
}
