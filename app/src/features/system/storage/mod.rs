//! *Storage*: how full disks are and when they are full, what takes room, how that grew, what is kept for how long,
//! the last backup; and what came of restoring one.

mod curve;
mod disks;
mod growth;
mod keeping_pane;
mod kept;
mod restoring;
mod tab;
mod uses;

pub(super) use keeping_pane::KeepingPane;
pub(super) use tab::StorageTab;
