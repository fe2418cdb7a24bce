//! The pages, one folder per area.

pub mod account;
pub mod connections;
pub mod data;
pub mod exports;
mod poll;
pub mod runs;
mod schedule;
mod sorting;
pub mod system;
