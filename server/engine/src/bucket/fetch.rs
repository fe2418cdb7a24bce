//! From a bucket: whole objects, objects as files, and which there are.

use std::path::Path as FilePath;
use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt as _;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use object_store::ObjectStoreExt as _;
use object_store::buffered::BufReader;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::{Bucket, BucketError, PART, UNDER_WAY};

/// An object that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Relative to the bucket as it was opened.
    pub path: String,
    pub bytes: u64,
}

impl Bucket {
    /// A small object, if it is there.
    pub async fn get(&self, path: &str) -> Result<Option<Bytes>, BucketError> {
        let key = self.key(path)?;
        let got = async { self.objects.get(&key).await?.bytes().await };
        match got.await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed("read", path, error)),
        }
    }

    /// Reads an object into a new file, in parts, and syncs it. Says how many bytes there are. On an error the file may be
    /// there, and is not whole.
    pub async fn download(&self, path: &str, to: &FilePath) -> Result<u64, BucketError> {
        let bytes = self.size(path).await?;
        let file = File::create_new(to).await.map_err(unwritable(to))?;
        self.copy(path, bytes, file, to).await?;
        Ok(bytes)
    }

    async fn copy(
        &self,
        path: &str,
        bytes: u64,
        mut file: File,
        to: &FilePath,
    ) -> Result<(), BucketError> {
        let key = self.key(path)?;
        let ranges = (0..bytes)
            .step_by(PART)
            .map(|start| start..bytes.min(start + PART as u64));
        let part_of = |range| {
            let (objects, key) = (Arc::clone(&self.objects), key.clone());
            async move { objects.get_range(&key, range).await }.boxed()
        };
        let mut parts = stream::iter(ranges).map(part_of).buffered(UNDER_WAY);
        let mut found = 0;
        while let Some(part) = parts.next().await {
            let part = part.map_err(|error| self.failed("read", path, error))?;
            file.write_all(&part).await.map_err(unwritable(to))?;
            found += part.len() as u64;
        }
        file.flush().await.map_err(unwritable(to))?;
        file.sync_all().await.map_err(unwritable(to))?;
        if found != bytes {
            return Err(BucketError::Size {
                place: self.place(path),
                found,
                expected: bytes,
            });
        }
        Ok(())
    }

    /// Reads an object of any size from its beginning, part by part.
    pub async fn reader(&self, path: &str) -> Result<BufReader, BucketError> {
        let about = self.objects.head(&self.key(path)?).await;
        let about = about.map_err(|error| self.failed("read", path, error))?;
        let objects = Arc::clone(&self.objects);
        Ok(BufReader::with_capacity(objects, &about, PART))
    }

    /// All objects below a folder, by path. An empty folder is the whole bucket.
    pub async fn list(&self, folder: &str) -> Result<Vec<Listed>, BucketError> {
        let prefix = if folder.is_empty() {
            self.prefix.clone()
        } else {
            self.key(folder)?
        };
        let above = self.prefix.as_ref();
        let mut listed: Vec<Listed> = self
            .objects
            .list(Some(&prefix))
            .map_ok(|object| {
                let path = object.location.as_ref();
                let path = path.strip_prefix(above).unwrap_or(path);
                Listed {
                    path: path.trim_start_matches('/').to_owned(),
                    bytes: object.size,
                }
            })
            .try_collect()
            .await
            .map_err(|error| self.failed("list", folder, error))?;
        listed.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(listed)
    }

    pub(super) async fn size(&self, path: &str) -> Result<u64, BucketError> {
        let about = self.objects.head(&self.key(path)?).await;
        let about = about.map_err(|error| self.failed("read", path, error))?;
        Ok(about.size)
    }
}

fn unwritable(path: &FilePath) -> impl FnOnce(std::io::Error) -> BucketError + use<> {
    let path = path.display().to_string();
    move |source| BucketError::File {
        action: "write",
        path,
        source,
    }
}
