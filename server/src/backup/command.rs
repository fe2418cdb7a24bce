//! `waybill backup`, `restore` and `migrate`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use base::SystemClock;

use super::restore::minute;
use super::{Place, Restoring, Sound, Taken};
use crate::command::{say, tell};
use crate::config::{BackupArgs, LogFormat, MigrateArgs, RestoreArgs, StorageConfig};
use crate::serve::{self, DataFolder};
use crate::store::{Engine, Schema, Store, known_schema};
use crate::{crypto, telemetry};

/// How long a migration may take before it is said what it may be waiting for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Writes a backup while servers run.
pub async fn backup(arguments: BackupArgs) -> anyhow::Result<()> {
    telemetry::init(LogFormat::Text)?;
    let place = Place::parse(&arguments.to)?;
    let store = open(&arguments.storage.resolve()?).await?;
    let taken = back_up(&store, &place).await;
    store.close().await;
    let (line, taken) = taken?;
    // A pipe carries the backup itself.
    if place == Place::Pipe {
        tell(&line);
        tell(&keys(&taken));
        return Ok(());
    }
    say(&line)?;
    say(&keys(&taken))
}

/// Writes a backup, and notes that it was made.
async fn back_up(store: &Store, place: &Place) -> anyhow::Result<(String, Taken)> {
    let began = Instant::now();
    let taken = super::take(store, place).await?;
    // It is whole, whether or not that can be noted. An older schema is left as it is.
    if store.check().await.is_ok()
        && let Err(error) = super::note(store, &taken).await
    {
        tracing::warn!("cannot note in the database that the backup was made: {error:#}");
    }
    let line = format!(
        "backed up: {} rows, {} bytes, in {} s; schema {}",
        taken.index.rows,
        taken.bytes,
        began.elapsed().as_secs(),
        taken.manifest.schema_version
    );
    Ok((line, taken))
}

/// Which keys are needed with a backup.
fn keys(taken: &Taken) -> String {
    if taken.manifest.key_ids.is_empty() {
        return "it has no sealed secrets".to_owned();
    }
    format!(
        "its secrets open with the key {}, which is not in it: keep the key file elsewhere",
        taken.manifest.key_ids.join(", ")
    )
}

/// Restores a backup, or says whether it is sound.
pub async fn restore(arguments: RestoreArgs) -> anyhow::Result<()> {
    telemetry::init(LogFormat::Text)?;
    let place = Place::parse(&arguments.from)?;
    if arguments.check {
        let source = place.open().await?;
        let sound = tokio::task::spawn_blocking(move || super::check(source))
            .await
            .context("reading the backup panicked")??;
        return say(&described(&sound));
    }
    let (storage, key) = arguments.sealed.resolve()?;
    let how = Restoring {
        new_lake: arguments.new_lake,
    };
    let (store, done) = super::restore(&place, &storage, how).await?;
    let key = crypto::check(&store, &key).await;
    store.close().await;
    let restored = &done.restored;
    say(&format!(
        "restored the backup of {}: {} rows in {} s; schema {}",
        minute(restored.taken_at),
        done.index.rows,
        done.seconds,
        done.migrated.to
    ))?;
    for (number, what) in [
        (
            restored.runs_unknown,
            "runs were under way: whether they delivered is not known",
        ),
        (restored.runs_dropped, "runs waited: they do not start"),
        (
            restored.tables_missing,
            "tables wait for their next refresh: their snapshots are not in the lake",
        ),
    ] {
        if number > 0 {
            say(&format!("{number} {what}"))?;
        }
    }
    if let Err(error) = key {
        say(&format!(
            "the secrets do not open: {:#}",
            anyhow::Error::from(error)
        ))?;
        say("put the key file back, or give the secrets up by `waybill reset-secrets`")?;
    }
    say(
        "everything is paused, and nothing that should have started since is caught up: make sure that the first server does \
         not run any more, start this one, and resume on the page System",
    )
}

fn described(sound: &Sound) -> String {
    let manifest = &sound.manifest;
    format!(
        "sound: of {}, by waybill {} on {}, schema {}; {} rows in {} tables; keys: {}",
        minute(manifest.taken_at),
        manifest.program,
        manifest.database,
        manifest.schema_version,
        sound.index.rows,
        sound.index.tables.len(),
        if manifest.key_ids.is_empty() {
            "none".to_owned()
        } else {
            manifest.key_ids.join(", ")
        }
    )
}

