//! The history of exports, restoring an older version, and *Removed*.

use std::collections::HashSet;

use app::domain::{
    Cause, ChangeId, ConnectionId, Cursor, DisplayName, ExportDetails, ExportDraft, ExportId,
    ExportItem, ExportItemDraft, FieldErrors, HistoryEntry, Limit, Micros, Page, Reason,
    RemovedExport, Version,
};
use app::ports::{Answer, HistoryService, RequestContext, ServiceError};
use async_trait::async_trait;
use uuid::Uuid;

use super::errors::stored;
use super::export_changes::{Found, PAGE, Place};
use super::export_draft::ParsedExport;
use super::export_names::refuse_rival;
use super::export_removal::{Return, unremove_in};
use super::exports::Exports;
use super::planned::Planned;
use super::{Deps, allowed, signed_in, subject};
use crate::policy::{self, Action, Resource};
use crate::store::{
    exports::{self, ExportVersion, RemovedRecord, Step},
    tables,
};

/// How long a removed export, connection or segment is kept.
pub(super) const KEPT_FOR: Micros = 30 * 24 * 3_600 * 1_000_000;

pub(super) struct History(pub(super) Deps);

impl History {
    fn exports(&self) -> Exports {
        Exports(self.0.clone())
    }

    /// A removed export, for somebody who may edit what comes of it.
    async fn restorable(&self, ctx: &RequestContext, id: ExportId) -> Answer<RemovedRecord> {
        let actor = allowed(ctx, Action::ViewRemoved, Resource::None)?;
        let scope = policy::edit_scope(&subject(actor));
        let removed = exports::get_removed(&self.0.store, id, &scope)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)?;
        let resource = match &removed.record.audience {
            Some(audience) => Resource::Connection(audience),
            None => Resource::Detached {
                has_shared: self.exports().has_shared(actor).await?,
            },
        };
        allowed(ctx, Action::EditExport, resource)?;
        if removed.at + KEPT_FOR <= self.0.now() {
            return Err(conflict("removed_too_long_ago"));
        }
        self.refuse_gone(&removed.record.details.items).await?;
        Ok(removed)
    }

    /// Refuses to bring back what takes tables that are gone: it could not run.
    async fn refuse_gone(&self, items: &[ExportItem]) -> Answer<()> {
        let ids: Vec<_> = items.iter().map(|item| item.table_id).collect();
        let found = tables::tables_by_id(&self.0.store, &ids)
            .await
            .map_err(stored)?;
        let there: HashSet<_> = found.into_iter().map(|row| row.summary.id).collect();
        match items.iter().find(|item| !there.contains(&item.table_id)) {
            Some(gone) => Err(ServiceError::Conflict(table_gone(gone))),
            None => Ok(()),
        }
    }

    /// The folder of an export that comes back: its own, unless another of the connection has it by now.
    async fn folder(
        &self,
        details: &ExportDetails,
        name: &DisplayName,
        connection: ConnectionId,
    ) -> Answer<String> {
        let mut parsed = ParsedExport {
            name: name.clone(),
            folder: details.folder.clone(),
            items: details.items.clone(),
            options: details.options.clone(),
            schedule: None,
        };
        // A draft that names none: its folder may be changed.
        let draft = ExportDraft {
            name: name.to_string(),
            connection_id: Some(connection),
            items: Vec::new(),
            mode: details.mode,
            options: details.options.clone(),
            folder: String::new(),
            enabled: None,
            schedule: None,
        };
        self.exports()
            .place(&draft, &mut parsed, connection, Some(details.row.id))
            .await?;
        Ok(parsed.folder)
    }
}

fn conflict(code: &str) -> ServiceError {
    ServiceError::Conflict(Reason::new(code))
}

fn table_gone(item: &ExportItem) -> Reason {
    Reason::new("table_gone").with("table", &item.table_name)
}

/// Says of tables that are gone which ones they were: nobody sees the places that errors are named by.
fn name_gone(mut errors: FieldErrors, items: &[ExportItem]) -> FieldErrors {
    for error in &mut errors.0 {
        let place = error.field.strip_prefix("items.");
        let place = place.and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
        if error.reason.code == "not_found"
            && let Some(item) = place.and_then(|place| items.get(place))
        {
            error.reason = table_gone(item);
        }
    }
    errors
}

/// The name, or the name with the first number that makes it one of its own: candidates within the length of a name.
pub(super) fn names(name: &str) -> Vec<String> {
    let numbered = (2..=100_u32).map(|number| {
        let mark = format!(" ({number})");
        let room = (DisplayName::MOST as usize).saturating_sub(mark.chars().count());
        let kept: String = name.chars().take(room).collect();
        format!("{}{mark}", kept.trim_end())
    });
    std::iter::once(name.to_owned()).chain(numbered).collect()
}

