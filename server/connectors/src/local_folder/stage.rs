//! One attempt: writing tables into a place of its own.

use std::collections::BTreeSet;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use formats::Compression;
use formats::write::{Format, Output, Progress, write_files};
use serde_json::Value;

use crate::destination::{RowStream, Stage};
use crate::error::ConnectorError;
use crate::local_folder::destination::blocking;
use crate::local_folder::files;
use crate::local_folder::place::RunPlace;
use crate::local_folder::publish::{self, Attempt};
use crate::plan::{DeliveryPlan, Layout};
use crate::record::{FileEntry, PublishRecord, PublishedFile, TableOutcome};
use crate::staging;

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
        files::remove_all(&place.base, &own)?;
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
        let planned = staging::unwritten(&self.plan, &self.files, table)?.clone();
        let own = self.place.attempt(self.attempt);
        let (format, compression) = (self.format.clone(), self.compression);
        let most_rows = self.plan.max_rows_per_file;
        let mut new_files: Vec<(String, String)> = Vec::new();
        let mut new_folders = BTreeSet::new();
        let mut next_file = |part: u32| {
            let path = planned.part_path(part);
            let staged = staging::place(&self.plan, &own, &planned, &path);
            let folder = staged.rsplit_once('/').map_or("", |(folder, _)| folder);
            files::ensure_folders(&self.place.base, folder).map_err(std::io::Error::other)?;
            new_folders.extend(ancestors_within(folder, &own));
            let file = self.place.base.create_file(&staged)?;
            let at = self.place.base.at(&staged);
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
        let written = written
            .await
            .map_err(|error| staging::sorted(error, table))?;
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
        let outcome = staging::outcome(&staged, written.escaped_cells);
        self.files.extend(staged);
        self.staged_folders.extend(new_folders);
        self.place.faults.reach("table_written")?;
        Ok(outcome)
    }

    async fn commit(self: Box<Self>, manifest: Value) -> Result<PublishRecord, ConnectorError> {
        staging::check_complete(&self.plan, &self.files)?;
        let attempt = Attempt {
            number: self.attempt,
            folders: staging::folders(&self.plan, &self.place.attempt(self.attempt)),
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
            files::remove_all(&place.base, &place.attempt(attempt))?;
            // A failed removal of the folder above means that another attempt is using it.
            if place.base.remove_folder(place.attempts()).is_ok() {
                files::sync_folder(&place.base, &place.export_folder)?;
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
