//! Data sources and tables: seen by everybody, changed by administrators; what is personal is
//! masked for viewers.

use app::domain::{
    DisplayName, FieldErrors, PreviewRows, Reason, SchemaField, SegmentId, SourceDraft, SourceId,
    SourceKind, SourceSummary, TableDetails, TableId, TableSummary, TableUpdate, Version,
};
use app::ports::{Answer, DataService, RequestContext, ServiceError};
use async_trait::async_trait;
use uuid::Uuid;

use super::connections::in_use;
use super::errors::{refused, stored};
use super::segments::planned_columns;
use super::{Change, Deps, allowed, json, not_available, note, segment_names, subject};
use crate::pipeline::{DataPlane, SnapshotPlace, same_columns};
use crate::policy::{self, Action, Resource};
use crate::store::{
    StoreError, Tx, segments,
    sources::{self, NewSource, SourceChange, SourceRow},
    tables::{self, TableRow},
    tasks,
};

/// Kinds of source that later versions bring.
const COMING: [&str; 4] = ["bucket", "postgres", "mysql", "sqlite"];

pub(super) struct Data(pub(super) Deps);

impl Data {
    fn parse(&self, draft: &SourceDraft) -> Answer<(DisplayName, SourceKind)> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", DisplayName::parse(&draft.name));
        let kind = SourceKind::from_code(&draft.kind).ok_or_else(|| {
            if COMING.contains(&draft.kind.as_str()) {
                not_available(&draft.kind)
            } else {
                Reason::new("unknown_type").with("type", &draft.kind)
            }
        });
        let kind = errors.take("kind", kind);
        if let Some(kind) = kind
            && let Err((field, reason)) = self.0.data.check_source(kind, &draft.config)
        {
            errors.add(&field, reason);
        }
        if let Some(secret) = draft.secrets.keys().next() {
            errors.add(
                &format!("secrets.{secret}"),
                Reason::new("unknown_field").with("field", secret),
            );
        }
        errors.done().map_err(ServiceError::Invalid)?;
        name.zip(kind).ok_or(ServiceError::NotFound)
    }

    async fn found(&self, id: SourceId) -> Answer<SourceRow> {
        sources::get(&self.0.store, id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)
    }

    async fn found_table(&self, id: TableId) -> Answer<TableRow> {
        tables::table(&self.0.store, id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)
    }

    /// Lists the tables of a source and asks for their refresh, in the transaction of a change.
    async fn look(&self, tx: &mut Tx, id: SourceId, names: &[String], by: &str) -> Answer<()> {
        let now = self.0.now();
        tables::upsert_tables(tx, id, names, now)
            .await
            .map_err(stored)?;
        tasks::ask_refresh(tx, id, None, by, now)
            .await
            .map_err(stored)?;
        Ok(())
    }

    async fn committed(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        action: &str,
        id: SourceId,
        before: Option<&SourceRow>,
    ) -> Answer<SourceSummary> {
        let row = sources::get(&mut tx, id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)?;
        let change = Change {
            action,
            kind: "source",
            id: id.to_string(),
            before: before.map(picture),
            after: Some(picture(&row)),
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        Ok(summary(row, may_manage(ctx)))
    }

    /// Why a source cannot be removed: the exports that take its tables, else the segments made from them.
    async fn users(&self, id: SourceId) -> Answer<Reason> {
        let exports = sources::exports_using(&self.0.store, id)
            .await
            .map_err(stored)?;
        if !exports.is_empty() {
            return Ok(in_use("source_in_use", &exports));
        }
        let segments = segments::using_tables_of(&self.0.store, id)
            .await
            .map_err(stored)?;
        let names: Vec<&str> = segments.iter().map(|(_, name)| name.as_str()).collect();
        Ok(Reason::new("source_in_segments")
            .with("segments", names.join(", "))
            .with("count", segments.len()))
    }

    async fn details(&self, ctx: &RequestContext, row: TableRow) -> Answer<TableDetails> {
        let used_by = tables::exports_using(&self.0.store, &[row.summary.id])
            .await
            .map_err(stored)?;
        Ok(TableDetails {
            may_edit: may_manage(ctx) && !row.summary.is_segment(),
            corrected: row.corrected,
            table: row.summary,
            used_by,
        })
    }
}

fn may_manage(ctx: &RequestContext) -> bool {
    ctx.actor
        .as_ref()
        .is_some_and(|actor| policy::can(&subject(actor), Action::ManageData, Resource::None))
}

fn picture(row: &SourceRow) -> serde_json::Value {
    serde_json::json!({ "name": row.name, "kind": row.kind, "config": row.config })
}

