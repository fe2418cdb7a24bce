//! The file system calls of publishing, each durable when it returns.
//!
//! All go by the handle of the connection's folder: whoever may write into the destination must not be able to lead
//! deliveries out of it, at no moment.

use std::fs::File;
use std::io::{self, Read as _, Write as _};

use base::Folder;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::error::ConnectorError;

/// What is larger is no record, and no manifest either.
const LARGEST_READ: u64 = 64 << 20;

/// Makes the entries of a folder (what was created, renamed or removed in it) survive a power cut.
pub(super) fn sync_folder(base: &Folder, path: &str) -> Result<(), ConnectorError> {
    let synced = base
        .opened_folder(path)
        .and_then(|opened| opened.sync_all());
    synced.map_err(ConnectorError::io("sync", &base.at(path)))
}

/// Creates a folder as far as it is missing. Refuses to go through symbolic links.
pub(super) fn ensure_folders(base: &Folder, path: &str) -> Result<(), ConnectorError> {
    let (mut above, mut folder) = (String::new(), String::new());
    for component in path.split('/').filter(|component| !component.is_empty()) {
        if !folder.is_empty() {
            folder.push('/');
        }
        folder.push_str(component);
        match base.create_folder(&folder) {
            Ok(()) => sync_folder(base, &above)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                check_folder(base, &folder)?;
            }
            Err(error) => return Err(standing("create", base, &folder)(error)),
        }
        above.clone_from(&folder);
    }
    Ok(())
}

fn check_folder(base: &Folder, path: &str) -> Result<(), ConnectorError> {
    let opened = base.folder(path).map(drop);
    opened.map_err(standing("open", base, path))
}

/// As [`ConnectorError::io`]; where something else stands in the place of a folder, that is a collision.
fn standing(
    action: &'static str,
    base: &Folder,
    path: &str,
) -> impl FnOnce(io::Error) -> ConnectorError {
    let at = base.at(path);
    move |error| match Errno::from_io_error(&error) {
        Some(Errno::NOTDIR | Errno::LOOP) => ConnectorError::Collision {
            path: at.display().to_string(),
        },
        _ => ConnectorError::io(action, &at)(error),
    }
}

/// A whole small file, synced; takes the place of what a crash left there, and writes into nothing that is there.
pub(super) fn write_synced(
    base: &Folder,
    path: &str,
    content: &[u8],
) -> Result<(), ConnectorError> {
    let write = || {
        let mut file = match base.create_file(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                base.remove_file(path)?;
                base.create_file(path)?
            }
            created => created?,
        };
        file.write_all(content)?;
        file.sync_all()
    };
    write().map_err(ConnectorError::io("write", &base.at(path)))
}

/// Whether this call put the entry there, or another was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Created {
    Now,
    Before,
}

/// Moves a file or folder to a name that must be free, as one step. Does not sync.
pub(super) fn rename_new(base: &Folder, from: &str, to: &str) -> Result<Created, ConnectorError> {
    let Err(error) = base.rename_new(from, to) else {
        return Ok(Created::Now);
    };
    match Errno::from_io_error(&error) {
        Some(Errno::EXIST | Errno::NOTEMPTY) => Ok(Created::Before),
        // File systems without the flag (NFS, some FUSE).
        Some(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => rename_new_by_link(base, from, to),
        _ => Err(ConnectorError::io("publish", &base.at(to))(error)),
    }
}

/// A hard link is create-only everywhere. Folders cannot be linked: they are looked up first, which
/// is safe among Waybill's own processes because they hold the lock.
fn rename_new_by_link(base: &Folder, from: &str, to: &str) -> Result<Created, ConnectorError> {
    let failed = |error| ConnectorError::io("publish", &base.at(to))(error);
    if base.folder(from).is_ok() {
        if base.about(to).is_ok() {
            return Ok(Created::Before);
        }
        base.rename(from, to).map_err(failed)?;
        return Ok(Created::Now);
    }
    match base.link(from, to) {
        Ok(()) => {
            base.remove_file(from).map_err(failed)?;
            Ok(Created::Now)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Created::Before),
        Err(error) => Err(failed(error)),
    }
}

/// Moves a file over what is there, as one step. Does not sync.
pub(super) fn rename_over(base: &Folder, from: &str, to: &str) -> Result<(), ConnectorError> {
    base.rename(from, to)
        .map_err(ConnectorError::io("publish", &base.at(to)))
}

/// `None` when it is not there.
pub(super) fn read_if_there(base: &Folder, path: &str) -> Result<Option<Vec<u8>>, ConnectorError> {
    let mut content = Vec::new();
    let read = base
        .file(path)
        .and_then(|file| file.take(LARGEST_READ + 1).read_to_end(&mut content));
    match read {
        Ok(bytes) if bytes as u64 > LARGEST_READ => Err(ConnectorError::Collision {
            path: base.at(path).display().to_string(),
        }),
        Ok(_) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ConnectorError::io("read", &base.at(path))(error)),
    }
}

pub(super) fn exists(base: &Folder, path: &str) -> Result<bool, ConnectorError> {
    match base.about(path) {
        Ok(_) => Ok(true),
        Err(error) if is_missing(&error) => Ok(false),
        Err(error) => Err(ConnectorError::io("look up", &base.at(path))(error)),
    }
}

/// There is no such entry, or no such folder for it; what a link leads to is not there for us.
fn is_missing(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(Errno::NOENT | Errno::NOTDIR | Errno::LOOP)
    )
}

/// Removes a folder with all in it, or a file; it may be gone already.
pub(super) fn remove_all(base: &Folder, path: &str) -> Result<(), ConnectorError> {
    gone(base, path, base.remove_all(path))
}

/// Removes a file; it may be gone already. A folder in its place is nobody's file and stays.
pub(super) fn remove_file(base: &Folder, path: &str) -> Result<(), ConnectorError> {
    match base.remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => Ok(()),
        removed => gone(base, path, removed),
    }
}

fn gone(base: &Folder, path: &str, removed: io::Result<()>) -> Result<(), ConnectorError> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(ConnectorError::io("remove", &base.at(path))(error))
        }
        _ => Ok(()),
    }
}

/// Names in a folder, sorted; none if there is no such folder.
pub(super) fn names_in(base: &Folder, path: &str) -> Result<Vec<String>, ConnectorError> {
    let found = match base.names(path) {
        Ok(found) => found,
        Err(error) if is_missing(&error) => return Ok(vec![]),
        Err(error) => return Err(ConnectorError::io("list", &base.at(path))(error)),
    };
    // A name that is not UTF-8 is none of ours.
    let names = found.into_iter().filter_map(|name| name.into_string().ok());
    let mut names: Vec<_> = names.collect();
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
    pub(super) fn take(base: &Folder, path: &str) -> Result<Self, ConnectorError> {
        let opened = base
            .opened_folder(path)
            .map_err(standing("open", base, path))?;
        match flock(&opened, FlockOperation::LockExclusive) {
            // Without locks on this file system the create-only record still lets only one attempt
            // publish.
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOLCK | Errno::NOSYS) => {
                Ok(Self { _folder: opened })
            }
            Err(error) => Err(ConnectorError::io("lock", &base.at(path))(error.into())),
        }
    }
}
