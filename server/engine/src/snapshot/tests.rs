use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use base::Cancel;
use formats::{Field, TableSchema};
use futures::TryStreamExt;
use parquet::arrow::ArrowWriter;

use crate::source::{FolderSource, FoundTable};
use crate::{Engine, EngineConfig, EngineError, MASKED, SelectedField, SnapshotInfo};

struct Lab {
    folder: tempfile::TempDir,
    engine: Engine,
}

impl Lab {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("source")).unwrap();
        let config = EngineConfig {
            memory_bytes: 64 << 20,
            spill_dir: folder.path().join("spill"),
            batch_rows: 3,
        };
        Self {
            engine: Engine::new(config).unwrap(),
            folder,
        }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.folder.path().join("source").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn source(&self) -> FolderSource {
        let path = self.folder.path().join("source").canonicalize().unwrap();
        FolderSource::new(base::Folder::open(&path).unwrap())
    }

    fn table(&self, name: &str) -> FoundTable {
        self.source().list().unwrap().table(name).unwrap().clone()
    }

    fn snapshot_path(&self) -> PathBuf {
        self.folder.path().join("lake/snapshot-1")
    }

    async fn snapshot_as(
        &self,
        name: &str,
        schema: Option<&TableSchema>,
    ) -> Result<SnapshotInfo, EngineError> {
        let table = self.table(name);
        let detected = self.engine.detect(&self.source(), &table).await?;
        let schema = schema.unwrap_or(&detected.schema);
        self.engine
            .snapshot(
                &self.source(),
                &table,
                schema,
                detected.dialect,
                &self.snapshot_path(),
                &|_| {},
                &Cancel::new(),
            )
            .await
    }

    async fn rows(&self, fields: &[(&str, &str)]) -> RecordBatch {
        let selected: Vec<SelectedField> = fields
            .iter()
            .map(|(source, target)| SelectedField {
                source: (*source).to_owned(),
                target: (*target).to_owned(),
            })
            .collect();
        let scan = self
            .engine
            .scan("t", &self.snapshot_path(), &selected)
            .await
            .unwrap();
        let batches: Vec<RecordBatch> = scan.rows.try_collect().await.unwrap();
        concat_batches(&scan.schema, &batches).unwrap()
    }

    fn nothing_stayed(&self) -> bool {
        fs::read_dir(self.folder.path().join("lake"))
            .map_or(true, |mut entries| entries.next().is_none())
    }
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn integers(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

fn corrected(fields: &[(&str, &str)]) -> TableSchema {
    let field = |(name, data_type): &(&str, &str)| Field {
        name: (*name).to_owned(),
        data_type: (*data_type).to_owned(),
        nullable: true,
        personal: false,
    };
    TableSchema {
        fields: fields.iter().map(field).collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_becomes_a_snapshot_in_its_own_order_under_new_names() {
    let lab = Lab::new();
    let lines: String = (0..1000)
        .map(|id| format!("{id},name {id},{id}.50\n"))
        .collect();
    lab.write("people.csv", format!("id,name,total\n{lines}"));
    let info = lab.snapshot_as("people", None).await.unwrap();
    assert_eq!(
        (info.rows, info.files.len(), info.new_columns.len()),
        (1000, 1, 0)
    );
    assert_eq!(
        info.bytes,
        fs::metadata(lab.snapshot_path().join("part-00000.parquet"))
            .unwrap()
            .len()
    );
    assert_eq!(lab.engine.count(&lab.snapshot_path()).await.unwrap(), 1000);
    let rows = lab
        .rows(&[("total", "amount"), ("id", "key"), ("id", "again")])
        .await;
    let names: Vec<_> = rows
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    assert_eq!(names, ["amount", "key", "again"]);
    assert_eq!(rows.column(1), &integers(0..1000));
    assert_eq!(rows.column(2), &integers(0..1000));
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_parts_are_copied_byte_for_byte_in_their_order() {
    let lab = Lab::new();
    for part in 0..3 {
        lab.write(
            &format!("orders/part-{part}.parquet"),
            parquet(vec![("id", integers(part * 10..part * 10 + 10))]),
        );
    }
    let info = lab.snapshot_as("orders", None).await.unwrap();
    assert_eq!((info.rows, info.files.len()), (30, 3));
    for part in 0..3 {
        let copied =
            fs::read(lab.snapshot_path().join(format!("part-0000{part}.parquet"))).unwrap();
        assert_eq!(
            copied,
            fs::read(
                lab.folder
                    .path()
                    .join(format!("source/orders/part-{part}.parquet"))
            )
            .unwrap()
        );
    }
    assert_eq!(lab.rows(&[("id", "id")]).await.column(0), &integers(0..30));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_type_is_carried_or_the_value_is_named() {
    let lab = Lab::new();
    let numbers: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.0, 2.5]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["007", "8", "9"]));
    lab.write("t.parquet", parquet(vec![("n", numbers), ("s", texts)]));
    let info = lab
        .snapshot_as("t", Some(&corrected(&[("s", "integer")])))
        .await
        .unwrap();
    assert_eq!(info.new_columns, ["n"]);
    assert_eq!(
        lab.rows(&[("s", "s")]).await.column(0),
        &integers([7, 8, 9])
    );
    fs::remove_dir_all(lab.snapshot_path()).unwrap();
    let error = lab
        .snapshot_as("t", Some(&corrected(&[("n", "integer")])))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "table `t`: t.parquet, line 3, column `n`: `2.5` is not integer"
    );
    assert_eq!(error.code(), "source_file_misfit");
    let error = lab
        .snapshot_as("t", Some(&corrected(&[("gone", "integer")])))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.args()["column"].as_str()),
        ("schema_column_missing", "gone")
    );
    assert!(lab.nothing_stayed());
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_with_other_columns_are_named() {
    let lab = Lab::new();
    lab.write("t/a.parquet", parquet(vec![("id", integers(0..3))]));
    let narrow: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    lab.write("t/b.parquet", parquet(vec![("id", narrow)]));
    let error = lab.snapshot_as("t", None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "table `t`: `t/b.parquet` does not have the columns of `t/a.parquet`: id: integer → int32"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misfit_in_csv_leaves_nothing_behind() {
    let lab = Lab::new();
    lab.write("t/1.csv", "id\n1\n");
    lab.write("t/2.csv", "id\n2\nthree\n");
    let error = lab
        .snapshot_as("t", Some(&corrected(&[("id", "integer")])))
        .await
        .unwrap_err();
    let args = error.args();
    assert_eq!(error.code(), "source_file_misfit");
    assert_eq!(
        (
            args["file"].as_str(),
            args["line"].as_str(),
            args["value"].as_str()
        ),
        ("t/2.csv", "3", "three")
    );
    assert!(lab.nothing_stayed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_changed_since_its_listing_is_no_snapshot() {
    let lab = Lab::new();
    lab.write("t.csv", "id,name\n1,a\n");
    let table = lab.table("t");
    let detected = lab.engine.detect(&lab.source(), &table).await.unwrap();
    lab.write("t.csv", "id,name\n1,a\n2,b\n");
    let taken = lab
        .engine
        .snapshot(
            &lab.source(),
            &table,
            &detected.schema,
            detected.dialect,
            &lab.snapshot_path(),
            &|_| {},
            &Cancel::new(),
        )
        .await;
    let error = taken.unwrap_err();
    assert_eq!(
        (error.code(), error.is_transient()),
        ("source_changed_while_read", true)
    );
    assert!(lab.nothing_stayed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_snapshot_leaves_nothing_behind() {
    let lab = Lab::new();
    lab.write("t.csv", "id,name\n1,a\n");
    let table = lab.table("t");
    let cancel = Cancel::new();
    cancel.cancel();
    let schema = corrected(&[("id", "integer")]);
    let taken = lab
        .engine
        .snapshot(
            &lab.source(),
            &table,
            &schema,
            None,
            &lab.snapshot_path(),
            &|_| {},
            &cancel,
        )
        .await;
    assert_eq!(taken.unwrap_err().code(), "cancelled");
    assert!(lab.nothing_stayed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_the_first_rows_and_masks_columns() {
    let lab = Lab::new();
    lab.write(
        "t.csv",
        "id,email,note,at\n1,a@b.c,,2026-11-23T10:00:00Z\n2,d@e.f,\"\",\n3,,x,\n",
    );
    lab.snapshot_as("t", None).await.unwrap();
    let preview = lab
        .engine
        .preview(&lab.snapshot_path(), 2, &["email".to_owned()])
        .await
        .unwrap();
    assert_eq!(preview.columns, ["id", "email", "note", "at"]);
    let cell = |text: &str| Some(text.to_owned());
    assert_eq!(
        preview.rows,
        [
            vec![cell("1"), cell(MASKED), None, cell("2026-11-23T10:00:00Z")],
            vec![cell("2"), cell(MASKED), cell(""), None],
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn json_lines_report_their_new_keys() {
    let lab = Lab::new();
    lab.write("events.jsonl", "{\"id\":1}\n{\"id\":2,\"more\":true}\n");
    let info = lab
        .snapshot_as("events", Some(&corrected(&[("id", "integer")])))
        .await
        .unwrap();
    assert_eq!((info.rows, info.new_columns), (2, vec!["more".to_owned()]));
}
