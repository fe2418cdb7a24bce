//! What the steps of a query make of the rows that they are given, in bytes, told before they make it.
//!
//! `DataFusion` counts what a step keeps, once it has it. It does not count what expressions make of one batch, and a few
//! functions make any amount of text of a short one; nor what a step puts together into one batch, be it long texts. So a
//! step is given as many rows at once as there is memory for, and a row that alone is too much ends the query as any lack
//! of memory does.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, OffsetSizeTrait, RecordBatch};
use arrow::datatypes::{ArrowNativeType, DataType, Schema};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryReservation};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::expressions::{BinaryExpr, Column, Literal};
use datafusion::physical_plan::{ColumnarValue, ExecutionPlan, PhysicalExpr};

use super::guard::MOST_FILLED;

/// Most bytes of a value of a type of one size.
const SIZED: u64 = 32;
/// Most bytes of a character.
const CHARACTER: u64 = 4;
/// How many times longer than it is kept an element of a list may be written.
const WRITTEN: u64 = 8;
/// The part of all memory that what is made of one batch may take.
const SHARE: u64 = 8;
/// The step that keeps all it is given, and tells nobody.
const KEEPING: &str = "WindowAggExec";
/// Steps that put rows of several batches into one.
const REGROUPING: [&str; 5] = [
    "CoalesceBatchesExec",
    "FilterExec",
    "PartialSortExec",
    "SortExec",
    "SortPreservingMergeExec",
];

/// Most bytes of what a function makes, from those of its arguments.
pub(super) fn made(function: &str, of: &[u64]) -> u64 {
    let part = |place: usize| of.get(place).copied().unwrap_or_default();
    let all = sum(of);
    match function {
        // At every place of the first, and after it.
        "replace" | "regexp_replace" => part(0)
            .saturating_mul(part(2).saturating_add(1))
            .saturating_add(part(2)),
        "array_to_string" => {
            let each = WRITTEN.saturating_add(part(1)).saturating_add(part(2));
            part(0).saturating_mul(each)
        }
        "concat_ws" => part(0).saturating_mul(count(of.len())).saturating_add(all),
        "lpad" | "rpad" => all.saturating_add(u64::from(MOST_FILLED) * CHARACTER),
        "encode" => all.saturating_mul(2),
        _ => all,
    }
}

fn sum(parts: &[u64]) -> u64 {
    parts
        .iter()
        .fold(0, |sum: u64, part| sum.saturating_add(*part))
}

fn count(number: usize) -> u64 {
    number as u64
}

/// What an expression makes of the columns of a row.
#[derive(Debug)]
enum Making {
    Column(usize),
    /// The same for every row, of so many bytes.
    Constant(u64),
    /// The same for every row, known once the query runs: what a subquery came to.
    Late(Arc<dyn PhysicalExpr>),
    Made {
        /// Empty for an operator.
        function: String,
        of: Vec<Making>,
        /// Otherwise all its values are of one size.
        is_long: bool,
    },
}

impl Making {
    /// Of a join, the columns that an expression is over are not known.
    fn of(expr: &Arc<dyn PhysicalExpr>, columns: Option<&Schema>) -> Self {
        if let Some(column) = expr.downcast_ref::<Column>() {
            return Self::Column(column.index());
        }
        if let Some(literal) = expr.downcast_ref::<Literal>() {
            return Self::Constant(count(literal.value().size()));
        }
        let call = expr.downcast_ref::<ScalarFunctionExpr>();
        let operator = expr.downcast_ref::<BinaryExpr>().map(BinaryExpr::op);
        let is_long = match (columns, call) {
            (_, Some(call)) => !is_sized(call.return_type()),
            (Some(columns), None) => {
                let data_type = expr.data_type(columns);
                !data_type.is_ok_and(|data_type| is_sized(&data_type))
            }
            (None, None) => operator == Some(&Operator::StringConcat),
        };
        let parts = expr.children();
        if parts.is_empty() {
            return if is_long {
                Self::Late(Arc::clone(expr))
            } else {
                Self::Constant(SIZED)
            };
        }
        Self::Made {
            function: call.map(|call| call.name().to_owned()).unwrap_or_default(),
            of: parts
                .into_iter()
                .map(|part| Self::of(part, columns))
                .collect(),
            is_long,
        }
    }

    /// Whether anything long is made on the way.
    fn is_long(&self) -> bool {
        match self {
            Self::Column(_) | Self::Constant(_) => false,
            Self::Late(_) => true,
            Self::Made { of, is_long, .. } => *is_long || of.iter().any(Self::is_long),
        }
    }

