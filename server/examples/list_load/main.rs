//! Measures the lists at size: `list_load DATABASE_URL`. The database must have no exports.
//!
//! Fills it with ten thousand exports over five hundred connections and two hundred thousand runs with their files, as the
//! store keeps them, and leaves them there. Then asks for pages, counts and facets of both lists, through the calls that
//! the services make, as an administrator and as a contributor; prints a table of how long that took. Nothing fails for
//! being slow.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

mod asking;
mod filling;
mod runs;

use std::sync::Arc;
use std::time::Instant;

use app::domain::Role;
use base::SystemClock;
use server::policy::{Actor, edit_scope};
use server::store::Store;

type Failure = Box<dyn std::error::Error>;

const USAGE: &str = "usage: list_load DATABASE_URL";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let url = std::env::args().nth(1).ok_or(USAGE)?;
    let store = Store::open(&url, Arc::new(SystemClock)).await?;
    store.migrate().await?;
    let started = Instant::now();
    let filled = filling::fill(&store, &url).await?;
    let seconds = started.elapsed().as_secs();
    println!(
        "{:?}: {} exports, {} connections and {} runs in {seconds} s",
        store.engine(),
        filling::EXPORTS,
        filling::CONNECTIONS,
        filled.runs,
    );
    for (who, role) in [
        ("administrator", Role::Administrator),
        ("contributor", Role::Contributor),
    ] {
        let id = filled.contributor;
        let scope = edit_scope(&Actor {
            id,
            role,
            by_token: false,
        });
        asking::exports(&store, &filled, who, scope).await?;
    }
    asking::runs(&store, &filled).await?;
    store.close().await;
    Ok(())
}
