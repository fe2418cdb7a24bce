//! The one step that publishes a run, and finishing what follows from it.
//!
//! Creating `_runs/{run_id}.json` is the publication. It names everything that is left to do, every
//! piece of which can be done again: move the run's folders or files to their final names, remove
//! what the delivery replaces, copy the record to `manifest.json`, remove the attempts. So a crash
//! at any point is finished by whoever comes by, and two attempts cannot both publish.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::ConnectorError;
use crate::local_folder::files::{self, Created};
use crate::local_folder::place::RunPlace;
use crate::record::{PublishRecord, PublishedFile, PublishedFolder};

const MANIFEST: &str = "manifest.json";

/// Everything an attempt wrote, ready to be published.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) number: u32,
    pub(super) files: Vec<PublishedFile>,
    pub(super) folders: Vec<PublishedFolder>,
    /// Staged folders in which files were created, to be synced.
    pub(super) staged_folders: BTreeSet<String>,
    pub(super) manifest_path: Option<String>,
    pub(super) replaces: bool,
    pub(super) delivery: Value,
}

/// Publishes the attempt, or returns the record of the one that was first.
pub(super) fn commit(place: &RunPlace, attempt: Attempt) -> Result<PublishRecord, ConnectorError> {
    place.faults.reach("before_lock")?;
    let _lock = place.lock()?;
    if let Some((record, content)) = place.read_record()? {
        finish(place, &record, &content)?;
        return Ok(record);
    }
    check_free(place, &attempt)?;
    let newest = place.newest_record()?;
    // What a crash left undone of the delivery to be replaced must not be done after it.
    if let Some((newest, content)) = newest.as_ref().filter(|(newest, _)| newest.replaces) {
        finish(place, newest, content)?;
    }
    let number = attempt.number;
    let staged_folders = attempt.staged_folders.clone();
    let record = PublishRecord {
        format: PublishRecord::FORMAT.to_owned(),
        run_id: place.run_id.clone(),
        attempt: number,
        publish: newest.map_or(1, |(newest, _)| newest.publish.saturating_add(1)),
        files: attempt.files,
        folders: attempt.folders,
        manifest_path: attempt.manifest_path,
        replaces: attempt.replaces,
        delivery: attempt.delivery,
    };
    let content = serde_json::to_vec_pretty(&record).map_err(|source| ConnectorError::Other {
        action: "write the record of the run".to_owned(),
        source: source.into(),
    })?;
    for folder in &record.folders {
        let manifest = format!("{}/{MANIFEST}", folder.stage);
        files::write_synced(&place.base, &manifest, &content)?;
        place.faults.reach("manifest_staged")?;
    }
    for folder in &staged_folders {
        files::sync_folder(&place.base, folder)?;
    }
    let own = place.attempt(number);
    let temporary = format!("{own}/record.json");
    files::write_synced(&place.base, &temporary, &content)?;
    files::sync_folder(&place.base, &own)?;
    files::sync_folder(&place.base, &place.attempts())?;
    place.faults.reach("record_staged")?;
    if files::rename_new(&place.base, &temporary, &place.record())? == Created::Before {
        // Only without working locks: another machine was first.
        return finish_other(place);
    }
    place.faults.reach("record_created")?;
    files::sync_folder(&place.base, &place.runs())?;
    place.faults.reach("record_synced")?;
    finish(place, &record, &content)?;
    Ok(record)
}

fn finish_other(place: &RunPlace) -> Result<PublishRecord, ConnectorError> {
    let (record, content) = place
        .read_record()?
        .ok_or_else(|| ConnectorError::NotFound {
            path: place.base.at(place.record()).display().to_string(),
        })?;
    finish(place, &record, &content)?;
    Ok(record)
}

/// The record of the run, everything in it done.
pub(super) fn published(place: &RunPlace) -> Result<Option<PublishRecord>, ConnectorError> {
    if !files::exists(&place.base, &place.record())? {
        return Ok(None);
    }
    let _lock = place.lock()?;
    let Some((record, content)) = place.read_record()? else {
        return Ok(None);
    };
    files::sync_folder(&place.base, &place.runs())?;
    finish(place, &record, &content)?;
    Ok(Some(record))
}

/// Finishes a published run, else removes its attempts.
pub(super) fn sweep(place: &RunPlace, last: Option<u32>) -> Result<(), ConnectorError> {
    let base = &place.base;
    if !files::exists(base, &place.attempts())? && !files::exists(base, &place.record())? {
        return Ok(());
    }
    let _lock = place.lock()?;
    match place.read_record()? {
        Some((record, content)) => finish(place, &record, &content),
        None => place.remove_attempts(last),
    }
}

