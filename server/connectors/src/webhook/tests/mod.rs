//! `webhook` against a receiver that checks every signature with the reference library of Standard Webhooks, takes each id
//! once, and holds what it has against what the end of a run says.

mod faults;
mod place;
mod testing;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use formats::Compression;
use formats::write::{Format, JsonOptions, Progress};
use serde_json::{Value, json};

use self::place::{Place, usual};
use crate::conformance::{
    UNDATED, View, attempt, conformance_suite, request, rows, schema, staged, text,
};
use crate::description::Atomicity;
use crate::destination::Destination;
use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::plan::DeliveryPlan;
use crate::record::PublishRecord;

/// Left out is what is about files: formats, manifests, dated and undated paths, parts, odd names in paths, empty files,
/// attempts of their own. Left out, too, is what has several attempts of one run send different rows: their data are
/// pinned, so that they never do, and this receiver refuses it. Both are shown below as they are here.
mod conformance {
    use super::*;

    conformance_suite!(Place::new().subject();
        an_aborted_attempt_leaves_nothing,
        an_unknown_run_is_not_published_and_nothing_is_created,
        a_failing_source_is_handed_back_and_nothing_is_published,
        tables_must_be_planned_and_all_written,
        the_test_leaves_nothing_behind,
        a_crash_anywhere_is_old_or_new_and_can_be_finished,
    );
}

async fn plan(destination: &Arc<dyn Destination>, run_id: &str, tables: &[&str]) -> DeliveryPlan {
    let planned = destination.plan(&request(run_id, UNDATED, tables)).await;
    planned.expect("the plan is made")
}

async fn delivered(
    destination: &Arc<dyn Destination>,
    plan: &DeliveryPlan,
    number: u32,
    ids: &[i64],
) -> Result<PublishRecord, ConnectorError> {
    let names = plan.tables.iter().map(|table| table.name.clone());
    let tables: Vec<_> = names.map(|name| (name, ids)).collect();
    attempt(destination, plan, number, &tables).await
}

/// A destination with the usual settings, at a place of its own.
fn usual_place() -> (Place, Arc<dyn Destination>) {
    let place = Place::new();
    let destination = place.destination(&json!({}), &usual());
    (place, destination)
}

