//! Which snapshots a run delivers: fixed by its first attempt. They are of one moment: of a table that a segment of the
//! same run was made from, the one that the segment was made from.

use std::collections::BTreeSet;

use app::domain::Reason;

use super::deliver::Delivery;
use super::error::PipelineError;
use super::mapping;
use super::upstream::{self, Upstream};
use crate::store::{
    SnapshotId, Store,
    exports::ExportVersion,
    queue::{self, PinnedItem},
    runs,
    tables::{self, SnapshotRow},
};

/// What a run delivers, or why it does not.
pub(super) enum Pinned {
    Items(Vec<PinnedItem>),
    Skip(Reason),
}

/// The tables of the run with the snapshots they are delivered from. What became of the renewals that it waited
/// for decides once, before they are pinned.
pub(super) async fn pinned(
    delivery: &Delivery<'_>,
    version: &ExportVersion,
) -> Result<Pinned, PipelineError> {
    let Delivery { store, run, .. } = *delivery;
    let before = runs::run_items(store, run.id).await?;
    if !before.is_empty() {
        let items = before.into_iter().map(|item| PinnedItem {
            place: item.place,
            table_id: item.table_id,
            table_name: item.table_name,
            snapshot_id: item.snapshot_id,
            snapshot_at: item.snapshot_at,
            expected: item.expected,
            schema: item.schema,
            mapping: item.mapping,
        });
        return Ok(Pinned::Items(items.collect()));
    }
    let previous = match upstream::judge(store, run, version).await? {
        Upstream::Fresh => None,
        Upstream::Skip(reason) => return Ok(Pinned::Skip(reason)),
        Upstream::Previous(previous) => Some(previous),
    };
    let ids: Vec<_> = version.items.iter().map(|item| item.table_id).collect();
    let mut snapshots = tables::latest_snapshots(store, &ids).await?;
    go_back(store, &mut snapshots).await?;
    let mut items = Vec::with_capacity(ids.len());
    for (place, item) in (0..).zip(&version.items) {
        let snapshot = snapshots
            .iter()
            .find(|snapshot| snapshot.table_id == item.table_id)
            .ok_or_else(|| Reason::new("table_not_refreshed").with("table", &item.table_name))?;
        let mapping = mapping::fields(item, &snapshot.schema)?;
        items.push(PinnedItem {
            place,
            table_id: item.table_id,
            table_name: item.table_name.clone(),
            snapshot_id: snapshot.id,
            snapshot_at: snapshot.confirmed_at,
            expected: snapshot.rows,
            schema: mapping::delivered(&mapping, &snapshot.schema),
            mapping,
        });
    }
    let data_as_of = items.iter().map(|item| item.snapshot_at).min();
    let warning = previous.map(|previous| previous.warning(&items));
    let mut tx = store.begin().await?;
    queue::pin_items(
        &mut tx,
        run.id,
        run.fence,
        &items,
        data_as_of,
        warning.as_ref(),
    )
    .await?;
    tx.commit().await?;
    Ok(Pinned::Items(items))
}

/// Puts, for what segments among these snapshots were made from, the snapshot that they were made from. Where that was
/// dropped meanwhile, the latest stays; of two that segments were made from, the newer one is taken.
async fn go_back(store: &Store, snapshots: &mut [SnapshotRow]) -> Result<(), PipelineError> {
    let seen: BTreeSet<SnapshotId> = snapshots
        .iter()
        .flat_map(|snapshot| snapshot.made_from.iter().copied())
        .collect();
    // Ids sort by creation.
    for id in &seen {
        if snapshots.iter().any(|snapshot| snapshot.id == *id) {
            continue;
        }
        let Some(earlier) = tables::snapshot(store, *id).await? else {
            continue;
        };
        let of_table = snapshots
            .iter_mut()
            .find(|snapshot| snapshot.table_id == earlier.table_id);
        if let Some(snapshot) = of_table
            && (!seen.contains(&snapshot.id) || snapshot.id < earlier.id)
        {
            *snapshot = earlier;
        }
    }
    Ok(())
}
