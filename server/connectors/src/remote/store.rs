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

    /// Whether a file stands there, or a folder where there are folders (elsewhere what is below is asked for by
    /// [`RemoteStore::names`]).
    async fn exists(&self, path: &str) -> Result<bool, ConnectorError>;

    /// The names in a folder, of files and of folders, sorted; none where there is no folder.
    async fn names(&self, folder: &str) -> Result<Vec<String>, ConnectorError>;

    /// Writes a small file whole or not at all, unless one stands there. Folders above it are made. `scratch`: a folder
    /// below the attempt's, for this call alone, that is not there yet; cleared away with the attempt's.
    async fn create_new(
        &self,
        path: &str,
        content: Bytes,
        scratch: &str,
    ) -> Result<Created, ConnectorError>;

    /// Writes a small file whole, in place of one that stands there. Folders above it are made; `scratch` as for
    /// [`RemoteStore::create_new`].
    async fn write_over(
        &self,
        path: &str,
        content: Bytes,
        scratch: &str,
    ) -> Result<(), ConnectorError>;

    /// Begins to upload a file of any size. Begun before, with an answer that was lost: from the start.
    async fn upload(&self, file: &Target) -> Result<Box<dyn Upload>, ConnectorError>;

    /// Makes a staged file visible: over what stands there, or at a free name, else [`ConnectorError::Collision`].
    /// Folders above it are made. What is not staged any more was settled before: no error, wherever it is now.
    /// Somebody else may be doing the same at this moment.
    async fn settle(&self, file: &PublishedFile, over: bool) -> Result<(), ConnectorError>;

    /// Makes a staged folder visible, at a free name. Only where [`RemoteStore::renames_folders`]; otherwise as
    /// [`RemoteStore::settle`].
    async fn settle_folder(&self, folder: &PublishedFolder) -> Result<(), ConnectorError>;

    /// Removes a file. Gone already: no error.
    async fn remove(&self, path: &str) -> Result<(), ConnectorError>;

    /// Removes an attempt's folder with all in it and its open uploads, and the folder above when nothing else is in
    /// that. Gone already: no error. Others may add to both at this moment: what came meanwhile may stay.
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
