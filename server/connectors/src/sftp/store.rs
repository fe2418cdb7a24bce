//! A folder of a server as publishing sees it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use base::{OutboundGuard, Steps, TestStage, random_u64};
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::Mutex;

use super::files::Found;
use super::session::Session;
use super::settings::Settings;
use super::upload::{PIECE, SftpUpload};
use crate::destination::TestReport;
use crate::error::ConnectorError;
use crate::record::{PublishedFile, PublishedFolder};
use crate::registry::{Environment, Secrets};
use crate::remote::{Created, RemoteStore, Target, Upload};

#[derive(Clone)]
pub(crate) struct SftpStore {
    settings: Settings,
    guard: OutboundGuard,
    /// The one that is open, for everybody.
    session: Arc<Mutex<Option<Arc<Session>>>>,
}

impl fmt::Debug for SftpStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SftpStore")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl SftpStore {
    pub(crate) fn open(
        config: &Value,
        secrets: &Secrets,
        environment: &Environment,
    ) -> Result<Self, ConnectorError> {
        Ok(Self {
            settings: Settings::parse(config, secrets)?,
            guard: environment.http.guard().clone(),
            session: Arc::default(),
        })
    }

    /// The session that is open; a new one where there is none or it is of no use.
    async fn session(&self) -> Result<Arc<Session>, ConnectorError> {
        let mut kept = self.session.lock().await;
        if let Some(session) = kept.as_ref().filter(|session| session.is_usable()) {
            return Ok(Arc::clone(session));
        }
        *kept = None;
        let opened = Session::open(&self.settings, &self.guard, &Steps::default()).await?;
        let session = Arc::new(opened);
        *kept = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Works in the open session, and once more in a new one where that turns out to be of no use: servers close
    /// what was idle. `work` must be safe to repeat.
    async fn work<T, F>(&self, work: impl Fn(Arc<Session>) -> F) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        let session = self.session().await?;
        match work(Arc::clone(&session)).await {
            Err(error) if error.is_transient() && !session.is_usable() => {
                work(self.session().await?).await
            }
            done => done,
        }
    }

    fn at(&self, path: &str) -> String {
        self.settings.at(path)
    }

    /// Makes the folder that something lies in.
    async fn make_folder_of(&self, session: &Session, path: &str) -> Result<(), ConnectorError> {
        let base = self.settings.base();
        session
            .base
            .get_or_try_init(|| session.make_base(base))
            .await?;
        match path.rsplit_once('/') {
            Some((folder, _)) => session.make_folders(base, &self.at(folder)).await,
            None => Ok(()),
        }
    }

    /// Where deliveries go, with the folder as the server or the connection names it.
    fn located(&self, folder: &str) -> String {
        let Settings {
            username,
            host,
            port,
            ..
        } = &self.settings;
        format!("{username}@{host}:{port}, {folder}")
    }

    /// A whole small file in a folder of its own. Gives where it is.
    async fn put(
        &self,
        session: &Arc<Session>,
        scratch: &str,
        content: Bytes,
    ) -> Result<String, ConnectorError> {
        let stage = format!("{scratch}/new");
        self.make_folder_of(session, &stage).await?;
        let path = self.at(&stage);
        let upload = SftpUpload::begin(Arc::clone(session), path.clone(), stage).await?;
        written(upload, content).await?;
        Ok(path)
    }

    /// Brings something that is staged to a free place. `same`: what it looks like there already, after a move that was
    /// cut off between its two steps.
    async fn place(
        &self,
        session: &Session,
        stage: &str,
        path: &str,
        same: Option<Found>,
    ) -> Result<(), ConnectorError> {
        self.make_folder_of(session, path).await?;
        let (from, to) = (self.at(stage), self.at(path));
        match session.rename_new(&from, &to).await {
            Ok(Created::Now) => return Ok(()),
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => match session.found(&from).await? {
                None => return Ok(()),
                Some(_) => return Err(error),
            },
            Ok(Created::Before) => {}
        }
        match (session.found(&from).await?, session.found(&to).await?) {
            (None, _) => Ok(()),
            (Some(_), found) if found.is_some() && found == same => {
                session.remove_file(&from).await
            }
            _ => Err(ConnectorError::Collision { path: to }),
        }
    }

    /// Writes a file, moves its folder, and removes both: what publishing does.
    async fn probe(&self, session: &Arc<Session>) -> Result<(), ConnectorError> {
        let folder = format!(".waybill-probe-{:016x}", random_u64());
        let (from, to) = (self.at(&folder), self.at(&format!("{folder}-2")));
        let content = Bytes::from_static(b"Waybill was here.\n");
        let tried = match self.put(session, &folder, content).await {
            Ok(_) => session.rename_new(&from, &to).await.map(drop),
            Err(error) => Err(error),
        };
        let removed = session.remove_tree(&from).await;
        let removed = removed.and(session.remove_tree(&to).await);
        tried.and(removed)
    }
}

