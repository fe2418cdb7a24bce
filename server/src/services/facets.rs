//! How many exports match, by status, type and permission. Every look at the list asks for it, so that what was counted
//! is kept until something changes.

use std::sync::{Arc, Mutex, PoisonError};

use app::domain::{ExportFacets, ExportFilter, Micros};
use app::ports::{Answer, RequestContext};
use tokio::sync::OnceCell;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use super::errors::stored;
use super::exports::Exports;
use super::{allowed, subject};
use crate::policy::{self, Action, Resource};
use crate::store::exports::{self, ExportTally};
use crate::store::{EditScope, Engine, Result, Signal, SignalKind, Store};

/// So many countings are kept.
const MOST: usize = 64;
/// Words of more letters are not worth keeping.
const LONGEST: usize = 500;
/// So long they are kept where other servers change exports too: their hints may be lost.
const SHARED: Micros = 30_000_000;

/// What was counted for whom, until exports or connections change.
pub struct FacetCache(Mutex<Kept>);

struct Kept {
    hints: Receiver<Signal>,
    /// The latest last.
    countings: Vec<Counting>,
}

/// One counting. Who asks for it while it is under way waits for it.
struct Counting {
    scope: EditScope,
    filter: ExportFilter,
    since: Micros,
    tally: Arc<OnceCell<ExportTally>>,
}

/// Every choice of facets comes out of one counting: of what the rest of a filter means.
fn without_facets(filter: &ExportFilter) -> ExportFilter {
    ExportFilter {
        status: None,
        kind: None,
        permission: None,
        ..filter.clone()
    }
}

impl Kept {
    fn known(
        &self,
        filter: &ExportFilter,
        scope: EditScope,
    ) -> Option<&Arc<OnceCell<ExportTally>>> {
        let is_it = |counting: &&Counting| counting.scope == scope && counting.filter == *filter;
        self.countings
            .iter()
            .find(is_it)
            .map(|counting| &counting.tally)
    }

    /// Reads the hints since the last time.
    fn has_changed(&mut self) -> bool {
        let mut changed = false;
        loop {
            match self.hints.try_recv() {
                Ok(hint) => {
                    changed |= matches!(
                        hint.kind,
                        SignalKind::Export | SignalKind::Connection | SignalKind::Missed
                    );
                }
                Err(TryRecvError::Lagged(_)) => changed = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return changed,
            }
        }
    }
}

impl FacetCache {
    /// Nothing is counted yet.
    pub fn new(store: &Store) -> Self {
        Self(Mutex::new(Kept {
            hints: store.signals().subscribe(),
            countings: Vec::new(),
        }))
    }

    /// Counts the exports of a store that match, unless that is known.
    async fn tally(
        &self,
        store: &Store,
        filter: &ExportFilter,
        scope: EditScope,
    ) -> Result<ExportTally> {
        let filter = without_facets(filter);
        let count = || exports::tally(store, &filter, &scope);
        if filter.search.len() + filter.label.len() > LONGEST {
            return count().await;
        }
        let known = self.place(store, &filter, scope);
        known.get_or_try_init(count).await.cloned()
    }

    /// How many exports match, where that was counted and no other server can have changed it since.
    pub(super) fn total(
        &self,
        store: &Store,
        filter: &ExportFilter,
        scope: EditScope,
    ) -> Option<u32> {
        if store.engine() == Engine::Postgres {
            return None;
        }
        let free = without_facets(filter);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.has_changed() {
            kept.countings.clear();
        }
        let tally = kept.known(&free, scope)?.get()?;
        Some(tally.facets(filter).total)
    }

    /// Where the counting of a filter is, or will be.
    fn place(
        &self,
        store: &Store,
        filter: &ExportFilter,
        scope: EditScope,
    ) -> Arc<OnceCell<ExportTally>> {
        let now = store.now();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.has_changed() {
            kept.countings.clear();
        }
        if store.engine() == Engine::Postgres {
            let is_fresh = |counting: &Counting| (0..SHARED).contains(&(now - counting.since));
            kept.countings.retain(is_fresh);
        }
        if let Some(known) = kept.known(filter, scope) {
            return Arc::clone(known);
        }
        if kept.countings.len() >= MOST {
            kept.countings.remove(0);
        }
        let tally = Arc::new(OnceCell::new());
        kept.countings.push(Counting {
            scope,
            filter: filter.clone(),
            since: now,
            tally: Arc::clone(&tally),
        });
        tally
    }
}

impl Exports {
    /// How many exports match, and would with another choice of each facet.
    pub(super) async fn count_by_facet(
        &self,
        ctx: &RequestContext,
        filter: &ExportFilter,
    ) -> Answer<ExportFacets> {
        let actor = allowed(ctx, Action::ViewExports, Resource::None)?;
        let scope = policy::edit_scope(&subject(actor));
        let store = &self.0.store;
        let tally = self
            .0
            .facets
            .tally(store, filter, scope)
            .await
            .map_err(stored)?;
        let mut facets = tally.facets(filter);
        let has_ids =
            filter.connection_id.is_some() || filter.segment.is_some() || filter.owner_id.is_some();
        if has_ids {
            facets.names = exports::filter_names(store, filter).await.map_err(stored)?;
        }
        Ok(facets)
    }
}

#[cfg(test)]
mod tests {
    use app::domain::ExportStatus;
    use base::SystemClock;

    use super::*;

    #[tokio::test]
    async fn how_many_match_is_known_once_it_was_counted_and_until_something_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/waybill.db", folder.path().display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        store.migrate().await.expect("migrates");
        let cache = FacetCache::new(&store);
        let failed = ExportFilter {
            status: Some(ExportStatus::Failed),
            ..ExportFilter::default()
        };
        let total = || cache.total(&store, &failed, EditScope::All);
        assert_eq!(total(), None);
        let all = ExportFilter::default();
        cache
            .tally(&store, &all, EditScope::All)
            .await
            .expect("counts");
        assert_eq!(total(), Some(0), "one counting has every choice of facets");
        assert_eq!(cache.total(&store, &failed, EditScope::None), None);
        let mut tx = store.begin().await.expect("begins");
        tx.signal(SignalKind::Export, "one", 1);
        tx.commit().await.expect("commits");
        assert_eq!(total(), None);
        store.close().await;
    }
}