/// An older version as a draft of the next. One that had no connection leaves the one of now: detaching is a command of its own.
fn draft_of(kept: ExportVersion, now: &ExportDetails) -> ExportDraft {
    let current = now.row.connection.as_ref().map(|connection| connection.id);
    ExportDraft {
        name: kept.name,
        connection_id: kept.connection_id.or(current),
        items: kept
            .items
            .into_iter()
            .map(|item| ExportItemDraft {
                table_id: item.table_id,
                is_segment: Some(item.is_segment),
                fields: Some(item.fields),
                include_new: item.include_new,
            })
            .collect(),
        mode: kept.mode,
        options: kept.options,
        folder: kept.folder,
        enabled: Some(kept.enabled),
        schedule: Some(kept.schedule),
    }
}

#[async_trait]
impl HistoryService for History {
    async fn history(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        cursor: Option<Cursor>,
    ) -> Answer<Page<HistoryEntry>> {
        let record = self
            .exports()
            .permitted(ctx, id, Action::ViewExports)
            .await?;
        let place = cursor.as_ref().and_then(Place::parse).unwrap_or_default();
        let found = Found::read(&self.0.store, id, record.details.row.version, &place)
            .await
            .map_err(stored)?;
        let total = u32::try_from(found.current).unwrap_or(u32::MAX);
        let (items, next) = found.merged(place, PAGE);
        Ok(Page {
            items,
            next: next.map(|place| place.to_cursor()),
            previous: None,
            // Versions count from 1; what made none is not counted.
            total,
        })
    }

    async fn restore_version(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Version,
    ) -> Answer<ExportDetails> {
        let service = self.exports();
        let now = service
            .permitted(ctx, id, Action::EditExport)
            .await?
            .details;
        if now.row.version == version {
            return Ok(now);
        }
        let kept = exports::get_version(&self.0.store, id, version)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)?;
        let items = kept.items.clone();
        let draft = draft_of(kept, &now);
        let cause = Cause::Restore { version };
        match service.save(ctx, id, now.row.version, draft, cause).await {
            Err(ServiceError::Invalid(errors)) => {
                Err(ServiceError::Invalid(name_gone(errors, &items)))
            }
            answer => answer,
        }
    }

    async fn removed(
        &self,
        ctx: &RequestContext,
        cursor: Option<Cursor>,
    ) -> Answer<Page<RemovedExport>> {
        let actor = allowed(ctx, Action::ViewRemoved, Resource::None)?;
        let scope = policy::edit_scope(&subject(actor));
        let limit = Limit::default();
        exports::removed(
            &self.0.store,
            &scope,
            self.0.now(),
            KEPT_FOR,
            cursor.as_ref(),
            limit,
        )
        .await
        .map_err(stored)
    }

    async fn restore_removed(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        as_it_was: bool,
    ) -> Answer<ExportDetails> {
        let removed = self.restorable(ctx, id).await?.record.details;
        let free = exports::free_name(&self.0.store, &names(&removed.row.name))
            .await
            .map_err(stored)?;
        let name = DisplayName::stored(free.as_deref().unwrap_or(&removed.row.name))
            .map_err(|error| ServiceError::Invalid(FieldErrors::one("name", error.into())))?;
        let folder = match &removed.row.connection {
            Some(connection) => self.folder(&removed, &name, connection.id).await?,
            None => removed.folder.clone(),
        };
        let at = self.0.now();
        let enabled = as_it_was && removed.row.enabled;
        let next_start = if enabled {
            let schedule = Planned::stored(&removed.row.schedule).map_err(ServiceError::Invalid)?;
            schedule.next_start(removed.row.connection.is_some(), at)
        } else {
            None
        };
        let step = Step {
            at,
            by: &signed_in(ctx)?.name,
            change: ChangeId::new(Uuid::now_v7()),
            cause: Cause::RestoreRemoved,
        };
        let back = Return {
            name: name.as_str(),
            folder: &folder,
            enabled,
            next_start,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let after = unremove_in(&mut tx, ctx, &removed, back, &step).await?;
        if let Some(connection) = &removed.row.connection {
            let paths = (&*folder, &*removed.items, &removed.options);
            refuse_rival(&mut tx, paths, connection.id, Some(id)).await?;
        }
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        Ok(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number_within_the_length_of_a_name() {
        assert_eq!(names("Loyalty")[..2], ["Loyalty", "Loyalty (2)"]);
        let long = names(&"é".repeat(120));
        assert!(long.iter().all(|name| name.chars().count() <= 120));
    }

    #[test]
    fn tables_that_are_gone_are_named() {
        let item = ExportItem {
            table_id: app::domain::TableId::new(Uuid::from_u128(1)),
            table_name: "orders".into(),
            is_segment: false,
            fields: Vec::new(),
            include_new: false,
        };
        let mut errors = FieldErrors::default();
        errors.add("items.0.table_id", Reason::new("not_found"));
        errors.add("connection_id", Reason::new("not_found"));
        let named = name_gone(errors, &[item]);
        let codes: Vec<_> = named
            .0
            .iter()
            .map(|error| error.reason.code.as_str())
            .collect();
        assert_eq!(codes, ["table_gone", "not_found"]);
        assert_eq!(named.0[0].reason.arg("table"), "orders");
    }
}
