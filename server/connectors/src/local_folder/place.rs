//! Where one export's own files lie below the connection's folder.

use std::path::{Path, PathBuf};

use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::local_folder::files;
use crate::plan::DeliveryPlan;
use crate::record::PublishRecord;

pub(super) const RUNS: &str = "_runs";
pub(super) const ATTEMPTS: &str = ".waybill";

/// One run's view of the destination. `base` is canonical and inside the allowed roots.
#[derive(Debug, Clone)]
pub(super) struct RunPlace {
    pub(super) base: PathBuf,
    pub(super) export_folder: String,
    pub(super) run_id: String,
    pub(super) faults: Faults,
}

impl RunPlace {
    pub(super) fn new(base: PathBuf, plan: &DeliveryPlan, faults: Faults) -> Self {
        Self {
            base,
            export_folder: plan.export_folder.clone(),
            run_id: plan.run_id.clone(),
            faults,
        }
    }

    /// A path of a plan or record on this machine.
    pub(super) fn at(&self, relative: &str) -> PathBuf {
        self.base.join(relative)
    }

    pub(super) fn runs(&self) -> PathBuf {
        self.at(&self.export_folder).join(RUNS)
    }

    pub(super) fn record(&self) -> PathBuf {
        self.runs().join(format!("{}.json", self.run_id))
    }

    pub(super) fn attempts(&self) -> PathBuf {
        self.at(&self.export_folder).join(ATTEMPTS)
    }

    /// Relative to the connection's folder.
    pub(super) fn attempt(&self, attempt: u32) -> String {
        format!(
            "{}/{ATTEMPTS}/{}-{attempt}",
            self.export_folder, self.run_id
        )
    }

    /// Creates what a lock needs, and takes it.
    pub(super) fn lock(&self) -> Result<files::Lock, ConnectorError> {
        files::ensure_folders(&self.base, &format!("{}/{RUNS}", self.export_folder))?;
        files::Lock::take(&self.runs())
    }

    /// The record of this run and the very bytes it stands in.
    pub(super) fn read_record(&self) -> Result<Option<(PublishRecord, Vec<u8>)>, ConnectorError> {
        let path = self.record();
        let Some(content) = files::read_if_there(&path)? else {
            return Ok(None);
        };
        let record = serde_json::from_slice(&content).map_err(|source| ConnectorError::Other {
            action: format!("understand the record `{}`", path.display()),
            source: source.into(),
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
        for name in files::names_in(&self.runs())? {
            if !has_extension(&name, "json") {
                continue;
            }
            let Some(content) = files::read_if_there(&self.runs().join(&name))? else {
                continue;
            };
            let Ok(record) = serde_json::from_slice::<PublishRecord>(&content) else {
                tracing::warn!(file = name, "not a record of a publication");
                continue;
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
        for name in files::names_in(&folder)? {
            let attempt = name
                .strip_prefix(&prefix)
                .and_then(|end| end.parse::<u32>().ok());
            if attempt.is_some_and(|attempt| last.is_none_or(|last| attempt <= last)) {
                files::remove_all(&folder.join(name))?;
                changed = true;
                self.faults.reach("attempt_removed")?;
            }
        }
        if std::fs::remove_dir(&folder).is_ok() {
            files::sync_folder(&self.at(&self.export_folder))?;
        } else if changed {
            files::sync_folder(&folder)?;
        }
        Ok(())
    }
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
