//! Asking for the evaluation of a segment, which waits for the renewals that it needs.

use std::collections::BTreeSet;

use app::domain::{Micros, RefreshId, SegmentId, TaskId, TaskKind};

use super::ask::{insert, needed};
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, SignalKind, StoreError, Tx, locked};

/// How many evaluations of one segment wait. What is needed then, the last of them needs too.
const MOST_WAITING: usize = 16;

const LOCK_SEGMENT: PerEngine =
    locked!("SELECT id FROM sources WHERE id = $1 AND removed_at = 0 AND kind = 'segment'");

/// The unfinished evaluations of one segment, oldest first. The segment is locked, so that none comes or ends
/// before the transaction does.
#[derive(Debug)]
pub struct OpenEvaluations {
    segment: SegmentId,
    tasks: Vec<OpenEvaluation>,
}

#[derive(Debug)]
struct OpenEvaluation {
    id: TaskId,
    /// Nobody works on it yet.
    waits: bool,
    needs: BTreeSet<TaskId>,
}

impl OpenEvaluations {
    /// Locks a segment that is not removed, and reads its tasks. Whoever locks sources too has locked them before.
    pub async fn of(tx: &mut Tx, segment: SegmentId) -> Result<Self> {
        const DOING: &str = "read the evaluations of a segment";
        let sql = LOCK_SEGMENT.of(tx.engine());
        let there = sqlx::query(sql)
            .bind(segment.to_string())
            .fetch_optional(tx.connection())
            .await
            .doing(DOING)?;
        if there.is_none() {
            return Err(StoreError::NotFound);
        }
        let rows = sqlx::query(
            "SELECT t.id, t.status, n.needs_task_id
             FROM tasks t LEFT JOIN task_needs n ON n.task_id = t.id
             WHERE t.source_id = $1 AND t.ended_at IS NULL
             ORDER BY t.created_at, t.id, n.needs_task_id LIMIT 100000",
        )
        .bind(segment.to_string())
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
        let mut tasks = Vec::<OpenEvaluation>::new();
        for row in &rows {
            let id: TaskId = row.parsed("id")?;
            if tasks.last().is_none_or(|last| last.id != id) {
                tasks.push(OpenEvaluation {
                    id,
                    waits: row.text("status")? == "queued",
                    needs: BTreeSet::new(),
                });
            }
            let need: Option<TaskId> = row.maybe_parsed("needs_task_id")?;
            if let Some(last) = tasks.last_mut() {
                last.needs.extend(need);
            }
        }
        Ok(Self { segment, tasks })
    }

    /// One that waits, and for at least these tasks; asked for, if there is none. One that is under way is not
    /// enough, since the data may have changed after it began.
    pub async fn covering(
        &mut self,
        tx: &mut Tx,
        needs: &[TaskId],
        asked_by: &str,
        at: Micros,
    ) -> Result<TaskId> {
        let waiting = || self.tasks.iter().filter(|task| task.waits);
        let covers = |task: &&OpenEvaluation| needs.iter().all(|need| task.needs.contains(need));
        if let Some(task) = waiting().find(covers) {
            return Ok(task.id);
        }
        let is_crowded = waiting().count() >= MOST_WAITING;
        let last = self.tasks.iter_mut().rev().find(|task| task.waits);
        if let Some(last) = last.filter(|_| is_crowded) {
            add_needs(tx, last.id, needs).await?;
            last.needs.extend(needs);
            return Ok(last.id);
        }
        let refresh = needed(tx, asked_by, at).await?;
        let id = insert_evaluation(tx, refresh, self.segment, needs, at).await?;
        self.tasks.push(OpenEvaluation {
            id,
            waits: true,
            needs: needs.iter().copied().collect(),
        });
        Ok(id)
    }

    /// All of them: one that was asked for later may end before another that waits for more.
    pub fn ids(&self) -> Vec<TaskId> {
        self.tasks.iter().map(|task| task.id).collect()
    }
}

/// Asks for an evaluation once these tasks have ended, or on the latest snapshots. One that waits, and for as much,
/// is the answer; one that is under way is not, since the segment or its data may have changed after it began.
pub async fn ask_evaluation(
    tx: &mut Tx,
    segment: SegmentId,
    needs: &[TaskId],
    asked_by: &str,
    at: Micros,
) -> Result<TaskId> {
    let mut open = OpenEvaluations::of(tx, segment).await?;
    open.covering(tx, needs, asked_by, at).await
}

/// Adds the evaluation of a segment to a refresh, to be done once these tasks have ended. The segment is locked.
pub(in crate::store) async fn insert_evaluation(
    tx: &mut Tx,
    refresh: RefreshId,
    segment: SegmentId,
    needs: &[TaskId],
    at: Micros,
) -> Result<TaskId> {
    let id = insert(tx, refresh, TaskKind::Segment, segment.source(), None, at).await?;
    add_needs(tx, id, needs).await?;
    Ok(id)
}

async fn add_needs(tx: &mut Tx, task: TaskId, needs: &[TaskId]) -> Result<()> {
    for need in needs {
        sqlx::query(
            "INSERT INTO task_needs (task_id, needs_task_id) VALUES ($1, $2)
             ON CONFLICT (task_id, needs_task_id) DO NOTHING",
        )
        .bind(task.to_string())
        .bind(need.to_string())
        .execute(tx.connection())
        .await
        .doing("make an evaluation wait for a refresh")?;
    }
    tx.signal(SignalKind::Queue, "tasks", 0);
    Ok(())
}
