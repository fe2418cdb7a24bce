//! Claiming what is to be sent: for each person and group one at a time, the oldest first, and people and groups in
//! turns. What cannot be read ends here, and holds up nothing else.

use app::domain::{ChannelKind, Micros, NoticeKind, Reason};
use sqlx::any::AnyRow;

use super::sendings::{Sending, Target, spoil};
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, Store, StoreError, Tx, skip_locked};

/// A way out of the server. Each has places of its own, so that one that is slow does not hold up the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Mails to people.
    People,
    /// Mails to groups.
    MailGroups,
    /// Webhooks, which are groups all of them.
    Webhooks,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::People, Self::MailGroups, Self::Webhooks];

    const fn due(self) -> Due {
        match self {
            Self::People => TO_PEOPLE,
            Self::MailGroups => TO_MAIL_GROUPS,
            Self::Webhooks => TO_WEBHOOKS,
        }
    }
}

/// What a claim came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    pub sendings: Vec<Sending>,
    /// What cannot be read. It has ended as failed.
    pub damaged: Vec<Damaged>,
}

/// A sending that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub struct Damaged {
    pub id: String,
    /// What of it.
    pub column: String,
}

/// What is due on one way, to look for and to claim.
struct Due {
    any: &'static str,
    next: PerEngine,
}

/// What is next of everybody who is not being sent to. Looks at people or groups, not at what waits for them: thousands
/// may wait for one. `$1` the clock for attempts · `$2` the clock for leases · `$3` whose turn was last · `$4` limit.
macro_rules! next_of_each {
    ($recipients:literal, $column:literal, $which:literal) => {
        concat!(
            "SELECT s.id FROM ",
            $recipients,
            " r JOIN notice_sendings s ON s.id =
                 (SELECT o.id FROM notice_sendings o
                  WHERE o.",
            $column,
            " = r.id AND o.ended_at = 0 AND o.next_attempt_at <= $1 AND o.lease_until <= $2
                  ORDER BY o.next_attempt_at, o.id LIMIT 1)
             WHERE ",
            $which,
            " s.ended_at = 0 AND s.next_attempt_at <= $1 AND s.lease_until <= $2
               AND r.id NOT IN
                 (SELECT b.",
            $column,
            " FROM notice_sendings b
                  WHERE b.",
            $column,
            " IS NOT NULL AND b.ended_at = 0 AND b.lease_until > 0 AND b.lease_until > $2)
               AND 0 < COALESCE(
                 (SELECT 1 FROM notice_sendings a
                  WHERE a.ended_at = 0 AND a.next_attempt_at <= $1 AND a.lease_until <= $2 LIMIT 1), 0)
             ORDER BY CASE WHEN r.id > $3 THEN 0 ELSE 1 END, r.id LIMIT $4"
        )
    };
}

macro_rules! due {
    ($recipients:literal, $column:literal, $which:literal) => {
        Due {
            any: next_of_each!($recipients, $column, $which),
            next: skip_locked!(next_of_each!($recipients, $column, $which), "s"),
        }
    };
}

const TO_PEOPLE: Due = due!("users", "user_id", "");
const TO_MAIL_GROUPS: Due = due!("notice_channels", "channel_id", "r.kind = 'mail' AND");
const TO_WEBHOOKS: Due = due!("notice_channels", "channel_id", "r.kind = 'webhook' AND");

/// Claims up to `limit` sendings for `lease_us` from now: of each person or group the one that waits longest, beginning
/// after the one whose turn was last (`Sending::recipient`; empty: nobody's). Who is being sent to is passed over.
pub async fn claim(
    store: &Store,
    way: Way,
    last: &str,
    lease_us: i64,
    limit: u32,
) -> Result<Claimed> {
    let due = way.due();
    if !anything(store, due.any, last).await? {
        return Ok(Claimed::default());
    }
    let mut tx = store.begin().await?;
    let lease_now = tx.lease_now().await?;
    let now = tx.now();
    let sql = due.next.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(now)
        .bind(lease_now)
        .bind(last)
        .bind(i64::from(limit))
        .fetch_all(tx.connection())
        .await
        .doing("find notices to send")?;
    let mut claimed = Claimed::default();
    for row in &rows {
        let id = row.text("id")?;
        lease(&mut tx, &id, lease_now.saturating_add(lease_us)).await?;
        match read(&mut tx, &id).await {
            Ok(sending) => claimed.sendings.push(sending),
            Err(StoreError::Damaged { column, .. }) => {
                let reason = Reason::new("notice_damaged").with("column", &column);
                spoil(&mut tx, &id, now, &reason).await?;
                claimed.damaged.push(Damaged { id, column });
            }
            Err(error) => return Err(error),
        }
    }
    tx.commit().await?;
    Ok(claimed)
}

/// Whether there is anything to send, asked without keeping the one writer busy. Where leases go by another clock
/// than ours, any of them counts as passed here: the claim itself decides.
async fn anything(store: &Store, any: &'static str, last: &str) -> Result<bool> {
    let leases = if store.engine().dialect().clock.is_some() {
        i64::MAX
    } else {
        store.now()
    };
    let row = sqlx::query(any)
        .bind(store.now())
        .bind(leases)
        .bind(last)
        .bind(1_i64)
        .fetch_optional(&mut *store.reader().await?)
        .await
        .doing("look for notices to send")?;
    Ok(row.is_some())
}

async fn lease(tx: &mut Tx, id: &str, until: Micros) -> Result<()> {
    sqlx::query(
        "UPDATE notice_sendings SET lease_until = $2, fence = fence + 1, attempt = attempt + 1
         WHERE id = $1",
    )
    .bind(id)
    .bind(until)
    .execute(tx.connection())
    .await
    .doing("claim a notice to send")?;
    Ok(())
}

async fn read(tx: &mut Tx, id: &str) -> Result<Sending> {
    let row = sqlx::query(
        "SELECT s.id, s.fence, s.attempt, s.created_at, s.language, s.user_id,
                COALESCE(s.user_id, s.channel_id) AS recipient, n.id AS notice_id, n.kind, n.at,
                n.export_id, e.name AS export_name, n.run_id, n.reason, u.email, u.disabled,
                c.kind AS channel_kind, c.address, k.value AS sealed
         FROM notice_sendings s
         JOIN notices n ON n.id = s.notice_id
         JOIN exports e ON e.id = n.export_id
         LEFT JOIN users u ON u.id = s.user_id
         LEFT JOIN notice_channels c ON c.id = s.channel_id AND c.removed_at = 0
         LEFT JOIN secrets k ON k.owner_kind = 'notice_channel' AND k.owner_id = c.id AND k.name = 'address'
              AND k.kind = 'sealed'
         WHERE s.id = $1",
    )
    .bind(id)
    .fetch_one(tx.connection())
    .await
    .doing("read a notice to send")?;
    sending(&row)
}

fn sending(row: &AnyRow) -> Result<Sending> {
    Ok(Sending {
        id: row.parsed("id")?,
        fence: row.int("fence")?,
        attempt: row.count("attempt")?,
        created_at: row.int("created_at")?,
        recipient: row.text("recipient")?,
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
            ChannelKind::Webhook => Target::Webhook(row.maybe_text("sealed")?),
        });
    }
    match row.maybe_text("email")? {
        Some(email) if !row.flag("disabled")? => Ok(Target::Mail(email)),
        _ => Ok(Target::Nobody),
    }
}
