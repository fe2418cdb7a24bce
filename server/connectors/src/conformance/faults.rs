//! What happens to deliveries on their way, in every format: stores that are full or let nobody in any more, ways that are
//! slow or cut.

use std::sync::Arc;

use formats::Compression;
use formats::write::{Format, JsonOptions, ParquetOptions};
use serde_json::json;

use super::deliveries::assert_true_entries;
use super::servers::Cutter;
use super::subject::{Subject, View, csv, request, rows, schema, text};
use crate::description::Atomicity;
use crate::destination::Destination;
use crate::error::ConnectorError;
use crate::plan::DeliveryPlan;
use crate::record::PublishRecord;
use crate::retry::Retry;

/// How a file is written.
pub(crate) type Shape = (Format, Compression);

/// Every format, and every compression.
pub(crate) fn shapes() -> [Shape; 3] {
    [
        (csv(), Compression::Gzip),
        (Format::JsonLines(JsonOptions {}), Compression::Zstd),
        (
            Format::Parquet(ParquetOptions::default()),
            Compression::None,
        ),
    ]
}

/// What a server answers to a write.
pub(crate) struct Refusal {
    /// As the server's protocol has it.
    pub(crate) head: &'static str,
    pub(crate) body: &'static str,
    /// Of the error that comes of it.
    pub(crate) code: &'static str,
}

/// Stands before a server, and can be told to refuse what is written there.
pub(crate) trait Gate: Sync {
    /// From now on, once so many writes have passed.
    fn refuse(&self, after: usize, refusal: &Refusal);

    /// All may pass again. Says whether something was refused.
    fn relent(&self) -> bool;
}

/// For ways that are cut: whatever is tried there again is tried in vain.
pub(crate) fn once() -> Retry {
    Retry {
        tries: 1,
        ..Retry::default()
    }
}

/// One file in the place of another: there is nothing between old and new.
async fn planned(subject: &Subject, run_id: &str, (format, compression): &Shape) -> DeliveryPlan {
    let mut request = request(run_id, "{export}/current/{table}.csv", &["t"]);
    request.extension = format.extension(*compression);
    let planned = subject.destination().plan(&request).await;
    planned.expect("the plan is made")
}

async fn delivered(
    destination: &Arc<dyn Destination>,
    plan: &DeliveryPlan,
    attempt: u32,
    (format, compression): &Shape,
    ids: &[i64],
) -> Result<PublishRecord, ConnectorError> {
    let mut stage = destination
        .stage(plan, attempt, format, *compression)
        .await?;
    stage.write_table("t", schema(), rows(ids), &|_| {}).await?;
    stage.commit(json!({"version": 7})).await
}

/// A whole delivery with nobody in its way.
async fn deliver(subject: &Subject, run_id: &str, shape: &Shape, ids: &[i64]) {
    let plan = planned(subject, run_id, shape).await;
    let record = delivered(&subject.destination(), &plan, 1, shape, ids).await;
    assert_new(subject, &plan, &record.expect(run_id), ids, run_id);
}

/// What readers see is what the record says, and nothing else is there.
fn assert_new(
    subject: &Subject,
    plan: &DeliveryPlan,
    record: &PublishRecord,
    ids: &[i64],
    context: &str,
) {
    let data = subject.data();
    assert_eq!(data.len(), 1, "{context}: {:?}", data.keys());
    let rows: u64 = record.entries().map(|entry| entry.rows).sum();
    assert_eq!(rows, ids.len() as u64, "{context}");
    if plan.atomic == Atomicity::Row {
        let delivered: Vec<_> = data.into_values().collect();
        assert_eq!(delivered, [text(ids)], "{context}");
    } else {
        assert_true_entries(record, &data);
    }
}

fn assert_old_or_new(seen: &View, old: &View, new: &View, context: &str) {
    assert!(
        seen == old || seen == new,
        "{context}: neither old nor new: {:?}",
        seen.keys()
    );
}

