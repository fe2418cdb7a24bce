//! Lakes: in folders, and in a bucket in memory that several servers share.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::*;

/// No bound.
const MUCH: u64 = u64::MAX;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// A server with the lake in a bucket.
async fn server(bucket: &Bucket, home: &TempDir, most: u64) -> Lake {
    let cache = home.path().join("lake-cache");
    let opened = Lake::in_bucket(bucket.clone(), &cache, most, None).await;
    opened.expect("opens").0
}

/// The path of a new snapshot.
fn new_path() -> String {
    let table = TableId::new(Uuid::from_u128(7));
    Lake::new_snapshot(table, &Uuid::now_v7().to_string())
}

/// Makes a snapshot of two files at its place, and gives what the store would keep of its files.
fn make(lake: &Lake, path: &str, bytes: usize) -> serde_json::Value {
    let place = lake.place(path);
    fs::create_dir_all(&place).expect("a folder");
    for part in ["part-00000.parquet", "part-00001.parquet"] {
        fs::write(place.join(part), vec![7_u8; bytes]).expect("written");
    }
    json!([
        {"path": "part-00000.parquet", "rows": 1, "bytes": bytes},
        {"path": "part-00001.parquet", "rows": 1, "bytes": bytes},
    ])
}

/// A snapshot in the bucket, of twice so many bytes.
async fn kept(lake: &Lake, bytes: usize) -> (String, serde_json::Value) {
    let path = new_path();
    let files = make(lake, &path, bytes);
    lake.keep(&path, &Cancel::new()).await.expect("is kept");
    (path, files)
}

async fn hold(lake: &Lake, (path, files): &(String, serde_json::Value)) -> Held {
    let held = lake.held(&SnapshotPlace::new(path, files)).await;
    held.expect("it is in the lake")
}

