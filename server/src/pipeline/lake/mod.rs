//! The lake: where snapshots are kept, a folder or a bucket. It carries an id that the database knows, so that a server
//! never works on the wrong pair of the two.
//!
//! Files are always written and read on a disk of this machine. Of a lake in a bucket they are in a bounded cache: what is
//! made is uploaded before anybody is told of it ([`Lake::keep`]), what is read is fetched first ([`Lake::held`]).

mod bucket;
mod cache;
mod error;
mod folder;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use app::domain::{Disk, Micros, TableId};
use base::Cancel;
use engine::bucket::Bucket;
use serde::Deserialize;
use uuid::{Uuid, Version};

use self::bucket::BucketLake;
use self::folder::FolderLake;
use super::disk::disk_of;
use crate::config::LakePlace;
use crate::store::tables::SnapshotRow;

pub use cache::Held;
pub use error::LakeError;

/// What says which lake it is.
const MARK: &str = "waybill-lake.json";
/// The folder of all snapshots: below it one for each table, and in that one for each of its snapshots.
const SNAPSHOTS: &str = "snapshots";
/// The end of the name of a snapshot's folder as long as it is made.
const UNFINISHED: &str = ".tmp";

#[derive(Deserialize)]
struct Mark {
    id: String,
}

/// A file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SnapshotPart {
    /// Its name in the folder of the snapshot.
    pub path: String,
    pub bytes: u64,
}

/// A snapshot as the lake knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotPlace<'a> {
    /// As the store keeps it: relative to the lake.
    pub path: &'a str,
    pub parts: Vec<SnapshotPart>,
}

impl<'a> SnapshotPlace<'a> {
    /// `files` as the store keeps them. What cannot be read is none: it is found to be gone.
    pub fn new(path: &'a str, files: &serde_json::Value) -> Self {
        let parts = Vec::<SnapshotPart>::deserialize(files).unwrap_or_default();
        let is_name = |part: &SnapshotPart| !part.path.contains('/') && part.path != "..";
        Self {
            path,
            parts: if parts.iter().all(is_name) {
                parts
            } else {
                Vec::new()
            },
        }
    }
}

impl<'a> From<&'a SnapshotRow> for SnapshotPlace<'a> {
    fn from(row: &'a SnapshotRow) -> Self {
        Self::new(&row.path, &row.files)
    }
}

/// A lake. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lake(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Folder(FolderLake),
    Bucket(BucketLake),
}

impl Lake {
    /// Opens the lake. `expected` is the id that the database knows; without one the lake is new to it, and the id of the
    /// lake is returned to be remembered. `cache` is the folder for what is here of a lake in a bucket, as far as possible
    /// in `cache_bytes`; no other server may use it.
    pub async fn open(
        place: &LakePlace,
        cache: &Path,
        cache_bytes: u64,
        expected: Option<&str>,
    ) -> Result<(Self, String), LakeError> {
        match place {
            LakePlace::Folder(root) => {
                let (lake, id) = FolderLake::open(root, expected)?;
                Ok((Self(Kind::Folder(lake)), id))
            }
            LakePlace::Bucket(url) => {
                Self::in_bucket(bucket_at(url)?, cache, cache_bytes, expected).await
            }
        }
    }

    /// Opens the lake in a bucket, as [`Lake::open`].
    pub async fn in_bucket(
        bucket: Bucket,
        cache: &Path,
        cache_bytes: u64,
        expected: Option<&str>,
    ) -> Result<(Self, String), LakeError> {
        let (lake, id) = BucketLake::open(bucket, cache, cache_bytes, expected).await?;
        Ok((Self(Kind::Bucket(lake)), id))
    }

    /// Opens the lake that has this id, for a database that comes from somewhere else. Where there is none, or another one
    /// in which nothing is yet, it is made if it may be new; else it is [`LakeError::Gone`]: it may be elsewhere, or not mounted.
    pub async fn adopt(
        place: &LakePlace,
        cache: &Path,
        cache_bytes: u64,
        id: &str,
        may_be_new: bool,
    ) -> Result<Self, LakeError> {
        let is_another = match Self::open(place, cache, cache_bytes, Some(id)).await {
            Err(LakeError::Gone { .. }) if may_be_new => false,
            Err(other @ LakeError::Other { .. }) => {
                let is_bare = match place {
                    LakePlace::Folder(root) => folder::is_bare(root)?,
                    LakePlace::Bucket(url) => bucket::is_bare(&bucket_at(url)?).await?,
                };
                if !is_bare {
                    return Err(other);
                }
                if !may_be_new {
                    return Err(LakeError::Gone {
                        place: place.to_string(),
                    });
                }
                true
            }
            opened => return opened.map(|(lake, _)| lake),
        };
        match place {
            LakePlace::Folder(root) => folder::make(root, id)?,
            LakePlace::Bucket(url) => {
                let bucket = bucket_at(url)?;
                if is_another {
                    bucket.remove(MARK).await?;
                }
                bucket::make(&bucket, id).await?;
            }
        }
        let opened = Self::open(place, cache, cache_bytes, Some(id)).await;
        opened.map(|(lake, _)| lake)
    }

    /// Tries a bucket as a lake needs it, and leaves nothing in it.
    pub async fn try_bucket(url: &str) -> Result<(), LakeError> {
        bucket::try_out(&bucket_at(url)?).await
    }

