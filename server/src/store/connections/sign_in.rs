//! Whether destinations take the credentials of connections: what refuses them twice in a row, in runs or daily tests, is
//! paused, since every further try may lock an account. One that says that it is gone for good is paused at once.

use app::domain::{
    AuditDoor, ConnectionId, ConnectionNoticeKind, ConnectionPause, Micros, Reason, RunId,
};

use super::pausing::set_pause;
use crate::store::audit::{self, AuditEntry};
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::notices::{ConnectionTold, tell_of_connection};
use crate::store::{Result, StoreError, Tx};

/// After how many refusals in a row.
const MOST_REFUSALS: i64 = 2;
/// As connectors say it.
const REFUSED: &str = "destination_unauthenticated";
const GONE: &str = "destination_gone";

/// What the end of a run says of the sign-in of its connection; to be noted before the run and its export are locked,
/// as whoever saves a connection locks it before its exports.
pub(in crate::store) async fn run_ends(
    tx: &mut Tx,
    run: RunId,
    has_delivered: bool,
    reason: Option<&Reason>,
    at: Micros,
) -> Result<()> {
    if has_delivered {
        return was_taken(tx, run).await;
    }
    let Some((reason, most)) = refusal(reason) else {
        return Ok(());
    };
    let row = sqlx::query(
        "SELECT c.id FROM connections c
         WHERE c.id = (SELECT r.connection_id FROM runs r WHERE r.id = $1)",
    )
    .bind(run.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing("find the connection of a run")?;
    match row {
        Some(row) => was_refused(tx, row.parsed("id")?, reason, most, at).await,
        None => Ok(()),
    }
}

/// What the daily test says of the sign-in: it is a try like that of a run. One by hand is not counted: whoever tries has
/// the answer before their eyes.
pub async fn daily_test_ends(
    tx: &mut Tx,
    id: ConnectionId,
    reason: Option<&Reason>,
    at: Micros,
) -> Result<()> {
    match refusal(reason) {
        Some((reason, most)) => was_refused(tx, id, reason, most, at).await,
        None => Ok(()),
    }
}

/// A reason that is a refusal, and how many such in a row pause the connection.
fn refusal(reason: Option<&Reason>) -> Option<(&Reason, i64)> {
    let reason = reason?;
    match reason.code.as_str() {
        REFUSED => Some((reason, MOST_REFUSALS)),
        GONE => Some((reason, 1)),
        _ => None,
    }
}

async fn was_taken(tx: &mut Tx, run: RunId) -> Result<()> {
    sqlx::query(
        "UPDATE connections SET sign_in_failures = 0
         WHERE sign_in_failures > 0 AND id = (SELECT r.connection_id FROM runs r WHERE r.id = $1)",
    )
    .bind(run.to_string())
    .execute(tx.connection())
    .await
    .doing("note that a sign-in was taken")?;
    Ok(())
}

/// `most`: how many refusals in a row pause it.
async fn was_refused(
    tx: &mut Tx,
    id: ConnectionId,
    reason: &Reason,
    most: i64,
    at: Micros,
) -> Result<()> {
    let counted = sqlx::query(
        "UPDATE connections SET sign_in_failures = sign_in_failures + 1
         WHERE id = $1 RETURNING sign_in_failures, paused_at",
    )
    .bind(id.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing("note that a sign-in was refused")?;
    let Some(row) = counted else { return Ok(()) };
    if row.int("sign_in_failures")? < most || row.int("paused_at")? > 0 {
        return Ok(());
    }
    pause(tx, id, reason, at).await
}

/// Pauses a connection as the server does it, and tells administrators.
async fn pause(tx: &mut Tx, id: ConnectionId, reason: &Reason, at: Micros) -> Result<()> {
    let pause = ConnectionPause {
        since: at,
        by: String::new(),
        reason: Some(reason.clone()),
    };
    match set_pause(tx, id, &pause).await {
        // Removed while its last run was under way: there is nothing to keep from it.
        Err(StoreError::NotFound) => return Ok(()),
        done => done?,
    }
    let told = ConnectionTold {
        kind: ConnectionNoticeKind::Paused,
        connection: id,
        cause: &at.to_string(),
        reason: Some(reason),
        at,
    };
    tell_of_connection(tx, &told).await?;
    let entry = AuditEntry {
        at,
        actor_id: None,
        actor_name: "",
        door: AuditDoor::Server,
        token: None,
        action: "connection.pause",
        object_kind: "connection",
        object_id: id.to_string(),
        before: None,
        after: Some(serde_json::to_value(&pause).map_err(StoreError::Json)?),
        network: "",
    };
    audit::append(tx, &entry).await
}
