//! From a selection to a plan: the session it is planned in, the tables it can see, and what comes out of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::Cancel;
use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider, TableProvider,
};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::dataframe::DataFrame;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::error::DataFusionError;
use datafusion::execution::{SessionStateBuilder, SessionStateDefaults};
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility};
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use formats::TableSchema;

use super::run::failed;
use super::{
    InputTable, SegmentError, SegmentShape, Selection, functions, guard, names, result, trace,
    watch,
};
use crate::error::EngineError;
use crate::query::Engine;
use crate::scan::footer;
use crate::snapshot::part_files;

const CATALOG: &str = "waybill";
/// Most rows of a batch of a statement: what functions make of one is in memory at once.
const STATEMENT_ROWS: usize = 1024;
/// Where the tables stand that are written without a source. No source has this name.
const UNQUALIFIED: &str = "";

type Provider = Arc<dyn TableProvider>;

/// What comes out, against the schemas of the tables alone.
pub(super) async fn shape(
    engine: &Engine,
    selection: &Selection,
    stop: &Cancel,
) -> Result<SegmentShape, EngineError> {
    match selection {
        Selection::Filter { table, filter } => {
            filter.condition(&table.schema)?;
            Ok(SegmentShape {
                schema: table.schema.clone(),
                inputs: vec![0],
                changes_by_itself: false,
            })
        }
        Selection::Sql { sql, tables } => {
            let statement = guard::statement(sql, tables)?;
            let context = statements(engine, tables, &unread(tables)?, stop)?;
            Ok(planned(&context, statement, tables).await?.1)
        }
    }
}

/// What comes out, and the query over the snapshots, not yet begun.
pub(super) async fn query(
    engine: &Engine,
    selection: &Selection,
    stop: &Cancel,
) -> Result<(SegmentShape, DataFrame), EngineError> {
    let shape = shape(engine, selection, stop).await?;
    let frame = match selection {
        Selection::Filter { table, filter } => {
            let condition = filter.condition(&table.schema)?;
            let provider = stored(table).await?;
            context(engine.ordered(), engine, stop)
                .read_table(provider)
                .and_then(|rows| rows.filter(condition))
                .map_err(failed)?
        }
        Selection::Sql { sql, tables } => {
            let statement = guard::statement(sql, tables)?;
            let mut providers = unread(tables)?;
            for place in &shape.inputs {
                providers[*place] = stored(&tables[*place]).await?;
            }
            let context = statements(engine, tables, &providers, stop)?;
            let (plan, _) = planned(&context, statement, tables).await?;
            DataFrame::new(context.state(), plan)
        }
    };
    Ok((shape, frame))
}

/// Knows these tables and nothing else.
fn statements(
    engine: &Engine,
    tables: &[InputTable],
    providers: &[Provider],
    stop: &Cancel,
) -> Result<SessionContext, EngineError> {
    let rows = engine.batch_rows.min(STATEMENT_ROWS);
    let context = context(engine.ordered().with_batch_size(rows), engine, stop);
    let catalog = catalog(tables, providers).map_err(failed)?;
    context.register_catalog(CATALOG, Arc::new(catalog));
    Ok(context)
}

/// Knows nothing yet: no files, no functions that make tables, no tables about tables.
fn context(config: SessionConfig, engine: &Engine, stop: &Cancel) -> SessionContext {
    let mut config = config
        .with_default_catalog_and_schema(CATALOG, UNQUALIFIED)
        .with_information_schema(false);
    let options = config.options_mut();
    options.sql_parser.enable_ident_normalization = false;
    options.sql_parser.parse_float_as_decimal = true;
    options.sql_parser.map_string_types_to_utf8view = false;
    options.execution.enable_recursive_ctes = false;
    options.execution.time_zone = Some("+00:00".to_owned());
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(Arc::clone(&engine.runtime))
        .with_expr_planners(SessionStateDefaults::default_expr_planners())
        .with_scalar_functions(functions::scalar())
        .with_aggregate_functions(SessionStateDefaults::default_aggregate_functions())
        .with_window_functions(SessionStateDefaults::default_window_functions())
        .with_physical_optimizer_rules(watch::rules(stop))
        .build();
    SessionContext::new_with_state(state)
}

fn catalog(
    tables: &[InputTable],
    providers: &[Provider],
) -> Result<MemoryCatalogProvider, DataFusionError> {
    let mut schemas: BTreeMap<&str, MemorySchemaProvider> = BTreeMap::new();
    for (table, provider) in tables.iter().zip(providers) {
        let mut add = |schema, provider| {
            schemas
                .entry(schema)
                .or_default()
                .register_table(table.name.clone(), provider)
        };
        add(table.source.as_str(), Arc::clone(provider))?;
        if names::is_unique(tables, &table.name) {
            add(UNQUALIFIED, Arc::clone(provider))?;
        }
    }
    let catalog = MemoryCatalogProvider::new();
    for (name, schema) in schemas {
        catalog.register_schema(name, Arc::new(schema))?;
    }
    Ok(catalog)
}

