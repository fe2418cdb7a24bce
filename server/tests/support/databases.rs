//! A database for each test, of each kind: SQLite in a folder of its own, PostgreSQL in a cluster
//! that the test process starts from the machine's packages and stops when its last database is
//! dropped.
//!
//! A cluster is a copy of one made once per machine, since `initdb` takes seconds. It listens on a
//! socket in its folder alone, and dies with the test process however that ends.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak, mpsc};
use std::thread;

use base::{Clock, FixedClock};
use server::store::Store;
use tempfile::TempDir;

/// 2026-11-23T12:00:00Z
pub(crate) const NOON: i64 = 1_795_435_200_000_000;

/// A migrated database, with a clock that stands at [`NOON`].
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) url: String,
    _home: Home,
}

/// What lives as long as a database.
enum Home {
    Folder { _folder: TempDir },
    Cluster { _cluster: Arc<Cluster> },
}

impl Database {
    pub(crate) async fn sqlite() -> Self {
        let database = Self::empty_sqlite().await;
        database.store.migrate().await.expect("migrates");
        database
    }

    pub(crate) async fn postgres() -> Self {
        let database = Self::empty_postgres().await;
        database.store.migrate().await.expect("migrates");
        database
    }

    /// One that nothing was migrated in.
    pub(crate) async fn empty_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/waybill.db", folder.path().display());
        Self::open(url, Home::Folder { _folder: folder }).await
    }

    /// One that nothing was migrated in.
    pub(crate) async fn empty_postgres() -> Self {
        let cluster = Cluster::shared();
        let url = cluster.new_database();
        Self::open(url, Home::Cluster { _cluster: cluster }).await
    }

    async fn open(url: String, home: Home) -> Self {
        let clock = Arc::new(FixedClock::new(NOON));
        let store = Store::open(&url, Arc::clone(&clock) as Arc<dyn Clock>)
            .await
            .expect("opens");
        Self {
            store,
            clock,
            url,
            _home: home,
        }
    }
}

/// Runs each test on both databases, as `name::on_sqlite` and `name::on_postgres`.
macro_rules! on_both_databases {
    ($(async fn $name:ident($database:ident: Database) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a test may need nothing of its module")]
            use super::*;
            use crate::support::databases::Database;

            async fn run($database: Database) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                run(Database::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                run(Database::postgres().await).await;
            }
        }
    )+};
}
pub(crate) use on_both_databases;

/// A running PostgreSQL.
struct Cluster {
    home: TempDir,
    databases: AtomicU32,
    stop: mpsc::Sender<()>,
    keeper: Option<thread::JoinHandle<()>>,
}

impl Cluster {
    /// The one of this process.
    fn shared() -> Arc<Self> {
        static RUNNING: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
        let mut running = RUNNING
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(cluster) = running.upgrade() {
            return cluster;
        }
        let cluster = Arc::new(Self::start());
        *running = Arc::downgrade(&cluster);
        cluster
    }

    fn start() -> Self {
        let home = tempfile::Builder::new()
            .prefix("waybill-pg-")
            .tempdir()
            .expect("a folder");
        give(home.path());
        let data = home.path().join("data");
        succeed(
            as_owner(Path::new("cp"))
                .arg("-a")
                .arg(template())
                .arg(&data),
        );

        let (started, ready) = mpsc::channel();
        let (stop, stopped) = mpsc::channel();
        let socket = home.path().to_owned();
        // The process gets a signal when the thread that started it ends, so this one stays.
        let keeper = thread::spawn(move || {
            let mut child = as_owner(&program("postgres"))
                .arg("-D")
                .arg(&data)
                .arg("-k")
                .arg(&socket)
                .args([
                    "-c",
                    "listen_addresses=",
                    "-c",
                    "shared_buffers=16MB",
                    "-c",
                    "max_connections=60",
                    "-c",
                    "autovacuum=off",
                ])
                .args([
                    "-c",
                    "fsync=off",
                    "-c",
                    "synchronous_commit=off",
                    "-c",
                    "full_page_writes=off",
                ])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("PostgreSQL starts");
            let reader = wait_until_ready(&mut child);
            started.send(()).expect("the test waits");
            let _told_or_gone = stopped.recv();
            let pid = rustix::process::Pid::from_child(&child);
            // Immediate shutdown: nothing of it is kept.
            let _gone_already = rustix::process::kill_process(pid, rustix::process::Signal::QUIT);
            child.wait().expect("PostgreSQL ends");
            reader.join().expect("its last words are read");
        });
        ready.recv().expect("PostgreSQL is ready");
        Self {
            home,
            databases: AtomicU32::new(0),
            stop,
            keeper: Some(keeper),
        }
    }

