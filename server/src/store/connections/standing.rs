//! How connections stand: their last test, their pause, what of them ends.

use std::collections::BTreeMap;

use app::domain::{ConnectionId, ConnectionPause, Expiry, LastTest};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result};

/// How a connection stands, beside its terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub test: Option<LastTest>,
    pub pause: Option<ConnectionPause>,
    /// Soonest first.
    pub expires: Vec<Expiry>,
}

/// How a connection stands that is not removed.
pub async fn standing(mut db: impl Reads, id: ConnectionId) -> Result<Standing> {
    let mut db = db.reading().await?;
    let row = sqlx::query(
        "SELECT tested_at, test_ok, test_reason, paused_at, paused_by, pause_reason
         FROM connections WHERE id = $1 AND removed_at = 0",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db)
    .await
    .doing("read how a connection stands")?;
    let Some(row) = row else {
        return Ok(Standing::default());
    };
    Ok(Standing {
        test: last_test(&row)?,
        pause: pause(&row)?,
        expires: expiries_of(&mut db, id).await?,
    })
}

/// What of a connection ends, soonest first.
pub(super) async fn expiries_of(db: &mut AnyConnection, id: ConnectionId) -> Result<Vec<Expiry>> {
    let rows = sqlx::query(
        "SELECT what, ends_at FROM connection_expiries WHERE connection_id = $1
         ORDER BY ends_at, what LIMIT 100",
    )
    .bind(id.to_string())
    .fetch_all(db)
    .await
    .doing("read what of a connection ends")?;
    rows.iter().map(expiry).collect()
}

pub(super) fn last_test(row: &AnyRow) -> Result<Option<LastTest>> {
    let at = row.int("tested_at")?;
    if at == 0 {
        return Ok(None);
    }
    Ok(Some(LastTest {
        at,
        ok: row.flag("test_ok")?,
        reason: row.maybe_json("test_reason")?,
    }))
}

pub(super) fn pause(row: &AnyRow) -> Result<Option<ConnectionPause>> {
    let since = row.int("paused_at")?;
    if since == 0 {
        return Ok(None);
    }
    Ok(Some(ConnectionPause {
        since,
        by: row.text("paused_by")?,
        reason: row.maybe_json("pause_reason")?,
    }))
}

fn expiry(row: &AnyRow) -> Result<Expiry> {
    Ok(Expiry {
        what: row.text("what")?,
        at: row.int("ends_at")?,
    })
}

/// What ends, of all connections.
pub(super) async fn expiries(
    db: &mut AnyConnection,
) -> Result<BTreeMap<ConnectionId, Vec<Expiry>>> {
    let rows = sqlx::query(
        "SELECT connection_id, what, ends_at FROM connection_expiries
         ORDER BY ends_at, connection_id, what LIMIT 5000",
    )
    .fetch_all(db)
    .await
    .doing("read what of connections ends")?;
    let mut expiries: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in &rows {
        let of_connection = expiries.entry(row.parsed("connection_id")?).or_default();
        of_connection.push(expiry(row)?);
    }
    Ok(expiries)
}
