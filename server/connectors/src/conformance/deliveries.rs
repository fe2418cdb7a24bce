//! Deliveries as they should go, and attempts that end before they publish.

use arrow::array::RecordBatch;
use base::Steps;
use formats::Compression;
use formats::write::{CsvOptions, Format, JsonOptions, ParquetOptions};
use futures::StreamExt;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::subject::{
    DEFAULT, Subject, UNDATED, View, attempt, csv, request, rows, schema, staged, text,
};
use crate::error::ConnectorError;
use crate::record::PublishRecord;

pub(super) fn assert_true_entries(record: &PublishRecord, view: &View) {
    assert!(record.entries().count() > 0);
    for entry in record.entries() {
        let content = view
            .get(&entry.path)
            .unwrap_or_else(|| panic!("{} is visible", entry.path));
        assert_eq!(entry.bytes, content.len() as u64, "{}", entry.path);
        assert_eq!(
            entry.sha256,
            format!("{:x}", Sha256::digest(content)),
            "{}",
            entry.path
        );
    }
}

pub(crate) async fn every_format_is_delivered_with_true_sizes_and_checksums(subject: &Subject) {
    let destination = subject.destination();
    let formats = [
        (Format::Csv(CsvOptions::excel_france()), Compression::None),
        (Format::Csv(CsvOptions::standard()), Compression::Gzip),
        (Format::JsonLines(JsonOptions {}), Compression::Zstd),
        (
            Format::Parquet(ParquetOptions::default()),
            Compression::None,
        ),
    ];
    for (index, (format, compression)) in formats.iter().enumerate() {
        let mut request = request(&format!("run-{index}"), DEFAULT, &["orders", "items"]);
        request.extension = format.extension(*compression);
        let plan = destination.plan(&request).await.unwrap();
        let mut stage = destination
            .stage(&plan, 1, format, *compression)
            .await
            .unwrap();
        let first = stage
            .write_table("orders", schema(), rows(&[1, 2, 3]), &|_| {})
            .await
            .unwrap();
        assert_eq!((first.rows_written, first.files.len()), (3, 2));
        assert_eq!(
            first.files.iter().map(|file| file.rows).collect::<Vec<_>>(),
            [2, 1]
        );
        assert_eq!(
            first.bytes,
            first.files.iter().map(|file| file.bytes).sum::<u64>()
        );
        stage
            .write_table("items", schema(), rows(&[4]), &|_| {})
            .await
            .unwrap();
        let before = subject.view();
        assert!(
            plan.reserved()
                .iter()
                .all(|path| !before.keys().any(|seen| seen.starts_with(path)))
        );
        let record = stage.commit(json!({})).await.unwrap();
        assert_eq!(
            record.entries().take(2).cloned().collect::<Vec<_>>(),
            first.files
        );
        assert!(
            record
                .entries()
                .all(|entry| entry.path.ends_with(&request.extension))
        );
        assert_true_entries(&record, &subject.view());
        assert_eq!(destination.published(&plan).await.unwrap(), Some(record));
    }
    subject.assert_clean();
}

pub(crate) async fn the_manifest_is_a_copy_of_the_record(subject: &Subject) {
    for (run, template) in [("run-a", DEFAULT), ("run-b", UNDATED)] {
        let plan = subject.plan(run, template, &["t"]).await;
        let record = subject.deliver(&plan, &[1]).await;
        let view = subject.view();
        let folder = record.files[0].entry.path.rsplit_once('/').unwrap().0;
        let manifest: PublishRecord =
            serde_json::from_slice(&view[&format!("{folder}/manifest.json")]).unwrap();
        assert_eq!(manifest, record);
        assert_eq!(manifest.delivery, json!({"version": 7}));
    }
}

pub(crate) async fn a_dated_path_is_never_written_twice(subject: &Subject) {
    for template in [DEFAULT, "{export}/flat/{table}_{yyyy}{MM}{dd}_{part}.csv"] {
        let name = |number| format!("run-{number}-{}", template.len());
        let first = subject.plan(&name(1), template, &["t"]).await;
        subject.deliver(&first, &[1, 2, 3]).await;
        let before = subject.data();
        let second = subject.plan(&name(2), template, &["t"]).await;
        assert!(
            second.reserved()[0].contains("-2"),
            "{:?}",
            second.reserved()
        );
        // A third run is planned before the second has published.
        let mut third = request(&name(3), template, &["t"]);
        third.reserved = second.reserved();
        let third = subject.destination().plan(&third).await.unwrap();
        assert!(third.reserved()[0].contains("-3"), "{:?}", third.reserved());
        subject.deliver(&third, &[3]).await;
        subject.deliver(&second, &[2]).await;
        let after = subject.data();
        assert!(before.iter().all(|(path, content)| after[path] == *content));
        assert_eq!(after.len(), before.len() + 2);
        assert_eq!(after[&second.tables[0].part_path(1)], text(&[2]));
        assert_eq!(after[&third.tables[0].part_path(1)], text(&[3]));
    }
    subject.assert_clean();
}

