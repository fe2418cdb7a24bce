//! Forgetting rows for good, with what hangs on them.

use serde::Serialize;

use super::columns::to_json;
use super::error::Doing;
use super::{PerEngine, Result, Tx};

/// Runs statements over the rows that go, in order: what hangs on them first. How many go.
pub(super) async fn forget_all<T: Serialize>(
    tx: &mut Tx,
    statements: &[PerEngine],
    going: &[T],
    doing: &'static str,
) -> Result<u64> {
    if going.is_empty() {
        return Ok(0);
    }
    let given = to_json(&going)?;
    for statement in statements {
        let sql = statement.of(tx.engine());
        sqlx::query(sql)
            .bind(&given)
            .execute(tx.connection())
            .await
            .doing(doing)?;
    }
    Ok(u64::try_from(going.len()).unwrap_or(u64::MAX))
}
