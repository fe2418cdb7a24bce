use std::time::Duration;

use base::Cancel;
use datafusion::physical_plan::displayable;

use super::{Lab, integers, over, texts};
use crate::segment::{grown, plan};
use crate::{EngineError, InputTable, Selection, SnapshotInfo};

const LONG: Duration = Duration::from_mins(1);
/// Little, so that a few thousand rows are too many.
const LITTLE: usize = 1 << 20;

impl Lab {
    /// A table `named` of so many rows with names of 120 letters `a`.
    fn named(&self, rows: i64) -> InputTable {
        let name = "a".repeat(120);
        let names: Vec<&str> = (0..rows).map(|_| name.as_str()).collect();
        let columns = vec![("id", integers(0..rows)), ("name", texts(&names))];
        self.table("CRM", "named", columns, &[])
    }

    async fn stored(&self, selection: &Selection) -> Result<SnapshotInfo, EngineError> {
        self.engine
            .segment_snapshot(selection, &self.destination(), LONG, &Cancel::new())
            .await
    }
}

/// A call of `concat` with so many times the same.
fn copies(times: usize, of: &str) -> String {
    format!("concat({})", vec![of; times].join(", "))
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_longer_than_all_memory_together_are_made_part_by_part() {
    let lab = Lab::with_memory(LITTLE);
    let put = "b".repeat(90);
    let selection = over(
        vec![lab.named(5000)],
        &format!("SELECT id, replace(name, 'a', '{put}') AS x FROM named"),
    );
    let info = lab.stored(&selection).await.unwrap();
    assert_eq!(info.rows, 5000);
    let first = lab.engine.preview(&lab.destination(), 3, &[]).await;
    for (row, id) in first.unwrap().rows.iter().zip(["0", "1", "2"]) {
        let lengths = row[1].as_ref().map(String::len);
        assert_eq!((row[0].as_deref(), lengths), (Some(id), Some(120 * 90)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_subquery_came_to_is_put_beside_rows_part_by_part() {
    let lab = Lab::with_memory(LITTLE);
    let sql = "SELECT id, (SELECT string_agg(name, '') FROM named WHERE id < 100) AS x FROM named";
    let info = lab.stored(&over(vec![lab.named(500)], sql)).await.unwrap();
    assert_eq!(info.rows, 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_need_more_than_all_memory_are_refused_and_leave_nothing() {
    let lab = Lab::with_memory(LITTLE);
    let put = "a".repeat(100);
    let through_aggregates = format!(
        "WITH t AS (SELECT {0} AS x FROM named), u AS (SELECT max(x) AS x FROM t),
              v AS (SELECT {1} AS x FROM u), w AS (SELECT max(x) AS x FROM v)
         SELECT {1} AS x FROM w",
        copies(50, "name"),
        copies(50, "x"),
    );
    let statements = [
        format!("SELECT replace(replace(name, 'a', '{put}'), 'a', '{put}') AS x FROM named"),
        "SELECT replace(replace(name, 'a', name), 'a', name) AS x FROM named".to_owned(),
        format!(
            "SELECT id FROM named WHERE length(replace({}, 'a', '{put}')) > 1",
            copies(100, "name")
        ),
        through_aggregates,
        "SELECT string_agg(name, ', ') AS x FROM named".to_owned(),
        "SELECT array_agg(name) AS x FROM named".to_owned(),
        "SELECT array_to_string(array_agg(name), ', ') AS x FROM named".to_owned(),
        "SELECT id, max(name) OVER () AS x FROM named".to_owned(),
    ];
    for sql in statements {
        let selection = over(vec![lab.named(20_000)], &sql);
        let error = lab.stored(&selection).await.unwrap_err();
        assert_eq!(error.code(), "segment_out_of_memory", "{sql:.80}: {error}");
        let error = lab.taken(&selection).await.unwrap_err();
        assert_eq!(error.code(), "segment_out_of_memory", "{sql:.80}: {error}");
        assert!(lab.nothing_stayed(), "{sql:.80}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn constants_are_refused_before_they_are_worked_out() {
    let lab = Lab::new();
    let sql = format!(
        "WITH t AS (SELECT {} AS x), u AS (SELECT {copies} AS x FROM t) SELECT {copies} AS x FROM u",
        copies(20, &format!("'{}'", "a".repeat(10_000))),
        copies = copies(20, "x"),
    );
    let error = lab.shape(&sql).await.unwrap_err();
    assert_eq!(error.code(), "segment_out_of_memory", "{error}");
    // As numbers, or told apart by what they are chosen by, they are short.
    for sql in [
        "SELECT length(City) + length(City) AS x FROM customers",
        "SELECT CASE WHEN City = 'x' THEN 'a' ELSE 'b' END AS x FROM customers",
    ] {
        lab.shape(sql).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_are_worked_out_after_files_were_read() {
    let lab = Lab::new();
    let sql = "SELECT replace(name, 'a', 'b') AS x FROM named WHERE id > 1";
    let selection = over(vec![lab.named(3)], sql);
    let (_, frame) = plan::query(&lab.engine, &selection, &Cancel::new())
        .await
        .unwrap();
    let steps = frame.create_physical_plan().await.unwrap();
    let steps = displayable(steps.as_ref()).indent(false).to_string();
    let reading = steps.lines().find(|step| step.contains("DataSourceExec"));
    assert!(!reading.unwrap().contains("replace("), "{steps}");
    assert!(steps.contains("replace("), "{steps}");
}

#[test]
fn functions_are_known_to_put_in_what_they_put_in() {
    let cases: [(&str, &[u64], u64); 9] = [
        ("replace", &[100, 1, 5], 605),
        ("regexp_replace", &[10, 5, 0, 1], 10),
        ("concat", &[1, 2, 3], 6),
        ("concat_ws", &[10, 1, 2, 3], 56),
        ("array_to_string", &[100, 2], 1000),
        ("lpad", &[1, 32, 1], 4034),
        ("encode", &[10, 3], 26),
        ("upper", &[10], 10),
        ("replace", &[u64::MAX, 1, u64::MAX], u64::MAX),
    ];
    for (function, arguments, bytes) in cases {
        assert_eq!(grown::made(function, arguments), bytes, "{function}");
    }
}
