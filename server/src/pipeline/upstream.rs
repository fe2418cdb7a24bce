//! What becomes of a run, and of an evaluation, whose data were not renewed as it needed (product page §4,
//! *Dependencies*).
//!
//! A renewal of many tables that failed is judged by their own ones: those of them that were renewed all
//! the same are as good as if nothing had failed. What was not renewed because the disk is full keeps no run back,
//! whatever its export says: the latest data are delivered (product page §9).

use app::domain::{Reason, RefreshStatus, TableId, TaskId, UpstreamFailure};

use super::error::PipelineError;
use super::rfc3339;
use crate::store::{
    Store,
    exports::ExportVersion,
    queue::{ClaimedRun, PinnedItem},
    tables::{self, TableRow},
    tasks::{self, UnmetNeed},
};

/// Why a renewal was skipped that the disk had no room for.
const DISK_FULL: &str = "disk_full";

/// What a run is to do.
pub(super) enum Upstream {
    /// Everything it needs is fresh.
    Fresh,
    /// It does not run, and says why.
    Skip(Reason),
    /// It delivers what there is.
    Previous(Previous),
}

/// A source that was not renewed.
pub(super) struct Previous {
    source: String,
    /// The tables of the run that are from it.
    tables: Vec<TableId>,
}

/// Looks at what the run waited for, before its snapshots are pinned.
pub(super) async fn judge(
    store: &Store,
    run: &ClaimedRun,
    version: &ExportVersion,
) -> Result<Upstream, PipelineError> {
    let unmet = tasks::unmet_needs(store, run.id).await?;
    if unmet.is_empty() {
        return Ok(Upstream::Fresh);
    }
    let wanted: Vec<TableId> = version.items.iter().map(|item| item.table_id).collect();
    let there = tables::tables_by_id(store, &wanted).await?;
    let is_gone = there.len() < wanted.len();
    let lacking = unmet
        .into_iter()
        .filter(|need| is_gone || there.iter().any(|table| lacks(table, need)));
    let Some(need) = weightiest(lacking) else {
        return Ok(Upstream::Fresh);
    };
    let upstream = version.options.upstream;
    if upstream.on_failure == UpstreamFailure::DeliverPrevious || is_for_lack_of_room(&need) {
        let of_source = there
            .iter()
            .filter(|table| table.summary.source_id == need.source_id);
        return Ok(Upstream::Previous(Previous {
            tables: of_source.map(|table| table.summary.id).collect(),
            source: need.source_name,
        }));
    }
    Ok(Upstream::Skip(reason(&need, upstream.limit_hours)))
}

/// Looks at what an evaluation waited for, which has ended: why it is skipped, if one of these tables was not renewed.
/// `is_gone`: another one that it reads is no longer there.
pub(super) async fn judge_task(
    store: &Store,
    task: TaskId,
    tables: &[TableRow],
    is_gone: bool,
) -> Result<Option<Reason>, PipelineError> {
    let unmet = tasks::unmet_needs_of_task(store, task).await?;
    let lacking = unmet
        .into_iter()
        .filter(|need| is_gone || tables.iter().any(|table| lacks(table, need)));
    Ok(weightiest(lacking).map(|need| reason(&need, 0)))
}

/// The one that decides: the first that something other than a full disk kept from being met.
fn weightiest(lacking: impl Iterator<Item = UnmetNeed>) -> Option<UnmetNeed> {
    let mut for_room = None;
    for need in lacking {
        if !is_for_lack_of_room(&need) {
            return Some(need);
        }
        for_room.get_or_insert(need);
    }
    for_room
}

fn is_for_lack_of_room(need: &UnmetNeed) -> bool {
    let reason = need.reason.as_ref();
    need.status == RefreshStatus::Skipped && reason.is_some_and(|reason| reason.code == DISK_FULL)
}

/// Whether a table was not renewed since that was asked for.
fn lacks(table: &TableRow, need: &UnmetNeed) -> bool {
    let table = &table.summary;
    let renewed = table.refreshed_at.is_some_and(|at| at >= need.asked_at);
    table.source_id == need.source_id && (!renewed || table.problem.is_some())
}

fn reason(need: &UnmetNeed, limit_hours: u32) -> Reason {
    let source = &need.source_name;
    match need.status {
        RefreshStatus::Failed => {
            let reason = Reason::new("upstream_failed").with("source", source);
            match &need.reason {
                Some(why) => reason.detail(&why.code),
                None => reason,
            }
        }
        RefreshStatus::Canceled => Reason::new("upstream_canceled").with("source", source),
        RefreshStatus::Skipped => match &need.reason {
            // A person stopped what the segment needed, or there was no room for it: that is no failure.
            Some(why) if why.code == "upstream_canceled" || why.code == DISK_FULL => why.clone(),
            why => Reason::new("upstream_skipped")
                .with("source", source)
                .with("upstream", why.as_ref().map_or("", |why| why.arg("source"))),
        },
        _ => Reason::new("upstream_late")
            .with("source", source)
            .with("hours", limit_hours),
    }
}

impl Previous {
    /// What is to be said of a run that delivered these snapshots.
    pub(super) fn warning(&self, items: &[PinnedItem]) -> Reason {
        let own = items
            .iter()
            .filter(|item| self.tables.contains(&item.table_id));
        let as_of = own
            .map(|item| item.snapshot_at)
            .min()
            .or_else(|| items.iter().map(|item| item.snapshot_at).min());
        Reason::new("delivered_previous")
            .with("source", &self.source)
            .with("data_as_of", rfc3339(as_of.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use app::domain::SourceId;
    use uuid::Uuid;

    use super::*;

    fn skipped(why: &str) -> UnmetNeed {
        UnmetNeed {
            source_id: SourceId::new(Uuid::nil()),
            source_name: "Loyal".to_owned(),
            asked_at: 0,
            status: RefreshStatus::Skipped,
            reason: Some(Reason::new(why).with("source", "Shop")),
        }
    }

    #[test]
    fn a_full_disk_decides_only_where_nothing_else_does() {
        let code = |needs: &[&str]| {
            let need = weightiest(needs.iter().map(|why| skipped(why)));
            need.and_then(|need| need.reason).map(|reason| reason.code)
        };
        let full = Some(DISK_FULL.to_owned());
        let failed = Some("upstream_failed".to_owned());
        assert_eq!(code(&[]), None);
        assert_eq!(code(&[DISK_FULL]), full);
        assert_eq!(code(&[DISK_FULL, "upstream_failed", DISK_FULL]), failed);
        assert_eq!(reason(&skipped(DISK_FULL), 4).code, DISK_FULL);
    }

    #[test]
    fn a_segment_that_a_person_kept_from_being_evaluated_is_no_failure() {
        assert_eq!(
            reason(&skipped("upstream_canceled"), 4),
            Reason::new("upstream_canceled").with("source", "Shop")
        );
        assert_eq!(
            reason(&skipped("upstream_failed"), 4),
            Reason::new("upstream_skipped")
                .with("source", "Loyal")
                .with("upstream", "Shop")
        );
    }
}
