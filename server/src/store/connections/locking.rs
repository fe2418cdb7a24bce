//! Keeping others off connections.

use std::collections::BTreeSet;

use app::domain::ConnectionId;
use serde::Serialize;

use crate::store::columns::{as_int, to_json};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, Tx, over_given};

/// As strong as saving them, and no stronger: whoever has an export and adds a run or a version, which refer to the
/// connection, does not wait.
const LOCK_ALL: PerEngine = over_given!(
    "SELECT c.id FROM",
    "JOIN connections c ON c.id = g.value ->> 'connection' ORDER BY c.id LIMIT $2",
    " FOR NO KEY UPDATE OF c"
);

/// Keeps other writers off these connections until the transaction ends, in one order. Whoever needs connections and
/// exports takes the connections first. Those that are not there are passed over.
pub async fn lock_all(tx: &mut Tx, ids: &BTreeSet<ConnectionId>) -> Result<()> {
    #[derive(Serialize)]
    struct Row {
        connection: ConnectionId,
    }
    let sql = LOCK_ALL.of(tx.engine());
    let rows: Vec<Row> = ids.iter().map(|id| Row { connection: *id }).collect();
    sqlx::query(sql)
        .bind(to_json(&rows)?)
        .bind(as_int(rows.len()))
        .fetch_all(tx.connection())
        .await
        .doing("lock connections")?;
    Ok(())
}
