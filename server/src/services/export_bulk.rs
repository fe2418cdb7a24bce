//! Commands on many exports: planned and done by the same code, and taken back as one step.

use std::collections::BTreeSet;

use app::domain::{
    BulkAction, BulkOutcome, BulkPlan, BulkReport, BulkRequest, Cause, ChangeId, ExportDetails,
    ExportFilter, ExportId, ExportListRow, ExportQuery, FieldErrors, Limit, Reason, RunId, Started,
    Target, UndoReport,
};
use app::ports::{Actor, Answer, BulkService, RequestContext, ServiceError};
use async_trait::async_trait;
use base::to_its_end;
use uuid::Uuid;

use super::bulk_plan::{Order, Sorted, count};
use super::errors::stored;
use super::export_removal::{detach_in, remove_in};
use super::export_runs::start_in;
use super::{Deps, allowed, subject};
use crate::policy::{self, Action, Resource};
use crate::scheduler::starts;
use crate::store::{
    EditScope, Tx,
    exports::{self, Step},
};

/// Exports of one transaction: the one writer of SQLite must not keep others waiting.
pub(super) const AT_ONCE: usize = 200;
/// Rows of a list read at once: the most that a page may have.
const PAGE: u32 = 200;

pub(super) struct Bulk(pub(super) Deps);

/// A command on its way through the exports.
struct Passage<'a> {
    ctx: &'a RequestContext,
    order: Order,
    scope: EditScope,
    step: Step<'a>,
}

/// That it was done to an export.
#[derive(Clone, Copy)]
struct Done {
    /// Of a command that runs.
    run: Option<(RunId, Started)>,
}

impl Done {
    const CHANGED: Self = Self { run: None };
}

impl Passage<'_> {
    /// Does it to one export, judged anew inside the transaction; or says why not. Runs that are to be given what they need join `needing`.
    async fn one(
        &self,
        tx: &mut Tx,
        id: ExportId,
        needing: &mut Vec<(ExportDetails, RunId)>,
    ) -> Answer<Result<Done, Reason>> {
        let record = exports::get(&mut *tx, id, &self.scope)
            .await
            .map_err(stored)?;
        let Some(record) = record else {
            return Ok(Err(Reason::new("not_found")));
        };
        let details = record.details;
        if let Some(reason) = self.order.refusal(&details.row, self.step.at) {
            return Ok(Err(reason));
        }
        let (ctx, step) = (self.ctx, &self.step);
        let done = match self.order.action {
            BulkAction::Run => {
                let run = RunId::new(Uuid::now_v7());
                let started = start_in(tx, ctx, &details, run, step.at).await;
                started.map(|(started, has_new_needs)| {
                    if has_new_needs {
                        needing.push((details, started.run_id));
                    }
                    Done {
                        run: Some((started.run_id, started.started)),
                    }
                })
            }
            BulkAction::Remove { cancel_runs } => {
                let removed = remove_in(tx, ctx, &details, None, cancel_runs, step).await;
                removed.map(|_| Done::CHANGED)
            }
            BulkAction::Detach => {
                let detached = detach_in(tx, ctx, &details, step).await;
                detached.map(|_| Done::CHANGED)
            }
        };
        // These refusals come before anything is written; all else takes the transaction with it.
        match done {
            Ok(done) => Ok(Ok(done)),
            Err(ServiceError::Conflict(reason) | ServiceError::Forbidden(reason)) => {
                Ok(Err(reason))
            }
            Err(other) => Err(other),
        }
    }
}

/// Whoever may change some exports at all.
pub(super) fn changing(ctx: &RequestContext) -> Answer<(&Actor, EditScope)> {
    let actor = allowed(ctx, Action::ViewExports, Resource::None)?;
    let scope = policy::edit_scope(&subject(actor));
    if matches!(scope, EditScope::None) {
        return Err(ServiceError::Forbidden(Reason::new("viewer_may_not_edit")));
    }
    Ok((actor, scope))
}

