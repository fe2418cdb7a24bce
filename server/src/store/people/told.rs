//! What every page tells whoever looks. A page asks for it before anything else: it is one statement.

use app::domain::{Restored, SystemPause, UserId};

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result, connections, notices, settings};

/// What a person is told on every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The pause of everything, if there is one.
    pub pause: Option<SystemPause>,
    /// From what the database was restored, if it was and they administer it.
    pub restored: Option<Restored>,
    /// Whether a server has said of itself that it refreshes nothing. It may be gone since.
    pub is_refresh_stopped: bool,
    /// Notices that they have not read.
    pub unread: u32,
    /// Whether a connection is shared with them, if they are a contributor.
    pub has_shared_connection: bool,
}

/// What a person is told. Who `administers` hears of connections and of a restore.
pub async fn told(mut db: impl Reads, user: UserId, administers: bool) -> Result<Told> {
    let row = sqlx::query(concat!(
        "SELECT (SELECT value FROM settings WHERE key = $3) AS pause,
                CASE WHEN $2 = 1 THEN (SELECT value FROM settings WHERE key = $4) END AS restored,
                CAST(CASE WHEN EXISTS (SELECT 1 FROM servers WHERE refreshes_stopped = 1)
                     THEN 1 ELSE 0 END AS BIGINT) AS is_refresh_stopped, ",
        notices::unread!(),
        " + CASE WHEN $2 = 1 THEN ",
        notices::unread_of_connections!(),
        " ELSE 0 END AS unread,
          CAST(CASE WHEN EXISTS (SELECT 1 FROM connections c WHERE c.removed_at = 0 AND ",
        connections::is_shared!("$1"),
        ") THEN 1 ELSE 0 END AS BIGINT) AS has_shared_connection",
    ))
    .bind(user.to_string())
    .bind(i64::from(administers))
    .bind(settings::SYSTEM_PAUSE)
    .bind(settings::RESTORED)
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("read what every page tells")?;
    Ok(Told {
        pause: row.maybe_json("pause")?,
        restored: row.maybe_json("restored")?,
        is_refresh_stopped: row.flag("is_refresh_stopped")?,
        unread: row.count("unread")?,
        has_shared_connection: row.flag("has_shared_connection")?,
    })
}
