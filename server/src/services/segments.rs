//! Segments: everybody sees them, contributors and administrators make them. What an export sends is part of the
//! export: who changes or removes a segment must be able to edit every export that takes it.

mod removal;

use app::domain::{
    FieldErrors, Permission, Reason, RemovedSegment, SchemaField, SegmentDefinition,
    SegmentDetails, SegmentDraft, SegmentId, SegmentPreview, SegmentSummary, Version, segment_name,
};
use app::ports::{Actor, Answer, RequestContext, SegmentService, ServiceError};
use async_trait::async_trait;
use uuid::Uuid;

use super::errors::{internal, refused, stored};
use super::{Change, Deps, allowed, note, subject};
use crate::pipeline::{CheckedSegment, SegmentFault};
use crate::policy::{self, Action, Resource};
use crate::store::{
    EditScope, Reads, StoreError, Tx,
    segments::{self, NewSegment, SegmentChange, SegmentRow},
    tasks,
};

pub(super) struct Segments(pub(super) Deps);

impl Segments {
    /// Name and definition of a draft, checked against the tables that there are.
    async fn parse(&self, draft: &SegmentDraft) -> Answer<(String, CheckedSegment)> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", segment_name(&draft.name));
        let deps = &self.0;
        let checked = deps.data.check_segment(&deps.store, &draft.definition);
        let checked = match checked.await {
            Ok(checked) => Some(checked),
            Err(SegmentFault::Invalid(found)) => {
                errors.0.extend(found.0);
                None
            }
            Err(fault) => return Err(faulty(fault)),
        };
        errors.done().map_err(ServiceError::Invalid)?;
        name.zip(checked).ok_or(ServiceError::NotFound)
    }

    async fn found(&self, actor: &Actor, id: SegmentId) -> Answer<SegmentRow> {
        segments::get(&self.0.store, id, &scope(actor))
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)
    }

    async fn details(&self, actor: &Actor, row: SegmentRow) -> Answer<SegmentDetails> {
        let used_by = segments::used_by(&self.0.store, row.id, &scope(actor))
            .await
            .map_err(stored)?;
        Ok(SegmentDetails {
            definition: row.definition.clone(),
            schema: row.schema.clone(),
            created_at: row.created_at,
            created_by: row.created_by.clone(),
            segment: summary(actor, row),
            used_by,
        })
    }

    /// Asks for an evaluation and ends the transaction of a change with its audit entry.
    async fn committed(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        action: &str,
        id: SegmentId,
        before: Option<&SegmentRow>,
    ) -> Answer<SegmentDetails> {
        let actor = allowed(ctx, Action::EditSegments, Resource::None)?;
        let now = self.0.now();
        tasks::ask_evaluation(&mut tx, id, &[], &actor.name, now)
            .await
            .map_err(stored)?;
        let after = segments::get(&mut tx, id, &scope(actor))
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)?;
        let change = Change {
            action,
            kind: "segment",
            id: id.to_string(),
            before: before.map(picture),
            after: Some(picture(&after)),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        self.details(actor, after).await
    }
}

fn scope(actor: &Actor) -> EditScope {
    policy::edit_scope(&subject(actor))
}

/// A segment as the person may see it.
fn summary(actor: &Actor, row: SegmentRow) -> SegmentSummary {
    let is_editor = policy::can(&subject(actor), Action::EditSegments, Resource::None);
    SegmentSummary {
        id: row.id,
        version: row.version,
        name: row.name,
        kind: row.definition.kind(),
        made_from: row.made_from,
        members: row.members,
        status: row.status,
        status_reason: row.status_reason,
        refreshed_at: row.refreshed_at,
        used_by: row.used_by,
        permission: if is_editor && row.used_by_others == 0 {
            Permission::Edit
        } else {
            Permission::View
        },
        updated_at: row.updated_at,
        updated_by: row.updated_by,
    }
}

/// A segment as the audit log keeps it.
pub(super) fn picture(row: &SegmentRow) -> serde_json::Value {
    serde_json::json!({ "name": row.name, "definition": row.definition })
}

/// Refuses whoever may not edit every export that takes the segment, and names those exports.
async fn refuse_others(db: impl Reads, actor: &Actor, id: SegmentId) -> Answer<()> {
    let uses = segments::used_by(db, id, &scope(actor))
        .await
        .map_err(stored)?;
    let others: Vec<&str> = uses
        .iter()
        .filter(|export| export.permission == Permission::View)
        .map(|export| export.name.as_str())
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    let reason = Reason::new("segment_used_by_others")
        .with("exports", others.join(", "))
        .with("count", others.len());
    Err(ServiceError::Forbidden(reason))
}

/// The columns of a segment's result with the marks that its tables have now; none if that cannot be told.
pub(super) async fn planned_columns(deps: &Deps, id: SegmentId) -> Answer<Vec<SchemaField>> {
    let segment = segments::get(&deps.store, id, &EditScope::None)
        .await
        .map_err(stored)?;
    let Some(segment) = segment else {
        return Ok(Vec::new());
    };
    let checked = deps.data.check_segment(&deps.store, &segment.definition);
    Ok(checked
        .await
        .map(|checked| checked.schema)
        .unwrap_or_default())
}

