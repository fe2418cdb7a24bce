//! What is on this machine of a lake in a bucket: whole snapshots, as many as fit, those that were read last.
//!
//! Guarantees: a snapshot is here whole or not at all; who asks for one that somebody else is fetching waits for that; what
//! is held stays. More than the bound is here only while it is held. All of it may be removed while no server runs.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::bucket::{Bucket, BucketError};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{LakeError, SNAPSHOTS, SnapshotPart, SnapshotPlace, UNFINISHED, folder, on_disk};

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Cache(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    /// Bytes that may be here.
    most: u64,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    snapshots: HashMap<String, Cached>,
    /// Counts whenever one is asked for.
    uses: u64,
}

impl Kept {
    fn bytes(&self) -> u64 {
        let entries = self.snapshots.values();
        entries
            .map(|cached| cached.entry.bytes)
            .fold(0, u64::saturating_add)
    }
}

#[derive(Debug)]
struct Cached {
    /// Whoever holds the snapshot or fetches it has another of these.
    entry: Arc<Entry>,
    used: u64,
}

#[derive(Debug)]
struct Entry {
    path: String,
    bytes: u64,
    /// Set once its files are known to be here.
    here: OnceCell<()>,
}

/// A folder with the files of a snapshot, which stay while this is held.
#[derive(Debug)]
pub struct Held {
    place: PathBuf,
    /// None where the files stay anyhow.
    of_cache: Option<(Cache, Arc<Entry>)>,
}

impl Held {
    pub(super) const fn of_folder(place: PathBuf) -> Self {
        Self {
            place,
            of_cache: None,
        }
    }
}

impl Deref for Held {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.place
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some((cache, entry)) = self.of_cache.take() {
            cache.release(entry);
        }
    }
}

impl Cache {
    /// Opens the folder, with what earlier starts left in it, and removes what they did not finish. Blocking.
    pub(super) fn open(root: &Path, most: u64) -> Result<Self, LakeError> {
        let failed = LakeError::io(root);
        fs::create_dir_all(root.join(SNAPSHOTS)).map_err(&failed)?;
        let mut found = Vec::new();
        for folder in folder::folders(root)? {
            if is_hidden(&folder) {
                folder::remove(&folder)?;
            }
        }
        for table in folder::folders(&root.join(SNAPSHOTS))? {
            for snapshot in folder::folders(&table)? {
                if snapshot.to_string_lossy().ends_with(UNFINISHED) {
                    folder::remove(&snapshot)?;
                } else if let Some(path) = snapshot.strip_prefix(root).ok().and_then(Path::to_str) {
                    let bytes = size(&snapshot).map_err(&failed)?;
                    found.push((path.to_owned(), bytes));
                }
            }
        }
        // Names of snapshots sort by age: the oldest are the first to go.
        found.sort_by(|(one, _), (other, _)| name(one).cmp(name(other)));
        let cache = Self(Arc::new(Inner {
            root: root.to_owned(),
            most,
            kept: Mutex::default(),
        }));
        for (path, bytes) in found {
            drop(cache.entry(&path, bytes));
        }
        discard(cache.evict(&mut cache.kept()));
        Ok(cache)
    }

    pub(super) fn root(&self) -> &Path {
        &self.0.root
    }

    /// Sees to it that the files of a snapshot are here. Who does not wait for it any more does not end the way here: the
    /// next one who asks finds it further on.
    pub(super) async fn held(
        &self,
        bucket: &Bucket,
        snapshot: &SnapshotPlace<'_>,
    ) -> Result<Held, LakeError> {
        let bytes = snapshot.parts.iter().map(|part| part.bytes).sum();
        let held = self.hold(snapshot.path, bytes);
        let Some((_, entry)) = &held.of_cache else {
            return Ok(held);
        };
        if entry.here.initialized() {
            return Ok(held);
        }
        let (cache, entry) = (self.clone(), Arc::clone(entry));
        let (bucket, parts) = (bucket.clone(), snapshot.parts.clone());
        let fetching = tokio::spawn(async move {
            let fetched = entry
                .here
                .get_or_try_init(|| cache.fetch(&bucket, &entry.path, &parts))
                .await
                .map(|&()| ());
            // Before what is held, which looks who else knows of it.
            drop(entry);
            fetched.map(|()| held)
        });
        fetching.await?
    }

    /// Takes in a snapshot whose files were made here.
    pub(super) fn take_in(&self, path: &str, bytes: u64) {
        let held = self.hold(path, bytes);
        if let Some((_, entry)) = &held.of_cache {
            // Only who made it knows of it, so nobody fetches it.
            let _set_before = entry.here.set(());
        }
    }

