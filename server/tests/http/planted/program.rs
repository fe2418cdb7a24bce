//! The program as it is run by people: with its log at its loudest, and everything that it says kept.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with all that the program reads and writes.
pub(super) struct Home(TempDir);

impl Home {
    pub(super) fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        for name in ["data", "files", "secrets"] {
            fs::create_dir(home.path().join(name)).expect("a folder");
        }
        Self(home)
    }

    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The program, with no variables but these and the loudest log.
    pub(super) fn command(&self, arguments: &[&str], variables: &[(&str, String)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waybill"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WAYBILL_")) {
            command.env_remove(name);
        }
        let variables = variables.iter().map(|(name, value)| (*name, value));
        command
            .args(arguments)
            .env("WAYBILL_DATA", self.at("data"))
            .env("WAYBILL_LOG_FILTER", "trace")
            .env("RUST_BACKTRACE", "full")
            .envs(variables)
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, arguments: &[&str], variables: &[(&str, String)]) -> Output {
        let mut command = self.command(arguments, variables);
        command.output().expect("the program starts")
    }

    /// Starts a server.
    pub(super) fn serve(&self, arguments: &[&str], variables: &[(&str, String)]) -> Program {
        let log = File::options()
            .append(true)
            .create(true)
            .open(self.at("log"))
            .expect("a log");
        let mut child = self
            .command(&["serve"], variables)
            .args([
                "--listen",
                "127.0.0.1:0",
                "--log",
                "json",
                "--requests-per-second",
                "0",
            ])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let said = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&said);
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut said = kept.lock().unwrap_or_else(PoisonError::into_inner);
                said.push_str(&line);
                said.push('\n');
            }
        });
        Program { child, said }
    }

    /// All of a file that there is, or of those below a folder, each with its path.
    pub(super) fn texts(&self, name: &str) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        collect(&self.at(name), &mut texts);
        texts
    }
}

fn collect(path: &Path, texts: &mut Vec<(String, String)>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            collect(&entry.expect("an entry").path(), texts);
        }
    } else if let Ok(bytes) = fs::read(path) {
        // What is no text stands for itself badly, and secrets are texts.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        texts.push((path.display().to_string(), text));
    }
}

/// A server that runs; ended with the test, whatever happens.
pub(super) struct Program {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Program {
    /// What it said so far on its standard output.
    pub(super) fn said(&self) -> String {
        self.said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits for a line with these words, and gives what stands after them.
    pub(super) fn says(&self, words: &str) -> String {
        let start = Instant::now();
        loop {
            let said = self.said();
            // A line that has not ended may go on.
            let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
            let found = whole.lines().find_map(|line| line.split_once(words));
            if let Some((_, rest)) = found {
                return rest.to_owned();
            }
            assert!(
                start.elapsed() < PATIENCE,
                "it never said `{words}`: {said}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(super) fn end(mut self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails when it has ended already, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
