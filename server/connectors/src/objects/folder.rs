//! A bucket or container, and the part of it that a connection has.

use std::fmt::{self, Debug};
use std::sync::Arc;

use async_trait::async_trait;
use base::{GuardedHttp, Steps, TestStage, preflight, random_u64};
use bytes::Bytes;
use futures::TryStreamExt;
use object_store::multipart::MultipartStore;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutPayload};
use reqwest::Url;

use super::errors::sorted;
use super::settle::NOTE;
use super::upload::{PART_BYTES, Parts, Sent};
use crate::destination::{Expiry, TestReport};
use crate::error::ConnectorError;
use crate::record::{PublishRecord, PublishedFile, PublishedFolder};
use crate::remote::{Created, RemoteStore, Target, Upload};
use crate::retry::Retry;

/// What a service of objects can do.
pub(crate) trait Objects: ObjectStore + MultipartStore {}

impl<T: ObjectStore + MultipartStore> Objects for T {}

/// What a type puts beside `manifest.json`.
pub(crate) trait Beside: Debug + Send + Sync {
    /// As paths and contents.
    fn files(&self, record: &PublishRecord, export_folder: &str) -> Vec<(String, Bytes)>;
}

/// Removes objects where the client of the store cannot.
#[async_trait]
pub(crate) trait Remover: Debug + Send + Sync {
    /// One that is gone is no error.
    async fn remove(&self, key: &Path) -> Result<(), ConnectorError>;
}

/// How a file becomes visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settling {
    /// Its upload has been open at its final place, and is completed. For services where two uploads to one place do not
    /// know of each other.
    Completed,
    /// The service copies it from the attempt's folder. For services where they do.
    Copied,
}

/// Objects with one prefix, as a folder.
pub(crate) struct ObjectFolder {
    pub(crate) objects: Arc<dyn Objects>,
    pub(crate) http: GuardedHttp,
    /// Where the service is, for a test.
    pub(crate) url: Url,
    pub(crate) location: String,
    /// What stands in front of every name, without `/` at its ends.
    pub(crate) prefix: String,
    pub(crate) settling: Settling,
    /// Whether the service refuses to create what is there.
    pub(crate) conditions: bool,
    /// Whether folders may be things of their own, to be removed when they are empty.
    pub(crate) has_folders: bool,
    pub(crate) expires: Vec<Expiry>,
    pub(crate) beside: Option<Arc<dyn Beside>>,
    pub(crate) remover: Option<Arc<dyn Remover>>,
    /// For the parts of uploads. All else is tried again by who publishes.
    pub(crate) retry: Retry,
}

/// Clients of objects show the keys that they sign with.
impl fmt::Debug for ObjectFolder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ObjectFolder({})", self.location)
    }
}

impl ObjectFolder {
    /// The name of an object.
    pub(super) fn key(&self, path: &str) -> Result<Path, ConnectorError> {
        let name = match (self.prefix.as_str(), path) {
            ("", path) => path.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, path) => format!("{prefix}/{path}"),
        };
        Path::parse(name).map_err(|source| ConnectorError::Other {
            action: format!("name an object `{path}`"),
            source: source.into(),
        })
    }

    /// Bytes of an object; none where there is none.
    pub(super) async fn size(&self, path: &str) -> Result<Option<u64>, ConnectorError> {
        let looked = self.objects.head(&self.key(path)?).await;
        found(looked.map_err(|error| sorted("look at", path, error)))
            .map(|object| object.map(|object| object.size))
    }

    pub(super) async fn put(
        &self,
        path: &str,
        content: &Bytes,
        mode: PutMode,
    ) -> Result<(), ConnectorError> {
        let (key, payload) = (self.key(path)?, PutPayload::from(content.clone()));
        let written = self.objects.put_opts(&key, payload, mode.into()).await;
        written
            .map(drop)
            .map_err(|error| sorted("write", path, error))
    }

    /// A small object by its whole name; none where there is none.
    pub(super) async fn content(
        &self,
        key: &Path,
        path: &str,
    ) -> Result<Option<Bytes>, ConnectorError> {
        let read = async { self.objects.get(key).await?.bytes().await };
        found(read.await.map_err(|error| sorted("read", path, error)))
    }

    async fn create(&self, path: &str, content: &Bytes) -> Result<Created, ConnectorError> {
        if !self.conditions {
            if self.size(path).await?.is_some() {
                return Ok(Created::Before);
            }
            self.put(path, content, PutMode::Overwrite).await?;
            return Ok(Created::Now);
        }
        match self.put(path, content, PutMode::Create).await {
            Ok(()) => Ok(Created::Now),
            Err(ConnectorError::Collision { .. }) => Ok(Created::Before),
            Err(error) => Err(error),
        }
    }

    /// Creates, finds and removes a small object.
    async fn probe(&self) -> Result<(), ConnectorError> {
        let path = format!(".waybill-probe-{:016x}", random_u64());
        let content = Bytes::from_static(b"Waybill was here.\n");
        let written = async {
            self.create(&path, &content).await?;
            match self.create(&path, &content).await? {
                Created::Before => Ok(()),
                Created::Now => Err(ConnectorError::NoConditions),
            }
        };
        let written = written.await;
        let removed = self.remove(&path).await;
        written.and(removed)
    }
}

