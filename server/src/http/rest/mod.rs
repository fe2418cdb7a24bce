//! REST, `/api/v1`: the shapes that the architecture page writes, and what makes them from the
//! domain. Handlers read the request, call one service, and write the answer; no rule lives here.

pub(super) mod about;
pub(super) mod audit;
pub(super) mod audit_csv;
pub(super) mod bulk;
mod conditions;
pub(super) mod connection_actions;
pub(super) mod connection_bodies;
pub(super) mod connection_types;
pub(super) mod connections;
pub(super) mod delivery_preview;
pub(super) mod export_body;
pub(super) mod exports;
pub(super) mod facets;
pub(super) mod history;
pub(super) mod me;
pub(super) mod notice_channels;
pub(super) mod notices;
pub(super) mod operation;
pub(super) mod overview;
pub(super) mod refreshes;
pub(super) mod removed_segments;
pub(super) mod runs;
pub(super) mod schedules;
pub(super) mod segments;
mod shared;
pub(super) mod sources;
pub(super) mod storage;
pub(super) mod system;
pub(super) mod tables;
mod target;
pub(super) mod tokens;
pub(super) mod users;
pub(super) mod views;

pub(super) use shared::ReasonBody;
