//! The one step that publishes a run, and finishing what follows from it, where nobody holds a lock.
//!
//! Creating `_runs/{run_id}.json` is the publication. It names everything that is left to do, every piece of which can
//! be done again: make the run's folders or files visible, remove what the delivery replaces, write `manifest.json`,
//! mark it as done, remove the attempts. So a crash at any point is finished by whoever comes by.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::Value;

use crate::error::ConnectorError;
use crate::record::{PublishRecord, PublishedFile, PublishedFolder};
use crate::remote::place::RunPlace;
use crate::remote::publications::Published;
use crate::remote::store::{Created, RemoteStore};

const MANIFEST: &str = "manifest.json";

/// Everything an attempt wrote, ready to be published.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) number: u32,
    pub(super) files: Vec<PublishedFile>,
    pub(super) folders: Vec<PublishedFolder>,
    pub(super) manifest_path: Option<String>,
    pub(super) replaces: bool,
    pub(super) delivery: Value,
}

/// Publishes the attempt, or returns the record of the one that was first.
pub(super) async fn commit<S: RemoteStore>(
    place: &RunPlace<S>,
    attempt: Attempt,
) -> Result<PublishRecord, ConnectorError> {
    match publish(place, attempt).await {
        // So it looks from here when another attempt published the run meanwhile and cleared this one away.
        Err(error @ (ConnectorError::NotFound { .. } | ConnectorError::Collision { .. })) => {
            published(place).await?.ok_or(error)
        }
        ended => ended,
    }
}

