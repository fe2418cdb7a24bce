//! `azure_blob` and `adls_gen2`: deliveries into a container of an Azure storage account.
//!
//! Both go to the account's blob endpoint. In Azure, blocks that were uploaded for a blob and not yet put together are lost
//! when somebody else puts another list together for it; so files are uploaded to the attempt's folder, whole and unseen by
//! readers of data, and the service copies each to its final place. Blocks that were never put together go after a week.
//!
//! A data lake gets a `model.json` beside its manifest, which tells programs that know the Common Data Model what the newest
//! delivery consists of.

mod description;
mod model_json;
#[cfg(test)]
mod model_tests;
mod open;
mod sas;
mod shared_access;
#[cfg(test)]
mod tests;

pub(crate) use description::{BLOB, BLOB_KEY, LAKE, LAKE_KEY};
pub(crate) use open::{open_blob, open_lake};
