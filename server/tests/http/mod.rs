//! The door of the server, as a client meets it.

mod conventions;
mod cross_site;
mod demo;
mod events;
mod headers;
mod health;
mod openapi;
mod roles;
mod runs;
mod sign_in;
