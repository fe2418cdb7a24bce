//! Path templates: where the files of a run go, from placeholders that people write.
//!
//! Parsing refuses what could leave the connection's folder, hide files, or make two tables of one
//! run share a path, so that expanding cannot go wrong.

mod collide;
mod expand;
mod names;
mod parse;

pub use collide::{PathScope, could_collide};
pub(crate) use expand::{Instant, Place};
pub use names::{LONGEST_FOLDER, file_names, folder_name, is_folder_name};
pub use parse::{PathTemplate, TemplateError};
