//! Filters as `DataFusion` conditions.

use datafusion::functions::string::expr_fn::{contains, ends_with, starts_with};
use datafusion::logical_expr::{Expr, and, ident, in_list, lit, or};
use formats::{ColumnType, TableSchema};

use super::SegmentError;
use super::literal::{Point, point};

/// Which rows of a table are taken. A group without parts takes every row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Every one of these holds.
    All(Vec<Filter>),
    /// At least one of these holds.
    Any(Vec<Filter>),
    /// A column compares like this to values, which are written as people write them: numbers with a point, dates as
    /// `2026-11-25`, instants as RFC 3339.
    Compare {
        column: String,
        comparison: Comparison,
        values: Vec<String>,
    },
}

/// How a column is compared. Those that deny also take rows without a value: together with what they deny they are all
/// rows. Text is compared letter by letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Is,
    IsNot,
    /// One value or more.
    IsOneOf,
    IsNotOneOf,
    Contains,
    DoesNotContain,
    StartsWith,
    EndsWith,
    Less,
    AtMost,
    Greater,
    AtLeast,
    /// Two values, both included.
    Between,
    /// Two values: less than the first, more than the second, or without a value.
    NotBetween,
    IsTrue,
    IsFalse,
    HasNoValue,
    HasValue,
}

impl Filter {
    /// The condition over a table with these columns.
    pub(super) fn condition(&self, schema: &TableSchema) -> Result<Expr, SegmentError> {
        let (parts, join) = match self {
            Self::All(parts) => (parts, and as fn(Expr, Expr) -> Expr),
            Self::Any(parts) => (parts, or as fn(Expr, Expr) -> Expr),
            Self::Compare {
                column,
                comparison,
                values,
            } => return Column::new(schema, column)?.compare(*comparison, values),
        };
        let parts: Result<Vec<Expr>, SegmentError> =
            parts.iter().map(|part| part.condition(schema)).collect();
        Ok(parts?.into_iter().reduce(join).unwrap_or_else(|| lit(true)))
    }
}

struct Column<'a> {
    name: &'a str,
    column_type: ColumnType,
}

impl<'a> Column<'a> {
    fn new(schema: &TableSchema, name: &'a str) -> Result<Self, SegmentError> {
        let field = schema
            .field(name)
            .ok_or_else(|| SegmentError::ColumnMissing {
                column: name.to_owned(),
            })?;
        let unfit = || SegmentError::OperatorUnfit {
            column: name.to_owned(),
            data_type: field.data_type.clone(),
        };
        Ok(Self {
            name,
            column_type: field.column_type().map_err(|_| unfit())?,
        })
    }

    fn compare(&self, comparison: Comparison, values: &[String]) -> Result<Expr, SegmentError> {
        if !self.takes(comparison) {
            return Err(SegmentError::OperatorUnfit {
                column: self.name.to_owned(),
                data_type: self.column_type.to_string(),
            });
        }
        let column = || ident(self.name);
        let condition = match (comparison, values) {
            (Comparison::HasNoValue, []) => column().is_null(),
            (Comparison::HasValue, []) => column().is_not_null(),
            (Comparison::IsTrue, []) => column().is_true(),
            (Comparison::IsFalse, []) => column().is_false(),
            (Comparison::Is, [value]) => self.is_one_of(std::slice::from_ref(value))?,
            (Comparison::IsNot, [value]) => denied(self.is_one_of(std::slice::from_ref(value))?),
            (Comparison::IsOneOf, [_, ..]) => self.is_one_of(values)?,
            (Comparison::IsNotOneOf, [_, ..]) => denied(self.is_one_of(values)?),
            (Comparison::Contains, [value]) => contains(column(), lit(value)),
            (Comparison::DoesNotContain, [value]) => denied(contains(column(), lit(value))),
            (Comparison::StartsWith, [value]) => starts_with(column(), lit(value)),
            (Comparison::EndsWith, [value]) => ends_with(column(), lit(value)),
            (Comparison::Less, [value]) => self.less(value)?,
            (Comparison::AtMost, [value]) => self.at_most(value)?,
            (Comparison::Greater, [value]) => self.greater(value)?,
            (Comparison::AtLeast, [value]) => self.at_least(value)?,
            (Comparison::Between, [from, to]) => self.at_least(from)?.and(self.at_most(to)?),
            (Comparison::NotBetween, [from, to]) => {
                denied(self.at_least(from)?.and(self.at_most(to)?))
            }
            _ => {
                return Err(SegmentError::ValuesUnfit {
                    column: self.name.to_owned(),
                });
            }
        };
        Ok(condition)
    }

    fn takes(&self, comparison: Comparison) -> bool {
        use Comparison as By;
        match comparison {
            By::HasNoValue | By::HasValue => true,
            By::IsTrue | By::IsFalse => self.column_type == ColumnType::Boolean,
            By::Contains | By::DoesNotContain | By::StartsWith | By::EndsWith => {
                self.column_type == ColumnType::Text
            }
            By::Is | By::IsNot | By::IsOneOf | By::IsNotOneOf => {
                self.column_type == ColumnType::Text || self.has_order()
            }
            By::Less | By::AtMost | By::Greater | By::AtLeast | By::Between | By::NotBetween => {
                self.has_order()
            }
        }
    }

    fn has_order(&self) -> bool {
        !matches!(
            self.column_type,
            ColumnType::Text | ColumnType::Boolean | ColumnType::Binary | ColumnType::Arrow(_)
        )
    }

    fn point(&self, value: &str) -> Result<Point, SegmentError> {
        point(self.name, &self.column_type, value)
    }

    fn is_one_of(&self, values: &[String]) -> Result<Expr, SegmentError> {
        let mut held = Vec::with_capacity(values.len());
        for value in values {
            if let Point::At(value) = self.point(value)? {
                held.push(lit(value));
            }
        }
        Ok(match held.len() {
            0 => lit(false),
            1 => ident(self.name).eq(held.remove(0)),
            _ => in_list(ident(self.name), held, false),
        })
    }

    fn less(&self, value: &str) -> Result<Expr, SegmentError> {
        let column = ident(self.name);
        Ok(match self.point(value)? {
            Point::At(value) => column.lt(lit(value)),
            Point::After(value) => column.lt_eq(lit(value)),
            Point::BelowAll => lit(false),
            Point::AboveAll => column.is_not_null(),
        })
    }

    fn at_most(&self, value: &str) -> Result<Expr, SegmentError> {
        let column = ident(self.name);
        Ok(match self.point(value)? {
            Point::At(value) | Point::After(value) => column.lt_eq(lit(value)),
            Point::BelowAll => lit(false),
            Point::AboveAll => column.is_not_null(),
        })
    }

    fn greater(&self, value: &str) -> Result<Expr, SegmentError> {
        let column = ident(self.name);
        Ok(match self.point(value)? {
            Point::At(value) | Point::After(value) => column.gt(lit(value)),
            Point::BelowAll => column.is_not_null(),
            Point::AboveAll => lit(false),
        })
    }

    fn at_least(&self, value: &str) -> Result<Expr, SegmentError> {
        let column = ident(self.name);
        Ok(match self.point(value)? {
            Point::At(value) => column.gt_eq(lit(value)),
            Point::After(value) => column.gt(lit(value)),
            Point::BelowAll => column.is_not_null(),
            Point::AboveAll => lit(false),
        })
    }
}

/// Also takes rows without a value.
fn denied(condition: Expr) -> Expr {
    condition.is_not_true()
}
