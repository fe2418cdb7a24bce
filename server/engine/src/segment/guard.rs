//! What a statement may be: one query that reads the tables it was given, and nothing else.
//!
//! Everything is refused here that could name something else, change something, or grow without bounds while it is
//! planned. Planning is the second wall: it knows no other table and no function over files.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::ControlFlow;

use datafusion::error::DataFusionError;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    self, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName,
    ObjectNamePart, Query, Select, SelectItem, SetExpr, TableFactor, Value, Visit, Visitor,
};

use super::functions::{FILLING, GATHERING, WITHHELD};
use super::{InputTable, SegmentError, names};

/// Deepest nesting of expressions, longest chain of `UNION`.
const DEEPEST: usize = 400;
/// Most tables of a statement, each counted as often as it is read through the `WITH` it stands in.
const MOST_TABLES: u64 = 100;
/// Most characters that `lpad` and `rpad` fill up to.
pub(super) const MOST_FILLED: u32 = 1000;
/// How many times longer the functions of a statement may make a text, all of them together.
const MOST_GROWTH: u64 = 10_000;
/// The same of one function where what it puts in is no text in the statement.
const UNKNOWN_GROWTH: u64 = 100;

/// The statement, if it is one that may be planned over these tables.
pub(super) fn statement(sql: &str, tables: &[InputTable]) -> Result<Statement, SegmentError> {
    let mut statements = DFParserBuilder::new(sql)
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| malformed(&error))?;
    let (Some(statement), None) = (statements.pop_front(), statements.pop_front()) else {
        return Err(SegmentError::SqlNotASelect);
    };
    let Statement::Statement(inner) = &statement else {
        return Err(SegmentError::SqlNotASelect);
    };
    let ast::Statement::Query(query) = &**inner else {
        return Err(SegmentError::SqlNotASelect);
    };
    if let ControlFlow::Break(error) = query.visit(&mut Guard::default()) {
        return Err(error);
    }
    has_unique_names(query)?;
    let (references, _) =
        resolve_table_references(&statement, false).map_err(|error| malformed(&error))?;
    for reference in &references {
        let table = &tables[names::find(tables, reference)?];
        if table.schema.fields.is_empty() {
            return Err(SegmentError::TableNotRefreshed {
                table: table.name.clone(),
            });
        }
    }
    Ok(statement)
}

fn malformed(error: &DataFusionError) -> SegmentError {
    let detail = match error.find_root() {
        DataFusionError::SQL(error, _) => error.to_string(),
        other => other.message().into_owned(),
    };
    let detail = detail.strip_prefix("sql parser error: ").unwrap_or(&detail);
    SegmentError::SqlMalformed {
        detail: detail.to_owned(),
    }
}

/// Names given twice in the list that names the result. Stars are not looked into: planning sees them.
fn has_unique_names(query: &Query) -> Result<(), SegmentError> {
    let mut body: &SetExpr = &query.body;
    let select = loop {
        match body {
            SetExpr::Query(inner) => body = &inner.body,
            SetExpr::SetOperation { left, .. } => body = left,
            SetExpr::Select(select) => break select,
            _ => return Ok(()),
        }
    };
    let mut seen = BTreeSet::new();
    for item in &select.projection {
        let name = match item {
            SelectItem::UnnamedExpr(Expr::Identifier(name))
            | SelectItem::ExprWithAlias { alias: name, .. } => Some(name),
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last(),
            _ => None,
        };
        if let Some(name) = name
            && !seen.insert(&name.value)
        {
            return Err(SegmentError::SqlColumnTwice {
                column: name.value.clone(),
            });
        }
    }
    Ok(())
}

#[derive(Default)]
struct Guard {
    depth: usize,
    /// How many times longer the functions so far may make a text; 0 before the first.
    growth: u64,
    open: Vec<OpenQuery>,
    /// Tables that are read when this `WITH` is.
    tables_of: BTreeMap<String, u64>,
}

/// A query that is being walked through.
struct OpenQuery {
    /// Of its `WITH`, those not walked through yet: they come before everything else.
    with: VecDeque<String>,
    tables: u64,
}

type Verdict = ControlFlow<SegmentError>;

fn refuse(what: &str) -> Verdict {
    ControlFlow::Break(SegmentError::SqlNotAllowed {
        what: what.to_owned(),
    })
}

