//! How a command ends, for whatever called it.

use std::process::ExitCode;

/// How a command ended. The numbers are documented: they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what it was asked; nothing differs; the run delivered.
    Done = 0,
    /// It did not: what it was asked is wrong, or something failed.
    Wrong = 1,
    /// A plan has something to do. Clap ends so too where it cannot read the line.
    Differs = 2,
    /// The run failed.
    Failed = 3,
    /// The run delivered with warnings, and none were wanted.
    Warnings = 4,
    /// The run is held: a person decides whether it delivers.
    Held = 5,
    /// The run was canceled.
    Canceled = 6,
    /// The run was skipped.
    Skipped = 7,
    /// The run goes on, and nobody waits for it any longer.
    TimedOut = 8,
    /// The server did not answer.
    Unreachable = 9,
    /// Somebody changed it in between.
    Conflict = 10,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
