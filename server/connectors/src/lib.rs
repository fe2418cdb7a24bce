//! Destinations: where deliveries go, and how they become visible there as a whole.
//!
//! One folder per type, one trait ([`Destination`]), one conformance suite that every type must
//! pass. Works on streams of Arrow batches; knows no `DataFusion`, no database and no export beyond
//! its folder's name.

mod azure;
mod description;
mod destination;
mod discreet;
mod error;
mod faults;
mod local_folder;
mod objects;
mod plan;
mod record;
mod redact;
mod registry;
mod remote;
mod retry;
mod s3;
mod sftp;
mod staging;
mod template;
mod webhook;

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod conformance;

pub use description::{Atomicity, FieldDescription, FieldKind, TypeDescription};
pub use destination::{Destination, Expiry, RowStream, Stage, TestReport};
pub use error::{BoxError, ConnectorError};
pub use plan::{DeliveryPlan, PlanRequest, PlannedTable};
pub use record::{FileEntry, OpenUpload, PublishRecord, TableOutcome};
pub use registry::{Environment, Ledger, Secrets, open, types};
pub use retry::Retry;
pub use template::{
    LONGEST_FOLDER, PathScope, PathTemplate, TemplateError, could_collide, file_names, folder_name,
    is_folder_name,
};