/// Waits until what was set aside is removed.
async fn settled(lake: &Lake) {
    while folder::folders(lake.root())
        .expect("a folder")
        .iter()
        .any(|folder| !folder.ends_with(SNAPSHOTS))
    {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_lake_is_known_again_and_a_foreign_or_missing_one_is_refused() {
    let home = folder();
    let cache = home.path().join("cache");
    let place = |name: &str| LakePlace::Folder(home.path().join(name));
    let open = |place: LakePlace, expected: Option<String>| {
        let cache = cache.clone();
        async move { Lake::open(&place, &cache, MUCH, expected.as_deref()).await }
    };
    let (_, id) = open(place("lake"), None).await.expect("new");
    let again = open(place("lake"), Some(id.clone())).await;
    assert_eq!(again.expect("known").1, id);
    let other = open(place("lake"), Some("another".to_owned())).await;
    assert!(matches!(other, Err(LakeError::Other { .. })));
    let gone = open(place("gone"), Some(id.clone())).await;
    assert!(matches!(gone, Err(LakeError::Gone { .. })));
}

#[tokio::test]
async fn a_lake_that_is_adopted_is_made_only_where_it_may_be_new() {
    let home = folder();
    let cache = home.path().join("cache");
    let place = |name: &str| LakePlace::Folder(home.path().join(name));
    let adopt = |name: &str, id: &'static str, may_be_new: bool| {
        let (place, cache) = (place(name), cache.clone());
        async move { Lake::adopt(&place, &cache, MUCH, id, may_be_new).await }
    };
    let refused = adopt("lake", "one", false).await;
    assert!(matches!(refused, Err(LakeError::Gone { .. })));
    let is_made = home.path().join("lake").exists();
    assert!(!is_made, "a mount point stays bare");
    let made = adopt("lake", "one", true).await.expect("made");
    assert!(made.is_ready().await);
    adopt("lake", "one", false).await.expect("it is there");

    // As a server leaves one that was started and never used.
    let refused = adopt("lake", "two", false).await;
    assert!(matches!(refused, Err(LakeError::Gone { .. })));
    let taken = adopt("lake", "two", true).await.expect("taken over");
    let opened = Lake::open(&place("lake"), &cache, MUCH, Some("two")).await;
    assert_eq!(opened.expect("its own now").1, "two");

    let path = new_path();
    let files = make(&taken, &path, 5);
    for may_be_new in [false, true] {
        let other = adopt("lake", "three", may_be_new).await;
        assert!(matches!(other, Err(LakeError::Other { .. })));
    }
    let kept = adopt("lake", "two", true).await.expect("as it was");
    let snapshot = SnapshotPlace::new(&path, &files);
    assert!(kept.has(&snapshot).await.expect("looks"));
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_looked_at_is_not_said_to_be_missing() {
    let home = folder();
    let place = LakePlace::Folder(home.path().join("lake"));
    let opened = Lake::open(&place, home.path(), MUCH, None).await;
    let (lake, _) = opened.expect("new");
    let path = new_path();
    let files = json!([{"path": "part-00000.parquet", "bytes": 5}]);
    let snapshot = SnapshotPlace::new(&path, &files);
    assert!(!lake.has(&snapshot).await.expect("looks"));
    // A file where the folder of the table should be.
    let above = lake.place(&path);
    let above = above.parent().expect("the folder of the table");
    fs::write(above, "").expect("written");
    let unknown = lake.has(&snapshot).await;
    assert!(matches!(unknown, Err(LakeError::Io { .. })));
}

#[tokio::test]
async fn servers_that_open_an_empty_bucket_at_once_agree_on_its_id() {
    let (bucket, one, other) = (Bucket::in_memory(), folder(), folder());
    let open = |home: &TempDir, expected: Option<&'static str>| {
        let (bucket, cache) = (bucket.clone(), home.path().to_owned());
        async move { Lake::in_bucket(bucket, &cache, MUCH, expected).await }
    };
    let (first, second) = tokio::join!(open(&one, None), open(&other, None));
    let (lake, id) = first.expect("opens");
    assert_eq!(second.expect("opens").1, id);
    assert!(lake.is_ready().await);
    let foreign = open(&other, Some("another")).await.map(drop);
    assert!(matches!(foreign, Err(LakeError::Other { .. })));
    let left = bucket.list("").await.expect("lists");
    assert_eq!(left.len(), 1, "the mark alone: {left:?}");
}

#[tokio::test]
async fn what_one_server_keeps_another_reads() {
    let (bucket, one, other) = (Bucket::in_memory(), folder(), folder());
    let maker = server(&bucket, &one, MUCH).await;
    let reader = server(&bucket, &other, MUCH).await;
    let snapshot = kept(&maker, 5).await;
    let place = SnapshotPlace::new(&snapshot.0, &snapshot.1);
    assert!(reader.has(&place).await.expect("is asked"));
    let (first, second) = tokio::join!(hold(&reader, &snapshot), hold(&reader, &snapshot));
    assert_eq!(&*first, &*second);
    assert_eq!(&*first, reader.place(&snapshot.0));
    let bytes = fs::read(first.join("part-00001.parquet")).expect("a file");
    assert_eq!(bytes, [7; 5]);
    // Once it is here, the bucket is not asked.
    bucket.remove_below(SNAPSHOTS).await.expect("removes");
    hold(&reader, &snapshot).await;
    hold(&maker, &snapshot).await;
    let again = server(&bucket, &other, MUCH).await;
    hold(&again, &snapshot).await;
}

#[tokio::test]
async fn what_was_read_last_stays_within_the_bound_and_what_is_held_always() {
    let (bucket, one, other) = (Bucket::in_memory(), folder(), folder());
    let maker = server(&bucket, &one, MUCH).await;
    let reader = server(&bucket, &other, 25).await;
    let mut snapshots = Vec::new();
    for _ in 0..4 {
        snapshots.push(kept(&maker, 5).await);
    }
    let is_here = |number: usize| reader.place(&snapshots[number].0).is_dir();
    let held = hold(&reader, &snapshots[0]).await;
    drop(hold(&reader, &snapshots[1]).await);
    assert!(is_here(0) && is_here(1));
    drop(hold(&reader, &snapshots[2]).await);
    assert!(is_here(0) && !is_here(1) && is_here(2), "the first is held");
    // More than fits, as long as all are held.
    let (second, third) = (
        hold(&reader, &snapshots[2]).await,
        hold(&reader, &snapshots[3]).await,
    );
    assert!(is_here(0) && is_here(2) && is_here(3));
    assert!(held.join("part-00000.parquet").is_file());
    drop(held);
    assert!(!is_here(0) && is_here(2) && is_here(3));
    drop((second, third));
    settled(&reader).await;
    let held = hold(&reader, &snapshots[0]).await;
    assert!(held.join("part-00001.parquet").is_file(), "fetched again");
}

#[tokio::test]
async fn a_full_disk_gets_back_what_nobody_holds() {
    let (bucket, home) = (Bucket::in_memory(), folder());
    let lake = server(&bucket, &home, MUCH).await;
    let (one, other) = (kept(&lake, 5).await, kept(&lake, 6).await);
    let held = hold(&lake, &one).await;
    assert_eq!(lake.shrink(), 12);
    settled(&lake).await;
    assert!(held.is_dir() && !lake.place(&other.0).exists());
    assert_eq!(lake.shrink(), 0);
    // It is fetched again when it is needed.
    assert!(hold(&lake, &other).await.is_dir());
    drop(held);
    assert_eq!(lake.shrink(), 22);
}

#[tokio::test]
async fn a_snapshot_that_is_not_in_the_bucket_or_not_whole_is_gone() {
    let (bucket, one, other) = (Bucket::in_memory(), folder(), folder());
    let maker = server(&bucket, &one, MUCH).await;
    let reader = server(&bucket, &other, MUCH).await;
    let (path, files) = kept(&maker, 5).await;
    let longer = json!([{"path": "part-00000.parquet", "bytes": 6}]);
    let outside = json!([{"path": "../part-00000.parquet", "bytes": 5}]);
    let second = format!("{path}/part-00001.parquet");
    for wrong in [&longer, &outside, &json!([])] {
        let place = SnapshotPlace::new(&path, wrong);
        let gone = reader.held(&place).await.map(drop);
        assert!(
            matches!(gone, Err(LakeError::SnapshotGone { .. })),
            "{wrong}"
        );
        assert!(!reader.has(&place).await.expect("is asked"));
    }
    bucket.remove(&second).await.expect("removes");
    let place = SnapshotPlace::new(&path, &files);
    let gone = reader.held(&place).await.map(drop);
    assert!(matches!(gone, Err(LakeError::SnapshotGone { .. })));
    assert!(!reader.place(&path).exists());
    settled(&reader).await;
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_keeps_nothing_half() {
    let (bucket, home, cancel) = (Bucket::in_memory(), folder(), Cancel::new());
    let lake = server(&bucket, &home, MUCH).await;
    let path = new_path();
    make(&lake, &path, 9 << 20);
    cancel.cancel();
    assert!(lake.keep(&path, &cancel).await.is_err());
    let left = bucket.list(SNAPSHOTS).await.expect("lists");
    assert!(left.is_empty() && !lake.place(&path).exists(), "{left:?}");
}

#[tokio::test]
async fn what_was_uploaded_and_never_recorded_is_found_once_it_is_old() {
    let (bucket, one, other) = (Bucket::in_memory(), folder(), folder());
    let killed = server(&bucket, &one, MUCH).await;
    let (path, _) = kept(&killed, 5).await;
    let lake = server(&bucket, &other, MUCH).await;
    let begun = begun_at(path.rsplit('/').next().expect("a name")).expect("its time");
    let young = lake.begun_before(begun).await.expect("looks");
    assert!(young.is_empty(), "{young:?}");
    let old = lake.begun_before(begun + 1).await.expect("looks");
    assert_eq!(old, std::slice::from_ref(&path));
    lake.remove(&path).await.expect("removes");
    lake.remove(&path).await.expect("it is gone already");
    let old = lake.begun_before(begun + 1).await.expect("looks");
    assert!(old.is_empty(), "{old:?}");
}

#[tokio::test]
async fn a_start_removes_what_was_not_finished_and_finds_the_rest() {
    let (bucket, home) = (Bucket::in_memory(), folder());
    let lake = server(&bucket, &home, MUCH).await;
    let snapshot = kept(&lake, 5).await;
    let unfinished = lake.place(&format!("{}{UNFINISHED}", new_path()));
    let half = lake.root().join(format!(".{}", Uuid::now_v7()));
    for folder in [&unfinished, &half] {
        fs::create_dir_all(folder).expect("a folder");
    }
    drop(lake);
    let lake = server(&bucket, &home, MUCH).await;
    assert!(!unfinished.exists() && !half.exists());
    assert!(lake.place(&snapshot.0).is_dir());
    // What is here and is not whole is fetched again.
    fs::write(lake.place(&snapshot.0).join("part-00000.parquet"), "x").expect("written");
    let held = hold(&lake, &snapshot).await;
    let bytes = fs::read(held.join("part-00000.parquet")).expect("a file");
    assert_eq!(bytes, [7; 5]);
}

#[tokio::test]
async fn in_a_folder_old_snapshots_are_found_and_unfinished_ones_removed() {
    let home = folder();
    let place = LakePlace::Folder(home.path().join("lake"));
    let opened = Lake::open(&place, home.path(), MUCH, None).await;
    let (lake, _) = opened.expect("new");
    let (path, unfinished) = (new_path(), format!("{}{UNFINISHED}", new_path()));
    let files = make(&lake, &path, 5);
    make(&lake, &unfinished, 5);
    make(&lake, "snapshots/of-somebody/else", 5);
    let snapshot = SnapshotPlace::new(&path, &files);
    assert!(lake.has(&snapshot).await.expect("looks"));
    let young = lake.begun_before(0).await.expect("looks");
    assert!(young.is_empty() && lake.place(&unfinished).is_dir());
    let old = lake.begun_before(Micros::MAX).await.expect("looks");
    assert_eq!(old, std::slice::from_ref(&path));
    assert!(!lake.place(&unfinished).exists());
    lake.remove(&path).await.expect("removes");
    assert!(!lake.has(&snapshot).await.expect("looks"));
}
