//! Commands that speak to a server over REST, and how commands end.

mod client;
mod digest;
mod exit;
mod run;
mod say;
mod trouble;

pub use client::{Answer, Api};
pub use digest::digest;
pub use exit::Exit;
pub use run::run;
pub use say::{say, tell};
pub use trouble::{ApiError, ended};
