//! What the door needs beyond the services: readiness, signals, and answers kept for repeats.

use app::domain::{Role, UserId};
use async_trait::async_trait;
use futures::stream::BoxStream;
use serde::Serialize;

/// A part of the server that must work before requests are sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `database`, `schema`, `lake`, `worker`; `serving`: the server has not been told to stop.
    pub part: &'static str,
    /// What is wrong with it, for everybody to read; none: it works.
    pub why: Option<String>,
}

impl Check {
    /// Whether the part works.
    pub fn is_ready(&self) -> bool {
        self.why.is_none()
    }
}

/// Something changed: fetch it again. Carries no data, so that it may reach anybody signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// `export`, `run`, `connection`, `source`, `table`, `system`, `queue`, `notice`, `person`.
    pub kind: &'static str,
    pub id: String,
    pub version: i64,
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Hint(Hint),
    /// Some hints are gone: the listener was too slow, or the server had lost sight of the others.
    Missed,
}

/// An answer kept for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// [`Backstage::mark`] of the request.
    pub mark: String,
    /// What the person was then; through a token, no more than that.
    pub role: Role,
    pub status: u16,
    /// The JSON text that was sent.
    pub body: String,
}

/// What stands behind the door. One implementation, in `serve`.
#[async_trait]
pub trait Backstage: Send + Sync + 'static {
    /// Every part, whether it works or not.
    async fn readiness(&self) -> Vec<Check>;

    /// Counts what is counted only when somebody asks for figures.
    async fn measure(&self) -> anyhow::Result<()>;

    /// Hints from now on; ends when the server stops.
    fn hints(&self) -> BoxStream<'static, Heard>;

    /// What is kept of a request to know it again: from it alone nobody can find what the request held.
    fn mark(&self, request: &[&[u8]]) -> anyhow::Result<String>;

    /// Whether a request has this mark.
    fn has_mark(&self, request: &[&[u8]], mark: &str) -> bool;

    /// The answer given to this person's request with this key in the last 24 hours.
    async fn recall(&self, person: UserId, key: &str) -> anyhow::Result<Option<Remembered>>;

    /// Keeps an answer for 24 hours.
    async fn remember(&self, person: UserId, key: &str, answer: Remembered) -> anyhow::Result<()>;
}
