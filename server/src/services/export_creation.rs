//! Setting exports up: on a connection, and, as files of configuration may say it, without one.

use app::domain::{
    Cause, ChangeId, ConnectionId, ConnectionType, ExportAbout, ExportDetails, ExportDraft,
    ExportId, Mode,
};
use app::ports::{Answer, RequestContext, ServiceError};
use uuid::Uuid;

use super::errors::stored;
use super::export_about::note_of_new;
use super::export_draft::ParsedExport;
use super::export_fit::check_fit;
use super::export_names::refuse_rival;
use super::exports::{Exports, hold_items, read_back};
use super::planned::{self, Planned};
use super::{Change, allowed, json, note, signed_in};
use crate::policy::{Action, Resource};
use crate::store::exports::{self, ExportChange, NewExport, Step};

/// What a new export is for.
#[derive(Clone, Copy)]
enum For {
    Connection(ConnectionId),
    /// It gets a connection later; of this type was the one that it had where it is from.
    Later(ConnectionType),
}

impl Exports {
    /// Sets an export up, with what is noted about it.
    pub(super) async fn set_up(
        &self,
        ctx: &RequestContext,
        draft: ExportDraft,
        cause: Cause,
        about: &ExportAbout,
    ) -> Answer<ExportDetails> {
        let connection = self
            .chosen(ctx, draft.connection_id, Action::CreateExport)
            .await?;
        let mut parsed = self.parse(&draft).await?;
        check_fit(&parsed.options, connection.kind).map_err(ServiceError::Invalid)?;
        self.place(&draft, &mut parsed, connection.id, None).await?;
        let enabled = draft.enabled.unwrap_or(true);
        let place = For::Connection(connection.id);
        self.insert(ctx, &parsed, place, enabled, cause, about)
            .await
    }

    /// Sets an export up that has no connection yet. It does not start until it is given one, and its paths are held
    /// against those of others then.
    pub(super) async fn set_up_detached(
        &self,
        ctx: &RequestContext,
        draft: &ExportDraft,
        kind: ConnectionType,
    ) -> Answer<ExportDetails> {
        allowed(ctx, Action::CreateExport, Resource::None)?;
        let parsed = self.parse(draft).await?;
        let enabled = draft.enabled.unwrap_or(true);
        let nothing = ExportAbout::default();
        let place = For::Later(kind);
        self.insert(ctx, &parsed, place, enabled, Cause::Create, &nothing)
            .await
    }

    async fn insert(
        &self,
        ctx: &RequestContext,
        parsed: &ParsedExport,
        place: For,
        enabled: bool,
        cause: Cause,
        about: &ExportAbout,
    ) -> Answer<ExportDetails> {
        let actor = signed_in(ctx)?;
        let now = self.0.now();
        let id = ExportId::new(Uuid::now_v7());
        let schedule = match &parsed.schedule {
            Some(schedule) => schedule.clone(),
            None => self.usual_schedule().await?,
        };
        let step = Step {
            at: now,
            by: &actor.name,
            change: ChangeId::new(Uuid::now_v7()),
            cause,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let inserted = match place {
            For::Connection(connection_id) => {
                let new = NewExport {
                    id,
                    name: parsed.name.as_str(),
                    connection_id,
                    folder: &parsed.folder,
                    enabled,
                    schedule: &schedule.draft,
                    next_start: schedule.next_start(enabled, now),
                    items: &parsed.items,
                    mode: Mode::Full,
                    options: &parsed.options,
                    step: &step,
                };
                exports::insert(&mut tx, &new).await
            }
            For::Later(kind) => {
                let first = ExportChange {
                    name: parsed.name.as_str(),
                    connection_id: None,
                    folder: &parsed.folder,
                    enabled,
                    schedule: &schedule.draft,
                    next_start: None,
                    items: &parsed.items,
                    mode: Mode::Full,
                    options: &parsed.options,
                    step: &step,
                };
                exports::insert_detached(&mut tx, id, kind, &first).await
            }
        };
        inserted.map_err(stored)?;
        if let For::Connection(connection) = place {
            let paths = (&*parsed.folder, &*parsed.items, &parsed.options);
            refuse_rival(&mut tx, paths, connection, Some(id)).await?;
        }
        note_of_new(&mut tx, id, about).await?;
        hold_items(&mut tx, &parsed.items).await?;
        let details = read_back(&mut tx, actor, id).await?;
        let change = Change {
            action: "export.create",
            kind: "export",
            id: id.to_string(),
            before: None,
            after: json(&details),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        Ok(details)
    }

    /// The schedule of an export for which none was chosen.
    async fn usual_schedule(&self) -> Answer<Planned> {
        let draft = planned::of_a_new_export(&self.0.store).await?;
        Planned::parse(&draft).map_err(ServiceError::Invalid)
    }
}
