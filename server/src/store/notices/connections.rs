//! What administrators are told of connections: in the pages alone, once for each cause.

use app::domain::{
    ConnectionId, ConnectionNotice, ConnectionNoticeKind, Micros, NoticeId, Reason, UserId,
};
use sqlx::any::AnyRow;

use crate::store::columns::{Columns, checked, to_maybe_json};
use crate::store::error::Doing;
use crate::store::{Reads, Result, SignalKind, Tx, fresh};

/// Most notices of a list.
const MOST: i64 = 100;

/// Something to tell.
#[derive(Debug)]
pub struct ConnectionTold<'a> {
    pub kind: ConnectionNoticeKind,
    pub connection: ConnectionId,
    /// What tells it from others of its kind: told twice, it is one notice.
    pub cause: &'a str,
    pub reason: Option<&'a Reason>,
    pub at: Micros,
}

/// Tells administrators something of a connection. Says whether it was not told before.
pub async fn tell_of_connection(tx: &mut Tx, told: &ConnectionTold<'_>) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO connection_notices (id, kind, noticed_at, connection_id, cause, reason)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (connection_id, kind, cause) DO NOTHING",
    )
    .bind(NoticeId::new(fresh(told.at)).to_string())
    .bind(told.kind.code())
    .bind(told.at)
    .bind(told.connection.to_string())
    .bind(checked(told.cause)?)
    .bind(to_maybe_json(told.reason)?)
    .execute(tx.connection())
    .await
    .doing("tell something of a connection")?;
    let is_new = done.rows_affected() > 0;
    if is_new {
        tx.signal(SignalKind::Notice, "", 0);
    }
    Ok(is_new)
}

/// How many notices of connections the administrator `$1` has not read: of those since they were added.
macro_rules! unread_of_connections {
    () => {
        "(SELECT COUNT(*)
          FROM connection_notices n
          JOIN connections c ON c.id = n.connection_id AND c.removed_at = 0
          JOIN users u ON u.id = $1 AND u.created_at <= n.noticed_at
          WHERE NOT EXISTS (SELECT 1 FROM connection_notice_readers r
                            WHERE r.notice_id = n.id AND r.user_id = u.id))"
    };
}

pub(in crate::store) use unread_of_connections;

/// The newest notices of connections that are there, as an administrator sees them.
pub async fn of_connections(mut db: impl Reads, user: UserId) -> Result<Vec<ConnectionNotice>> {
    let rows = sqlx::query(
        "SELECT n.id, n.kind, n.noticed_at, n.connection_id, c.name AS connection_name, n.reason,
                CASE WHEN EXISTS (SELECT 1 FROM connection_notice_readers r
                                  WHERE r.notice_id = n.id AND r.user_id = u.id) THEN 1 ELSE 0 END AS is_read
         FROM connection_notices n
         JOIN connections c ON c.id = n.connection_id AND c.removed_at = 0
         JOIN users u ON u.id = $1 AND u.created_at <= n.noticed_at
         ORDER BY n.noticed_at DESC, n.id DESC LIMIT $2",
    )
    .bind(user.to_string())
    .bind(MOST)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list notices of connections")?;
    rows.iter().map(notice).collect()
}

fn notice(row: &AnyRow) -> Result<ConnectionNotice> {
    Ok(ConnectionNotice {
        id: row.parsed("id")?,
        kind: row.coded("kind", ConnectionNoticeKind::from_code)?,
        at: row.int("noticed_at")?,
        connection_id: row.parsed("connection_id")?,
        connection_name: row.text("connection_name")?,
        reason: row.maybe_json("reason")?,
        is_read: row.flag("is_read")?,
    })
}

/// Notes that an administrator has read all notices of connections of now.
pub async fn read_of_connections(tx: &mut Tx, user: UserId, at: Micros) -> Result<()> {
    let done = sqlx::query(
        "INSERT INTO connection_notice_readers (notice_id, user_id, read_at)
         SELECT n.id, u.id, $2 FROM connection_notices n JOIN users u ON u.id = $1
         WHERE n.noticed_at <= $2
         ON CONFLICT (notice_id, user_id) DO NOTHING",
    )
    .bind(user.to_string())
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("note that somebody has read notices of connections")?;
    if done.rows_affected() > 0 {
        tx.signal(SignalKind::Notice, "", 0);
    }
    Ok(())
}
