//! The store, on both databases.

mod bounds;
mod connections;
mod data;
mod exports;
mod exports_list;
mod fixtures;
mod migration;
mod people;
mod permissions;
mod queue;
mod queue_races;
mod runs;
mod tasks;
