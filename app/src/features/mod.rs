//! The pages, one folder per area.

pub mod account;
pub mod audit;
mod connection_types;
pub mod connections;
pub mod data;
pub mod exports;
mod form_pane;
mod listing;
pub mod notices;
pub mod people;
mod poll;
pub mod profile;
mod question;
mod removed;
pub mod runs;
mod schedule;
pub mod segments;
mod sorting;
pub mod system;
mod tabs;
mod tokens;
