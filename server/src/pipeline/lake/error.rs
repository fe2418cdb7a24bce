//! Why the lake did not do what it was asked for.

use std::io;
use std::path::Path;

use engine::bucket::BucketError;

/// Why the lake cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    #[error("cannot use the lake `{path}`")]
    Io { path: String, source: io::Error },
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error("cannot read which lake `{place}` is")]
    Mark {
        place: String,
        source: serde_json::Error,
    },
    #[error(
        "the lake `{place}` is not the one of this database (it says {found}, the database {expected}); \
         start with the --lake PLACE that belongs to it"
    )]
    Other {
        place: String,
        found: String,
        expected: String,
    },
    #[error(
        "the lake `{place}` that belongs to this database is gone; start with the --lake PLACE where it is"
    )]
    Gone { place: String },
    #[error("the lake has no snapshot `{path}` any more, or not all of it")]
    SnapshotGone { path: String },
    #[error("work on the lake ended unexpectedly")]
    Worker(#[from] tokio::task::JoinError),
}

impl LakeError {
    /// Whether this machine has no space left.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Io { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            Self::Bucket(error) => error.is_full(),
            _ => false,
        }
    }

    pub(super) fn io(path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |source| Self::Io {
            path: path.clone(),
            source,
        }
    }
}
