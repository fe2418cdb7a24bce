//! One attempt: writing tables into a place of its own.

use std::collections::BTreeSet;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use formats::write::{Format, Output, Progress, write_files};
use formats::{Compression, FormatError};
use serde_json::Value;

use crate::destination::{RowStream, Stage};
use crate::error::ConnectorError;
use crate::local_folder::destination::blocking;
use crate::local_folder::files;
use crate::local_folder::place::RunPlace;
use crate::local_folder::publish::{self, Attempt};
use crate::plan::{DeliveryPlan, Layout, PlannedTable};
use crate::record::{FileEntry, PublishRecord, PublishedFile, PublishedFolder, TableOutcome};

pub(super) struct LocalStage {
    pub(super) place: RunPlace,
    pub(super) plan: DeliveryPlan,
    pub(super) attempt: u32,
    pub(super) format: Format,
    pub(super) compression: Compression,
    files: Vec<PublishedFile>,
    staged_folders: BTreeSet<String>,
}

impl LocalStage {
    /// Creates the attempt's place. Blocks.
    pub(super) fn create(
        place: RunPlace,
        plan: DeliveryPlan,
        attempt: u32,
        format: Format,
        compression: Compression,
    ) -> Result<Self, ConnectorError> {
        let _lock = place.lock()?;
        let own = place.attempt(attempt);
        files::remove_all(&place.at(&own))?;
        files::ensure_folders(&place.base, &own)?;
        place.faults.reach("attempt_created")?;
        let (files, staged_folders) = (vec![], BTreeSet::new());
        Ok(Self {
            place,
            plan,
            attempt,
            format,
            compression,
            files,
            staged_folders,
        })
    }

    /// The folders of the plan, each with the place where it is staged.
    fn folders(&self) -> Vec<PublishedFolder> {
        let paths: BTreeSet<_> = self
            .plan
            .tables
            .iter()
            .filter_map(|t| t.folder.as_ref())
            .collect();
        let own = self.place.attempt(self.attempt);
        let folder = |(index, path): (usize, &String)| PublishedFolder {
            path: path.clone(),
            stage: format!("{own}/{}", index + 1),
        };
        paths.into_iter().enumerate().map(folder).collect()
    }

    /// Where a final path is staged, relative to the connection's folder.
    fn staged_path(&self, table: &PlannedTable, path: &str) -> String {
        let folder = self
            .folders()
            .into_iter()
            .find(|folder| Some(&folder.path) == table.folder.as_ref());
        match folder.and_then(|folder| Some((path.strip_prefix(&folder.path)?, folder.stage))) {
            Some((inside, stage)) => format!("{stage}{inside}"),
            None => format!("{}/files/{path}", self.place.attempt(self.attempt)),
        }
    }
}

#[async_trait]
impl Stage for LocalStage {
    async fn write_table(
        &mut self,
        table: &str,
        schema: SchemaRef,
        rows: RowStream<'_>,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<TableOutcome, ConnectorError> {
        let planned = self
            .plan
            .table(table)
            .ok_or_else(|| ConnectorError::invalid("table", format!("`{table}` is not planned")))?
            .clone();
        if self.files.iter().any(|file| file.table == table) {
            return Err(ConnectorError::invalid(
                "table",
                format!("`{table}` is written already"),
            ));
        }
        let (format, compression) = (self.format.clone(), self.compression);
        let most_rows = self.plan.max_rows_per_file;
        let mut new_files: Vec<(String, String)> = Vec::new();
        let mut new_folders = BTreeSet::new();
        let mut next_file = |part: u32| {
            let path = planned.part_path(part);
            let staged = self.staged_path(&planned, &path);
            let folder = staged.rsplit_once('/').map_or("", |(folder, _)| folder);
            files::ensure_folders(&self.place.base, folder).map_err(std::io::Error::other)?;
            new_folders.extend(ancestors_within(folder, &self.place.attempt(self.attempt)));
            let at = self.place.at(&staged);
            let file = files::create_new(&at)?;
            new_files.push((path, staged));
            Ok((at, Box::new(file) as Box<dyn Output>))
        };
        let written = write_files(
            &mut next_file,
            &format,
            compression,
            schema,
            rows,
            most_rows,
            progress,
        );
        let written = written.await.map_err(|error| sorted(error, table))?;
        let staged = new_files
            .into_iter()
            .zip(&written.files)
            .map(|((path, stage), file)| {
                let entry = FileEntry {
                    path,
                    bytes: file.bytes,
                    rows: file.rows,
                    sha256: file.sha256.clone(),
                };
                PublishedFile {
                    table: table.to_owned(),
                    entry,
                    stage,
                    upload: None,
                }
            });
        let staged: Vec<_> = staged.collect();
        let outcome = TableOutcome {
            rows_written: written.files.iter().map(|file| file.rows).sum(),
            bytes: written.files.iter().map(|file| file.bytes).sum(),
            files: staged.iter().map(|file| file.entry.clone()).collect(),
            escaped_cells: written.escaped_cells,
        };
        self.files.extend(staged);
        self.staged_folders.extend(new_folders);
        self.place.faults.reach("table_written")?;
        Ok(outcome)
    }

