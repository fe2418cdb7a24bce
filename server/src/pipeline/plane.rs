//! Everything that touches data, in one place: engine, lake, folder roots.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::domain::{Disk, PreviewRows, Reason, SchemaField, SourceKind};
use base::{Cancel, FolderRoots, GuardedHttp, RootError};
use connectors::Environment;
use engine::Engine;
use engine::source::{FolderSource, Listing, ListingProblem, ProblemKind};
use formats::ColumnType;
use serde_json::{Map, Value};

use super::convert;
use super::error::PipelineError;
use super::lake::{Held, Lake, SnapshotPlace};
use super::vault::Vault;
use crate::store::Store;

/// Rows of a preview.
pub(super) const PREVIEW_ROWS: usize = 50;

/// The engine with its lake, and the folders that it may use.
pub struct DataPlane {
    pub(super) engine: Engine,
    pub(super) lake: Lake,
    roots: FolderRoots,
    pub(super) environment: Environment,
    pub(super) vault: Arc<dyn Vault>,
    /// Keeps records for destinations that cannot.
    pub(super) store: Store,
}

impl DataPlane {
    /// `roots`: the folders that sources and destinations must be in. `http`: the way to hosts that people name.
    pub fn new(
        engine: Engine,
        lake: Lake,
        roots: FolderRoots,
        http: GuardedHttp,
        vault: Arc<dyn Vault>,
        store: Store,
    ) -> Self {
        let environment = Environment {
            roots: roots.clone(),
            http,
            ledger: None,
        };
        Self {
            engine,
            lake,
            roots,
            environment,
            vault,
            store,
        }
    }

    /// Whether the lake is there.
    pub async fn is_ready(&self) -> bool {
        self.lake.is_ready().await
    }

    /// The disk that the lake is on; none where the machine does not tell.
    pub fn disk(&self) -> Option<Disk> {
        self.lake.disk()
    }

    /// Gives back what is here of a lake elsewhere and nobody reads at present: how many bytes. Blocking.
    pub fn shrink_cache(&self) -> u64 {
        self.lake.shrink()
    }

    /// Opens the folder of a source.
    pub(super) fn source(
        &self,
        kind: SourceKind,
        config: &Map<String, Value>,
    ) -> Result<FolderSource, PipelineError> {
        match kind {
            SourceKind::Folder => {
                let path = source_path(config)?;
                let root = self.roots.open(path).map_err(|error| root_reason(&error))?;
                Ok(FolderSource::new(root))
            }
        }
    }

    /// The tables of a source, by name only: names, and what is wrong with those that cannot be one.
    pub async fn table_names(
        &self,
        kind: SourceKind,
        config: &Map<String, Value>,
    ) -> Result<Vec<String>, PipelineError> {
        Ok(names(&list(self.source(kind, config)?).await?))
    }

    /// Refuses a source's configuration at its field.
    pub fn check_source(
        &self,
        kind: SourceKind,
        config: &Map<String, Value>,
    ) -> Result<(), (String, Reason)> {
        let SourceKind::Folder = kind;
        if let Some(unknown) = config.keys().find(|key| *key != "path") {
            return Err((
                format!("config.{unknown}"),
                Reason::new("unknown_field").with("field", unknown),
            ));
        }
        self.source(kind, config)
            .map(drop)
            .map_err(|error| ("config.path".to_owned(), error.reason))
    }

    /// The first rows of a snapshot of this table; the values of `masked` columns are hidden.
    pub async fn preview(
        &self,
        table: &str,
        snapshot: &SnapshotPlace<'_>,
        schema: &[SchemaField],
        mask: bool,
    ) -> Result<PreviewRows, PipelineError> {
        let masked: Vec<String> = schema
            .iter()
            .filter(|field| mask && field.personal)
            .map(|field| field.name.clone())
            .collect();
        let held = self.held(table, snapshot).await?;
        let rows = self.engine.preview(&held, PREVIEW_ROWS, &masked).await?;
        Ok(PreviewRows {
            columns: schema.to_vec(),
            rows: rows.rows,
            masked: !masked.is_empty(),
        })
    }

    /// Whether every type of a corrected schema exists.
    pub fn check_types(schema: &[SchemaField]) -> Result<(), (usize, Reason)> {
        for (place, field) in schema.iter().enumerate() {
            if field.kind.parse::<ColumnType>().is_err() {
                return Err((place, Reason::new("unknown_type").with("type", &field.kind)));
            }
        }
        Ok(())
    }

    /// The folder on this machine of a snapshot, which is made there or, once it is held, read there.
    pub(super) fn snapshot_folder(&self, path: &str) -> PathBuf {
        self.lake.place(path)
    }

    /// Sees to it that the files of a snapshot of this table are here, where they stay while this is held.
    pub(super) async fn held(
        &self,
        table: &str,
        snapshot: &SnapshotPlace<'_>,
    ) -> Result<Held, PipelineError> {
        let held = self.lake.held(snapshot).await;
        held.map_err(|error| PipelineError::of_lake("snapshot_unreadable", table, error))
    }

    /// Keeps a new snapshot of this table in the lake, before it is recorded.
    pub(super) async fn keep(
        &self,
        table: &str,
        path: &str,
        cancel: &Cancel,
    ) -> Result<(), PipelineError> {
        let kept = self.lake.keep(path, cancel).await;
        kept.map_err(|error| PipelineError::of_lake("snapshot_unwritable", table, error))
    }

    pub(super) fn schema(fields: &[SchemaField]) -> formats::TableSchema {
        convert::table_schema(fields)
    }
}

fn source_path(config: &Map<String, Value>) -> Result<&Path, PipelineError> {
    match config.get("path").and_then(Value::as_str).map(str::trim) {
        None | Some("") => Err(Reason::new("required").into()),
        Some(path) => Ok(Path::new(path)),
    }
}

/// Why a folder of a source or connection may not be used. The text of a reason names no path; its detail does, and that
/// of a failure of the system is what the system said.
pub(super) fn root_reason(error: &RootError) -> Reason {
    let code = match error {
        RootError::Malformed { .. } => "folder_path_malformed",
        RootError::Outside { .. } => "folder_outside_roots",
        RootError::NotFound { .. } | RootError::NotADirectory { .. } => "folder_not_found",
        RootError::Io { source, .. } => {
            return Reason::new("folder_refused").detail(source.to_string());
        }
    };
    Reason::new(code).detail(error.to_string())
}

/// Lists a folder off the async threads: it may be slow or on a network.
pub(super) async fn list(source: FolderSource) -> Result<Listing, PipelineError> {
    let listed = tokio::task::spawn_blocking(move || source.list()).await;
    let listed = listed.map_err(|error| {
        PipelineError::passing(Reason::new("source_unreadable").detail(error.to_string()))
    })?;
    Ok(listed?)
}

/// The names of a listing: of tables, and of what looks like one and cannot be.
pub(super) fn names(listing: &Listing) -> Vec<String> {
    let mut names: Vec<String> = listing
        .tables
        .iter()
        .map(|table| table.name.clone())
        .collect();
    names.extend(listing.problems.iter().map(|problem| problem.name.clone()));
    names.sort();
    names.dedup();
    names
}

/// Why something that looks like a table cannot be one.
pub(super) fn problem_reason(problem: &ListingProblem) -> Reason {
    let code = match problem.kind {
        ProblemKind::MixedFormats => "mixed_formats",
        ProblemKind::DuplicateName => "duplicate_table",
        ProblemKind::LinkOutside => "link_outside_source",
    };
    Reason::new(code)
        .with("table", &problem.name)
        .with("files", problem.files.join(", "))
}
