//! Starting exports by hand.

use app::domain::{ExportDetails, ExportId, Reason, RunId, RunStarted, Started, Trigger};
use app::ports::{Answer, Door, RequestContext, ServiceError};
use base::MAX_ATTEMPTS;
use uuid::Uuid;

use super::errors::stored;
use super::exports::Exports;
use super::{Change, note, signed_in};
use crate::policy::Action;
use crate::scheduler::starts;
use crate::store::{
    Tx,
    queue::{self, Enqueued, NewRun},
};

impl Exports {
    /// Starts one export, or finds the run of the same version that is under way.
    pub(super) async fn start_one(&self, ctx: &RequestContext, id: ExportId) -> Answer<RunStarted> {
        let details = self.permitted(ctx, id, Action::RunExport).await?.details;
        let run = RunId::new(ctx.once.unwrap_or_else(Uuid::now_v7));
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let now = self.0.now();
        let (started, has_new_needs) = start_in(&mut tx, ctx, &details, run, now).await?;
        if has_new_needs {
            let by = &signed_in(ctx)?.name;
            starts::need_fresh_data(&mut tx, &details, started.run_id, by, now)
                .await
                .map_err(stored)?;
        }
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        Ok(started)
    }
}

/// Starts an export that the person may run; and whether the run is to be given what it needs: where it was added, or waited
/// with an earlier version. *Held* and *detached* are conflicts.
pub(super) async fn start_in(
    tx: &mut Tx,
    ctx: &RequestContext,
    details: &ExportDetails,
    run: RunId,
    now: i64,
) -> Answer<(RunStarted, bool)> {
    let actor = signed_in(ctx)?;
    let new = NewRun {
        id: run,
        export_id: details.row.id,
        trigger: match actor.door {
            Door::Page => Trigger::Person,
            Door::Rest => Trigger::Api,
        },
        started_by: Some(actor.id),
        started_by_name: &actor.name,
        at: now,
        scheduled_for: None,
        max_attempts: i64::from(MAX_ATTEMPTS),
    };
    let mut has_new_needs = false;
    let started = match queue::enqueue(tx, &new).await.map_err(stored)? {
        Enqueued::New(run_id) => {
            let change = Change {
                action: "run.start",
                kind: "run",
                id: run_id.to_string(),
                before: None,
                after: None,
            };
            note(tx, ctx, now, change).await?;
            // Within the request: by its id that of the run is found.
            tracing::info!(run.id = %run_id, export.id = %details.row.id, "a run was asked for");
            has_new_needs = true;
            RunStarted {
                run_id,
                started: Started::New,
            }
        }
        Enqueued::Before => RunStarted {
            run_id: run,
            started: Started::New,
        },
        Enqueued::UnderWay(run_id) => RunStarted {
            run_id,
            started: Started::UnderWay,
        },
        Enqueued::Moved(run_id) => {
            has_new_needs = true;
            RunStarted {
                run_id,
                started: Started::UnderWay,
            }
        }
        Enqueued::Held(held) => {
            // Which one: a page leads to it.
            let reason = Reason::new("run_held").with("run", held);
            return Err(ServiceError::Conflict(reason));
        }
        Enqueued::Detached => {
            return Err(ServiceError::Conflict(Reason::new("export_detached")));
        }
    };
    Ok((started, has_new_needs))
}
