//! A bucket in memory, and in [`stores`] real ones.

mod stores;

use std::sync::Arc;

use base::Cancel;
use futures::stream;
use object_store::memory::InMemory;
use object_store::path::Path;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Bucket, BucketError, Listed, PART, count_gone};

fn bucket(prefix: &str) -> Bucket {
    let prefix = Path::parse(prefix).expect("a prefix");
    Bucket::over(Arc::new(InMemory::new()), prefix, "s3://bucket/lake/")
}

/// Bytes that are not the same from part to part.
fn bytes(length: usize) -> Vec<u8> {
    let mut number = 7_u32;
    let mut next = || {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        number.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// Puts a file of so many bytes, and gives what is in it.
async fn upload(
    bucket: &Bucket,
    length: usize,
    path: &str,
    cancel: &Cancel,
) -> (Vec<u8>, Result<u64, BucketError>) {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, bytes) = (folder.path().join("file"), bytes(length));
    std::fs::write(&file, &bytes).expect("written");
    let uploaded = bucket.upload(&file, path, cancel).await;
    (bytes, uploaded)
}

async fn downloaded(bucket: &Bucket, folder: &TempDir, path: &str) -> Vec<u8> {
    let file = folder.path().join("copy");
    let _before = std::fs::remove_file(&file);
    let length = bucket.download(path, &file).await.expect("downloads");
    let bytes = std::fs::read(file).expect("a file");
    assert_eq!(bytes.len() as u64, length);
    bytes
}

#[tokio::test]
async fn an_object_is_created_once() {
    let bucket = bucket("lake");
    assert!(bucket.put_new("a.json", "one".into()).await.expect("puts"));
    assert!(!bucket.put_new("a.json", "two".into()).await.expect("puts"));
    let found = bucket.get("a.json").await.expect("reads").expect("there");
    assert_eq!(found.as_ref(), b"one");
    assert_eq!(bucket.get("b.json").await.expect("reads"), None);
    bucket.remove("a.json").await.expect("removes");
    bucket.remove("a.json").await.expect("it is gone already");
    assert_eq!(bucket.get("a.json").await.expect("reads"), None);
}

#[tokio::test]
async fn files_of_any_length_come_back_as_they_were() {
    let (bucket, folder) = (bucket(""), tempfile::tempdir().expect("a folder"));
    for length in [0, 1, PART - 1, PART, PART + 1, 2 * PART] {
        let (bytes, uploaded) = upload(&bucket, length, "a/file", &Cancel::new()).await;
        assert_eq!(uploaded.expect("uploads"), length as u64);
        assert!(
            downloaded(&bucket, &folder, "a/file").await == bytes,
            "{length}"
        );
    }
    let missing = bucket.download("a/other", &folder.path().join("x")).await;
    assert!(matches!(missing, Err(BucketError::Missing { place }) if place.ends_with("a/other")));
    assert!(!folder.path().join("x").exists());
}

#[tokio::test]
async fn an_upload_that_is_stopped_leaves_nothing() {
    let (bucket, cancel) = (bucket("lake"), Cancel::new());
    cancel.cancel();
    let (_, stopped) = upload(&bucket, 3 * PART, "a/file", &cancel).await;
    assert!(matches!(stopped, Err(BucketError::Stopped { .. })));
    assert!(bucket.list("").await.expect("lists").is_empty());
}

#[tokio::test]
async fn what_is_written_as_it_comes_is_read_as_it_comes() {
    let (bucket, bytes) = (bucket("lake"), bytes(2 * PART + 5));
    let mut writer = bucket.writer("backup").expect("a path");
    for piece in bytes.chunks(1_000_003) {
        writer.write_all(piece).await.expect("writes");
    }
    assert_eq!(bucket.get("backup").await.expect("reads"), None);
    writer.shutdown().await.expect("ends");
    let mut read = Vec::new();
    let mut reader = bucket.reader("backup").await.expect("it is there");
    reader.read_to_end(&mut read).await.expect("reads");
    assert!(read == bytes);
    let missing = bucket.reader("other").await.map(drop);
    assert!(matches!(missing, Err(BucketError::Missing { .. })));
}

#[tokio::test]
async fn a_list_and_what_is_removed_end_at_the_folder() {
    let bucket = bucket("lake");
    for path in ["a/1", "a/2/3", "ab/1", "c"] {
        bucket.put_new(path, "x".into()).await.expect("puts");
    }
    let listed = |path: &str| Listed {
        path: path.to_owned(),
        bytes: 1,
    };
    let below = bucket.list("a").await.expect("lists");
    assert_eq!(below, [listed("a/1"), listed("a/2/3")]);
    assert_eq!(bucket.list("").await.expect("lists").len(), 4);
    assert_eq!(bucket.remove_below("a").await.expect("removes"), 2);
    let left = bucket.list("").await.expect("lists");
    assert_eq!(left, [listed("ab/1"), listed("c")]);
}

#[tokio::test]
async fn what_somebody_else_removed_meanwhile_does_not_keep_the_rest() {
    let gone = || object_store::Error::NotFound {
        path: "a/2".to_owned(),
        source: "no such object".into(),
    };
    let removed = |path: &str| Ok(Path::from(path));
    let all = stream::iter([removed("a/1"), Err(gone()), removed("a/3")]);
    assert_eq!(count_gone(all).await.expect("all are gone"), 3);
    let refused = object_store::Error::NotImplemented {
        operation: "delete".to_owned(),
        implementer: "test".to_owned(),
    };
    let some = stream::iter([Err(gone()), Err(refused), removed("a/3")]);
    assert!(count_gone(some).await.is_err());
}

#[tokio::test]
async fn trying_a_bucket_leaves_nothing() {
    let bucket = bucket("lake");
    bucket.try_out("try/1").await.expect("it does all");
    assert!(bucket.list("").await.expect("lists").is_empty());
}

#[test]
fn messages_name_the_place_and_no_credential() {
    let keys = |name: &str| match name {
        "AWS_ACCESS_KEY_ID" => Some("AKIA1234".to_owned()),
        "AWS_SECRET_ACCESS_KEY" => Some("s3cret".to_owned()),
        _ => None,
    };
    let bucket = Bucket::open("s3://bucket/lake/", keys).expect("right");
    assert_eq!(bucket.url(), "s3://bucket/lake");
    assert_eq!(bucket.place("a/b"), "s3://bucket/lake/a/b");
    let shown = format!("{bucket:?}");
    assert!(
        !shown.contains("s3cret") && !shown.contains("AKIA"),
        "{shown}"
    );
}
