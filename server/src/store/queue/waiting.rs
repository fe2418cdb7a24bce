//! Runs that wait for what they need, and until when.

use app::domain::Micros;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::operation::unless_paused;
use crate::store::{PerEngine, Result, SignalKind, Store, skip_locked};

/// How many runs one round lets go.
const AT_ONCE: i64 = 1000;

/// Runs that wait in vain: all they need has ended, or they have waited as long as they may, which a pause of
/// everything does not count in. `$1` the clock · `$2` limit.
macro_rules! in_vain {
    () => {
        concat!(
            "SELECT r.id FROM runs r
             WHERE r.ended_at IS NULL AND r.waits_until > 0
               AND ((r.waits_until <= $1 AND ",
            unless_paused!(),
            ") OR NOT EXISTS
                      (SELECT 1 FROM run_needs n JOIN tasks t ON t.id = n.task_id
                       WHERE n.run_id = r.id AND t.ended_at IS NULL))
             ORDER BY r.waits_until, r.id LIMIT $2"
        )
    };
}

const ANY: &str = in_vain!();
const NEXT: PerEngine = skip_locked!(in_vain!(), "r");

/// Lets runs go that wait in vain; what becomes of them without what they waited for is decided when they
/// are worked on. The end of a task lets go of those that waited for it; where two tasks end in one
/// instant, each for the other, neither does.
pub async fn end_waits(store: &Store) -> Result<u64> {
    const DOING: &str = "let runs go that wait in vain";
    let now: Micros = store.now();
    // Asked without keeping the one writer busy, since mostly there is none.
    let any = sqlx::query(ANY)
        .bind(now)
        .bind(1_i64)
        .fetch_optional(&mut *store.reader().await?)
        .await
        .doing(DOING)?;
    if any.is_none() {
        return Ok(0);
    }
    let mut tx = store.begin().await?;
    let sql = NEXT.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(now)
        .bind(AT_ONCE)
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    for row in &rows {
        sqlx::query("UPDATE runs SET waits_until = 0 WHERE id = $1")
            .bind(row.text("id")?)
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    tx.signal(SignalKind::Queue, "runs", 0);
    tx.commit().await?;
    Ok(rows.len() as u64)
}
