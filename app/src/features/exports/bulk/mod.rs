//! Commands on many exports: what will be done and to which, before anything happens; then what came of it.
//!
//! `doing` asks the server and holds what it says; `question` tells what would be done, `report` what was not.
//! `run_all` is the one command that works without script too.

mod doing;
mod question;
mod report;
mod run_all;

pub(super) use doing::Task;
pub(super) use question::{BulkDialog, NotTouched, Planned};
pub(super) use run_all::RunAllDialog;
