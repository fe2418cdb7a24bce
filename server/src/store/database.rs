//! Opening a database, and lending connections to it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use app::domain::Micros;
use base::Clock;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection};

use super::error::Doing;
use super::{Engine, Result, Signals, StoreError, Tx};

/// Connections that only read, per process.
const READERS: u32 = 4;
/// Connections that write, per process, on PostgreSQL. SQLite has one.
const POSTGRES_WRITERS: u32 = 8;
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// The database of one environment. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    writers: AnyPool,
    readers: AnyPool,
    clock: Arc<dyn Clock>,
    signals: Signals,
    /// Where other servers are heard; none where there are none.
    shared: Option<Arc<str>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens `sqlite:///absolute/path.db`, which is created if need be, or `postgres://…`.
    ///
    /// Nothing is read or migrated: see [`Store::check`] and [`Store::migrate`].
    pub async fn open(url: &str, clock: Arc<dyn Clock>) -> Result<Self> {
        install_default_drivers();
        let engine = engine_of(url)?;
        let address = match engine {
            Engine::Sqlite if !url.contains('?') => format!("{url}?mode=rwc"),
            Engine::Sqlite | Engine::Postgres => url.to_owned(),
        };
        let options: AnyConnectOptions = address
            .parse()
            .map_err(|_| StoreError::Address("it is no valid URL"))?;
        let dialect = engine.dialect();
        let writers = match engine {
            Engine::Sqlite => 1,
            Engine::Postgres => POSTGRES_WRITERS,
        };
        // The writer first: it makes the file, and puts it into WAL mode before anybody reads.
        let writers = pool(engine, writers, dialect.writer)
            .connect_with(options.clone())
            .await
            .map_err(StoreError::Open)?;
        let readers = pool(engine, READERS, dialect.reader).connect_lazy_with(options);
        Ok(Self {
            engine,
            writers,
            readers,
            clock,
            signals: Signals::new(),
            shared: dialect.notify.map(|_| url.into()),
        })
    }

    /// Which database it is.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// The clock of everything but leases on PostgreSQL.
    pub const fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The instant by that clock.
    pub fn now(&self) -> Micros {
        self.clock.now_us()
    }

    /// Hints of committed transactions.
    pub const fn signals(&self) -> &Signals {
        &self.signals
    }

    /// The address of a database that other servers may write to as well.
    pub(super) const fn shared(&self) -> Option<&Arc<str>> {
        self.shared.as_ref()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.reader()
            .await?
            .ping()
            .await
            .doing("reach the database")
    }

    /// Starts a writing transaction; on SQLite it waits for the one before.
    pub async fn begin(&self) -> Result<Tx> {
        let inner = self
            .writers
            .begin_with(self.engine.dialect().begin)
            .await
            .doing("start a transaction")?;
        Ok(Tx::new(
            inner,
            self.engine,
            Arc::clone(&self.clock),
            self.signals.clone(),
        ))
    }

    /// Waits for what is under way and closes all connections.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }

    pub(super) const fn readers(&self) -> &AnyPool {
        &self.readers
    }

    pub(super) async fn reader(&self) -> Result<PoolConnection<Any>> {
        self.readers
            .acquire()
            .await
            .doing("get a connection to read")
    }

    pub(super) async fn writer(&self) -> Result<PoolConnection<Any>> {
        self.writers
            .acquire()
            .await
            .doing("get a connection to write")
    }
}

fn engine_of(url: &str) -> Result<Engine> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Engine::Sqlite),
        Some("postgres" | "postgresql") => Ok(Engine::Postgres),
        _ => Err(StoreError::Address(
            "it starts with neither `sqlite:` nor `postgres:`",
        )),
    }
}

fn pool(engine: Engine, connections: u32, role: &'static [&'static str]) -> AnyPoolOptions {
    let every = engine.dialect().every_connection;
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // A file does not hang up; a server may have restarted.
        .test_before_acquire(engine == Engine::Postgres)
        .after_release(move |connection, _| Box::pin(is_clean(engine, connection)))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                set_up(connection, every).await?;
                set_up(connection, role).await
            })
        })
}

/// Whether a connection can be lent again. On SQLite a commit that failed, as with a full disk, has ended the transaction
/// by itself; sqlx goes on counting it, and would start no other: that connection is closed.
async fn is_clean(
    engine: Engine,
    connection: &mut AnyConnection,
) -> std::result::Result<bool, sqlx::Error> {
    if engine == Engine::Sqlite && connection.is_in_transaction() {
        // What was to be rolled back has been by the time it answers.
        connection.ping().await?;
        return Ok(!connection.is_in_transaction());
    }
    Ok(true)
}

async fn set_up(
    connection: &mut AnyConnection,
    statements: &'static [&'static str],
) -> std::result::Result<(), sqlx::Error> {
    for statement in statements {
        sqlx::raw_sql(*statement).execute(&mut *connection).await?;
    }
    Ok(())
}