/// The columns of tables, without rows.
fn unread(tables: &[InputTable]) -> Result<Vec<Provider>, EngineError> {
    tables
        .iter()
        .map(|table| {
            let schema = table
                .schema
                .to_arrow()
                .map_err(EngineError::reading(&table.name))?;
            Ok(Arc::new(EmptyTable::new(schema)) as Provider)
        })
        .collect()
}

/// The rows of a table's snapshot.
async fn stored(table: &InputTable) -> Result<Provider, EngineError> {
    let Some(snapshot) = table.snapshot.clone() else {
        return Err(SegmentError::TableNotRefreshed {
            table: table.name.clone(),
        }
        .into());
    };
    let (name, wanted) = (table.name.clone(), table.schema.clone());
    let files = tokio::task::spawn_blocking(move || {
        let files = part_files(&snapshot)?;
        let found = TableSchema::from_arrow(&footer(&files[0])?.schema);
        is_of(&name, &found, &wanted, &files[0].display().to_string())?;
        Ok::<_, EngineError>(files)
    })
    .await??;
    let urls: Result<Vec<ListingTableUrl>, DataFusionError> = files
        .iter()
        .map(|file| ListingTableUrl::parse(file.display().to_string()))
        .collect();
    let schema = table
        .schema
        .to_arrow()
        .map_err(EngineError::reading(&table.name))?;
    let format = ParquetFormat::default().with_force_view_types(false);
    let config = ListingTableConfig::new_with_multi_paths(urls.map_err(failed)?)
        .with_listing_options(ListingOptions::new(Arc::new(format)).with_file_extension(".parquet"))
        .with_schema(schema);
    Ok(Arc::new(ListingTable::try_new(config).map_err(failed)?))
}

/// `DataFusion` would read a column that a file lacks as one without values.
fn is_of(
    table: &str,
    found: &TableSchema,
    wanted: &TableSchema,
    file: &str,
) -> Result<(), EngineError> {
    for field in &wanted.fields {
        let Some(stored) = found.field(&field.name) else {
            return Err(EngineError::SchemaColumnMissing {
                table: table.to_owned(),
                column: field.name.clone(),
                file: file.to_owned(),
            });
        };
        if stored.data_type != field.data_type {
            return Err(EngineError::SchemaTypeMisfit {
                table: table.to_owned(),
                column: field.name.clone(),
                file: file.to_owned(),
                found: stored.data_type.clone(),
                expected: field.data_type.clone(),
            });
        }
    }
    Ok(())
}

async fn planned(
    context: &SessionContext,
    statement: Statement,
    tables: &[InputTable],
) -> Result<(LogicalPlan, SegmentShape), EngineError> {
    let state = context.state();
    let plan = state.statement_to_plan(statement).await.map_err(failed)?;
    SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
        .verify_plan(&plan)
        .map_err(failed)?;
    let survey = survey(&plan, tables)?;
    let marks = trace::marks(&plan, tables)?;
    // Settles types, so that those of the result are what they will be.
    let plan = state
        .analyzer()
        .execute_and_check(plan, state.config_options(), |_, _| {})
        .map_err(failed)?;
    let (plan, schema) = result::carried(plan, &marks)?;
    let shape = SegmentShape {
        schema,
        inputs: survey.inputs.into_iter().collect(),
        changes_by_itself: survey.changes_by_itself,
    };
    Ok((plan, shape))
}

#[derive(Default)]
struct Survey {
    inputs: BTreeSet<usize>,
    changes_by_itself: bool,
    problem: Option<SegmentError>,
}

/// Looks at every step of a plan, also of its subqueries.
fn survey(plan: &LogicalPlan, tables: &[InputTable]) -> Result<Survey, EngineError> {
    let mut survey = Survey::default();
    plan.apply_with_subqueries(|step| {
        survey.step(step, tables);
        step.apply_expressions(|expr| {
            expr.apply(|part| {
                survey.part(part);
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })
    .map_err(failed)?;
    match survey.problem.take() {
        Some(problem) => Err(problem.into()),
        None => Ok(survey),
    }
}

impl Survey {
    fn step(&mut self, step: &LogicalPlan, tables: &[InputTable]) {
        match step {
            LogicalPlan::TableScan(scan) => match names::find(tables, &scan.table_name) {
                Ok(place) => {
                    self.inputs.insert(place);
                }
                Err(problem) => self.problem = Some(problem),
            },
            LogicalPlan::Projection(_)
            | LogicalPlan::Filter(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Join(_)
            | LogicalPlan::Repartition(_)
            | LogicalPlan::Union(_)
            | LogicalPlan::EmptyRelation(_)
            | LogicalPlan::Subquery(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Values(_)
            | LogicalPlan::Distinct(_)
            | LogicalPlan::Unnest(_) => {}
            other => {
                self.problem = Some(SegmentError::SqlNotAllowed {
                    what: other.display().to_string(),
                });
            }
        }
    }

    fn part(&mut self, part: &Expr) {
        match part {
            Expr::ScalarFunction(call) => {
                self.changes_by_itself |= call.func.signature().volatility != Volatility::Immutable;
            }
            Expr::Placeholder(placeholder) => {
                self.problem = Some(SegmentError::SqlNotAllowed {
                    what: placeholder.id.clone(),
                });
            }
            _ => {}
        }
    }
}
