//! The pause of one connection: while there is one, no server claims a run of it. What was claimed goes on.

use app::domain::{ConnectionId, ConnectionPause};

use super::standing::standing;
use crate::store::columns::{checked, to_maybe_json};
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, StoreError, Tx};

/// Pauses a connection, or says anew who paused it and why.
pub async fn set_pause(tx: &mut Tx, id: ConnectionId, pause: &ConnectionPause) -> Result<()> {
    let done = sqlx::query(
        "UPDATE connections SET paused_at = $2, paused_by = $3, pause_reason = $4
         WHERE id = $1 AND removed_at = 0",
    )
    .bind(id.to_string())
    .bind(pause.since)
    .bind(checked(&pause.by)?)
    .bind(to_maybe_json(pause.reason.as_ref())?)
    .execute(tx.connection())
    .await
    .doing("pause a connection")?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    changed(tx, id);
    Ok(())
}

/// Ends the pause of a connection, and gives it; its sign-in counts as never refused.
pub async fn end_pause(tx: &mut Tx, id: ConnectionId) -> Result<Option<ConnectionPause>> {
    let before = standing(&mut *tx, id).await?.pause;
    if before.is_none() {
        return Ok(None);
    }
    sqlx::query(
        "UPDATE connections SET paused_at = 0, paused_by = '', pause_reason = NULL, sign_in_failures = 0
         WHERE id = $1 AND removed_at = 0",
    )
    .bind(id.to_string())
    .execute(tx.connection())
    .await
    .doing("resume a connection")?;
    changed(tx, id);
    Ok(before)
}

/// What was found out about a connection that has other terms now counts no longer: its last test, what of it ends,
/// that sign-in was refused, and a pause for that by the server. The next test is due.
pub async fn begin_anew(tx: &mut Tx, id: ConnectionId) -> Result<()> {
    const DOING: &str = "forget what was found out about a connection";
    sqlx::query(
        "UPDATE connections SET sign_in_failures = 0, tested_at = 0, test_ok = 0, test_steps = NULL,
                                test_reason = NULL, next_test_at = 0, test_lease_until = 0,
                                paused_at = CASE WHEN paused_by = '' THEN 0 ELSE paused_at END,
                                pause_reason = CASE WHEN paused_by = '' THEN NULL ELSE pause_reason END
         WHERE id = $1",
    )
    .bind(id.to_string())
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    sqlx::query("DELETE FROM connection_expiries WHERE connection_id = $1")
        .bind(id.to_string())
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    tx.signal(SignalKind::Queue, "runs", 0);
    Ok(())
}

/// Runs of it may say otherwise now why they wait, and may be there to be claimed.
fn changed(tx: &mut Tx, id: ConnectionId) {
    tx.signal(SignalKind::Connection, id, 0);
    tx.signal(SignalKind::Run, "", 0);
    tx.signal(SignalKind::Queue, "runs", 0);
}
