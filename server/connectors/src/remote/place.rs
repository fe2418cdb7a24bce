//! Where one export's own files lie in the connection's folder, and the store as publishing uses it.

use std::sync::Arc;

use bytes::Bytes;

use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::plan::AnyPart;
use crate::record::{PublishedFile, PublishedFolder};
use crate::remote::store::{Created, RemoteStore, Target, Upload};
use crate::retry::Retry;

const RUNS: &str = "_runs";
const ATTEMPTS: &str = ".waybill";

/// How often a small file is written again when its scratch folder vanishes: others may be clearing it away.
const CLEARED_TRIES: u32 = 5;

/// One run's view of the destination. Every call to the store is tried again when its error may pass.
#[derive(Debug)]
pub(super) struct RunPlace<S> {
    pub(super) store: Arc<S>,
    pub(super) retry: Retry,
    pub(super) faults: Faults,
    pub(super) export_folder: String,
    pub(super) run_id: String,
}

/// The paths.
impl<S: RemoteStore> RunPlace<S> {
    /// The same export's other run.
    pub(super) fn of(&self, run_id: &str) -> Self {
        Self {
            store: Arc::clone(&self.store),
            retry: self.retry,
            faults: self.faults.clone(),
            export_folder: self.export_folder.clone(),
            run_id: run_id.to_owned(),
        }
    }

    pub(super) fn record_of(&self, run_id: &str) -> String {
        format!("{}/{RUNS}/{run_id}.json", self.export_folder)
    }

    /// The folder of the marks, see [`super::publications`].
    pub(super) fn marks_folder(&self) -> String {
        format!("{}/{RUNS}/newest", self.export_folder)
    }

    pub(super) fn attempts_folder(&self) -> String {
        format!("{}/{ATTEMPTS}", self.export_folder)
    }

    pub(super) fn attempt(&self, number: u32) -> String {
        format!("{}/{}-{number}", self.attempts_folder(), self.run_id)
    }

    /// A file that is in the attempt's folder for as long as there is one.
    pub(super) fn sign_of(&self, attempt: u32) -> String {
        format!("{}/attempt", self.attempt(attempt))
    }
}

/// The run that an attempt's folder belongs to, and the attempt's number.
pub(super) fn parse_attempt(name: &str) -> Option<(&str, u32)> {
    let (run_id, number) = name.rsplit_once('-')?;
    Some((run_id, number.parse().ok()?))
}

/// A folder of one call: two that write the same file at one moment must not write into each other's.
fn scratch(own: &str) -> String {
    format!("{own}/tmp-{:016x}", base::random_u64())
}

/// The store.
impl<S: RemoteStore> RunPlace<S> {
    pub(super) async fn read(&self, path: &str) -> Result<Option<Bytes>, ConnectorError> {
        self.retry.run(|| self.store.read(path)).await
    }

    pub(super) async fn exists(&self, path: &str) -> Result<bool, ConnectorError> {
        self.retry.run(|| self.store.exists(path)).await
    }

    pub(super) async fn names(&self, folder: &str) -> Result<Vec<String>, ConnectorError> {
        self.retry.run(|| self.store.names(folder)).await
    }

    /// `own`: the attempt's folder. After an answer that was lost this may say [`Created::Before`] of its own file.
    pub(super) async fn create_new(
        &self,
        path: &str,
        content: &Bytes,
        own: &str,
    ) -> Result<Created, ConnectorError> {
        let scratch = scratch(own);
        self.despite_clearing(|| self.store.create_new(path, content.clone(), &scratch))
            .await
    }

    /// `own`: the attempt's folder.
    pub(super) async fn write_over(
        &self,
        path: &str,
        content: &Bytes,
        own: &str,
    ) -> Result<(), ConnectorError> {
        let scratch = scratch(own);
        self.despite_clearing(|| self.store.write_over(path, content.clone(), &scratch))
            .await
    }

    pub(super) async fn settle(
        &self,
        file: &PublishedFile,
        over: bool,
    ) -> Result<(), ConnectorError> {
        self.retry.run(|| self.store.settle(file, over)).await
    }

    pub(super) async fn settle_folder(
        &self,
        folder: &PublishedFolder,
    ) -> Result<(), ConnectorError> {
        self.retry.run(|| self.store.settle_folder(folder)).await
    }

    pub(super) async fn remove(&self, path: &str) -> Result<(), ConnectorError> {
        self.retry.run(|| self.store.remove(path)).await
    }

    pub(super) async fn discard(&self, attempt: &str) -> Result<(), ConnectorError> {
        self.retry.run(|| self.store.discard(attempt)).await
    }

    /// To be begun by a task of its own.
    pub(super) fn upload(
        &self,
        target: Target,
    ) -> impl Future<Output = Result<Box<dyn Upload>, ConnectorError>> + Send + use<S> {
        let (store, retry) = (Arc::clone(&self.store), self.retry);
        async move { retry.run(|| store.upload(&target)).await }
    }

    async fn despite_clearing<T, F>(
        &self,
        mut operation: impl FnMut() -> F,
    ) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        let mut tries = 1;
        loop {
            match self.retry.run(&mut operation).await {
                Err(ConnectorError::NotFound { .. }) if tries < CLEARED_TRIES => tries += 1,
                ended => return ended,
            }
        }
    }
}

/// Questions.
impl<S: RemoteStore> RunPlace<S> {
    /// Whether something stands at one of these: files, files in parts, or folders.
    pub(super) async fn is_any_taken(&self, paths: &[String]) -> Result<bool, ConnectorError> {
        for path in paths {
            if self.is_taken(path).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) async fn is_taken(&self, path: &str) -> Result<bool, ConnectorError> {
        if let Some(parts) = AnyPart::of(path) {
            let names = self.names(parts.folder).await?;
            return Ok(names.iter().any(|name| parts.is_named(name)));
        }
        if self.exists(path).await? {
            return Ok(true);
        }
        // Where there are no folders, only what is in one stands there.
        Ok(!self.store.renames_folders() && !self.names(path).await?.is_empty())
    }

    /// The attempts of this run that have a folder.
    pub(super) async fn attempts(&self) -> Result<Vec<u32>, ConnectorError> {
        let names = self.names(&self.attempts_folder()).await?;
        let own = names.iter().filter_map(|name| parse_attempt(name));
        Ok(own
            .filter(|(run_id, _)| *run_id == self.run_id)
            .map(|(_, number)| number)
            .collect())
    }

    /// Removes this run's attempts up to `last`, or all.
    pub(super) async fn remove_attempts(&self, last: Option<u32>) -> Result<(), ConnectorError> {
        for attempt in self.attempts().await? {
            if last.is_none_or(|last| attempt <= last) {
                self.discard(&self.attempt(attempt)).await?;
                self.faults.reach("attempt_removed")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::parse_attempt;

    #[test]
    fn an_attempts_folder_names_its_run_even_if_that_ends_with_a_number() {
        assert_eq!(parse_attempt("run-1"), Some(("run", 1)));
        assert_eq!(parse_attempt("run-1-12"), Some(("run-1", 12)));
        for none in ["run", "run-", "run-x", "1"] {
            assert_eq!(parse_attempt(none), None, "{none}");
        }
    }
}
