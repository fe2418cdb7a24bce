//! The notices of a person.

use app::domain::{Micros, Notice, NoticeKind, UserId};
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, Store, Tx};

/// Most notices of a list.
const MOST: i64 = 100;

/// How many notices about exports the person `$1` has not read.
macro_rules! unread {
    () => {
        "(SELECT COUNT(*) FROM notice_readers WHERE user_id = $1 AND read_at = 0)"
    };
}

pub(in crate::store) use unread;

/// The newest notices of a person about exports.
pub async fn of(store: &Store, user: UserId) -> Result<Vec<Notice>> {
    let rows = sqlx::query(
        "SELECT n.id, n.kind, r.at, n.export_id, e.name AS export_name, n.run_id, n.reason, r.read_at
         FROM notice_readers r
         JOIN notices n ON n.id = r.notice_id
         JOIN exports e ON e.id = n.export_id
         WHERE r.user_id = $1 ORDER BY r.at DESC, r.notice_id DESC LIMIT $2",
    )
    .bind(user.to_string())
    .bind(MOST)
    .fetch_all(&mut *store.reader().await?)
    .await
    .doing("list the notices of a person")?;
    rows.iter().map(notice).collect()
}

fn notice(row: &AnyRow) -> Result<Notice> {
    Ok(Notice {
        id: row.parsed("id")?,
        kind: row.coded("kind", NoticeKind::from_code)?,
        at: row.int("at")?,
        export_id: row.parsed("export_id")?,
        export_name: row.text("export_name")?,
        run_id: row.maybe_parsed("run_id")?,
        reason: row.maybe_json("reason")?,
        is_read: row.since("read_at")?.is_some(),
    })
}

/// Notes that a person has read all notices of now. Tells how many that were.
pub async fn read_all(tx: &mut Tx, user: UserId, at: Micros) -> Result<u64> {
    let done = sqlx::query(
        "UPDATE notice_readers SET read_at = $2 WHERE user_id = $1 AND read_at = 0 AND at <= $2",
    )
    .bind(user.to_string())
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("note that a person has read their notices")?;
    if done.rows_affected() > 0 {
        tx.signal(SignalKind::Notice, "", 0);
    }
    Ok(done.rows_affected())
}
