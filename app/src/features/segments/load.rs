//! What the form of a segment needs to know before it can be drawn.

use serde::{Deserialize, Serialize};

use crate::api::{ApiError, get_segment, list_tables};
use crate::domain::{Reason, SegmentDetails, SegmentId, TableSummary};

/// Everything that is loaded at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Loaded {
    /// The segment that is edited.
    pub(super) details: Option<SegmentDetails>,
    /// What segments are made from.
    pub(super) tables: Vec<TableSummary>,
}

/// Loads what the form shows. Who may not write gets the refusal here, before typing anything.
pub(super) async fn load(id: Option<SegmentId>, may_write: bool) -> Result<Loaded, ApiError> {
    if !may_write {
        return Err(ApiError::Forbidden {
            reason: Reason::new("viewer_may_not_edit"),
        });
    }
    let details = match id {
        Some(id) => Some(get_segment(id).await?),
        None => None,
    };
    Ok(Loaded {
        details,
        tables: list_tables(None).await?,
    })
}
