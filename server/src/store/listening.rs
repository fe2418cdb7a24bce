//! Hints between servers that share a PostgreSQL. They are told in the transaction that makes the change (`NOTIFY`), and
//! heard on a connection that does nothing else: the one place that is not written for both databases.
//!
//! While that connection is lost nothing is heard. Once it is there again, everybody is told that hints may be missing.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base::{Backoff, Cancel, random_u64};
use sqlx::postgres::PgListener;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::{Result, Signal, SignalKind, Signals, Store, StoreError};

/// As the statement that tells names it.
const CHANNEL: &str = "waybill";
/// PostgreSQL takes messages of less than 8,000 bytes.
const MOST_BYTES: usize = 7_900;
/// Of more of one kind in one transaction others hear one, without id.
const MOST: usize = 200;
/// After so long without a word we ask whether the connection is there: a wire that is cut says nothing.
const QUIET: Duration = Duration::from_secs(5);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Waits until the connection is tried again.
const BACKOFF: Backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(5));

/// What to tell others of these hints: messages of a line that says whose they are, and one of JSON for each hint.
pub(super) fn messages(own: &str, gathered: &[Signal]) -> Result<Vec<String>> {
    let mut messages: Vec<String> = Vec::new();
    for (kind, id, version) in condensed(gathered) {
        let hint = serde_json::to_string(&(kind.code(), id, version)).map_err(StoreError::Json)?;
        match messages.last_mut() {
            Some(message) if message.len() + hint.len() < MOST_BYTES => {
                message.push('\n');
                message.push_str(&hint);
            }
            _ => messages.push(format!("{own}\n{hint}")),
        }
    }
    Ok(messages)
}

/// Kind, id and version of each, where there are not too many of its kind.
fn condensed(gathered: &[Signal]) -> Vec<(SignalKind, &str, i64)> {
    // How many of each kind, and the highest version.
    let mut kinds: HashMap<SignalKind, (usize, i64)> = HashMap::new();
    for hint in gathered {
        let (count, version) = kinds.entry(hint.kind).or_default();
        *count += 1;
        *version = hint.version.max(*version);
    }
    let mut told = Vec::with_capacity(gathered.len().min(MOST));
    for hint in gathered {
        match kinds.get(&hint.kind) {
            Some((count, version)) if *count > MOST => {
                let of_all = (hint.kind, "", *version);
                if !told.contains(&of_all) {
                    told.push(of_all);
                }
            }
            _ => told.push((hint.kind, hint.id.as_str(), hint.version)),
        }
    }
    told
}

/// The hints of a message; none of our own, which were published here before they came back.
fn hints(own: &str, message: &str) -> Vec<Signal> {
    let mut lines = message.lines();
    if lines.next() == Some(own) {
        return Vec::new();
    }
    lines.filter_map(hint).collect()
}

fn hint(line: &str) -> Option<Signal> {
    let Ok((kind, id, version)) = serde_json::from_str::<(String, String, i64)>(line) else {
        // A newer program writes otherwise.
        return Some(Signal::missed());
    };
    // Of what only a newer program knows, nothing here can be out of date.
    let kind = SignalKind::from_code(&kind)?;
    Some(Signal { kind, id, version })
}

/// The connection on which other servers are heard, until it is stopped.
pub struct Listening {
    stop: Cancel,
    hearing: Option<JoinHandle<()>>,
}

impl Store {
    /// Publishes the hints of other servers here, too: all of them from when this returns. SQLite is one server's own.
    pub async fn listen(&self) -> Result<Listening> {
        let stop = Cancel::new();
        let hearing = match self.shared() {
            None => None,
            Some(address) => {
                let listener = connect(address).await.map_err(StoreError::Open)?;
                let (address, signals) = (Arc::clone(address), self.signals().clone());
                let stopped = stop.clone();
                Some(tokio::spawn(async move {
                    tokio::select! {
                        () = stopped.cancelled() => {}
                        () = hear(&address, listener, &signals) => {}
                    }
                }))
            }
        };
        Ok(Listening { stop, hearing })
    }
}

impl Listening {
    /// Hears nothing any more.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Some(hearing) = self.hearing
            && let Err(error) = hearing.await
        {
            tracing::error!("listening to other servers ended badly: {error}");
        }
    }
}

