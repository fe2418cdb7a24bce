//! The lake: the folder that holds snapshots. It carries an id that the database knows, so that a
//! server never works on the wrong pair of the two.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use app::domain::{Disk, TableId};
use serde::{Deserialize, Serialize};

const MARK: &str = "waybill-lake.json";

#[derive(Serialize, Deserialize)]
struct Mark {
    id: String,
}

/// Why the lake cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    #[error("cannot use the lake `{path}`")]
    Io { path: String, source: io::Error },
    #[error(
        "the lake `{path}` is not the one of this database (it says {found}, the database {expected}); \
         start with the --lake DIR that belongs to it"
    )]
    Other {
        path: String,
        found: String,
        expected: String,
    },
    #[error(
        "the lake `{path}` that belongs to this database is gone; start with the --lake DIR where it is"
    )]
    Gone { path: String },
}

/// A local lake.
#[derive(Clone, Debug)]
pub struct Lake {
    root: PathBuf,
}

impl Lake {
    /// Opens the lake. `expected` is the id that the database knows; without one the lake is new to
    /// it, and the id of the lake is returned to be remembered.
    pub fn open(root: &Path, expected: Option<&str>) -> Result<(Self, String), LakeError> {
        let path = root.display().to_string();
        let io = |source| LakeError::Io {
            path: path.clone(),
            source,
        };
        let mark = root.join(MARK);
        let found = match fs::read(&mark) {
            Ok(text) => Some(
                serde_json::from_slice::<Mark>(&text)
                    .map_err(|error| io(error.into()))?
                    .id,
            ),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(io(error)),
        };
        let id = match (found, expected) {
            (Some(found), Some(expected)) if found != expected => {
                return Err(LakeError::Other {
                    path,
                    found,
                    expected: expected.to_owned(),
                });
            }
            (None, Some(_)) => return Err(LakeError::Gone { path }),
            (Some(found), _) => found,
            (None, None) => {
                let id = uuid::Uuid::now_v7().to_string();
                fs::create_dir_all(root).map_err(io)?;
                write_mark(root, &mark, &id).map_err(io)?;
                id
            }
        };
        fs::create_dir_all(root.join("snapshots")).map_err(io)?;
        Ok((
            Self {
                root: root.to_owned(),
            },
            id,
        ))
    }

    /// Folder of a table's snapshots.
    pub fn table(&self, table: TableId) -> PathBuf {
        self.root.join("snapshots").join(table.to_string())
    }

    /// A snapshot's folder from the path that the store keeps.
    pub fn snapshot(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Path of a new snapshot as the store keeps it: relative to the lake.
    pub fn new_snapshot(table: TableId, snapshot: &str) -> String {
        format!("snapshots/{table}/{snapshot}")
    }

    /// A file for what is written only to be read at once: it has no name any more, and is gone when it is closed.
    pub fn scratch(&self) -> io::Result<fs::File> {
        let path = self.root.join(format!(".{}", uuid::Uuid::now_v7()));
        let file = fs::File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)?;
        fs::remove_file(&path)?;
        Ok(file)
    }

    /// Whether the lake is there.
    pub fn is_ready(&self) -> bool {
        self.root.join(MARK).is_file()
    }

    /// The disk that it is on; none where the machine does not tell.
    pub fn disk(&self) -> Option<Disk> {
        let about = rustix::fs::statvfs(&self.root).ok()?;
        let bytes = |blocks: u64| i64::try_from(blocks.saturating_mul(about.f_frsize)).ok();
        Some(Disk {
            total: bytes(about.f_blocks)?,
            free: bytes(about.f_bavail)?,
        })
    }
}

fn write_mark(root: &Path, mark: &Path, id: &str) -> io::Result<()> {
    let text = serde_json::to_vec(&Mark { id: id.to_owned() })?;
    let draft = root.join(format!("{MARK}.tmp"));
    let mut file = fs::File::create(&draft)?;
    file.write_all(&text)?;
    file.sync_all()?;
    fs::rename(&draft, mark)?;
    fs::File::open(root)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lake_is_known_again_and_a_foreign_or_missing_one_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let root = folder.path().join("lake");
        let (_, id) = Lake::open(&root, None).expect("new");
        assert_eq!(Lake::open(&root, Some(&id)).expect("known").1, id);
        assert!(matches!(
            Lake::open(&root, Some("another")),
            Err(LakeError::Other { .. })
        ));
        assert!(matches!(
            Lake::open(&folder.path().join("gone"), Some(&id)),
            Err(LakeError::Gone { .. })
        ));
    }
}