/// A source as the person may see it: where it is, is for administrators.
fn summary(row: SourceRow, with_location: bool) -> SourceSummary {
    let location = row
        .config
        .get("path")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    SourceSummary {
        location: if with_location {
            location.to_owned()
        } else {
            String::new()
        },
        id: row.id,
        version: row.version,
        name: row.name,
        kind: row.kind,
        tables: row.tables,
        status: row.status,
        status_reason: row.status_reason,
        refreshed_at: row.refreshed_at,
        updated_at: row.updated_at,
        updated_by: row.updated_by,
    }
}

/// The columns of a snapshot of a table or segment, marked *personal* as they are to be for somebody for whom these are
/// masked, or are not.
pub(super) async fn marked_columns(
    deps: &Deps,
    table: &TableSummary,
    snapshot: Vec<SchemaField>,
    mask: bool,
) -> Answer<Vec<SchemaField>> {
    let is_segment = table.is_segment();
    let planned = if mask && is_segment {
        planned_columns(deps, SegmentId::new(table.id.uuid())).await?
    } else {
        Vec::new()
    };
    let personal = |columns: &[SchemaField], name: &str| {
        let known = columns.iter().find(|known| known.name == name);
        known.map(|known| known.personal)
    };
    let marked = snapshot.into_iter().map(|mut field| {
        let known = personal(&table.schema, &field.name);
        field.personal = if is_segment {
            // Its columns may be other ones than when it was evaluated, and what it is made from may be
            // marked since: in doubt it is personal.
            field.personal
                || known == Some(true)
                || (mask && personal(&planned, &field.name) != Some(false))
        } else {
            // Marks may be newer than the snapshot: those of the table decide.
            known.unwrap_or(field.personal)
        };
        field
    });
    Ok(marked.collect())
}

#[async_trait]
impl DataService for Data {
    async fn sources(&self, ctx: &RequestContext) -> Answer<Vec<SourceSummary>> {
        allowed(ctx, Action::ViewData, Resource::None)?;
        let rows = sources::list(&self.0.store).await.map_err(stored)?;
        let with_location = may_manage(ctx);
        Ok(rows
            .into_iter()
            .map(|row| summary(row, with_location))
            .collect())
    }

    async fn source(&self, ctx: &RequestContext, id: SourceId) -> Answer<SourceSummary> {
        allowed(ctx, Action::ViewData, Resource::None)?;
        Ok(summary(self.found(id).await?, may_manage(ctx)))
    }

