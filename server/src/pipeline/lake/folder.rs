//! A lake that is a folder: of one server, or on a disk that several share.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::domain::Micros;
use uuid::Uuid;

use super::{LakeError, MARK, SNAPSHOTS, UNFINISHED, begun_at, known_id, mark, on_disk};

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct FolderLake {
    root: Arc<Path>,
}

impl FolderLake {
    pub(super) fn open(root: &Path, expected: Option<&str>) -> Result<(Self, String), LakeError> {
        let found = match fs::read(root.join(MARK)) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(LakeError::io(root)(error)),
        };
        let place = root.display().to_string();
        let id = if let Some(id) = known_id(&place, found.as_deref(), expected)? {
            id
        } else {
            let id = Uuid::now_v7().to_string();
            make(root, &id)?;
            id
        };
        fs::create_dir_all(root.join(SNAPSHOTS)).map_err(LakeError::io(root))?;
        let lake = Self { root: root.into() };
        Ok((lake, id))
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn is_ready(&self) -> bool {
        self.root.join(MARK).is_file()
    }

    pub(super) async fn remove(&self, path: &str) -> Result<(), LakeError> {
        let place = self.root.join(path);
        on_disk(move || remove(&place)).await
    }

    pub(super) async fn begun_before(&self, before: Micros) -> Result<Vec<String>, LakeError> {
        let root = Arc::clone(&self.root);
        on_disk(move || begun_before(&root, before)).await
    }
}

/// Makes an empty lake with this id.
pub(super) fn make(root: &Path, id: &str) -> Result<(), LakeError> {
    let write = || {
        fs::create_dir_all(root)?;
        let draft = root.join(format!("{MARK}{UNFINISHED}"));
        let mut file = fs::File::create(&draft)?;
        file.write_all(&mark(id))?;
        file.sync_all()?;
        fs::rename(&draft, root.join(MARK))?;
        fs::File::open(root)?.sync_all()
    };
    write().map_err(LakeError::io(root))
}

/// Whether no snapshot is in the lake, nor one that is made.
pub(super) fn is_bare(root: &Path) -> Result<bool, LakeError> {
    for table in folders(&root.join(SNAPSHOTS))? {
        if !folders(&table)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The paths of snapshots below this folder that were begun before this instant. Those that were never finished are removed.
pub(super) fn begun_before(root: &Path, before: Micros) -> Result<Vec<String>, LakeError> {
    let mut found = Vec::new();
    for table in folders(&root.join(SNAPSHOTS))? {
        for snapshot in folders(&table)? {
            let Some(name) = snapshot.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let unfinished = name.strip_suffix(UNFINISHED);
            if begun_at(unfinished.unwrap_or(name)).is_none_or(|at| at >= before) {
                continue;
            }
            if unfinished.is_some() {
                remove(&snapshot)?;
            } else if let Some(path) = snapshot.strip_prefix(root).ok().and_then(Path::to_str) {
                found.push(path.to_owned());
            }
        }
    }
    Ok(found)
}

/// Removes a folder; that it is not there is fine.
pub(super) fn remove(folder: &Path) -> Result<(), LakeError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(LakeError::io(folder)(error)),
        _ => Ok(()),
    }
}

/// The folders in a folder; none where it is not there.
pub(super) fn folders(folder: &Path) -> Result<Vec<PathBuf>, LakeError> {
    let failed = LakeError::io(folder);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(&failed)?,
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry.map_err(&failed)?;
        if entry.file_type().map_err(&failed)?.is_dir() {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}
