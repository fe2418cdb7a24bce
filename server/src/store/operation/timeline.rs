//! The day: what was at work in the last 24 hours.

use std::cmp::Reverse;

use app::domain::{
    DayTimeline, Micros, RefreshStatus, RunStatus, TaskKind, TimelineBar, TimelineWork,
};
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Result, Store, fold};

/// How far it looks back.
const DAY: Micros = 24 * 3_600 * 1_000_000;
/// Most bars.
const MOST: usize = 500;

// Both find by an index alone what has ended since `$1` or not at all, and read no more than the `$2` of it that
// started last.

const TASKS: &str = "SELECT w.total, t.id, t.kind, t.refresh_id, t.source_id, s.name, t.status,
            t.created_at AS queued_at, t.started_at, t.ended_at
     FROM (SELECT u.id, u.started_at, COUNT(*) OVER () AS total
           FROM (SELECT id, started_at FROM tasks WHERE ended_at > $1 AND started_at IS NOT NULL
                 UNION ALL
                 SELECT id, started_at FROM tasks WHERE ended_at IS NULL AND started_at IS NOT NULL) u
           ORDER BY u.started_at DESC, u.id DESC LIMIT $2) w
     JOIN tasks t ON t.id = w.id
     JOIN sources s ON s.id = t.source_id
     ORDER BY w.started_at DESC, w.id DESC LIMIT $2";

/// A run that is held is not at work.
const RUNS: &str = "SELECT w.total, r.id, r.export_id, e.name, r.status, r.queued_at, r.started_at,
            COALESCE(r.ended_at, r.held_at) AS ended_at
     FROM (SELECT u.id, u.started_at, COUNT(*) OVER () AS total
           FROM (SELECT id, started_at FROM runs WHERE ended_at > $1 AND started_at IS NOT NULL
                 UNION ALL
                 SELECT id, started_at FROM runs
                 WHERE ended_at IS NULL AND started_at IS NOT NULL AND (held_at IS NULL OR held_at > $1)) u
           ORDER BY u.started_at DESC, u.id DESC LIMIT $2) w
     JOIN runs r ON r.id = w.id
     JOIN exports e ON e.id = r.export_id
     ORDER BY w.started_at DESC, w.id DESC LIMIT $2";

/// What was at work in the last 24 hours: sources, then segments, then exports, by name, first start first. Of more
/// than 500 the last that started are given.
pub async fn timeline(store: &Store) -> Result<DayTimeline> {
    const DOING: &str = "read what was at work";
    let until = store.now();
    let from = until - DAY;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut db = store.reader().await?;
    let tasks = sqlx::query(TASKS)
        .bind(from)
        .bind(most)
        .fetch_all(&mut *db)
        .await
        .doing(DOING)?;
    let runs = sqlx::query(RUNS)
        .bind(from)
        .bind(most)
        .fetch_all(&mut *db)
        .await
        .doing(DOING)?;
    let total = total(&tasks)?.saturating_add(total(&runs)?);
    let mut bars = Vec::with_capacity(tasks.len() + runs.len());
    for row in &tasks {
        bars.push(bar(row, task(row)?)?);
    }
    for row in &runs {
        bars.push(bar(row, run(row)?)?);
    }
    bars.sort_by_key(|bar| Reverse(bar.started_at));
    bars.truncate(MOST);
    bars.sort_by_cached_key(|bar| (group(&bar.work), fold(&bar.name), bar.started_at));
    let left_out = total.saturating_sub(u32::try_from(bars.len()).unwrap_or(u32::MAX));
    Ok(DayTimeline {
        from,
        until,
        bars,
        left_out,
    })
}

fn total(rows: &[AnyRow]) -> Result<u32> {
    rows.first().map_or(Ok(0), |row| row.count("total"))
}

fn bar(row: &AnyRow, work: TimelineWork) -> Result<TimelineBar> {
    Ok(TimelineBar {
        work,
        name: row.text("name")?,
        queued_at: row.int("queued_at")?,
        started_at: row.int("started_at")?,
        ended_at: row.maybe_int("ended_at")?,
    })
}

fn task(row: &AnyRow) -> Result<TimelineWork> {
    Ok(TimelineWork::Task {
        kind: row.coded("kind", TaskKind::from_code)?,
        refresh_id: row.parsed("refresh_id")?,
        source_id: row.parsed("source_id")?,
        status: row.coded("status", RefreshStatus::from_code)?,
    })
}

fn run(row: &AnyRow) -> Result<TimelineWork> {
    Ok(TimelineWork::Run {
        run_id: row.parsed("id")?,
        export_id: row.parsed("export_id")?,
        status: row.coded("status", RunStatus::from_code)?,
    })
}

/// The order of what was at work.
const fn group(work: &TimelineWork) -> u8 {
    match work {
        TimelineWork::Task {
            kind: TaskKind::Source,
            ..
        } => 0,
        TimelineWork::Task {
            kind: TaskKind::Segment,
            ..
        } => 1,
        TimelineWork::Run { .. } => 2,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base::SystemClock;
    use sqlx::Row as _;

    use super::*;

    #[tokio::test]
    async fn the_day_is_found_by_an_index_on_sqlite() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/waybill.db", folder.path().display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        store.migrate().await.expect("migrates");
        let mut reader = store.reader().await.expect("a reader");
        for (sql, index) in [(TASKS, "tasks_by_end"), (RUNS, "runs_by_end")] {
            let explained = format!("EXPLAIN QUERY PLAN {sql}");
            let plan: Vec<String> = sqlx::query(sqlx::AssertSqlSafe(explained))
                .bind(1_i64)
                .bind(1_i64)
                .fetch_all(&mut *reader)
                .await
                .expect("explains")
                .iter()
                .map(|row| row.get("detail"))
                .collect();
            let plan = plan.join("\n");
            let found = format!("USING COVERING INDEX {index} (ended_at>?)");
            assert!(plan.contains(&found), "{plan}");
        }
        drop(reader);
        store.close().await;
    }
}
