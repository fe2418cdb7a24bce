//! Publishing over a store in memory: the conformance suite, lost calls, others at the same moment.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use base::Backoff;
use formats::Compression;
use formats::write::{CsvOptions, Format, ParquetOptions};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::RemoteFolder;
use super::memory::{Lost, MemoryStore};
use crate::conformance::{Subject, UNDATED, View, attempt, request, rows, schema, staged, text};
use crate::description::Atomicity;
use crate::destination::Destination;
use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::record::PublishRecord;
use crate::retry::Retry;
use crate::template::PathTemplate;

const TEMPLATES: [&str; 3] = [
    PathTemplate::DEFAULT,
    "{export}/{table}_{yyyy}{MM}{dd}_{part}.csv",
    UNDATED,
];

fn stores() -> [MemoryStore; 3] {
    let without_folders = MemoryStore::default();
    [
        MemoryStore::like_a_server(),
        MemoryStore::like_a_bucket(),
        without_folders,
    ]
}

/// Every kind of store, empty, with every template.
fn cases() -> Vec<(MemoryStore, &'static str)> {
    let of_each = |store: MemoryStore| TEMPLATES.map(|template| (store.fresh(), template));
    stores().into_iter().flat_map(of_each).collect()
}

fn opened(store: MemoryStore, faults: Faults) -> Arc<dyn Destination> {
    let retry = Retry {
        tries: 3,
        backoff: Backoff::new(Duration::ZERO, Duration::ZERO),
    };
    let folder = RemoteFolder::new(store);
    Arc::new(folder.with_faults(faults).with_retry(retry))
}

fn subject(store: MemoryStore) -> Subject {
    let (seen, left) = (store.clone(), store.clone());
    Subject {
        open: Box::new(move |faults| opened(store.clone(), faults)),
        view: Box::new(move || seen.view()),
        leftovers: Box::new(move || left.leftovers()),
    }
}

mod like_a_server {
    crate::conformance::conformance_suite!(super::subject(super::MemoryStore::like_a_server()));
}

mod like_a_bucket {
    crate::conformance::conformance_suite!(super::subject(super::MemoryStore::like_a_bucket()));
}

mod with_neither_folders_nor_open_uploads {
    crate::conformance::conformance_suite!(super::subject(super::MemoryStore::default()));
}

