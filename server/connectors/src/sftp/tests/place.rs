//! Servers with a folder of the test, and what destinations are opened with there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base::{Backoff, FolderRoots, GuardedHttp, OutboundGuard, Secret};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::conformance::servers::{Asyncssh, Sshd};
use crate::conformance::{Subject, View};
use crate::destination::Destination;
use crate::faults::Faults;
use crate::registry::{Environment, Secrets};
use crate::remote::RemoteFolder;
use crate::retry::Retry;
use crate::sftp::SftpStore;

/// A server of which whoever runs the test has a folder.
pub(super) struct Place {
    pub(super) sshd: Sshd,
    files: TempDir,
}

impl Place {
    pub(super) fn new(options: &str) -> Self {
        Self {
            sshd: Sshd::start(options),
            files: folder_in_memory(),
        }
    }

    /// Not there yet: the first delivery creates it.
    pub(super) fn path(&self) -> PathBuf {
        self.files.path().join("deliveries")
    }

    pub(super) fn store(&self, changes: Value) -> SftpStore {
        self.store_of(&self.sshd.user_key(), changes)
    }

    pub(super) fn store_of(&self, private_key: &str, changes: Value) -> SftpStore {
        let mut config = json!({
            "host": "127.0.0.1", "port": self.sshd.port(), "username": self.sshd.user(),
            "folder": self.path(), "host_key": self.sshd.host_keys()[0],
        });
        for (key, value) in changes.as_object().expect("an object") {
            config[key] = value.clone();
        }
        open(&config, &secrets("private_key", private_key))
    }
}

/// What is tested is the order of steps, and they sync thousands of times.
pub(super) fn folder_in_memory() -> TempDir {
    let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    memory.expect("a temporary folder")
}

pub(super) fn environment(allowed: &[&str]) -> Environment {
    let ranges = allowed.iter().map(|range| range.parse().expect("a range"));
    let guard = OutboundGuard::new(ranges.collect());
    Environment {
        roots: FolderRoots::default(),
        http: GuardedHttp::new(guard, None, "test").expect("a client"),
        ledger: None,
    }
}

pub(super) fn secrets(key: &str, value: &str) -> Secrets {
    Secret::new([(key.to_owned(), value.to_owned())].into())
}

pub(super) fn open(config: &Value, secrets: &Secrets) -> SftpStore {
    SftpStore::open(config, secrets, &environment(&["127.0.0.1"])).expect("the settings are right")
}

pub(super) fn published_to(store: SftpStore, faults: Faults) -> Arc<dyn Destination> {
    let quick = Retry {
        tries: 3,
        backoff: Backoff::new(Duration::ZERO, Duration::ZERO),
    };
    let folder = RemoteFolder::new(store).with_faults(faults);
    Arc::new(folder.with_retry(quick))
}

/// All files below a folder by their relative paths.
pub(super) fn files_below(folder: &Path) -> View {
    let mut found = View::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(folder).expect("it is below");
                let content = fs::read(&path).expect("the file is readable");
                found.insert(relative.to_string_lossy().into_owned(), content);
            }
        }
    }
    found
}

/// `store`: once for each process that opens the destination, so to speak.
pub(super) fn subject(
    path: PathBuf,
    store: impl Fn() -> SftpStore + Send + Sync + 'static,
) -> Subject {
    let left = path.clone();
    Subject {
        open: Box::new(move |faults| published_to(store(), faults)),
        view: Box::new(move || {
            let mut files = files_below(&path);
            files.retain(|name, _| !name.contains("_runs/") && !name.contains(".waybill"));
            files
        }),
        leftovers: Box::new(move || {
            let files = files_below(&left).into_keys();
            let mut found: Vec<_> = files.filter(|name| name.contains(".waybill")).collect();
            let attempts = left.join("daily/.waybill");
            found.extend(attempts.exists().then(|| attempts.display().to_string()));
            found
        }),
    }
}

/// On one connection, which is as good as many and a hundred times faster.
pub(super) fn on_one_connection(options: &str) -> Subject {
    let place = Place::new(options);
    let (path, kept) = (place.path(), place.store(json!({})));
    subject(path, move || {
        let _alive = &place;
        kept.clone()
    })
}

pub(super) fn on_own_connections() -> Subject {
    let place = Place::new("");
    subject(place.path(), move || place.store(json!({})))
}

pub(super) fn password_store(server: &Asyncssh, password: &str) -> SftpStore {
    let config = json!({
        "host": "127.0.0.1", "port": server.port(), "username": Asyncssh::USER,
        "folder": "deliveries", "host_key": server.host_key(),
    });
    open(&config, &secrets("password", password))
}
