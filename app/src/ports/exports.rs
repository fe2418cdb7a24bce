//! Exports: listed, set up, changed, scheduled, run and removed.

use async_trait::async_trait;

use super::{Answer, RequestContext};
use crate::domain::{
    ConnectionType, DeliveryPreview, DeliveryPreviewDraft, ExportDetails, ExportDraft,
    ExportFacets, ExportFilter, ExportId, ExportListRow, ExportQuery, Page, PageFacets, Removal,
    RemovalFacts, RunStarted, ScheduleChange, ScheduleDraft, ScheduleOutcome, SchedulePreview,
    SegmentId, Version,
};

/// Exports and their runs.
#[async_trait]
pub trait ExportService: Send + Sync {
    async fn list(&self, ctx: &RequestContext, query: ExportQuery) -> Answer<Page<ExportListRow>>;
    /// How many match, by status, type and permission.
    async fn facets(&self, ctx: &RequestContext, filter: ExportFilter) -> Answer<ExportFacets>;
    /// The same, and how many a refresh that is off leaves behind.
    async fn page_facets(&self, ctx: &RequestContext, filter: ExportFilter) -> Answer<PageFacets>;
    async fn get(&self, ctx: &RequestContext, id: ExportId) -> Answer<ExportDetails>;
    /// Sets an export up. As a copy it gets the labels, owner and note of the original.
    async fn create(
        &self,
        ctx: &RequestContext,
        draft: ExportDraft,
        copy_of: Option<ExportId>,
    ) -> Answer<ExportDetails>;
    /// Sets an export up that has no connection yet, as one that was detached from a connection of this type
    /// (administrators).
    async fn create_detached(
        &self,
        ctx: &RequestContext,
        draft: ExportDraft,
        kind: ConnectionType,
    ) -> Answer<ExportDetails>;
    /// Replaces the configuration; `version` is the one the person saw.
    async fn update(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Version,
        draft: ExportDraft,
    ) -> Answer<ExportDetails>;
    /// Removes the export; what was delivered stays. Its unfinished runs are let finish, or stopped.
    async fn remove(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Option<Version>,
        cancel_runs: bool,
    ) -> Answer<Removal>;
    /// What is to be known before it is removed.
    async fn removal_facts(&self, ctx: &RequestContext, id: ExportId) -> Answer<RemovalFacts>;
    /// Adds a segment, with all its fields, after what the export sends already.
    async fn add_segment(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        segment: SegmentId,
    ) -> Answer<ExportDetails>;
    /// What an export that is being set up would write. Personal columns as for previews of tables.
    async fn preview_delivery(
        &self,
        ctx: &RequestContext,
        draft: DeliveryPreviewDraft,
    ) -> Answer<DeliveryPreview>;
    /// Creates a copy under a free name, with the schedule of the original switched off.
    async fn duplicate(&self, ctx: &RequestContext, id: ExportId) -> Answer<ExportDetails>;
    /// Empties the connection (administrators).
    async fn detach(&self, ctx: &RequestContext, id: ExportId) -> Answer<ExportDetails>;
    /// Starts a run, or returns the one of the same version that is under way.
    async fn run(&self, ctx: &RequestContext, id: ExportId) -> Answer<RunStarted>;
    /// A free name for a copy of this name, in the reader's language.
    async fn copy_name(&self, ctx: &RequestContext, name: &str) -> Answer<String>;
    /// Changes the schedules of several exports in one step. Those that the person may not edit are
    /// left out, with the reason; the outcomes stand in the order asked for, or by name, each export once.
    async fn schedule(
        &self,
        ctx: &RequestContext,
        change: ScheduleChange,
    ) -> Answer<Vec<ScheduleOutcome>>;
    /// The next starts of a schedule, for the form while it is filled in. Errors are named as when
    /// it is saved: `schedule.times`, ….
    async fn preview_schedule(
        &self,
        ctx: &RequestContext,
        draft: ScheduleDraft,
    ) -> Answer<SchedulePreview>;
    /// The names of the time zones that the server knows, sorted.
    async fn time_zones(&self, ctx: &RequestContext) -> Answer<Vec<String>>;
}
