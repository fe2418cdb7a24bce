//! Exports: created, changed, removed and run by whoever may edit them.

use app::domain::{
    Cause, ChangeId, ConnectionId, ConnectionType, DeliveryPreview, DeliveryPreviewDraft,
    ExportAbout, ExportDetails, ExportDraft, ExportFacets, ExportFilter, ExportId, ExportItem,
    ExportListRow, ExportQuery, FieldErrors, Page, PageFacets, Reason, Removal, RemovalFacts,
    RunStarted, ScheduleChange, ScheduleDraft, ScheduleOutcome, SchedulePreview, SegmentId,
    Version,
};
use app::ports::{Actor, Answer, ExportService, RequestContext, ServiceError};
use async_trait::async_trait;
use base::to_its_end;
use uuid::Uuid;

use super::errors::stored;
use super::export_draft::{self, ParsedExport};
use super::export_fit::check_fit;
use super::export_names::{copy_names, refuse_rival};
use super::export_schedules;
use super::planned::{self, Planned};
use super::{Change, Deps, allowed, json, note, signed_in, subject};
use crate::policy::{self, Action, Resource};
use crate::store::{
    EditScope, StoreError, Tx,
    connections::{self, ConnectionRow},
    exports::{self, ExportChange, ExportRecord, Step},
    schedules, tables,
};

pub(super) struct Exports(pub(super) Deps);

impl Exports {
    async fn found(&self, actor: &Actor, id: ExportId) -> Answer<ExportRecord> {
        let scope = policy::edit_scope(&subject(actor));
        let found = exports::get(&self.0.store, id, &scope).await;
        let mut record = found.map_err(stored)?.ok_or(ServiceError::NotFound)?;
        planned::keep_own_days(&mut record.details.row);
        Ok(record)
    }

    /// The export, for somebody who may do this with it.
    pub(super) async fn permitted(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        action: Action,
    ) -> Answer<ExportRecord> {
        let actor = allowed(ctx, Action::ViewExports, Resource::None)?;
        let record = self.found(actor, id).await?;
        let resource = match &record.audience {
            Some(audience) => Resource::Connection(audience),
            None => Resource::Detached {
                has_shared: self.has_shared(actor).await?,
            },
        };
        allowed(ctx, action, resource)?;
        Ok(record)
    }

    pub(super) async fn has_shared(&self, actor: &Actor) -> Answer<bool> {
        let scope = policy::edit_scope(&subject(actor));
        if matches!(scope, EditScope::None) {
            return Ok(false);
        }
        Ok(!connections::usable(&self.0.store, &scope)
            .await
            .map_err(stored)?
            .is_empty())
    }

    /// The connection that a draft names, if the person may give it to an export.
    pub(super) async fn chosen(
        &self,
        ctx: &RequestContext,
        id: Option<ConnectionId>,
        action: Action,
    ) -> Answer<ConnectionRow> {
        let wrong = |code: &str| {
            ServiceError::Invalid(FieldErrors::one("connection_id", Reason::new(code)))
        };
        let id = id.ok_or_else(|| wrong("required"))?;
        let found = connections::get(&self.0.store, id).await.map_err(stored)?;
        let Some(row) = found else {
            // Whoever may not use connections at all learns that first.
            if signed_in(ctx)?.role == app::domain::Role::Viewer {
                return Err(ServiceError::Forbidden(Reason::new("viewer_may_not_edit")));
            }
            return Err(wrong("not_found"));
        };
        allowed(ctx, action, Resource::Connection(&row.audience))?;
        Ok(row)
    }

    pub(super) async fn parse(&self, draft: &ExportDraft) -> Answer<ParsedExport> {
        let mut draft = draft.clone();
        if let Some(schedule) = &draft.schedule {
            draft.schedule = Some(planned::with_zone(&self.0.store, schedule).await?);
        }
        let ids: Vec<_> = draft.items.iter().map(|item| item.table_id).collect();
        let rows = tables::tables_by_id(&self.0.store, &ids)
            .await
            .map_err(stored)?;
        let summaries: Vec<_> = rows.into_iter().map(|row| row.summary).collect();
        export_draft::parse(&draft, &summaries).map_err(ServiceError::Invalid)
    }

