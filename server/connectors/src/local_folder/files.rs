//! The file system calls of publishing, each durable when it returns.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with};
use rustix::io::Errno;

use crate::error::ConnectorError;

/// Makes the entries of a folder (what was created, renamed or removed in it) survive a power cut.
pub(super) fn sync_folder(folder: &Path) -> Result<(), ConnectorError> {
    let synced = File::open(folder).and_then(|opened| opened.sync_all());
    synced.map_err(ConnectorError::io("sync", folder))
}

/// Creates `relative` below `base` as far as it is missing. Refuses to go through symbolic links:
/// whoever may write into the destination must not be able to lead deliveries out of it.
pub(super) fn ensure_folders(base: &Path, relative: &str) -> Result<(), ConnectorError> {
    let mut folder = base.to_owned();
    for component in relative
        .split('/')
        .filter(|component| !component.is_empty())
    {
        let parent = folder.clone();
        folder.push(component);
        match fs::create_dir(&folder) {
            Ok(()) => sync_folder(&parent)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let found = folder
                    .symlink_metadata()
                    .map_err(ConnectorError::io("open", &folder))?;
                if !found.is_dir() {
                    return Err(ConnectorError::Collision {
                        path: folder.display().to_string(),
                    });
                }
            }
            Err(error) => return Err(ConnectorError::io("create", &folder)(error)),
        }
    }
    Ok(())
}

/// A new file that must not exist, ready to be written.
pub(super) fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// A whole small file, synced; replaces what a crash left there.
pub(super) fn write_synced(path: &Path, content: &[u8]) -> Result<(), ConnectorError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(content)?;
        file.sync_all()
    };
    write().map_err(ConnectorError::io("write", path))
}

/// Whether this call put the entry there, or another was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Created {
    Now,
    Before,
}

/// Moves a file or folder to a name that must be free, as one step. Does not sync.
pub(super) fn rename_new(from: &Path, to: &Path) -> Result<Created, ConnectorError> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(Created::Now),
        Err(Errno::EXIST | Errno::NOTEMPTY) => Ok(Created::Before),
        // File systems without the flag (NFS, some FUSE).
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => rename_new_by_link(from, to),
        Err(error) => Err(ConnectorError::io("publish", to)(error.into())),
    }
}

/// A hard link is create-only everywhere. Folders cannot be linked: they are looked up first, which
/// is safe among Waybill's own processes because they hold the lock.
fn rename_new_by_link(from: &Path, to: &Path) -> Result<Created, ConnectorError> {
    let failed = |error| ConnectorError::io("publish", to)(error);
    if from.is_dir() {
        if to.symlink_metadata().is_ok() {
            return Ok(Created::Before);
        }
        fs::rename(from, to).map_err(failed)?;
        return Ok(Created::Now);
    }
    match fs::hard_link(from, to) {
        Ok(()) => {
            fs::remove_file(from).map_err(failed)?;
            Ok(Created::Now)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Created::Before),
        Err(error) => Err(failed(error)),
    }
}

/// Moves a file over what is there, as one step. Does not sync.
pub(super) fn rename_over(from: &Path, to: &Path) -> Result<(), ConnectorError> {
    fs::rename(from, to).map_err(ConnectorError::io("publish", to))
}

/// `None` when it is not there.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, ConnectorError> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ConnectorError::io("read", path)(error)),
    }
}

pub(super) fn exists(path: &Path) -> Result<bool, ConnectorError> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(false)
        }
        Err(error) => Err(ConnectorError::io("look up", path)(error)),
    }
}

/// Removes a folder with all in it, or a file; it may be gone already.
pub(super) fn remove_all(path: &Path) -> Result<(), ConnectorError> {
    let found = match path.symlink_metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ConnectorError::io("look up", path)(error)),
    };
    let removed = if found.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(ConnectorError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Names in a folder, sorted; none if there is no such folder.
pub(super) fn names_in(folder: &Path) -> Result<Vec<String>, ConnectorError> {
    let failed = |error| ConnectorError::io("list", folder)(error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(vec![]);
        }
        Err(error) => return Err(failed(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        // A name that is not UTF-8 is none of ours.
        names.extend(entry.map_err(failed)?.file_name().into_string().ok());
    }
    names.sort();
    Ok(names)
}

/// Held until dropped, or until the process ends however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _folder: File,
}

impl Lock {
    /// Waits for whoever publishes in the same export folder.
    pub(super) fn take(folder: &Path) -> Result<Self, ConnectorError> {
        let opened = File::open(folder).map_err(ConnectorError::io("open", folder))?;
        match flock(&opened, FlockOperation::LockExclusive) {
            // Without locks on this file system the create-only record still lets only one attempt
            // publish.
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOLCK | Errno::NOSYS) => {
                Ok(Self { _folder: opened })
            }
            Err(error) => Err(ConnectorError::io("lock", folder)(error.into())),
        }
    }
}
