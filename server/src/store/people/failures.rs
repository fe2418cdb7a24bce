//! Sign-ins that failed, which throttle those that follow. A try is noted as failed before it is known how it goes, and
//! taken back if it went well: of many at once no more get through than of as many in turn.

use app::domain::Micros;
use uuid::Uuid;

use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::ids::fresh;
use crate::store::{Reads, Result, Tx, settings};

/// Setting that is held by who counts.
const TURN: &str = "sign_in_turn";

/// Sign-ins that failed, counted three ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// Of this account from this network.
    pub pair: i64,
    /// Of any account from this network.
    pub network: i64,
    /// Of this account from anywhere.
    pub account: i64,
}

/// Lets nobody else count failures until the transaction ends, so that what was counted stays right as long.
pub async fn hold_failures(tx: &mut Tx) -> Result<()> {
    if settings::hold(tx, TURN).await?.is_none() {
        settings::add(tx, TURN, "").await?;
        settings::hold(tx, TURN).await?;
    }
    Ok(())
}

/// Notes a sign-in that failed, and gives what it can be taken back by.
pub async fn record_failure(
    tx: &mut Tx,
    account_key: &str,
    network: &str,
    at: Micros,
) -> Result<Uuid> {
    let id = fresh(at);
    sqlx::query(
        "INSERT INTO sign_in_failures (id, account_key, network, failed_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(id.to_string())
    .bind(checked(account_key)?)
    .bind(checked(network)?)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("note a sign-in that failed")?;
    Ok(id)
}

/// Takes one back: it did not fail.
pub async fn take_back_failure(tx: &mut Tx, id: Uuid) -> Result<()> {
    sqlx::query("DELETE FROM sign_in_failures WHERE id = $1")
        .bind(id.to_string())
        .execute(tx.connection())
        .await
        .doing("take back a sign-in that failed")?;
    Ok(())
}

/// The failures since an instant.
pub async fn failures(
    mut db: impl Reads,
    account_key: &str,
    network: &str,
    since: Micros,
) -> Result<Failures> {
    let row = sqlx::query(
        "SELECT
            (SELECT COUNT(*) FROM sign_in_failures
             WHERE account_key = $1 AND network = $2 AND failed_at >= $3) AS pair,
            (SELECT COUNT(*) FROM sign_in_failures WHERE network = $2 AND failed_at >= $3) AS network,
            (SELECT COUNT(*) FROM sign_in_failures WHERE account_key = $1 AND failed_at >= $3) AS account",
    )
    .bind(checked(account_key)?)
    .bind(checked(network)?)
    .bind(since)
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("count sign-ins that failed")?;
    Ok(Failures {
        pair: row.int("pair")?,
        network: row.int("network")?,
        account: row.int("account")?,
    })
}

/// Forgets the failures of this account from this network: they signed in.
pub async fn clear_failures(tx: &mut Tx, account_key: &str, network: &str) -> Result<()> {
    sqlx::query("DELETE FROM sign_in_failures WHERE account_key = $1 AND network = $2")
        .bind(checked(account_key)?)
        .bind(checked(network)?)
        .execute(tx.connection())
        .await
        .doing("forget sign-ins that failed")?;
    Ok(())
}

/// Forgets failures that no longer count.
pub async fn delete_failures_before(tx: &mut Tx, at: Micros) -> Result<u64> {
    let done = sqlx::query("DELETE FROM sign_in_failures WHERE failed_at < $1")
        .bind(at)
        .execute(tx.connection())
        .await
        .doing("forget old sign-ins that failed")?;
    Ok(done.rows_affected())
}
