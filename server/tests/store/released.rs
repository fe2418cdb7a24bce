//! Databases of every release are brought to this version, on either engine (`server/docs/releasing.md`).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use app::domain::{ExportQuery, ExportStatus, RunQuery, RunStatus};
use base::Secret;
use server::backup::{Place, Restoring, check, restore};
use server::config::{Config, StorageConfig};
use server::scheduler::plan_once;
use server::store::{EditScope, Store, copy, exports, known_schema, operation, runs};
use sha2::{Digest as _, Sha256};

use crate::support::app::Client;
use crate::support::databases::Database;

/// The migrations that have landed: what is in them is in databases out there, and stays as it is.
const LANDED: [&str; 14] = [
    "992a98811db73f0038885aad744a919748ba2af62f8c280d046cfe13b387f942",
    "7cf8e1b5e4418361b28a060c3bf24804f834d008df32a7499495e48038a65cae",
    "3e9266b683d00174bc8923b930f2f7d6796a59bfcd4dc660d267239407048b2d",
    "aa5d958c6d3d74254ab9ba3d0d5b2e7cff5ddf16b6bf074431a379d01590b1ad",
    "9d23af528817f752358047a36e1305c12651c3019f36a0cdc02aeff1b376c23a",
    "9f562f9c70a3ddb502c0f86a7c6266ef04d188e617e13b5259e13b94e76ee4e0",
    "8cdee80c434cefdcc69433a2e6a1c0768704dce1527b0c4cbc5ea28d1639c9ba",
    "848b8e558b8fbecfaf0da95019b77b76f3955bb9d58a8c6f1a807c0aa7fe0936",
    "bb6f5c78e5ed23c2e8bfe4afe966b84bc0a06b2af8b633683091585898e80bbc",
    "fe6330cee0e36893f6ec63e5fb890899dabc3eaf2fe54bf430d1e08a8c83799d",
    "2d930950aaa8be895602c1fa45575c2814ebc9f694590c89911dc18c3d4a77bc",
    "9b3f1f91268dbb8e599616251827df06815c5549576f4cf6236a242266bde938",
    "364ba4c79fcde1e7443c4b3568f41aabaf79ec073ba39eabc6ce3bb2ab864a78",
    "221dd5e074871c0460a1e7b73329db411bbe0063cace561064ab29b1aee7ef55",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    found.sort();
    found
}

/// Backups of releases, with the name of each.
fn releases() -> Vec<(String, PathBuf)> {
    let found = files(&root().join("tests/fixtures/releases"), ".tar.zst");
    assert!(!found.is_empty(), "the releases are where they were");
    let name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    found
        .into_iter()
        .map(|path| (name(&path).expect("a name"), path))
        .collect()
}

#[test]
fn migrations_that_have_landed_are_not_edited() {
    let found = files(&root().join("migrations"), ".sql");
    assert!(found.len() >= LANDED.len());
    for (path, sum) in found.iter().zip(LANDED) {
        let text = fs::read(path).expect("text");
        let there = format!("{:x}", Sha256::digest(&text));
        assert_eq!(there, sum, "{}: write another migration", path.display());
    }
}

/// Restores a release into a database, and looks at it as this version does.
async fn is_readable(name: &str, path: &Path, database: &Database) {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = StorageConfig {
        database: Secret::new(database.url.clone()),
        ..StorageConfig::in_folder(&folder.path().join("data"))
    };
    let said = check(fs::File::open(path).expect("there")).expect("sound");
    // Its lake is not kept.
    let how = Restoring { new_lake: true };
    let (store, done) = restore(&Place::File(path.to_owned()), &storage, how)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error:#}"));
    assert_eq!(done.migrated.from, said.manifest.schema_version, "{name}");
    assert_eq!(done.migrated.to, known_schema(), "{name}");
    store.check().await.expect("this version can use it");
    assert!(
        !copy::is_empty(&store).await.expect("reads"),
        "{name} has people"
    );
    looks_right(name, &store).await;
    store.close().await;
    served(name, path, storage).await;
}

async fn looks_right(name: &str, store: &Store) {
    let listed = exports::list(store, &ExportQuery::default(), &EditScope::All)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!listed.items.is_empty(), "{name} has exports");
    let is_delivered = |status: ExportStatus| {
        matches!(
            status,
            ExportStatus::Successful | ExportStatus::CompletedWithWarnings
        )
    };
    assert!(
        listed.items.iter().any(|row| is_delivered(row.status)),
        "{name}"
    );
    let all = runs::list(store, &RunQuery::default())
        .await
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut waybills = 0;
    for run in &all.items {
        assert!(
            run.status.has_ended(),
            "{name}: nothing is under way any more"
        );
        let waybill = runs::waybill(store, run.id).await.expect("reads");
        waybills += usize::from(waybill.is_some());
    }
    assert!(waybills > 0, "{name} has waybills");
    assert!(
        all.items.iter().any(|run| run.status == RunStatus::Failed),
        "{name} has a run that failed"
    );
    let planned = plan_once(store).await.expect("plans");
    assert_eq!(planned.runs, 0, "{name} waits for a person");
    let mut tx = store.begin().await.expect("begins");
    let at = tx.now();
    operation::end_pause(&mut tx, at).await.expect("resumes");
    tx.commit().await.expect("commits");
    plan_once(store).await.expect("plans");
}

/// A whole server on it, with the key that the release was made with.
async fn served(name: &str, path: &Path, storage: StorageConfig) {
    let key = path.with_file_name(name.replace(".tar.zst", ".key"));
    let data = storage.data.clone();
    let own = data.join("waybill.key");
    fs::copy(&key, &own).expect("the key is beside it");
    // A checkout lets everybody read it, which a key file refuses.
    fs::set_permissions(&own, fs::Permissions::from_mode(0o600)).expect("set");
    let config = Config {
        storage,
        ..Config::local(&data)
    };
    let running = server::serve::start(config)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error:#}"));
    let store = &running.store;
    let email = "ada@example.org";
    let token = server::services::people::create_token(store, store.now(), email, "test")
        .await
        .expect("a token");
    let client = Client::new(format!("http://{}", running.address)).with_token(&token);
    for path in [
        "/api/v1/exports",
        "/api/v1/runs",
        "/api/v1/connections",
        "/api/v1/sources",
        "/api/v1/segments",
        "/api/v1/audit",
        "/api/v1/users",
    ] {
        let answer = client.get(path).await;
        assert_eq!(
            answer.status.as_u16(),
            200,
            "{name} {path}: {}",
            answer.text
        );
    }
    running.stop().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_release_goes_on_with_this_version_on_sqlite() {
    for (name, path) in releases() {
        is_readable(&name, &path, &Database::empty_sqlite().await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_release_goes_on_with_this_version_on_postgres() {
    for (name, path) in releases() {
        is_readable(&name, &path, &Database::empty_postgres().await).await;
    }
}
