//! Removes from the lake what nobody knows: a worker that was killed, or a disk that was full, left it there.

use base::{Clock as _, SystemClock};

use super::error::PipelineError;
use super::plane::DataPlane;
use crate::store::{SnapshotId, Store, tables};

/// What was begun less than a day ago may still be written, or be about to be recorded.
const LEFT_ALONE_US: i64 = 24 * 3_600_000_000;

/// Removes snapshots that were begun long ago and that the database does not know. How many there were.
pub async fn sweep_lake(store: &Store, data: &DataPlane) -> Result<u64, PipelineError> {
    // Names of snapshots tell when they were begun by the clock of the machine, whatever clock the server has.
    let before = SystemClock.now_us().saturating_sub(LEFT_ALONE_US);
    let found = match data.lake.begun_before(before).await {
        Ok(found) => found,
        Err(error) => {
            tracing::warn!("cannot look for what is left in the lake: {error}");
            return Ok(0);
        }
    };
    let mut removed = 0;
    for path in found {
        let id = path.rsplit('/').next().unwrap_or_default();
        let Ok(id) = id.parse::<SnapshotId>() else {
            continue;
        };
        // Asked after the lake: what was recorded meanwhile is known.
        if tables::is_recorded(store, id).await? {
            continue;
        }
        match data.lake.remove(&path).await {
            Ok(()) => removed += 1,
            Err(error) => tracing::warn!(snapshot.id = %id, "cannot remove a snapshot: {error}"),
        }
    }
    if removed > 0 {
        tracing::info!(snapshots = removed, "removed what was left in the lake");
    }
    Ok(removed)
}
