//! A store in memory that loses calls, or is full: what publishing must bear of any store.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use base::{Steps, TestStage};
use bytes::Bytes;

use crate::conformance::View;
use crate::destination::TestReport;
use crate::error::ConnectorError;
use crate::record::{PublishRecord, PublishedFile, PublishedFolder};
use crate::remote::store::{Created, RemoteStore, Target, Upload};

mod upload;

use upload::MemoryUpload;

/// What part of a call does not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// Nothing is done.
    Request,
    /// All is done, and who asked does not know.
    Answer,
}

/// Clones are the same store.
#[derive(Debug, Clone, Default)]
pub(super) struct MemoryStore {
    pub(super) renames_folders: bool,
    /// Uploads go to their final places and are left open.
    defers_uploads: bool,
    /// The call with this number, counted from 0.
    loses: Option<(usize, Lost)>,
    /// Most bytes of one upload.
    room: Option<usize>,
    /// Keeps a file that names the newest run.
    describes_newest: bool,
    calls: Arc<AtomicUsize>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<String, Bytes>,
    uploads: BTreeMap<String, Open>,
    begun: usize,
}

#[derive(Debug, Default)]
struct Open {
    path: String,
    attempt: String,
    parts: BTreeMap<String, Bytes>,
}

impl MemoryStore {
    /// As SFTP is.
    pub(super) fn like_a_server() -> Self {
        Self {
            renames_folders: true,
            ..Self::default()
        }
    }

    /// As S3 is.
    pub(super) fn like_a_bucket() -> Self {
        Self {
            defers_uploads: true,
            ..Self::default()
        }
    }

    /// An empty one of the same kind.
    pub(super) fn fresh(&self) -> Self {
        Self {
            calls: Arc::default(),
            state: Arc::default(),
            ..self.clone()
        }
    }

    /// The same store, its calls counted anew and one of them lost.
    pub(super) fn losing(&self, at: usize, lost: Lost) -> Self {
        Self {
            loses: Some((at, lost)),
            calls: Arc::default(),
            ..self.clone()
        }
    }

    /// Takes uploads of at most this many bytes.
    pub(super) fn with_room(self, bytes: usize) -> Self {
        Self {
            room: Some(bytes),
            ..self
        }
    }

    /// Keeps `model.json`.
    pub(super) fn describing(self) -> Self {
        Self {
            describes_newest: true,
            ..self
        }
    }

    /// Calls so far.
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Everything but the publishing's own records and attempts.
    pub(super) fn view(&self) -> View {
        let state = self.lock();
        let files = state.files.iter();
        files
            .filter(|(path, _)| !path.contains("_runs/") && !path.contains(".waybill"))
            .map(|(path, content)| (path.clone(), content.to_vec()))
            .collect()
    }

    pub(super) fn leftovers(&self) -> Vec<String> {
        let state = self.lock();
        let files = state.files.keys();
        let attempts = files.filter(|path| path.contains(".waybill")).cloned();
        let open = state.uploads.iter();
        attempts
            .chain(open.map(|(id, open)| format!("upload {id} to {}", open.path)))
            .collect()
    }

    /// The paths of all files in a folder.
    pub(super) fn below(&self, folder: &str) -> Vec<String> {
        self.lock().below(folder)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn call<T>(
        &self,
        work: impl FnOnce(&mut State) -> Result<T, ConnectorError>,
    ) -> Result<T, ConnectorError> {
        // Others come in between.
        tokio::task::yield_now().await;
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let lost = self
            .loses
            .and_then(|(at, lost)| (at == number).then_some(lost));
        let gone = || ConnectorError::Unavailable {
            action: "call".to_owned(),
            source: "the connection was lost".into(),
        };
        if lost == Some(Lost::Request) {
            return Err(gone());
        }
        let answer = work(&mut self.lock());
        if lost == Some(Lost::Answer) {
            return Err(gone());
        }
        answer
    }
}

fn not_found(path: &str) -> ConnectorError {
    ConnectorError::NotFound {
        path: path.to_owned(),
    }
}

impl State {
    fn below(&self, folder: &str) -> Vec<String> {
        let prefix = format!("{folder}/");
        let paths = self.files.keys();
        paths
            .filter(|path| path.starts_with(&prefix))
            .cloned()
            .collect()
    }

    fn put(&mut self, path: &str, content: Bytes, over: bool) -> Result<(), ConnectorError> {
        if !over && self.files.contains_key(path) {
            let path = path.to_owned();
            return Err(ConnectorError::Collision { path });
        }
        self.files.insert(path.to_owned(), content);
        Ok(())
    }
}

#[async_trait]
impl RemoteStore for MemoryStore {
    fn location(&self) -> String {
        "memory".to_owned()
    }

    fn renames_folders(&self) -> bool {
        self.renames_folders
    }