pub(crate) async fn an_undated_path_is_replaced_with_what_it_had_more(subject: &Subject) {
    let plan = subject.plan("run-1", UNDATED, &["a", "b"]).await;
    let first = subject.deliver(&plan, &[1, 2, 3, 4, 5]).await;
    assert_eq!(subject.data().len(), 6);
    let plan = subject.plan("run-2", UNDATED, &["a"]).await;
    let second = subject.deliver(&plan, &[6, 7, 8]).await;
    assert!(second.publish > first.publish);
    let data = subject.data();
    let paths: Vec<_> = data.keys().collect();
    assert_eq!(paths, ["daily/a_1.csv", "daily/a_2.csv"]);
    assert_eq!(data["daily/a_1.csv"], text(&[6, 7]));
    assert_eq!(data["daily/a_2.csv"], text(&[8]));
    subject.assert_clean();
}

pub(crate) async fn racing_attempts_publish_once(subject: &Subject) {
    for (run, template) in [("run-a", DEFAULT), ("run-b", UNDATED)] {
        let plan = subject.plan(run, template, &["t"]).await;
        let mut stages = Vec::new();
        for number in 1..=4 {
            let ids = [i64::from(number)];
            let tables = [("t".to_owned(), &ids[..])];
            let stage = staged(&subject.destination(), &plan, number, &tables)
                .await
                .unwrap();
            stages.push(stage);
        }
        let commits: Vec<_> = stages
            .into_iter()
            .map(|stage| tokio::spawn(stage.commit(json!({}))))
            .collect();
        let mut records = Vec::new();
        for commit in commits {
            records.push(commit.await.unwrap().unwrap());
        }
        records.dedup();
        let [record] = &records[..] else {
            panic!("one record, not {records:?}")
        };
        let data = subject.data();
        assert_eq!(
            data[&record.files[0].entry.path],
            text(&[i64::from(record.attempt)])
        );
        assert_true_entries(record, &data);
        subject.assert_clean();
    }
}

pub(crate) async fn a_second_commit_returns_the_first_record(subject: &Subject) {
    let plan = subject.plan("run-1", DEFAULT, &["t"]).await;
    let record = subject.deliver(&plan, &[1]).await;
    let view = subject.view();
    let tables = [("t".to_owned(), &[2][..])];
    let second = attempt(&subject.destination(), &plan, 2, &tables)
        .await
        .unwrap();
    assert_eq!(second, record);
    assert_eq!(subject.view(), view);
    subject.assert_clean();
}

pub(crate) async fn an_aborted_attempt_leaves_nothing(subject: &Subject) {
    let plan = subject.plan("run-1", UNDATED, &["t"]).await;
    subject.deliver(&plan, &[1]).await;
    let view = subject.view();
    let plan = subject.plan("run-2", UNDATED, &["t"]).await;
    let tables = [("t".to_owned(), &[2, 3, 4][..])];
    let stage = staged(&subject.destination(), &plan, 1, &tables)
        .await
        .unwrap();
    assert_eq!(subject.view(), view);
    stage.abort().await.unwrap();
    assert_eq!(subject.view(), view);
    assert_eq!(subject.destination().published(&plan).await.unwrap(), None);
    subject.assert_clean();
}

pub(crate) async fn sweeping_removes_attempts_up_to_one_and_leaves_later_ones(subject: &Subject) {
    let plan = subject.plan("run-1", DEFAULT, &["t"]).await;
    let tables = [("t".to_owned(), &[1][..])];
    let destination = subject.destination();
    drop(staged(&destination, &plan, 1, &tables).await.unwrap());
    let live = staged(&destination, &plan, 2, &tables).await.unwrap();
    // A run whose id begins with this run's id is somebody else.
    let other = subject.plan("run-1-1", UNDATED, &["t"]).await;
    let others = staged(&destination, &other, 3, &tables).await.unwrap();
    destination.sweep(&plan, Some(1)).await.unwrap();
    destination.sweep(&plan, Some(1)).await.unwrap();
    live.commit(json!({})).await.unwrap();
    others.commit(json!({})).await.unwrap();
    assert_eq!(subject.data().len(), 2);
    let view = subject.view();
    destination.sweep(&plan, None).await.unwrap();
    assert_eq!(subject.view(), view);
    subject.assert_clean();
}

