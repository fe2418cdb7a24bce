//! The one integration-test binary of the server.

mod support {
    pub(crate) mod app;
    pub(crate) mod commands;
    pub(crate) mod databases;
    pub(crate) mod objects;
    pub(crate) mod provider;
    pub(crate) mod receivers;
    pub(crate) mod schema;
}

mod architecture;
mod delivery;
mod http;
mod reasons;
mod recurrence;
mod store;
