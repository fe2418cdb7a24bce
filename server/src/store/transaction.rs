//! Where statements run: on a reader, or in a transaction.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use app::domain::Micros;
use base::Clock;
use futures::future::BoxFuture;
use sqlx::AnyConnection;
use sqlx::pool::PoolConnection;
use sqlx::{Any, Transaction};

use super::error::Doing;
use super::listening::messages;
use super::signals::PLAN;
use super::{Engine, Result, Signal, SignalKind, Signals, Store};

/// A writing transaction. Dropped without [`Tx::commit`] it is as if it had never been.
pub struct Tx {
    inner: Transaction<'static, Any>,
    engine: Engine,
    clock: Arc<dyn Clock>,
    signals: Signals,
    gathered: Vec<Signal>,
}

impl Tx {
    pub(super) fn new(
        inner: Transaction<'static, Any>,
        engine: Engine,
        clock: Arc<dyn Clock>,
        signals: Signals,
    ) -> Self {
        Self {
            inner,
            engine,
            clock,
            signals,
            gathered: Vec::new(),
        }
    }

    /// Notes a hint, to be published once the transaction is committed. Several about one thing are one, with the highest
    /// version: who notes one without (0) takes none away.
    pub fn signal(&mut self, kind: SignalKind, id: impl ToString, version: i64) {
        let id = id.to_string();
        let is_same = |noted: &&mut Signal| noted.kind == kind && noted.id == id;
        match self.gathered.iter_mut().find(is_same) {
            Some(noted) => noted.version = noted.version.max(version),
            None => self.gathered.push(Signal { kind, id, version }),
        }
    }

    /// Tells the planner that a schedule changed, or that exports are to follow a refresh.
    pub fn signal_planner(&mut self) {
        self.signal(SignalKind::Queue, PLAN, 0);
    }

    /// The instant by the store's clock.
    pub fn now(&self) -> Micros {
        self.clock.now_us()
    }

    /// Makes it last, then publishes what was signalled.
    pub async fn commit(mut self) -> Result<()> {
        self.tell_others().await?;
        self.inner.commit().await.doing("commit a transaction")?;
        self.signals.publish(self.gathered);
        Ok(())
    }

    /// Lets the database tell other servers what was signalled, when and only if this is committed.
    async fn tell_others(&mut self) -> Result<()> {
        let Some(notify) = self.engine.dialect().notify else {
            return Ok(());
        };
        for message in messages(self.signals.own(), &self.gathered)? {
            sqlx::query(notify)
                .bind(message)
                .execute(self.connection())
                .await
                .doing("tell other servers what changed")?;
        }
        Ok(())
    }

    /// Takes everything back at once, instead of when the connection is next used.
    pub async fn rollback(self) -> Result<()> {
        self.inner.rollback().await.doing("roll a transaction back")
    }

    pub(super) const fn engine(&self) -> Engine {
        self.engine
    }

    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// The instant that leases are judged by: the database's where several servers share it.
    pub(super) async fn lease_now(&mut self) -> Result<Micros> {
        let Some(clock) = self.engine.dialect().clock else {
            return Ok(self.now());
        };
        sqlx::query_scalar(clock)
            .fetch_one(self.connection())
            .await
            .doing("read the database's clock")
    }
}

/// Where a read runs: `&Store` lends a reader, `&mut Tx` sees what the transaction wrote.
pub trait Reads: Send {
    /// A connection to read on.
    fn reading(&mut self) -> BoxFuture<'_, Result<Reading<'_>>>;
}

/// A connection lent for a read.
pub struct Reading<'a>(Lent<'a>);

enum Lent<'a> {
    Reader(PoolConnection<Any>),
    Inside(&'a mut AnyConnection),
}

impl<'a> Reading<'a> {
    /// Inside a transaction.
    pub(super) const fn inside(connection: &'a mut AnyConnection) -> Self {
        Self(Lent::Inside(connection))
    }
}

impl Deref for Reading<'_> {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match &self.0 {
            Lent::Reader(connection) => connection,
            Lent::Inside(connection) => connection,
        }
    }
}

impl DerefMut for Reading<'_> {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match &mut self.0 {
            Lent::Reader(connection) => connection,
            Lent::Inside(connection) => connection,
        }
    }
}

impl Reads for &Store {
    fn reading(&mut self) -> BoxFuture<'_, Result<Reading<'_>>> {
        Box::pin(async { Ok(Reading(Lent::Reader(self.reader().await?))) })
    }
}

impl Reads for &mut Tx {
    fn reading(&mut self) -> BoxFuture<'_, Result<Reading<'_>>> {
        Box::pin(async { Ok(Reading(Lent::Inside(self.connection()))) })
    }
}
