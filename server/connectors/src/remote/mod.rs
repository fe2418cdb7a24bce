//! Deliveries to a server, a bucket or a container: one way to publish, whatever the protocol.
//!
//! A type gives a [`RemoteStore`]; [`RemoteFolder`] makes a [`crate::Destination`] of it. Beside the data, an export's
//! folder holds `_runs/{run_id}.json` (one record per publication, created once, never changed), `_runs/newest/` (which
//! of them is the newest) and, only while a run is under way, `.waybill/{run_id}-{attempt}/`.
//!
//! There are no locks. The create-only record lets one attempt publish; what follows from it can be done twice, and at
//! the same moment. Undated files need more, since there a delivery takes the places of another:
//!
//! - whoever publishes finishes first what is unfinished, and looks again after its record stands. So of two at the
//!   same moment one sees the other, and the older one's files are moved (or its uploads closed) before the newer
//!   one's: what is not staged any more cannot come back over them;
//! - what the newest delivery does not have any more is removed only as long as it is the newest. Between that question
//!   and the removal lies one call to the store: a worker that sleeps there while another publishes the same export
//!   removes a file of a newer delivery. Nothing on such stores can prevent that;
//! - `manifest.json` is written again until the newest delivery has not changed meanwhile.
//!
//! An attempt that was swept does not publish: it looks whether its folder is there just before. Between that and the
//! record, too, lies one call.

mod buffers;
mod folder;
mod place;
mod publications;
mod publish;
mod spout;
mod stage;
mod store;

#[cfg(test)]
mod memory;
#[cfg(test)]
mod tests;

pub(crate) use folder::RemoteFolder;
pub(crate) use spout::spout;
pub(crate) use store::{Created, RemoteStore, Staged, Target, Upload};
