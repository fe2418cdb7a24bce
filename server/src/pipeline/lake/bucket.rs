//! A lake in a bucket, which several servers share. What is read and written of it is in a cache of this machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::domain::Micros;
use base::Cancel;
use engine::bucket::{Bucket, Listed};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::cache::{Cache, Held};
use super::{LakeError, MARK, SNAPSHOTS, SnapshotPlace, begun_at, folder, known_id, mark, on_disk};
use crate::pipeline::error::with_causes;

/// How long the bucket may take to tell that it is there.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it is believed that it is.
const BELIEVED: Duration = Duration::from_secs(10);

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct BucketLake {
    bucket: Bucket,
    cache: Cache,
    /// When the bucket was last asked whether it is there, and whether it was.
    asked: Arc<Mutex<Option<(Instant, bool)>>>,
}

impl BucketLake {
    pub(super) async fn open(
        bucket: Bucket,
        cache: &Path,
        cache_bytes: u64,
        expected: Option<&str>,
    ) -> Result<(Self, String), LakeError> {
        let found = bucket.get(MARK).await?;
        let id = match known_id(bucket.url(), found.as_deref(), expected)? {
            Some(id) => id,
            None => make(&bucket, &Uuid::now_v7().to_string()).await?,
        };
        let root = cache.to_owned();
        let cache = on_disk(move || Cache::open(&root, cache_bytes)).await?;
        let lake = Self {
            bucket,
            cache,
            asked: Arc::default(),
        };
        Ok((lake, id))
    }

    pub(super) const fn cache(&self) -> &Cache {
        &self.cache
    }

    pub(super) async fn held(&self, snapshot: &SnapshotPlace<'_>) -> Result<Held, LakeError> {
        self.cache.held(&self.bucket, snapshot).await
    }

    pub(super) async fn keep(&self, path: &str, cancel: &Cancel) -> Result<(), LakeError> {
        let place = self.cache.root().join(path);
        match self.upload(path, &place, cancel).await {
            Ok(bytes) => {
                self.cache.take_in(path, bytes);
                Ok(())
            }
            Err(error) => {
                if let Err(stays) = self.remove(path).await {
                    tracing::warn!("what was uploaded stays for now: {stays}");
                }
                Err(error)
            }
        }
    }

    /// Uploads the files of a folder, and says how long they are.
    async fn upload(&self, path: &str, place: &Path, cancel: &Cancel) -> Result<u64, LakeError> {
        let folder = place.to_owned();
        let mut bytes = 0_u64;
        for (name, file) in on_disk(move || files(&folder)).await? {
            let key = format!("{path}/{name}");
            let uploaded = self.bucket.upload(&file, &key, cancel).await?;
            bytes = bytes.saturating_add(uploaded);
        }
        Ok(bytes)
    }

    pub(super) async fn has(&self, snapshot: &SnapshotPlace<'_>) -> Result<bool, LakeError> {
        let listed = self.bucket.list(snapshot.path).await?;
        let is_there = |name: &str, bytes: u64| {
            let path = format!("{}/{name}", snapshot.path);
            listed.contains(&Listed { path, bytes })
        };
        let mut parts = snapshot.parts.iter();
        Ok(!snapshot.parts.is_empty() && parts.all(|part| is_there(&part.path, part.bytes)))
    }

    pub(super) async fn remove(&self, path: &str) -> Result<(), LakeError> {
        self.cache.forget(path);
        self.bucket.remove_below(path).await?;
        Ok(())
    }

    pub(super) async fn begun_before(&self, before: Micros) -> Result<Vec<String>, LakeError> {
        let root = self.cache.root().to_owned();
        // What nobody knows goes from here, too; on the way, what was never finished.
        let mut found: BTreeSet<String> = on_disk(move || folder::begun_before(&root, before))
            .await?
            .into_iter()
            .collect();
        for object in self.bucket.list(SNAPSHOTS).await? {
            let Some((path, _)) = object.path.rsplit_once('/') else {
                continue;
            };
            let begun = path.rsplit('/').next().and_then(begun_at);
            if begun.is_some_and(|at| at < before) {
                found.insert(path.to_owned());
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Asked at most every few seconds, however many want to know.
    pub(super) async fn is_ready(&self) -> bool {
        let mut asked = self.asked.lock().await;
        if let Some((at, was_there)) = *asked
            && at.elapsed() < BELIEVED
        {
            return was_there;
        }
        let is_there = match tokio::time::timeout(PATIENCE, self.bucket.get(MARK)).await {
            Ok(Ok(mark)) => mark.is_some(),
            Ok(Err(error)) => {
                tracing::error!("the lake does not answer: {}", with_causes(&error));
                false
            }
            Err(_) => {
                tracing::error!("the lake does not answer in time");
                false
            }
        };
        *asked = Some((Instant::now(), is_there));
        is_there
    }
}

/// Makes an empty lake, or finds the one that somebody else made meanwhile; says which id it has.
pub(super) async fn make(bucket: &Bucket, id: &str) -> Result<String, LakeError> {
    try_out(bucket).await?;
    if bucket.put_new(MARK, mark(id).into()).await? {
        return Ok(id.to_owned());
    }
    let found = bucket.get(MARK).await?;
    let found = known_id(bucket.url(), found.as_deref(), None)?;
    found.ok_or_else(|| LakeError::Gone {
        place: bucket.url().to_owned(),
    })
}

/// Whether no snapshot is in the lake.
pub(super) async fn is_bare(bucket: &Bucket) -> Result<bool, LakeError> {
    Ok(bucket.list(SNAPSHOTS).await?.is_empty())
}

/// Tries what a lake needs of a bucket.
pub(super) async fn try_out(bucket: &Bucket) -> Result<(), LakeError> {
    let path = format!("waybill-try/{}", Uuid::now_v7());
    Ok(bucket.try_out(&path).await?)
}

/// The files of a folder, with their names. Blocking.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, LakeError> {
    let failed = LakeError::io(folder);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(&failed)? {
        let path = entry.map_err(&failed)?.path();
        if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
            files.push((name.to_owned(), path.clone()));
        }
    }
    files.sort();
    Ok(files)
}