/// Each refusal at the first write of a delivery, at the second, and so on up to the last; at every third in the other
/// formats. The run is given up each time.
pub(crate) async fn what_is_refused_at_any_write_is_told_and_leaves_old_or_new(
    subject: &Subject,
    gate: &dyn Gate,
    refusals: &[Refusal],
) {
    let mut runs = (0..).map(|number| (number, format!("run-{number}")));
    for (step, shape) in [1, 3, 3].into_iter().zip(shapes()) {
        let (number, run) = runs.next().expect("numbers do not end");
        deliver(subject, &run, &shape, &[number]).await;
        for refusal in refusals {
            for at in (0..).step_by(step) {
                let (number, run) = runs.next().expect("numbers do not end");
                let context = format!("{:?}, {} at write {at}", shape.0, refusal.head);
                let (old, ids) = (subject.data(), [number, number + 1]);
                let plan = planned(subject, &run, &shape).await;
                gate.refuse(at, refusal);
                let ended = delivered(&subject.destination(), &plan, 1, &shape, &ids).await;
                let is_refused = gate.relent();
                assert_eq!(ended.is_err(), is_refused, "{context}: {ended:?}");
                if let Err(error) = ended {
                    assert_eq!(error.code(), refusal.code, "{context}: {error}");
                }
                given_up(subject, &plan, &old, &ids, &context).await;
                if !is_refused {
                    assert!(at > 2, "{context}: too few writes");
                    break;
                }
            }
        }
    }
}

/// What is published is finished, what is not is cleared away.
async fn given_up(subject: &Subject, plan: &DeliveryPlan, old: &View, ids: &[i64], context: &str) {
    let seen = subject.data();
    let destination = subject.destination();
    destination.sweep(plan, None).await.expect(context);
    let record = destination.published(plan).await.expect(context);
    let new = subject.data();
    assert_old_or_new(&seen, old, &new, context);
    match record {
        Some(record) => assert_new(subject, plan, &record, ids, context),
        None => assert_eq!(new, *old, "{context}"),
    }
    subject.assert_clean();
}

/// `through`: the subject's destination, by way of a port that leads to its server.
pub(crate) async fn a_slow_way_delivers_and_one_that_is_cut_anywhere_leaves_old_or_new(
    subject: &Subject,
    server: u16,
    through: &(dyn Fn(u16) -> Arc<dyn Destination> + Sync),
    shape: &Shape,
) {
    deliver(subject, "run-old", shape, &[1]).await;
    let slow = Cutter::slow(server).await;
    let plan = planned(subject, "run-slow", shape).await;
    let record = delivered(&through(slow.port()), &plan, 1, shape, &[1, 2]).await;
    let record = record.expect("slow is not never");
    assert_new(subject, &plan, &record, &[1, 2], "a slow way");
    subject.assert_clean();
    let passed = u64::MAX - slow.left();

    for tenth in 1..=10_u8 {
        let context = format!("{:?}, cut after {tenth} parts of 11", shape.0);
        let cutter = Cutter::start(server, passed * u64::from(tenth) / 11).await;
        let (old, ids) = (subject.data(), [1_000 + i64::from(tenth), 1]);
        let plan = planned(subject, &format!("run-{tenth}"), shape).await;
        let ended = delivered(&through(cutter.port()), &plan, 1, shape, &ids).await;
        match ended {
            Err(error) => assert!(error.is_transient(), "{context}: {error}"),
            // Not every delivery takes as many bytes, and the last of them only clear away.
            Ok(_) => assert!(tenth > 8, "{context}: it was not cut"),
        }
        let seen = subject.data();
        let destination = subject.destination();
        let record = match destination.published(&plan).await.expect(&context) {
            Some(record) => record,
            None => delivered(&destination, &plan, 2, shape, &ids)
                .await
                .expect(&context),
        };
        assert_old_or_new(&seen, &old, &subject.data(), &context);
        assert_new(subject, &plan, &record, &ids, &context);
        subject.assert_clean();
    }
}
