//! Commands that speak to a server over REST, and how commands end.

mod exit;
mod run;
mod say;

pub use exit::Exit;
pub use run::run;
pub use say::say;
