//! What a form needs to know before it can be drawn.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::items_state::Offered;
use crate::api;
use crate::api::ApiError;
use crate::domain::{ConnectionChoice, ExportDetails, ExportId, SegmentId, SystemSchedule};
use crate::features::exports::editable::{editable, refuse_viewers};
use crate::state::prelude::*;

/// What the form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::features::exports) enum Purpose {
    /// *Set up export*.
    New,
    /// *Edit export*.
    Edit(ExportId),
    /// *Create duplicate*: filled in from an export; nothing exists until it is saved.
    Duplicate(ExportId),
}

/// Everything that is loaded at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Loaded {
    /// The export that is edited or copied.
    pub(super) details: Option<ExportDetails>,
    /// A free name for the copy.
    pub(super) copy_name: Option<String>,
    pub(super) connections: Vec<ConnectionChoice>,
    /// Tables, then segments.
    pub(super) offered: Vec<Offered>,
    /// The system refresh, whose zone is that of a new export where the browser's is not known.
    pub(super) system: SystemSchedule,
}

/// Loads what the form shows. Who may not edit gets the refusal here, before typing anything.
pub(super) async fn load(purpose: Purpose, may_write: bool) -> Result<Loaded, ApiError> {
    refuse_viewers(may_write)?;
    let wanted = match purpose {
        Purpose::New => wanted_segment(),
        Purpose::Edit(_) | Purpose::Duplicate(_) => None,
    };
    let details = match purpose {
        Purpose::New => None,
        Purpose::Edit(id) | Purpose::Duplicate(id) => Some(editable(id).await?),
    };
    let copy_name = match (purpose, &details) {
        (Purpose::Duplicate(_), Some(details)) => {
            Some(api::copy_name(details.row.name.clone()).await?)
        }
        _ => None,
    };
    Ok(Loaded {
        copy_name,
        connections: api::connection_choices().await?,
        offered: offered(details.as_ref(), wanted).await?,
        details,
        system: api::get_system_schedule().await?,
    })
}

/// The segment that a new export is to send, from the address: the pane was opened from it. Looked up before anything is
/// waited for.
fn wanted_segment() -> Option<SegmentId> {
    let address = use_address();
    address.with_untracked(|address| address.query.get("segment")?.parse().ok())
}

/// Every table and segment. The columns of a segment are fetched when it is ticked, or here if it is sent already or
/// `wanted`.
async fn offered(
    details: Option<&ExportDetails>,
    wanted: Option<SegmentId>,
) -> Result<Vec<Offered>, ApiError> {
    let tables = api::list_tables(None).await?;
    let mut offered: Vec<_> = tables.into_iter().map(Offered::from).collect();
    for segment in api::list_segments().await? {
        let is_sent = details.is_some_and(|details| {
            let mut items = details.items.iter();
            items.any(|item| item.table_id == segment.id.table())
        });
        let is_wanted = wanted == Some(segment.id);
        let schema = if is_sent || is_wanted {
            api::get_segment(segment.id).await?.schema
        } else {
            Vec::new()
        };
        let segment = Offered::segment(segment, schema);
        offered.push(if is_wanted { segment.chosen() } else { segment });
    }
    Ok(offered)
}
