//! What is kept for how long, and when refreshes stop: settings, each of which counts from the moment it is written.

use app::domain::{Keeping, KeepingDraft};

use super::columns::Columns;
use super::error::Doing;
use super::settings::{KEEP_RUNS_DAYS, KEEP_SNAPSHOTS, STOP_REFRESHES_PERCENT};
use super::{Reads, Result, SignalKind, Tx, audit, settings};

/// Id of the hint that they changed.
pub const SETTINGS: &str = "settings";

/// As it is set. What is not set, or is not what may be set, is as at the start.
pub async fn get(mut db: impl Reads) -> Result<Keeping> {
    let rows = sqlx::query(
        "SELECT key, value FROM settings WHERE key IN ($1, $2, $3, $4) ORDER BY key LIMIT 4",
    )
    .bind(KEEP_SNAPSHOTS)
    .bind(KEEP_RUNS_DAYS)
    .bind(STOP_REFRESHES_PERCENT)
    .bind(audit::DAYS)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read what is kept for how long")?;
    let mut keeping = Keeping::default();
    for row in &rows {
        let number = row.text("value")?.parse().ok();
        let mut draft = KeepingDraft::default();
        match row.text("key")?.as_str() {
            KEEP_SNAPSHOTS => draft.keep_snapshots = number,
            KEEP_RUNS_DAYS => draft.keep_runs_days = number,
            STOP_REFRESHES_PERCENT => draft.stop_refreshes_percent = number,
            _ => draft.audit_days = number,
        }
        keeping = keeping.changed(draft).unwrap_or(keeping);
    }
    Ok(keeping)
}

/// Writes what is different now: of two who change different numbers at once, both are heard.
pub async fn set(tx: &mut Tx, before: Keeping, after: Keeping) -> Result<()> {
    for (key, before, after) in [
        (KEEP_SNAPSHOTS, before.snapshots, after.snapshots),
        (KEEP_RUNS_DAYS, before.runs_days, after.runs_days),
        (
            STOP_REFRESHES_PERCENT,
            before.stop_refreshes_percent,
            after.stop_refreshes_percent,
        ),
    ] {
        if before != after {
            settings::set(tx, key, &after.to_string()).await?;
        }
    }
    if before.audit_days != after.audit_days {
        audit::set_days(tx, after.audit_days).await?;
    }
    tx.signal(SignalKind::System, SETTINGS, 0);
    Ok(())
}
