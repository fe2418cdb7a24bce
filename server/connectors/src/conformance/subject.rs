//! A destination under test, how a reader sees it, and shorthand for delivering to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use formats::Compression;
use formats::write::{CsvOptions, Format};
use futures::StreamExt;
use serde_json::json;

use crate::destination::{Destination, RowStream, Stage};
use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::plan::{DeliveryPlan, PlanRequest};
use crate::record::PublishRecord;

/// Path → content, of everything the type's readers can see.
pub(crate) type View = BTreeMap<String, Vec<u8>>;

/// A fresh, empty destination of one type.
pub(crate) struct Subject {
    /// The same destination as another process would open it.
    pub(crate) open: Box<dyn Fn(Faults) -> Arc<dyn Destination> + Send + Sync>,
    /// Delivered files and manifests, not the publishing's own records and attempts.
    pub(crate) view: Box<dyn Fn() -> View + Send + Sync>,
    /// Names of whatever is left of attempts.
    pub(crate) leftovers: Box<dyn Fn() -> Vec<String> + Send + Sync>,
}

pub(crate) const DEFAULT: &str = crate::template::PathTemplate::DEFAULT;
pub(crate) const UNDATED: &str = "{export}/{table}_{part}.csv";

impl Subject {
    pub(crate) fn destination(&self) -> Arc<dyn Destination> {
        (self.open)(Faults::default())
    }

    pub(crate) fn view(&self) -> View {
        (self.view)()
    }

    /// What readers of data see, without manifests.
    pub(crate) fn data(&self) -> View {
        let mut view = self.view();
        view.retain(|path, _| !path.ends_with("manifest.json"));
        view
    }

    pub(crate) fn assert_clean(&self) {
        assert_eq!((self.leftovers)(), Vec::<String>::new());
    }

    pub(crate) async fn plan(&self, run_id: &str, template: &str, tables: &[&str]) -> DeliveryPlan {
        let request = request(run_id, template, tables);
        self.destination()
            .plan(&request)
            .await
            .expect("the plan is made")
    }

    /// A whole delivery of a table `t` by its first attempt.
    pub(crate) async fn deliver(&self, plan: &DeliveryPlan, rows: &[i64]) -> PublishRecord {
        let tables: Vec<_> = plan
            .tables
            .iter()
            .map(|table| (table.name.clone(), rows))
            .collect();
        attempt(&self.destination(), plan, 1, &tables)
            .await
            .expect("the delivery is published")
    }
}

pub(crate) fn request(run_id: &str, template: &str, tables: &[&str]) -> PlanRequest {
    PlanRequest {
        run_id: run_id.to_owned(),
        export_folder: "daily".to_owned(),
        template: template.to_owned(),
        instant_us: 1_795_464_689_000_000,
        utc_offset_seconds: 0,
        tables: tables.iter().map(|table| (*table).to_owned()).collect(),
        extension: "csv".to_owned(),
        max_rows_per_file: template.contains("{part}").then_some(2),
        reserved: vec![],
    }
}

/// Stage, write, commit.
pub(crate) async fn attempt(
    destination: &Arc<dyn Destination>,
    plan: &DeliveryPlan,
    number: u32,
    tables: &[(String, &[i64])],
) -> Result<PublishRecord, ConnectorError> {
    staged(destination, plan, number, tables)
        .await?
        .commit(json!({"version": 7}))
        .await
}

pub(crate) async fn staged(
    destination: &Arc<dyn Destination>,
    plan: &DeliveryPlan,
    number: u32,
    tables: &[(String, &[i64])],
) -> Result<Box<dyn Stage>, ConnectorError> {
    let mut stage = destination
        .stage(plan, number, &csv(), Compression::None)
        .await?;
    for (table, ids) in tables {
        stage
            .write_table(table, schema(), rows(ids), &|_| {})
            .await?;
    }
    Ok(stage)
}

pub(crate) fn csv() -> Format {
    Format::Csv(CsvOptions::standard())
}

pub(crate) fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        Field::new("name", DataType::Utf8, true),
    ]))
}

/// One batch per row, so that parts and batches do not line up by chance.
pub(crate) fn rows(ids: &[i64]) -> RowStream<'static> {
    let batch = |id: i64| {
        let name = StringArray::from(vec![Some(format!("n°{id}, \"été\""))]);
        let columns: Vec<arrow::array::ArrayRef> =
            vec![Arc::new(Int64Array::from(vec![id])), Arc::new(name)];
        Ok(RecordBatch::try_new(schema(), columns).expect("columns fit the schema"))
    };
    futures::stream::iter(ids.iter().copied().map(batch).collect::<Vec<_>>()).boxed()
}

/// What [`rows`] is as standard CSV.
pub(crate) fn text(ids: &[i64]) -> Vec<u8> {
    let line = |id: &i64| format!("{id},\"n°{id}, \"\"été\"\"\"\n");
    format!("id,name\n{}", ids.iter().map(line).collect::<String>()).into_bytes()
}