/// Brings the database to this version. Of PostgreSQL a backup is written first; SQLite copies its own file.
pub async fn migrate(arguments: MigrateArgs) -> anyhow::Result<()> {
    telemetry::init(LogFormat::Text)?;
    let storage = arguments.storage.resolve()?;
    // A server that runs here is found before anything is written, and none begins in between.
    let folder = DataFolder::lock(&storage.data)?;
    if !arguments.no_backup {
        first_a_backup(&storage, arguments.backup.as_deref()).await?;
    }
    let migrating = serve::migrate(&folder, &storage);
    tokio::pin!(migrating);
    let migrated = tokio::select! {
        migrated = &mut migrating => migrated,
        () = tokio::time::sleep(PATIENCE) => {
            tell("still at it: a large table takes its time, and a backup or a long request of a server is waited for");
            migrating.await
        }
    }?;
    say(&format!(
        "the database is at version {} (was {})",
        migrated.to, migrated.from
    ))
}

/// Writes a backup of a database that is there and will be changed.
async fn first_a_backup(storage: &StorageConfig, to: Option<&Path>) -> anyhow::Result<()> {
    let known = known_schema();
    let Some(store) = existing(storage).await? else {
        return Ok(());
    };
    let is_wanted = to.is_some() || store.engine() == Engine::Postgres;
    let done = async {
        let there = Schema::of(&store).await?.version;
        if !is_wanted || there == 0 || there >= known {
            return Ok(());
        }
        let place = match to {
            Some(path) => Place::File(path.to_owned()),
            None => Place::Own(unnamed(&storage.data, known, there).await?),
        };
        let (line, _) = back_up(&store, &place).await.context(
            "no backup could be made; say where by `--backup FILE`, or go without by `--no-backup`",
        )?;
        match &place {
            Place::File(path) | Place::Own(path) => say(&format!("{line}; at {}", path.display())),
            Place::Pipe | Place::Object { .. } => say(&line),
        }
    };
    let done: anyhow::Result<()> = done.await;
    store.close().await;
    done
}

/// The file of a backup that nobody has named. What an earlier try left there makes room for a new one, unless it is of an
/// older schema: it is from before a migration that came half way, and nothing else leads back there.
async fn unnamed(data: &Path, known: i64, there: i64) -> anyhow::Result<PathBuf> {
    let path = data.join(format!("before-v{known}.tar.zst"));
    let Ok(file) = File::open(&path) else {
        return Ok(path);
    };
    let checked = tokio::task::spawn_blocking(move || super::check(file))
        .await
        .context("reading an earlier backup panicked")?;
    Ok(match checked {
        Ok(sound) if sound.manifest.schema_version != there => {
            data.join(format!("before-v{known}-of-v{there}.tar.zst"))
        }
        _ => path,
    })
}

/// Opens a database that is there: opening SQLite would make it.
async fn open(storage: &StorageConfig) -> anyhow::Result<Store> {
    match existing(storage).await? {
        Some(store) => Ok(store),
        None => bail!("there is no database yet; `waybill serve` makes it"),
    }
}

async fn existing(storage: &StorageConfig) -> anyhow::Result<Option<Store>> {
    let url = storage.database.expose();
    let path = url.strip_prefix("sqlite://");
    let path = path.map(|path| path.split('?').next().unwrap_or(path));
    if path.is_some_and(|path| !Path::new(path).is_file()) {
        return Ok(None);
    }
    Ok(Some(Store::open(url, Arc::new(SystemClock)).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_try_writes_over_the_backup_of_the_first_unless_that_is_of_an_older_schema() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();
        let url = format!("sqlite://{}/waybill.db", data.display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        store.migrate_to(14).await.expect("migrates");
        let first = data.join("before-v16.tar.zst");
        let place = async |there: i64| unnamed(data, 16, there).await.expect("a place");
        assert_eq!(place(14).await, first);
        std::fs::write(&first, "torn").expect("written");
        assert_eq!(place(15).await, first);
        crate::backup::take(&store, &Place::Own(first.clone()))
            .await
            .expect("a backup");
        assert_eq!(place(14).await, first);
        assert_eq!(place(15).await, data.join("before-v16-of-v15.tar.zst"));
        store.close().await;
    }
}
