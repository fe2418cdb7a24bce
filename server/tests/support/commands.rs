//! The command `waybill` beside a server that it asks over REST.

use std::path::Path;

use tokio::process::Command;

use super::app::{Client, TestApp};

/// Whose commands they are, and which server they ask.
pub(crate) struct Commands {
    server: String,
    token: String,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// What it printed, if it ended so.
    pub(crate) fn expect(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self.out
    }
}

impl Commands {
    pub(crate) fn new(server: &str, token: &str) -> Self {
        Self {
            server: server.to_owned(),
            token: token.to_owned(),
        }
    }

    /// At a server of this process, as the person of a client.
    pub(crate) fn of(app: &TestApp, client: &Client) -> Self {
        let authorization = client.authorization.as_deref().unwrap_or_default();
        let token = authorization.trim_start_matches("Bearer ");
        Self::new(&app.running.url(), token)
    }

    /// A command that is to be started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waybill"));
        command.args(arguments);
        // What the machine has set must not reach a test.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WAYBILL_")) {
            command.env_remove(name);
        }
        command
            .env("WAYBILL_SERVER", &self.server)
            .env("WAYBILL_TOKEN", &self.token)
            .kill_on_drop(true);
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.command(arguments).output().await;
        let output = output.expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("a text");
        Ended {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// `waybill export …` with a folder.
    pub(crate) async fn export(&self, what: &str, folder: &Path, more: &[&str]) -> Ended {
        let folder = folder.to_str().expect("a text");
        let mut arguments = vec!["export", what, folder];
        arguments.extend_from_slice(more);
        self.run(&arguments).await
    }
}