#[async_trait]
impl RemoteStore for ObjectFolder {
    fn location(&self) -> String {
        self.location.clone()
    }

    fn renames_folders(&self) -> bool {
        false
    }

    fn piece_bytes(&self) -> usize {
        PART_BYTES
    }

    async fn read(&self, path: &str) -> Result<Option<Bytes>, ConnectorError> {
        self.content(&self.key(path)?, path).await
    }

    async fn exists(&self, path: &str) -> Result<bool, ConnectorError> {
        Ok(self.size(path).await?.is_some())
    }

    async fn names(&self, folder: &str) -> Result<Vec<String>, ConnectorError> {
        let key = self.key(folder)?;
        let listed = self.objects.list_with_delimiter(Some(&key)).await;
        let listed = listed.map_err(|error| sorted("list", folder, error))?;
        let objects = listed.objects.into_iter().map(|object| object.location);
        let mut names: Vec<String> = listed
            .common_prefixes
            .into_iter()
            .chain(objects)
            // Some programs keep an object that stands for the folder itself.
            .filter(|found| *found != key)
            .filter_map(|found| found.filename().map(str::to_owned))
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    async fn create_new(
        &self,
        path: &str,
        content: Bytes,
        _scratch: &str,
    ) -> Result<Created, ConnectorError> {
        self.create(path, &content).await
    }

    async fn write_over(
        &self,
        path: &str,
        content: Bytes,
        _scratch: &str,
    ) -> Result<(), ConnectorError> {
        self.put(path, &content, PutMode::Overwrite).await
    }

    async fn upload(&self, file: &Target) -> Result<Box<dyn Upload>, ConnectorError> {
        let place = format!("{}/{:016x}", file.attempt, random_u64());
        let (stage, path) = match self.settling {
            Settling::Completed => (format!("{place}.{NOTE}"), file.path.clone()),
            Settling::Copied => {
                let name = file.path.rsplit('/').next().unwrap_or_default();
                let stage = format!("{place}-{name}");
                (stage.clone(), stage)
            }
        };
        let key = self.key(&path)?;
        let begun = self.objects.create_multipart(&key).await;
        let id = begun.map_err(|error| sorted("upload", &path, error))?;
        if self.settling == Settling::Completed
            && let Err(error) = self.note(&stage, &path, &id).await
        {
            // Without a note nobody would end it.
            if self.objects.abort_multipart(&key, &id).await.is_err() {
                tracing::warn!(location = %self.location, "an upload stays open");
            }
            return Err(error);
        }
        Ok(Box::new(Parts {
            objects: Arc::clone(&self.objects),
            settling: self.settling,
            retry: self.retry,
            key,
            path,
            stage,
            id,
            sent: Sent::default(),
        }))
    }

    async fn settle(&self, file: &PublishedFile, over: bool) -> Result<(), ConnectorError> {
        match &file.upload {
            Some(open) => self.complete(file, open, over).await,
            None => self.copy(file, over).await,
        }
    }

    async fn settle_folder(&self, folder: &PublishedFolder) -> Result<(), ConnectorError> {
        Err(ConnectorError::Other {
            action: format!("move the folder `{}`", folder.path),
            source: "objects have no folders".into(),
        })
    }

    async fn remove(&self, path: &str) -> Result<(), ConnectorError> {
        let key = self.key(path)?;
        self.remove_all(path, vec![key]).await
    }

    async fn discard(&self, attempt: &str) -> Result<(), ConnectorError> {
        let objects = self.below(attempt).await?;
        if self.settling == Settling::Completed {
            self.end_uploads(&objects).await?;
        }
        self.remove_all(attempt, objects).await?;
        if self.has_folders {
            self.remove_folders(attempt).await?;
        }
        Ok(())
    }

    fn companions(&self, record: &PublishRecord, export_folder: &str) -> Vec<(String, Bytes)> {
        self.beside
            .as_ref()
            .map(|beside| beside.files(record, export_folder))
            .unwrap_or_default()
    }

    async fn test(&self, steps: &Steps) -> Result<TestReport, ConnectorError> {
        let certificate = preflight(&self.http, &self.url, steps).await?;
        steps.begin(TestStage::SignIn);
        let folder = self.key("")?;
        let listed = self.objects.list(Some(&folder)).try_next().await;
        let listed = listed.map_err(|error| sorted("list", "", error));
        if matches!(
            listed,
            Ok(_)
                | Err(
                    ConnectorError::PermissionDenied { .. } | ConnectorError::InvalidConfig { .. }
                )
        ) {
            steps.begin(TestStage::Permission);
        }
        listed?;
        steps.begin(TestStage::Write);
        self.probe().await?;
        steps.end();
        let certificate = certificate.map(|at_us| Expiry {
            what: "certificate",
            at_us,
        });
        Ok(TestReport {
            location: self.location.clone(),
            free_bytes: None,
            expires: self.expires.iter().copied().chain(certificate).collect(),
        })
    }
}

/// None for what is not there.
pub(super) fn found<T>(asked: Result<T, ConnectorError>) -> Result<Option<T>, ConnectorError> {
    match asked {
        Ok(found) => Ok(Some(found)),
        Err(ConnectorError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
