//! Looks in for this server, watches the disk that it writes to, and notes at every full hour what things take.
//!
//! All servers note of what is theirs alone; of what they share, whoever comes first. A look that fails is made up for by
//! the next one.

use std::ffi::OsStr;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::domain::{Disk, Keeping, Micros, StorageKind};
use base::Cancel;
use futures::FutureExt as _;

use super::Deps;
use super::fullness::{DiskWatch, Room};
use super::supervisor::words_of;
use crate::store::keeping;
use crate::store::servers::{self, Sign};
use crate::store::storage::{self, Measured, SHARED, Sample};
use crate::store::{Engine, Signal, SignalKind, StoreError, told};

/// How often it looks in.
const BEAT: Duration = Duration::from_secs(10);
/// How often it looks at the disk.
const LOOK: Duration = Duration::from_secs(30);
const HOUR: Micros = 3_600_000_000;

/// What lies in a data folder and beside a database in a file, apart from that and the lake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Folder {
    copies: i64,
    cache: i64,
    scratch: i64,
    /// What SQLite has not written back into its file yet.
    log: i64,
}

/// What there is to know of this server's disk.
struct Disks {
    watch: DiskWatch,
    disk: Option<Disk>,
    looked: Option<Instant>,
    /// It looked in since it was started.
    has_looked_in: bool,
    /// The hour that was noted last.
    noted: Micros,
}

pub(super) async fn serve(deps: Deps, stop: Cancel) {
    let mut signals = deps.store.signals().subscribe();
    let mut disks = Disks {
        watch: DiskWatch::new(deps.home.disk.clone()),
        disk: None,
        looked: None,
        has_looked_in: false,
        noted: 0,
    };
    let started_at = deps.clock.now_us();
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => {}
            () = look(&deps, &mut disks, started_at) => {}
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = told(&mut signals, is_of_settings) => disks.looked = None,
            () = tokio::time::sleep(BEAT) => {}
        }
    }
    if let Err(error) = servers::leave(&deps.store, &deps.worker).await {
        tracing::warn!("cannot note that this server has ended: {error}");
    }
}

/// One look, whose faults are logged: the next look comes in any case.
async fn look(deps: &Deps, disks: &mut Disks, started_at: Micros) {
    let beat = beat(deps, disks, started_at);
    match AssertUnwindSafe(beat).catch_unwind().await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!("cannot look in: {error}"),
        Err(panic) => tracing::error!("looking in panicked: {}", words_of(panic.as_ref())),
    }
}

/// What counts for everybody has changed.
pub(super) fn is_of_settings(hint: &Signal) -> bool {
    hint.kind == SignalKind::System && hint.id == keeping::SETTINGS
}

async fn beat(deps: &Deps, disks: &mut Disks, started_at: Micros) -> Result<(), StoreError> {
    let is_due = disks.looked.is_none_or(|at| at.elapsed() >= LOOK);
    if is_due {
        disks.disk = disks.watch.look().await;
        disks.looked = Some(Instant::now());
    }
    let kept = keeping::get(&deps.store).await;
    let stop_at = kept.as_ref().map_or_else(
        |_| Keeping::default().stop_refreshes_percent,
        |kept| kept.stop_refreshes_percent,
    );
    let before = deps.fullness.room();
    let room = deps.fullness.take_in(disks.disk, stop_at);
    tell(before, room);
    if room == Room::Enough && before != room {
        // What waited for room, or for the first look.
        deps.wake.wake_workers();
    }
    if is_due && matches!(room, Room::Full(_)) && shrink(deps).await {
        disks.looked = None;
    }
    kept?;
    let sign = Sign {
        id: &deps.worker,
        name: &deps.home.name,
        version: env!("CARGO_PKG_VERSION"),
        started_at,
        disk: disks.disk,
        refreshes_stopped: matches!(room, Room::Full(_)),
        is_first: !disks.has_looked_in,
    };
    servers::look_in(&deps.store, &sign).await?;
    disks.has_looked_in = true;
    let now = deps.clock.now_us();
    let hour = now - now.rem_euclid(HOUR);
    if disks.noted != hour {
        note(deps, disks.disk, hour).await?;
        disks.noted = hour;
    }
    Ok(())
}

/// Gives back what the cache of snapshots can do without: it is fetched again when it is needed. Whether that was
/// anything.
async fn shrink(deps: &Deps) -> bool {
    let data = Arc::clone(&deps.data);
    let bytes = off_the_threads(move || data.shrink_cache()).await;
    let bytes = bytes.unwrap_or_default();
    if bytes > 0 {
        tracing::info!(
            bytes,
            "the disk is too full: snapshots that nobody reads leave the cache"
        );
    }
    bytes > 0
}

fn tell(before: Room, now: Room) {
    match (before, now) {
        (Room::Full(_), Room::Enough) => {
            tracing::info!("there is room on the disk again: refreshes go on");
        }
        (Room::Unknown | Room::Enough, Room::Full(percent)) => tracing::warn!(
            disk.percent = percent,
            "the disk is too full: refreshes stop, and exports deliver their latest data"
        ),
        _ => {}
    }
}

