//! Reading refreshes.

use app::domain::{
    ExportStatus, Micros, RefreshDetails, RefreshId, RefreshRun, RefreshStatus, RefreshSummary,
    RefreshTask, RefreshTrigger, TaskKind, without_places,
};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result};

/// What a summary is made of, from some rows of `refreshes`, and the order of them.
macro_rules! summaries {
    ($of:literal) => {
        concat!(
            "SELECT f.id, f.caused_by, f.asked_at, f.asked_by,
                    CASE WHEN f.missed IS NULL THEN 0 ELSE 1 END AS is_missed,
                    COUNT(t.id) AS tasks, COUNT(t.ended_at) AS done,
                    COUNT(CASE WHEN t.status = 'queued' THEN 1 END) AS queued,
                    COUNT(CASE WHEN t.status = 'failed' THEN 1 END) AS failed,
                    COUNT(CASE WHEN t.status = 'canceled' THEN 1 END) AS canceled,
                    COUNT(CASE WHEN t.status = 'skipped' THEN 1 END) AS skipped,
                    MAX(t.ended_at) AS ended_at
             FROM (SELECT id, caused_by, asked_at, asked_by, missed FROM refreshes WHERE ",
            $of,
            ") f LEFT JOIN tasks t ON t.refresh_id = f.id
             GROUP BY f.id, f.caused_by, f.asked_at, f.asked_by, f.missed
             ORDER BY f.asked_at DESC, f.id DESC LIMIT 1000"
        )
    };
}

fn summary(row: &AnyRow) -> Result<RefreshSummary> {
    let tasks = row.count("tasks")?;
    let done = row.count("done")?;
    let asked_at: Micros = row.int("asked_at")?;
    let status = if row.flag("is_missed")? {
        RefreshStatus::NotStarted
    } else if done < tasks {
        if row.count("queued")? == tasks {
            RefreshStatus::Queued
        } else {
            RefreshStatus::Processing
        }
    } else if row.flag("canceled")? {
        RefreshStatus::Canceled
    } else if row.flag("failed")? {
        RefreshStatus::Failed
    } else if row.flag("skipped")? {
        // What kept it from being evaluated is of another refresh.
        RefreshStatus::Skipped
    } else {
        RefreshStatus::Successful
    };
    let ended_at = row.maybe_int("ended_at")?.unwrap_or(asked_at);
    Ok(RefreshSummary {
        id: row.parsed("id")?,
        trigger: row.coded("caused_by", RefreshTrigger::from_code)?,
        asked_at,
        asked_by: row.text("asked_by")?,
        status,
        ended_at: (!status.is_unfinished()).then_some(ended_at),
        tasks_done: done,
        tasks,
    })
}

/// The last refreshes of everything, newest first; those that runs or single sources asked for are left
/// out.
pub async fn list(mut db: impl Reads, most: u32) -> Result<Vec<RefreshSummary>> {
    let rows = sqlx::query(summaries!(
        "caused_by <> 'need' ORDER BY asked_at DESC, id DESC LIMIT $1"
    ))
    .bind(i64::from(most))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list refreshes")?;
    rows.iter().map(summary).collect()
}

/// A refresh with its tasks, sources before segments, and the first 500 of the runs that follow it or wait for it.
pub async fn get(mut db: impl Reads, id: RefreshId) -> Result<Option<RefreshDetails>> {
    let mut db = db.reading().await?;
    let row = sqlx::query(summaries!("id = $1"))
        .bind(id.to_string())
        .fetch_optional(&mut *db)
        .await
        .doing("read a refresh")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(RefreshDetails {
        refresh: summary(&row)?,
        tasks: tasks(&mut db, id).await?,
        runs: runs(&mut db, id).await?,
    }))
}

async fn tasks(db: &mut AnyConnection, id: RefreshId) -> Result<Vec<RefreshTask>> {
    let rows = sqlx::query(
        "SELECT t.id, t.kind, t.source_id, s.name, t.status, t.reason, t.attempt, t.started_at, t.ended_at
         FROM tasks t JOIN sources s ON s.id = t.source_id
         WHERE t.refresh_id = $1
         ORDER BY CASE WHEN t.kind = 'segment' THEN 1 ELSE 0 END, s.name_fold, t.id LIMIT 1000",
    )
    .bind(id.to_string())
    .fetch_all(db)
    .await
    .doing("read the tasks of a refresh")?;
    rows.iter()
        .map(|row| {
            Ok(RefreshTask {
                id: row.parsed("id")?,
                kind: row.coded("kind", TaskKind::from_code)?,
                source_id: row.parsed("source_id")?,
                source_name: row.text("name")?,
                status: row.coded("status", RefreshStatus::from_code)?,
                reason: row.maybe_json("reason")?,
                attempt: row.count("attempt")?,
                started_at: row.maybe_int("started_at")?,
                ended_at: row.maybe_int("ended_at")?,
            })
        })
        .collect()
}

async fn runs(db: &mut AnyConnection, id: RefreshId) -> Result<Vec<RefreshRun>> {
    let rows = sqlx::query(
        "SELECT r.id, r.export_id, e.name, r.status, r.reason, r.started_at, r.ended_at
         FROM runs r JOIN exports e ON e.id = r.export_id
         WHERE r.refresh_id = $1 OR r.id IN
             (SELECT n.run_id FROM tasks t JOIN run_needs n ON n.task_id = t.id WHERE t.refresh_id = $1)
         ORDER BY e.name_fold, r.id LIMIT 500",
    )
    .bind(id.to_string())
    .fetch_all(db)
    .await
    .doing("read the runs of a refresh")?;
    rows.iter()
        .map(|row| {
            Ok(RefreshRun {
                id: row.parsed("id")?,
                export_id: row.parsed("export_id")?,
                export_name: row.text("name")?,
                status: row.coded("status", ExportStatus::from_code)?,
                reason: row.maybe_json("reason")?.map(without_places),
                started_at: row.maybe_int("started_at")?,
                ended_at: row.maybe_int("ended_at")?,
            })
        })
        .collect()
}
