//! The records of deliveries to destinations that keep no file. What they say is not known here.

use app::domain::{ConnectionId, Micros};
use serde_json::Value;

use super::columns::{Columns, checked, to_json};
use super::error::Doing;
use super::{Reads, Result, Tx};

/// A record that is to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewRecord<'a> {
    pub connection: ConnectionId,
    pub run_id: &'a str,
    pub export_folder: &'a str,
    /// Its number among those of the export's folder.
    pub publish: i64,
    pub record: &'a Value,
    pub at: Micros,
}

/// The record of a run.
pub async fn of(
    mut db: impl Reads,
    connection: ConnectionId,
    run_id: &str,
) -> Result<Option<Value>> {
    let row = sqlx::query(
        "SELECT record FROM published_records WHERE connection_id = $1 AND run_id = $2",
    )
    .bind(connection.to_string())
    .bind(checked(run_id)?)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("read the record of a delivery")?;
    row.map(|row| row.json("record")).transpose()
}

/// Keeps a record, unless the run has one.
pub async fn keep(tx: &mut Tx, new: &NewRecord<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO published_records (connection_id, run_id, export_folder, publish, record, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (connection_id, run_id) DO NOTHING",
    )
    .bind(new.connection.to_string())
    .bind(checked(new.run_id)?)
    .bind(checked(new.export_folder)?)
    .bind(new.publish)
    .bind(to_json(new.record)?)
    .bind(new.at)
    .execute(tx.connection())
    .await
    .doing("keep the record of a delivery")?;
    Ok(())
}

/// The highest number in an export's folder; 0 where there is none.
pub async fn newest(
    mut db: impl Reads,
    connection: ConnectionId,
    export_folder: &str,
) -> Result<i64> {
    let row = sqlx::query(
        "SELECT MAX(publish) AS newest FROM published_records
         WHERE connection_id = $1 AND export_folder = $2",
    )
    .bind(connection.to_string())
    .bind(checked(export_folder)?)
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("read the number of the last delivery")?;
    Ok(row.maybe_int("newest")?.unwrap_or(0))
}

/// Forgets the record of a run; there may be none.
pub async fn withdraw(tx: &mut Tx, connection: ConnectionId, run_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM published_records WHERE connection_id = $1 AND run_id = $2")
        .bind(connection.to_string())
        .bind(checked(run_id)?)
        .execute(tx.connection())
        .await
        .doing("withdraw the record of a delivery")?;
    Ok(())
}