impl Deps {
    /// The exports that are meant, so many at most, and how many of them are not there.
    async fn meant(
        &self,
        target: &Target,
        most: usize,
        scope: &EditScope,
    ) -> Answer<(Vec<ExportListRow>, u32)> {
        match target {
            Target::Ids(ids) => {
                let ids: BTreeSet<_> = ids.iter().copied().collect();
                let ids: Vec<_> = ids.into_iter().collect();
                let mut rows = Vec::with_capacity(ids.len());
                for some in ids.chunks(AT_ONCE) {
                    let found = exports::rows_by_id(&self.store, some, scope).await;
                    rows.extend(found.map_err(stored)?);
                }
                let missing = count(ids.len() - rows.len());
                Ok((rows, missing))
            }
            Target::Matching { filter, except } => {
                let except: BTreeSet<_> = except.iter().copied().collect();
                let read = most.saturating_add(except.len());
                let mut rows = self.matching(filter, scope, read).await?;
                rows.retain(|row| !except.contains(&row.id));
                if rows.len() > most {
                    return Err(too_many_match());
                }
                Ok((rows, 0))
            }
        }
    }

    /// The exports that match, by name, page by page: all, or as soon as they are known to be more than `most`, those
    /// that were read so far.
    pub(super) async fn matching(
        &self,
        filter: &ExportFilter,
        scope: &EditScope,
        most: usize,
    ) -> Answer<Vec<ExportListRow>> {
        let mut query = ExportQuery {
            filter: filter.clone(),
            limit: Limit::parse(PAGE).unwrap_or_default(),
            ..ExportQuery::default()
        };
        let mut rows = Vec::new();
        let mut seen = BTreeSet::new();
        loop {
            let page = exports::list_uncounted(&self.store, &query, scope)
                .await
                .map_err(stored)?;
            let before = rows.len();
            let new = page.items.into_iter().filter(|row| seen.insert(row.id));
            rows.extend(new);
            // A page of which all rows are gone meanwhile is the first one again.
            if page.next.is_none() || rows.len() == before || rows.len() > most {
                return Ok(rows);
            }
            query.cursor = page.next;
        }
    }
}

impl Bulk {
    /// Sorts out the exports of a command, for somebody who may give it.
    pub(super) async fn sorted(
        &self,
        ctx: &RequestContext,
        order: Order,
        target: &Target,
    ) -> Answer<Sorted> {
        let (_, scope) = changing(ctx)?;
        if order.action == BulkAction::Detach {
            allowed(ctx, Action::DetachExport, Resource::None)?;
        }
        target.check().map_err(ServiceError::Invalid)?;
        // *Run all* means all there are.
        let most = if order.only_active {
            usize::MAX
        } else {
            Target::MOST
        };
        let (rows, missing) = self.0.meant(target, most, &scope).await?;
        Ok(Sorted::of(order, rows, missing, self.0.now()))
    }

    /// Does it to all that it can be done to, some at a time.
    pub(super) async fn carry_out(
        &self,
        ctx: &RequestContext,
        order: Order,
        target: Target,
        seal: Option<String>,
    ) -> Answer<BulkReport> {
        let (bulk, ctx) = (Self(self.0.clone()), ctx.clone());
        to_its_end(async move {
            let seal = seal.as_deref();
            bulk.carried_out(&ctx, order, &target, seal).await
        })
        .await
    }

    async fn carried_out(
        &self,
        ctx: &RequestContext,
        order: Order,
        target: &Target,
        seal: Option<&str>,
    ) -> Answer<BulkReport> {
        let Sorted { plan, affected } = self.sorted(ctx, order, target).await?;
        hold_to(seal, &plan)?;
        let (actor, scope) = changing(ctx)?;
        let passage = Passage {
            ctx,
            order,
            scope,
            step: Step {
                at: self.0.now(),
                by: &actor.name,
                change: ChangeId::new(ctx.once.unwrap_or_else(Uuid::now_v7)),
                cause: match order.action {
                    BulkAction::Detach => Cause::Detach,
                    BulkAction::Run | BulkAction::Remove { .. } => Cause::Remove,
                },
            },
        };
        let mut report = BulkReport {
            left_out: plan.left_out,
            ..BulkReport::default()
        };
        let mut runs = Vec::new();
        for (place, some) in affected.chunks(AT_ONCE).enumerate() {
            match self.some(&passage, some).await {
                Ok(outcomes) => {
                    for outcome in outcomes {
                        match outcome {
                            Ok(done) => {
                                report.done += 1;
                                runs.extend(done.run);
                            }
                            Err(failed) => report.failed.push(failed),
                        }
                    }
                }
                // Nothing was done yet: the command as a whole failed.
                Err(error) if place == 0 => return Err(error),
                Err(error) => {
                    let failed =
                        |(id, name): &(ExportId, String)| not_done(*id, Some(name), fault(&error));
                    report.failed.extend(some.iter().map(failed));
                }
            }
        }
        self.0.wake.wake();
        let before = runs
            .iter()
            .filter(|(_, started)| *started == Started::UnderWay);
        report.under_way_before = count(before.count());
        if let [(run, _)] = runs.as_slice() {
            report.only_run = Some(*run);
        }
        let is_change = order.action != BulkAction::Run && report.done > 0;
        report.change = is_change.then_some(passage.step.change);
        Ok(report)
    }