fn one(path: &str, ids: &[i64]) -> View {
    View::from([(path.to_owned(), text(ids))])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_told_from_its_start_to_its_end() {
    let place = Place::new();
    let destination = place.destination(&json!({"rows_per_message": 2}), &usual());
    let plan = plan(&destination, "run-1", &["Orders", "Été 2026", "none"]).await;
    let paths: Vec<_> = plan
        .tables
        .iter()
        .map(|table| table.path.as_str())
        .collect();
    assert_eq!(paths, ["daily/Orders", "daily/Ete_2026", "daily/none"]);
    assert_eq!(plan.atomic, Atomicity::Row);
    assert!(plan.reserved().is_empty());
    let tables = [
        ("Orders".to_owned(), &[1, 2, 3, 4, 5][..]),
        ("Été 2026".to_owned(), &[6][..]),
        ("none".to_owned(), &[][..]),
    ];
    let record = attempt(&destination, &plan, 1, &tables).await.unwrap();

    let ids = [
        "msg_run-1_start",
        "msg_run-1_1_1",
        "msg_run-1_1_2",
        "msg_run-1_1_3",
        "msg_run-1_2_1",
        "msg_run-1_end",
    ];
    assert_eq!(place.ids(), ids);
    let came = place.came();
    for message in &came {
        assert_eq!(message.body["timestamp"], "2026-11-23T20:11:29Z");
        assert_eq!(message.body["data"]["run_id"], "run-1");
    }
    let kinds: Vec<_> = came
        .iter()
        .filter_map(|message| message.body["type"].as_str())
        .collect();
    assert_eq!(kinds[0], "delivery.start");
    assert!(kinds[1..5].iter().all(|&kind| kind == "delivery.rows"));
    assert_eq!(kinds[5], "delivery.end");
    let end = &came[5].body["data"];
    assert_eq!(end["manifest"], json!({"version": 7}));
    assert_eq!(end["publish"], 1);

    // The receipt: one line for each table, with what was sent of it.
    let entries: Vec<_> = record
        .entries()
        .map(|entry| (entry.path.as_str(), entry.rows))
        .collect();
    assert_eq!(
        entries,
        [
            ("daily/Orders", 5),
            ("daily/Ete_2026", 1),
            ("daily/none", 0)
        ]
    );
    let bytes: usize = came[1..4].iter().map(|message| message.text.len()).sum();
    let first = record.entries().next().unwrap();
    assert_eq!(first.bytes, bytes as u64);
    for (table, entry) in end["tables"]
        .as_array()
        .unwrap()
        .iter()
        .zip(record.entries())
    {
        assert_eq!(table["sha256"], entry.sha256);
        assert_eq!(table["rows"], entry.rows);
    }
    assert_eq!(end["tables"][1]["last_message"], "msg_run-1_2_1");
    assert_eq!(end["tables"][2]["last_message"], Value::Null);

    let view = place.view();
    assert_eq!(view["daily/Orders"], text(&[1, 2, 3, 4, 5]));
    assert_eq!(view["daily/Été 2026"], text(&[6]));
    assert_eq!(view["daily/none"], text(&[]));
    assert_eq!(destination.published(&plan).await.unwrap(), Some(record));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_attempt_sends_the_same_bytes_under_the_same_ids() {
    let place = Place::new();
    let subject = place.subject();
    let points = [
        "message_taken",
        "table_written",
        "record_prepared",
        "record_created",
        "end_taken",
    ];
    for (number, point) in points.into_iter().enumerate() {
        let destination = subject.destination();
        let plan = plan(&destination, &format!("run-{number}"), &["a", "b"]).await;
        let stopping = (subject.open)(Faults::new(move |reached| reached == point));
        delivered(&stopping, &plan, 1, &[1, 2, 3])
            .await
            .unwrap_err();
        delivered(&destination, &plan, 2, &[1, 2, 3]).await.unwrap();
    }
    let came = place.came();
    let first = |id: &str| came.iter().find(|message| message.id == id);
    let again = came.iter().filter(|message| {
        let first = first(&message.id).expect("itself at least");
        assert_eq!(first.text, message.text, "{}", message.id);
        !std::ptr::eq(first, *message)
    });
    assert!(again.count() > 20, "much was sent again");
    assert_eq!(place.view().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_tried_again_and_a_receiver_may_ask_for_time() {
    let (place, destination) = usual_place();
    let plan = plan(&destination, "run-1", &["t"]).await;
    for (status, message) in [(409, "start"), (408, "1_2"), (425, "1_3"), (500, "1_5")] {
        place.will_answer(&json!({"status": status, "id": format!("msg_run-1_{message}")}));
    }
    let wait = json!({"retry-after": "1"});
    place.will_answer(&json!({"status": 429, "id": "msg_run-1_1_4", "headers": wait}));
    // It was taken, but nobody has learnt that.
    place.will_answer(&json!({"status": 502, "id": "msg_run-1_1_1", "takes": true}));
    let begun = Instant::now();
    let record = delivered(&destination, &plan, 1, &[1, 2, 3, 4, 5])
        .await
        .unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(place.view(), one("daily/t", &[1, 2, 3, 4, 5]));
    assert_eq!(record.files[0].entry.rows, 5);
    let again = place
        .ids()
        .iter()
        .filter(|id| *id == "msg_run-1_1_4")
        .count();
    assert_eq!(again, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_much_time_ends_the_attempt_and_is_told_by_the_error() {
    let (place, destination) = usual_place();
    let plan = plan(&destination, "run-1", &["t"]).await;
    place.will_answer(&json!({"status": 503, "headers": {"retry-after": "7200"}}));
    let error = delivered(&destination, &plan, 1, &[1]).await.unwrap_err();
    assert!(error.is_transient());
    assert_eq!(error.code(), "destination_rate_limited");
    assert_eq!(error.args()["retry_after_seconds"], "3600");
    assert_eq!(place.ids().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_whose_answer_is_lost_is_sent_until_it_is_known_to_be_taken() {
    let (place, destination) = usual_place();
    let plan = plan(&destination, "run-1", &["t"]).await;
    for _ in 0..3 {
        place.will_answer(&json!({"status": 504, "id": "msg_run-1_end", "takes": true}));
    }
    let error = delivered(&destination, &plan, 1, &[1]).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(place.book.runs(), ["run-1"]);
    let record = destination.published(&plan).await.unwrap().unwrap();
    assert_eq!(record.attempt, 1);
    assert_eq!(place.view(), one("daily/t", &[1]));
    destination.sweep(&plan, None).await.unwrap();
    assert!(!place.ids().contains(&"msg_run-1_abort".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_receiver_will_not_have_at_the_end_is_not_published() {
    let (place, destination) = usual_place();
    let before = plan(&destination, "run-1", &["t"]).await;
    delivered(&destination, &before, 1, &[1]).await.unwrap();
    let refused = plan(&destination, "run-2", &["t"]).await;
    place.will_answer(&json!({"status": 422, "id": "msg_run-2_end"}));
    let error = delivered(&destination, &refused, 1, &[2])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "destination_failed");
    assert!(!error.is_transient());
    assert_eq!(place.book.runs(), ["run-1"]);
    assert_eq!(destination.published(&refused).await.unwrap(), None);
    destination.sweep(&refused, None).await.unwrap();
    assert_eq!(
        place.ids().last().map(String::as_str),
        Some("msg_run-2_abort")
    );
    assert_eq!(place.view(), one("daily/t", &[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_gone_or_refuses_is_not_tried_again() {
    for (status, code) in [
        (410, "destination_gone"),
        (401, "destination_unauthenticated"),
        (413, "destination_invalid_config"),
        (400, "destination_failed"),
    ] {
        let (place, destination) = usual_place();
        let plan = plan(&destination, "run-1", &["t"]).await;
        place.will_answer(&json!({"status": status, "id": "msg_run-1_1_2"}));
        let taken = AtomicU64::new(0);
        let progress = |progress: Progress| taken.store(progress.rows, Ordering::SeqCst);
        let mut stage = destination
            .stage(
                &plan,
                1,
                &Format::JsonLines(JsonOptions {}),
                Compression::None,
            )
            .await
            .unwrap();
        let written = stage
            .write_table("t", schema(), rows(&[1, 2, 3]), &progress)
            .await;
        assert_eq!(written.unwrap_err().code(), code);
        assert_eq!(taken.load(Ordering::SeqCst), 1, "what was taken before");
        let ids = ["msg_run-1_start", "msg_run-1_1_1", "msg_run-1_1_2"];
        assert_eq!(place.ids(), ids, "{status}");
        assert!(place.view().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_is_counted_and_many_rows_go_in_few_messages() {
    let place = Place::new();
    let destination = place.destination(
        &json!({"rows_per_message": 500, "max_bytes": 4096}),
        &usual(),
    );
    let plan = plan(&destination, "run-1", &["t"]).await;
    let ids: Vec<i64> = (0..1_000).collect();
    let taken = AtomicU64::new(0);
    let progress = |progress: Progress| taken.store(progress.rows, Ordering::SeqCst);
    let mut stage = destination
        .stage(
            &plan,
            1,
            &Format::JsonLines(JsonOptions {}),
            Compression::Gzip,
        )
        .await
        .unwrap();
    let written = stage
        .write_table("t", schema(), rows(&ids), &progress)
        .await;
    let outcome = written.unwrap();
    assert_eq!(taken.load(Ordering::SeqCst), 1_000);
    assert_eq!((outcome.rows_written, outcome.files.len()), (1_000, 1));
    stage.commit(json!({})).await.unwrap();
    assert_eq!(place.view(), one("daily/t", &ids));
    let came = place.came();
    assert!((8..40).contains(&came.len()), "{}", came.len());
    assert!(came.iter().all(|message| message.text.len() <= 4096));
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_attempts_of_one_run_publish_once() {
    let (place, destination) = usual_place();
    let plan = plan(&destination, "run-1", &["t"]).await;
    let tables = [("t".to_owned(), &[1, 2][..])];
    let mut commits = Vec::new();
    for number in 1..=4 {
        let stage = staged(&destination, &plan, number, &tables).await.unwrap();
        commits.push(tokio::spawn(stage.commit(json!({}))));
    }
    let mut records = Vec::new();
    for commit in commits {
        records.push(commit.await.unwrap().unwrap());
    }
    records.dedup();
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(place.view(), one("daily/t", &[1, 2]));
    assert_eq!(
        records,
        [delivered(&destination, &plan, 5, &[1, 2]).await.unwrap()]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_delivery_never_comes_back_over_a_newer() {
    for at in 0.. {
        let place = Place::new();
        let subject = place.subject();
        let destination = subject.destination();
        let older = plan(&destination, "older", &["t"]).await;
        let reached = AtomicUsize::new(0);
        let stopping = (subject.open)(Faults::new(move |_| {
            reached.fetch_add(1, Ordering::SeqCst) == at
        }));
        let ended = delivered(&stopping, &older, 1, &[1, 2]).await;
        let newer = plan(&destination, "newer", &["t"]).await;
        let record = delivered(&destination, &newer, 1, &[9]).await.unwrap();
        let found = destination.published(&older).await.unwrap();
        assert!(found.is_none_or(|older| older.publish < record.publish));
        destination.sweep(&older, None).await.unwrap();
        assert_eq!(place.view(), one("daily/t", &[9]), "stopped at point {at}");
        if ended.is_ok() {
            assert!(at > 8, "too few points are reached");
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_end_of_a_run_without_delivery_is_told() {
    let (place, destination) = usual_place();
    let tables = [("t".to_owned(), &[1][..])];
    let failed = plan(&destination, "run-1", &["t"]).await;
    drop(staged(&destination, &failed, 1, &tables).await.unwrap());
    let went = place.ids().len();
    destination.sweep(&failed, Some(1)).await.unwrap();
    assert_eq!(
        place.ids().len(),
        went,
        "another attempt goes on from there"
    );
    destination.sweep(&failed, None).await.unwrap();
    assert_eq!(
        place.ids().last().map(String::as_str),
        Some("msg_run-1_abort")
    );

    let well = plan(&destination, "run-2", &["t"]).await;
    delivered(&destination, &well, 1, &[1]).await.unwrap();
    let went = place.ids().len();
    destination.sweep(&well, Some(1)).await.unwrap();
    destination.sweep(&well, None).await.unwrap();
    assert_eq!(place.ids().len(), went, "its end was told");

    // There may be nobody to tell.
    place.will_answer(&json!({"status": 503, "id": "msg_run-3_abort"}));
    let nobody = plan(&destination, "run-3", &["t"]).await;
    destination.sweep(&nobody, None).await.unwrap();
}
