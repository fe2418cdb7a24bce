//! The door of the server, as a client meets it.

mod command_line;
mod conventions;
mod cross_site;
mod demo;
mod events;
mod functions;
mod headers;
mod health;
mod notices;
mod notices_sending;
mod openapi;
mod operation;
mod pages;
mod roles;
mod runs;
mod schedules;
mod segment_names;
mod segments;
mod sign_in;
mod stage;
mod system;
