//! Measures a refresh: `refresh_bench SOURCE_DIR TABLE DEST_DIR`.
//!
//! Prints one line of JSON with rows, the seconds of finding the schema and of the snapshot. Peak memory is measured
//! from outside.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::path::PathBuf;
use std::time::Instant;

use base::{Cancel, Folder};
use engine::source::FolderSource;
use engine::{Engine, EngineConfig};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |name: &str| {
        arguments
            .next()
            .ok_or(format!("argument {name} is missing"))
    };
    let source = PathBuf::from(argument("SOURCE_DIR")?).canonicalize()?;
    let name = argument("TABLE")?;
    let destination = PathBuf::from(argument("DEST_DIR")?);
    let engine = Engine::new(EngineConfig {
        memory_bytes: 256 << 20,
        spill_dir: destination.with_added_extension("spill"),
        batch_rows: 8192,
    })?;
    let source = FolderSource::new(Folder::open(&source)?);
    let listing = source.list()?;
    let table = listing.table(&name).ok_or("the source has no such table")?;

    let started = Instant::now();
    let detected = engine.detect(&source, table).await?;
    let detect_seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let snapshot = engine
        .snapshot(
            &source,
            table,
            &detected.schema,
            detected.dialect,
            &destination,
            &|_| {},
            &Cancel::new(),
        )
        .await?;
    let snapshot_seconds = started.elapsed().as_secs_f64();
    println!(
        "{{\"rows\":{},\"bytes\":{},\"detect_seconds\":{detect_seconds:.3},\"snapshot_seconds\":{snapshot_seconds:.3}}}",
        snapshot.rows, snapshot.bytes
    );
    Ok(())
}
