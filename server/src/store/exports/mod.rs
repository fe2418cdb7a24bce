//! Exports: their configuration by version, and the list of them, which sorts by any column.

mod about;
mod bulk;
mod facets;
mod forget;
mod list;
mod matching;
mod names;
mod reading;
mod removed;
mod scope;
mod standing;
mod statements;
mod status;
mod strip;
mod versions;
mod writing;

pub use about::{AboutChange, describe, labels};
pub use bulk::{Undoable, undoable};
pub use facets::{ExportTally, filter_names, tally};
pub use forget::forget_removed;
pub use list::{list, list_uncounted};
pub use matching::matching;
pub use names::{Neighbour, folders_taken, free_name, name_taken, other_exports_of_connection};
pub use reading::{ExportRecord, ExportVersion, get, get_version, rows_by_id};
pub use removed::{LeftBehind, RemovedRecord, get_removed, left_behind, removed, unremove};
pub use scope::EditScope;
pub use status::lock_all;
pub use versions::{StepTold, connections_over_time, steps, versions};
pub use writing::{ExportChange, NewExport, Step, detach, insert, insert_detached, remove, update};

pub(super) use scope::permission;
pub(super) use standing::Standing;
pub(super) use status::{lock, lock_attached, lock_owned, refresh_status};
pub(super) use strip::appended;

use app::domain::{DeliveryOptions, ExportItem, Mode};
use serde::{Deserialize, Serialize};

/// What the column `config` of a version holds.
#[derive(Deserialize)]
struct Config {
    items: Vec<ExportItem>,
    mode: Mode,
    options: DeliveryOptions,
}

/// The same, to be written.
#[derive(Serialize)]
struct ConfigRef<'a> {
    items: &'a [ExportItem],
    mode: Mode,
    options: &'a DeliveryOptions,
}
