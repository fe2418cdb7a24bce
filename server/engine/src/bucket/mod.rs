//! Objects in a bucket of whoever runs the server: the lake of several servers, and backups.
//!
//! Where it is says an address, and how to get in say variables of the process. Both are the operator's, so no guard judges
//! them, unlike the hosts that people name. What goes wrong is told by address and action, never with a credential.

mod error;
mod fetch;
mod open;
#[cfg(test)]
mod tests;
mod upload;

use std::fmt;
use std::sync::Arc;

use futures::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};

pub use error::BucketError;
pub use fetch::Listed;
pub use object_store::buffered::{BufReader, BufWriter};

/// Bytes of a part of a file on its way; a file may have 10,000 of them.
const PART: usize = 8 << 20;
/// Parts of a file that are on their way at once.
const UNDER_WAY: usize = 4;

/// A bucket, or what is below a prefix in it. Cheap to clone. Paths are relative to it, of names joined by `/`.
#[derive(Clone)]
pub struct Bucket {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
    /// As messages name it, without a `/` at the end.
    url: Arc<str>,
}

impl Bucket {
    /// Opens `s3://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`, with or without a prefix. Contacts nothing. `variable` gives
    /// the variables of the process: `AWS_*` and `AZURE_*` as their own tools name them.
    pub fn open(url: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, BucketError> {
        let (objects, prefix) = open::objects(url, &variable)?;
        Ok(Self::over(objects, prefix, url))
    }

    /// An empty one that is there as long as its clones are: for tests of what stands on a bucket.
    pub fn in_memory() -> Self {
        Self::over(
            Arc::new(InMemory::new()),
            Path::default(),
            "memory://bucket",
        )
    }

    fn over(objects: Arc<dyn ObjectStore>, prefix: Path, url: &str) -> Self {
        Self {
            objects,
            prefix,
            url: url.trim_end_matches('/').into(),
        }
    }

    /// Its address, as it was opened.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Tries what a lake needs: to create an object at `path`, to be refused to create it again, to see it, to remove it.
    /// Leaves nothing. `path` has a folder.
    pub async fn try_out(&self, path: &str) -> Result<(), BucketError> {
        let tried = self.try_to_create(path).await;
        let removed = self.remove(path).await;
        tried.and(removed)
    }

    async fn try_to_create(&self, path: &str) -> Result<(), BucketError> {
        let is_new = self.put_new(path, "waybill".into()).await?;
        if !is_new || self.put_new(path, "waybill".into()).await? {
            return Err(BucketError::NoConditions {
                url: self.url.to_string(),
            });
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let listed = self.list(folder).await?;
        if listed.iter().any(|object| object.path == path) {
            Ok(())
        } else {
            Err(BucketError::Missing {
                place: self.place(path),
            })
        }
    }

    /// Removes one object; that it is not there is fine.
    pub async fn remove(&self, path: &str) -> Result<(), BucketError> {
        match self.objects.delete(&self.key(path)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed("remove", path, error)),
        }
    }

    /// Removes all objects below a folder, and says how many there were.
    pub async fn remove_below(&self, folder: &str) -> Result<u64, BucketError> {
        let listed = self.list(folder).await?;
        let keys: Result<Vec<Path>, BucketError> =
            listed.iter().map(|object| self.key(&object.path)).collect();
        let keys = stream::iter(keys?).map(Ok).boxed();
        let removed = count_gone(self.objects.delete_stream(keys)).await;
        removed.map_err(|error| self.failed("remove", folder, error))
    }

    fn key(&self, path: &str) -> Result<Path, BucketError> {
        let whole = if self.prefix.is_root() {
            path.to_owned()
        } else {
            format!("{}/{path}", self.prefix)
        };
        Path::parse(whole).map_err(|_| BucketError::Url(self.place(path)))
    }

    /// An object as messages name it.
    fn place(&self, path: &str) -> String {
        if path.is_empty() {
            self.url.to_string()
        } else {
            format!("{}/{path}", self.url)
        }
    }

    fn failed(&self, action: &'static str, path: &str, error: object_store::Error) -> BucketError {
        let place = self.place(path);
        match error {
            object_store::Error::NotFound { .. } => BucketError::Missing { place },
            error => BucketError::Failed {
                action,
                place,
                source: Box::new(error),
            },
        }
    }
}

/// How many objects are removed, by what became of each. Those that somebody else removed meanwhile are gone as well.
async fn count_gone(
    removed: impl Stream<Item = object_store::Result<Path>>,
) -> object_store::Result<u64> {
    let gone = removed.map(|one| match one {
        Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(error),
    });
    gone.try_fold(0, |gone, ()| async move { Ok(gone + 1) })
        .await
}

/// Without what the store of objects knows of credentials.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bucket").field(&self.url).finish()
    }
}
