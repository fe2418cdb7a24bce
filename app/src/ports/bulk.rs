//! One command on many exports, and taking a change back.

use async_trait::async_trait;

use super::{Answer, RequestContext};
use crate::domain::{BulkPlan, BulkReport, BulkRequest, ChangeId, Target, UndoReport};

/// Commands on many exports. Each export is judged by what the person may do with it; viewers are refused whole.
#[async_trait]
pub trait BulkService: Send + Sync {
    /// What a command would do, by the code that does it. Errors are at `ids` and `except`.
    async fn plan(&self, ctx: &RequestContext, request: BulkRequest) -> Answer<BulkPlan>;
    /// Does it, for those exports for which it can be done, and says of the others why not.
    async fn act(&self, ctx: &RequestContext, request: BulkRequest) -> Answer<BulkReport>;
    /// What *Run all* would do.
    async fn plan_run_all(&self, ctx: &RequestContext) -> Answer<BulkPlan>;
    /// *Run all*: the active exports that the person may edit, whatever the list shows.
    /// `seal` is that of the plan that was agreed to: if others are meant by now, none is run.
    async fn run_all(&self, ctx: &RequestContext, seal: Option<String>) -> Answer<BulkReport>;
    /// Which exports a change of schedules would change.
    async fn plan_schedule(&self, ctx: &RequestContext, target: Target) -> Answer<BulkPlan>;
    /// Takes a removal, a detachment or a change of schedules back as one step, where nothing changed since. Done
    /// twice, there is nothing left to undo: no error.
    async fn undo(&self, ctx: &RequestContext, change: ChangeId) -> Answer<UndoReport>;
}
