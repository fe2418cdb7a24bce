//! `webhook`: rows by HTTP, in signed messages to one URL (Standard Webhooks).
//!
//! A run is a series of messages, one after another, each a POST of `{"type", "timestamp", "data"}`:
//!
//! - `delivery.start`, with the names of the tables;
//! - `delivery.rows` for each table in its turn, with `table`, `seq` (from 1) and `rows`;
//! - `delivery.end`, when all tables are there and the run is published: rows, bytes, checksum (SHA-256 of the bodies of its
//!   messages, in their order) and last message of each table, the manifest, and `publish`, which counts the deliveries of
//!   the export: of two the higher one is the newer;
//! - `delivery.abort` in place of it, when the run has ended without.
//!
//! `delivery.test` belongs to no run: it asks whether messages are taken.
//!
//! A receiver that gathers rows by run and takes them over at the end sees the old delivery or the new one. One that takes
//! each message as it comes sees rows as they come; that is all that can be promised for every receiver.
//!
//! What is sent depends on the run's pinned data alone. Another attempt sends the same bytes under the same ids
//! (`webhook-id`, `idempotency-key`), so that whoever knows the ids takes each message once. There is nobody to keep a
//! record but ourselves: it goes into the server's ledger before the end is sent, and whoever finds it there sends that
//! end, again if need be. If the receiver will not have the end, the record is withdrawn, and the run has failed.

mod answers;
mod chunks;
mod description;
mod destination;
mod line;
mod message;
mod receiver;
mod settings;
mod signer;
mod stage;
#[cfg(test)]
mod tests;
mod upload;

pub(crate) use description::{DESCRIPTION, KEY};
pub(crate) use destination::Webhook;
