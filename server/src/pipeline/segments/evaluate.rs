//! Evaluates a segment: what it takes of the latest snapshots becomes a snapshot of its own, which remembers those that
//! it was made from. What would come out the same is only confirmed.

use std::time::Duration;

use app::domain::{Reason, SegmentDefinition, SegmentId};
use base::Cancel;
use engine::{EngineError, InputTable, Selection, SnapshotInfo};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::selection::{self, Input};
use crate::pipeline::error::PipelineError;
use crate::pipeline::lake::Lake;
use crate::pipeline::{DataPlane, convert, upstream};
use crate::store::segments::{self, SegmentRow};
use crate::store::tables::{self, MadeFrom, NewSnapshot, TableRow};
use crate::store::tasks::{self, ClaimedTask};
use crate::store::{EditScope, SnapshotId, Store};

/// How long an evaluation may take.
const TIME_LIMIT: Duration = Duration::from_mins(30);
/// What stays free on the disk of the lake, which the database may be on too: a statement can make any amount of rows.
const KEPT_FREE: i64 = 1 << 30;
/// How often there is a look at the disk.
const LOOK: Duration = Duration::from_secs(1);

/// How an evaluation went, when it went well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evaluated {
    /// The segment is as its tables are.
    Done,
    /// A table of it was not renewed, as it needed, or the disk has no room: nothing was evaluated.
    Skipped(Reason),
}

/// Does the task of a segment. On failure the segment keeps its last snapshot and says why; told to stop, it is left
/// as it was.
pub async fn evaluate(
    store: &Store,
    data: &DataPlane,
    task: &ClaimedTask,
    cancel: &Cancel,
) -> Result<Evaluated, PipelineError> {
    let id = SegmentId::new(task.source_id.uuid());
    let segment = segments::get(store, id, &EditScope::None)
        .await?
        .ok_or_else(|| Reason::new("segment_missing"))?;
    let wanted = segments::inputs(store, id).await?;
    let tables = tables::tables_by_id(store, &wanted).await?;
    let is_gone = tables.len() < wanted.len();
    if let Some(reason) = upstream::judge_task(store, task.id, &tables, is_gone).await? {
        return Ok(Evaluated::Skipped(reason));
    }
    let is_personal = tables
        .iter()
        .any(|table| table.summary.schema.iter().any(|field| field.personal));
    let taken = match gone(&segment, &tables).filter(|_| is_gone) {
        Some(reason) => Err(reason.into()),
        None => take(store, data, task, &segment, tables, cancel).await,
    };
    if let Err(mut error) = taken {
        if is_outdated(store, &segment).await? {
            // What went wrong may be right by now.
            return Err(PipelineError::passing(Reason::new("segment_changed")));
        }
        if is_personal {
            // It may quote values, and everybody reads how a segment stands. The preview says it, to who may see it.
            error.reason.detail = None;
        }
        if !cancel.is_cancelled() {
            tracing::warn!(segment.id = %id, reason.code = %error.reason.code, "cannot evaluate segment: {error}");
            let mut tx = store.begin().await?;
            tasks::hold(&mut tx, task.id, task.fence).await?;
            tables::set_problem(&mut tx, id.table(), Some(&error.reason)).await?;
            tx.commit().await?;
        }
        return Err(error);
    }
    Ok(Evaluated::Done)
}

/// Whether a person saved it since.
async fn is_outdated(store: &Store, segment: &SegmentRow) -> Result<bool, PipelineError> {
    let now = segments::get(store, segment.id, &EditScope::None).await?;
    Ok(now.is_some_and(|now| now.version != segment.version))
}

/// The table that is no longer there.
fn gone(segment: &SegmentRow, tables: &[TableRow]) -> Option<Reason> {
    let is_there = |name: &String| tables.iter().any(|table| table.summary.name == *name);
    let gone = segment.made_from.iter().find(|name| !is_there(name))?;
    Some(Reason::new("table_missing").with("table", gone))
}

