//! When exports, and the system refresh, start by themselves. What the planner reads and writes, and what
//! people change of schedules alone.
//!
//! What a schedule says is not known here: who writes one gives its next start.

use app::domain::{ConnectionId, ExportId, Micros, Renewal, ScheduleDraft, Upstream, Version};
use serde::Deserialize;
use sqlx::any::AnyRow;

use super::columns::{Columns, checked, to_json};
use super::error::Doing;
use super::exports::{self, Standing, Step};
use super::{PerEngine, Reads, Result, SignalKind, StoreError, Tx, fold, locked, skip_locked};

/// An export that starts by itself, locked until the transaction ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueExport {
    pub id: ExportId,
    pub version: Version,
    pub connection_id: ConnectionId,
    /// Its schedule as it is stored: nobody knows yet whether it can be read.
    pub schedule: String,
    /// Starts up to this instant are dealt with.
    pub planned_until: Micros,
    pub renewal: Renewal,
    pub upstream: Upstream,
}

/// What of a version's configuration matters to a start.
#[derive(Default, Deserialize)]
struct Told {
    options: ToldOptions,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ToldOptions {
    renewal: Renewal,
    upstream: Upstream,
}

fn due(row: &AnyRow) -> Result<DueExport> {
    // One export that cannot be read must not keep the others from starting; its run says what is wrong.
    let told: Told = serde_json::from_str(&row.text("config")?).unwrap_or_default();
    Ok(DueExport {
        id: row.parsed("id")?,
        version: row.int("version")?,
        connection_id: row.parsed("connection_id")?,
        schedule: row.text("schedule")?,
        planned_until: row.int("planned_until")?,
        renewal: told.options.renewal,
        upstream: told.options.upstream,
    })
}

/// What a reading of exports that start selects. `$1` instant · `$2` limit.
macro_rules! starting {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.version, e.connection_id, e.schedule, e.planned_until, v.config
             FROM exports e JOIN export_versions v ON v.export_id = e.id AND v.version = e.version
             WHERE ",
            $rest,
            " LIMIT $2"
        )
    };
}

const DUE: PerEngine = skip_locked!(
    starting!("e.next_start_at > 0 AND e.next_start_at <= $1 ORDER BY e.next_start_at, e.id"),
    "e"
);

const FOLLOWERS: PerEngine = skip_locked!(
    starting!("e.follows_refresh = 1 AND e.planned_until < $1 ORDER BY e.planned_until, e.id"),
    "e"
);

/// Exports whose next start has come, the most overdue first. Those that somebody else has locked are left
/// out.
pub async fn due_exports(tx: &mut Tx, now: Micros, at_once: u32) -> Result<Vec<DueExport>> {
    starting(tx, DUE, now, at_once).await
}

/// Exports that follow the system refresh and were not planned since before this instant. Those that
/// somebody else has locked are left out.
pub async fn next_followers(tx: &mut Tx, before: Micros, at_once: u32) -> Result<Vec<DueExport>> {
    starting(tx, FOLLOWERS, before, at_once).await
}

async fn starting(
    tx: &mut Tx,
    statement: PerEngine,
    at: Micros,
    at_once: u32,
) -> Result<Vec<DueExport>> {
    let sql = statement.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(at)
        .bind(i64::from(at_once))
        .fetch_all(tx.connection())
        .await
        .doing("find exports that start")?;
    rows.iter().map(due).collect()
}

/// Whether any export follows the system refresh and was not planned since before this instant.
pub async fn has_followers(mut db: impl Reads, before: Micros) -> Result<bool> {
    let row = sqlx::query(
        "SELECT e.id FROM exports e WHERE e.follows_refresh = 1 AND e.planned_until < $1
         ORDER BY e.planned_until, e.id LIMIT 1",
    )
    .bind(before)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("look for exports that follow a refresh")?;
    Ok(row.is_some())
}

/// How many exports follow the system refresh and are on.
pub async fn followers(mut db: impl Reads) -> Result<u32> {
    sqlx::query("SELECT COUNT(*) AS number FROM exports WHERE follows_refresh = 1")
        .fetch_one(&mut *db.reading().await?)
        .await
        .doing("count exports that follow the refresh")?
        .count("number")
}

/// How many exports follow the system refresh while it is off.
pub async fn left_behind(mut db: impl Reads) -> Result<u32> {
    let row = sqlx::query(
        "SELECT CASE
             WHEN EXISTS (SELECT 1 FROM system_schedule WHERE one = 1 AND enabled = 0)
             THEN (SELECT COUNT(*) FROM exports WHERE follows_refresh = 1)
             ELSE 0
         END AS number",
    )
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("count exports that follow a refresh that is off")?;
    row.count("number")
}

