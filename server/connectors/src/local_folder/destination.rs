//! The connection: its settings, its test, its plans.

use std::path::PathBuf;

use async_trait::async_trait;
use base::{Folder, FolderRoots, RootError, Steps, TestStage};
use formats::Compression;
use formats::write::Format;
use serde_json::Value;

use crate::description::{Atomicity, FieldDescription, FieldKind, TypeDescription};
use crate::destination::{Destination, Stage, TestReport};
use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::local_folder::place::RunPlace;
use crate::local_folder::stage::LocalStage;
use crate::local_folder::{files, publish};
use crate::plan::{AnyPart, DeliveryPlan, PlanRequest};
use crate::record::PublishRecord;
use crate::retry::Retry;
use crate::template::PathTemplate;

pub(crate) const KEY: &str = "local_folder";

pub(crate) const DESCRIPTION: TypeDescription = TypeDescription {
    key: KEY,
    fields: &[FieldDescription::new("path", FieldKind::Path).required()],
    formats: &["csv", "parquet", "jsonl"],
    modes: &["full"],
    atomic: Atomicity::Run,
    default_path_template: PathTemplate::DEFAULT,
};

/// A folder of this machine, inside the allowed roots.
#[derive(Debug, Clone)]
pub(crate) struct LocalFolder {
    path: PathBuf,
    roots: FolderRoots,
    faults: Faults,
    retry: Retry,
}

impl LocalFolder {
    pub(crate) fn open(config: &Value, roots: &FolderRoots) -> Result<Self, ConnectorError> {
        let path = config.get("path").and_then(Value::as_str);
        let path = PathBuf::from(path.unwrap_or_default());
        FolderRoots::check_spelling(&path)?;
        Ok(Self {
            path,
            roots: roots.clone(),
            faults: Faults::default(),
            retry: Retry::default(),
        })
    }

    #[cfg(test)]
    pub(crate) fn with_faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Runs file system work that may be repeated, again when its error may pass.
    async fn repeated<T: Send + 'static>(
        &self,
        work: impl Fn(&Self) -> Result<T, ConnectorError> + Clone + Send + 'static,
    ) -> Result<T, ConnectorError> {
        self.retry
            .run(|| {
                let (this, work) = (self.clone(), work.clone());
                blocking(move || work(&this))
            })
            .await
    }

    /// `None` while the folder has not been created.
    fn existing(&self) -> Result<Option<Folder>, ConnectorError> {
        match self.roots.open(&self.path) {
            Ok(base) => Ok(Some(base)),
            Err(RootError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn run_place(&self, base: Folder, plan: &DeliveryPlan) -> RunPlace {
        RunPlace::new(base, plan, self.faults.clone())
    }
}

#[async_trait]
impl Destination for LocalFolder {
    async fn check_place(&self) -> Result<(), ConnectorError> {
        self.repeated(|this| {
            let checked = this.roots.check(&this.path);
            checked.map_err(ConnectorError::Folder)
        })
        .await
    }

    async fn test(&self, steps: &Steps) -> Result<TestReport, ConnectorError> {
        steps.begin(TestStage::Permission);
        let base = self
            .repeated(|this| {
                let base = this.roots.open_or_create(&this.path);
                base.map_err(ConnectorError::from)
            })
            .await?;
        steps.begin(TestStage::Write);
        self.repeated(move |_| {
            let probe = format!(".waybill-probe-{:016x}", base::random_u64());
            let written = files::write_synced(&base, &probe, b"Waybill was here.\n");
            let removed = files::remove_file(&base, &probe);
            written.and(removed)?;
            let space = rustix::fs::fstatvfs(&base).ok();
            Ok(TestReport {
                location: base.path().display().to_string(),
                free_bytes: space.map(|space| space.f_bavail.saturating_mul(space.f_frsize)),
                expires: vec![],
            })
        })
        .await
        .inspect(|_| steps.end())
    }

    async fn plan(&self, request: &PlanRequest) -> Result<DeliveryPlan, ConnectorError> {
        let request = request.clone();
        self.repeated(move |this| {
            let base = this.existing()?;
            request.resolve(|path| match &base {
                Some(base) => is_taken(base, path),
                None => Ok(false),
            })
        })
        .await
    }

    async fn published(
        &self,
        plan: &DeliveryPlan,
    ) -> Result<Option<PublishRecord>, ConnectorError> {
        let plan = plan.clone();
        self.repeated(move |this| match this.existing()? {
            Some(base) => publish::published(&this.run_place(base, &plan)),
            None => Ok(None),
        })
        .await
    }

    async fn stage(
        &self,
        plan: &DeliveryPlan,
        attempt: u32,
        format: &Format,
        compression: Compression,
    ) -> Result<Box<dyn Stage>, ConnectorError> {
        let checked = format.check(compression);
        checked.map_err(|error| ConnectorError::invalid(error.field(), &error))?;
        let (plan, format) = (plan.clone(), format.clone());
        self.repeated(move |this| {
            let base = this.roots.open_or_create(&this.path)?;
            let place = this.run_place(base, &plan);
            let stage =
                LocalStage::create(place, plan.clone(), attempt, format.clone(), compression)?;
            Ok(Box::new(stage) as Box<dyn Stage>)
        })
        .await
    }

    async fn sweep(&self, plan: &DeliveryPlan, last: Option<u32>) -> Result<(), ConnectorError> {
        let plan = plan.clone();
        self.repeated(move |this| match this.existing()? {
            Some(base) => publish::sweep(&this.run_place(base, &plan), last),
            None => Ok(()),
        })
        .await
    }
}

/// Whether a folder, or any part of a file, stands there.
fn is_taken(base: &Folder, path: &str) -> Result<bool, ConnectorError> {
    let Some(parts) = AnyPart::of(path) else {
        return files::exists(base, path);
    };
    let names = files::names_in(base, parts.folder)?;
    Ok(names.iter().any(|name| parts.is_named(name)))
}

/// File system calls block; they run where that is fine.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConnectorError> + Send + 'static,
) -> Result<T, ConnectorError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(source) => Err(ConnectorError::Other {
            action: "finish file work".into(),
            source: source.into(),
        }),
    }
}
