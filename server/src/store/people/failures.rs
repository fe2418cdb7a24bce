//! Sign-ins that failed, which throttle those that follow.

use app::domain::Micros;

use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::ids::fresh;
use crate::store::{Reads, Result, Tx};

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

/// Notes a sign-in that failed.
pub async fn record_failure(
    tx: &mut Tx,
    account_key: &str,
    network: &str,
    at: Micros,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO sign_in_failures (id, account_key, network, failed_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(fresh(at).to_string())
    .bind(checked(account_key)?)
    .bind(checked(network)?)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("note a sign-in that failed")?;
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
