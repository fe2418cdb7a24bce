//! A server that is no program of ours, for the length of a test.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;

use tempfile::TempDir;

/// A running server. It ends when this is dropped. When the test process ends before that, however it does, the end of its
/// standard input tells the server's script to end, and to remove its folder.
#[derive(Debug)]
pub(crate) struct Server {
    port: u16,
    child: Child,
    _alive: Option<ChildStdin>,
    _home: TempDir,
}

impl Server {
    /// A script of this folder for the Python of the tests.
    pub(crate) fn python(script: &str) -> Self {
        Self::start(Command::new(python()), script)
    }

    /// A script of this folder for Node, with the packages of the browser tests.
    pub(crate) fn node(script: &str) -> Self {
        let packages = root().join("end2end/node_modules");
        let mut node = Command::new("node");
        node.env("NODE_PATH", packages);
        Self::start(node, script)
    }

    /// Starts a script with a folder of its own, and waits until it says on which port it listens.
    fn start(mut program: Command, script: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let scripts = root().join("server/connectors/src/conformance/servers");
        let script = scripts.join(script);
        let started = program
            .arg(&script)
            .arg(home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = started
            .unwrap_or_else(|error| panic!("{program:?}: {error}: .ci/setup test installs it"));
        let mut errors = child.stderr.take().expect("it is piped");
        let last_words = thread::spawn(move || {
            let mut said = Vec::new();
            let _ended = errors.read_to_end(&mut said);
            String::from_utf8_lossy(&said).into_owned()
        });
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut lines = lines.map_while(Result::ok);
        let Some(port) = lines.by_ref().find_map(|line| port_of(&line)) else {
            let said = last_words.join().unwrap_or_default();
            panic!("{}: {said}: .ci/setup test installs it", script.display());
        };
        // It must be able to go on saying what nobody wants to hear.
        thread::spawn(move || lines.for_each(drop));
        Self {
            port,
            _alive: child.stdin.take(),
            child,
            _home: home,
        }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

/// The folder of the whole project, from whichever crate these tests are of.
fn root() -> &'static Path {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let is_root = |folder: &&Path| folder.join("end2end").is_dir();
    folders.find(is_root).expect("the folder of the project")
}

/// The Python that `.ci/setup test` gives the packages of the tests.
pub(crate) fn python() -> PathBuf {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from);
    let caches = || folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    folder("WAYBILL_CACHE")
        .or_else(|| Some(caches()?.join("waybill")))
        .expect("a folder of caches")
        .join("end2end/bin/python")
}

/// Of `listening on PORT`, or `listens on http://HOST:PORT`.
fn port_of(line: &str) -> Option<u16> {
    let (_, after) = line.split_once("listen")?;
    after.trim_end().rsplit([':', ' ']).next()?.parse().ok()
}
