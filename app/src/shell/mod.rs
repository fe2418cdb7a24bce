//! What surrounds every page: the document, the routes, the layout, the errors.

mod app;
mod demo;
mod document;
mod form_errors;
mod layout;
mod lazy;
mod navigation;
mod new_version;
mod not_found;
mod pause;
mod plain;
mod preferences;
mod problem;
pub mod routes;
mod title;
mod top_bar;
mod warnings;

pub use app::App;
pub use document::{AssetNames, Site, shell};
pub use form_errors::{FormErrors, FormProblems};
pub use not_found::{ForbiddenState, NotFoundPage};
pub use pause::{ResumeButton, use_paused};
pub use plain::PlainPage;
pub use preferences::{identity_provider, table_preferences};
pub use problem::{Failure, LoadProblem, NoPane, Problem, field_message, problem_text, way_out};
pub use title::PageTitle;
