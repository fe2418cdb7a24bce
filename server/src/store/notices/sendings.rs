//! The outbox: notices on their way to people and groups. Each is claimed by one worker at a time, and sent at least
//! once: who gets it twice sees by its id that it is the same.

use app::domain::{ExportId, Micros, NoticeId, NoticeKind, Reason, RunId};

use crate::store::columns::to_json;
use crate::store::error::Doing;
use crate::store::{Result, SendingId, Store, Tx};

/// Where a notice goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A mail to this address.
    Mail(String),
    /// A POST to the URL that is sealed here for the group. None: it was forgotten.
    Webhook(Option<String>),
    /// Nobody: the person may no longer sign in.
    Nobody,
}

/// A notice that this worker may send, until its lease passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    pub id: SendingId,
    /// To be carried by what is written of it.
    pub fence: i64,
    /// From 1.
    pub attempt: u32,
    pub created_at: Micros,
    /// The person or group.
    pub recipient: String,
    pub target: Target,
    /// For a person, not for a group.
    pub is_for_person: bool,
    /// Code of its language.
    pub language: String,
    pub notice_id: NoticeId,
    pub kind: NoticeKind,
    pub at: Micros,
    pub export_id: ExportId,
    pub export_name: String,
    pub run_id: Option<RunId>,
    pub reason: Option<Reason>,
}

/// Notes that a notice was sent. False: somebody else has it, or it has ended.
pub async fn sent(store: &Store, id: SendingId, fence: i64, at: Micros) -> Result<bool> {
    let mut tx = store.begin().await?;
    let done = sqlx::query(
        "UPDATE notice_sendings SET ended_at = $3, sent = 1, problem = NULL, lease_until = 0
         WHERE id = $1 AND fence = $2 AND ended_at = 0",
    )
    .bind(id.to_string())
    .bind(fence)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("note that a notice was sent")?;
    if done.rows_affected() == 0 {
        return tx.rollback().await.map(|()| false);
    }
    channel_sent(&mut tx, id, at).await?;
    tx.commit().await?;
    Ok(true)
}

async fn channel_sent(tx: &mut Tx, id: SendingId, at: Micros) -> Result<()> {
    sqlx::query(
        "UPDATE notice_channels SET sent_at = $2, problem = NULL
         WHERE id = (SELECT channel_id FROM notice_sendings WHERE id = $1)",
    )
    .bind(id.to_string())
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("note that a group was told")?;
    Ok(())
}

/// Ends an attempt that failed; the next one starts at `next` at the earliest. False: somebody else has it.
pub async fn retry_at(
    store: &Store,
    id: SendingId,
    fence: i64,
    next: Micros,
    reason: &Reason,
) -> Result<bool> {
    failed(store, id, fence, (0, next), reason).await
}

/// Ends a sending that failed for good. False: somebody else has it.
pub async fn give_up(
    store: &Store,
    id: SendingId,
    fence: i64,
    at: Micros,
    reason: &Reason,
) -> Result<bool> {
    failed(store, id, fence, (at, at), reason).await
}

/// The last but one: when it ended, or 0, and when it is tried again.
async fn failed(
    store: &Store,
    id: SendingId,
    fence: i64,
    (ended, next): (Micros, Micros),
    reason: &Reason,
) -> Result<bool> {
    let reason = to_json(reason)?;
    let mut tx = store.begin().await?;
    let done = sqlx::query(
        "UPDATE notice_sendings SET ended_at = $3, next_attempt_at = $4, problem = $5, lease_until = 0
         WHERE id = $1 AND fence = $2 AND ended_at = 0",
    )
    .bind(id.to_string())
    .bind(fence)
    .bind(ended)
    .bind(next)
    .bind(&reason)
    .execute(tx.connection())
    .await
    .doing("note that a notice could not be sent")?;
    if done.rows_affected() == 0 {
        return tx.rollback().await.map(|()| false);
    }
    channel_failed(&mut tx, &id.to_string(), &reason).await?;
    tx.commit().await?;
    Ok(true)
}

/// Ends a sending that was just claimed and cannot be read: it has failed for good.
pub(super) async fn spoil(tx: &mut Tx, id: &str, at: Micros, reason: &Reason) -> Result<()> {
    let reason = to_json(reason)?;
    sqlx::query(
        "UPDATE notice_sendings SET ended_at = $2, problem = $3, lease_until = 0 WHERE id = $1",
    )
    .bind(id)
    .bind(at)
    .bind(&reason)
    .execute(tx.connection())
    .await
    .doing("end a notice that cannot be read")?;
    channel_failed(tx, id, &reason).await
}

async fn channel_failed(tx: &mut Tx, id: &str, reason: &str) -> Result<()> {
    sqlx::query(
        "UPDATE notice_channels SET problem = $2
         WHERE id = (SELECT channel_id FROM notice_sendings WHERE id = $1)",
    )
    .bind(id)
    .bind(reason)
    .execute(tx.connection())
    .await
    .doing("note that a group could not be told")?;
    Ok(())
}
