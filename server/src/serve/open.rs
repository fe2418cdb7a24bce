//! Opens what a server keeps: data folder, store, lake, engine.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use app::domain::percent_full;
use base::{Clock, FolderRoots, GuardedHttp, OutboundGuard};
use engine::{Engine, EngineConfig};

use crate::config::{Config, StorageConfig};
use crate::pipeline::{DataPlane, Lake, Vault, disk_of};
use crate::scheduler::{DiskProbe, Home};
use crate::store::{Engine as Database, Store, StoreError, settings};

/// The folder, in the data folder, for what is here of a lake in a bucket.
const LAKE_CACHE: &str = "lake-cache";
/// Rows of a batch: small enough to stay in the cache, large enough to pay for itself.
const BATCH_ROWS: usize = 8192;

/// The folder of one server, locked while it is held.
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Creates the folder where it is missing, readable by this user alone, and locks it.
    pub fn lock(path: &Path) -> anyhow::Result<Self> {
        let named = path.display();
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("cannot create the data folder `{named}`"))?;
        let path = path
            .canonicalize()
            .with_context(|| format!("cannot use the data folder `{named}`"))?;
        let lock = File::create(path.join("waybill.lock"))
            .with_context(|| format!("cannot write to `{named}`"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                bail!("another waybill serves the data folder `{named}`")
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock `{named}`"))
            }
        }
    }

    /// Where the demo keeps its source and its deliveries.
    pub fn demo(&self) -> PathBuf {
        self.path.join("demo")
    }
}

/// Opens the store and makes sure that it is of this version. SQLite is brought up to date on the
/// way; PostgreSQL, which several servers share, by `waybill migrate`.
pub async fn open_store(storage: &StorageConfig, clock: Arc<dyn Clock>) -> anyhow::Result<Store> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&storage.data)
        .with_context(|| format!("cannot create the data folder `{}`", storage.data.display()))?;
    let store = Store::open(storage.database.expose(), clock).await?;
    if store.engine() == Database::Sqlite {
        let migrated = store
            .migrate()
            .await
            .context("cannot migrate the database")?;
        if migrated.from != migrated.to {
            tracing::info!(
                from = migrated.from,
                to = migrated.to,
                "the database was brought up to date"
            );
        }
        return Ok(store);
    }
    match store.check().await {
        Ok(()) => Ok(store),
        Err(error @ StoreError::Behind { .. }) => Err(error).context("run `waybill migrate` first"),
        Err(error) => Err(error.into()),
    }
}

/// Opens lake and engine.
pub(super) async fn data_plane(
    config: &Config,
    folder: &DataFolder,
    store: &Store,
    vault: Arc<dyn Vault>,
) -> anyhow::Result<Arc<DataPlane>> {
    let known = settings::get(store, settings::LAKE_ID).await?;
    let cache = folder.path.join(LAKE_CACHE);
    let (lake, id) = Lake::open(
        &config.storage.lake,
        &cache,
        config.lake_cache_bytes,
        known.as_deref(),
    )
    .await?;
    if known.is_none() {
        let mut tx = store.begin().await?;
        settings::set(&mut tx, settings::LAKE_ID, &id).await?;
        tx.commit().await?;
    }
    let engine = Engine::new(EngineConfig {
        memory_bytes: usize::try_from(config.work.memory_bytes).unwrap_or(usize::MAX),
        spill_dir: folder.path.join("spill"),
        batch_rows: BATCH_ROWS,
    })
    .context("cannot start the engine")?;
    let mut roots = config.allow_roots.clone();
    if config.demo {
        roots.push(folder.demo());
    }
    let guard = OutboundGuard::new(config.allow_addresses.clone());
    let agent = concat!("waybill/", env!("CARGO_PKG_VERSION"));
    let http = GuardedHttp::new(guard, None, agent).context("cannot start the client of HTTP")?;
    Ok(Arc::new(DataPlane::new(
        engine,
        lake,
        FolderRoots::new(roots),
        http,
        vault,
        store.clone(),
    )))
}

/// Where this server lives. `disk`: looks at another disk than its own.
pub(super) fn home(
    config: &Config,
    folder: &DataFolder,
    data: &Arc<DataPlane>,
    disk: Option<DiskProbe>,
) -> Home {
    let (path, lake) = (folder.path.clone(), Arc::clone(data));
    let own = DiskProbe::new(move || {
        let disks = [disk_of(&path), lake.disk()].into_iter().flatten();
        disks.max_by_key(|disk| percent_full(*disk))
    });
    Home {
        name: config.server_name.clone(),
        folder: folder.path.clone(),
        disk: disk.unwrap_or(own),
        has_cache: config.storage.lake.folder().is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_folder_has_one_server() {
        let folder = tempfile::tempdir().expect("a folder");
        let held = DataFolder::lock(&folder.path().join("data")).expect("free");
        let error = DataFolder::lock(&folder.path().join("data"))
            .map(drop)
            .expect_err("held")
            .to_string();
        assert!(error.contains("another waybill"), "{error}");
        drop(held);
        assert!(DataFolder::lock(&folder.path().join("data")).is_ok());
    }
}