async fn take(
    store: &Store,
    data: &DataPlane,
    task: &ClaimedTask,
    segment: &SegmentRow,
    tables: Vec<TableRow>,
    cancel: &Cancel,
) -> Result<(), PipelineError> {
    let table = segment.id.table();
    let at = store.now();
    let inputs = selection::inputs(store, tables).await?;
    let selection = selection::of(data, &segment.definition, &inputs, at)?;
    let data_as_of = Input::data_as_of(&inputs).unwrap_or(at);
    let fingerprint = fingerprint(&segment.definition, &selection, &inputs);
    let shape = data.engine.segment_shape(&selection).await?;
    if !shape.changes_by_itself && is_current(store, segment.id, &fingerprint).await? {
        let mut tx = store.begin().await?;
        tasks::hold(&mut tx, task.id, task.fence).await?;
        tables::confirm_made(&mut tx, table, data_as_of, at).await?;
        return Ok(tx.commit().await?);
    }
    let snapshot = SnapshotId::new(Uuid::now_v7());
    let path = Lake::new_snapshot(table, &snapshot.to_string());
    let held = selection::held(data, &inputs).await?;
    let info = write(data, &selection, &path, cancel).await?;
    drop(held);
    data.keep(&segment.name, &path, cancel).await?;
    let made_from: Vec<SnapshotId> = inputs.iter().map(|input| input.snapshot.id).collect();
    let new = NewSnapshot {
        id: snapshot,
        table_id: table,
        path: &path,
        rows: i64::try_from(info.rows).unwrap_or(i64::MAX),
        bytes: i64::try_from(info.bytes).unwrap_or(i64::MAX),
        schema: &convert::schema_fields(&info.schema),
        files: &convert::snapshot_files(&info),
        fingerprint: &fingerprint,
        dialect: None,
        change: None,
        made_from: Some(MadeFrom {
            snapshots: &made_from,
            data_as_of,
        }),
        taken_at: at,
    };
    let mut tx = store.begin().await?;
    if segments::lock_version(&mut tx, segment.id).await? != Some(segment.version) {
        tx.rollback().await?;
        // Otherwise it is swept.
        let _stays = data.lake.remove(&path).await;
        // What it takes now is evaluated by the next attempt.
        return Err(PipelineError::passing(Reason::new("segment_changed")));
    }
    if let Err(lost) = tasks::hold(&mut tx, task.id, task.fence).await {
        tx.rollback().await?;
        let _stays = data.lake.remove(&path).await;
        return Err(lost.into());
    }
    tables::record_snapshot(&mut tx, &new).await?;
    Ok(tx.commit().await?)
}

/// Writes what comes out, as long as there is room for it.
async fn write(
    data: &DataPlane,
    selection: &Selection,
    path: &str,
    cancel: &Cancel,
) -> Result<SnapshotInfo, PipelineError> {
    let (folder, stop) = (data.snapshot_folder(path), Cancel::new());
    let writing = data
        .engine
        .segment_snapshot(selection, &folder, TIME_LIMIT, &stop);
    tokio::pin!(writing);
    tokio::select! {
        written = &mut writing => return Ok(written?),
        () = cancel.cancelled() => {
            stop.cancel();
            return Ok(writing.await?);
        }
        () = filled_up(data) => stop.cancel(),
    }
    match writing.await {
        Err(EngineError::Cancelled) => Err(Reason::new("no_space").into()),
        written => Ok(written?),
    }
}

/// Ends once the disk of the lake is nearly full.
async fn filled_up(data: &DataPlane) {
    loop {
        tokio::time::sleep(LOOK).await;
        if data.disk().is_some_and(|disk| disk.free < KEPT_FREE) {
            return;
        }
    }
}

/// Whether the snapshot is what would come out now.
async fn is_current(
    store: &Store,
    segment: SegmentId,
    fingerprint: &str,
) -> Result<bool, PipelineError> {
    let Some(table) = tables::table(store, segment.table()).await? else {
        return Ok(false);
    };
    let Some(snapshot) = table.snapshot_id else {
        return Ok(false);
    };
    if table.fingerprint.as_deref() != Some(fingerprint) || table.summary.problem.is_some() {
        return Ok(false);
    }
    Ok(tables::snapshot(store, snapshot).await?.is_some())
}

/// What the result follows from: definition, snapshots, which columns are personal, and the bounds of what depends on
/// the day (of instants: on the moment).
fn fingerprint(definition: &SegmentDefinition, selection: &Selection, inputs: &[Input]) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(text.len().to_be_bytes());
        hash.update(text);
    };
    match definition {
        SegmentDefinition::Sql { sql } => add(sql),
        SegmentDefinition::Conditions { .. } => add("conditions"),
    }
    if let Selection::Filter { filter, .. } = selection {
        add(&format!("{filter:?}"));
    }
    let tables: Vec<&InputTable> = match selection {
        Selection::Filter { table, .. } => vec![table],
        Selection::Sql { tables, .. } => tables.iter().collect(),
    };
    for (input, table) in inputs.iter().zip(tables) {
        add(&input.snapshot.id.to_string());
        add(&format!("{}.{}", table.source, table.name));
        let fields = table.schema.fields.iter();
        for field in fields.filter(|field| field.personal) {
            add(&field.name);
        }
    }
    format!("{:x}", hash.finalize())
}