    /// Whether a step has to be looked at that has this among its own expressions: those that are the same for every
    /// row are written out for each.
    fn counts(&self) -> bool {
        match self {
            Self::Constant(bytes) => *bytes > SIZED * CHARACTER,
            other => other.is_long(),
        }
    }

    /// Bytes of its longest value. What has to be made on the way is added to `made_before`.
    fn longest(
        &self,
        column: &dyn Fn(usize) -> u64,
        batch: &RecordBatch,
        made_before: &mut u64,
    ) -> u64 {
        match self {
            Self::Column(place) => column(*place),
            Self::Constant(bytes) => *bytes,
            Self::Late(expr) => match expr.evaluate(&batch.slice(0, 0)) {
                Ok(ColumnarValue::Scalar(value)) => count(value.size()),
                _ => SIZED,
            },
            Self::Made {
                function,
                of,
                is_long,
            } => {
                let mut parts = Vec::with_capacity(of.len());
                for part in of {
                    parts.push(part.longest(column, batch, made_before));
                }
                let longest = if *is_long {
                    made(function, &parts)
                } else {
                    SIZED
                };
                *made_before = made_before.saturating_add(longest);
                longest
            }
        }
    }
}

/// What a step does with the rows that it is given.
#[derive(Debug, Clone, Default)]
pub(super) struct Feed {
    makings: Option<Arc<[Making]>>,
    keeps: bool,
    /// Puts rows of several batches into one.
    regroups: bool,
    /// Puts any row beside any other, as often as it likes.
    joins: bool,
}

