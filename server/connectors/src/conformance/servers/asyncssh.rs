//! `asyncssh`, from the Python Package Index: a server of files that takes passwords, and opens handles that are not text.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

use super::python;
use crate::conformance::{Gate, Refusal};

/// Ends when its standard input does, and so with the test.
pub(crate) struct Asyncssh {
    child: Child,
    told: Told,
}

#[derive(Deserialize)]
struct Told {
    port: u16,
    host_key: String,
}

impl Asyncssh {
    pub(crate) const USER: &str = "waybill";
    pub(crate) const PASSWORD: &str = "lighthouse keeper";

    /// Serves a folder as the root of its files. `how`: `password` or `prompt`.
    pub(crate) fn start(folder: &Path, how: &str) -> Self {
        let script = "src/conformance/servers/sftp_asyncssh.py";
        let mut child = Command::new(python())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .arg(script)
            .arg(folder)
            .args([Self::USER, Self::PASSWORD, how])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python is there: .ci/setup test installs it");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped"))
            .read_line(&mut line)
            .expect("it speaks");
        let told =
            serde_json::from_str(&line).expect("asyncssh is there: .ci/setup test installs it");
        Self { child, told }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.told.port
    }

    pub(crate) fn host_key(&self) -> &str {
        &self.told.host_key
    }
}

impl Drop for Asyncssh {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

/// Has the server's writes fail, as a file beside the deliveries tells it. The head of a refusal is the system's name of an
/// error.
pub(crate) struct Failing {
    told: PathBuf,
}

impl Failing {
    /// `folder`: the one that the server serves.
    pub(crate) fn at(folder: &Path) -> Self {
        Self {
            told: folder.join("fails"),
        }
    }
}

impl Gate for Failing {
    fn refuse(&self, after: usize, refusal: &Refusal) {
        fs::write(&self.told, format!("{} {after}", refusal.head)).expect("it is told");
    }

    fn relent(&self) -> bool {
        let told = fs::read_to_string(&self.told).expect("it was told");
        fs::remove_file(&self.told).expect("it was told");
        told.ends_with(" refused")
    }
}
