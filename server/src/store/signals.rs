//! Hints that something changed, for live pages and for the scheduler. A hint may be lost or come
//! twice: who gets one reads the store again, and looks now and then without one. Those of other servers come by
//! [`listening`](super::listening).

use std::sync::Arc;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use uuid::Uuid;

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
    const ALL: [Self; 10] = [
        Self::Export,
        Self::Run,
        Self::Connection,
        Self::Source,
        Self::Table,
        Self::System,
        Self::Queue,
        Self::Notice,
        Self::Person,
        Self::Missed,
    ];

    /// As live events and other servers write it.
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

    /// What is written so; none: only a newer program knows it.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
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
    /// Everything may have changed.
    pub(super) const fn missed() -> Self {
        Self {
            kind: SignalKind::Missed,
            id: String::new(),
            version: 0,
        }
    }

    /// There may be something to plan: a schedule changed, or a refresh was asked for.
    pub fn is_for_planner(&self) -> bool {
        self.kind == SignalKind::Queue && self.id == PLAN
    }

    /// There may be something to claim. How far others have got is nothing to look at the queue for.
    pub fn is_for_workers(&self) -> bool {
        !matches!(
            self.kind,
            SignalKind::Export | SignalKind::Run | SignalKind::Notice | SignalKind::Person
        )
    }
}

/// Waits for a hint that is wanted, or until some are known to be lost. Those that wait behind it are one with it: who asks
/// looks at everything of the kind.
pub async fn told(signals: &mut broadcast::Receiver<Signal>, wanted: impl Fn(&Signal) -> bool) {
    loop {
        match signals.recv().await {
            Ok(signal) if signal.kind == SignalKind::Missed || wanted(&signal) => break,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => break,
            Err(RecvError::Closed) => std::future::pending::<()>().await,
        }
    }
    while !matches!(
        signals.try_recv(),
        Err(TryRecvError::Empty | TryRecvError::Closed)
    ) {}
}

/// The hints of committed transactions: of this process, and of other servers where the store listens to them.
#[derive(Clone, Debug)]
pub struct Signals {
    sender: broadcast::Sender<Signal>,
    /// Who we are to the others.
    own: Arc<str>,
}

impl Signals {
    pub(super) fn new() -> Self {
        Self {
            sender: broadcast::Sender::new(WAITING),
            own: Uuid::now_v7().to_string().into(),
        }
    }

    /// All hints from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.sender.subscribe()
    }

    /// By which the others know our hints, and we know them again.
    pub(super) fn own(&self) -> &str {
        &self.own
    }

    /// Tells everybody who listens; nobody listening is no error.
    pub(super) fn publish(&self, gathered: Vec<Signal>) {
        for signal in gathered {
            let _listeners = self.sender.send(signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        for kind in SignalKind::ALL {
            assert_eq!(SignalKind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(SignalKind::from_code("tomorrow"), None);
    }

    fn hint(kind: SignalKind) -> Signal {
        Signal {
            kind,
            ..Signal::missed()
        }
    }

    /// Whether hints in this order end a wait for work.
    async fn ends(hints: Vec<Signal>) -> bool {
        let signals = Signals::new();
        let mut listener = signals.subscribe();
        signals.publish(hints);
        tokio::select! {
            biased;
            () = told(&mut listener, Signal::is_for_workers) => listener.is_empty(),
            () = std::future::ready(()) => false,
        }
    }

    #[tokio::test]
    async fn a_wait_ends_with_what_is_wanted_and_takes_what_waits_behind_it() {
        assert!(!ends(vec![]).await);
        assert!(!ends(vec![hint(SignalKind::Run), hint(SignalKind::Export)]).await);
        let wanted = [SignalKind::Run, SignalKind::Queue, SignalKind::Run];
        assert!(ends(wanted.map(hint).to_vec()).await);
    }

    #[tokio::test]
    async fn who_missed_something_looks_whatever_it_was() {
        assert!(ends(vec![Signal::missed()]).await);
        assert!(ends(vec![hint(SignalKind::Run); WAITING + 1]).await);
    }
}
