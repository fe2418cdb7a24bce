//! Starting and stopping a refresh, and planning what follows it.

use std::collections::BTreeMap;

use app::domain::{Micros, Reason, RefreshId, RefreshTrigger, SegmentId, SourceId, TaskId};

use crate::store::columns::{Columns, checked, to_json};
use crate::store::error::Doing;
use crate::store::ids::fresh;
use crate::store::{PerEngine, Reads, Result, SignalKind, StoreError, Tx, locked, segments, tasks};

/// A refresh of all sources and segments to ask for.
#[derive(Debug)]
pub struct NewRefresh<'a> {
    pub id: RefreshId,
    pub trigger: RefreshTrigger,
    pub asked_by: &'a str,
    pub at: Micros,
    /// The start of the system schedule that it is for.
    pub scheduled_for: Option<Micros>,
    /// The exports that follow the system refresh run after it.
    pub run_exports: bool,
}

/// What asking for it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    New(RefreshId),
    /// This start of the schedule led to this one before.
    Before(RefreshId),
}

/// Sources, then segments.
const LOCK_ALL: PerEngine = locked!(
    "SELECT id, CASE WHEN kind = 'segment' THEN 1 ELSE 0 END AS is_segment
     FROM sources WHERE removed_at = 0
     ORDER BY CASE WHEN kind = 'segment' THEN 1 ELSE 0 END, id LIMIT 10000"
);

/// Sources and segments that a refresh renews, locked so that none of its tasks ends before the transaction does.
const LOCK_OWN: PerEngine = locked!(
    "SELECT id FROM sources WHERE id IN (SELECT source_id FROM tasks WHERE refresh_id = $1)
     ORDER BY CASE WHEN kind = 'segment' THEN 1 ELSE 0 END, id LIMIT 10000"
);

/// Asks for a refresh: a task for every source, and one for every segment, which waits for those of the sources that it
/// is made from. The planner sees to the exports that follow it.
pub async fn start(tx: &mut Tx, new: &NewRefresh<'_>) -> Result<Started> {
    const DOING: &str = "start a refresh";
    let done = sqlx::query(
        "INSERT INTO refreshes (id, asked_at, asked_by, caused_by, scheduled_for, run_exports, following)
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (scheduled_for) DO NOTHING",
    )
    .bind(new.id.to_string())
    .bind(new.at)
    .bind(checked(new.asked_by)?)
    .bind(new.trigger.code())
    .bind(new.scheduled_for)
    .bind(i64::from(new.run_exports))
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    if done.rows_affected() == 0 {
        let row = sqlx::query("SELECT id FROM refreshes WHERE scheduled_for = $1")
            .bind(new.scheduled_for)
            .fetch_one(tx.connection())
            .await
            .doing(DOING)?;
        return Ok(Started::Before(row.parsed("id")?));
    }
    let sql = LOCK_ALL.of(tx.engine());
    let all = sqlx::query(sql)
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    let mut renewals = BTreeMap::<SourceId, TaskId>::new();
    let mut to_evaluate = Vec::<SegmentId>::new();
    for row in &all {
        if row.flag("is_segment")? {
            to_evaluate.push(row.parsed("id")?);
        } else {
            let source = row.parsed("id")?;
            let task = tasks::insert_whole(tx, new.id, source, new.at).await?;
            renewals.insert(source, task);
        }
    }
    if !to_evaluate.is_empty() {
        let mut made_from = segments::sources_of_all(tx).await?;
        for segment in to_evaluate {
            let sources = made_from.remove(&segment).unwrap_or_default();
            let needs = sources.iter().filter_map(|source| renewals.get(source));
            let needs: Vec<TaskId> = needs.copied().collect();
            tasks::insert_evaluation(tx, new.id, segment, &needs, new.at).await?;
        }
    }
    tx.signal(SignalKind::System, new.id, 0);
    tx.signal_planner();
    Ok(Started::New(new.id))
}