pub(crate) async fn an_unknown_run_is_not_published_and_nothing_is_created(subject: &Subject) {
    let plan = subject.plan("run-1", DEFAULT, &["t"]).await;
    let destination = subject.destination();
    assert_eq!(destination.published(&plan).await.unwrap(), None);
    destination.sweep(&plan, None).await.unwrap();
    assert!(subject.view().is_empty());
    subject.assert_clean();
}

pub(crate) async fn a_failing_source_is_handed_back_and_nothing_is_published(subject: &Subject) {
    let plan = subject.plan("run-1", DEFAULT, &["t"]).await;
    let destination = subject.destination();
    let mut stage = destination
        .stage(&plan, 1, &csv(), Compression::None)
        .await
        .unwrap();
    let broken = futures::stream::iter([Err::<RecordBatch, _>("the source is gone".into())]);
    let stream = rows(&[1, 2, 3]).chain(broken).boxed();
    let error = stage
        .write_table("t", schema(), stream, &|_| {})
        .await
        .unwrap_err();
    let ConnectorError::Source { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(source.to_string(), "the source is gone");
    stage.abort().await.unwrap();
    assert!(subject.view().is_empty());
    subject.assert_clean();
}

pub(crate) async fn tables_must_be_planned_and_all_written(subject: &Subject) {
    let plan = subject.plan("run-1", DEFAULT, &["a", "b"]).await;
    let destination = subject.destination();
    let mut stage = destination
        .stage(&plan, 1, &csv(), Compression::None)
        .await
        .unwrap();
    assert!(
        stage
            .write_table("c", schema(), rows(&[1]), &|_| {})
            .await
            .is_err()
    );
    stage
        .write_table("a", schema(), rows(&[1]), &|_| {})
        .await
        .unwrap();
    assert!(
        stage
            .write_table("a", schema(), rows(&[1]), &|_| {})
            .await
            .is_err()
    );
    assert!(stage.commit(json!({})).await.is_err());
    destination.sweep(&plan, None).await.unwrap();
    assert!(subject.view().is_empty());
    subject.assert_clean();
}

pub(crate) async fn odd_table_names_stay_apart_and_inside(subject: &Subject) {
    let tables = [
        "Été 2026",
        "été 2026",
        "../../etc/passwd",
        "a/b",
        ".hidden",
        "_runs",
        "顧客",
        "x\ny",
    ];
    let plan = subject.plan("run-1", DEFAULT, &tables).await;
    let record = subject.deliver(&plan, &[1]).await;
    let folder = &plan.reserved()[0];
    let mut paths: Vec<_> = record
        .entries()
        .map(|entry| entry.path.to_lowercase())
        .collect();
    assert!(
        paths
            .iter()
            .all(|path| path.starts_with(folder) && !path.contains(".."))
    );
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), tables.len());
    assert_eq!(subject.data().len(), tables.len());
}

pub(crate) async fn an_empty_table_is_a_valid_file(subject: &Subject) {
    let plan = subject.plan("run-1", DEFAULT, &["t"]).await;
    let record = subject.deliver(&plan, &[]).await;
    assert_eq!(record.files[0].entry.rows, 0);
    assert_eq!(subject.data()[&record.files[0].entry.path], text(&[]));
    let mut request = request("run-2", DEFAULT, &["t"]);
    request.extension = "parquet".to_owned();
    let destination = subject.destination();
    let plan = destination.plan(&request).await.unwrap();
    let format = Format::Parquet(ParquetOptions::default());
    let mut stage = destination
        .stage(&plan, 1, &format, Compression::None)
        .await
        .unwrap();
    stage
        .write_table("t", schema(), rows(&[]), &|_| {})
        .await
        .unwrap();
    let record = stage.commit(json!({})).await.unwrap();
    let data = subject.data();
    let content = &data[&record.files[0].entry.path];
    assert!(content.starts_with(b"PAR1") && content.ends_with(b"PAR1"));
}

pub(crate) async fn many_parts_are_all_delivered(subject: &Subject) {
    let plan = subject.plan("run-1", DEFAULT, &["t"]).await;
    let ids: Vec<i64> = (0..201).collect();
    let record = subject.deliver(&plan, &ids).await;
    assert_eq!(record.files.len(), 101);
    let data = subject.data();
    for (index, ids) in ids.chunks(2).enumerate() {
        let part = u32::try_from(index).unwrap() + 1;
        assert_eq!(data[&plan.tables[0].part_path(part)], text(ids));
    }
}

pub(crate) async fn the_test_leaves_nothing_behind(subject: &Subject) {
    let steps = Steps::default();
    let report = subject.destination().test(&steps).await.unwrap();
    assert!(!report.location.is_empty());
    let taken = steps.taken();
    assert!(!taken.is_empty() && taken.iter().all(|step| step.millis.is_some()));
    assert!(subject.view().is_empty());
    subject.assert_clean();
}
