//! The only SQL of the server: one set of statements for SQLite and PostgreSQL.
//!
//! Reads take anything that [`Reads`] (`&store`, or `&mut tx` to read inside a transaction); writes
//! take a [`Tx`], which holds the one writer of SQLite, and publishes what it signalled once it is
//! committed. Functions obey no rules but those that keep the data whole: who may do what is
//! decided by the services, which also note every change in [`audit`], in the same transaction.
//!
//! The bounds of the SQL (`COLLATE "binary"`, `$n`, literals …) are in the architecture page,
//! "Store".

mod columns;
mod cursor;
mod database;
mod error;
mod fold;
mod forgetting;
mod ids;
mod listening;
mod migrate;
mod names;
mod signals;
mod transaction;

pub mod audit;
pub mod connections;
pub mod copy;
pub mod exports;
pub mod idempotency;
pub mod keeping;
pub mod notices;
pub mod operation;
pub mod people;
pub mod published_records;
pub mod queue;
pub mod refreshes;
pub mod runs;
pub mod schedules;
pub mod secrets;
pub mod segments;
pub mod servers;
pub mod settings;
pub mod sources;
pub mod storage;
pub mod tables;
pub mod tasks;
pub mod views;

pub use database::Store;
pub use error::{Result, StoreError};
pub use exports::EditScope;
pub use fold::fold;
pub use ids::{SendingId, SnapshotId, TaskId, fresh};
pub use listening::Listening;
pub use migrate::{Migrated, Schema, known_schema};
pub use signals::{Signal, SignalKind, Signals, told};
pub use transaction::{Reads, Tx};

/// The databases that the store runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file, one writer at a time.
    Sqlite,
    /// A server, for several of ours.
    Postgres,
}

/// All that differs between the databases, besides [`skip_locked`], [`locked`] and [`over_given`].
struct Dialect {
    /// Starts a writing transaction. Deferred ones of SQLite fail when a read turns into a write.
    begin: &'static str,
    /// The database's clock in microseconds, for leases; none where the database has no other clock
    /// than ours.
    clock: Option<&'static str>,
    /// Starts a transaction that only reads, all of one moment.
    moment: &'static str,
    /// Tells other servers something once the transaction is committed; none where there are no others.
    notify: Option<&'static str>,
    /// Asks for the version of the database program.
    version: &'static str,
    /// Asks what the database takes, in bytes.
    size: &'static str,
    /// Settings of every connection.
    every_connection: &'static [&'static str],
    /// Settings of connections that write.
    writer: &'static [&'static str],
    /// Settings of connections that only read.
    reader: &'static [&'static str],
    /// Keeps a second migration out until the transaction ends.
    migration_lock: Option<&'static str>,
    /// What the first migration needs that is not portable.
    preparation: Option<&'static str>,
}

impl Engine {
    const fn dialect(self) -> &'static Dialect {
        match self {
            Self::Sqlite => &SQLITE,
            Self::Postgres => &POSTGRES,
        }
    }
}

const SQLITE: Dialect = Dialect {
    begin: "BEGIN IMMEDIATE",
    clock: None,
    moment: "BEGIN",
    notify: None,
    version: "SELECT sqlite_version()",
    size: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    every_connection: &[
        "PRAGMA busy_timeout = 5000",
        "PRAGMA foreign_keys = ON",
        "PRAGMA synchronous = FULL",
        // KiB, taken as needed: the lists of a large environment without reading them anew each time.
        "PRAGMA cache_size = -8192",
    ],
    writer: &[
        "PRAGMA journal_mode = WAL",
        // A backup keeps the log from being used anew; what it grew by is given back afterwards.
        "PRAGMA journal_size_limit = 67108864",
    ],
    reader: &["PRAGMA query_only = ON"],
    migration_lock: None,
    preparation: None,
};

const POSTGRES: Dialect = Dialect {
    begin: "BEGIN",
    clock: Some("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"),
    moment: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    notify: Some("SELECT pg_notify('waybill', $1)"),
    version: "SELECT current_setting('server_version')",
    size: "SELECT pg_database_size(current_database())",
    every_connection: &[],
    writer: &[],
    reader: &[],
    migration_lock: Some("DO $lock$ BEGIN PERFORM pg_advisory_xact_lock(8271604); END $lock$"),
    preparation: Some(r#"CREATE COLLATION IF NOT EXISTS "binary" (provider = libc, locale = 'C')"#),
};

/// One statement as each database wants it.
#[derive(Clone, Copy)]
struct PerEngine {
    sqlite: &'static str,
    postgres: &'static str,
}

impl PerEngine {
    const fn of(self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// A query whose rows of one table are locked; rows that somebody else has locked are passed over.
/// SQLite needs neither: the transaction that reads is the only one that writes.
macro_rules! skip_locked {
    ($sql:expr, $alias:literal) => {
        $crate::store::PerEngine {
            sqlite: $sql,
            postgres: concat!($sql, " FOR UPDATE OF ", $alias, " SKIP LOCKED"),
        }
    };
}

/// A query whose rows are locked, waiting for who has them.
macro_rules! locked {
    ($sql:expr) => {
        $crate::store::locked!($sql, " FOR UPDATE")
    };
    ($sql:expr, $how:literal) => {
        $crate::store::PerEngine {
            sqlite: $sql,
            postgres: concat!($sql, $how),
        }
    };
}

/// A statement over many rows that are bound as one text: a list of objects as JSON. It stands between
/// `FROM` and what follows; members are read with `CAST(g.value ->> 'name' AS BIGINT)`, or without a cast
/// as text. A third text, which locks rows, is for PostgreSQL alone; a fourth is the parameter, if it is not `$1`.
macro_rules! over_given {
    ($before:expr, $after:expr) => {
        $crate::store::over_given!($before, $after, "")
    };
    ($before:expr, $after:expr, $locked:literal) => {
        $crate::store::over_given!($before, $after, $locked, "$1")
    };
    ($before:expr, $after:expr, $locked:literal, $given:literal) => {
        $crate::store::PerEngine {
            sqlite: concat!($before, " json_each(", $given, ") g ", $after),
            postgres: concat!(
                $before,
                " json_array_elements(CAST(",
                $given,
                " AS json)) g ",
                $after,
                $locked
            ),
        }
    };
}

use {locked, over_given, skip_locked};

#[cfg(test)]
mod planning;
