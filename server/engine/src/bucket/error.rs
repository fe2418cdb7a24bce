//! What can go wrong with a bucket.

use std::io;

/// Why a bucket did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    #[error("`{0}` must be `s3://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`")]
    Url(String),
    #[error("there are no credentials for `{url}`: set {variables}")]
    NoCredentials {
        url: String,
        variables: &'static str,
    },
    #[error(
        "the address in `{endpoint}` is not encrypted: let it begin with https://, or set {allow}=true"
    )]
    PlainHttp {
        endpoint: &'static str,
        allow: &'static str,
    },
    #[error("cannot set up the client of `{url}`")]
    Unbuilt {
        url: String,
        source: Box<object_store::Error>,
    },
    #[error(
        "the store of `{url}` replaces objects that were only to be created: \
         it has no conditional writes (`If-None-Match`), which a lake needs"
    )]
    NoConditions { url: String },
    #[error("`{place}` is not there")]
    Missing { place: String },
    #[error("cannot {action} `{place}`")]
    Failed {
        action: &'static str,
        place: String,
        source: Box<object_store::Error>,
    },
    #[error("cannot {action} `{path}`")]
    File {
        action: &'static str,
        path: String,
        source: io::Error,
    },
    #[error("`{place}` has {found} bytes in place of {expected}")]
    Size {
        place: String,
        found: u64,
        expected: u64,
    },
    #[error("told to stop before `{place}` was uploaded")]
    Stopped { place: String },
}

impl BucketError {
    /// Whether this machine has no space left.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::File { source, .. } if source.kind() == io::ErrorKind::StorageFull)
    }
}
