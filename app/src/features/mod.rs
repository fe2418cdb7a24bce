//! The pages, one folder per area.

pub mod account;
pub mod connections;
pub mod data;
pub mod exports;
mod listing;
pub mod notices;
mod poll;
mod question;
pub mod runs;
mod schedule;
pub mod segments;
mod sorting;
pub mod system;
mod tabs;
