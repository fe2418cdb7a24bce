//! The runs of the exports, with their files, and what the exports show of them: written as ending each of them would
//! have, in few statements.

use app::domain::{Micros, Reason, RunStatus, RunStrip, StripMark};
use serde::Serialize;
use server::store::{Engine, fold, fresh};
use sqlx::{AnyConnection, Connection as _};
use uuid::Uuid;

use crate::Failure;
use crate::filling::{Added, EXPORTS};

/// How long ago the first run was.
const PERIOD: Micros = 30 * 86_400_000_000;
const SECOND: Micros = 1_000_000;
/// Exports whose runs are written in one transaction.
const AT_ONCE: usize = 1_000;

/// A statement over rows that are bound as JSON, `$1`: for SQLite, then for PostgreSQL.
macro_rules! over_given {
    ($statement:literal) => {
        [
            concat!($statement, " FROM json_each($1) g WHERE 1 = 1"),
            concat!(
                $statement,
                " FROM json_array_elements(CAST($1 AS json)) g WHERE 1 = 1"
            ),
        ]
    };
}

const RUNS: [&str; 2] = over_given!(
    "INSERT INTO runs (id, export_id, export_version, connection_id, status, reason, caused_by, started_by_name,
                       queued_at, scheduled_for, started_at, held_at, ended_at, attempt, max_attempts, fence, swept,
                       data_as_of, rows_written, rows_so_far, bytes)
     SELECT g.value ->> 'id', $2, 1, $3, g.value ->> 'status', g.value ->> 'reason', 'schedule', '',
            CAST(g.value ->> 'queued_at' AS BIGINT), CAST(g.value ->> 'queued_at' AS BIGINT),
            CAST(g.value ->> 'started_at' AS BIGINT), CAST(g.value ->> 'held_at' AS BIGINT),
            CAST(g.value ->> 'ended_at' AS BIGINT), 1, 3, 1, 1,
            CAST(g.value ->> 'started_at' AS BIGINT), CAST(g.value ->> 'rows' AS BIGINT),
            CAST(g.value ->> 'rows' AS BIGINT), 40 * CAST(g.value ->> 'rows' AS BIGINT)"
);
const FILES: [&str; 2] = over_given!(
    "INSERT INTO run_files (run_id, place, path, name_fold, path_fold, queued_at)
     SELECT g.value ->> 'run', CAST(g.value ->> 'place' AS BIGINT), g.value ->> 'path', g.value ->> 'name_fold',
            g.value ->> 'path_fold', CAST(g.value ->> 'queued_at' AS BIGINT)"
);
const SHOWN: &str =
    "UPDATE exports SET status = $2, status_rank = $3, status_reason = $4, status_run_id = $5, refreshed_at = $6,
                        data_as_of = $6, strip = $7
     WHERE id = $1";

#[derive(Serialize)]
struct RunRow {
    id: Uuid,
    status: &'static str,
    reason: Option<String>,
    queued_at: Micros,
    started_at: Option<Micros>,
    held_at: Option<Micros>,
    ended_at: Option<Micros>,
    rows: i64,
}

#[derive(Serialize)]
struct FileRow {
    run: Uuid,
    place: u32,
    path: String,
    name_fold: String,
    path_fold: String,
    queued_at: Micros,
}

/// What an export shows of its runs.
struct Shown {
    status: RunStatus,
    reason: Option<String>,
    run: Uuid,
    refreshed_at: Micros,
    strip: RunStrip,
}

/// Runs of one export, oldest first.
#[derive(Default)]
struct Gathered {
    runs: Vec<RunRow>,
    files: Vec<FileRow>,
    shown: Option<Shown>,
}

