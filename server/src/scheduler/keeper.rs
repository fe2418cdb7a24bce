//! Keeps an eye on connections: each that exports use is tried once a day, and administrators are told of one that
//! begins to fail, and of what ends soon.
//!
//! Looks once a minute. Several servers share the work: a test is claimed with a lease, what is told is told once. A server that
//! was restored does neither until somebody lets it go on: the first one may still do both.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use app::domain::{ConnectionNoticeKind, Micros, Reason};
use base::Cancel;
use futures::FutureExt as _;
use futures::future::try_join_all;

use super::Deps;
use super::supervisor::words_of;
use crate::pipeline::rfc3339;
use crate::store::{
    Store, StoreError,
    connections::{self, ConnectionRow, TestRecord},
    notices::{ConnectionTold, tell_of_connection},
    operation,
};

const SCAN: Duration = Duration::from_mins(1);
/// How long a claimed test is left alone: longer than one may take.
const LEASE_US: i64 = 60_000_000;
/// Most tests at once, on one server.
const AT_ONCE: u32 = 2;
/// How long before its end something is told.
const AHEAD_US: Micros = 14 * 24 * 3_600 * 1_000_000;

pub(super) async fn serve(deps: Deps, stop: Cancel) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => {}
            () = look(&deps) => {}
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(SCAN) => {}
        }
    }
}

/// One look, whose faults are logged: the next look comes in any case.
async fn look(deps: &Deps) {
    match AssertUnwindSafe(round(deps)).catch_unwind().await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!("cannot look after connections: {error}"),
        Err(panic) => tracing::error!(
            "looking after connections panicked: {}",
            words_of(panic.as_ref())
        ),
    }
}

async fn round(deps: &Deps) -> Result<(), StoreError> {
    if operation::waits_since_restored(&deps.store).await? {
        return Ok(());
    }
    loop {
        let due = connections::claim_tests(&deps.store, LEASE_US, AT_ONCE).await?;
        if due.is_empty() {
            break;
        }
        let mut tests = Vec::with_capacity(due.len());
        for connection in &due {
            tests.push(test(deps, connection));
        }
        try_join_all(tests).await?;
    }
    tell_what_ends(&deps.store, deps.clock.now_us()).await?;
    Ok(())
}

/// Tries one connection, keeps how it went, and tells if it begins to fail.
async fn test(deps: &Deps, connection: &ConnectionRow) -> Result<(), StoreError> {
    let id = connection.id;
    let tested = deps.data.test_stored(connection).await;
    let record = TestRecord {
        version: connection.version,
        at: deps.clock.now_us(),
        outcome: &tested.outcome,
        expires: &tested.expires,
    };
    let mut tx = deps.store.begin().await?;
    let before = connections::standing(&mut tx, id).await?.test;
    let kept = connections::record_test(&mut tx, id, &record).await?;
    let reason = tested.outcome.reason.as_ref();
    if kept && !tested.outcome.ok {
        connections::daily_test_ends(&mut tx, id, reason, record.at).await?;
    }
    let was_well = before.is_none_or(|test| test.ok);
    if kept && was_well && !tested.outcome.ok {
        let told = ConnectionTold {
            kind: ConnectionNoticeKind::Failing,
            connection: id,
            cause: &record.at.to_string(),
            reason,
            at: record.at,
        };
        tell_of_connection(&mut tx, &told).await?;
        tracing::warn!(connection.id = %id, "the daily test of a connection failed");
    }
    tx.commit().await
}

/// Tells administrators what of connections ends within 14 days: once of each end. Says of how many.
pub async fn tell_what_ends(store: &Store, now: Micros) -> Result<u64, StoreError> {
    let mut told = 0;
    for (connection, expiry) in connections::untold(store, now + AHEAD_US).await? {
        let reason = Reason::new("connection_expires")
            .with("what", &expiry.what)
            .with("at", rfc3339(expiry.at));
        let notice = ConnectionTold {
            kind: ConnectionNoticeKind::Expiring,
            connection,
            cause: &format!("{} {}", expiry.what, expiry.at),
            reason: Some(&reason),
            at: now,
        };
        let mut tx = store.begin().await?;
        if connections::mark_told(&mut tx, connection, &expiry, now).await?
            && tell_of_connection(&mut tx, &notice).await?
        {
            told += 1;
        }
        tx.commit().await?;
    }
    Ok(told)
}