    /// Removes what is here of a snapshot, unless somebody holds it: then it goes as others do.
    pub(super) fn forget(&self, path: &str) {
        let mut kept = self.kept();
        let is_free = kept
            .snapshots
            .get(path)
            .is_none_or(|cached| Arc::strong_count(&cached.entry) == 1);
        if is_free {
            kept.snapshots.remove(path);
            let gone = self.set_aside(path);
            drop(kept);
            discard(gone.into_iter().collect());
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry(&self, path: &str, bytes: u64) -> Arc<Entry> {
        let mut kept = self.kept();
        kept.uses += 1;
        let used = kept.uses;
        let cached = kept
            .snapshots
            .entry(path.to_owned())
            .or_insert_with(|| Cached {
                entry: Arc::new(Entry {
                    path: path.to_owned(),
                    bytes,
                    here: OnceCell::new(),
                }),
                used,
            });
        cached.used = used;
        Arc::clone(&cached.entry)
    }

    /// Holds a snapshot, whose files may not be here yet, and makes room for them.
    fn hold(&self, path: &str, bytes: u64) -> Held {
        let held = Held {
            place: self.0.root.join(path),
            of_cache: Some((self.clone(), self.entry(path, bytes))),
        };
        let gone = self.evict(&mut self.kept());
        discard(gone);
        held
    }

    fn release(&self, entry: Arc<Entry>) {
        let mut kept = self.kept();
        let (path, is_here) = (entry.path.clone(), entry.here.initialized());
        drop(entry);
        if !is_here
            && let Some(cached) = kept.snapshots.get(&path)
            && Arc::strong_count(&cached.entry) == 1
        {
            // It could not be fetched.
            kept.snapshots.remove(&path);
        }
        let gone = self.evict(&mut kept);
        drop(kept);
        discard(gone);
    }

    /// Removes all that nobody holds, and says how many bytes that are. Blocking.
    pub(super) fn shrink(&self) -> u64 {
        let mut kept = self.kept();
        let before = kept.bytes();
        let gone = self.evict_down_to(0, &mut kept);
        let freed = before.saturating_sub(kept.bytes());
        drop(kept);
        discard(gone);
        freed
    }

    /// Sets aside what goes to keep within the bound, and says where it is to be removed.
    fn evict(&self, kept: &mut Kept) -> Vec<PathBuf> {
        self.evict_down_to(self.0.most, kept)
    }

    fn evict_down_to(&self, most: u64, kept: &mut Kept) -> Vec<PathBuf> {
        let mut bytes = kept.bytes();
        let mut gone = Vec::new();
        while bytes > most {
            let free = kept
                .snapshots
                .values()
                .filter(|cached| Arc::strong_count(&cached.entry) == 1);
            let Some(least) = free.min_by_key(|cached| cached.used) else {
                break;
            };
            let entry = Arc::clone(&least.entry);
            kept.snapshots.remove(&entry.path);
            bytes = bytes.saturating_sub(entry.bytes);
            gone.extend(self.set_aside(&entry.path));
        }
        gone
    }

    /// Moves the folder of a snapshot away, so that it can be removed while others fetch it again.
    fn set_aside(&self, path: &str) -> Option<PathBuf> {
        let place = self.0.root.join(path);
        let aside = self.hidden();
        match fs::rename(&place, &aside) {
            Ok(()) => Some(aside),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!("cannot move `{}` away: {error}", place.display());
                None
            }
        }
    }

    fn hidden(&self) -> PathBuf {
        self.0.root.join(format!(".{}", Uuid::now_v7()))
    }

    /// Fetches the files of a snapshot, unless they are here.
    async fn fetch(
        &self,
        bucket: &Bucket,
        path: &str,
        parts: &[SnapshotPart],
    ) -> Result<(), LakeError> {
        let (place, wanted) = (self.0.root.join(path), parts.to_vec());
        let looked = {
            let place = place.clone();
            // What cannot be looked at is fetched again.
            on_disk(move || Ok(is_whole(&place, &wanted).unwrap_or_default())).await
        };
        if looked? {
            return Ok(());
        }
        let draft = self.hidden();
        let fetched = self.download(bucket, path, parts, &draft).await;
        on_disk(move || {
            fetched.inspect_err(|_| {
                let _goes_at_the_next_start = folder::remove(&draft);
            })?;
            folder::remove(&place)?;
            let moved = place
                .parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| fs::rename(&draft, &place));
            moved.map_err(LakeError::io(&place))
        })
        .await
    }

    async fn download(
        &self,
        bucket: &Bucket,
        path: &str,
        parts: &[SnapshotPart],
        draft: &Path,
    ) -> Result<(), LakeError> {
        let gone = || LakeError::SnapshotGone {
            path: path.to_owned(),
        };
        if parts.is_empty() {
            return Err(gone());
        }
        let made = tokio::fs::create_dir(draft).await;
        made.map_err(LakeError::io(draft))?;
        for part in parts {
            let key = format!("{path}/{}", part.path);
            match bucket.download(&key, &draft.join(&part.path)).await {
                Ok(bytes) if bytes == part.bytes => {}
                Ok(_) | Err(BucketError::Missing { .. }) => return Err(gone()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Whether all parts of a snapshot are in a folder, as long as they should be. Blocking.
pub(super) fn is_whole(place: &Path, parts: &[SnapshotPart]) -> Result<bool, LakeError> {
    for part in parts {
        let is_there = match fs::metadata(place.join(&part.path)) {
            Ok(about) => about.is_file() && about.len() == part.bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(LakeError::io(place)(error)),
        };
        if !is_there {
            return Ok(false);
        }
    }
    Ok(!parts.is_empty())
}

/// Removes folders that were set aside. What cannot be removed now goes at the next start.
fn discard(folders: Vec<PathBuf>) {
    if folders.is_empty() {
        return;
    }
    let remove = move || {
        for folder in folders {
            if let Err(error) = folder::remove(&folder) {
                tracing::warn!("{error}");
            }
        }
    };
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(remove)),
        Err(_) => remove(),
    }
}

/// Bytes of the files in a folder.
fn size(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0_u64;
    for entry in fs::read_dir(folder)? {
        bytes = bytes.saturating_add(entry?.metadata()?.len());
    }
    Ok(bytes)
}

/// What was set aside, or not finished.
fn is_hidden(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with('.'))
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
