//! What a file store far away can do: the little that publishing needs, once for every protocol.
//!
//! Paths are relative to the connection's folder, with `/` and without one in front.

use std::fmt::Debug;

use async_trait::async_trait;
use base::Steps;
use bytes::Bytes;

use crate::destination::TestReport;
use crate::error::ConnectorError;
use crate::record::{OpenUpload, PublishRecord, PublishedFile, PublishedFolder};

/// Who made a file that is created once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Created {
    /// This call.
    Now,
    /// Somebody before; nothing was changed.
    Before,
}

/// A file that is to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Where it is once published.
    pub(crate) path: String,
    /// Its place in the attempt's folder.
    pub(crate) stage: String,
    /// The attempt's folder.
    pub(crate) attempt: String,
}

/// A file that is uploaded whole and that readers do not see yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Staged {
    /// Where it lies.
    pub(crate) stage: String,
    /// Where it is left open at its final place.
    pub(crate) upload: Option<OpenUpload>,
}

/// A folder of a server, a bucket or a container.
#[async_trait]
pub(crate) trait RemoteStore: Debug + Send + Sync {
    /// Where deliveries go, as the destination names it. For administrators.
    fn location(&self) -> String;

    /// Whether a folder can be renamed whole.
    fn renames_folders(&self) -> bool;

    /// Bytes of one piece handed to [`Upload::piece`].
    fn piece_bytes(&self) -> usize;

    /// A small file; none where there is none.
    async fn read(&self, path: &str) -> Result<Option<Bytes>, ConnectorError>;

    /// Whether a file stands there, or a folder where there are folders.
    async fn exists(&self, path: &str) -> Result<bool, ConnectorError>;

    /// The names in a folder, sorted; none where there is no folder.
    async fn names(&self, folder: &str) -> Result<Vec<String>, ConnectorError>;

    /// Writes a small file whole or not at all, unless one stands there. `scratch`: the attempt's folder.
    async fn create_new(
        &self,
        path: &str,
        content: Bytes,
        scratch: &str,
    ) -> Result<Created, ConnectorError>;

    /// Writes a small file whole, in place of one that stands there. `scratch`: the attempt's folder.
    async fn write_over(
        &self,
        path: &str,
        content: Bytes,
        scratch: &str,
    ) -> Result<(), ConnectorError>;

    /// Begins to upload a file of any size.
    async fn upload(&self, file: &Target) -> Result<Box<dyn Upload>, ConnectorError>;

    /// Makes a staged file visible: over what stands there, or at a free name. Done before: no error.
    async fn settle(&self, file: &PublishedFile, over: bool) -> Result<(), ConnectorError>;

    /// Makes a staged folder visible. Only where [`RemoteStore::renames_folders`]. Done before: no error.
    async fn settle_folder(&self, folder: &PublishedFolder) -> Result<(), ConnectorError>;

    /// Removes a file. Gone already: no error.
    async fn remove(&self, path: &str) -> Result<(), ConnectorError>;

    /// Removes all that is in an attempt's folder, with its open uploads. Gone already: no error.
    async fn discard(&self, attempt: &str) -> Result<(), ConnectorError>;

    /// What lies beside `manifest.json`, as path and content.
    fn companions(&self, _record: &PublishRecord, _export_folder: &str) -> Vec<(String, Bytes)> {
        vec![]
    }

    /// See [`crate::Destination::test`].
    async fn test(&self, steps: &Steps) -> Result<TestReport, ConnectorError>;
}

/// A file that is being uploaded. Dropped, it leaves what it has for [`RemoteStore::discard`].
#[async_trait]
pub(crate) trait Upload: Send {
    /// Adds a piece. It may still be under way when this returns; how many are is bounded.
    async fn piece(&mut self, bytes: Bytes) -> Result<(), ConnectorError>;

    /// All pieces are there, and will be there after a crash.
    async fn finish(self: Box<Self>) -> Result<Staged, ConnectorError>;
}