    async fn commit(self: Box<Self>, manifest: Value) -> Result<PublishRecord, ConnectorError> {
        let missing = self
            .plan
            .tables
            .iter()
            .find(|table| !self.files.iter().any(|file| file.table == table.name));
        if let Some(table) = missing {
            let problem = format!("`{}` is not written", table.name);
            return Err(ConnectorError::invalid("table", problem));
        }
        let attempt = Attempt {
            number: self.attempt,
            folders: self.folders(),
            files: self.files,
            staged_folders: self.staged_folders,
            manifest_path: self.plan.manifest_path,
            replaces: self.plan.layout == Layout::Replace,
            delivery: manifest,
        };
        let place = self.place;
        blocking(move || publish::commit(&place, attempt)).await
    }

    async fn abort(self: Box<Self>) -> Result<(), ConnectorError> {
        let (place, attempt) = (self.place, self.attempt);
        blocking(move || {
            let _lock = place.lock()?;
            files::remove_all(&place.at(&place.attempt(attempt)))?;
            // A failed removal of the folder above means that another attempt is using it.
            if std::fs::remove_dir(place.attempts()).is_ok() {
                files::sync_folder(&place.at(&place.export_folder))?;
            }
            Ok(())
        })
        .await
    }
}

/// `folder` and those above it, up to and with `top`.
fn ancestors_within(folder: &str, top: &str) -> Vec<String> {
    let mut found = vec![top.to_owned()];
    let inside = folder.strip_prefix(top).unwrap_or_default();
    for (cut, _) in inside
        .match_indices('/')
        .skip(1)
        .chain([(inside.len(), "")])
    {
        if cut > 0 {
            found.push(format!("{top}{}", &inside[..cut]));
        }
    }
    found
}

/// Errors of the rows, of the disk and of the format are different people's business.
fn sorted(error: FormatError, table: &str) -> ConnectorError {
    let table = table.to_owned();
    match error {
        FormatError::Source(source) => ConnectorError::Source { table, source },
        FormatError::File {
            action,
            path,
            source,
        } => {
            // What was wrapped to pass through the writer comes out as it was.
            match source.downcast::<ConnectorError>() {
                Ok(error) => error,
                Err(source) => ConnectorError::io(action, std::path::Path::new(&path))(source),
            }
        }
        source => ConnectorError::Encoding {
            table,
            source: Box::new(source),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_staged_folder_up_to_the_attempt_is_synced() {
        assert_eq!(
            ancestors_within("e/.waybill/r-1/1/a/b", "e/.waybill/r-1"),
            [
                "e/.waybill/r-1",
                "e/.waybill/r-1/1",
                "e/.waybill/r-1/1/a",
                "e/.waybill/r-1/1/a/b"
            ]
        );
        assert_eq!(ancestors_within("e/r-1", "e/r-1"), ["e/r-1"]);
    }
}
