//! Follows columns through a plan: which are made from personal ones, which have a name, and how large they grow, as
//! expressions and as texts.
//!
//! A column is personal when any column it is made from is; where the way cannot be followed, when any column it might
//! be made from is. What rows are chosen by is not followed: a condition on a personal column marks nothing.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, JoinType};
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison};
use datafusion::logical_expr::{
    Aggregate, BinaryExpr, Distinct, Expr, Join, LogicalPlan, Operator, Subquery, TableScan,
};

use super::{InputTable, SegmentError, grown, names};

/// Largest expression a column may become when those it is made from are written out, as optimising does.
const LARGEST: u64 = 10_000;
/// Longest text a column may become, in bytes; those of tables count as one each. Constants are worked out in planning,
/// before anything counts them.
const LONGEST: u64 = 64 << 20;

/// What is known of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) personal: bool,
    /// A person named it: a column of a table, or `AS`.
    pub(super) named: bool,
    size: u64,
    text: u64,
}

impl Mark {
    const PLAIN: Self = Self {
        personal: false,
        named: true,
        size: 1,
        text: 1,
    };
    const MADE: Self = Self {
        personal: false,
        named: false,
        size: 0,
        text: 0,
    };

    fn add(&mut self, other: Self) {
        self.personal |= other.personal;
        self.size = self.size.saturating_add(other.size);
        self.text = self.text.saturating_add(other.text);
    }

    fn sum<'a>(marks: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self {
            named: true,
            ..Self::MADE
        };
        for mark in marks {
            sum.add(*mark);
        }
        sum
    }
}

/// The marks of the columns that come out of a plan, as it is before it is optimised.
pub(super) fn marks(plan: &LogicalPlan, tables: &[InputTable]) -> Result<Vec<Mark>, SegmentError> {
    let mut tracer = Tracer {
        tables,
        largest: 0,
        longest: 0,
    };
    let marks = tracer.plan(plan, None);
    if tracer.largest > LARGEST {
        return Err(SegmentError::SqlMalformed {
            detail: "its expressions become too large".to_owned(),
        });
    }
    if tracer.longest > LONGEST {
        return Err(SegmentError::OutOfMemory);
    }
    Ok(marks)
}

struct Input<'a> {
    schema: &'a DFSchema,
    marks: Vec<Mark>,
}

/// What an expression can refer to.
struct Scope<'a> {
    inputs: &'a [Input<'a>],
    /// Of the query around, for a subquery.
    outer: Option<&'a Scope<'a>>,
}

impl Scope<'_> {
    fn all(&self) -> Mark {
        Mark::sum(self.inputs.iter().flat_map(|input| &input.marks))
    }

    fn first(&self) -> Vec<Mark> {
        self.inputs
            .first()
            .map(|input| input.marks.clone())
            .unwrap_or_default()
    }

    /// A name without a table may mean several columns: then it is all of them.
    fn find(&self, column: &Column) -> Option<Mark> {
        let mut found: Option<Mark> = None;
        for input in self.inputs {
            for ((qualifier, field), mark) in input.schema.iter().zip(&input.marks) {
                let is_meant = *field.name() == column.name
                    && match (&column.relation, qualifier) {
                        (None, _) => true,
                        (Some(wanted), Some(qualifier)) => wanted.resolved_eq(qualifier),
                        (Some(_), None) => false,
                    };
                if is_meant {
                    match &mut found {
                        Some(found) => found.add(*mark),
                        None => found = Some(*mark),
                    }
                }
            }
        }
        found
    }

    fn column(&self, column: &Column) -> Mark {
        self.find(column).unwrap_or_else(|| self.all())
    }
}

/// A column of a query around the one that names it.
fn outer_column(column: &Column, mut scope: Option<&Scope<'_>>) -> Mark {
    while let Some(around) = scope {
        if let Some(mark) = around.find(column) {
            return mark;
        }
        scope = around.outer;
    }
    Mark {
        personal: true,
        ..Mark::PLAIN
    }
}

struct Tracer<'a> {
    tables: &'a [InputTable],
    largest: u64,
    longest: u64,
}