    /// Saves an export anew: every way to change its configuration comes through here.
    pub(super) async fn save(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Version,
        draft: ExportDraft,
        cause: Cause,
    ) -> Answer<ExportDetails> {
        let before = self.permitted(ctx, id, Action::EditExport).await?.details;
        if before.row.version != version {
            return Err(ServiceError::Stale {
                current: before.row.version,
            });
        }
        let current = before
            .row
            .connection
            .as_ref()
            .map(|connection| connection.id);
        // Changing the connection needs the right on the old and on the new one.
        let chosen = match draft.connection_id {
            None if current.is_none() => None,
            wanted => Some(self.chosen(ctx, wanted, Action::EditExport).await?),
        };
        let mut parsed = self.parse(&draft).await?;
        if let Some(connection) = &chosen {
            check_fit(&parsed.options, connection.kind).map_err(ServiceError::Invalid)?;
        }
        let connection = chosen.map(|connection| connection.id);
        if draft.folder.trim().is_empty() {
            // Renaming does not move it.
            parsed.folder.clone_from(&before.folder);
        }
        if let Some(connection) = connection {
            let kept = ExportDraft {
                folder: parsed.folder.clone(),
                ..draft.clone()
            };
            self.place(&kept, &mut parsed, connection, Some(id)).await?;
        }
        // Nobody can have taken paths meanwhile that stay its own.
        let is_moved = connection != current
            || parsed.folder != before.folder
            || parsed.options != before.options
            || parsed.items != before.items;
        let actor = signed_in(ctx)?;
        let now = self.0.now();
        let enabled = draft.enabled.unwrap_or(before.row.enabled);
        let kept = &before.row.schedule;
        let schedule = match parsed.schedule {
            Some(given) if !planned::is_same(&given.draft, kept) => given,
            _ => Planned::stored(kept).map_err(ServiceError::Invalid)?,
        };
        let is_active = enabled && connection.is_some();
        let step = Step {
            at: now,
            by: &actor.name,
            change: ChangeId::new(Uuid::now_v7()),
            cause,
        };
        let change = ExportChange {
            name: parsed.name.as_str(),
            connection_id: connection,
            folder: &parsed.folder,
            enabled,
            schedule: &schedule.draft,
            next_start: schedule.next_start(is_active, now),
            items: &parsed.items,
            mode: draft.mode,
            options: &parsed.options,
            step: &step,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        exports::update(&mut tx, id, version, &change)
            .await
            .map_err(stored)?;
        if let Some(connection) = connection.filter(|_| is_moved) {
            let paths = (&*parsed.folder, &*parsed.items, &parsed.options);
            refuse_rival(&mut tx, paths, connection, Some(id)).await?;
        }
        hold_items(&mut tx, &parsed.items).await?;
        let after = read_back(&mut tx, actor, id).await?;
        let change = Change {
            action: "export.update",
            kind: "export",
            id: id.to_string(),
            before: json(&before),
            after: json(&after),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        Ok(after)
    }
}

/// Makes sure that what an export sends is not removed while it is saved.
pub(super) async fn hold_items(tx: &mut Tx, items: &[ExportItem]) -> Answer<()> {
    let ids: Vec<_> = items.iter().map(|item| item.table_id).collect();
    match tables::lock_sources(tx, &ids).await {
        Err(StoreError::NotFound) => Err(ServiceError::Invalid(FieldErrors::one(
            "items",
            Reason::new("not_found"),
        ))),
        held => held.map_err(stored),
    }
}

/// The export as the person sees it after their change, read in its transaction.
pub(super) async fn read_back(tx: &mut Tx, actor: &Actor, id: ExportId) -> Answer<ExportDetails> {
    let scope = policy::edit_scope(&subject(actor));
    let record = exports::get(&mut *tx, id, &scope).await.map_err(stored)?;
    let mut details = record.ok_or(ServiceError::NotFound)?.details;
    planned::keep_own_days(&mut details.row);
    Ok(details)
}

#[async_trait]
impl ExportService for Exports {
    async fn list(&self, ctx: &RequestContext, query: ExportQuery) -> Answer<Page<ExportListRow>> {
        let actor = allowed(ctx, Action::ViewExports, Resource::None)?;
        let scope = policy::edit_scope(&subject(actor));
        let store = &self.0.store;
        // Asked for before the rows are read: what changes meanwhile, the next answer says.
        let total = self.0.facets.total(store, &query.filter, scope);
        let page = if total.is_some() {
            exports::list_uncounted(store, &query, &scope).await
        } else {
            exports::list(store, &query, &scope).await
        };
        let mut page = page.map_err(stored)?;
        page.total = total.unwrap_or(page.total);
        page.items.iter_mut().for_each(planned::keep_own_days);
        Ok(page)
    }

    async fn facets(&self, ctx: &RequestContext, filter: ExportFilter) -> Answer<ExportFacets> {
        self.count_by_facet(ctx, &filter).await
    }

    async fn page_facets(&self, ctx: &RequestContext, filter: ExportFilter) -> Answer<PageFacets> {
        let facets = self.count_by_facet(ctx, &filter).await?;
        let left_behind = schedules::left_behind(&self.0.store).await;
        Ok(PageFacets {
            facets,
            left_behind: left_behind.map_err(stored)?,
        })
    }

    async fn get(&self, ctx: &RequestContext, id: ExportId) -> Answer<ExportDetails> {
        let actor = allowed(ctx, Action::ViewExports, Resource::None)?;
        Ok(self.found(actor, id).await?.details)
    }

    async fn create(
        &self,
        ctx: &RequestContext,
        draft: ExportDraft,
        copy_of: Option<ExportId>,
    ) -> Answer<ExportDetails> {
        if let Some(of) = copy_of {
            return self.set_up_copy(ctx, draft, of).await;
        }
        let nothing = ExportAbout::default();
        self.set_up(ctx, draft, Cause::Create, &nothing).await
    }

    async fn create_detached(
        &self,
        ctx: &RequestContext,
        draft: ExportDraft,
        kind: ConnectionType,
    ) -> Answer<ExportDetails> {
        self.set_up_detached(ctx, &draft, kind).await
    }

    async fn update(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Version,
        draft: ExportDraft,
    ) -> Answer<ExportDetails> {
        self.save(ctx, id, version, draft, Cause::Edit).await
    }

    async fn remove(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Option<Version>,
        cancel_runs: bool,
    ) -> Answer<Removal> {
        self.remove_one(ctx, id, version, cancel_runs).await
    }

    async fn removal_facts(&self, ctx: &RequestContext, id: ExportId) -> Answer<RemovalFacts> {
        self.facts_of_removal(ctx, id).await
    }

    async fn add_segment(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        segment: SegmentId,
    ) -> Answer<ExportDetails> {
        self.add_segment_to(ctx, id, segment).await
    }

    async fn preview_delivery(
        &self,
        ctx: &RequestContext,
        draft: DeliveryPreviewDraft,
    ) -> Answer<DeliveryPreview> {
        self.preview_of_delivery(ctx, draft).await
    }

    async fn duplicate(&self, ctx: &RequestContext, id: ExportId) -> Answer<ExportDetails> {
        self.copy_one(ctx, id).await
    }

    async fn detach(&self, ctx: &RequestContext, id: ExportId) -> Answer<ExportDetails> {
        self.detach_one(ctx, id).await
    }

    async fn run(&self, ctx: &RequestContext, id: ExportId) -> Answer<RunStarted> {
        self.start_one(ctx, id).await
    }

    async fn copy_name(&self, ctx: &RequestContext, name: &str) -> Answer<String> {
        allowed(ctx, Action::ViewExports, Resource::None)?;
        let candidates = copy_names(name, ctx.language);
        let free = exports::free_name(&self.0.store, &candidates)
            .await
            .map_err(stored)?;
        Ok(free.unwrap_or_else(|| name.to_owned()))
    }

    async fn schedule(
        &self,
        ctx: &RequestContext,
        change: ScheduleChange,
    ) -> Answer<Vec<ScheduleOutcome>> {
        let (exports, ctx) = (Self(self.0.clone()), ctx.clone());
        to_its_end(async move { exports.change_schedules(&ctx, &change).await }).await
    }

    async fn preview_schedule(
        &self,
        ctx: &RequestContext,
        draft: ScheduleDraft,
    ) -> Answer<SchedulePreview> {
        self.preview(ctx, &draft).await
    }

    async fn time_zones(&self, ctx: &RequestContext) -> Answer<Vec<String>> {
        export_schedules::time_zones(ctx)
    }
}
