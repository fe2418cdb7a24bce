//! `s3`: deliveries into a bucket of Amazon S3, or of another service that speaks like it.
//!
//! Files are uploads in parts to their final places that stay open, unseen, until the run is published by creating its
//! record with `If-None-Match`. Uploads that an attempt left behind are ended with it; one that had begun and was not yet
//! noted when a process died stays empty and unseen, which a lifecycle rule for incomplete uploads removes. Two keys are
//! needed, always: the machine's own identity at a cloud is never asked for.

mod description;
mod open;
#[cfg(test)]
mod tests;

pub(crate) use description::{DESCRIPTION, KEY};
pub(crate) use open::open;
