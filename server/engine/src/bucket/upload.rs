//! Into a bucket: small objects that are only created, files in parts, and what is written as it comes.

use std::path::Path as FilePath;
use std::sync::Arc;

use base::Cancel;
use bytes::Bytes;
use object_store::buffered::BufWriter;
use object_store::{ObjectStoreExt as _, PutMode, PutOptions, PutPayload, WriteMultipart};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::{Bucket, BucketError, PART, UNDER_WAY};

impl Bucket {
    /// Creates an object; false if there is one at this path, which stays as it is.
    pub async fn put_new(&self, path: &str, bytes: Bytes) -> Result<bool, BucketError> {
        let options = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        let payload = PutPayload::from(bytes);
        let key = self.key(path)?;
        match self.objects.put_opts(&key, payload, options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(self.failed("write", path, error)),
        }
    }

    /// Uploads a file, in parts where it is long, and compares the sizes. Says how many bytes there are. On any error, and
    /// when told to stop, no object is there that was not before.
    pub async fn upload(
        &self,
        file: &FilePath,
        path: &str,
        cancel: &Cancel,
    ) -> Result<u64, BucketError> {
        let mut open = File::open(file).await.map_err(unreadable(file))?;
        let first = part(&mut open, file).await?;
        let expected = if first.len() < PART {
            let (key, bytes) = (self.key(path)?, first.len() as u64);
            let put = self.objects.put(&key, first.into()).await;
            put.map_err(|error| self.failed("write", path, error))?;
            bytes
        } else {
            self.upload_parts(first, &mut open, file, path, cancel)
                .await?
        };
        let found = self.size(path).await?;
        if found != expected {
            let _stays = self.remove(path).await;
            return Err(BucketError::Size {
                place: self.place(path),
                found,
                expected,
            });
        }
        Ok(found)
    }

    async fn upload_parts(
        &self,
        first: Bytes,
        open: &mut File,
        file: &FilePath,
        path: &str,
        cancel: &Cancel,
    ) -> Result<u64, BucketError> {
        let failed = |error| self.failed("write", path, error);
        let upload = self.objects.put_multipart(&self.key(path)?).await;
        let mut writing = WriteMultipart::new_with_chunk_size(upload.map_err(failed)?, PART);
        let mut bytes = 0;
        let mut next = Ok(first);
        let error = loop {
            match next {
                Ok(part) if part.is_empty() => {
                    writing.finish().await.map_err(failed)?;
                    return Ok(bytes);
                }
                Ok(part) => {
                    bytes += part.len() as u64;
                    writing.put(part);
                }
                Err(error) => break error,
            }
            if cancel.is_cancelled() {
                break BucketError::Stopped {
                    place: self.place(path),
                };
            }
            if let Err(error) = writing.wait_for_capacity(UNDER_WAY).await {
                break failed(error);
            }
            next = part(open, file).await;
        };
        if let Err(stays) = writing.abort().await {
            tracing::warn!("an upload stays open at `{}`: {stays}", self.place(path));
        }
        Err(error)
    }

    /// Writes an object of any size as it comes; it is there once this is shut down, and replaces what was there. What is
    /// not to become one must be aborted.
    pub fn writer(&self, path: &str) -> Result<BufWriter, BucketError> {
        let writer = BufWriter::with_capacity(Arc::clone(&self.objects), self.key(path)?, PART);
        Ok(writer.with_max_concurrency(UNDER_WAY))
    }
}

/// The next part of a file; shorter than [`PART`] only at its end.
async fn part(file: &mut File, path: &FilePath) -> Result<Bytes, BucketError> {
    let mut part = Vec::with_capacity(PART);
    let read = file.take(PART as u64).read_to_end(&mut part).await;
    read.map_err(unreadable(path))?;
    Ok(part.into())
}

fn unreadable(path: &FilePath) -> impl FnOnce(std::io::Error) -> BucketError + use<> {
    let path = path.display().to_string();
    move |source| BucketError::File {
        action: "read",
        path,
        source,
    }
}
