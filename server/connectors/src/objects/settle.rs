//! How a file becomes visible, and how what became of no use goes.

use std::time::Duration;

use base::TestStage;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{CopyMode, CopyOptions, ObjectStoreExt, PutMode};
use serde::{Deserialize, Serialize};

use super::errors::{COPY_PENDING, refusal, sorted};
use super::folder::ObjectFolder;
use super::upload;
use crate::error::ConnectorError;
use crate::record::{OpenUpload, PublishedFile};

/// The end of the names of notes.
pub(super) const NOTE: &str = "upload";

/// Notes that are seen to at the same time.
const AT_ONCE: usize = 8;

/// How often it is asked whether a copy is whole, and how long one waits in between.
const LOOKS: u32 = 120;
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// What stands in an attempt's folder for an open upload, so that it can be ended.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    path: String,
    id: String,
}

impl ObjectFolder {
    /// Notes that an upload is open.
    pub(super) async fn note(&self, at: &str, path: &str, id: &str) -> Result<(), ConnectorError> {
        let note = Note {
            path: path.to_owned(),
            id: id.to_owned(),
        };
        let note = serde_json::to_vec(&note).map_err(|source| ConnectorError::Other {
            action: "note an upload".to_owned(),
            source: source.into(),
        })?;
        self.put(at, &Bytes::from(note), PutMode::Overwrite).await
    }

    /// Puts an upload together that was open until now.
    pub(super) async fn complete(
        &self,
        file: &PublishedFile,
        open: &OpenUpload,
        over: bool,
    ) -> Result<(), ConnectorError> {
        // The attempt's folder goes last: without the note, all has been done before.
        if self.size(&file.stage).await?.is_none() || (!over && self.is_done(file).await?) {
            return Ok(());
        }
        let path = &file.entry.path;
        let key = self.key(path)?;
        let completed = upload::complete(&*self.objects, &key, &open.id, &open.parts).await;
        match completed.map_err(|error| sorted("publish", path, error)) {
            // The upload is gone: somebody else has completed it. What replaced the file since is newer.
            Err(ConnectorError::NotFound { .. }) if over => Ok(()),
            // Taken away by a reader, it is gone as well; then its note goes at this moment.
            Err(gone @ ConnectorError::NotFound { .. }) => {
                if self.is_done(file).await? || self.size(&file.stage).await?.is_none() {
                    Ok(())
                } else {
                    Err(gone)
                }
            }
            ended => ended,
        }
    }

    /// Lets the service move a file from the attempt's folder: copy it, and remove it there, so that it cannot come back
    /// over a newer one.
    pub(super) async fn copy(
        &self,
        file: &PublishedFile,
        over: bool,
    ) -> Result<(), ConnectorError> {
        if self.size(&file.stage).await?.is_none() || (!over && self.is_done(file).await?) {
            return Ok(());
        }
        let path = &file.entry.path;
        let (from, to) = (self.key(&file.stage)?, self.key(path)?);
        let mode = if over {
            CopyMode::Overwrite
        } else {
            CopyMode::Create
        };
        let options = CopyOptions::new().with_mode(mode);
        let copied = self.objects.copy_opts(&from, &to, options).await;
        match copied {
            Err(error) if is_pending(&error) => self.until_copied(path, &to).await?,
            copied => match copied.map_err(|error| sorted("publish", path, error)) {
                Ok(()) => {}
                // Somebody else has moved it.
                Err(ConnectorError::NotFound { .. }) => return Ok(()),
                // Somebody else was quicker, or it is not ours, which is told.
                Err(ConnectorError::Collision { .. }) => {
                    self.is_done(file).await?;
                }
                Err(error) => return Err(error),
            },
        }
        self.remove_all(&file.stage, vec![from]).await
    }

    /// Within one account a copy is made at once; a service may take its time all the same.
    async fn until_copied(&self, path: &str, key: &Path) -> Result<(), ConnectorError> {
        for _ in 0..LOOKS {
            tokio::time::sleep(BETWEEN_LOOKS).await;
            match self.objects.head(key).await {
                Err(error) if is_pending(&error) => {}
                ended => {
                    let ended = ended.map_err(|error| sorted("publish", path, error));
                    return ended.map(drop);
                }
            }
        }
        Err(ConnectorError::Timeout {
            stage: TestStage::Write,
        })
    }

    /// Whether the file stands at its final place. Something else there is not ours.
    async fn is_done(&self, file: &PublishedFile) -> Result<bool, ConnectorError> {
        let path = &file.entry.path;
        match self.size(path).await? {
            None => Ok(false),
            Some(bytes) if bytes == file.entry.bytes => Ok(true),
            Some(_) => Err(ConnectorError::Collision { path: path.clone() }),
        }
    }

    /// The objects below a name.
    pub(super) async fn below(&self, folder: &str) -> Result<Vec<Path>, ConnectorError> {
        let key = self.key(folder)?;
        let objects = self.objects.list(Some(&key));
        objects
            .map_ok(|object| object.location)
            .map_err(|error| sorted("list", folder, error))
            .try_collect()
            .await
    }

    /// Ends the uploads that the notes among some objects stand for.
    pub(super) async fn end_uploads(&self, objects: &[Path]) -> Result<(), ConnectorError> {
        let notes = objects.iter().filter(|key| key.extension() == Some(NOTE));
        let notes: Vec<_> = notes.cloned().map(Ok::<_, ConnectorError>).collect();
        stream::iter(notes)
            .try_for_each_concurrent(AT_ONCE, |note| self.end_upload(note))
            .await
    }

    async fn end_upload(&self, note: Path) -> Result<(), ConnectorError> {
        let path: &str = note.as_ref();
        let Some(content) = self.content(&note, path).await? else {
            return Ok(());
        };
        let Ok(noted) = serde_json::from_slice::<Note>(&content) else {
            tracing::warn!(location = %self.location, "not a note of an upload");
            return Ok(());
        };
        let key = self.key(&noted.path)?;
        match self.objects.abort_multipart(&key, &noted.id).await {
            Err(error) if !is_past(&error) => Err(sorted("end the upload of", &noted.path, error)),
            _ => Ok(()),
        }
    }

    /// Removes objects; those that are gone are no error.
    pub(super) async fn remove_all(
        &self,
        folder: &str,
        objects: Vec<Path>,
    ) -> Result<(), ConnectorError> {
        if let Some(remover) = &self.remover {
            for key in &objects {
                remover.remove(key).await?;
            }
            return Ok(());
        }
        let keys = stream::iter(objects).map(Ok).boxed();
        let mut removed = self.objects.delete_stream(keys);
        while let Some(one) = removed.next().await {
            match one {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(sorted("remove", folder, error)),
            }
        }
        Ok(())
    }

    /// Removes the attempt's folder, and the one of all attempts, where folders are things of their own and these are
    /// empty.
    pub(super) async fn remove_folders(&self, attempt: &str) -> Result<(), ConnectorError> {
        let above = attempt.rsplit_once('/').map(|(above, _)| above);
        for folder in std::iter::once(attempt).chain(above) {
            let key = self.key(folder)?;
            if let Err(error) = self.remove_all(folder, vec![key]).await {
                tracing::debug!(folder, %error, "a folder stays");
            }
        }
        Ok(())
    }
}

/// Whether an upload that is to be ended has ended before, or the service has no such command.
fn is_past(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { .. })
        || refusal(error).is_some_and(|refusal| matches!(refusal.status, 405 | 501))
}

/// Whether a copy has begun and is not whole.
fn is_pending(error: &object_store::Error) -> bool {
    refusal(error).is_some_and(|refusal| refusal.code == COPY_PENDING)
}