    /// Does it to some exports, in one transaction.
    async fn some(
        &self,
        passage: &Passage<'_>,
        some: &[(ExportId, String)],
    ) -> Answer<Vec<Result<Done, BulkOutcome>>> {
        let mut outcomes = Vec::with_capacity(some.len());
        let ids: Vec<ExportId> = some.iter().map(|(id, _)| *id).collect();
        let mut needing = Vec::new();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        exports::lock_all(&mut tx, &ids).await.map_err(stored)?;
        for (id, name) in some {
            let done = passage.one(&mut tx, *id, &mut needing).await?;
            outcomes.push(done.map_err(|reason| not_done(*id, Some(name), reason)));
        }
        if !needing.is_empty() {
            let started: Vec<_> = needing.iter().map(|(export, run)| (export, *run)).collect();
            let step = &passage.step;
            starts::need_fresh_data_of(&mut tx, &started, step.by, step.at)
                .await
                .map_err(stored)?;
        }
        tx.commit().await.map_err(stored)?;
        Ok(outcomes)
    }
}

/// Refuses what would touch other exports than the plan that was agreed to.
pub(super) fn hold_to(seal: Option<&str>, plan: &BulkPlan) -> Answer<()> {
    if seal.is_some_and(|seal| seal != plan.seal) {
        let reason = Reason::new("changed_since").with("exports", plan.affected);
        return Err(ServiceError::Conflict(reason));
    }
    Ok(())
}

/// An export to which it was not done.
pub(super) fn not_done(id: ExportId, name: Option<&String>, reason: Reason) -> BulkOutcome {
    BulkOutcome {
        id,
        name: name.cloned(),
        run: None,
        error: Some(reason),
    }
}

/// What is said of exports whose transaction failed.
pub(super) fn fault(error: &ServiceError) -> Reason {
    match error {
        ServiceError::Internal(number) => Reason::new("internal_error").with("number", number),
        _ => Reason::new("internal"),
    }
}

/// More match than one command may be for.
pub(super) fn too_many_match() -> ServiceError {
    let reason = Reason::new("too_many").with("most", Target::MOST);
    ServiceError::Invalid(FieldErrors::one("filter", reason))
}

/// *Run all* means everything, whatever a list shows.
fn everything() -> Target {
    Target::Matching {
        filter: ExportFilter::default(),
        except: Vec::new(),
    }
}

#[async_trait]
impl BulkService for Bulk {
    async fn plan(&self, ctx: &RequestContext, request: BulkRequest) -> Answer<BulkPlan> {
        let order = Order::of(request.action);
        Ok(self.sorted(ctx, order, &request.target).await?.plan)
    }

    async fn act(&self, ctx: &RequestContext, request: BulkRequest) -> Answer<BulkReport> {
        let order = Order::of(request.action);
        self.carry_out(ctx, order, request.target, request.seal)
            .await
    }

    async fn plan_run_all(&self, ctx: &RequestContext) -> Answer<BulkPlan> {
        Ok(self.sorted(ctx, Order::RUN_ALL, &everything()).await?.plan)
    }

    async fn run_all(&self, ctx: &RequestContext, seal: Option<String>) -> Answer<BulkReport> {
        self.carry_out(ctx, Order::RUN_ALL, everything(), seal)
            .await
    }

    async fn plan_schedule(&self, ctx: &RequestContext, target: Target) -> Answer<BulkPlan> {
        Ok(self.sorted(ctx, Order::SCHEDULE, &target).await?.plan)
    }

    async fn undo(&self, ctx: &RequestContext, change: ChangeId) -> Answer<UndoReport> {
        let (bulk, ctx) = (Self(self.0.clone()), ctx.clone());
        to_its_end(async move { bulk.take_back(&ctx, change).await }).await
    }
}
