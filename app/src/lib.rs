//! What a person sees, and the words that both sides share. See `server/ARCHITECTURE.md`.

pub mod api;
pub mod domain;
pub mod features;
pub mod i18n;
#[cfg(feature = "ssr")]
pub mod ports;
pub mod shell;
pub mod state;
pub mod ui;

pub use shell::{App, shell};
