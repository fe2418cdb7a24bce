//! The demo's source: customers, orders and web events made from a fixed seed, the same bytes every time.
//!
//! It has what real data has: accents and emoji, nulls and empty texts, commas, quotes and line breaks in fields, postal
//! codes with leading zeros, decimals, instants of microseconds, e-mail addresses that are there twice.

mod customers;
mod dice;
mod events;
mod orders;
mod words;

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use formats::Compression;

use crate::error::EngineError;

pub const CUSTOMERS: u64 = 50_000;
pub const ORDERS: u64 = 200_000;
pub const EVENTS: u64 = 20_000;

/// Writes `customers.csv`, `orders/part-*.parquet` and `web_events.jsonl.gz` into `folder`, which is created. Blocking,
/// about a second. Existing files of these names are replaced whole.
pub fn write_sample(folder: &Path) -> Result<(), EngineError> {
    let unwritable = EngineError::snapshot_unwritable(folder);
    fs::create_dir_all(folder.join("orders")).map_err(&unwritable)?;
    write(folder, "customers.csv", customers::csv().as_bytes()).map_err(&unwritable)?;
    let events = Compression::Gzip
        .pack(events::json_lines().into_bytes())
        .map_err(&unwritable)?;
    write(folder, "web_events.jsonl.gz", &events).map_err(&unwritable)?;
    for part in 0..orders::PARTS {
        let bytes = orders::parquet(part).map_err(|error| unwritable(io::Error::other(error)))?;
        write(
            &folder.join("orders"),
            &format!("part-{part}.parquet"),
            &bytes,
        )
        .map_err(&unwritable)?;
    }
    Ok(())
}

/// The name begins with a dot until the file is whole, so that a listing in between passes it over.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = folder.join(format!(".{name}.tmp"));
    let mut file = fs::File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FolderSource;
    use crate::{Engine, EngineConfig};

    fn names_and_types(schema: &formats::TableSchema) -> Vec<String> {
        schema
            .fields
            .iter()
            .map(|field| format!("{} {}", field.name, field.data_type))
            .collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_sample_is_the_same_every_time_and_reads_as_meant() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write_sample(first.path()).unwrap();
        write_sample(second.path()).unwrap();
        for file in [
            "customers.csv",
            "orders/part-3.parquet",
            "web_events.jsonl.gz",
        ] {
            let read = |folder: &tempfile::TempDir| fs::read(folder.path().join(file)).unwrap();
            assert!(read(&first) == read(&second), "{file} differs");
        }
        let path = first.path().canonicalize().unwrap();
        let source = FolderSource::new(base::Folder::open(&path).unwrap());
        let listing = source.list().unwrap();
        let names: Vec<&str> = listing
            .tables
            .iter()
            .map(|table| table.name.as_str())
            .collect();
        assert_eq!(names, ["customers", "orders", "web_events"]);
        let config = EngineConfig {
            memory_bytes: 64 << 20,
            spill_dir: second.path().join("spill"),
            batch_rows: 8192,
        };
        let engine = Engine::new(config).unwrap();
        let cancel = base::Cancel::new();
        for (name, rows, types) in [
            (
                "customers",
                CUSTOMERS,
                &[
                    "customer_id integer",
                    "first_name text",
                    "last_name text",
                    "email text",
                    "phone text",
                    "birth_date date",
                    "address text",
                    "postal_code text",
                    "city text",
                    "country text",
                    "newsletter boolean",
                    "loyalty_points integer",
                    "credit decimal(38,2)",
                    "note text",
                    "created_at timestamp_utc",
                ][..],
            ),
            (
                "orders",
                ORDERS,
                &[
                    "order_id integer",
                    "customer_id integer",
                    "ordered_at timestamp_utc",
                    "status text",
                    "items int32",
                    "amount decimal(12,2)",
                    "discount decimal(5,4)",
                    "currency text",
                    "shipped_on date",
                    "comment text",
                ],
            ),
            (
                "web_events",
                EVENTS,
                &[
                    "event_id integer",
                    "at timestamp_utc",
                    "customer_id integer",
                    "kind text",
                    "page text",
                    "duration_ms integer",
                    "ratio double",
                    "note text",
                    "device text",
                    "value decimal(38,2)",
                ],
            ),
        ] {
            let table = listing.table(name).unwrap();
            let found = engine.detect(&source, table).await.unwrap();
            let mut found_types = names_and_types(&found.schema);
            let mut types: Vec<String> = types.iter().map(|text| (*text).to_owned()).collect();
            if name == "web_events" {
                // A key that is not always there has its place where it first appears.
                found_types.sort();
                types.sort();
            }
            assert_eq!(found_types, types);
            let place = second.path().join("lake").join(name);
            let taken = engine
                .snapshot(
                    &source,
                    table,
                    &found.schema,
                    found.dialect,
                    &place,
                    &|_| {},
                    &cancel,
                )
                .await
                .unwrap();
            assert_eq!(taken.rows, rows, "{name}");
        }
    }
}
