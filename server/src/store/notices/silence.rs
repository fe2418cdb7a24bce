//! Exports that have not delivered for longer than a follower's limit. Looked for every minute, so that no statement here
//! may walk through all exports.

use std::collections::BTreeMap;

use app::domain::{ExportId, Micros, NoticeKind, Reason};

use super::audience::{Follower, audience};
use super::limits::{alert, alerted};
use super::telling::{News, tell};
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Result, Store, Tx, exports};

const HOUR: Micros = 3_600_000_000;
/// How many silent exports one call tells of.
const AT_ONCE: i64 = 100;

/// The last delivery, or else the creation, is longer ago than the limit of a follower. As `exports_silent` has it.
macro_rules! longer_than {
    ($follower:literal) => {
        concat!(
            "CASE WHEN e.refreshed_at > 0 THEN e.refreshed_at ELSE e.created_at END < $1 - ",
            $follower,
            ".silent_hours * 3600000000"
        )
    };
}

/// A follower was not told since.
macro_rules! untold {
    ($follower:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM notice_alerts a
                         WHERE a.export_id = e.id AND a.kind = 'not_delivered' AND a.follower = ",
            $follower,
            ")"
        )
    };
}

/// Exports of which somebody is to be told that nothing was delivered. Who follows everything is told of those that
/// are switched on and connected alone. `$1` the clock · `$2` limit.
///
/// Four ways lead from a limit to exports: of a person or a group, by name or for everything. Each goes by an index
/// (`follows_silent`, `notice_channels_silent`, `exports_silent`). What is followed by name is asked `removed_at < 1`:
/// for `removed_at = 0` SQLite would rather walk through an index of all exports than take each by its id.
///
/// `$explain`: nothing, or what makes the database tell how it would look.
macro_rules! silent {
    ($explain:literal) => {
        concat!(
            $explain,
            "SELECT w.id FROM
                 (SELECT e.id FROM follows f
                      JOIN users u ON u.id = f.user_id AND u.disabled = 0
                      JOIN exports e ON e.id = f.export_id AND e.removed_at < 1
                  WHERE f.silent_hours > 0 AND ",
            longer_than!("f"),
            " AND ",
            untold!("f.user_id"),
            "
                  UNION
                  SELECT e.id FROM follows f
                      JOIN users u ON u.id = f.user_id AND u.disabled = 0
                      JOIN exports e ON e.removed_at = 0 AND e.enabled = 1 AND e.connection_id IS NOT NULL
                  WHERE f.silent_hours > 0 AND f.export_id IS NULL AND ",
            longer_than!("f"),
            " AND ",
            untold!("f.user_id"),
            "
                    AND NOT EXISTS
                      (SELECT 1 FROM follows o WHERE o.user_id = f.user_id AND o.export_id = e.id)
                  UNION
                  SELECT e.id FROM notice_channels c
                      JOIN exports e ON e.removed_at = 0 AND e.enabled = 1 AND e.connection_id IS NOT NULL
                  WHERE c.removed_at = 0 AND c.silent_hours > 0 AND c.follows_all = 1 AND ",
            longer_than!("c"),
            " AND ",
            untold!("c.id"),
            "
                  UNION
                  SELECT e.id FROM notice_channels c
                      JOIN notice_channel_exports o ON o.channel_id = c.id
                      JOIN exports e ON e.id = o.export_id AND e.removed_at < 1
                  WHERE c.removed_at = 0 AND c.silent_hours > 0 AND c.follows_all = 0 AND ",
            longer_than!("c"),
            " AND ",
            untold!("c.id"),
            ") w
             ORDER BY w.id LIMIT $2"
        )
    };
}

const SILENT: &str = silent!("");

/// Tells of exports that have not delivered for longer than a follower's limit; of some of them at a time. Gives how
/// many that were.
pub async fn tell_silent(store: &Store) -> Result<u64> {
    let now = store.now();
    let rows = sqlx::query(SILENT)
        .bind(now)
        .bind(AT_ONCE)
        .fetch_all(&mut *store.reader().await?)
        .await
        .doing("find exports that have not delivered for long")?;
    for row in &rows {
        let mut tx = store.begin().await?;
        tell_of(&mut tx, row.parsed("id")?, now).await?;
        tx.commit().await?;
    }
    Ok(rows.len() as u64)
}

/// Looks at one export again, now that it is locked.
async fn tell_of(tx: &mut Tx, export: ExportId, now: Micros) -> Result<()> {
    exports::lock(tx, export).await?;
    let row = sqlx::query(
        "SELECT CASE WHEN refreshed_at > 0 THEN refreshed_at ELSE created_at END AS last,
                CASE WHEN enabled = 1 AND connection_id IS NOT NULL THEN 1 ELSE 0 END AS is_active
         FROM exports WHERE id = $1 AND removed_at = 0",
    )
    .bind(export.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing("read when an export delivered")?;
    let Some(row) = row else { return Ok(()) };
    let last = row.int("last")?;
    let is_active = row.flag("is_active")?;
    let followers = audience(tx, &[export]).await?;
    let alerted = alerted(tx, export, NoticeKind::NotDelivered).await?;
    let mut told = BTreeMap::<u32, Vec<&Follower>>::new();
    for follower in followers.iter().filter(|one| is_active || one.by_name) {
        let code = follower.who.code();
        let Some(hours) = follower.settings.silent_hours else {
            continue;
        };
        if last < now.saturating_sub(i64::from(hours) * HOUR) && !alerted.contains(&code) {
            alert(tx, export, NoticeKind::NotDelivered, &code, now).await?;
            told.entry(hours).or_default().push(follower);
        }
    }
    let news: Vec<_> = told
        .into_iter()
        .map(|(hours, followers)| {
            let news = News {
                kind: NoticeKind::NotDelivered,
                export_id: export,
                run_id: None,
                cause: format!("{last}/{hours}"),
                reason: Some(Reason::new("not_delivered").with("hours", hours)),
            };
            (news, followers)
        })
        .collect();
    tell(tx, now, &news).await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base::SystemClock;

    use super::*;

    #[tokio::test]
    async fn nobody_walks_through_all_exports_to_find_the_silent_ones() {
        const EXPLAINED: &str = silent!("EXPLAIN QUERY PLAN ");
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("waybill.db").display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        store.migrate().await.expect("migrates");
        let rows = sqlx::query(EXPLAINED)
            .bind(0_i64)
            .bind(1_i64)
            .fetch_all(&mut *store.reader().await.expect("a reader"))
            .await
            .expect("explains");
        let steps: Vec<String> = rows
            .iter()
            .map(|row| row.text("detail").expect("a step"))
            .collect();
        let of_exports: Vec<_> = steps
            .iter()
            .filter(|step| step.starts_with("SEARCH e ") || step.starts_with("SCAN e "))
            .collect();
        assert_eq!(of_exports.len(), 4, "{steps:?}");
        for step in of_exports {
            let is_bounded = step.ends_with("(id=?)") || step.contains("exports_silent");
            assert!(is_bounded, "{step}");
        }
        store.close().await;
    }
}
