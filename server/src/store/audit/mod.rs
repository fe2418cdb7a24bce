//! Who did what, to what, from where. Entries are only ever added, in the transaction of the change they tell of: by the
//! services, and of runs by the store. None is changed; those that are too old are forgotten ([`forget`]). Nothing
//! outside of this module writes them.

mod keep;
mod list;
mod names;
mod runs;
mod statements;

use app::domain::{AuditDoor, Micros, TokenId, UserId};
use serde_json::Value;
use sqlx::any::AnyRow;

use super::columns::{Columns, checked, to_maybe_json};
use super::error::Doing;
use super::ids::fresh;
use super::{Reads, Result, Tx, fold};

pub(in crate::store) use keep::DAYS;
pub use keep::{days, forget, set_days};
pub use list::{Found, Piece, get, list, piece};
pub(in crate::store) use runs::{PlannedRun, run_ended, runs_planned};

/// An entry to add. Secrets have no place in it.
pub struct AuditEntry<'a> {
    pub at: Micros,
    /// None: the program itself, or nobody signed in.
    pub actor_id: Option<UserId>,
    pub actor_name: &'a str,
    pub door: AuditDoor,
    /// The access token it was done with.
    pub token: Option<TokenId>,
    /// As `export.update`.
    pub action: &'a str,
    pub object_kind: &'a str,
    pub object_id: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub network: &'a str,
}

/// An entry as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    pub id: String,
    pub at: Micros,
    pub actor_id: Option<UserId>,
    pub actor_name: String,
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub network: String,
}

fn entry(row: &AnyRow) -> Result<AuditRow> {
    Ok(AuditRow {
        id: row.text("id")?,
        at: row.int("at")?,
        actor_id: row.maybe_parsed("actor_id")?,
        actor_name: row.text("actor_name")?,
        action: row.text("action")?,
        object_kind: row.text("object_kind")?,
        object_id: row.text("object_id")?,
        before: row.maybe_json("state_before")?,
        after: row.maybe_json("state_after")?,
        network: row.text("network")?,
    })
}

/// Adds an entry, with the name that its object has now.
pub async fn append(tx: &mut Tx, entry: &AuditEntry<'_>) -> Result<()> {
    let name = names::name_of(tx, entry).await?;
    sqlx::query(
        "INSERT INTO audit (id, at, actor_id, actor_name, action, object_kind, object_id,
                            state_before, state_after, network, object_name, door, token_id, search_fold)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(fresh(entry.at).to_string())
    .bind(entry.at)
    .bind(entry.actor_id.map(|id| id.to_string()))
    .bind(checked(entry.actor_name)?)
    .bind(checked(entry.action)?)
    .bind(checked(entry.object_kind)?)
    .bind(checked(&entry.object_id)?)
    .bind(to_maybe_json(entry.before.as_ref())?)
    .bind(to_maybe_json(entry.after.as_ref())?)
    .bind(checked(entry.network)?)
    .bind(&name)
    .bind(entry.door.code())
    .bind(entry.token.map(|id| id.to_string()))
    .bind(found_by(&[entry.actor_name, entry.action, entry.network, &name]))
    .execute(tx.connection())
    .await
    .doing("add to the audit log")?;
    Ok(())
}

/// What a search finds an entry by.
fn found_by(words: &[&str]) -> String {
    fold(&words.join(" "))
}

/// What was done to one object, newest first.
pub async fn of(
    mut db: impl Reads,
    object_kind: &str,
    object_id: &str,
    limit: u32,
) -> Result<Vec<AuditRow>> {
    let rows = sqlx::query(
        "SELECT id, at, actor_id, actor_name, action, object_kind, object_id,
                state_before, state_after, network
         FROM audit WHERE object_kind = $1 AND object_id = $2
         ORDER BY at DESC, id DESC LIMIT $3",
    )
    .bind(checked(object_kind)?)
    .bind(checked(object_id)?)
    .bind(i64::from(limit))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read the audit log")?;
    rows.iter().map(entry).collect()
}

/// Those of two actions that were done to one object, newest first: from the start, or after an entry, named by its
/// instant and id.
pub async fn done_to(
    mut db: impl Reads,
    object_kind: &str,
    object_id: &str,
    actions: [&str; 2],
    after: Option<&(Micros, String)>,
    limit: u32,
) -> Result<Vec<AuditRow>> {
    let (at, id) = after.map_or((Micros::MAX, ""), |(at, id)| (*at, id.as_str()));
    let rows = sqlx::query(
        "SELECT id, at, actor_id, actor_name, action, object_kind, object_id,
                state_before, state_after, network
         FROM audit
         WHERE object_kind = $1 AND object_id = $2 AND action IN ($3, $4) AND (at, id) < ($5, $6)
         ORDER BY at DESC, id DESC LIMIT $7",
    )
    .bind(checked(object_kind)?)
    .bind(checked(object_id)?)
    .bind(actions[0])
    .bind(actions[1])
    .bind(at)
    .bind(id)
    .bind(i64::from(limit))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read the audit log")?;
    rows.iter().map(entry).collect()
}
