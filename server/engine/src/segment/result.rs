//! What comes out of a statement: names, and types that exports can carry.

use std::collections::BTreeSet;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast};
use formats::{ColumnType, Field, TableSchema};

use super::SegmentError;
use super::run::failed;
use super::trace::Mark;
use crate::error::EngineError;

/// Most digits of a decimal that is carried.
const DIGITS: u8 = formats::types::DECIMAL_PRECISION;

/// The plan with its columns in plain types, and their schema. `plan` has its types settled.
pub(super) fn carried(
    plan: LogicalPlan,
    marks: &[Mark],
) -> Result<(LogicalPlan, TableSchema), EngineError> {
    let (mut exprs, mut fields, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    let columns = plan.schema().columns();
    if columns.is_empty() {
        return Err(SegmentError::SqlNotASelect.into());
    }
    for (place, (column, field)) in columns.into_iter().zip(plan.schema().fields()).enumerate() {
        let mark = marks.get(place);
        let name = field.name().clone();
        if name.is_empty() || mark.is_some_and(|mark| !mark.named) {
            return Err(SegmentError::SqlColumnUnnamed { place: place + 1 }.into());
        }
        if !seen.insert(name.clone()) {
            return Err(SegmentError::SqlColumnTwice { column: name }.into());
        }
        let Some(carried) = plain(field.data_type()) else {
            return Err(SegmentError::SqlColumnType {
                column: name,
                data_type: ColumnType::from_arrow(field.data_type()).to_string(),
            }
            .into());
        };
        let data_type = ColumnType::from_arrow(&carried).to_string();
        let expr = if carried == *field.data_type() {
            Expr::Column(column)
        } else {
            cast(Expr::Column(column), carried)
        };
        exprs.push(expr.alias(name.clone()));
        fields.push(Field {
            name,
            data_type,
            nullable: true,
            personal: mark.is_none_or(|mark| mark.personal),
        });
    }
    let plan = LogicalPlanBuilder::from(plan)
        .project(exprs)
        .and_then(LogicalPlanBuilder::build)
        .map_err(failed)?;
    Ok((plan, TableSchema { fields }))
}

/// The type that stands for this one in a snapshot; none if nothing can hold it. Instants become microseconds.
fn plain(data_type: &DataType) -> Option<DataType> {
    Some(match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::Dictionary(_, values) => return plain(values),
        DataType::Float16 => DataType::Float32,
        DataType::Date64 => DataType::Date32,
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => {
            let digits = u8::try_from(*scale).ok()?;
            let precision = (*precision).max(digits).min(DIGITS);
            return (digits <= precision).then_some(DataType::Decimal128(precision, *scale));
        }
        DataType::Timestamp(_, None) => DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Timestamp(_, Some(_)) => ColumnType::TimestampUtc.to_arrow(),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _) => {
            plain(field.data_type())?;
            data_type.clone()
        }
        DataType::Struct(fields) => {
            for field in fields {
                plain(field.data_type())?;
            }
            data_type.clone()
        }
        DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Float32
        | DataType::Float64
        | DataType::Date32
        | DataType::Time32(_)
        | DataType::Time64(_) => data_type.clone(),
        _ => return None,
    })
}