/// Uploads a file whose content is at hand.
async fn written(mut upload: SftpUpload, content: Bytes) -> Result<(), ConnectorError> {
    upload.piece(content).await?;
    Box::new(upload).finish().await?;
    Ok(())
}

#[async_trait]
impl RemoteStore for SftpStore {
    fn location(&self) -> String {
        self.located(self.settings.base())
    }

    fn renames_folders(&self) -> bool {
        true
    }

    fn piece_bytes(&self) -> usize {
        PIECE
    }

    async fn read(&self, path: &str) -> Result<Option<Bytes>, ConnectorError> {
        let path = self.at(path);
        let path = path.as_str();
        let content = self.work(|session| async move { session.read(path).await });
        Ok(content.await?.map(Bytes::from))
    }

    async fn exists(&self, path: &str) -> Result<bool, ConnectorError> {
        let path = self.at(path);
        let path = path.as_str();
        let found = self.work(|session| async move { session.found(path).await });
        Ok(found.await?.is_some())
    }

    async fn names(&self, folder: &str) -> Result<Vec<String>, ConnectorError> {
        let folder = self.at(folder);
        let folder = folder.as_str();
        let entries = self.work(|session| async move { session.entries(folder).await });
        let entries = entries.await?.into_iter();
        let mut names: Vec<_> = entries.map(|(name, _)| name).collect();
        names.sort();
        Ok(names)
    }

    async fn create_new(
        &self,
        path: &str,
        content: Bytes,
        scratch: &str,
    ) -> Result<Created, ConnectorError> {
        let to = self.at(path);
        let (to, content) = (to.as_str(), &content);
        self.work(|session| async move {
            if session.found(to).await?.is_some() {
                return Ok(Created::Before);
            }
            let from = self.put(&session, scratch, content.clone()).await?;
            self.make_folder_of(&session, path).await?;
            let created = session.rename_new(&from, to).await?;
            if created == Created::Before {
                session.remove_file(&from).await?;
            }
            Ok(created)
        })
        .await
    }

    async fn write_over(
        &self,
        path: &str,
        content: Bytes,
        scratch: &str,
    ) -> Result<(), ConnectorError> {
        let to = self.at(path);
        let (to, content) = (to.as_str(), &content);
        self.work(|session| async move {
            let from = self.put(&session, scratch, content.clone()).await?;
            self.make_folder_of(&session, path).await?;
            session.rename_over(&from, to).await
        })
        .await
    }

    async fn upload(&self, file: &Target) -> Result<Box<dyn Upload>, ConnectorError> {
        let upload = self.work(|session| async move {
            self.make_folder_of(&session, &file.stage).await?;
            let (path, stage) = (self.at(&file.stage), file.stage.clone());
            SftpUpload::begin(session, path, stage).await
        });
        Ok(Box::new(upload.await?))
    }

    async fn settle(&self, file: &PublishedFile, over: bool) -> Result<(), ConnectorError> {
        let (stage, path, bytes) = (&file.stage, &file.entry.path, file.entry.bytes);
        self.work(|session| async move {
            if !over {
                let same = Some(Found::File { bytes });
                return self.place(&session, stage, path, same).await;
            }
            self.make_folder_of(&session, path).await?;
            let (from, to) = (self.at(stage), self.at(path));
            match session.rename_over(&from, &to).await {
                Err(error) if !error.is_transient() => match session.found(&from).await? {
                    None => Ok(()),
                    Some(_) => Err(error),
                },
                done => done,
            }
        })
        .await
    }

    async fn settle_folder(&self, folder: &PublishedFolder) -> Result<(), ConnectorError> {
        let (stage, path) = (&folder.stage, &folder.path);
        self.work(|session| async move { self.place(&session, stage, path, None).await })
            .await
    }

    async fn remove(&self, path: &str) -> Result<(), ConnectorError> {
        let path = self.at(path);
        let path = path.as_str();
        self.work(|session| async move { session.remove_file(path).await })
            .await
    }

    async fn discard(&self, attempt: &str) -> Result<(), ConnectorError> {
        let path = self.at(attempt);
        let above = attempt.rsplit_once('/').map(|(above, _)| self.at(above));
        let (path, above) = (path.as_str(), above.as_deref());
        self.work(|session| async move {
            session.remove_tree(path).await?;
            match above {
                Some(above) => session.remove_if_empty(above).await,
                None => Ok(()),
            }
        })
        .await
    }

    async fn test(&self, steps: &Steps) -> Result<TestReport, ConnectorError> {
        // Not the one that is kept: what it signed in with may be no good any more.
        let session = Arc::new(Session::open(&self.settings, &self.guard, steps).await?);
        let base = self.settings.base();
        session.make_base(base).await?;
        let location = if base.starts_with('/') {
            self.location()
        } else {
            self.located(&session.full_path(base).await?)
        };
        steps.begin(TestStage::Write);
        self.probe(&session).await?;
        let free_bytes = session.free_bytes(base).await;
        steps.end();
        Ok(TestReport {
            location,
            free_bytes,
            expires: vec![],
        })
    }
}
