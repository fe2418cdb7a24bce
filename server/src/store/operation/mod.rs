//! The system as those see it who keep it running: pausing everything, what tasks did, what depends on what, the
//! day, and what the database is.

mod facts;
mod figures;
mod history;
mod pause;
mod pipeline;
mod restored;
mod timeline;

pub use facts::{Facts, facts};
pub use figures::{Figures, figures};
pub use history::{source_of, task_history};
pub use pause::{end_pause, pause, set_pause};
pub use pipeline::pipeline;
pub use restored::{planned_from, restored, set_restored, waits_since_restored};
pub use timeline::timeline;

pub(in crate::store) use pause::unless_paused;
