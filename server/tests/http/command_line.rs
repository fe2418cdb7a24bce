//! The command `waybill` as a person types it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::app::{Client, eventually};

fn waybill(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waybill"));
    command.args(arguments).arg("--data").arg(data);
    // What the machine has set must not reach a test.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WAYBILL_")) {
        command.env_remove(name);
    }
    command
}

pub(super) fn run(arguments: &[&str], data: &Path, input: &str) -> Output {
    let mut command = waybill(arguments, data);
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(input.as_bytes())
        .expect("it reads");
    child.wait_with_output().expect("it ends")
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// A server that was started as a program; ended with the test, whatever happens.
pub(super) struct Served {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Served {
    pub(super) fn start(data: &Path) -> Self {
        Self::with(data, |_| {})
    }

    /// One with other arguments or variables.
    pub(super) fn with(data: &Path, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = waybill(&["serve", "--listen", "127.0.0.1:0", "--log", "json"], data);
        change(&mut command);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, lines }
    }

    pub(super) fn line(&mut self) -> String {
        self.lines.next().expect("a line").expect("text")
    }

    fn tell(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    fn ended(mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }

    pub(super) fn end(self, signal: Signal) -> ExitStatus {
        self.tell(signal);
        self.ended()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Fails when it has ended already, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_person_is_added_gets_a_token_and_is_let_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let added = run(
        &["user", "add", "ada@example.org", "--role", "administrator"],
        &data,
        "correct horse battery\n",
    );
    assert!(added.status.success(), "{}", text(&added.stderr));
    assert_eq!(
        text(&added.stdout),
        "added ada@example.org as administrator"
    );
    let made = run(&["token", "create", "--user", "ada@example.org"], &data, "");
    let token = text(&made.stdout);
    assert!(
        token.starts_with("wb_") && token.len() > 40,
        "{token} {}",
        text(&made.stderr)
    );

    let mut served = Served::start(&data);
    let line = served.line();
    let address = line
        .strip_prefix("listening on ")
        .expect("the address is printed")
        .to_owned();
    assert!(
        address.starts_with("http://127.0.0.1:") && !address.ends_with(":0"),
        "{address}"
    );
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let me = client
        .get(format!("{address}/api/v1/me"))
        .bearer_auth(token)
        .send()
        .await
        .expect("an answer");
    let me: serde_json::Value = me.json().await.expect("JSON");
    assert_eq!(
        (&me["email"], &me["name"]),
        (&"ada@example.org".into(), &"ada".into())
    );
    assert!(served.end(Signal::TERM).success(), "it ends in order");
}

#[test]
fn a_first_start_prints_a_link_for_the_first_administrator() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut served = Served::start(folder.path());
    served.line();
    assert!(served.line().contains("/set-up?code="));
    assert!(served.end(Signal::INT).success());
}

#[tokio::test]
async fn whoever_watches_over_the_service_hears_that_it_is_ready_and_that_it_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    let patience = Some(Duration::from_mins(1));
    socket.set_read_timeout(patience).expect("a limit");
    let heard = || {
        let mut bytes = [0; 512];
        let length = socket.recv(&mut bytes).expect("it tells");
        text(&bytes[..length])
    };
    let mut served = Served::with(&folder.path().join("data"), |command| {
        command.env("NOTIFY_SOCKET", &path);
        command.args(["--drain", "3", "--metrics-listen", "127.0.0.1:0"]);
    });
    let line = served.line();
    let address = line.strip_prefix("listening on ").expect("an address");
    let client = Client::new(address.to_owned());
    let line = served.line();
    let figures = line.strip_prefix("figures on ").expect("an address");
    let figures = figures.strip_suffix("/metrics").expect("their path");
    let figures = Client::new(figures.to_owned()).get("/metrics").await;
    assert_eq!(figures.status, 200);
    assert!(heard().starts_with("STATUS=starting\n"));
    assert!(heard().starts_with("READY=1\n"));
    assert_eq!(client.get("/readyz").await.status, 200);
    served.tell(Signal::TERM);
    let stopping = heard();
    assert!(stopping.starts_with("STOPPING=1\n"), "{stopping}");
    assert!(
        stopping.ends_with("EXTEND_TIMEOUT_USEC=78000000"),
        "{stopping}"
    );
    eventually(async || client.get("/readyz").await.status == 503).await;
    assert_eq!(client.get("/sign-in").await.status, 200);
    assert!(served.ended().success(), "it ends in order");
}

#[test]
fn a_server_that_is_still_starting_stops_when_it_is_told_to() {
    let folder = tempfile::tempdir().expect("a folder");
    // Takes the connection, and never says a word.
    let database = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = database.local_addr().expect("an address");
    let url = format!("postgres://waybill@{address}/waybill?sslmode=disable");
    let served = Served::with(&folder.path().join("data"), |command| {
        command.args(["--database", &url]);
    });
    let _silent = database.accept().expect("it starts");
    assert!(served.end(Signal::TERM).success(), "it ends in order");
}

#[test]
fn what_is_wrong_is_said_and_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    for (arguments, input, words) in [
        (
            &["user", "add", "ada@example.org", "--role", "administrator"][..],
            "short\n",
            "password",
        ),
        (
            &["user", "add", "nonsense", "--role", "viewer"],
            "correct horse battery\n",
            "e-mail",
        ),
        (
            &["user", "add", "ada@example.org", "--role", "owner"],
            "",
            "owner",
        ),
        (
            &["token", "create", "--user", "nobody@example.org"],
            "",
            "nobody@example.org",
        ),
        (&["serve", "--listen", "0.0.0.0:0"], "", "--trusted-proxy"),
        (&["serve", "--listen", "0.0.0.0:0"], "", "--tls-cert"),
        (&["serve", "--tls-cert", "/nowhere/c.pem"], "", "--tls-key"),
        (
            &["serve", "--trusted-proxy", "0.0.0.0/0"],
            "",
            "--trusted-proxy",
        ),
        (
            &[
                "serve",
                "--tls-cert",
                "/nowhere/c.pem",
                "--tls-key",
                "/nowhere/k.pem",
            ],
            "",
            "/nowhere/c.pem",
        ),
        (&["serve", "--demo", "--listen", "0.0.0.0:0"], "", "--demo"),
        (&["check"], "", "wrong"),
    ] {
        let output = run(arguments, &data, input);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(
            text(&output.stderr).contains(words),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
    }
}

#[test]
fn a_migrated_database_is_found_right_by_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let migrated = run(&["migrate"], folder.path(), "");
    assert!(migrated.status.success(), "{}", text(&migrated.stderr));
    std::fs::create_dir(folder.path().join("lake")).expect("a folder");
    let checked = run(&["check"], folder.path(), "");
    assert!(
        checked.status.success(),
        "{}{}",
        text(&checked.stdout),
        text(&checked.stderr)
    );
    assert!(
        text(&checked.stdout)
            .lines()
            .all(|line| line.starts_with("ok")),
        "{}",
        text(&checked.stdout)
    );
}

#[test]
fn a_data_folder_is_served_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut served = Served::start(folder.path());
    served.line();
    let second = run(&["serve", "--listen", "127.0.0.1:0"], folder.path(), "");
    assert!(!second.status.success());
    assert!(
        text(&second.stderr).contains("another waybill"),
        "{}",
        text(&second.stderr)
    );
}