    /// Most files of the tests are two pieces.
    fn piece_bytes(&self) -> usize {
        32
    }

    async fn read(&self, path: &str) -> Result<Option<Bytes>, ConnectorError> {
        self.call(|state| Ok(state.files.get(path).cloned())).await
    }

    async fn exists(&self, path: &str) -> Result<bool, ConnectorError> {
        let folders = self.renames_folders;
        self.call(|state| {
            let is_file = state.files.contains_key(path);
            Ok(is_file || (folders && !state.below(path).is_empty()))
        })
        .await
    }

    async fn names(&self, folder: &str) -> Result<Vec<String>, ConnectorError> {
        self.call(|state| {
            let inside = |path: String| {
                let rest = &path[folder.len() + 1..];
                rest.split('/').next().unwrap_or(rest).to_owned()
            };
            let mut names: Vec<_> = state.below(folder).into_iter().map(inside).collect();
            names.sort();
            names.dedup();
            Ok(names)
        })
        .await
    }

    async fn create_new(
        &self,
        path: &str,
        content: Bytes,
        _scratch: &str,
    ) -> Result<Created, ConnectorError> {
        self.call(|state| {
            if state.files.contains_key(path) {
                return Ok(Created::Before);
            }
            state.files.insert(path.to_owned(), content);
            Ok(Created::Now)
        })
        .await
    }

    async fn write_over(
        &self,
        path: &str,
        content: Bytes,
        _scratch: &str,
    ) -> Result<(), ConnectorError> {
        self.call(|state| state.put(path, content, true)).await
    }

    async fn upload(&self, file: &Target) -> Result<Box<dyn Upload>, ConnectorError> {
        let id = self
            .call(|state| {
                if !self.defers_uploads {
                    state.put(&file.stage, Bytes::new(), true)?;
                    return Ok(None);
                }
                state.begun += 1;
                let id = format!("upload-{}", state.begun);
                let open = Open {
                    path: file.path.clone(),
                    attempt: file.attempt.clone(),
                    ..Open::default()
                };
                state.uploads.insert(id.clone(), open);
                Ok(Some(id))
            })
            .await?;
        Ok(Box::new(MemoryUpload::new(self, file, id)))
    }

    async fn settle(&self, file: &PublishedFile, over: bool) -> Result<(), ConnectorError> {
        let path = &file.entry.path;
        self.call(|state| {
            let content = match &file.upload {
                None => state.files.get(&file.stage).cloned(),
                Some(upload) => match state.uploads.get(&upload.id) {
                    None => None,
                    Some(open) => {
                        let mut content = Vec::new();
                        for part in &upload.parts {
                            let part = open.parts.get(part).ok_or_else(|| not_found(part))?;
                            content.extend_from_slice(part);
                        }
                        Some(content.into())
                    }
                },
            };
            let Some(content) = content else {
                return Ok(());
            };
            state.put(path, content, over)?;
            state.files.remove(&file.stage);
            if let Some(upload) = &file.upload {
                state.uploads.remove(&upload.id);
            }
            Ok(())
        })
        .await
    }

    async fn settle_folder(&self, folder: &PublishedFolder) -> Result<(), ConnectorError> {
        self.call(|state| {
            let staged = state.below(&folder.stage);
            if !staged.is_empty() && !state.below(&folder.path).is_empty() {
                let path = folder.path.clone();
                return Err(ConnectorError::Collision { path });
            }
            for path in staged {
                let inside = &path[folder.stage.len()..];
                if let Some(content) = state.files.remove(&path) {
                    state.put(&format!("{}{inside}", folder.path), content, false)?;
                }
            }
            Ok(())
        })
        .await
    }

    async fn remove(&self, path: &str) -> Result<(), ConnectorError> {
        self.call(|state| {
            state.files.remove(path);
            Ok(())
        })
        .await
    }

    async fn discard(&self, attempt: &str) -> Result<(), ConnectorError> {
        self.call(|state| {
            for path in state.below(attempt) {
                state.files.remove(&path);
            }
            state.uploads.retain(|_, open| open.attempt != attempt);
            Ok(())
        })
        .await
    }

    fn companions(&self, record: &PublishRecord, export_folder: &str) -> Vec<(String, Bytes)> {
        let path = format!("{export_folder}/model.json");
        let newest = (path, Bytes::from(record.run_id.clone()));
        self.describes_newest
            .then_some(newest)
            .into_iter()
            .collect()
    }

    async fn test(&self, steps: &Steps) -> Result<TestReport, ConnectorError> {
        steps.begin(TestStage::Write);
        let probe = "waybill-probe";
        self.write_over(probe, Bytes::new(), "").await?;
        self.remove(probe).await?;
        steps.end();
        Ok(TestReport {
            location: self.location(),
            free_bytes: None,
            expires: vec![],
        })
    }
}
