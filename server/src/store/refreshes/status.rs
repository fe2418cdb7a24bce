//! *Status* of the System page: every source, segment and export with what it did last.

use std::fmt::Display;
use std::str::FromStr;

use app::domain::{
    ExportId, ExportStatus, Micros, RefreshStatus, StatusCount, SystemStatus, SystemTask,
};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Result, Store};

/// Most refreshes shown.
const MOST_REFRESHES: u32 = 20;

/// How everything stands now.
pub async fn status(store: &Store) -> Result<SystemStatus> {
    let now = store.now();
    let refreshes = super::list(store, MOST_REFRESHES).await?;
    let mut db = store.reader().await?;
    Ok(SystemStatus {
        sources: tasks(&mut db, SOURCES, now).await?,
        source_counts: task_counts(&mut db, SOURCE_COUNTS).await?,
        segments: tasks(&mut db, SEGMENTS, now).await?,
        segment_counts: task_counts(&mut db, SEGMENT_COUNTS).await?,
        exports: exports(&mut db, now).await?,
        export_counts: export_counts(&mut db).await?,
        refreshes,
    })
}

/// How long something took, or has taken so far.
fn duration(row: &AnyRow, now: Micros) -> Result<Option<Micros>> {
    let ended_at = row.maybe_int("ended_at")?.unwrap_or(now);
    let started_at = row.maybe_int("started_at")?;
    Ok(started_at.map(|started_at| (ended_at - started_at).max(0)))
}

/// What needs a look first: failed, then skipped or stopped, then under way, then the others.
macro_rules! standing {
    ($kinds:literal) => {
        concat!(
            "SELECT s.id, s.name, s.status, s.status_reason, t.started_at, t.ended_at,
                    COALESCE(t.ended_at, t.started_at, t.created_at) AS task_at
             FROM sources s LEFT JOIN tasks t ON t.id = COALESCE(
                 (SELECT o.id FROM tasks o WHERE o.source_id = s.id AND o.ended_at IS NULL
                  ORDER BY CASE o.status WHEN 'processing' THEN 0 ELSE 1 END, o.created_at, o.id LIMIT 1),
                 (SELECT o.id FROM tasks o WHERE o.source_id = s.id AND o.ended_at IS NOT NULL
                  ORDER BY o.ended_at DESC, o.id DESC LIMIT 1))
             WHERE s.removed_at = 0 AND ",
            $kinds,
            " ORDER BY CASE s.status WHEN 'failed' THEN 0 WHEN 'skipped' THEN 1 WHEN 'canceled' THEN 2
                                     WHEN 'processing' THEN 3 WHEN 'queued' THEN 4 ELSE 5 END,
                       s.name_fold, s.id LIMIT 500"
        )
    };
}

const SOURCES: &str = standing!("s.kind <> 'segment'");
const SEGMENTS: &str = standing!("s.kind = 'segment'");

/// How sources, or segments, stand.
async fn tasks<Id: FromStr<Err: Display>>(
    db: &mut AnyConnection,
    which: &'static str,
    now: Micros,
) -> Result<Vec<SystemTask<Id, RefreshStatus>>> {
    let rows = sqlx::query(which)
        .fetch_all(db)
        .await
        .doing("read how sources and segments stand")?;
    rows.iter()
        .map(|row| {
            Ok(SystemTask {
                id: row.parsed("id")?,
                name: row.text("name")?,
                status: row.coded("status", RefreshStatus::from_code)?,
                reason: row.maybe_json("status_reason")?,
                duration_us: duration(row, now)?,
                updated_at: row.maybe_int("task_at")?,
            })
        })
        .collect()
}

async fn exports(
    db: &mut AnyConnection,
    now: Micros,
) -> Result<Vec<SystemTask<ExportId, ExportStatus>>> {
    let rows = sqlx::query(
        "SELECT e.id, e.name, e.status, e.status_reason, r.started_at, r.ended_at,
                COALESCE(r.ended_at, r.started_at, r.queued_at) AS run_at
         FROM exports e LEFT JOIN runs r ON r.id = e.status_run_id
         WHERE e.removed_at = 0 ORDER BY e.status_rank, e.name_fold, e.id LIMIT 500",
    )
    .fetch_all(db)
    .await
    .doing("read how exports stand")?;
    rows.iter()
        .map(|row| {
            Ok(SystemTask {
                id: row.parsed("id")?,
                name: row.text("name")?,
                status: row.coded("status", ExportStatus::from_code)?,
                reason: row.maybe_json("status_reason")?,
                duration_us: duration(row, now)?,
                updated_at: row.maybe_int("run_at")?,
            })
        })
        .collect()
}

const SOURCE_COUNTS: &str =
    "SELECT status, COUNT(*) AS number FROM sources WHERE removed_at = 0 AND kind <> 'segment'
     GROUP BY status ORDER BY status LIMIT 20";
const SEGMENT_COUNTS: &str =
    "SELECT status, COUNT(*) AS number FROM sources WHERE removed_at = 0 AND kind = 'segment'
     GROUP BY status ORDER BY status LIMIT 20";

async fn task_counts(
    db: &mut AnyConnection,
    which: &'static str,
) -> Result<Vec<StatusCount<RefreshStatus>>> {
    let rows = sqlx::query(which)
        .fetch_all(db)
        .await
        .doing("count sources and segments by status")?;
    counts(&rows, RefreshStatus::from_code)
}

async fn export_counts(db: &mut AnyConnection) -> Result<Vec<StatusCount<ExportStatus>>> {
    let rows = sqlx::query(
        "SELECT status, COUNT(*) AS number FROM exports WHERE removed_at = 0
         GROUP BY status_rank, status ORDER BY status_rank LIMIT 20",
    )
    .fetch_all(db)
    .await
    .doing("count exports by status")?;
    counts(&rows, ExportStatus::from_code)
}

fn counts<Status>(
    rows: &[AnyRow],
    from_code: impl Fn(&str) -> Option<Status>,
) -> Result<Vec<StatusCount<Status>>> {
    rows.iter()
        .map(|row| {
            Ok(StatusCount {
                status: row.coded("status", &from_code)?,
                count: row.count("number")?,
            })
        })
        .collect()
}
