//! How tests of connections went, and when the next ones are due.

use app::domain::{ConnectionId, Expiry, Micros, TestOutcome, Version};

use super::standing::expiries_of;
use super::{ConnectionRow, get};
use crate::store::columns::{Columns, checked, to_json, to_maybe_json};
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, Store, Tx};

const HOUR: Micros = 3_600_000_000;

/// How a test of a connection went.
#[derive(Debug)]
pub struct TestRecord<'a> {
    /// The version that was tried.
    pub version: Version,
    pub at: Micros,
    pub outcome: &'a TestOutcome,
    /// What of it ends, each by a name of its own.
    pub expires: &'a [Expiry],
}

/// When the test after one at this instant is due: a day later, an hour more or less by the id, so that not all are
/// tried at once.
pub fn next_test_at(id: ConnectionId, at: Micros) -> Micros {
    let spread = i64::from(id.uuid().as_bytes()[15]) - 128;
    at + 24 * HOUR + spread * (HOUR / 128)
}

/// Connections whose test is due, for whoever claims them: those that exports use and that are not paused. Nobody else
/// gets one before its lease has passed, which is when it is due again if nobody has kept how its test went.
pub async fn claim_tests(store: &Store, lease_us: i64, most: u32) -> Result<Vec<ConnectionRow>> {
    const DOING: &str = "claim tests of connections";
    let now = store.now();
    let due = sqlx::query(
        "SELECT c.id FROM connections c
         WHERE c.removed_at = 0 AND c.paused_at = 0 AND c.next_test_at <= $1 AND c.test_lease_until <= $1
           AND EXISTS (SELECT 1 FROM exports e WHERE e.connection_id = c.id AND e.removed_at = 0)
         ORDER BY c.next_test_at, c.id LIMIT $2",
    )
    .bind(now)
    .bind(i64::from(most))
    .fetch_all(&mut *store.reader().await?)
    .await
    .doing(DOING)?;
    let mut claimed = Vec::with_capacity(due.len());
    for row in &due {
        let id: ConnectionId = row.parsed("id")?;
        let mut tx = store.begin().await?;
        // Asked again, in the one statement that takes it: another server may have been faster.
        let taken = sqlx::query(
            "UPDATE connections SET test_lease_until = $3
             WHERE id = $1 AND removed_at = 0 AND paused_at = 0
               AND next_test_at <= $2 AND test_lease_until <= $2",
        )
        .bind(id.to_string())
        .bind(now)
        .bind(now.saturating_add(lease_us))
        .execute(tx.connection())
        .await
        .doing(DOING)?;
        if taken.rows_affected() > 0 {
            claimed.extend(get(&mut tx, id).await?);
        }
        tx.commit().await?;
    }
    Ok(claimed)
}

/// Keeps how a test went, unless the connection has changed since it was tried. What of it ends is known anew where the
/// test went well.
pub async fn record_test(tx: &mut Tx, id: ConnectionId, test: &TestRecord<'_>) -> Result<bool> {
    let outcome = test.outcome;
    let done = sqlx::query(
        "UPDATE connections SET tested_at = $3, test_ok = $4, test_reason = $5, test_steps = $6,
                                next_test_at = $7, test_lease_until = 0,
                                sign_in_failures = CASE WHEN $4 = 1 THEN 0 ELSE sign_in_failures END
         WHERE id = $1 AND version = $2 AND removed_at = 0",
    )
    .bind(id.to_string())
    .bind(test.version)
    .bind(test.at)
    .bind(i64::from(outcome.ok))
    .bind(to_maybe_json(outcome.reason.as_ref())?)
    .bind(to_json(&outcome.steps)?)
    .bind(next_test_at(id, test.at))
    .execute(tx.connection())
    .await
    .doing("keep how a test of a connection went")?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    if outcome.ok {
        keep_expiries(tx, id, test.expires).await?;
    }
    tx.signal(SignalKind::Connection, id, 0);
    Ok(true)
}

/// Replaces what of a connection ends. Of an end that is the same still, it is remembered that it was told.
async fn keep_expiries(tx: &mut Tx, id: ConnectionId, expires: &[Expiry]) -> Result<()> {
    const DOING: &str = "keep what of a connection ends";
    let before = expiries_of(tx.connection(), id).await?;
    let gone = before
        .iter()
        .filter(|old| expires.iter().all(|new| new.what != old.what));
    for old in gone {
        sqlx::query("DELETE FROM connection_expiries WHERE connection_id = $1 AND what = $2")
            .bind(id.to_string())
            .bind(&old.what)
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    for new in expires {
        sqlx::query(
            "INSERT INTO connection_expiries (connection_id, what, ends_at) VALUES ($1, $2, $3)
             ON CONFLICT (connection_id, what) DO UPDATE SET ends_at = excluded.ends_at,
                 told_at = CASE WHEN connection_expiries.ends_at = excluded.ends_at
                                THEN connection_expiries.told_at ELSE 0 END",
        )
        .bind(id.to_string())
        .bind(checked(&new.what)?)
        .bind(new.at)
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn tests_come_a_day_later_and_not_all_at_once() {
        let due = |number: u128| next_test_at(ConnectionId::new(Uuid::from_u128(number)), 0);
        assert_eq!((due(0), due(128)), (23 * HOUR, 24 * HOUR));
        assert!(due(255) > 24 * HOUR && due(255) < 25 * HOUR);
    }
}
