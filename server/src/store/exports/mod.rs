//! Exports: their configuration by version, and the list of them, which sorts by any column.

mod list;
mod names;
mod reading;
mod scope;
mod standing;
mod statements;
mod status;
mod writing;

pub use list::list;
pub use names::{Neighbour, folders_taken, free_name, name_taken, other_exports_of_connection};
pub use reading::{ExportRecord, ExportVersion, get, get_version};
pub use scope::EditScope;
pub use writing::{ExportChange, NewExport, detach, insert, remove, update};

pub(super) use scope::permission;
pub(super) use standing::Standing;
pub(super) use status::{lock, refresh_status};

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
