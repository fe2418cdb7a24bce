//! Restoring a backup into an empty database.
//!
//! Rows, and what they had under way, are one transaction, at the schema of the backup; migrations follow. A restore that is
//! cut short leaves a database without people, into which it can be done again.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Seek as _;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use app::domain::{AuditDoor, Micros, Restored, SystemPause};
use base::SystemClock;
use chrono::DateTime;
use tokio::sync::mpsc;

use super::Place;
use super::format::{Index, LakeList, Manifest};
use super::read::{self, Sound};
use crate::config::StorageConfig;
use crate::pipeline::{Lake, LakeError, SnapshotPlace};
use crate::serve::DataFolder;
use crate::store::audit::{self, AuditEntry};
use crate::store::copy::{self, Filling};
use crate::store::{Migrated, Schema, Store, Tx, operation};

/// Entries that wait to be filled in.
const WAITING: usize = 2;
/// The cache of a lake in a bucket, which nothing is fetched into here.
const CACHE_BYTES: u64 = 0;
/// Why a database is refused that somebody can sign in to.
const PEOPLE: &str = "there are people in the database: a backup is restored into an empty one, as by another `--data DIR` or \
     `--database URL`";
/// Who pauses a restored server.
const BY: &str = "waybill restore";

/// How a backup is restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restoring {
    /// Where the lake of the backup is not there, an empty one takes its place, even though the backup has snapshots.
    pub new_lake: bool,
}

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub manifest: Manifest,
    pub index: Index,
    pub restored: Restored,
    /// From the schema of the backup to that of this program.
    pub migrated: Migrated,
    pub seconds: u64,
}

/// Restores the backup of a place. Refused where somebody can sign in already. Gives the store with what it did, for whoever
/// looks at the keys.
pub async fn restore(
    place: &Place,
    storage: &StorageConfig,
    how: Restoring,
) -> anyhow::Result<(Store, Done)> {
    let began = Instant::now();
    let _folder = DataFolder::lock(&storage.data)?;
    let file = place.local(&storage.data).await?;
    let sound = checked(file.try_clone()?).await?;
    let store = Store::open(storage.database.expose(), Arc::new(SystemClock)).await?;
    match fill(&store, storage, file, &sound, how).await {
        Ok((restored, migrated)) => {
            let done = Done {
                manifest: sound.manifest,
                index: sound.index,
                restored,
                migrated,
                seconds: began.elapsed().as_secs(),
            };
            Ok((store, done))
        }
        Err(error) => {
            store.close().await;
            Err(error)
        }
    }
}

/// What an archive is, after all of it was read.
async fn checked(file: File) -> anyhow::Result<Sound> {
    tokio::task::spawn_blocking(move || read::check(file))
        .await
        .context("reading the backup panicked")?
}

async fn fill(
    store: &Store,
    storage: &StorageConfig,
    file: File,
    sound: &Sound,
    how: Restoring,
) -> anyhow::Result<(Restored, Migrated)> {
    // Before anything is made: it is asked once more before anything is emptied.
    empty(store, &sound.manifest).await?;
    let missing = missing(storage, &sound.lake, how).await?;
    store
        .migrate_to(sound.manifest.schema_version)
        .await
        .context("cannot prepare the database")?;
    let mut tx = store.begin().await?;
    still_empty(&mut tx, &sound.manifest).await?;
    copy::clear(&mut tx).await?;
    rows(&mut tx, file, sound).await?;
    let restored = settle(&mut tx, &sound.manifest, &missing).await?;
    tx.commit().await?;
    let migrated = store
        .migrate()
        .await
        .context("the backup is restored, but cannot be brought to this version")?;
    note(store).await?;
    Ok((restored, migrated))
}

/// Refuses a database that has something to lose.
async fn empty(store: &Store, manifest: &Manifest) -> anyhow::Result<()> {
    let there = Schema::of(store).await?;
    if there.version == 0 {
        return Ok(());
    }
    ensure!(
        there.version <= manifest.schema_version,
        "the database has schema {} already, and the backup {}: give it an empty database, as by another `--data DIR` or \
         `--database URL`",
        there.version,
        manifest.schema_version
    );
    ensure!(copy::is_empty(store).await?, PEOPLE);
    Ok(())
}

/// Holds the database as it was looked at, and refuses one that has something to lose by now.
async fn still_empty(tx: &mut Tx, manifest: &Manifest) -> anyhow::Result<()> {
    copy::keep_others_out(tx).await?;
    let there = Schema::of(&mut *tx).await?.version;
    ensure!(
        there == manifest.schema_version,
        "the database has schema {there} by now: somebody else migrates it, or a server runs on it"
    );
    ensure!(copy::is_empty(tx).await?, PEOPLE);
    Ok(())
}

