//! The pages, one folder per area.

pub mod account;
pub mod connections;
pub mod data;
pub mod exports;
pub mod notices;
mod poll;
pub mod runs;
mod schedule;
pub mod segments;
mod sorting;
pub mod system;