    /// Path of a new snapshot as the store keeps it: relative to the lake.
    pub fn new_snapshot(table: TableId, snapshot: &str) -> String {
        format!("{SNAPSHOTS}/{table}/{snapshot}")
    }

    /// The folder on this machine of a snapshot. One that is made is made here; of another the files are here while it is
    /// held.
    pub fn place(&self, path: &str) -> PathBuf {
        match &self.0 {
            Kind::Folder(lake) => lake.root().join(path),
            Kind::Bucket(lake) => lake.cache().root().join(path),
        }
    }

    /// Sees to it that the files of a snapshot are at its place, where they stay while this is held.
    pub async fn held(&self, snapshot: &SnapshotPlace<'_>) -> Result<Held, LakeError> {
        match &self.0 {
            Kind::Folder(lake) => Ok(Held::of_folder(lake.root().join(snapshot.path))),
            Kind::Bucket(lake) => lake.held(snapshot).await,
        }
    }

    /// Keeps what was made at the place of a snapshot, so that every server of the lake can have it. To be called before
    /// anybody is told of it. What cannot be kept is removed.
    pub async fn keep(&self, path: &str, cancel: &Cancel) -> Result<(), LakeError> {
        match &self.0 {
            Kind::Folder(_) => Ok(()),
            Kind::Bucket(lake) => lake.keep(path, cancel).await,
        }
    }

    /// Whether all files of a snapshot are in the lake, as long as they should be. What cannot be looked at is an error.
    pub async fn has(&self, snapshot: &SnapshotPlace<'_>) -> Result<bool, LakeError> {
        match &self.0 {
            Kind::Folder(lake) => {
                let (place, parts) = (lake.root().join(snapshot.path), snapshot.parts.clone());
                on_disk(move || cache::is_whole(&place, &parts)).await
            }
            Kind::Bucket(lake) => lake.has(snapshot).await,
        }
    }

    /// Removes a snapshot; that it is not there is fine.
    pub async fn remove(&self, path: &str) -> Result<(), LakeError> {
        match &self.0 {
            Kind::Folder(lake) => lake.remove(path).await,
            Kind::Bucket(lake) => lake.remove(path).await,
        }
    }

    /// The paths of snapshots that were begun before this instant, as far as their names tell, in no order. Those that were
    /// never finished are removed on the way: a snapshot takes less time than that.
    pub async fn begun_before(&self, before: Micros) -> Result<Vec<String>, LakeError> {
        match &self.0 {
            Kind::Folder(lake) => lake.begun_before(before).await,
            Kind::Bucket(lake) => lake.begun_before(before).await,
        }
    }

    /// A file for what is written only to be read at once: it has no name any more, and is gone when it is closed.
    pub fn scratch(&self) -> io::Result<fs::File> {
        let path = self.root().join(format!(".{}", Uuid::now_v7()));
        let file = fs::File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)?;
        fs::remove_file(&path)?;
        Ok(file)
    }

    /// Whether the lake is there.
    pub async fn is_ready(&self) -> bool {
        match &self.0 {
            Kind::Folder(lake) => lake.is_ready(),
            Kind::Bucket(lake) => lake.is_ready().await,
        }
    }

    /// Removes from this machine what nobody holds of a lake in a bucket, and says how many bytes that are. Blocking.
    pub fn shrink(&self) -> u64 {
        match &self.0 {
            Kind::Folder(_) => 0,
            Kind::Bucket(lake) => lake.cache().shrink(),
        }
    }

    /// The disk that its files are on while they are read and written; none where the machine does not tell.
    pub fn disk(&self) -> Option<Disk> {
        disk_of(self.root())
    }

    fn root(&self) -> &Path {
        match &self.0 {
            Kind::Folder(lake) => lake.root(),
            Kind::Bucket(lake) => lake.cache().root(),
        }
    }
}

fn bucket_at(url: &str) -> Result<Bucket, LakeError> {
    Ok(Bucket::open(url, |name| std::env::var(name).ok())?)
}

/// The id of a lake, from what was found there and what is expected; none: it is to be made.
fn known_id(
    place: &str,
    mark: Option<&[u8]>,
    expected: Option<&str>,
) -> Result<Option<String>, LakeError> {
    let found = match mark {
        Some(text) => {
            let mark: Mark = serde_json::from_slice(text).map_err(|source| LakeError::Mark {
                place: place.to_owned(),
                source,
            })?;
            Some(mark.id)
        }
        None => None,
    };
    match (found, expected) {
        (Some(found), Some(expected)) if found != expected => Err(LakeError::Other {
            place: place.to_owned(),
            found,
            expected: expected.to_owned(),
        }),
        (None, Some(_)) => Err(LakeError::Gone {
            place: place.to_owned(),
        }),
        (found, _) => Ok(found),
    }
}

/// What the mark of a lake says.
fn mark(id: &str) -> Vec<u8> {
    serde_json::json!({ "id": id }).to_string().into_bytes()
}

/// When a snapshot was begun, from the name of its folder. None: it is not ours.
fn begun_at(name: &str) -> Option<Micros> {
    let id = Uuid::parse_str(name).ok()?;
    if id.get_version() != Some(Version::SortRand) {
        return None;
    }
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    let seconds = i64::try_from(seconds).ok()?.checked_mul(1_000_000)?;
    seconds.checked_add(i64::from(nanos / 1_000))
}

/// Does what may wait for a disk off the async threads.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LakeError> + Send + 'static,
) -> Result<T, LakeError> {
    tokio::task::spawn_blocking(work).await?
}
