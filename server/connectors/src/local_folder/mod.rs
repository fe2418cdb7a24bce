//! `local_folder`: deliveries into a folder of the machine the server runs on.
//!
//! Beside the data, an export's folder holds `_runs/{run_id}.json` (one record per publication,
//! created once, never changed) and, only while a run is under way, `.waybill/{run_id}-{attempt}/`.
//! Everything that changes what readers see happens under a lock on `_runs`, which the system
//! releases when a process dies.

mod destination;
mod files;
mod place;
mod publish;
mod stage;
#[cfg(test)]
mod tests;

pub(crate) use destination::{DESCRIPTION, KEY, LocalFolder};
