//! What people read, in English and French.
//!
//! One file per area holds that area's messages as functions made by [`messages!`]: a text that
//! lacks one of the languages does not compile, and every area gets a test of its French
//! typography. Numbers, dates and durations are written by [`format`]. There is no parser and no
//! catalogue at run time: a message is a function that returns a text.
//!
//! A language is fixed for the life of a page. Changing it loads the page anew, so a component
//! reads it once with [`use_language`] and nothing has to react to it.

pub mod account;
pub mod audit;
mod catalogue;
pub mod connections;
pub mod copies;
pub mod data;
pub mod delivery_preview;
pub mod export_about;
pub mod export_bulk;
pub mod export_filters;
pub mod export_history;
pub mod export_removed;
pub mod export_table;
pub mod exports;
pub mod format;
pub mod invitation_mail;
mod language;
pub mod leaving;
pub mod live;
pub mod notice_mail;
pub mod notices;
pub mod operation;
pub mod people;
pub mod profile;
pub mod reasons;
pub mod run_list;
pub mod runs;
pub mod saved_views;
pub mod schedule;
pub mod segment_exports;
pub mod segments;
pub mod shell;
pub mod shortcuts;
pub mod storage;
pub mod system;
#[cfg(test)]
mod typography;
pub mod ui;

pub use language::{Language, provide_language, use_language};
