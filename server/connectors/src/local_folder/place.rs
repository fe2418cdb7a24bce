//! Where one export's own files lie below the connection's folder.

use std::path::Path;

use base::Folder;

use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::local_folder::files;
use crate::plan::DeliveryPlan;
use crate::record::PublishRecord;

pub(super) const RUNS: &str = "_runs";
pub(super) const ATTEMPTS: &str = ".waybill";

/// One run's view of the destination. All paths are relative to `base`, the connection's folder.
#[derive(Debug, Clone)]
pub(super) struct RunPlace {
    pub(super) base: Folder,
    pub(super) export_folder: String,
    pub(super) run_id: String,
    pub(super) faults: Faults,
}

impl RunPlace {
    pub(super) fn new(base: Folder, plan: &DeliveryPlan, faults: Faults) -> Self {
        Self {
            base,
            export_folder: plan.export_folder.clone(),
            run_id: plan.run_id.clone(),
            faults,
        }
    }

    pub(super) fn runs(&self) -> String {
        format!("{}/{RUNS}", self.export_folder)
    }

    pub(super) fn record(&self) -> String {
        format!("{}/{}.json", self.runs(), self.run_id)
    }

    pub(super) fn attempts(&self) -> String {
        format!("{}/{ATTEMPTS}", self.export_folder)
    }

    pub(super) fn attempt(&self, attempt: u32) -> String {
        format!("{}/{}-{attempt}", self.attempts(), self.run_id)
    }

    /// Creates what a lock needs, and takes it.
    pub(super) fn lock(&self) -> Result<files::Lock, ConnectorError> {
        files::ensure_folders(&self.base, &self.runs())?;
        files::Lock::take(&self.base, &self.runs())
    }

    /// The record of this run and the very bytes it stands in.
    pub(super) fn read_record(&self) -> Result<Option<(PublishRecord, Vec<u8>)>, ConnectorError> {
        let path = self.record();
        let Some(content) = files::read_if_there(&self.base, &path)? else {
            return Ok(None);
        };
        let record = PublishRecord::parse(&content).map_err(|source| ConnectorError::Other {
            action: format!("understand the record `{}`", self.base.at(&path).display()),
            source,
        })?;
        Ok(Some((record, content)))
    }

    /// The export's current publication.
    pub(super) fn newest_record(&self) -> Result<Option<(PublishRecord, Vec<u8>)>, ConnectorError> {
        self.highest(|_| true)
    }

    /// The publication with the highest number among those wanted. Files in `_runs` that are no
    /// records of ours are passed over.
    pub(super) fn highest(
        &self,
        wanted: impl Fn(&PublishRecord) -> bool,
    ) -> Result<Option<(PublishRecord, Vec<u8>)>, ConnectorError> {
        let mut highest: Option<(PublishRecord, Vec<u8>)> = None;
        for name in files::names_in(&self.base, &self.runs())? {
            if !has_extension(&name, "json") {
                continue;
            }
            let path = format!("{}/{name}", self.runs());
            let Some(content) = files::read_if_there(&self.base, &path)? else {
                continue;
            };
            let record = match PublishRecord::parse(&content) {
                Ok(record) => record,
                Err(problem) => {
                    tracing::warn!(file = name, "not a record of a publication: {problem}");
                    continue;
                }
            };
            let higher = highest
                .as_ref()
                .is_none_or(|(best, _)| best.rank() < record.rank());
            if higher && wanted(&record) {
                highest = Some((record, content));
            }
        }
        Ok(highest)
    }

    /// Removes this run's attempts up to `last`, or all, and `.waybill` itself when nobody else is using it.
    pub(super) fn remove_attempts(&self, last: Option<u32>) -> Result<(), ConnectorError> {
        let folder = self.attempts();
        let prefix = format!("{}-", self.run_id);
        let mut changed = false;
        for name in files::names_in(&self.base, &folder)? {
            let attempt = name
                .strip_prefix(&prefix)
                .and_then(|end| end.parse::<u32>().ok());
            if attempt.is_some_and(|attempt| last.is_none_or(|last| attempt <= last)) {
                files::remove_all(&self.base, &format!("{folder}/{name}"))?;
                changed = true;
                self.faults.reach("attempt_removed")?;
            }
        }
        if self.base.remove_folder(&folder).is_ok() {
            files::sync_folder(&self.base, &self.export_folder)?;
        } else if changed {
            files::sync_folder(&self.base, &folder)?;
        }
        Ok(())
    }
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