/// Publishes what others tell, for ever.
async fn hear(address: &str, mut listener: PgListener, signals: &Signals) {
    loop {
        let error = until_lost(&mut listener, signals).await;
        tracing::warn!("other servers cannot be heard: {error}");
        drop(listener);
        listener = connect_again(address).await;
        tracing::info!("other servers are heard again");
        signals.publish(vec![Signal::missed()]);
    }
}

/// Publishes what others tell until the connection is lost, and says why it is.
async fn until_lost(listener: &mut PgListener, signals: &Signals) -> sqlx::Error {
    loop {
        match timeout(QUIET, listener.try_recv()).await {
            Ok(Ok(Some(told))) => signals.publish(hints(signals.own(), told.payload())),
            Ok(Ok(None)) => return lost(),
            Ok(Err(error)) => return error,
            Err(_) => {
                let asked = sqlx::query("SELECT 1").execute(&mut *listener);
                if let Err(error) = in_time(asked).await {
                    return error;
                }
            }
        }
    }
}

async fn connect(address: &str) -> sqlx::Result<PgListener> {
    // Boxed: what signs in there is large.
    let connecting = Box::pin(async {
        let mut listener = PgListener::connect(address).await?;
        // A connection that comes back by itself would not tell us that it was gone.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(listener)
    });
    in_time(connecting).await
}

async fn connect_again(address: &str) -> PgListener {
    let mut tried = 0;
    loop {
        match connect(address).await {
            Ok(listener) => return listener,
            Err(error) => tracing::debug!("cannot listen to other servers yet: {error}"),
        }
        tried += 1;
        let pause = BACKOFF.delay(tried, &mut random_u64);
        sleep(pause).await;
    }
}

/// An answer that does not come is a connection that is lost.
async fn in_time<T>(answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    timeout(PATIENCE, answer)
        .await
        .unwrap_or_else(|_| Err(lost()))
}

fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::ConnectionAborted.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(kind: SignalKind, id: impl ToString, version: i64) -> Signal {
        Signal {
            kind,
            id: id.to_string(),
            version,
        }
    }

    /// What another server hears of these.
    fn heard(gathered: &[Signal]) -> Vec<Signal> {
        let messages = messages("a", gathered).expect("JSON");
        let sizes: Vec<usize> = messages.iter().map(String::len).collect();
        assert!(sizes.iter().all(|size| *size < 8_000), "{sizes:?}");
        messages.iter().flat_map(|told| hints("b", told)).collect()
    }

    #[test]
    fn others_hear_what_was_told_and_nobody_hears_himself() {
        assert!(heard(&[]).is_empty());
        let told = [
            signal(SignalKind::Run, "7", 3),
            signal(SignalKind::Queue, "a \"word\"\nof two lines", 0),
        ];
        assert_eq!(heard(&told), told);
        for message in messages("a", &told).expect("JSON") {
            assert!(hints("a", &message).is_empty());
        }
    }

    #[test]
    fn many_hints_go_in_several_messages() {
        let long = "i".repeat(100);
        let told: Vec<Signal> = (0..MOST)
            .map(|number| signal(SignalKind::Export, format!("{long}{number}"), 1))
            .collect();
        assert!(messages("a", &told).expect("JSON").len() > 1);
        assert_eq!(heard(&told), told);
    }

    #[test]
    fn of_very_many_of_a_kind_one_is_told_without_id() {
        let mut told: Vec<Signal> = (0..=200)
            .map(|number| signal(SignalKind::Export, number, number))
            .collect();
        told.push(signal(SignalKind::Queue, "plan", 0));
        assert_eq!(
            heard(&told),
            [
                signal(SignalKind::Export, "", 200),
                signal(SignalKind::Queue, "plan", 0)
            ]
        );
    }

    #[test]
    fn what_a_newer_program_tells_is_passed_over_or_missed() {
        assert!(hints("b", "a\n[\"tomorrow\",\"1\",1]").is_empty());
        let missed = [Signal::missed()];
        assert_eq!(hints("b", "a\n[\"run\",\"1\",1,\"more\"]"), missed);
        assert_eq!(hints("b", "a\n{}"), missed);
    }
}
