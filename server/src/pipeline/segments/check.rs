//! Looking at a definition: whether it can be saved, and what it comes to.

use std::time::Duration;

use app::domain::{
    Condition, FieldErrors, PreviewRows, Reason, SchemaField, SegmentDefinition, SegmentPreview,
    TableId,
};
use engine::{EngineError, SegmentShape, Selection};
use tokio::sync::Semaphore;

use super::selection::{self, Input};
use crate::pipeline::error::PipelineError;
use crate::pipeline::plane::PREVIEW_ROWS;
use crate::pipeline::{DataPlane, convert};
use crate::store::tables::{self, TableRow};
use crate::store::{Store, StoreError};

/// How long a preview may take.
const TIME_LIMIT: Duration = Duration::from_secs(15);
/// Previews that run at once; each keeps a processor busy.
static TURNS: Semaphore = Semaphore::const_new(4);

/// Why a definition was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SegmentFault {
    /// It is wrong, at these fields: `table_id`, `where…` as `Condition::check` names them, `sql`.
    #[error("the definition of a segment is wrong")]
    Invalid(FieldErrors),
    /// It may be right, and could not be worked with.
    #[error(transparent)]
    Failed(#[from] PipelineError),
}

impl From<EngineError> for SegmentFault {
    fn from(error: EngineError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<StoreError> for SegmentFault {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

fn invalid(field: &str, reason: Reason) -> SegmentFault {
    SegmentFault::Invalid(FieldErrors::one(field, reason))
}

/// A definition that can be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedSegment {
    /// As it is to be stored.
    pub definition: SegmentDefinition,
    /// The tables that it reads.
    pub inputs: Vec<TableId>,
    /// The columns of its result; those made from personal ones are personal.
    pub schema: Vec<SchemaField>,
}

impl DataPlane {
    /// Checks a definition against the tables that there are, and plans it. Reads no rows.
    pub async fn check_segment(
        &self,
        store: &Store,
        definition: &SegmentDefinition,
    ) -> Result<CheckedSegment, SegmentFault> {
        let (definition, tables, shape) = self.planned(store, definition).await?;
        Ok(CheckedSegment {
            definition,
            inputs: tables.iter().map(|table| table.summary.id).collect(),
            schema: convert::schema_fields(&shape.schema),
        })
    }

    /// What a definition comes to on the latest snapshots, within 15 seconds. `mask`: the values of personal columns
    /// are hidden.
    pub async fn preview_segment(
        &self,
        store: &Store,
        definition: &SegmentDefinition,
        mask: bool,
    ) -> Result<SegmentPreview, SegmentFault> {
        let _turn = TURNS.acquire().await;
        let (definition, tables, _) = self.planned(store, definition).await?;
        let inputs = selection::inputs(store, tables).await?;
        let now = store.now();
        let selection = selection::of(self, &definition, &inputs, now)?;
        let shape = self.engine.segment_shape(&selection).await?;
        let schema = convert::schema_fields(&shape.schema);
        let _held = selection::held(self, &inputs).await?;
        let (members, first) = self
            .engine
            .segment_preview(&selection, PREVIEW_ROWS, mask, TIME_LIMIT)
            .await?;
        let of = match definition {
            SegmentDefinition::Conditions { .. } => inputs.first().map(|input| input.snapshot.rows),
            SegmentDefinition::Sql { .. } => None,
        };
        Ok(SegmentPreview {
            members: i64::try_from(members).unwrap_or(i64::MAX),
            of,
            first: PreviewRows {
                masked: mask && schema.iter().any(|field| field.personal),
                columns: schema,
                rows: first.rows,
            },
            data_as_of: Input::data_as_of(&inputs).unwrap_or(now),
        })
    }

    /// A definition as it is to be stored, the tables that it reads, and what comes out of it.
    async fn planned(
        &self,
        store: &Store,
        definition: &SegmentDefinition,
    ) -> Result<(SegmentDefinition, Vec<TableRow>, SegmentShape), SegmentFault> {
        match definition {
            SegmentDefinition::Conditions {
                table_id,
                condition,
            } => {
                let table = conditioned(store, *table_id, condition).await?;
                let selection = selection::planned_filter(&table, condition, store.now());
                let shape = self.shape(&selection, "where").await?;
                Ok((definition.clone(), vec![table], shape))
            }
            SegmentDefinition::Sql { sql } => {
                let sql =
                    SegmentDefinition::sql(sql).map_err(|error| invalid("sql", error.into()))?;
                let tables = tables::tables(store, None).await?;
                let selection = selection::planned_sql(&tables, &sql);
                let shape = self.shape(&selection, "sql").await?;
                let mut read = Vec::with_capacity(shape.inputs.len());
                for (place, table) in tables.into_iter().enumerate() {
                    if shape.inputs.contains(&place) {
                        read.push(table);
                    }
                }
                Ok((SegmentDefinition::Sql { sql }, read, shape))
            }
        }
    }

    /// Plans, and says at `field` what is wrong with it.
    async fn shape(
        &self,
        selection: &Selection,
        field: &str,
    ) -> Result<SegmentShape, SegmentFault> {
        match self.engine.segment_shape(selection).await {
            Ok(shape) => Ok(shape),
            Err(EngineError::Segment(error)) => {
                let error = PipelineError::from(EngineError::Segment(error));
                Err(invalid(field, error.reason))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The table of conditions that fit it.
async fn conditioned(
    store: &Store,
    id: TableId,
    condition: &Condition,
) -> Result<TableRow, SegmentFault> {
    let table = tables::table(store, id).await?;
    // A segment is made from tables of sources alone.
    let Some(table) = table.filter(|table| !table.summary.is_segment()) else {
        return Err(invalid("table_id", Reason::new("not_found")));
    };
    if table.summary.schema.is_empty() {
        let reason = Reason::new("table_not_refreshed").with("table", &table.summary.name);
        return Err(invalid("table_id", reason));
    }
    let mut errors = FieldErrors::default();
    condition.check(&table.summary.schema, "where", &mut errors);
    errors.done().map_err(SegmentFault::Invalid)?;
    Ok(table)
}
