//! The folder of a snapshot while it is made, and how it becomes visible.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::EngineError;

const UNFINISHED: &str = "tmp";

/// `<destination>.tmp`.
#[derive(Debug)]
pub(crate) struct Place {
    destination: PathBuf,
    unfinished: PathBuf,
}

impl Place {
    pub(crate) async fn create(destination: &Path) -> Result<Self, EngineError> {
        let unfinished = destination.with_added_extension(UNFINISHED);
        let place = Self {
            destination: destination.to_owned(),
            unfinished,
        };
        let (path, target) = (place.unfinished.clone(), place.destination.clone());
        blocking(&place.destination, move || {
            if target.exists() {
                return Err(io::Error::from(io::ErrorKind::AlreadyExists));
            }
            remove(&path)?;
            fs::create_dir_all(&path)
        })
        .await?;
        Ok(place)
    }

    pub(crate) fn part(&self, number: usize) -> (String, PathBuf) {
        let name = format!("part-{number:05}.parquet");
        let path = self.unfinished.join(&name);
        (name, path)
    }

    /// Files are synced by those who write them.
    pub(crate) async fn publish(self) -> Result<(), EngineError> {
        let Self {
            destination,
            unfinished,
        } = self;
        blocking(&destination.clone(), move || {
            File::open(&unfinished)?.sync_all()?;
            fs::rename(&unfinished, &destination)?;
            match destination.parent() {
                Some(parent) => File::open(parent)?.sync_all(),
                None => Ok(()),
            }
        })
        .await
    }

    /// What cannot be removed now is left to who looks after the folder.
    pub(crate) async fn discard(self) {
        let path = self.unfinished.clone();
        if let Err(error) = blocking(&self.unfinished, move || remove(&path)).await {
            tracing::warn!(snapshot.path = %self.unfinished.display(), %error, "unfinished snapshot stays for now");
        }
    }
}

async fn blocking(
    path: &Path,
    work: impl FnOnce() -> io::Result<()> + Send + 'static,
) -> Result<(), EngineError> {
    tokio::task::spawn_blocking(work)
        .await?
        .map_err(EngineError::snapshot_unwritable(path))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The files of a snapshot in the order of its rows. Blocking.
pub(crate) fn part_files(snapshot: &Path) -> Result<Vec<PathBuf>, EngineError> {
    let unreadable = |error: io::Error| EngineError::snapshot_unreadable(snapshot)(error.into());
    let mut files = Vec::new();
    for entry in fs::read_dir(snapshot).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "parquet")
        {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(unreadable(io::Error::from(io::ErrorKind::NotFound)));
    }
    // By length first: from the 100,000th part on the numbers are longer.
    files.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
    Ok(files)
}
