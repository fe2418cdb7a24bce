//! The file of keys: a key a line, newest first; empty lines and those after `#` say nothing.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;
use uuid::Uuid;

use super::error::KeyError;
use super::key::{Key, Keys};

/// Others may not read or change it, the group may not change it.
const FORBIDDEN: u32 = 0o027;
/// Of a new file: this user alone.
const CLOSED: u32 = 0o600;
/// May read everything anyway.
const ROOT: u32 = 0;
/// More is read of no key file.
const MOST: u64 = 64 << 10;

/// The keys in a file; none where there is no file.
pub(super) fn read(path: &Path) -> Result<Option<Keys>, KeyError> {
    let unreadable = |source| KeyError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let about = file.metadata().map_err(unreadable)?;
    let user = geteuid().as_raw();
    if !is_owned(about.uid(), user) {
        return Err(KeyError::Foreign {
            path: path.to_owned(),
            owner: about.uid(),
            user,
        });
    }
    let mode = about.mode() & 0o777;
    if mode & FORBIDDEN != 0 {
        return Err(KeyError::Open {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = String::new();
    file.take(MOST)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    let mut keys = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        keys.push(Key::parse(line).ok_or_else(|| KeyError::Malformed {
            path: path.to_owned(),
            line: number + 1,
        })?);
    }
    let keys = Keys::of(keys).ok_or_else(|| KeyError::Empty {
        path: path.to_owned(),
    })?;
    Ok(Some(keys))
}

/// Whether the owner of a file may be trusted with the keys: whoever owns a file can read and change it.
const fn is_owned(owner: u32, user: u32) -> bool {
    owner == user || owner == ROOT
}

/// Makes the file with a new key; if somebody else was first, reads theirs.
pub(super) fn make(path: &Path) -> Result<Keys, KeyError> {
    let keys = Keys::one(Key::fresh()?);
    let unwritable = |source| KeyError::Unwritable {
        path: path.to_owned(),
        source,
    };
    let beside = beside(path);
    let made = written(&beside, &keys)
        .map(drop)
        // Whole or not at all, and never over another.
        .and_then(|()| fs::hard_link(&beside, path))
        .and_then(|()| synced(folder_of(path)));
    discard(&beside);
    match made {
        Ok(()) => Ok(keys),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| unwritable(error))
        }
        Err(error) => Err(unwritable(error)),
    }
}

/// A file of keys that nobody else replaces meanwhile.
pub(super) struct HeldFile {
    path: PathBuf,
    _lock: File,
}

impl HeldFile {
    /// Holds the file itself, where the path is a link to it.
    pub(super) fn hold(path: &Path) -> Result<Self, KeyError> {
        let unreadable = |source| KeyError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let path = path.canonicalize().map_err(unreadable)?;
        // The file is replaced: what can be locked is its folder.
        let folder = File::open(folder_of(&path)).map_err(unreadable)?;
        match folder.try_lock() {
            Ok(()) => Ok(Self {
                path,
                _lock: folder,
            }),
            Err(TryLockError::WouldBlock) => Err(KeyError::Busy { path }),
            Err(TryLockError::Error(error)) => Err(unreadable(error)),
        }
    }

    /// Puts these keys in place of those in the file, in one step. Its owner and mode stay.
    pub(super) fn replace(&self, keys: &Keys) -> Result<(), KeyError> {
        let beside = beside(&self.path);
        let replaced = self
            .alike(&beside, keys)
            .and_then(|()| fs::rename(&beside, &self.path))
            .and_then(|()| synced(folder_of(&self.path)));
        replaced.map_err(|source| {
            discard(&beside);
            KeyError::Unwritable {
                path: self.path.clone(),
                source,
            }
        })
    }

    fn alike(&self, beside: &Path, keys: &Keys) -> io::Result<()> {
        let before = fs::metadata(&self.path)?;
        let file = written(beside, keys)?;
        let now = file.metadata()?;
        if (now.uid(), now.gid()) != (before.uid(), before.gid()) {
            fchown(&file, Some(before.uid()), Some(before.gid()))?;
        }
        file.set_permissions(Permissions::from_mode(before.mode() & 0o777))?;
        file.sync_all()
    }
}

