mod filter;
mod guard;
mod memory;
mod run;
mod shape;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array,
    Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt8Array,
};
use formats::{Field, TableSchema};
use parquet::arrow::ArrowWriter;

use crate::{Engine, EngineConfig, EngineError, InputTable, SegmentShape, Selection};

struct Lab {
    folder: tempfile::TempDir,
    engine: Engine,
}

impl Lab {
    fn new() -> Self {
        Self::with_memory(64 << 20)
    }

    fn with_memory(memory_bytes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = EngineConfig {
            memory_bytes,
            spill_dir: folder.path().join("spill"),
            batch_rows: 1024,
        };
        Self {
            engine: Engine::new(config).unwrap(),
            folder,
        }
    }

    /// Columns whose names stand in `personal` are personal, and no others.
    fn table(
        &self,
        source: &str,
        name: &str,
        columns: Vec<(&str, ArrayRef)>,
        personal: &[&str],
    ) -> InputTable {
        let snapshot = self.folder.path().join("sources").join(source).join(name);
        fs::create_dir_all(&snapshot).unwrap();
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let file = fs::File::create(snapshot.join("part-00000.parquet")).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let mut schema = TableSchema::from_arrow(&batch.schema());
        for field in &mut schema.fields {
            field.personal = personal.contains(&field.name.as_str());
        }
        InputTable {
            source: source.to_owned(),
            name: name.to_owned(),
            schema,
            snapshot: Some(snapshot),
        }
    }

    fn destination(&self) -> PathBuf {
        self.folder.path().join("lake/segment-1")
    }

    fn nothing_stayed(&self) -> bool {
        fs::read_dir(self.folder.path().join("lake"))
            .map_or(true, |mut entries| entries.next().is_none())
    }

    /// Count, and the first thousand rows.
    async fn taken(
        &self,
        selection: &Selection,
    ) -> Result<(u64, Vec<Vec<Option<String>>>), EngineError> {
        let limit = std::time::Duration::from_mins(1);
        let (members, first) = self
            .engine
            .segment_preview(selection, 1000, false, limit)
            .await?;
        Ok((members, first.rows))
    }

    async fn shape(&self, sql: &str) -> Result<SegmentShape, EngineError> {
        self.engine.segment_shape(&over(known(), sql)).await
    }
}

fn over(tables: Vec<InputTable>, sql: &str) -> Selection {
    Selection::Sql {
        sql: sql.to_owned(),
        tables,
    }
}

fn integers(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

/// Four rows with a value in every column, and one without any.
fn every_type() -> Vec<(&'static str, ArrayRef)> {
    let instants = || {
        TimestampMicrosecondArray::from(vec![
            Some(0),
            Some(1_000_000),
            Some(1_795_435_200_000_000),
            Some(1_795_435_200_000_001),
            None,
        ])
    };
    let names = vec![Some("Zoë_1"), Some("zoë_1"), Some("50%"), Some(""), None];
    let wholes = vec![
        Some(-1),
        Some(0),
        Some(1),
        Some(9_007_199_254_740_993),
        None,
    ];
    let smalls = vec![Some(0), Some(1), Some(254), Some(255), None];
    let reals = vec![Some(-1.5), Some(0.0), Some(0.1), Some(1e300), None];
    let floats = vec![Some(-1.5), Some(0.0), Some(0.1), Some(3.0), None];
    let prices = vec![Some(-100), Some(0), Some(1990), Some(1991), None];
    let paid = vec![Some(true), Some(false), Some(true), Some(false), None];
    let born = vec![Some(-1), Some(0), Some(20_000), Some(20_001), None];
    let blobs = [Some("x"), Some("x"), Some("x"), Some("x"), None];
    vec![
        ("id", integers(0..5)),
        column("name", StringArray::from(names)),
        column("whole", Int64Array::from(wholes)),
        column("small", UInt8Array::from(smalls)),
        column("real", Float64Array::from(reals)),
        column("float", Float32Array::from(floats)),
        column(
            "price",
            Decimal128Array::from(prices)
                .with_precision_and_scale(10, 2)
                .unwrap(),
        ),
        column("paid", BooleanArray::from(paid)),
        column("born", Date32Array::from(born)),
        column("seen", instants().with_timezone("UTC")),
        column("wall", instants()),
        column("blob", BinaryArray::from_iter(blobs)),
    ]
}

fn column(name: &'static str, values: impl Array + 'static) -> (&'static str, ArrayRef) {
    (name, Arc::new(values))
}

/// Tables to plan with. `shared` stands in two sources.
fn known() -> Vec<InputTable> {
    let shared = [("id", "integer", false)];
    vec![
        planned(
            "CRM",
            "customers",
            &[
                ("id", "integer", false),
                ("email", "text", true),
                ("City", "text", false),
            ],
        ),
        planned(
            "Shop",
            "orders",
            &[
                ("id", "integer", false),
                ("customer", "integer", false),
                ("total", "decimal(10,2)", false),
            ],
        ),
        planned("CRM", "shared", &shared),
        planned("Shop", "shared", &shared),
        planned(
            "Shop",
            "Über Umsatz",
            &[("id", "integer", false), ("Betrag €", "double", false)],
        ),
        planned("Shop", "ORDER", &shared),
        planned("Shop", "never_read", &[]),
    ]
}

fn planned(source: &str, name: &str, fields: &[(&str, &str, bool)]) -> InputTable {
    let fields = fields.iter().map(|(name, data_type, personal)| Field {
        name: (*name).to_owned(),
        data_type: (*data_type).to_owned(),
        nullable: true,
        personal: *personal,
    });
    InputTable {
        source: source.to_owned(),
        name: name.to_owned(),
        schema: TableSchema {
            fields: fields.collect(),
        },
        snapshot: None,
    }
}
