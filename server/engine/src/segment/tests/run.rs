use std::fs;
use std::time::{Duration, Instant};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use base::Cancel;
use futures::TryStreamExt;

use super::{Lab, integers, over, texts};
use crate::{EngineError, Filter, InputTable, MASKED, SelectedField, Selection, SnapshotInfo};

const LONG: Duration = Duration::from_mins(1);

impl Lab {
    fn people(&self) -> InputTable {
        let columns = vec![
            ("id", integers([3, 1, 2])),
            ("email", texts(&["c@x", "a@x", "b@x"])),
        ];
        self.table("CRM", "people", columns, &["email"])
    }

    fn numbers(&self, rows: i64) -> InputTable {
        self.table("Shop", "numbers", vec![("id", integers(0..rows))], &[])
    }

    async fn snapshot(&self, selection: &Selection) -> Result<SnapshotInfo, EngineError> {
        self.engine
            .segment_snapshot(selection, &self.destination(), LONG, &Cancel::new())
            .await
    }

    async fn ids(&self) -> Vec<i64> {
        let field = SelectedField {
            source: "id".to_owned(),
            target: "id".to_owned(),
        };
        let scan = self.engine.scan("t", &self.destination(), &[field]).await;
        let batches: Vec<RecordBatch> = scan.unwrap().rows.try_collect().await.unwrap();
        batches
            .iter()
            .flat_map(|batch| {
                let ids = batch.column(0).as_primitive::<Int64Type>();
                ids.values().to_vec()
            })
            .collect()
    }

    /// What queries hold; waits until they have ended.
    async fn ends(&self) {
        let ended = async {
            while self.engine.runtime.memory_pool.reserved() > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LONG, ended).await.unwrap();
    }
}

