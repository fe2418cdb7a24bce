//! A definition as what the engine is to select.

use app::domain::{Condition, FieldErrors, Micros, Reason, SegmentDefinition};
use engine::{InputTable, Selection};

use super::filter::filter;
use crate::pipeline::error::PipelineError;
use crate::pipeline::lake::{Held, SnapshotPlace};
use crate::pipeline::{DataPlane, convert};
use crate::store::Store;
use crate::store::tables::{self, SnapshotRow, TableRow};

/// A table that a segment reads, with the snapshot that it reads of it.
pub(super) struct Input {
    pub(super) table: TableRow,
    pub(super) snapshot: SnapshotRow,
}

impl Input {
    /// The oldest instant that the data of these are of.
    pub(super) fn data_as_of(inputs: &[Self]) -> Option<Micros> {
        inputs.iter().map(|input| input.snapshot.confirmed_at).min()
    }

    fn engine_table(&self, data: &DataPlane) -> InputTable {
        let schema = convert::marked(&self.snapshot.schema, &self.table.summary.schema);
        InputTable {
            source: self.table.summary.source_name.clone(),
            name: self.table.summary.name.clone(),
            schema: convert::table_schema(&schema),
            snapshot: Some(data.snapshot_folder(&self.snapshot.path)),
        }
    }
}

/// Tables with their latest snapshots. One that has none refuses all.
pub(super) async fn inputs(
    store: &Store,
    tables: Vec<TableRow>,
) -> Result<Vec<Input>, PipelineError> {
    let ids: Vec<_> = tables.iter().map(|table| table.summary.id).collect();
    let mut snapshots = tables::latest_snapshots(store, &ids).await?;
    let mut inputs = Vec::with_capacity(tables.len());
    for table in tables {
        let id = table.summary.id;
        let place = snapshots
            .iter()
            .position(|snapshot| snapshot.table_id == id);
        let Some(place) = place else {
            let reason = Reason::new("table_not_refreshed").with("table", &table.summary.name);
            return Err(reason.into());
        };
        let snapshot = snapshots.swap_remove(place);
        inputs.push(Input { table, snapshot });
    }
    Ok(inputs)
}

/// Sees to it that these snapshots are where [`of`] says; they stay while these are held.
pub(super) async fn held(data: &DataPlane, inputs: &[Input]) -> Result<Vec<Held>, PipelineError> {
    let mut held = Vec::with_capacity(inputs.len());
    for input in inputs {
        let snapshot = SnapshotPlace::from(&input.snapshot);
        held.push(data.held(&input.table.summary.name, &snapshot).await?);
    }
    Ok(held)
}

/// What a definition takes of these snapshots at this instant. Conditions are held to the columns of the snapshot, which
/// may have changed since they were saved.
pub(super) fn of(
    data: &DataPlane,
    definition: &SegmentDefinition,
    inputs: &[Input],
    now: Micros,
) -> Result<Selection, PipelineError> {
    match definition {
        SegmentDefinition::Conditions { condition, .. } => {
            let input = inputs
                .first()
                .ok_or_else(|| Reason::new("table_missing").with("table", ""))?;
            let columns = &input.snapshot.schema;
            let mut errors = FieldErrors::default();
            condition.check(columns, "where", &mut errors);
            if let Some(first) = errors.0.into_iter().next() {
                return Err(first.reason.into());
            }
            Ok(Selection::Filter {
                table: input.engine_table(data),
                filter: filter(condition, columns, now),
            })
        }
        SegmentDefinition::Sql { sql } => Ok(Selection::Sql {
            sql: sql.clone(),
            tables: inputs
                .iter()
                .map(|input| input.engine_table(data))
                .collect(),
        }),
    }
}

/// Conditions on a table whose rows are not asked for.
pub(super) fn planned_filter(table: &TableRow, condition: &Condition, now: Micros) -> Selection {
    Selection::Filter {
        table: planned_table(table),
        filter: filter(condition, &table.summary.schema, now),
    }
}

/// A statement over tables whose rows are not asked for.
pub(super) fn planned_sql(tables: &[TableRow], sql: &str) -> Selection {
    Selection::Sql {
        sql: sql.to_owned(),
        tables: tables.iter().map(planned_table).collect(),
    }
}

fn planned_table(table: &TableRow) -> InputTable {
    InputTable {
        source: table.summary.source_name.clone(),
        name: table.summary.name.clone(),
        schema: convert::table_schema(&table.summary.schema),
        snapshot: None,
    }
}
