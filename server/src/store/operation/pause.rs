//! The pause of everything: while there is one, no server claims a run or a task.
//!
//! It stands under one key of the settings, which the statements that claim look up themselves: what is claimed was
//! claimed before the pause. Leases, heartbeats and dead workers are seen to as ever.

use app::domain::{Micros, SystemPause};

use super::restored;
use crate::store::columns::to_json;
use crate::store::error::Doing;
use crate::store::{Reads, Result, SignalKind, StoreError, Tx, settings};

/// Holds unless everything is paused: a condition of the statements that claim.
macro_rules! unless_paused {
    () => {
        "NOT EXISTS (SELECT 1 FROM settings z WHERE z.key = 'system_pause')"
    };
}

pub(in crate::store) use unless_paused;

fn parsed(text: &str) -> Result<SystemPause> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged {
        column: settings::SYSTEM_PAUSE.to_owned(),
        why: error.to_string(),
    })
}

/// The pause, if there is one.
pub async fn pause(db: impl Reads) -> Result<Option<SystemPause>> {
    let text = settings::get(db, settings::SYSTEM_PAUSE).await?;
    text.as_deref().map(parsed).transpose()
}

/// Pauses everything, or says anew why it is paused.
pub async fn set_pause(tx: &mut Tx, pause: &SystemPause) -> Result<()> {
    settings::set(tx, settings::SYSTEM_PAUSE, &to_json(pause)?).await?;
    tx.signal(SignalKind::System, "pause", 0);
    Ok(())
}

/// Ends the pause, and gives it. The time that it lasted is no time that runs have waited for what they need. A server that
/// was restored goes on from here.
pub async fn end_pause(tx: &mut Tx, at: Micros) -> Result<Option<SystemPause>> {
    let Some(text) = settings::take(tx, settings::SYSTEM_PAUSE).await? else {
        return Ok(None);
    };
    let pause = parsed(&text)?;
    sqlx::query(
        "UPDATE runs SET waits_until = waits_until + $2 - CASE WHEN queued_at > $1 THEN queued_at ELSE $1 END
         WHERE ended_at IS NULL AND waits_until > 0 AND queued_at <= $2",
    )
    .bind(pause.since)
    .bind(at.max(pause.since))
    .execute(tx.connection())
    .await
    .doing("let runs wait longer after a pause")?;
    restored::go_on(tx, at).await?;
    tx.signal(SignalKind::System, "pause", 0);
    tx.signal(SignalKind::Queue, "runs", 0);
    Ok(Some(pause))
}