fn written(path: &Path, keys: &Keys) -> io::Result<File> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(CLOSED)
        .open(path)?;
    for key in keys.all() {
        writeln!(file, "{}", key.text().expose())?;
    }
    file.sync_all()?;
    Ok(file)
}

/// A new name in the same folder.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", Uuid::now_v7().simple()));
    folder_of(path).join(name)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes what was done to the names in a folder last.
fn synced(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes what was written beside the file; after a rename it is not there.
fn discard(beside: &Path) {
    if let Err(error) = fs::remove_file(beside)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!("cannot remove `{}`: {error}", beside.display());
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn folder() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("waybill.key");
        (folder, path)
    }

    fn ids(keys: &Keys) -> Vec<&str> {
        keys.all().map(Key::id).collect()
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("is there").mode() & 0o777
    }

    #[test]
    fn a_file_is_made_once_for_this_user_alone_and_nothing_stays_beside_it() {
        let (folder, path) = folder();
        assert!(read(&path).expect("no file is no error").is_none());
        let made = make(&path).expect("made");
        let again = make(&path).expect("somebody was first");
        assert_eq!(ids(&made), ids(&again));
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 1);
    }

    #[test]
    fn a_file_that_others_can_read_or_change_is_refused_with_what_to_run() {
        let (_folder, path) = folder();
        make(&path).expect("made");
        for open in [0o604, 0o602, 0o620, 0o644, 0o666] {
            fs::set_permissions(&path, Permissions::from_mode(open)).expect("set");
            let error = read(&path).map(drop).expect_err("refused").to_string();
            let command = format!("`chmod 600 {}`", path.display());
            assert!(error.contains(&command), "{open:o}: {error}");
        }
        for closed in [0o400, 0o600, 0o440, 0o640] {
            fs::set_permissions(&path, Permissions::from_mode(closed)).expect("set");
            assert!(read(&path).is_ok(), "{closed:o}");
        }
    }

    #[test]
    fn a_file_of_somebody_else_is_refused() {
        for (owner, user, expected) in [
            (1000, 1000, true),
            (0, 1000, true),
            (0, 0, true),
            (1001, 1000, false),
            (1000, 0, false),
        ] {
            assert_eq!(is_owned(owner, user), expected, "{owner} {user}");
        }
        let (_folder, path) = folder();
        make(&path).expect("made");
        // Only root can give a file away.
        if std::os::unix::fs::chown(&path, Some(54_321), None).is_ok() {
            let error = read(&path).map(drop).expect_err("refused").to_string();
            assert!(
                error.contains("54321") && error.contains("chown"),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_no_key_is_refused_by_its_line_and_never_repeated() {
        let (_folder, path) = folder();
        make(&path).expect("made");
        let key = fs::read_to_string(&path).expect("text");
        fs::write(&path, format!("# ours\n\n{key}wbk_mistyped\n")).expect("written");
        let error = read(&path).map(drop).expect_err("refused");
        assert!(
            matches!(error, KeyError::Malformed { line: 4, .. }),
            "{error}"
        );
        assert!(!format!("{error}{error:?}").contains("mistyped"));
        fs::write(&path, "# nothing\n").expect("written");
        let error = read(&path).map(drop).expect_err("refused");
        assert!(matches!(error, KeyError::Empty { .. }), "{error}");
    }

    #[test]
    fn a_file_is_replaced_behind_its_link_and_stays_as_open_as_it_was() {
        let (folder, path) = folder();
        let first = make(&path).expect("made");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("set");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        let held = HeldFile::hold(&link).expect("held");
        let busy = HeldFile::hold(&path).map(drop);
        assert!(matches!(busy, Err(KeyError::Busy { .. })));
        let newer = first.clone().with(Key::fresh().expect("random"));
        held.replace(&newer).expect("replaced");
        let found = read(&link).expect("read").expect("keys");
        assert_eq!(ids(&found), ids(&newer));
        assert_eq!(found.find(first.newest.id()), Some(&first.newest));
        assert_eq!(mode(&path), 0o640);
        assert!(link.is_symlink());
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 2);
        drop(held);
        assert!(HeldFile::hold(&path).is_ok());
    }
}
