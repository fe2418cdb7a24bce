//! Hints that something changed, for live pages and for the scheduler. A hint may be lost or come
//! twice: who gets one reads the store again, and looks now and then without one.

use tokio::sync::broadcast;

/// How many hints wait for a slow reader before it is told that it missed some.
const WAITING: usize = 1024;

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignalKind {
    Export,
    Run,
    Connection,
    Source,
    Table,
    /// The system: its schedule, a refresh of everything, one task that was stopped, the pause of everything.
    System,
    /// There may be something to claim.
    Queue,
    /// There is something to tell, or somebody has read it.
    Notice,
    /// People: who they are, what they may do, what they sign in with.
    Person,
    /// Some hints of other servers were lost: everything may have changed. Has no id.
    Missed,
}

impl SignalKind {
    /// As live events write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Run => "run",
            Self::Connection => "connection",
            Self::Source => "source",
            Self::Table => "table",
            Self::System => "system",
            Self::Queue => "queue",
            Self::Notice => "notice",
            Self::Person => "person",
            Self::Missed => "missed",
        }
    }
}

/// Id of the hint to the planner.
pub(super) const PLAN: &str = "plan";

/// A hint: this changed, and has this version (of a run: revision) now. Of very many at once one hint is
/// given, without id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    pub kind: SignalKind,
    pub id: String,
    pub version: i64,
}

impl Signal {
    /// There may be something to plan: a schedule changed, or a refresh was asked for.
    pub fn is_for_planner(&self) -> bool {
        self.kind == SignalKind::Queue && self.id == PLAN
    }
}

/// The hints of committed transactions of this process.
#[derive(Clone, Debug)]
pub struct Signals(broadcast::Sender<Signal>);

impl Signals {
    pub(super) fn new() -> Self {
        Self(broadcast::Sender::new(WAITING))
    }

    /// All hints from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }

    /// Tells everybody who listens; nobody listening is no error.
    pub(super) fn publish(&self, gathered: Vec<Signal>) {
        for signal in gathered {
            let _listeners = self.0.send(signal);
        }
    }
}