/// The delivery is there whichever call is lost, be it the request or the answer.
#[tokio::test]
async fn any_call_may_be_lost_once() {
    for (store, template) in cases() {
        let subject = subject(store.clone());
        for lost in [Lost::Request, Lost::Answer] {
            for at in 0.. {
                let name = format!("{lost:?}-{at}");
                let plan = subject.plan(&format!("old-{name}"), template, &["t"]).await;
                subject.deliver(&plan, &[1, 2, 3]).await;
                let plan = subject.plan(&format!("run-{name}"), template, &["t"]).await;
                let losing = store.losing(at, lost);
                let destination = opened(losing.clone(), Faults::default());
                let tables = [("t".to_owned(), &[4, 5][..])];
                let record = match attempt(&destination, &plan, 1, &tables).await {
                    Ok(record) => record,
                    Err(error) => {
                        assert!(error.is_transient(), "{name}: {error}");
                        attempt(&subject.destination(), &plan, 2, &tables)
                            .await
                            .expect("another attempt delivers")
                    }
                };
                let data = subject.data();
                assert_eq!(data[&record.files[0].entry.path], text(&[4, 5]), "{name}");
                let kept = template != UNDATED || data.len() == 1;
                assert!(kept, "{name}: {:?}", data.keys());
                let found = subject.destination().published(&plan).await.unwrap();
                assert_eq!(found, Some(record), "{name}");
                subject.assert_clean();
                if losing.calls() <= at {
                    assert!(at > 15, "{name}: too few calls are made");
                    break;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_may_finish_one_publication_at_once() {
    for (store, template) in cases() {
        let subject = subject(store);
        for round in 0..20 {
            let plan = subject
                .plan(&format!("run-{round}"), template, &["a", "b"])
                .await;
            let stopping = (subject.open)(Faults::new(|point| point == "record_created"));
            let rows = [round, 2, 3, 4, 5];
            let tables = [("a".to_owned(), &rows[..]), ("b".to_owned(), &rows[..2])];
            attempt(&stopping, &plan, 1, &tables)
                .await
                .expect_err("it stops");
            let finishers: Vec<_> = (0..4)
                .map(|_| {
                    let (destination, plan) = (subject.destination(), plan.clone());
                    tokio::spawn(async move { destination.published(&plan).await })
                })
                .collect();
            let mut records = Vec::new();
            for finisher in finishers {
                records.extend(finisher.await.unwrap().unwrap());
            }
            assert_eq!(records.len(), 4);
            records.dedup();
            let [record] = &records[..] else {
                panic!("one record, not {records:?}")
            };
            let data = subject.data();
            assert_eq!(record.files.len(), 4);
            assert_eq!(data[&record.files[0].entry.path], text(&rows[..2]));
            assert_eq!(data[&record.files[2].entry.path], text(&rows[4..]));
            assert_eq!(data[&record.files[3].entry.path], text(&rows[..2]));
            subject.assert_clean();
        }
    }
}

/// Who publishes with these faults stands still at one point, until it is let go.
struct Pause {
    faults: Faults,
    is_reached: UnboundedReceiver<()>,
    let_go: mpsc::Sender<()>,
}

/// At point number `at`, counted from the moment when the record is about to be created.
fn pause_at(at: usize) -> Pause {
    let (paused, is_reached) = unbounded_channel();
    let (let_go, goes) = mpsc::channel();
    let (goes, next) = (Mutex::new(goes), AtomicUsize::new(usize::MAX));
    let faults = Faults::new(move |point| {
        if point == "record_prepared" {
            next.store(0, Ordering::SeqCst);
        }
        if next.load(Ordering::SeqCst) != usize::MAX && next.fetch_add(1, Ordering::SeqCst) == at {
            paused.send(()).expect("the test waits");
            tokio::task::block_in_place(|| goes.lock().unwrap().recv()).expect("it is let go");
        }
        false
    });
    Pause {
        faults,
        is_reached,
        let_go,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sleeps_while_publishing_does_not_undo_what_others_publish_meanwhile() {
    for store in stores() {
        for at in 0.. {
            let subject = subject(store.fresh());
            let oldest = subject.plan("run-1", UNDATED, &["t"]).await;
            subject.deliver(&oldest, &[1, 2, 3, 4, 5, 6, 7]).await;
            let sleeper = subject.plan("run-2", UNDATED, &["t"]).await;
            let mut pause = pause_at(at);
            let destination = (subject.open)(pause.faults);
            let sleeps = tokio::spawn(async move {
                let tables = [("t".to_owned(), &[1, 2, 3][..])];
                attempt(&destination, &sleeper, 1, &tables).await
            });
            let paused = pause.is_reached.recv().await.is_some();
            let other = subject.plan("run-3", UNDATED, &["t"]).await;
            let ids = [8, 8, 8, 8, 8, 8, 8];
            let record = subject.deliver(&other, &ids).await;
            let view = subject.view();
            // Who does not sleep any more does not listen either.
            let _ = pause.let_go.send(());
            let slept = sleeps.await.unwrap().expect("it is published");
            assert!(slept.publish <= record.publish, "stopped at point {at}");
            assert_eq!(subject.view(), view, "stopped at point {at}");
            let parts = ids.chunks(2).zip(1..);
            let expected: View = parts
                .map(|(ids, part)| (format!("daily/t_{part}.csv"), text(ids)))
                .collect();
            assert_eq!(subject.data(), expected, "stopped at point {at}");
            let manifest: PublishRecord =
                serde_json::from_slice(&view["daily/manifest.json"]).unwrap();
            assert_eq!(manifest, record, "stopped at point {at}");
            subject.assert_clean();
            if !paused {
                assert!(at > 8, "too few points are reached");
                break;
            }
        }
    }
}

#[tokio::test]
async fn what_was_swept_meanwhile_is_not_published() {
    for (store, template) in cases() {
        let subject = subject(store);
        let plan = subject.plan("run-1", template, &["t"]).await;
        let tables = [("t".to_owned(), &[1, 2, 3][..])];
        let destination = subject.destination();
        let stage = staged(&destination, &plan, 1, &tables).await.unwrap();
        destination.sweep(&plan, None).await.unwrap();
        let error = stage.commit(json!({})).await.unwrap_err();
        assert!(matches!(error, ConnectorError::NotFound { .. }), "{error}");
        assert_eq!(destination.published(&plan).await.unwrap(), None);
        destination.sweep(&plan, None).await.unwrap();
        assert!(subject.view().is_empty());
        subject.assert_clean();
    }
}

#[tokio::test]
async fn a_full_store_says_so_in_every_format() {
    let formats = [
        (Format::Csv(CsvOptions::standard()), Compression::None),
        (Format::Csv(CsvOptions::standard()), Compression::Gzip),
        (Format::Csv(CsvOptions::standard()), Compression::Zstd),
        (
            Format::Parquet(ParquetOptions::default()),
            Compression::None,
        ),
    ];
    for store in stores() {
        let subject = subject(store.with_room(20));
        let destination = subject.destination();
        for (index, (format, compression)) in formats.iter().enumerate() {
            let plan = subject.plan(&format!("run-{index}"), UNDATED, &["t"]).await;
            let mut stage = destination
                .stage(&plan, 1, format, *compression)
                .await
                .unwrap();
            let written = stage
                .write_table("t", schema(), rows(&[1, 2, 3, 4, 5]), &|_| {})
                .await;
            let error = written.expect_err("nothing fits");
            assert!(matches!(error, ConnectorError::NoSpace { .. }), "{error:?}");
            stage.abort().await.unwrap();
            assert!(subject.view().is_empty());
            subject.assert_clean();
        }
    }
}

#[tokio::test]
async fn a_publication_costs_the_same_after_many() {
    for store in stores() {
        let subject = subject(store.clone());
        let mut costs = Vec::new();
        for number in 0..40 {
            // Now and then one of another kind.
            let template = if number % 7 == 3 {
                TEMPLATES[1].replace("{table}", &format!("{{table}}_{number}"))
            } else {
                UNDATED.to_owned()
            };
            let plan = subject
                .plan(&format!("run-{number:02}"), &template, &["t"])
                .await;
            let before = store.calls();
            let record = subject.deliver(&plan, &[number]).await;
            assert_eq!(i64::try_from(record.publish), Ok(number + 1));
            costs.push(store.calls() - before);
        }
        // 9 and 37 each follow one that was undated, too.
        assert_eq!(costs[9], costs[37]);
        assert!(store.below("daily/_runs/newest").len() <= 2);
    }
}

#[tokio::test]
async fn what_stands_beside_the_manifest_tells_of_the_newest() {
    for store in stores() {
        let subject = subject(store.describing());
        let mut plans = Vec::new();
        for (run, template) in [("run-1", UNDATED), ("run-2", PathTemplate::DEFAULT)] {
            let plan = subject.plan(run, template, &["t"]).await;
            subject.deliver(&plan, &[1]).await;
            assert_eq!(subject.view()["daily/model.json"], run.as_bytes());
            plans.push(plan);
        }
        let view = subject.view();
        let destination = subject.destination();
        destination.published(&plans[0]).await.unwrap();
        destination.sweep(&plans[0], None).await.unwrap();
        assert_eq!(subject.view(), view);
    }
}

#[tokio::test]
async fn a_plan_says_what_readers_see_whole() {
    for store in stores() {
        let whole = store.renames_folders;
        let destination = opened(store, Faults::default());
        let several = request("run-1", PathTemplate::DEFAULT, &["a", "b"]);
        let expected = if whole {
            Atomicity::Run
        } else {
            Atomicity::File
        };
        assert_eq!(destination.plan(&several).await.unwrap().atomic, expected);
        let mut one = request("run-1", PathTemplate::DEFAULT, &["a"]);
        one.max_rows_per_file = None;
        assert_eq!(destination.plan(&one).await.unwrap().atomic, Atomicity::Run);
    }
}
