//! The door of the server, as a client meets it.

mod command_line;
mod conventions;
mod cross_site;
mod demo;
mod events;
mod functions;
mod headers;
mod health;
mod openapi;
mod pages;
mod roles;
mod runs;
mod schedules;
mod sign_in;
mod stage;
mod system;