/// The next start of any export.
pub async fn earliest_export(mut db: impl Reads) -> Result<Option<Micros>> {
    sqlx::query("SELECT MIN(next_start_at) AS next FROM exports WHERE next_start_at > 0")
        .fetch_one(&mut *db.reading().await?)
        .await
        .doing("find the next start of an export")?
        .maybe_int("next")
}

/// The next start of the system refresh.
pub async fn earliest_refresh(mut db: impl Reads) -> Result<Option<Micros>> {
    sqlx::query("SELECT next_start_at FROM system_schedule WHERE one = 1")
        .fetch_one(&mut *db.reading().await?)
        .await
        .doing("find the next start of the system refresh")?
        .since("next_start_at")
}

/// The next start of anything.
pub async fn earliest_start(mut db: impl Reads) -> Result<Option<Micros>> {
    sqlx::query(
        "SELECT MIN(s.next) AS next FROM
             (SELECT MIN(next_start_at) AS next FROM exports WHERE next_start_at > 0
              UNION ALL SELECT next_start_at AS next FROM system_schedule WHERE next_start_at > 0) s",
    )
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("find the next start")?
    .maybe_int("next")
}

/// Another schedule of an export.
#[derive(Clone, Copy, Debug)]
pub struct ScheduleWrite<'a> {
    /// The version that the export is at; none: whichever.
    pub expected: Option<Version>,
    pub enabled: bool,
    pub schedule: &'a ScheduleDraft,
    /// The first start of that schedule after the step, if it has one and is on.
    pub next_start: Option<Micros>,
}

/// Gives an export another schedule, or switches it on or off: a new version, in which all else is as
/// before. Starts up to the step count as dealt with.
pub async fn write_schedule(
    tx: &mut Tx,
    export: ExportId,
    write: &ScheduleWrite<'_>,
    step: &Step<'_>,
) -> Result<Version> {
    const DOING: &str = "save the schedule of an export";
    exports::lock(tx, export).await?;
    let row =
        sqlx::query("SELECT version, connection_id FROM exports WHERE id = $1 AND removed_at = 0")
            .bind(export.to_string())
            .fetch_optional(tx.connection())
            .await
            .doing(DOING)?
            .ok_or(StoreError::NotFound)?;
    let current: Version = row.int("version")?;
    if write.expected.is_some_and(|expected| expected != current) {
        return Err(StoreError::Stale { current });
    }
    let is_connected = row.maybe_text("connection_id")?.is_some();
    let standing = Standing::of(
        is_connected,
        write.enabled,
        write.schedule,
        write.next_start,
    );
    let text = to_json(write.schedule)?;
    sqlx::query(
        "UPDATE exports SET version = version + 1, enabled = $2, schedule = $3, schedule_rank = $4,
                            follows_refresh = $5, next_start_at = $6, planned_until = $7,
                            updated_at = $7, updated_by = $8, updated_by_fold = $9
         WHERE id = $1",
    )
    .bind(export.to_string())
    .bind(i64::from(write.enabled))
    .bind(&text)
    .bind(standing.schedule_rank)
    .bind(i64::from(standing.follows_refresh))
    .bind(standing.next_start_at)
    .bind(step.at)
    .bind(checked(step.by)?)
    .bind(fold(step.by))
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    sqlx::query(
        "INSERT INTO export_versions (export_id, version, name, connection_id, folder, config,
                                      saved_at, saved_by, enabled, schedule, cause, change_id)
         SELECT export_id, version + 1, name, connection_id, folder, config, $3, $4, $5, $6, $7, $8
         FROM export_versions WHERE export_id = $1 AND version = $2",
    )
    .bind(export.to_string())
    .bind(current)
    .bind(step.at)
    .bind(step.by)
    .bind(i64::from(write.enabled))
    .bind(text)
    .bind(step.cause.code())
    .bind(step.change.to_string())
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    tx.signal(SignalKind::Export, export, current + 1);
    tx.signal_planner();
    Ok(current + 1)
}

/// An export that is to start within a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpcomingRow {
    pub export_id: ExportId,
    pub name: String,
    pub schedule: ScheduleDraft,
    pub next_start: Micros,
}

