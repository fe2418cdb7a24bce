//! Asking for a renewal.

use app::domain::{Micros, RefreshId, SourceId, TableId, TaskId, TaskKind};

use super::status::write_source_status;
use crate::store::columns::{Columns, checked, to_maybe_json};
use crate::store::error::Doing;
use crate::store::ids::fresh;
use crate::store::{PerEngine, Result, SignalKind, StoreError, Tx, locked};

/// How many tasks of some tables wait for one source. What is asked for then is all of it: its folder is
/// listed once instead of once for each.
const MOST_WAITING: usize = 16;

const LOCK_SOURCE: PerEngine =
    locked!("SELECT id FROM sources WHERE id = $1 AND removed_at = 0 AND kind <> 'segment'");

/// The unfinished tasks of one source, oldest first. The source is locked, so that none comes or ends
/// before the transaction does.
#[derive(Debug)]
pub struct OpenTasks {
    source: SourceId,
    tasks: Vec<OpenTask>,
}

#[derive(Debug)]
struct OpenTask {
    id: TaskId,
    /// Nobody works on it yet.
    waits: bool,
    /// The tables to renew; none means all of the source.
    scope: Option<Vec<TableId>>,
}

impl OpenTask {
    fn renews(&self, table: TableId) -> bool {
        let scope = self.scope.as_ref();
        scope.is_none_or(|scope| scope.contains(&table))
    }

    fn renews_all(&self, wanted: Option<&[TableId]>) -> bool {
        match wanted {
            None => self.scope.is_none(),
            Some(wanted) => wanted.iter().all(|table| self.renews(*table)),
        }
    }
}

impl OpenTasks {
    /// Locks a source that is not removed, and reads its tasks.
    pub async fn of(tx: &mut Tx, source: SourceId) -> Result<Self> {
        const DOING: &str = "read the tasks of a source";
        let sql = LOCK_SOURCE.of(tx.engine());
        let there = sqlx::query(sql)
            .bind(source.to_string())
            .fetch_optional(tx.connection())
            .await
            .doing(DOING)?;
        if there.is_none() {
            return Err(StoreError::NotFound);
        }
        let rows = sqlx::query(
            "SELECT id, status, scope FROM tasks WHERE source_id = $1 AND ended_at IS NULL
             ORDER BY created_at, id LIMIT 1000",
        )
        .bind(source.to_string())
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
        let tasks = rows.iter().map(|row| {
            Ok(OpenTask {
                id: row.parsed("id")?,
                waits: row.text("status")? == "queued",
                scope: row.maybe_json("scope")?,
            })
        });
        Ok(Self {
            source,
            tasks: tasks.collect::<Result<_>>()?,
        })
    }

    /// One that waits and renews at least these tables, or all; asked for, if there is none. One that is under
    /// way is not enough, since the data may have changed after it began.
    pub async fn covering(
        &mut self,
        tx: &mut Tx,
        wanted: Option<&[TableId]>,
        asked_by: &str,
        at: Micros,
    ) -> Result<TaskId> {
        let waiting = || self.tasks.iter().filter(|task| task.waits);
        if let Some(task) = waiting().find(|task| task.renews_all(wanted)) {
            return Ok(task.id);
        }
        let scope = wanted.filter(|_| waiting().count() < MOST_WAITING);
        let refresh = needed(tx, asked_by, at).await?;
        let id = insert(tx, refresh, TaskKind::Source, self.source, scope, at).await?;
        self.tasks.push(OpenTask {
            id,
            waits: true,
            scope: scope.map(<[TableId]>::to_vec),
        });
        Ok(id)
    }

    /// The last that renews any of these tables. Those before it end before it does.
    pub fn last_renewing(&self, tables: &[TableId]) -> Option<TaskId> {
        let renews = |task: &&OpenTask| tables.iter().any(|table| task.renews(*table));
        self.tasks.iter().rev().find(renews).map(|task| task.id)
    }
}

/// Asks for a renewal of a source, or of some of its tables. One that waits and covers as much is
/// the answer; one that is under way is not, since the data may have changed after it began.
pub async fn ask_refresh(
    tx: &mut Tx,
    source: SourceId,
    scope: Option<&[TableId]>,
    asked_by: &str,
    at: Micros,
) -> Result<TaskId> {
    let mut open = OpenTasks::of(tx, source).await?;
    open.covering(tx, scope, asked_by, at).await
}

/// Adds the renewal of a whole source to a refresh. The source is locked.
pub(in crate::store) async fn insert_whole(
    tx: &mut Tx,
    refresh: RefreshId,
    source: SourceId,
    at: Micros,
) -> Result<TaskId> {
    insert(tx, refresh, TaskKind::Source, source, None, at).await
}

/// A refresh of what somebody needs.
pub(super) async fn needed(tx: &mut Tx, asked_by: &str, at: Micros) -> Result<RefreshId> {
    let refresh = RefreshId::new(fresh(at));
    sqlx::query(
        "INSERT INTO refreshes (id, asked_at, asked_by, caused_by) VALUES ($1, $2, $3, 'need')",
    )
    .bind(refresh.to_string())
    .bind(at)
    .bind(checked(asked_by)?)
    .execute(tx.connection())
    .await
    .doing("ask for a refresh")?;
    Ok(refresh)
}

/// Adds a task. Its source, or segment, is locked.
pub(super) async fn insert(
    tx: &mut Tx,
    refresh: RefreshId,
    kind: TaskKind,
    source: SourceId,
    scope: Option<&[TableId]>,
    at: Micros,
) -> Result<TaskId> {
    let id = TaskId::new(fresh(at));
    sqlx::query(
        "INSERT INTO tasks (id, refresh_id, kind, source_id, scope, status, created_at)
         VALUES ($1, $2, $3, $4, $5, 'queued', $6)",
    )
    .bind(id.to_string())
    .bind(refresh.to_string())
    .bind(kind.code())
    .bind(source.to_string())
    .bind(to_maybe_json(scope)?)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("ask for the refresh of a source")?;
    write_source_status(tx, source).await?;
    tx.signal(SignalKind::Queue, "tasks", 0);
    Ok(id)
}