/// What the data plane says of a definition, at its field where it is wrong.
fn faulty(fault: SegmentFault) -> ServiceError {
    match fault {
        SegmentFault::Invalid(errors) => ServiceError::Invalid(errors),
        SegmentFault::Failed(error) if error.reason.code == "database_failed" => internal(&error),
        SegmentFault::Failed(error) if error.reason.code.starts_with("sql_") => {
            ServiceError::Invalid(FieldErrors::one("sql", error.reason))
        }
        SegmentFault::Failed(error) => refused(error),
    }
}

/// A table that a definition reads was removed between the look at it and the save.
fn table_gone(definition: &SegmentDefinition) -> ServiceError {
    let field = match definition {
        SegmentDefinition::Conditions { .. } => "table_id",
        SegmentDefinition::Sql { .. } => "sql",
    };
    ServiceError::Invalid(FieldErrors::one(field, Reason::new("not_found")))
}

#[async_trait]
impl SegmentService for Segments {
    async fn list(&self, ctx: &RequestContext) -> Answer<Vec<SegmentSummary>> {
        let actor = allowed(ctx, Action::ViewSegments, Resource::None)?;
        let rows = segments::list(&self.0.store, &scope(actor))
            .await
            .map_err(stored)?;
        Ok(rows.into_iter().map(|row| summary(actor, row)).collect())
    }

    async fn get(&self, ctx: &RequestContext, id: SegmentId) -> Answer<SegmentDetails> {
        let actor = allowed(ctx, Action::ViewSegments, Resource::None)?;
        let row = self.found(actor, id).await?;
        self.details(actor, row).await
    }

    async fn create(&self, ctx: &RequestContext, draft: SegmentDraft) -> Answer<SegmentDetails> {
        let actor = allowed(ctx, Action::EditSegments, Resource::None)?;
        let (name, checked) = self.parse(&draft).await?;
        let id = SegmentId::new(Uuid::now_v7());
        let new = NewSegment {
            id,
            name: &name,
            definition: &checked.definition,
            inputs: &checked.inputs,
            schema: &checked.schema,
            at: self.0.now(),
            by: &actor.name,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        match segments::create(&mut tx, &new).await {
            Err(StoreError::NotFound) => return Err(table_gone(&checked.definition)),
            other => other.map_err(stored)?,
        }
        self.committed(ctx, tx, "segment.create", id, None).await
    }

    async fn update(
        &self,
        ctx: &RequestContext,
        id: SegmentId,
        version: Version,
        draft: SegmentDraft,
    ) -> Answer<SegmentDetails> {
        let actor = allowed(ctx, Action::EditSegments, Resource::None)?;
        let before = self.found(actor, id).await?;
        refuse_others(&self.0.store, actor, id).await?;
        if before.version != version {
            return Err(ServiceError::Stale {
                current: before.version,
            });
        }
        let (name, checked) = self.parse(&draft).await?;
        let change = SegmentChange {
            name: &name,
            definition: &checked.definition,
            inputs: &checked.inputs,
            schema: &checked.schema,
            at: self.0.now(),
            by: &actor.name,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        segments::update(&mut tx, id, version, &change)
            .await
            .map_err(stored)?;
        // Planning took its time: an export may have taken it since.
        refuse_others(&mut tx, actor, id).await?;
        self.committed(ctx, tx, "segment.update", id, Some(&before))
            .await
    }

    async fn remove(
        &self,
        ctx: &RequestContext,
        id: SegmentId,
        version: Option<Version>,
    ) -> Answer<()> {
        self.take_away(ctx, id, version).await
    }

    async fn removed(&self, ctx: &RequestContext) -> Answer<Vec<RemovedSegment>> {
        self.taken_away(ctx).await
    }

    async fn restore(&self, ctx: &RequestContext, id: SegmentId) -> Answer<SegmentDetails> {
        self.bring_back(ctx, id).await
    }

    async fn refresh(&self, ctx: &RequestContext, id: SegmentId) -> Answer<SegmentSummary> {
        let actor = allowed(ctx, Action::EditSegments, Resource::None)?;
        let before = self.found(actor, id).await?;
        let tx = self.0.store.begin().await.map_err(stored)?;
        let details = self
            .committed(ctx, tx, "segment.refresh", id, Some(&before))
            .await?;
        Ok(details.segment)
    }

    async fn preview(
        &self,
        ctx: &RequestContext,
        definition: SegmentDefinition,
    ) -> Answer<SegmentPreview> {
        let actor = allowed(ctx, Action::EditSegments, Resource::None)?;
        let mask = !policy::can(&subject(actor), Action::PreviewClear, Resource::None);
        let deps = &self.0;
        deps.data
            .preview_segment(&deps.store, &definition, mask)
            .await
            .map_err(faulty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stops_a_statement_is_told_at_its_field_and_what_takes_too_long_is_a_conflict() {
        let told = |code: &str| faulty(SegmentFault::Failed(Reason::new(code).into()));
        assert!(
            matches!(told("sql_failed"), ServiceError::Invalid(errors) if errors.of("sql").is_some())
        );
        assert!(matches!(
            told("segment_too_slow"),
            ServiceError::Conflict(_)
        ));
        assert!(matches!(told("database_failed"), ServiceError::Internal(_)));
    }
}
