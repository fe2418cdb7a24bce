//! What a person sees, and the words that both sides share. See `server/ARCHITECTURE.md`.

#![expect(
    unreachable_pub,
    reason = "Leptos' macros make public items inside private modules"
)]

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
