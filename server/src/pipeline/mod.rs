//! What a refresh and a run do, step by step: from the source into the lake, from the lake to the
//! destination. Knows the engine, the connectors and the store; nothing of people or pages.

mod connections;
mod convert;
mod deliver;
mod disk;
mod error;
mod held;
mod instant;
mod lake;
mod ledger;
mod mapping;
pub mod paths;
mod pin;
mod plane;
mod preview_delivery;
mod progress;
mod publish;
mod refresh;
mod segments;
mod upkeep;
mod upstream;
mod vault;
mod waybill;

pub use connections::{Candidate, Tested};
pub use deliver::{Delivery, End, deliver, sweep};
pub use disk::disk_of;
pub use error::PipelineError;
pub use lake::{Held, Lake, LakeError, SnapshotPart, SnapshotPlace};
pub use plane::DataPlane;
pub use preview_delivery::{PathPreview, PathRequest, RowsPreview, RowsRequest};
pub use progress::RunProgress;
pub use refresh::{drop_old_snapshots, renew, same_columns};
pub use segments::{CheckedSegment, Evaluated, Followed, SegmentFault, evaluate};
pub use upkeep::sweep_lake;
pub use vault::{SecretChanges, SecretFaults, Vault};

pub(crate) use instant::rfc3339;