/// The snapshots that the lake does not have. A lake that is not there is made, unless it is known to have some: then it may
/// be elsewhere, or not mounted.
async fn missing(
    storage: &StorageConfig,
    list: &LakeList,
    how: Restoring,
) -> anyhow::Result<Vec<String>> {
    let Some(id) = &list.id else {
        return Ok(list.snapshots.iter().map(|one| one.id.clone()).collect());
    };
    let cache = storage.data.join("lake-cache");
    let may_be_new = how.new_lake || list.snapshots.is_empty();
    let lake = match Lake::adopt(&storage.lake, &cache, CACHE_BYTES, id, may_be_new).await {
        Err(LakeError::Gone { place }) => bail!(
            "the backup has {} snapshots, and the lake that they are in is not at `{place}`: mount it, put a copy of it there, \
             or say where it is by `--lake PLACE`; to begin with an empty one, add `--new-lake`",
            list.snapshots.len()
        ),
        lake => lake?,
    };
    let mut missing = Vec::new();
    for snapshot in &list.snapshots {
        let place = SnapshotPlace::new(&snapshot.path, &snapshot.files);
        if !lake.has(&place).await? {
            missing.push(snapshot.id.clone());
        }
    }
    Ok(missing)
}

/// Fills all tables, and holds them to what the archive says of itself.
async fn rows(tx: &mut Tx, mut file: File, sound: &Sound) -> anyhow::Result<()> {
    file.rewind().context("cannot read the backup again")?;
    let (send, mut entries) = mpsc::channel::<(String, Vec<u8>)>(WAITING);
    let reading = tokio::task::spawn_blocking(move || {
        read::read(file, |table, bytes| {
            let entry = (table.to_owned(), bytes);
            send.blocking_send(entry)
                .map_err(|_| anyhow::anyhow!("the database takes no more"))
        })
    });
    let mut filled = BTreeMap::<String, u64>::new();
    let mut filling: Option<(String, Filling)> = None;
    while let Some((table, bytes)) = entries.recv().await {
        let lines = String::from_utf8(bytes)
            .with_context(|| format!("the rows of `{table}` are no text"))?;
        let current = match filling {
            Some((name, current)) if name == table => current,
            _ => begin(tx, &table, &sound.index).await?,
        };
        let added = current.put(tx, &lines).await?;
        *filled.entry(table.clone()).or_default() += added;
        filling = Some((table, current));
    }
    let again = reading.await.context("reading the backup panicked")??;
    ensure!(again == *sound, "the backup changed while it was restored");
    for table in &sound.index.tables {
        let rows = filled.get(&table.name).copied().unwrap_or_default();
        ensure!(
            rows == table.rows,
            "`{}` has {rows} rows now, the backup said {}",
            table.name,
            table.rows
        );
    }
    Ok(())
}

async fn begin(tx: &mut Tx, table: &str, index: &Index) -> anyhow::Result<Filling> {
    let named = index.tables.iter().find(|named| named.name == table);
    let Some((named, kept)) = named.zip(copy::kept(table)) else {
        bail!("the backup does not say which columns `{table}` has");
    };
    Ok(Filling::of(tx, kept, &named.columns).await?)
}

/// Ends what was under way, pauses everything, and says what is not known.
async fn settle(tx: &mut Tx, manifest: &Manifest, missing: &[String]) -> anyhow::Result<Restored> {
    let at = tx.now();
    let gone = copy::forget_snapshots(tx, missing).await?;
    let settled = copy::settle(tx, at).await?;
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let restored = Restored {
        taken_at: manifest.taken_at,
        at,
        resumed_at: None,
        by_version: manifest.program.clone(),
        runs_unknown: count(settled.runs_unknown),
        runs_dropped: count(settled.runs_dropped),
        snapshots_missing: count(gone.snapshots),
        tables_missing: count(gone.tables),
    };
    operation::set_restored(tx, &restored).await?;
    let pause = SystemPause {
        reason: format!("Restored from the backup of {}", minute(manifest.taken_at)),
        since: at,
        by: BY.to_owned(),
    };
    operation::set_pause(tx, &pause).await?;
    Ok(restored)
}

/// An instant as people read it: `2026-11-26 11:00 UTC`.
pub(super) fn minute(at: Micros) -> String {
    let at = DateTime::from_timestamp_micros(at).unwrap_or_default();
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

async fn note(store: &Store) -> anyhow::Result<()> {
    let mut tx = store.begin().await?;
    let entry = AuditEntry {
        at: tx.now(),
        actor_id: None,
        actor_name: "command line",
        door: AuditDoor::CommandLine,
        token: None,
        action: "system.restore",
        object_kind: "system",
        object_id: "backup".to_owned(),
        before: None,
        after: None,
        network: "",
    };
    audit::append(&mut tx, &entry).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_to_the_minute() {
        assert_eq!(minute(1_795_435_259_999_999), "2026-11-23 12:00 UTC");
    }
}