impl Tracer<'_> {
    fn plan(&mut self, plan: &LogicalPlan, outer: Option<&Scope<'_>>) -> Vec<Mark> {
        let inputs = self.inputs(plan, outer);
        let scope = Scope {
            inputs: &inputs,
            outer,
        };
        let marks = self.outputs(plan, &scope);
        let columns = plan.schema().fields().len();
        if marks.len() == columns {
            marks
        } else {
            vec![scope.all(); columns]
        }
    }

    fn inputs<'p>(&mut self, plan: &'p LogicalPlan, outer: Option<&Scope<'_>>) -> Vec<Input<'p>> {
        let LogicalPlan::Join(join) = plan else {
            return plan
                .inputs()
                .into_iter()
                .map(|input| self.input(input, outer))
                .collect();
        };
        let left = [self.input(&join.left, outer)];
        // `LATERAL` refers to what stands before it.
        let beside = Scope {
            inputs: &left,
            outer,
        };
        let right = self.input(&join.right, Some(&beside));
        left.into_iter().chain([right]).collect()
    }

    fn input<'p>(&mut self, plan: &'p LogicalPlan, outer: Option<&Scope<'_>>) -> Input<'p> {
        Input {
            schema: plan.schema(),
            marks: self.plan(plan, outer),
        }
    }

    /// Of another number than the columns for a node that cannot be followed.
    fn outputs(&mut self, plan: &LogicalPlan, scope: &Scope<'_>) -> Vec<Mark> {
        match plan {
            LogicalPlan::TableScan(scan) => self.scan(scan),
            LogicalPlan::Projection(node) => self.exprs(&node.expr, scope),
            LogicalPlan::Distinct(Distinct::On(node)) => self.exprs(&node.select_expr, scope),
            LogicalPlan::Aggregate(node) => self.aggregate(node, scope),
            LogicalPlan::Window(node) => {
                let mut marks = scope.first();
                marks.extend(self.exprs(&node.window_expr, scope));
                marks
            }
            LogicalPlan::Join(node) => {
                self.exprs(&plan.expressions(), scope);
                join(node, scope)
            }
            LogicalPlan::Union(_) => union(scope),
            LogicalPlan::Values(node) => self.values(&node.values, scope),
            LogicalPlan::EmptyRelation(node) => vec![Mark::PLAIN; node.schema.fields().len()],
            LogicalPlan::Filter(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Repartition(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Subquery(_)
            | LogicalPlan::Distinct(Distinct::All(_)) => {
                self.exprs(&plan.expressions(), scope);
                scope.first()
            }
            _ => Vec::new(),
        }
    }

    fn scan(&self, scan: &TableScan) -> Vec<Mark> {
        let table = names::find(self.tables, &scan.table_name).ok();
        let fields = scan.projected_schema.fields().iter();
        fields
            .map(|field| Mark {
                personal: table
                    .and_then(|place| self.tables[place].schema.field(field.name()))
                    .is_none_or(|field| field.personal),
                ..Mark::PLAIN
            })
            .collect()
    }

    fn aggregate(&mut self, node: &Aggregate, scope: &Scope<'_>) -> Vec<Mark> {
        let mut marks = self.exprs(&node.group_expr, scope);
        if node
            .group_expr
            .iter()
            .any(|expr| matches!(expr, Expr::GroupingSet(_)))
        {
            let columns = node.schema.fields().len();
            marks = vec![Mark::sum(&marks); columns.saturating_sub(node.aggr_expr.len())];
        }
        // Nothing is written out through an aggregate; texts pass through it as long as they are.
        let aggregates = self.exprs(&node.aggr_expr, scope);
        marks.extend(aggregates.into_iter().map(|mark| Mark { size: 1, ..mark }));
        marks
    }

    fn values(&mut self, rows: &[Vec<Expr>], scope: &Scope<'_>) -> Vec<Mark> {
        let mut columns: Vec<Mark> = Vec::new();
        for row in rows {
            let row = self.exprs(row, scope);
            if columns.is_empty() {
                columns = vec![Mark::PLAIN; row.len()];
            }
            for (column, cell) in columns.iter_mut().zip(row) {
                column.personal |= cell.personal;
                column.text = column.text.max(cell.text);
            }
        }
        columns
    }

    fn exprs(&mut self, exprs: &[Expr], scope: &Scope<'_>) -> Vec<Mark> {
        exprs.iter().map(|expr| self.expr(expr, scope)).collect()
    }

    fn expr(&mut self, expr: &Expr, scope: &Scope<'_>) -> Mark {
        let mark = match expr {
            Expr::Alias(alias) => Mark {
                // The planner itself gives this name to a count of all rows.
                named: !alias.name.is_empty() && alias.name != "count(*)",
                ..self.expr(&alias.expr, scope)
            },
            _ => self.part(expr, scope),
        };
        self.largest = self.largest.max(mark.size);
        mark
    }

    fn made(&mut self, expr: &Expr, scope: &Scope<'_>) -> Mark {
        let mut mark = Mark {
            size: 1,
            ..Mark::MADE
        };
        let mut texts = Vec::new();
        let walk = expr.apply_children(|part| {
            let part = self.part(part, scope);
            texts.push(part.text);
            mark.add(part);
            Ok(TreeNodeRecursion::Continue)
        });
        mark.personal |= walk.is_err();
        match expr {
            Expr::ScalarSubquery(subquery)
            | Expr::InSubquery(InSubquery { subquery, .. })
            | Expr::Exists(Exists { subquery, .. })
            | Expr::SetComparison(SetComparison { subquery, .. }) => {
                mark.add(self.subquery(subquery, scope));
            }
            Expr::Literal(value, _) => {
                let text = value.try_as_str().flatten().unwrap_or_default();
                mark.text = text.len() as u64;
            }
            Expr::ScalarFunction(call) => mark.text = grown::made(call.func.name(), &texts),
            // One of them.
            Expr::Case(_) => mark.text = texts.into_iter().max().unwrap_or_default(),
            // A number, or whether something is so.
            Expr::BinaryExpr(BinaryExpr { op, .. }) if *op != Operator::StringConcat => {
                mark.text = 1;
            }
            _ => {}
        }
        self.longest = self.longest.max(mark.text);
        mark
    }

    fn part(&mut self, part: &Expr, scope: &Scope<'_>) -> Mark {
        match part {
            Expr::Column(column) => scope.column(column),
            Expr::OuterReferenceColumn(_, column) => outer_column(column, scope.outer),
            _ => self.made(part, scope),
        }
    }

    fn subquery(&mut self, subquery: &Subquery, scope: &Scope<'_>) -> Mark {
        let mut mark = Mark::sum(&self.plan(&subquery.subquery, Some(scope)));
        for outer in &subquery.outer_ref_columns {
            if let Expr::OuterReferenceColumn(_, column) | Expr::Column(column) = outer {
                mark.add(outer_column(column, Some(scope)));
            }
        }
        mark
    }
}

fn union(scope: &Scope<'_>) -> Vec<Mark> {
    let mut marks = scope.first();
    for input in scope.inputs.iter().skip(1) {
        if input.marks.len() != marks.len() {
            return Vec::new();
        }
        for (mark, other) in marks.iter_mut().zip(&input.marks) {
            mark.personal |= other.personal;
            mark.size = mark.size.max(other.size);
            mark.text = mark.text.max(other.text);
        }
    }
    marks
}

fn join(node: &Join, scope: &Scope<'_>) -> Vec<Mark> {
    let [left, right] = scope.inputs else {
        return Vec::new();
    };
    let has_match = Mark {
        size: 1,
        text: 1,
        ..scope.all()
    };
    match node.join_type {
        JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => {
            [&left.marks[..], &right.marks[..]].concat()
        }
        JoinType::LeftSemi => common(node, left, right),
        JoinType::LeftAnti => left.marks.clone(),
        JoinType::RightSemi | JoinType::RightAnti => right.marks.clone(),
        JoinType::LeftMark => [&left.marks[..], &[has_match]].concat(),
        JoinType::RightMark => [&right.marks[..], &[has_match]].concat(),
    }
}

/// What `INTERSECT` leaves stands on both sides, and is personal if it is on one.
fn common(node: &Join, left: &Input<'_>, right: &Input<'_>) -> Vec<Mark> {
    let mut marks = left.marks.clone();
    let beside = Scope {
        inputs: std::slice::from_ref(right),
        outer: None,
    };
    for (ours, theirs) in &node.on {
        let (Expr::Column(ours), Expr::Column(theirs)) = (ours, theirs) else {
            continue;
        };
        if beside.column(theirs).personal
            && let Some(place) = left.schema.maybe_index_of_column(ours)
            && let Some(mark) = marks.get_mut(place)
        {
            mark.personal = true;
        }
    }
    marks
}