/// Before anything is published: nothing foreign may stand where dated data goes.
fn check_free(place: &RunPlace, attempt: &Attempt) -> Result<(), ConnectorError> {
    let folders = attempt.folders.iter().map(|folder| &folder.path);
    let files = attempt.files.iter().map(|file| &file.entry.path);
    let no_files = attempt.replaces || !attempt.folders.is_empty();
    for path in folders.chain(files.filter(|_| !no_files)) {
        if files::exists(&place.base, path)? {
            return Err(ConnectorError::Collision { path: path.clone() });
        }
    }
    Ok(())
}

/// Does what the record asks for and is not done yet. The caller holds the lock.
fn finish(place: &RunPlace, record: &PublishRecord, content: &[u8]) -> Result<(), ConnectorError> {
    let place = &RunPlace {
        run_id: record.run_id.clone(),
        ..place.clone()
    };
    for folder in &record.folders {
        move_new(place, &folder.stage, &folder.path)?;
    }
    if record.folders.is_empty() {
        let newest = place.newest_record()?;
        let is_newest = newest.is_none_or(|(newest, _)| newest.rank() <= record.rank());
        if !record.replaces {
            for file in &record.files {
                move_new(place, &file.stage, &file.entry.path)?;
            }
        } else if is_newest {
            replace_files(place, record)?;
        }
        if is_newest && let Some(manifest) = &record.manifest_path {
            write_manifest(place, record, manifest, content)?;
        }
    }
    place.remove_attempts(None)?;
    place.faults.reach("finished")
}

/// What is not staged any more has been moved before; a reader may have taken it since.
fn move_new(place: &RunPlace, stage: &str, path: &str) -> Result<(), ConnectorError> {
    let (base, parent) = (&place.base, parent_of(path));
    if !files::exists(base, stage)? {
        // The move may not have been synced before a crash.
        return if files::exists(base, path)? {
            files::sync_folder(base, parent)
        } else {
            Ok(())
        };
    }
    files::ensure_folders(base, parent)?;
    place.faults.reach("parents_created")?;
    if files::rename_new(base, stage, path)? == Created::Before {
        return Err(ConnectorError::Collision {
            path: path.to_owned(),
        });
    }
    place.faults.reach("moved")?;
    files::sync_folder(base, parent)
}

/// Renames over the previous delivery, then removes what it had more (fewer parts, fewer tables).
fn replace_files(place: &RunPlace, record: &PublishRecord) -> Result<(), ConnectorError> {
    let base = &place.base;
    let mut parents = BTreeSet::new();
    for file in &record.files {
        if !files::exists(base, &file.stage)? {
            continue;
        }
        let parent = parent_of(&file.entry.path);
        files::ensure_folders(base, parent)?;
        files::rename_over(base, &file.stage, &file.entry.path)?;
        parents.insert(parent);
        place.faults.reach("replaced")?;
    }
    // Older deliveries were finished before this one was published, so only their last can have
    // left files.
    let current: BTreeSet<_> = record.entries().map(|entry| entry.path.as_str()).collect();
    let previous = place.highest(|other| other.replaces && other.rank() < record.rank())?;
    for file in previous.iter().flat_map(|(previous, _)| &previous.files) {
        let path = file.entry.path.as_str();
        if !current.contains(path) && files::exists(base, path)? {
            files::remove_file(base, path)?;
            parents.insert(parent_of(path));
            place.faults.reach("stale_removed")?;
        }
    }
    parents
        .into_iter()
        .try_for_each(|parent| files::sync_folder(base, parent))
}

fn write_manifest(
    place: &RunPlace,
    record: &PublishRecord,
    manifest: &str,
    content: &[u8],
) -> Result<(), ConnectorError> {
    let (base, parent) = (&place.base, parent_of(manifest));
    if files::read_if_there(base, manifest)?.as_deref() == Some(content) {
        return Ok(());
    }
    let own = place.attempt(record.attempt);
    files::ensure_folders(base, &own)?;
    files::ensure_folders(base, parent)?;
    let temporary = format!("{own}/{MANIFEST}");
    files::write_synced(base, &temporary, content)?;
    place.faults.reach("manifest_written")?;
    files::rename_over(base, &temporary, manifest)?;
    place.faults.reach("manifest_moved")?;
    files::sync_folder(base, parent)
}

/// Of a path relative to the connection's folder; empty for one directly in it.
fn parent_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}