impl Feed {
    pub(super) fn of(step: &Arc<dyn ExecutionPlan>) -> Result<Self> {
        let columns = match step.children().as_slice() {
            [] => return Ok(Self::default()),
            [one] => Some(one.schema()),
            _ => None,
        };
        let mut makings = Vec::new();
        step.apply_expressions(&mut |expr| {
            let making = Making::of(expr, columns.as_deref());
            if making.counts() {
                makings.push(making);
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        let name = step.name();
        Ok(Self {
            makings: (!makings.is_empty()).then(|| makings.into()),
            keeps: name == KEEPING,
            regroups: REGROUPING.contains(&name),
            joins: name.ends_with("JoinExec"),
        })
    }

    /// Whether something long that it makes comes out of a step that is fed like this. What it chooses or orders rows by
    /// does not.
    pub(super) fn makes(&self, step: &Arc<dyn ExecutionPlan>) -> bool {
        (self.makings.is_some() && !self.regroups && !self.joins)
            || step.downcast_ref::<AggregateExec>().is_some_and(|step| {
                let mut aggregates = step.aggr_expr().iter();
                aggregates.any(|one| !is_sized(one.field().data_type()))
            })
    }

    /// The same for rows in which nothing long was made: tables are put together as they are.
    pub(super) fn of_tables(self) -> Self {
        Self {
            regroups: false,
            joins: false,
            ..self
        }
    }
}

/// The rows that a step is given, part after part.
#[derive(Debug)]
pub(super) struct Portions {
    feed: Feed,
    memory: u64,
    batch_rows: u64,
    /// Bytes of all rows so far, and of the longest.
    seen: u64,
    longest: u64,
    kept: MemoryReservation,
}

impl Portions {
    pub(super) fn new(feed: Feed, context: &TaskContext) -> Self {
        let pool = context.memory_pool();
        let memory = match pool.memory_limit() {
            MemoryLimit::Finite(bytes) => count(bytes),
            _ => u64::MAX,
        };
        Self {
            feed,
            memory,
            batch_rows: count(context.session_config().batch_size()),
            seen: 0,
            longest: 0,
            kept: MemoryConsumer::new("segment").register(pool),
        }
    }

    /// A batch in parts that there is memory for.
    pub(super) fn of(&mut self, batch: RecordBatch) -> Result<Vec<RecordBatch>> {
        if self.feed.keeps {
            // It is put together once more in the end.
            self.kept.try_grow(bytes(&batch).saturating_mul(2))?;
        }
        if self.feed.regroups || self.feed.joins {
            self.look(&batch)?;
        }
        match self.feed.makings.clone() {
            Some(makings) if !self.feed.joins => self.parted(batch, &makings),
            _ => Ok(vec![batch]),
        }
    }

    /// Whether a batch that the step puts together of the rows so far would still be within all memory.
    fn look(&mut self, batch: &RecordBatch) -> Result<()> {
        let columns = batch.columns().iter().map(longest);
        let mut row = columns.fold(0, u64::saturating_add);
        if self.feed.joins
            && let Some(makings) = &self.feed.makings
        {
            // Which column is meant only the step knows.
            let made = row_of(makings, &|_| row, batch);
            row = row.saturating_add(made);
        }
        self.longest = self.longest.max(row);
        self.seen = self.seen.saturating_add(count(bytes(batch)));
        let mut together = self.longest.saturating_mul(self.batch_rows);
        if !self.feed.joins {
            together = together.min(self.seen);
        }
        if together > self.memory {
            return Err(too_much());
        }
        Ok(())
    }

    fn parted(&self, batch: RecordBatch, makings: &[Making]) -> Result<Vec<RecordBatch>> {
        let (mut open, mut parts) = (vec![batch], Vec::new());
        while let Some(batch) = open.pop() {
            let rows = batch.num_rows();
            let columns: Vec<u64> = batch.columns().iter().map(longest).collect();
            let column = |place: usize| columns.get(place).copied().unwrap_or_default();
            let row = row_of(makings, &column, &batch);
            if row.saturating_mul(count(rows)) <= self.memory / SHARE {
                parts.push(batch);
            } else if rows > 1 {
                let half = rows / 2;
                open.push(batch.slice(half, rows - half));
                open.push(batch.slice(0, half));
            } else if row <= self.memory {
                parts.push(batch);
            } else {
                return Err(too_much());
            }
        }
        Ok(parts)
    }
}

fn too_much() -> DataFusionError {
    DataFusionError::ResourcesExhausted("a row becomes too large".to_owned())
}

/// Most bytes of what expressions make of one row of a batch.
fn row_of(makings: &[Making], column: &dyn Fn(usize) -> u64, batch: &RecordBatch) -> u64 {
    let mut row = 0;
    for making in makings {
        let longest = making.longest(column, batch, &mut row);
        if matches!(making, Making::Constant(_) | Making::Late(_)) {
            row = row.saturating_add(longest);
        }
    }
    row
}

/// Whether all values of a type have one size.
fn is_sized(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Null | DataType::Boolean) || data_type.primitive_width().is_some()
}

/// Bytes of the longest value of a column; of one with values within values, of all of them.
fn longest(column: &ArrayRef) -> u64 {
    match column.data_type() {
        data_type if is_sized(data_type) => SIZED,
        DataType::Utf8 => widest(column.as_string::<i32>().value_offsets()),
        DataType::LargeUtf8 => widest(column.as_string::<i64>().value_offsets()),
        DataType::Binary => widest(column.as_binary::<i32>().value_offsets()),
        DataType::LargeBinary => widest(column.as_binary::<i64>().value_offsets()),
        DataType::Utf8View => {
            let lengths = column.as_string_view().lengths();
            u64::from(lengths.max().unwrap_or_default())
        }
        _ => all(column),
    }
}

fn widest<Offset: OffsetSizeTrait>(offsets: &[Offset]) -> u64 {
    let lengths = offsets
        .windows(2)
        .map(|ends| count(ends[1].as_usize().saturating_sub(ends[0].as_usize())));
    lengths.max().unwrap_or_default()
}

/// Bytes of the rows of a batch, which may be a part of a larger one.
pub(super) fn bytes(batch: &RecordBatch) -> usize {
    let columns = batch.columns().iter().map(all);
    let bytes = columns.fold(0, u64::saturating_add);
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// Bytes of all values of a column.
fn all(column: &ArrayRef) -> u64 {
    match column.data_type() {
        DataType::Utf8View => {
            let lengths = column.as_string_view().lengths().map(u64::from);
            lengths.fold(SIZED * count(column.len()), u64::saturating_add)
        }
        // A part of a list keeps the values of the whole.
        DataType::List(_) => {
            let list = column.as_list::<i32>();
            let ends = list.value_offsets();
            let (from, until) = match (ends.first(), ends.last()) {
                (Some(from), Some(until)) => (from.as_usize(), until.as_usize()),
                _ => (0, 0),
            };
            let values = list.values().slice(from, until.saturating_sub(from));
            all(&values).saturating_add(SIZED * count(column.len()))
        }
        _ => {
            let bytes = column.to_data().get_slice_memory_size();
            count(bytes.unwrap_or_else(|_| column.get_array_memory_size()))
        }
    }
}
