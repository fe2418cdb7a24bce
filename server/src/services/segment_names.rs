//! Segments follow a source that gets another name: statements that name it are saved with the new one, in the
//! transaction that names it. One that cannot follow keeps the name as it is.

use app::domain::{FieldErrors, Reason, SegmentDefinition, SourceId, TableId};
use app::ports::{Answer, RequestContext, ServiceError};

use super::errors::stored;
use super::segments::picture;
use super::{Change, Deps, note};
use crate::pipeline::Followed;
use crate::store::{
    EditScope, StoreError, Tx,
    segments::{self, SegmentChange, SegmentRow},
    tables,
};

/// A segment with the statement that it is to have.
pub(super) struct Follower {
    segment: SegmentRow,
    definition: SegmentDefinition,
    inputs: Vec<TableId>,
}

/// The segments that a source takes along to the name `to`, in the order in which they are locked. Refuses the name, and
/// tells which segments, where one would take something else than before.
pub(super) async fn followers(deps: &Deps, source: SourceId, to: &str) -> Answer<Vec<Follower>> {
    let store = &deps.store;
    let used = segments::using_tables_of(store, source);
    let mut used = used.await.map_err(stored)?;
    used.sort_by_key(|(id, _)| *id);
    let all = tables::tables(store, None).await.map_err(stored)?;
    let (mut followers, mut lost) = (Vec::new(), Vec::new());
    for (id, _) in used {
        let segment = segments::get(store, id, &EditScope::All)
            .await
            .map_err(stored)?;
        let Some(segment) = segment else { continue };
        let SegmentDefinition::Sql { sql } = &segment.definition else {
            continue;
        };
        match deps.data.follow_source(&all, source, to, sql).await {
            Followed::Same => {}
            Followed::Lost => lost.push(segment.name),
            Followed::Changed(definition) => {
                let inputs = segments::inputs(store, id).await.map_err(stored)?;
                followers.push(Follower {
                    segment,
                    definition,
                    inputs,
                });
            }
        }
    }
    if lost.is_empty() {
        return Ok(followers);
    }
    let reason = Reason::new("source_named_in_segments")
        .with("segments", lost.join(", "))
        .with("count", lost.len());
    Err(ServiceError::Invalid(FieldErrors::one("name", reason)))
}

/// Locks what these segments are made from, before anything of it is changed.
pub(super) async fn lock(tx: &mut Tx, followers: &[Follower]) -> Answer<()> {
    let inputs: Vec<TableId> = followers
        .iter()
        .flat_map(|follower| follower.inputs.iter().copied())
        .collect();
    tables::lock_sources(tx, &inputs).await.map_err(stored)
}

/// Saves the statements, each as a new version of its segment.
pub(super) async fn follow(
    deps: &Deps,
    tx: &mut Tx,
    ctx: &RequestContext,
    followers: Vec<Follower>,
    by: &str,
) -> Answer<()> {
    let now = deps.now();
    for follower in followers {
        let before = follower.segment;
        let change = SegmentChange {
            name: &before.name,
            definition: &follower.definition,
            inputs: &follower.inputs,
            schema: &before.schema,
            at: now,
            by,
        };
        match segments::update(tx, before.id, before.version, &change).await {
            // A person was at it since: what it says now is to be looked at.
            Err(StoreError::Stale { .. } | StoreError::NotFound) => {
                let reason = Reason::new("segment_saved_meanwhile").with("segment", &before.name);
                return Err(ServiceError::Conflict(reason));
            }
            other => other.map(drop).map_err(stored)?,
        }
        let after = segments::get(&mut *tx, before.id, &EditScope::All)
            .await
            .map_err(stored)?;
        let change = Change {
            action: "segment.update",
            kind: "segment",
            id: before.id.to_string(),
            before: Some(picture(&before)),
            after: after.as_ref().map(picture),
        };
        note(tx, ctx, now, change).await?;
    }
    Ok(())
}
