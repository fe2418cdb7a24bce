//! The outbox: notices on their way to people and groups. Each is claimed by one worker at a time, and sent at least
//! once: who gets it twice sees by its id that it is the same.

use app::domain::{ChannelKind, ExportId, Micros, NoticeId, NoticeKind, Reason, RunId};
use sqlx::any::AnyRow;

use crate::store::columns::{Columns, to_json};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, SendingId, Store, Tx, skip_locked};

/// Where a notice goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A mail to this address.
    Mail(String),
    /// A POST to this URL.
    Webhook(String),
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

/// What is due and nobody has. `$1` the clock for attempts · `$2` the clock for leases · `$3` limit.
macro_rules! due {
    () => {
        "SELECT s.id FROM notice_sendings s
         WHERE s.ended_at = 0 AND s.next_attempt_at <= $1 AND s.lease_until <= $2
         ORDER BY s.next_attempt_at, s.id LIMIT $3"
    };
}

const ANY: &str = due!();
const NEXT: PerEngine = skip_locked!(due!(), "s");

/// Claims up to `limit` sendings for `lease_us` from now, those that wait longest first.
pub async fn claim(store: &Store, lease_us: i64, limit: u32) -> Result<Vec<Sending>> {
    const DOING: &str = "claim notices to send";
    if !anything(store).await? {
        return Ok(Vec::new());
    }
    let mut tx = store.begin().await?;
    let lease_now = tx.lease_now().await?;
    let now = tx.now();
    let sql = NEXT.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(now)
        .bind(lease_now)
        .bind(i64::from(limit))
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = row.text("id")?;
        sqlx::query(
            "UPDATE notice_sendings SET lease_until = $2, fence = fence + 1, attempt = attempt + 1
             WHERE id = $1",
        )
        .bind(&id)
        .bind(lease_now.saturating_add(lease_us))
        .execute(tx.connection())
        .await
        .doing(DOING)?;
        let row = sqlx::query(
            "SELECT s.id, s.fence, s.attempt, s.created_at, s.language, s.user_id, n.id AS notice_id, n.kind, n.at,
                    n.export_id, e.name AS export_name, n.run_id, n.reason, u.email, u.disabled,
                    c.kind AS channel_kind, c.address
             FROM notice_sendings s
             JOIN notices n ON n.id = s.notice_id
             JOIN exports e ON e.id = n.export_id
             LEFT JOIN users u ON u.id = s.user_id
             LEFT JOIN notice_channels c ON c.id = s.channel_id AND c.removed_at = 0
             WHERE s.id = $1",
        )
        .bind(&id)
        .fetch_one(tx.connection())
        .await
        .doing(DOING)?;
        claimed.push(sending(&row)?);
    }
    tx.commit().await?;
    Ok(claimed)
}

/// Whether there is anything to send, asked without keeping the one writer busy. Where leases go by another clock
/// than ours, any of them counts as passed here: the claim itself decides.
async fn anything(store: &Store) -> Result<bool> {
    let leases = if store.engine().dialect().clock.is_some() {
        i64::MAX
    } else {
        store.now()
    };
    let row = sqlx::query(ANY)
        .bind(store.now())
        .bind(leases)
        .bind(1_i64)
        .fetch_optional(&mut *store.reader().await?)
        .await
        .doing("look for notices to send")?;
    Ok(row.is_some())
}

fn sending(row: &AnyRow) -> Result<Sending> {
    Ok(Sending {
        id: row.parsed("id")?,
        fence: row.int("fence")?,
        attempt: row.count("attempt")?,
        created_at: row.int("created_at")?,
        target: target(row)?,
        is_for_person: row.maybe_text("user_id")?.is_some(),
        language: row.text("language")?,
        notice_id: row.parsed("notice_id")?,
        kind: row.coded("kind", NoticeKind::from_code)?,
        at: row.int("at")?,
        export_id: row.parsed("export_id")?,
        export_name: row.text("export_name")?,
        run_id: row.maybe_parsed("run_id")?,
        reason: row.maybe_json("reason")?,
    })
}

fn target(row: &AnyRow) -> Result<Target> {
    if let Some(address) = row.maybe_text("address")? {
        let kind = row.coded("channel_kind", ChannelKind::from_code)?;
        return Ok(match kind {
            ChannelKind::Mail => Target::Mail(address),
            ChannelKind::Webhook => Target::Webhook(address),
        });
    }
    match row.maybe_text("email")? {
        Some(email) if !row.flag("disabled")? => Ok(Target::Mail(email)),
        _ => Ok(Target::Nobody),
    }
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
    const DOING: &str = "note that a notice could not be sent";
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
    .doing(DOING)?;
    if done.rows_affected() == 0 {
        return tx.rollback().await.map(|()| false);
    }
    sqlx::query(
        "UPDATE notice_channels SET problem = $2
         WHERE id = (SELECT channel_id FROM notice_sendings WHERE id = $1)",
    )
    .bind(id.to_string())
    .bind(&reason)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    tx.commit().await?;
    Ok(true)
}
