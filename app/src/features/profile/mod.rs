//! One's own account: profile, password, second factor, sessions, tokens.

mod agent;
mod factor;
mod factor_pane;
mod page;
mod panes;
mod password_form;
mod password_pane;
mod profile_form;
mod sessions;
mod tab;
mod tokens_tab;

pub use page::AccountPage;
