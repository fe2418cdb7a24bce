//! A database that was restored from a backup: nothing is planned until somebody lets it go on, and what should have
//! started before is not caught up.

use app::domain::{Micros, Restored};

use crate::store::columns::to_json;
use crate::store::{Reads, Result, StoreError, Tx, settings};

fn parsed(text: &str) -> Result<Restored> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged {
        column: settings::RESTORED.to_owned(),
        why: error.to_string(),
    })
}

/// From what it was restored, if it was.
pub async fn restored(db: impl Reads) -> Result<Option<Restored>> {
    let text = settings::get(db, settings::RESTORED).await?;
    text.as_deref().map(parsed).transpose()
}

/// Notes from what it was restored.
pub async fn set_restored(tx: &mut Tx, restored: &Restored) -> Result<()> {
    settings::set(tx, settings::RESTORED, &to_json(restored)?).await
}

/// Whether it was restored, and nobody has let it go on yet.
pub async fn waits_since_restored(db: impl Reads) -> Result<bool> {
    let restored = restored(db).await?;
    Ok(restored.is_some_and(|restored| restored.is_waiting()))
}

/// The instant up to which starts are not caught up; 0: there is none.
pub async fn planned_from(db: impl Reads) -> Result<Micros> {
    let text = settings::get(db, settings::PLANNED_FROM).await?;
    let Some(text) = text else { return Ok(0) };
    text.parse().map_err(|_| StoreError::Damaged {
        column: settings::PLANNED_FROM.to_owned(),
        why: "it is no instant".to_owned(),
    })
}

/// Lets a restored server go on: starts up to this instant are missed. Where it was not restored, or goes on already,
/// nothing changes.
pub(super) async fn go_on(tx: &mut Tx, at: Micros) -> Result<()> {
    let Some(text) = settings::hold(tx, settings::RESTORED).await? else {
        return Ok(());
    };
    let restored = parsed(&text)?;
    if !restored.is_waiting() {
        return Ok(());
    }
    let resumed = Restored {
        resumed_at: Some(at),
        ..restored
    };
    set_restored(tx, &resumed).await?;
    settings::set(tx, settings::PLANNED_FROM, &at.to_string()).await?;
    tx.signal_planner();
    Ok(())
}