/// Compares every row with every other, finds nothing, and holds little.
fn endless(table: InputTable) -> Selection {
    over(
        vec![table],
        "SELECT count(*) AS n FROM numbers a JOIN numbers b ON a.id + b.id = -1",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_counts_all_and_masks_personal_columns_also_under_other_names() {
    let lab = Lab::new();
    let selection = over(
        vec![lab.people()],
        "SELECT id, upper(email) AS contact FROM people ORDER BY id",
    );
    let preview = |mask| lab.engine.segment_preview(&selection, 2, mask, LONG);
    let (members, first) = preview(true).await.unwrap();
    assert_eq!(
        (members, first.columns.clone()),
        (3, vec!["id".to_owned(), "contact".to_owned()])
    );
    let cell = |text: &str| Some(text.to_owned());
    assert_eq!(
        first.rows,
        [vec![cell("1"), cell(MASKED)], vec![cell("2"), cell(MASKED)]]
    );
    let (_, first) = preview(false).await.unwrap();
    assert_eq!(
        first.rows,
        [vec![cell("1"), cell("A@X")], vec![cell("2"), cell("B@X")]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_becomes_a_snapshot_in_the_order_of_its_table() {
    let lab = Lab::new();
    let people = lab.people();
    let selection = Selection::Filter {
        table: people.clone(),
        filter: Filter::Any(Vec::new()),
    };
    let info = lab.snapshot(&selection).await.unwrap();
    assert_eq!((info.rows, &info.schema), (3, &people.schema));
    assert_eq!(lab.ids().await, [3, 1, 2]);
    assert_eq!(info.files.len(), 1);
    let written = fs::metadata(lab.destination().join(&info.files[0].path)).unwrap();
    assert_eq!(
        (written.len(), written.len()),
        (info.bytes, info.files[0].bytes)
    );
    assert_eq!(lab.engine.count(&lab.destination()).await.unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_becomes_a_snapshot_in_the_order_it_asks_for() {
    let lab = Lab::new();
    let tables = || vec![lab.people(), lab.numbers(5000)];
    for (sql, expected) in [
        (
            "SELECT id, email FROM people ORDER BY email DESC",
            vec![3, 2, 1],
        ),
        (
            "SELECT p.id FROM people p JOIN numbers n ON n.id = p.id ORDER BY p.id",
            vec![1, 2, 3],
        ),
        (
            "SELECT id FROM people UNION ALL SELECT id FROM numbers WHERE id > 4997",
            vec![3, 1, 2, 4998, 4999],
        ),
        ("SELECT max(id) AS id FROM numbers", vec![4999]),
        ("SELECT id FROM people WHERE id > 100", vec![]),
    ] {
        let info = lab.snapshot(&over(tables(), sql)).await.unwrap();
        assert_eq!(info.rows, expected.len() as u64, "{sql}");
        assert_eq!(lab.ids().await, expected, "{sql}");
        fs::remove_dir_all(lab.destination()).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_marks_go_into_the_snapshot() {
    let lab = Lab::new();
    let sql = "SELECT id, 'x' || email AS contact FROM people";
    let info = lab.snapshot(&over(vec![lab.people()], sql)).await.unwrap();
    let marks: Vec<(&str, &str, bool)> = info
        .schema
        .fields
        .iter()
        .map(|field| {
            (
                field.name.as_str(),
                field.data_type.as_str(),
                field.personal,
            )
        })
        .collect();
    assert_eq!(marks, [("id", "integer", false), ("contact", "text", true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_any_kind_are_read() {
    let lab = Lab::new();
    let table =
        |source, name, first| lab.table(source, name, vec![("id", integers(first..3))], &[]);
    let tables = || {
        vec![
            table("CRM", "Ünïcode Täble", 2),
            table("CRM", "shared", 1),
            table("Boutique d'été", "shared", 0),
            table("CRM", "SELECT", 2),
        ]
    };
    for (sql, expected) in [
        ("SELECT id FROM \"Ünïcode Täble\"", vec![2]),
        ("SELECT id FROM CRM.shared", vec![1, 2]),
        (
            "SELECT id FROM \"Boutique d'été\".\"shared\"",
            vec![0, 1, 2],
        ),
        (
            "SELECT s.id FROM \"Boutique d'été\".shared s JOIN CRM.shared t ON s.id = t.id ORDER BY s.id",
            vec![1, 2],
        ),
        ("SELECT id FROM \"SELECT\"", vec![2]),
    ] {
        lab.snapshot(&over(tables(), sql)).await.unwrap();
        assert_eq!(lab.ids().await, expected, "{sql}");
        fs::remove_dir_all(lab.destination()).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_segment_ends_with_its_time_and_leaves_nothing() {
    let lab = Lab::new();
    let selection = endless(lab.numbers(100_000));
    let limit = Duration::from_millis(200);
    let began = Instant::now();
    let preview = lab.engine.segment_preview(&selection, 10, false, limit);
    assert_eq!(preview.await.unwrap_err().code(), "segment_too_slow");
    let snapshot = lab
        .engine
        .segment_snapshot(&selection, &lab.destination(), limit, &Cancel::new())
        .await;
    let error = snapshot.unwrap_err();
    assert_eq!(
        (
            error.code(),
            error.args()["seconds"].as_str(),
            error.is_transient()
        ),
        ("segment_too_slow", "1", false)
    );
    assert!(began.elapsed() < Duration::from_secs(30));
    assert!(lab.nothing_stayed());
    lab.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_beyond_its_memory_is_refused_and_leaves_nothing() {
    let lab = Lab::with_memory(1 << 20);
    let selection = over(
        vec![lab.numbers(300_000)],
        "SELECT a.id FROM numbers a JOIN numbers b ON a.id = b.id",
    );
    let error = lab.snapshot(&selection).await.unwrap_err();
    assert_eq!(error.code(), "segment_out_of_memory", "{error}");
    let error = lab.taken(&selection).await.unwrap_err();
    assert_eq!(error.code(), "segment_out_of_memory", "{error}");
    assert!(lab.nothing_stayed());
    lab.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_segment_leaves_nothing() {
    let lab = Lab::new();
    let selection = endless(lab.numbers(100_000));
    let cancel = Cancel::new();
    let asked = async {
        // Work has begun when its folder is there.
        while lab.nothing_stayed() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let destination = lab.destination();
    let work = lab
        .engine
        .segment_snapshot(&selection, &destination, LONG, &cancel);
    let (snapshot, ()) = tokio::join!(work, asked);
    assert_eq!(snapshot.unwrap_err().code(), "cancelled");
    assert!(lab.nothing_stayed());
    lab.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_between_the_rows_leaves_nothing() {
    let lab = Lab::new();
    let sql = "SELECT id, 1 / (id - 4000) AS x FROM numbers";
    let error = lab
        .snapshot(&over(vec![lab.numbers(5000)], sql))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "sql_failed", "{error}");
    assert!(lab.nothing_stayed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_without_the_snapshot_it_should_have_is_named() {
    let lab = Lab::new();
    let sql = "SELECT id FROM people";
    let mut people = lab.people();
    let snapshot = people.snapshot.take();
    let error = lab.snapshot(&over(vec![people.clone()], sql)).await;
    assert_eq!(error.unwrap_err().code(), "table_not_refreshed");
    people.snapshot = snapshot;
    people.schema.fields[1].name = "phone".to_owned();
    let error = lab.snapshot(&over(vec![people.clone()], sql)).await;
    assert_eq!(error.unwrap_err().code(), "schema_column_missing");
    people.schema.fields.pop();
    people.schema.fields[0].data_type = "text".to_owned();
    let error = lab.snapshot(&over(vec![people], sql)).await;
    assert_eq!(error.unwrap_err().code(), "schema_type_misfit");
    assert!(lab.nothing_stayed());
}