/// Exports with a next start by their own schedule from this instant to that one, soonest first.
pub async fn upcoming(
    mut db: impl Reads,
    from: Micros,
    until: Micros,
    most: u32,
) -> Result<Vec<UpcomingRow>> {
    let rows = sqlx::query(
        "SELECT id, name, schedule, next_start_at FROM exports
         WHERE next_start_at > 0 AND next_start_at >= $1 AND next_start_at <= $2
         ORDER BY next_start_at, id LIMIT $3",
    )
    .bind(from)
    .bind(until)
    .bind(i64::from(most))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list what starts next")?;
    rows.iter()
        .map(|row| {
            Ok(UpcomingRow {
                export_id: row.parsed("id")?,
                name: row.text("name")?,
                schedule: row.json("schedule")?,
                next_start: row.int("next_start_at")?,
            })
        })
        .collect()
}

/// The schedule of the system refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemRow {
    pub version: Version,
    pub enabled: bool,
    pub schedule: ScheduleDraft,
    pub next_start: Option<Micros>,
    /// Starts up to this instant are dealt with.
    pub planned_until: Micros,
    pub updated_at: Micros,
    /// Empty until somebody has changed it.
    pub updated_by: String,
}

/// The schedule of the system refresh.
pub async fn system(mut db: impl Reads) -> Result<SystemRow> {
    let row = sqlx::query(
        "SELECT version, enabled, schedule, next_start_at, planned_until, updated_at, updated_by
         FROM system_schedule WHERE one = 1",
    )
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("read the system schedule")?;
    Ok(SystemRow {
        version: row.int("version")?,
        enabled: row.flag("enabled")?,
        schedule: row.json("schedule")?,
        next_start: row.since("next_start_at")?,
        planned_until: row.int("planned_until")?,
        updated_at: row.int("updated_at")?,
        updated_by: row.text("updated_by")?,
    })
}

/// A change of the system schedule.
#[derive(Clone, Copy, Debug)]
pub struct SystemWrite<'a> {
    /// The version that it was; none: whichever.
    pub version: Option<Version>,
    pub enabled: bool,
    pub schedule: &'a ScheduleDraft,
    /// The first start of that schedule after `at`, if it is on.
    pub next_start: Option<Micros>,
    pub at: Micros,
    pub by: &'a str,
}

/// Saves a new version of the system schedule. Starts up to `at` count as dealt with.
pub async fn write_system(tx: &mut Tx, write: &SystemWrite<'_>) -> Result<Version> {
    const DOING: &str = "save the system schedule";
    let next = write.next_start.filter(|_| write.enabled);
    let version: Option<Version> = sqlx::query_scalar(
        "UPDATE system_schedule SET version = version + 1, enabled = $2, schedule = $3, next_start_at = $4,
                                    planned_until = $5, updated_at = $5, updated_by = $6
         WHERE one = 1 AND ($1 = 0 OR version = $1) RETURNING version",
    )
    .bind(write.version.unwrap_or_default())
    .bind(i64::from(write.enabled))
    .bind(to_json(write.schedule)?)
    .bind(next.unwrap_or_default())
    .bind(write.at)
    .bind(checked(write.by)?)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let Some(version) = version else {
        let current = sqlx::query_scalar("SELECT version FROM system_schedule WHERE one = 1")
            .fetch_one(tx.connection())
            .await
            .doing(DOING)?;
        return Err(StoreError::Stale { current });
    };
    tx.signal(SignalKind::System, "schedule", version);
    tx.signal_planner();
    Ok(version)
}

/// The system schedule for the planner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueSystem {
    /// As it is stored: nobody knows yet whether it can be read.
    pub schedule: String,
    pub planned_until: Micros,
}

const LOCK_SYSTEM: PerEngine = locked!(
    "SELECT schedule, planned_until FROM system_schedule
     WHERE one = 1 AND next_start_at > 0 AND next_start_at <= $1"
);

/// The system schedule, if its next start has come. Who plans it meanwhile is waited for: exports that start at
/// the same instant are to find its tasks.
pub async fn due_system(tx: &mut Tx, now: Micros) -> Result<Option<DueSystem>> {
    let sql = LOCK_SYSTEM.of(tx.engine());
    let row = sqlx::query(sql)
        .bind(now)
        .fetch_optional(tx.connection())
        .await
        .doing("read the system schedule")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(DueSystem {
        schedule: row.text("schedule")?,
        planned_until: row.int("planned_until")?,
    }))
}

/// Notes what the planner has dealt with of the system schedule, and its next start.
pub async fn move_system_on(
    tx: &mut Tx,
    planned_until: Micros,
    next: Option<Micros>,
) -> Result<()> {
    sqlx::query("UPDATE system_schedule SET planned_until = $1, next_start_at = $2 WHERE one = 1")
        .bind(planned_until)
        .bind(next.unwrap_or_default())
        .execute(tx.connection())
        .await
        .doing("write the next start of the system refresh")?;
    tx.signal(SignalKind::System, "schedule", 0);
    Ok(())
}
