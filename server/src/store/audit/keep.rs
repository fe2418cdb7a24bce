//! For how long entries are kept.

use app::domain::{AuditDays, Micros};

use crate::store::error::Doing;
use crate::store::{Reads, Result, Tx, settings};

/// The setting that says so.
pub(in crate::store) const DAYS: &str = "audit_days";

/// For how many days.
pub async fn days(db: impl Reads) -> Result<AuditDays> {
    let text = settings::get(db, DAYS).await?;
    let days = text.and_then(|text| AuditDays::parse(text.parse().ok()?).ok());
    Ok(days.unwrap_or_default())
}

/// Keeps them for so many days from now on.
pub async fn set_days(tx: &mut Tx, days: AuditDays) -> Result<()> {
    settings::set(tx, DAYS, &days.get().to_string()).await
}

/// Forgets entries from before an instant, the oldest first and so many at most. How many there were.
pub async fn forget(tx: &mut Tx, before: Micros, most: u32) -> Result<u64> {
    let done = sqlx::query(
        "DELETE FROM audit WHERE id IN
            (SELECT a.id FROM audit a WHERE a.at < $1 ORDER BY a.at, a.id LIMIT $2)",
    )
    .bind(before)
    .bind(i64::from(most))
    .execute(tx.connection())
    .await
    .doing("forget old entries of the audit log")?;
    Ok(done.rows_affected())
}