/// Refuses the first that is there.
fn refuse_any(found: &[(bool, &str)]) -> Verdict {
    match found.iter().find(|(is_there, _)| *is_there) {
        Some((_, what)) => refuse(what),
        None => ControlFlow::Continue(()),
    }
}

fn too_large() -> Verdict {
    ControlFlow::Break(SegmentError::SqlMalformed {
        detail: "the statement is too large or too deeply nested".to_owned(),
    })
}

impl Visitor for Guard {
    type Break = SegmentError;

    fn pre_visit_query(&mut self, query: &Query) -> Verdict {
        let with = query.with.as_ref();
        refuse_any(&[
            (with.is_some_and(|with| with.recursive), "WITH RECURSIVE"),
            (!query.locks.is_empty(), "FOR UPDATE"),
            (query.for_clause.is_some(), "FOR XML"),
            (query.settings.is_some(), "SETTINGS"),
            (query.format_clause.is_some(), "FORMAT"),
            (!query.pipe_operators.is_empty(), "|>"),
        ])?;
        check_body(&query.body)?;
        let names = with.map(|with| {
            with.cte_tables
                .iter()
                .map(|table| table.alias.name.value.clone())
                .collect()
        });
        self.open.push(OpenQuery {
            with: names.unwrap_or_default(),
            tables: 0,
        });
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> Verdict {
        let tables = self.open.pop().map_or(0, |done| done.tables);
        let Some(outer) = self.open.last_mut() else {
            return ControlFlow::Continue(());
        };
        match outer.with.pop_front() {
            Some(name) => {
                let known = self.tables_of.entry(name).or_default();
                *known = tables.max(*known);
            }
            None => outer.tables = outer.tables.saturating_add(tables),
        }
        self.check_tables()
    }

    fn pre_visit_select(&mut self, select: &Select) -> Verdict {
        refuse_any(&[
            (select.into.is_some(), "SELECT INTO"),
            (select.top.is_some(), "TOP"),
            (!select.lateral_views.is_empty(), "LATERAL VIEW"),
            (select.prewhere.is_some(), "PREWHERE"),
            (!select.connect_by.is_empty(), "CONNECT BY"),
            (!select.cluster_by.is_empty(), "CLUSTER BY"),
            (!select.distribute_by.is_empty(), "DISTRIBUTE BY"),
            (!select.sort_by.is_empty(), "SORT BY"),
            (select.value_table_mode.is_some(), "SELECT AS"),
        ])
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> Verdict {
        match factor {
            TableFactor::Table {
                name,
                args,
                with_hints,
                version,
                with_ordinality,
                partitions,
                json_path,
                sample,
                index_hints,
                ..
            } => {
                if args.is_some() {
                    return refuse(&format!("{name}()"));
                }
                refuse_any(&[
                    (sample.is_some(), "TABLESAMPLE"),
                    (version.is_some(), "FOR SYSTEM_TIME"),
                    (*with_ordinality, "WITH ORDINALITY"),
                    (!partitions.is_empty(), "PARTITION"),
                    (!with_hints.is_empty(), "WITH ()"),
                    (!index_hints.is_empty(), "USE INDEX"),
                    (json_path.is_some(), "[]"),
                ])?;
                self.count(name);
                self.check_tables()
            }
            TableFactor::Derived { sample, .. } => refuse_any(&[(sample.is_some(), "TABLESAMPLE")]),
            TableFactor::NestedJoin { .. } => ControlFlow::Continue(()),
            TableFactor::Function { name, .. } => refuse(&format!("{name}()")),
            TableFactor::TableFunction { .. } => refuse("TABLE()"),
            TableFactor::UNNEST { .. } => refuse("UNNEST"),
            TableFactor::JsonTable { .. } => refuse("JSON_TABLE"),
            TableFactor::OpenJsonTable { .. } => refuse("OPENJSON"),
            TableFactor::Pivot { .. } => refuse("PIVOT"),
            TableFactor::Unpivot { .. } => refuse("UNPIVOT"),
            TableFactor::MatchRecognize { .. } => refuse("MATCH_RECOGNIZE"),
            TableFactor::XmlTable { .. } => refuse("XMLTABLE"),
            TableFactor::SemanticView { .. } => refuse("SEMANTIC_VIEW"),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Verdict {
        self.depth += 1;
        if self.depth > DEEPEST {
            return too_large();
        }
        match expr {
            Expr::Function(function) => self.check_function(function),
            _ => ControlFlow::Continue(()),
        }
    }

    fn post_visit_expr(&mut self, _: &Expr) -> Verdict {
        self.depth = self.depth.saturating_sub(1);
        ControlFlow::Continue(())
    }
}

impl Guard {
    fn count(&mut self, name: &ObjectName) {
        let read = match &name.0[..] {
            [part] => part
                .as_ident()
                .and_then(|part| self.tables_of.get(&part.value))
                .copied()
                .unwrap_or(1),
            _ => 1,
        };
        if let Some(query) = self.open.last_mut() {
            query.tables = query.tables.saturating_add(read);
        }
    }

    fn check_function(&mut self, function: &Function) -> Verdict {
        let Some(name) = function.name.0.last().and_then(ObjectNamePart::as_ident) else {
            return refuse(&function.name.to_string());
        };
        let name = name.value.to_lowercase();
        if WITHHELD.contains(&name.as_str())
            || (FILLING.contains(&name.as_str()) && !fills_little(&function.args))
        {
            return refuse(&format!("{name}()"));
        }
        if function.over.is_some() && GATHERING.contains(&name.as_str()) {
            return refuse(&format!("{name}() OVER"));
        }
        let growth = growth(&name, &function.args);
        self.growth = self.growth.max(1).saturating_mul(growth);
        if self.growth > MOST_GROWTH {
            return ControlFlow::Break(SegmentError::SqlMalformed {
                detail: format!("{name}() may make texts too long"),
            });
        }
        ControlFlow::Continue(())
    }

    fn check_tables(&self) -> Verdict {
        match self.open.last() {
            Some(query) if query.tables > MOST_TABLES => too_large(),
            _ => ControlFlow::Continue(()),
        }
    }
}

/// Without recursion: a chain of `UNION` is as deep as it is long.
fn check_body(body: &SetExpr) -> Verdict {
    let (mut open, mut parts) = (vec![body], 0);
    while let Some(body) = open.pop() {
        parts += 1;
        if parts > DEEPEST {
            return too_large();
        }
        match body {
            SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) => {}
            SetExpr::SetOperation { left, right, .. } => {
                open.extend([left.as_ref(), right.as_ref()]);
            }
            SetExpr::Insert(_) => return refuse("INSERT"),
            SetExpr::Update(_) => return refuse("UPDATE"),
            SetExpr::Delete(_) => return refuse("DELETE"),
            SetExpr::Merge(_) => return refuse("MERGE"),
            SetExpr::Table(_) => return refuse("TABLE"),
        }
    }
    ControlFlow::Continue(())
}

/// How many times longer a function makes a text at most: those that put something in at every place they find.
fn growth(name: &str, arguments: &FunctionArguments) -> u64 {
    let put_in = |place| text_length(arguments, place).map(|length| length.saturating_add(1));
    match name {
        "replace" => match (text_length(arguments, 1), text_length(arguments, 2)) {
            (Some(found @ 1..), Some(put)) => put.div_ceil(found).max(1),
            (_, Some(put)) => put.saturating_add(1),
            _ => UNKNOWN_GROWTH,
        },
        "regexp_replace" => put_in(2).unwrap_or(UNKNOWN_GROWTH),
        "array_to_string" | "list_to_string" | "array_join" | "list_join" => {
            let missing = text_length(arguments, 2).unwrap_or_default();
            put_in(1).map_or(UNKNOWN_GROWTH, |growth| growth.saturating_add(missing))
        }
        "encode" => 2,
        _ => 1,
    }
}

/// Bytes of an argument that is a text in the statement.
fn text_length(arguments: &FunctionArguments, place: usize) -> Option<u64> {
    let FunctionArguments::List(list) = arguments else {
        return None;
    };
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(text))) = list.args.get(place)?
    else {
        return None;
    };
    match &text.value {
        Value::SingleQuotedString(text) => u64::try_from(text.len()).ok(),
        _ => None,
    }
}

/// The length to fill up to is a number in the statement, and small.
fn fills_little(arguments: &FunctionArguments) -> bool {
    let FunctionArguments::List(list) = arguments else {
        return false;
    };
    let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(length)))) = list.args.get(1)
    else {
        return false;
    };
    match &length.value {
        Value::Number(length, _) => length
            .parse()
            .is_ok_and(|length: u32| length <= MOST_FILLED),
        _ => false,
    }
}
