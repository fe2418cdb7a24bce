//! The design kit: what pages are made of, in the look of Fluent 2.
//!
//! It guarantees that each component is usable by keyboard and screen reader, is drawn in full by
//! the server, works by links and forms while no script runs, and writes no inline style. It knows
//! Leptos and its own few words (`i18n::ui`), and must not learn what an export is: no `domain`,
//! no `api`, no `features`.
//!
//! Texts are given by the caller, already in the reader's language. Icons are names of the sprite
//! `/icons.svg`. `ui::gallery` shows every component in development builds.

pub mod badge;
pub mod bar;
pub mod button;
pub mod choice;
pub mod command_bar;
pub mod copy_field;
pub mod dialog;
pub mod drop_down;
pub mod dynamic;
pub mod each;
pub mod empty_state;
pub mod erase;
pub mod field;
pub mod field_group;
mod focus;
#[cfg(debug_assertions)]
pub mod gallery;
pub mod header;
pub mod icon;
pub mod key_value;
mod keys;
mod leaving;
pub mod links;
pub mod markup;
pub mod menu;
pub mod message_bar;
mod modal;
pub mod pager;
pub mod pane;
pub mod pick_list;
pub mod prelude;
pub mod progress;
mod row_keys;
pub mod row_menu;
pub mod rows;
pub mod search_box;
pub mod select;
pub mod skeleton;
pub mod steps;
pub mod strip;
pub mod table;
pub mod text_area;
pub mod time;
pub mod toast;