    async fn create_source(
        &self,
        ctx: &RequestContext,
        draft: SourceDraft,
    ) -> Answer<SourceSummary> {
        let actor = allowed(ctx, Action::ManageData, Resource::None)?;
        let (name, kind) = self.parse(&draft)?;
        let names = self
            .0
            .data
            .table_names(kind, &draft.config)
            .await
            .map_err(refused)?;
        let id = SourceId::new(Uuid::now_v7());
        let new = NewSource {
            id,
            name: name.as_str(),
            kind,
            config: &draft.config,
            at: self.0.now(),
            by: &actor.name,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        sources::insert(&mut tx, &new).await.map_err(stored)?;
        self.look(&mut tx, id, &names, &actor.name).await?;
        self.committed(ctx, tx, "source.create", id, None).await
    }

    async fn update_source(
        &self,
        ctx: &RequestContext,
        id: SourceId,
        version: Version,
        draft: SourceDraft,
    ) -> Answer<SourceSummary> {
        let actor = allowed(ctx, Action::ManageData, Resource::None)?;
        let before = self.found(id).await?;
        if before.version != version {
            return Err(ServiceError::Stale {
                current: before.version,
            });
        }
        let (name, kind) = self.parse(&draft)?;
        if kind != before.kind {
            return Err(ServiceError::Invalid(FieldErrors::one(
                "kind",
                Reason::new("type_is_fixed"),
            )));
        }
        let names = self
            .0
            .data
            .table_names(kind, &draft.config)
            .await
            .map_err(refused)?;
        let followers = if name.as_str() == before.name {
            Vec::new()
        } else {
            segment_names::followers(&self.0, id, name.as_str()).await?
        };
        let change = SourceChange {
            name: name.as_str(),
            config: &draft.config,
            at: self.0.now(),
            by: &actor.name,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        segment_names::lock(&mut tx, &followers).await?;
        sources::update(&mut tx, id, version, &change)
            .await
            .map_err(stored)?;
        self.look(&mut tx, id, &names, &actor.name).await?;
        segment_names::follow(&self.0, &mut tx, ctx, followers, &actor.name).await?;
        self.committed(ctx, tx, "source.update", id, Some(&before))
            .await
    }

    async fn remove_source(
        &self,
        ctx: &RequestContext,
        id: SourceId,
        version: Option<Version>,
    ) -> Answer<()> {
        allowed(ctx, Action::ManageData, Resource::None)?;
        let before = self.found(id).await?;
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        match sources::remove(&mut tx, id, version, now).await {
            Err(StoreError::InUse) => {
                drop(tx);
                return Err(ServiceError::Conflict(self.users(id).await?));
            }
            other => other.map_err(stored)?,
        }
        let change = Change {
            action: "source.remove",
            kind: "source",
            id: id.to_string(),
            before: Some(picture(&before)),
            after: None,
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)
    }

    async fn refresh_source(&self, ctx: &RequestContext, id: SourceId) -> Answer<SourceSummary> {
        let actor = allowed(ctx, Action::ManageData, Resource::None)?;
        let before = self.found(id).await?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        tasks::ask_refresh(&mut tx, id, None, &actor.name, self.0.now())
            .await
            .map_err(stored)?;
        self.committed(ctx, tx, "source.refresh", id, Some(&before))
            .await
    }

    async fn tables(
        &self,
        ctx: &RequestContext,
        source: Option<SourceId>,
    ) -> Answer<Vec<TableSummary>> {
        allowed(ctx, Action::ViewData, Resource::None)?;
        let rows = tables::tables(&self.0.store, source)
            .await
            .map_err(stored)?;
        Ok(rows.into_iter().map(|row| row.summary).collect())
    }

    async fn table(&self, ctx: &RequestContext, id: TableId) -> Answer<TableDetails> {
        allowed(ctx, Action::ViewData, Resource::None)?;
        let row = self.found_table(id).await?;
        self.details(ctx, row).await
    }

    async fn update_table(
        &self,
        ctx: &RequestContext,
        id: TableId,
        version: Version,
        update: TableUpdate,
    ) -> Answer<TableDetails> {
        let actor = allowed(ctx, Action::ManageData, Resource::None)?;
        let before = self.found_table(id).await?;
        if before.summary.is_segment() {
            // Its columns follow from its definition: there is no schema to correct.
            return Err(ServiceError::NotFound);
        }
        if before.summary.version != version {
            return Err(ServiceError::Stale {
                current: before.summary.version,
            });
        }
        if !same_columns(&before.summary.schema, &update.schema) {
            return Err(ServiceError::Invalid(FieldErrors::one(
                "schema",
                Reason::new("columns_are_the_sources"),
            )));
        }
        if let Err((place, reason)) = DataPlane::check_types(&update.schema) {
            return Err(ServiceError::Invalid(FieldErrors::one(
                &format!("schema.{place}.type"),
                reason,
            )));
        }
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        tables::update_schema(&mut tx, id, version, &update.schema, now)
            .await
            .map_err(stored)?;
        let after = tables::table(&mut tx, id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)?;
        let renewal = tasks::ask_refresh(
            &mut tx,
            after.summary.source_id,
            Some(&[id]),
            &actor.name,
            now,
        )
        .await
        .map_err(stored)?;
        // What is personal here is personal in what is made from it.
        for segment in segments::using_table(&mut tx, id).await.map_err(stored)? {
            tasks::ask_evaluation(&mut tx, segment, &[renewal], &actor.name, now)
                .await
                .map_err(stored)?;
        }
        let change = Change {
            action: "table.update",
            kind: "table",
            id: id.to_string(),
            before: json(&before.summary.schema),
            after: json(&after.summary.schema),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        self.details(ctx, after).await
    }

    async fn preview(&self, ctx: &RequestContext, id: TableId) -> Answer<PreviewRows> {
        let actor = allowed(ctx, Action::PreviewRows, Resource::None)?;
        let row = self.found_table(id).await?;
        let snapshot = match row.snapshot_id {
            Some(snapshot) => tables::snapshot(&self.0.store, snapshot)
                .await
                .map_err(stored)?,
            None => None,
        };
        let Some(snapshot) = snapshot else {
            return Err(ServiceError::Conflict(
                Reason::new("table_not_refreshed").with("table", &row.summary.name),
            ));
        };
        let mask = !policy::can(&subject(actor), Action::PreviewClear, Resource::None);
        let place = SnapshotPlace::new(&snapshot.path, &snapshot.files);
        let schema = marked_columns(&self.0, &row.summary, snapshot.schema, mask).await?;
        self.0
            .data
            .preview(&row.summary.name, &place, &schema, mask)
            .await
            .map_err(refused)
    }
}
