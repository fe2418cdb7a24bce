//! What of connections ends soon and was not told yet.

use app::domain::{ConnectionId, Expiry, Micros};

use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{Reads, Result, Tx};

/// What ends up to an instant, of connections that are there, and was not told yet: soonest first.
pub async fn untold(mut db: impl Reads, up_to: Micros) -> Result<Vec<(ConnectionId, Expiry)>> {
    let rows = sqlx::query(
        "SELECT x.connection_id, x.what, x.ends_at
         FROM connection_expiries x JOIN connections c ON c.id = x.connection_id AND c.removed_at = 0
         WHERE x.told_at = 0 AND x.ends_at <= $1
         ORDER BY x.ends_at, x.connection_id, x.what LIMIT 100",
    )
    .bind(up_to)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list what of connections ends soon")?;
    rows.iter()
        .map(|row| {
            let expiry = Expiry {
                what: row.text("what")?,
                at: row.int("ends_at")?,
            };
            Ok((row.parsed("connection_id")?, expiry))
        })
        .collect()
}

/// Notes that an end was told, unless it is another one by now or somebody else has told it. Says whether it did.
pub async fn mark_told(tx: &mut Tx, id: ConnectionId, expiry: &Expiry, at: Micros) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE connection_expiries SET told_at = $4
         WHERE connection_id = $1 AND what = $2 AND ends_at = $3 AND told_at = 0",
    )
    .bind(id.to_string())
    .bind(checked(&expiry.what)?)
    .bind(expiry.at)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("note that it was told what of a connection ends")?;
    Ok(done.rows_affected() > 0)
}
