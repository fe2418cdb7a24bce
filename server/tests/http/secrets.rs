//! The key of the secrets, as a server meets it when it starts and while it runs.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::domain::{ConnectionId, Role};
use base::Secret;
use rustix::process::Signal;
use server::config::{Config, KeySource};
use server::crypto::{self, References, StoreVault};
use server::pipeline::Vault;
use server::serve;
use server::store::Store;

use super::command_line::{Served, run, text};
use crate::support::app::{TestApp, furnish};

/// A secret that stands nowhere but where it is sealed.
const PLANTED: &str = "planted-9f3c1b7e-hunter2";

fn data_of(app: &TestApp) -> PathBuf {
    app.lake().parent().expect("the data folder").to_owned()
}

/// What a server says that does not start.
async fn refused(data: &Path) -> String {
    let error = serve::start(Config::local(data)).await.map(drop);
    format!("{:#}", error.expect_err("refused"))
}

/// Runs a command beside a server of this process.
async fn beside(arguments: &'static [&'static str], data: &Path) -> (bool, String) {
    let data = data.to_owned();
    let ended = tokio::task::spawn_blocking(move || run(arguments, &data, "")).await;
    let ended = ended.expect("it ends");
    let said = format!("{}{}", text(&ended.stdout), text(&ended.stderr));
    (ended.status.success(), said)
}

async fn vault(store: &Store, data: &Path) -> StoreVault {
    let keyring = crypto::unlock(store, &KeySource::in_folder(data)).await;
    let keyring = Arc::new(keyring.expect("unlocks"));
    StoreVault::new(store.clone(), keyring, References::new(None))
}

async fn plant(store: &Store, vault: &StoreVault, connection: ConnectionId) {
    let given = [("password".to_owned(), Some(PLANTED.to_owned()))];
    let given = Secret::new(given.into_iter().collect());
    let mut tx = store.begin().await.expect("begins");
    let kept = vault.keep(&mut tx, connection, &given, "Ada", store.now());
    kept.await.expect("keeps");
    tx.commit().await.expect("commits");
}

/// The files below a folder that hold these bytes.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else {
            let content = fs::read(&path).expect("read");
            if content.windows(bytes.len()).any(|part| part == bytes) {
                found.push(path);
            }
        }
    }
    found
}

#[tokio::test]
async fn the_first_start_makes_a_key_for_this_user_alone() {
    let app = TestApp::start().await;
    let about = fs::metadata(data_of(&app).join("waybill.key")).expect("a key file");
    assert_eq!(about.mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_key_that_others_can_read_is_refused_with_what_to_run() {
    let folder = TestApp::start().await.stop().await;
    let data = folder.path().join("data");
    let key = data.join("waybill.key");
    fs::set_permissions(&key, Permissions::from_mode(0o644)).expect("opened");
    let error = refused(&data).await;
    assert!(error.contains("chmod 600"), "{error}");
    let (works, said) = beside(&["check"], &data).await;
    assert!(!works && said.contains("chmod 600"), "{said}");
    fs::set_permissions(&key, Permissions::from_mode(0o600)).expect("closed");
    let running = serve::start(Config::local(&data)).await.expect("starts");
    running.stop().await.expect("stops");
}

#[tokio::test]
async fn a_lost_key_is_refused_until_the_secrets_are_given_up() {
    let folder = TestApp::start().await.stop().await;
    let data = folder.path().join("data");
    fs::remove_file(data.join("waybill.key")).expect("removed");
    let error = refused(&data).await;
    assert!(error.contains("waybill reset-secrets"), "{error}");
    let (works, said) = beside(&["rotate-key"], &data).await;
    assert!(!works && said.contains("waybill reset-secrets"), "{said}");
    let (works, said) = beside(&["reset-secrets"], &data).await;
    assert!(works, "{said}");
    let running = serve::start(Config::local(&data)).await.expect("starts");
    running.stop().await.expect("stops");
    let (works, said) = beside(&["reset-secrets"], &data).await;
    assert!(!works && said.contains("--force"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planted_secret_is_in_no_file_and_outlives_a_rotation_beside_the_server() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    let (store, data) = (&app.running.store, data_of(&app));
    let vault = vault(store, &data).await;
    let connection: ConnectionId = furniture.private.parse().expect("an id");
    plant(store, &vault, connection).await;
    let before = fs::read_to_string(data.join("waybill.key")).expect("a key");

    let (works, said) = beside(&["rotate-key"], &data).await;
    assert!(works, "{said}");
    assert!(said.contains("sealed anew: 1"), "{said}");
    let after = fs::read_to_string(data.join("waybill.key")).expect("a key");
    assert_ne!(before, after);
    let opened = vault.secrets(connection).await.expect("opens");
    assert_eq!(opened.expose()["password"], PLANTED);

    let path = format!("/api/v1/connections/{connection}");
    let shown = administrator.get(&path).await;
    shown.expect(200);
    assert!(!shown.text.contains(PLANTED), "{}", shown.text);
    assert_eq!(holding(&data, PLANTED.as_bytes()), Vec::<PathBuf>::new());
    for key in [before, after] {
        let beside_the_key: Vec<PathBuf> = holding(&data, key.trim().as_bytes());
        let allowed = data.join("waybill.key");
        assert!(beside_the_key.iter().all(|path| *path == allowed));
    }
    let (works, said) = beside(&["check"], &data).await;
    assert!(works, "{said}");
}

#[test]
fn a_key_is_replaced_beside_a_program_that_serves() {
    let folder = tempfile::tempdir().expect("a folder");
    let early = run(&["rotate-key"], folder.path(), "");
    assert!(text(&early.stderr).contains("waybill serve"));
    let mut served = Served::start(folder.path());
    served.line();
    let key = folder.path().join("waybill.key");
    let before = fs::read_to_string(&key).expect("a key");
    let rotated = run(&["rotate-key"], folder.path(), "");
    assert!(rotated.status.success(), "{}", text(&rotated.stderr));
    assert_ne!(fs::read_to_string(&key).expect("a key"), before);
    assert!(served.end(Signal::TERM).success());
    let mut again = Served::start(folder.path());
    again.line();
    assert!(again.end(Signal::TERM).success());
}