async fn publish<S: RemoteStore>(
    place: &RunPlace<S>,
    attempt: Attempt,
) -> Result<PublishRecord, ConnectorError> {
    place.faults.reach("before_commit")?;
    if let Some(record) = published(place).await? {
        return Ok(record);
    }
    check_free(place, &attempt).await?;
    let before = place.publications().await?;
    // What a crash left undone of the delivery to be replaced must not be done after it.
    for other in &before.unfinished {
        if other.record.replaces && other.record.run_id != place.run_id {
            finish(&place.of(&other.record.run_id), other).await?;
        }
    }
    let (number, own) = (attempt.number, place.attempt(attempt.number));
    let record = PublishRecord {
        format: PublishRecord::FORMAT.to_owned(),
        run_id: place.run_id.clone(),
        attempt: number,
        publish: before.highest().saturating_add(1),
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
    let content = Bytes::from(content);
    if place.store.renames_folders() {
        for folder in &record.folders {
            let path = format!("{}/{MANIFEST}", folder.stage);
            place.write_over(&path, &content, &own).await?;
            place.faults.reach("manifest_staged")?;
        }
    }
    // A run that was given up meanwhile has been swept: nothing may be published of it.
    if !place.exists(&place.sign_of(number)).await? {
        return Err(ConnectorError::NotFound { path: own });
    }
    place.faults.reach("record_prepared")?;
    let path = place.record_of(&place.run_id);
    if place.create_new(&path, &content, &own).await? == Created::Before {
        // Another attempt was first, or the answer to this one's own request was lost.
        return published(place)
            .await?
            .ok_or(ConnectorError::NotFound { path });
    }
    place.faults.reach("record_created")?;
    let published = Published { record, content };
    finish(place, &published).await?;
    Ok(published.record)
}

/// The record of the run, everything in it done.
pub(super) async fn published<S: RemoteStore>(
    place: &RunPlace<S>,
) -> Result<Option<PublishRecord>, ConnectorError> {
    let Some(published) = place.read_record().await? else {
        return Ok(None);
    };
    finish(place, &published).await?;
    Ok(Some(published.record))
}

/// Finishes a published run, else removes its attempts.
pub(super) async fn sweep<S: RemoteStore>(
    place: &RunPlace<S>,
    last: Option<u32>,
) -> Result<(), ConnectorError> {
    match place.read_record().await? {
        Some(published) => finish(place, &published).await,
        None => place.remove_attempts(last).await,
    }
}

/// Before anything is published: nothing foreign may stand where dated data goes.
async fn check_free<S: RemoteStore>(
    place: &RunPlace<S>,
    attempt: &Attempt,
) -> Result<(), ConnectorError> {
    let mut paths: Vec<_> = attempt.folders.iter().map(|folder| &folder.path).collect();
    if paths.is_empty() && !attempt.replaces {
        paths.extend(attempt.files.iter().map(|file| &file.entry.path));
    }
    for path in paths {
        if place.is_taken(path).await? {
            return Err(ConnectorError::Collision { path: path.clone() });
        }
    }
    Ok(())
}

/// Does what the record of `place`'s run asks for and is not done yet.
async fn finish<S: RemoteStore>(
    place: &RunPlace<S>,
    published: &Published,
) -> Result<(), ConnectorError> {
    let record = &published.record;
    // The attempt's folder goes last: without it everything was done before.
    if place.attempts().await?.contains(&record.attempt) {
        let own = place.attempt(record.attempt);
        make_visible(place, published, &own).await?;
        describe(place, published, &own).await?;
        place.mark(record, &own).await?;
    }
    place.remove_attempts(None).await?;
    place.faults.reach("finished")
}

/// Brings the data to their places. `own`: a folder for what lies in between.
async fn make_visible<S: RemoteStore>(
    place: &RunPlace<S>,
    published: &Published,
    own: &str,
) -> Result<(), ConnectorError> {
    let record = &published.record;
    if record.replaces {
        return replace_files(place, record).await;
    }
    if place.store.renames_folders() && !record.folders.is_empty() {
        for folder in &record.folders {
            place.settle_folder(folder).await?;
            place.faults.reach("folder_settled")?;
        }
        return Ok(());
    }
    for file in &record.files {
        place.settle(file, false).await?;
        place.faults.reach("file_settled")?;
    }
    for folder in &record.folders {
        let manifest = format!("{}/{MANIFEST}", folder.path);
        write_changed(place, &manifest, &published.content, own).await?;
    }
    Ok(())
}

/// Settles over the previous delivery, then removes what it had more (fewer parts, fewer tables).
async fn replace_files<S: RemoteStore>(
    place: &RunPlace<S>,
    record: &PublishRecord,
) -> Result<(), ConnectorError> {
    let publications = place.publications().await?;
    if publications.is_replaced(record) {
        return Ok(());
    }
    let replaced = place.replaced_by(record, publications).await?;
    // Those that are under way at this moment, too: what is settled cannot come back later.
    let before = replaced.iter().flat_map(|other| &other.record.files);
    let files: Vec<_> = before.chain(&record.files).collect();
    for file in files {
        place.settle(file, true).await?;
        place.faults.reach("replaced")?;
    }
    let current: BTreeSet<_> = record.entries().map(|entry| entry.path.as_str()).collect();
    let entries = replaced.iter().flat_map(|other| other.record.entries());
    let stale: BTreeSet<_> = entries
        .map(|entry| entry.path.as_str())
        .filter(|path| !current.contains(path))
        .collect();
    for path in stale {
        // It may be a file of a newer delivery by now.
        if place.publications().await?.is_replaced(record) {
            return Ok(());
        }
        place.remove(path).await?;
        place.faults.reach("stale_removed")?;
    }
    Ok(())
}

/// Writes what stands beside all deliveries and tells of the newest.
async fn describe<S: RemoteStore>(
    place: &RunPlace<S>,
    published: &Published,
    own: &str,
) -> Result<(), ConnectorError> {
    let describes_newest = !standing_files(place, published).is_empty()
        && place.newer_than(&published.record).await?.is_none();
    let mut next = describes_newest.then(|| published.clone());
    while let Some(current) = next {
        if current.record.run_id != published.record.run_id {
            make_visible(place, &current, own).await?;
        }
        for (path, content) in standing_files(place, &current) {
            write_changed(place, &path, &content, own).await?;
        }
        // Whoever published meanwhile may have written before this one did.
        next = place.newer_than(&current.record).await?;
    }
    Ok(())
}

/// The manifest last: it tells that the others are there.
fn standing_files<S: RemoteStore>(
    place: &RunPlace<S>,
    published: &Published,
) -> Vec<(String, Bytes)> {
    let Published { record, content } = published;
    let mut files = place.store.companions(record, &place.export_folder);
    let manifest = record.manifest_path.clone();
    files.extend(manifest.map(|path| (path, content.clone())));
    files
}

async fn write_changed<S: RemoteStore>(
    place: &RunPlace<S>,
    path: &str,
    content: &Bytes,
    own: &str,
) -> Result<(), ConnectorError> {
    if place.read(path).await?.as_ref() == Some(content) {
        return Ok(());
    }
    place.write_over(path, content, own).await?;
    place.faults.reach("manifest_written")
}
