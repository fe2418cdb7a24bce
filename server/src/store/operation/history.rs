//! What a source or segment did before.

use app::domain::{
    PastTask, RefreshStatus, RefreshTrigger, SourceId, TaskHistory, TaskId, TaskKind,
};
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result};

/// The last 50 tasks of a source or segment, even of one that was removed since; newest first.
pub async fn task_history(mut db: impl Reads, source: SourceId) -> Result<Option<TaskHistory>> {
    const DOING: &str = "read what a source did before";
    let mut db = db.reading().await?;
    let known = sqlx::query("SELECT name, kind FROM sources WHERE id = $1")
        .bind(source.to_string())
        .fetch_optional(&mut *db)
        .await
        .doing(DOING)?;
    let Some(known) = known else { return Ok(None) };
    let rows = sqlx::query(
        "SELECT t.id, t.refresh_id, f.caused_by, f.asked_by, t.status, t.reason, t.attempt, t.created_at,
                t.started_at, t.ended_at
         FROM tasks t JOIN refreshes f ON f.id = t.refresh_id
         WHERE t.source_id = $1 ORDER BY t.created_at DESC, t.id DESC LIMIT 50",
    )
    .bind(source.to_string())
    .fetch_all(&mut *db)
    .await
    .doing(DOING)?;
    Ok(Some(TaskHistory {
        source_id: source,
        kind: match known.text("kind")?.as_str() {
            "segment" => TaskKind::Segment,
            _ => TaskKind::Source,
        },
        name: known.text("name")?,
        tasks: rows.iter().map(past).collect::<Result<_>>()?,
    }))
}

fn past(row: &AnyRow) -> Result<PastTask> {
    Ok(PastTask {
        id: row.parsed("id")?,
        refresh_id: row.parsed("refresh_id")?,
        trigger: row.coded("caused_by", RefreshTrigger::from_code)?,
        asked_by: row.text("asked_by")?,
        status: row.coded("status", RefreshStatus::from_code)?,
        reason: row.maybe_json("reason")?,
        attempt: row.count("attempt")?,
        created_at: row.int("created_at")?,
        started_at: row.maybe_int("started_at")?,
        ended_at: row.maybe_int("ended_at")?,
    })
}

/// The source, or the segment, that a task is for.
pub async fn source_of(mut db: impl Reads, task: TaskId) -> Result<Option<SourceId>> {
    let row = sqlx::query("SELECT source_id FROM tasks WHERE id = $1")
        .bind(task.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read what a task is for")?;
    row.map(|row| row.parsed("source_id")).transpose()
}