/// Notes what things take, unless that was done for this hour.
async fn note(deps: &Deps, disk: Option<Disk>, hour: Micros) -> Result<(), StoreError> {
    let store = &deps.store;
    let name = &deps.home.name;
    let mut samples = Vec::new();
    let snapshots = storage::snapshot_bytes(store).await?;
    let path = deps.home.folder.clone();
    let file = store.file().await?;
    let folder = off_the_threads(move || Folder::measure(&path, file.as_deref()))
        .await
        .unwrap_or_default();
    let database = storage::database_bytes(store)
        .await?
        .saturating_add(folder.log);
    if !storage::is_sampled(store, SHARED, hour).await? {
        let shared = |kind, bytes| Sample {
            server: SHARED.to_owned(),
            of: Measured::Kind(kind),
            at: hour,
            bytes,
        };
        samples.push(shared(StorageKind::Snapshots, snapshots));
        samples.push(shared(StorageKind::Database, database));
    }
    if !storage::is_sampled(store, name, hour).await? {
        let own = |of, bytes| Sample {
            server: name.clone(),
            of,
            at: hour,
            bytes,
        };
        samples.push(own(Measured::Kind(StorageKind::Copies), folder.copies));
        if deps.home.has_cache {
            samples.push(own(Measured::Kind(StorageKind::Cache), folder.cache));
        }
        samples.push(own(Measured::Kind(StorageKind::Scratch), folder.scratch));
        if let Some(disk) = disk {
            let taken = disk.total.saturating_sub(disk.free);
            // What is elsewhere takes nothing of this disk.
            let snapshots = if deps.home.has_cache { 0 } else { snapshots };
            let database = match store.engine() {
                Engine::Sqlite => database,
                Engine::Postgres => 0,
            };
            let ours = [
                folder.copies,
                folder.cache,
                folder.scratch,
                snapshots,
                database,
            ];
            let ours = ours.into_iter().fold(0, i64::saturating_add);
            let other = taken.saturating_sub(ours).max(0);
            samples.push(own(Measured::Kind(StorageKind::Other), other));
            samples.push(own(Measured::Disk, taken));
        }
    }
    if samples.is_empty() {
        return Ok(());
    }
    let mut tx = store.begin().await?;
    storage::note(&mut tx, &samples).await?;
    tx.commit().await
}

/// Does what may wait for a disk. None: it panicked, which the log says.
async fn off_the_threads<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let done = tokio::task::spawn_blocking(work).await;
    if let Err(error) = &done {
        tracing::error!("cannot look at the disk: {error}");
    }
    done.ok()
}

impl Folder {
    /// Adds up what lies there. What cannot be looked at, or goes meanwhile, counts for nothing. The database may be in a file
    /// elsewhere; what one in the data folder left counts as well.
    fn measure(folder: &Path, database: Option<&Path>) -> Self {
        let mut found = Self {
            cache: below(&folder.join("lake-cache")),
            scratch: below(&folder.join("spill")),
            ..Self::default()
        };
        let own = folder.join("waybill.db");
        let elsewhere = database.filter(|path| *path != own);
        for database in [Some(own.as_path()), elsewhere].into_iter().flatten() {
            found.copies = found.copies.saturating_add(copies_of(database));
        }
        for (path, bytes) in files(folder) {
            if path.file_name().is_some_and(is_backup) {
                found.copies = found.copies.saturating_add(bytes);
            }
        }
        if let Some(about) = database.and_then(|path| std::fs::metadata(log_of(path)).ok()) {
            found.log = i64::try_from(about.len()).unwrap_or(i64::MAX);
        }
        found
    }
}

/// The bytes of the copies of a database from before its migrations, beside it.
fn copies_of(database: &Path) -> i64 {
    let Some((folder, name)) = database.parent().zip(database.file_name()) else {
        return 0;
    };
    let start = format!("{}.v", name.to_string_lossy());
    let is_copy = |path: &Path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with(&start)
    };
    files(folder)
        .filter(|(path, _)| is_copy(path))
        .map(|(_, bytes)| bytes)
        .fold(0, i64::saturating_add)
}

/// What SQLite has not written back into a file.
fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// What `waybill migrate` writes before it begins.
fn is_backup(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("before-v") && name.ends_with(".tar.zst")
}

/// The files in a folder, with their sizes.
fn files(folder: &Path) -> impl Iterator<Item = (PathBuf, i64)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let about = entry.metadata().ok()?;
        let bytes = i64::try_from(about.len()).unwrap_or(i64::MAX);
        about.is_file().then(|| (entry.path(), bytes))
    })
}

/// The bytes of all files in a folder and in those inside it. Links are not followed.
fn below(folder: &Path) -> i64 {
    let mut bytes = files(folder)
        .map(|(_, bytes)| bytes)
        .fold(0, i64::saturating_add);
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    for entry in entries.filter_map(Result::ok) {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            bytes = bytes.saturating_add(below(&entry.path()));
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_lies_in_a_data_folder_is_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, bytes: usize| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, vec![0; bytes]).expect("written");
        };
        write("waybill.db", 1_000);
        write("waybill.db-wal", 7);
        write("waybill.db.v13", 20);
        write("waybill.db.v14", 30);
        write("before-v14.tar.zst", 5);
        write("before-noon.txt", 9);
        write("lake-cache/snapshots/a/b/part-00000.parquet", 40);
        write("lake-cache/mark", 1);
        write("spill/query/one", 60);
        let own = folder.path().join("waybill.db");
        let found = Folder {
            copies: 55,
            cache: 41,
            scratch: 60,
            log: 7,
        };
        assert_eq!(Folder::measure(folder.path(), Some(&own)), found);
        let on_postgres = Folder { log: 0, ..found };
        assert_eq!(Folder::measure(folder.path(), None), on_postgres);
        write("elsewhere/a.db", 1_000);
        write("elsewhere/a.db-wal", 3);
        write("elsewhere/a.db.v14", 10);
        let other = folder.path().join("elsewhere/a.db");
        let elsewhere = Folder {
            copies: 65,
            log: 3,
            ..found
        };
        assert_eq!(Folder::measure(folder.path(), Some(&other)), elsewhere);
        let nowhere = folder.path().join("nowhere");
        assert_eq!(Folder::measure(&nowhere, None), Folder::default());
    }
}