/// Adds twenty runs for each export on average, and tells how many.
pub(crate) async fn add(
    url: &str,
    engine: Engine,
    exports: &[Added],
    at: Micros,
) -> Result<usize, Failure> {
    let dialect = match engine {
        Engine::Sqlite => 0,
        Engine::Postgres => 1,
    };
    let mut connection = AnyConnection::connect(url).await?;
    let mut count = 0;
    for (chunk, exports) in exports.chunks(AT_ONCE).enumerate() {
        let mut tx = connection.begin().await?;
        for (place, export) in exports.iter().enumerate() {
            let gathered = gather(chunk * AT_ONCE + place, export, at)?;
            count += gathered.runs.len();
            sqlx::query(RUNS[dialect])
                .bind(serde_json::to_string(&gathered.runs)?)
                .bind(export.id.to_string())
                .bind(export.connection.to_string())
                .execute(&mut *tx)
                .await?;
            sqlx::query(FILES[dialect])
                .bind(serde_json::to_string(&gathered.files)?)
                .execute(&mut *tx)
                .await?;
            let Some(shown) = gathered.shown else {
                continue;
            };
            let status = shown.status.as_export_status();
            sqlx::query(SHOWN)
                .bind(export.id.to_string())
                .bind(status.code())
                .bind(status.rank())
                .bind(shown.reason)
                .bind(shown.run.to_string())
                .bind(shown.refreshed_at)
                .bind(String::from(shown.strip))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
    }
    connection.close().await?;
    Ok(count)
}

/// The runs of an export: none of every twentieth, and twice as many of its neighbour.
fn gather(number: usize, export: &Added, at: Micros) -> Result<Gathered, Failure> {
    let runs = match number % 20 {
        7 => 0,
        8 => 40,
        _ => 20,
    };
    let first = at - PERIOD + PERIOD * i64::try_from(number)? / (40 * i64::try_from(EXPORTS)?);
    let mut gathered = Gathered::default();
    let mut refreshed_at = 0;
    let mut strip = RunStrip::default();
    for turn in 0..runs {
        let queued_at = first + PERIOD * turn / runs;
        let chance = mixed(number, turn);
        let is_held = turn == runs - 1 && chance.is_multiple_of(97);
        let status = if is_held {
            RunStatus::Held
        } else {
            status_of(chance % 100)
        };
        let has_started = !matches!(status, RunStatus::Skipped | RunStatus::Missed);
        let ended_at = queued_at + 30 * SECOND;
        let rows = if status.has_delivered() {
            i64::try_from(chance / 100 % 1_000_000)?
        } else {
            0
        };
        let run = RunRow {
            id: fresh(queued_at),
            status: status.code(),
            reason: reason_of(status)
                .map(|reason| serde_json::to_string(&reason))
                .transpose()?,
            queued_at,
            started_at: has_started.then_some(queued_at + SECOND),
            held_at: is_held.then_some(ended_at),
            ended_at: (!is_held).then_some(ended_at),
            rows,
        };
        if status.has_delivered() {
            refreshed_at = ended_at;
            gathered.files.extend(files(&run, export, turn));
        }
        if !is_held {
            strip.push(StripMark::of(status, rows, false));
        }
        gathered.shown = Some(Shown {
            status,
            reason: run.reason.clone(),
            run: run.id,
            refreshed_at,
            strip: strip.clone(),
        });
        gathered.runs.push(run);
    }
    Ok(gathered)
}

/// One file of most runs, and three of some: below a folder by day, so that a search for a day finds thousands.
fn files(run: &RunRow, export: &Added, turn: i64) -> Vec<FileRow> {
    let number = if turn % 8 == 0 { 3 } else { 1 };
    let row = |place: u32| {
        let name = format!("{}-Été-{place}.csv", export.folder);
        let day = run.queued_at / (86_400 * SECOND);
        let path = format!("day-{day}/{}/{name}", export.folder);
        FileRow {
            run: run.id,
            place,
            name_fold: fold(&name),
            path_fold: fold(&path),
            path,
            queued_at: run.queued_at,
        }
    };
    (0..number).map(row).collect()
}

fn status_of(percent: u64) -> RunStatus {
    match percent {
        0..70 => RunStatus::Successful,
        70..80 => RunStatus::CompletedWithWarnings,
        80..88 => RunStatus::Failed,
        88..94 => RunStatus::Skipped,
        94..97 => RunStatus::Missed,
        _ => RunStatus::Canceled,
    }
}

fn reason_of(status: RunStatus) -> Option<Reason> {
    match status {
        RunStatus::Failed => Some(Reason::new("no_space")),
        RunStatus::Canceled => Some(Reason::new("canceled_by").with("by", "Ada")),
        _ => None,
    }
}

/// A number that looks like any, and is the same each time (`splitmix64`).
fn mixed(number: usize, turn: i64) -> u64 {
    let seed = (u64::try_from(number).unwrap_or_default() << 16) + turn.unsigned_abs() + 1;
    let mut mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