    /// An empty database: the one that every cluster has, then new ones.
    fn new_database(&self) -> String {
        let socket = self.home.path().display();
        let name = match self.databases.fetch_add(1, Ordering::SeqCst) {
            0 => "postgres".to_owned(),
            number => format!("test_{number}"),
        };
        if name != "postgres" {
            succeed(
                Command::new(program("createdb"))
                    .args(["-h", &socket.to_string(), "-U", "postgres"])
                    .args(["-T", "template0", &name]),
            );
        }
        format!("postgres://postgres@localhost/{name}?host={socket}")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _gone_already = self.stop.send(());
        if let Some(keeper) = self.keeper.take() {
            let _panicked = keeper.join();
        }
    }
}

/// Reads what the server says until it is ready, and goes on reading in a thread.
fn wait_until_ready(child: &mut Child) -> thread::JoinHandle<()> {
    let mut words = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut said = String::new();
    while !said.contains("ready to accept connections") {
        let read = words.read_line(&mut said).expect("it speaks");
        assert!(read > 0, "PostgreSQL did not start: {said}");
    }
    thread::spawn(move || {
        let mut line = String::new();
        while words.read_line(&mut line).is_ok_and(|read| read > 0) {
            line.clear();
        }
    })
}

/// An initialised cluster to copy. Its order of text is not that of bytes, as on most machines, so
/// that a forgotten collation shows.
fn template() -> PathBuf {
    let folder = std::env::temp_dir().join("waybill-tests-postgres");
    fs::create_dir_all(&folder).expect("a folder for the template");
    let lock = File::create(folder.join("lock")).expect("a lock file");
    lock.lock().expect("the template is ours alone");
    let template = folder.join("template-2");
    if !template.exists() {
        give(&folder);
        let half = folder.join("half");
        if half.exists() {
            fs::remove_dir_all(&half).expect("what an interrupted test left goes");
        }
        succeed(
            as_owner(&program("initdb"))
                .args([
                    "--no-sync",
                    "--auth=trust",
                    "--username=postgres",
                    "--encoding=UTF8",
                    "--wal-segsize=1",
                ])
                .args([
                    "--locale=C.UTF-8",
                    "--locale-provider=icu",
                    "--icu-locale=en",
                ])
                .arg("-D")
                .arg(&half),
        );
        fs::rename(&half, &template).expect("the template is whole");
    }
    template
}

/// The newest PostgreSQL of Debian's packages, else whatever the path has.
fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    versions
        .map(|version| version.path().join("bin").join(name))
        .filter(|program| program.exists())
        .max()
        .unwrap_or_else(|| PathBuf::from(name))
}

/// The user that PostgreSQL runs as: it refuses root.
fn owner() -> Option<(u32, u32)> {
    if !rustix::process::getuid().is_root() {
        return None;
    }
    let id = |option| {
        let output = succeed(Command::new("id").args([option, "postgres"]));
        String::from_utf8_lossy(&output.stdout)
            .trim()
            .parse()
            .expect("a number")
    };
    Some((id("-u"), id("-g")))
}

fn give(folder: &Path) {
    if let Some((user, group)) = owner() {
        chown(folder, Some(user), Some(group)).expect("the folder changes hands");
    }
}

fn as_owner(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "QUIT"]);
    if let Some((user, group)) = owner() {
        command
            .arg(format!("--reuid={user}"))
            .arg(format!("--regid={group}"))
            .arg("--clear-groups");
    }
    command.arg("--").arg(program);
    command
}

fn succeed(command: &mut Command) -> Output {
    let output = command.output().expect("the program is installed");
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    output
}
