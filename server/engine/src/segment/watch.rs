//! Ends a query between any two batches of any of its steps, once nobody waits for it, and gives every step as many rows
//! at once as there is memory for.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use base::Cancel;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_optimizer::projection_pushdown::ProjectionPushdown;
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::execution_plan::SchedulingType;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties,
    replace_children_if_necessary,
};
use futures::{StreamExt, stream};

use super::grown::{Feed, Portions};

/// The name of a watched step.
const WATCHED: &str = "Watched";

type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// The rules of `DataFusion`, and in the end a watch on every step.
pub(super) fn rules(stop: &Cancel) -> Vec<Rule> {
    let projecting = ProjectionPushdown::new();
    let rules = PhysicalOptimizer::new().rules.into_iter();
    let mut rules: Vec<Rule> = rules
        .map(|rule| -> Rule {
            if rule.name() == projecting.name() {
                Arc::new(OutsideOfFiles(rule))
            } else {
                rule
            }
        })
        .collect();
    rules.push(Arc::new(Watch(stop.clone())));
    rules
}

/// Puts a watch on every step of a plan. `DataFusion` itself only lets go where it reads files, which a join of two
/// tables may do once an hour.
#[derive(Debug)]
struct Watch(Cancel);

impl Watch {
    /// A step that is fed like this, and whether anything long is made before its end.
    fn watched(
        &self,
        step: Arc<dyn ExecutionPlan>,
        feed: Feed,
    ) -> Result<(Arc<dyn ExecutionPlan>, bool)> {
        let own = Feed::of(&step)?;
        let (mut makes, mut inputs) = (own.makes(&step), Vec::new());
        for input in step.children() {
            let (input, input_makes) = self.watched(Arc::clone(input), own.clone())?;
            makes |= input_makes;
            inputs.push(input);
        }
        let feed = if makes { feed } else { feed.of_tables() };
        let step = replace_children_if_necessary(step, inputs)?;
        let watched: Arc<dyn ExecutionPlan> = Arc::new(Watched::new(step, self.0.clone(), feed));
        Ok((watched, makes))
    }
}

impl PhysicalOptimizerRule for Watch {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self.watched(plan, Feed::default())?.0)
    }

    fn name(&self) -> &'static str {
        "watch"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Keeps a rule from moving expressions into the reading of files: there nobody tells how many rows they are given.
#[derive(Debug)]
struct OutsideOfFiles(Rule);

impl PhysicalOptimizerRule for OutsideOfFiles {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        options: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let hidden = plan.transform_up(|step| {
            if !step.children().is_empty() {
                return Ok(Transformed::no(step));
            }
            let hidden = Watched::new(step, Cancel::new(), Feed::default());
            let hidden: Arc<dyn ExecutionPlan> = Arc::new(hidden);
            Ok(Transformed::yes(hidden))
        })?;
        let plan = self.0.optimize(hidden.data, options)?;
        let shown = plan.transform_up(|step| {
            let hidden = if step.name() == WATCHED {
                step.children().pop().cloned()
            } else {
                None
            };
            Ok(hidden.map_or_else(|| Transformed::no(step), Transformed::yes))
        })?;
        Ok(shown.data)
    }

    fn name(&self) -> &str {
        self.0.name()
    }

    fn schema_check(&self) -> bool {
        self.0.schema_check()
    }
}

#[derive(Debug)]
struct Watched {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
    stop: Cancel,
    /// What the rows that come out of it are for.
    feed: Feed,
}

impl Watched {
    fn new(input: Arc<dyn ExecutionPlan>, stop: Cancel, feed: Feed) -> Self {
        let properties = PlanProperties::clone(input.properties())
            .with_scheduling_type(SchedulingType::Cooperative);
        Self {
            input,
            properties: Arc::new(properties),
            stop,
            feed,
        }
    }
}

impl DisplayAs for Watched {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WATCHED)
    }
}

impl ExecutionPlan for Watched {
    fn name(&self) -> &'static str {
        WATCHED
    }

    fn downcast_delegate(&self) -> Option<&dyn ExecutionPlan> {
        Some(&*self.input)
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => {
                let (stop, feed) = (self.stop.clone(), self.feed.clone());
                Ok(Arc::new(Self::new(input, stop, feed)))
            }
            _ => Err(DataFusionError::Internal(
                "a watched step has one input".to_owned(),
            )),
        }
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let mut portions = Portions::new(self.feed.clone(), &context);
        let rows = make_cooperative(self.input.execute(partition, context)?);
        let (schema, stop) = (rows.schema(), self.stop.clone());
        let rows = rows.flat_map(move |batch| {
            let parts: Vec<Result<RecordBatch>> = match batch.and_then(|rows| portions.of(rows)) {
                Ok(parts) => parts.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            stream::iter(parts)
        });
        let rows = rows.map(move |batch| {
            if stop.is_cancelled() {
                Err(DataFusionError::Execution("stopped".to_owned()))
            } else {
                batch
            }
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}