/// Notes that starts of the system schedule were missed, the last of which was `last`. The exports that
/// would have followed get an entry with this reason.
pub async fn note_missed(tx: &mut Tx, last: Micros, reason: &Reason, at: Micros) -> Result<()> {
    let id = RefreshId::new(fresh(at));
    sqlx::query(
        "INSERT INTO refreshes (id, asked_at, asked_by, caused_by, scheduled_for, missed, following)
         VALUES ($1, $2, '', $3, $4, $5, 1) ON CONFLICT (scheduled_for) DO NOTHING",
    )
    .bind(id.to_string())
    .bind(at)
    .bind(RefreshTrigger::Schedule.code())
    .bind(last)
    .bind(to_json(reason)?)
    .execute(tx.connection())
    .await
    .doing("note that refreshes were missed")?;
    tx.signal(SignalKind::System, id, 0);
    tx.signal_planner();
    Ok(())
}

/// Stops a refresh: what waits has ended, what is under way ends when its worker hears of it. False if there is
/// nothing left to stop.
pub async fn cancel(tx: &mut Tx, id: RefreshId, at: Micros, by: &str) -> Result<bool> {
    let known: Option<String> = sqlx::query_scalar("SELECT id FROM refreshes WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("stop a refresh")?;
    if known.is_none() {
        return Err(StoreError::NotFound);
    }
    lock_own(tx, id).await?;
    let reason = Reason::new("refresh_canceled").with("by", by);
    let stopped = tasks::stop(tx, tasks::Which::OfRefresh(id), &reason, at).await?;
    tx.signal(SignalKind::System, id, 0);
    Ok(stopped)
}

async fn lock_own(tx: &mut Tx, id: RefreshId) -> Result<()> {
    let sql = LOCK_OWN.of(tx.engine());
    sqlx::query(sql)
        .bind(id.to_string())
        .fetch_all(tx.connection())
        .await
        .doing("lock the sources of a refresh")?;
    Ok(())
}

/// A task of a refresh, for those that are to wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshTaskRow {
    pub id: TaskId,
    pub source_id: SourceId,
    pub has_ended: bool,
}

/// The tasks of a refresh. None of them ends before the transaction does.
pub async fn tasks_of(tx: &mut Tx, id: RefreshId) -> Result<Vec<RefreshTaskRow>> {
    lock_own(tx, id).await?;
    let rows = sqlx::query(
        "SELECT id, source_id, CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END AS has_ended
         FROM tasks WHERE refresh_id = $1 ORDER BY id LIMIT 10000",
    )
    .bind(id.to_string())
    .fetch_all(tx.connection())
    .await
    .doing("read the tasks of a refresh")?;
    rows.iter()
        .map(|row| {
            Ok(RefreshTaskRow {
                id: row.parsed("id")?,
                source_id: row.parsed("source_id")?,
                has_ended: row.flag("has_ended")?,
            })
        })
        .collect()
}

/// A refresh whose followers are still to be planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    pub id: RefreshId,
    pub asked_by: String,
    pub asked_at: Micros,
    pub scheduled_for: Option<Micros>,
    /// It stands for starts that were missed: this is why nothing runs.
    pub missed: Option<Reason>,
}

/// The first refresh whose followers are still to be planned. One after the other, so that nobody is planned for
/// a later one first.
pub async fn following(mut db: impl Reads) -> Result<Option<Following>> {
    let row = sqlx::query(
        "SELECT id, asked_by, asked_at, scheduled_for, missed FROM refreshes WHERE following = 1
         ORDER BY COALESCE(scheduled_for, asked_at), id LIMIT 1",
    )
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find a refresh that exports follow")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Following {
        id: row.parsed("id")?,
        asked_by: row.text("asked_by")?,
        asked_at: row.int("asked_at")?,
        scheduled_for: row.maybe_int("scheduled_for")?,
        missed: row.maybe_json("missed")?,
    }))
}

/// Notes that all followers of a refresh are planned.
pub async fn followed(tx: &mut Tx, id: RefreshId) -> Result<()> {
    sqlx::query("UPDATE refreshes SET following = 0 WHERE id = $1")
        .bind(id.to_string())
        .execute(tx.connection())
        .await
        .doing("note that the followers of a refresh are planned")?;
    Ok(())
}
