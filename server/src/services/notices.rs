//! Notices: everybody has their own, and decides what they follow; administrators set up groups.

use app::domain::{
    Channel, ChannelDraft, ChannelId, ChannelKind, DisplayName, ExportId, FieldErrors,
    FollowSettings, Following, NoticeList, Reason, TestOutcome, UserId, Version,
};
use app::ports::{Actor, Answer, NoticeService, RequestContext, ServiceError};
use async_trait::async_trait;
use serde_json::json;
use uuid::Uuid;

use super::errors::stored;
use super::{Change, Deps, allowed, json as as_json, note, subject};
use crate::notices::check_address;
use crate::policy::{self, Action, Resource};
use crate::store::{
    Tx,
    notices::{self, ChannelChange, NewFollow},
};

/// Most exports that a group follows by name.
const MOST_EXPORTS: usize = 500;

pub(super) struct Notices(pub(super) Deps);

/// A draft that was read.
struct Parsed {
    name: DisplayName,
    address: String,
}

impl Notices {
    async fn of(&self, actor: &Actor) -> Answer<NoticeList> {
        let store = &self.0.store;
        let mut list = notices::of(store, actor.id).await.map_err(stored)?;
        if hears_of_connections(actor) {
            list.connections = notices::of_connections(store, actor.id)
                .await
                .map_err(stored)?;
        }
        list.unread = unread(&self.0, actor).await?;
        Ok(list)
    }

    async fn followed_by(&self, user: UserId) -> Answer<Following> {
        Ok(Following {
            follows: notices::following(&self.0.store, user)
                .await
                .map_err(stored)?,
            can_mail: self.0.outlets.can_mail(),
        })
    }

    async fn found(&self, id: ChannelId) -> Answer<Channel> {
        notices::channel(&self.0.store, id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)
    }

    /// Writes the audit row of a group, commits, and gives the group as it is now.
    async fn committed(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        action: &str,
        id: ChannelId,
        before: Option<&Channel>,
    ) -> Answer<Channel> {
        let after = notices::channel(&mut tx, id).await.map_err(stored)?;
        let change = Change {
            action,
            kind: "notice_channel",
            id: id.to_string(),
            before: before.map(picture),
            after: after.as_ref().map(picture),
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        self.found(id).await
    }
}

/// Notices of connections name places and what signs in there: they are for whoever sees connections.
fn hears_of_connections(actor: &Actor) -> bool {
    policy::can(&subject(actor), Action::ManageConnections, Resource::None)
}

/// How many notices a person has not read.
pub(super) async fn unread(deps: &Deps, actor: &Actor) -> Answer<u32> {
    let of_exports = notices::unread(&deps.store, actor.id)
        .await
        .map_err(stored)?;
    if !hears_of_connections(actor) {
        return Ok(of_exports);
    }
    let of_connections = notices::unread_of_connections(&deps.store, actor.id)
        .await
        .map_err(stored)?;
    Ok(of_exports.saturating_add(of_connections))
}

/// A group as the audit log keeps it. Its address may hold a token: who changed it is enough.
fn picture(channel: &Channel) -> serde_json::Value {
    let exports: Vec<_> = channel.exports.iter().map(|(id, _)| id).collect();
    json!({
        "name": channel.name,
        "kind": channel.kind,
        "exports": exports,
        "settings": as_json(&channel.settings),
    })
}

/// Reads a draft, whose exports must be there.
async fn parse(tx: &mut Tx, draft: &ChannelDraft) -> Answer<Parsed> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", DisplayName::parse(&draft.name));
    let address = errors.take("address", draft.parsed_address());
    if let Some(address) = address
        .as_ref()
        .filter(|_| draft.kind == ChannelKind::Webhook)
        && let Err(reason) = check_address(address)
    {
        errors.add("address", reason);
    }
    if let Err(wrong) = draft.settings.check() {
        for error in wrong.0 {
            errors.add(&format!("settings.{}", error.field), error.reason);
        }
    }
    if draft.exports.len() > MOST_EXPORTS {
        errors.add(
            "exports",
            Reason::new("too_many").with("most", MOST_EXPORTS),
        );
    } else if !draft.exports.is_empty() {
        let there = notices::exports_there(tx, &draft.exports)
            .await
            .map_err(stored)?;
        for (place, export) in draft.exports.iter().enumerate() {
            if !there.contains(export) {
                errors.add(&format!("exports.{place}"), Reason::new("not_found"));
            }
        }
    }
    errors.done().map_err(ServiceError::Invalid)?;
    let (name, address) = name.zip(address).ok_or(ServiceError::NotFound)?;
    Ok(Parsed { name, address })
}

#[async_trait]
impl NoticeService for Notices {
    async fn list(&self, ctx: &RequestContext) -> Answer<NoticeList> {
        let actor = allowed(ctx, Action::ViewNotices, Resource::None)?;
        self.of(actor).await
    }

    async fn read_all(&self, ctx: &RequestContext) -> Answer<NoticeList> {
        let actor = allowed(ctx, Action::ViewNotices, Resource::None)?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let now = self.0.now();
        notices::read_all(&mut tx, actor.id, now)
            .await
            .map_err(stored)?;
        if hears_of_connections(actor) {
            notices::read_of_connections(&mut tx, actor.id, now)
                .await
                .map_err(stored)?;
        }
        tx.commit().await.map_err(stored)?;
        self.of(actor).await
    }

    async fn following(&self, ctx: &RequestContext) -> Answer<Following> {
        let actor = allowed(ctx, Action::Follow, Resource::None)?;
        self.followed_by(actor.id).await
    }

    async fn follow(
        &self,
        ctx: &RequestContext,
        export: Option<ExportId>,
        settings: Option<FollowSettings>,
    ) -> Answer<Following> {
        let actor = allowed(ctx, Action::Follow, Resource::None)?;
        if let Some(settings) = &settings {
            settings.check().map_err(ServiceError::Invalid)?;
        }
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        if let Some(settings) = &settings {
            let new = NewFollow {
                user_id: actor.id,
                export_id: export,
                settings,
                language: ctx.language.code(),
                at: now,
            };
            notices::follow(&mut tx, &new).await.map_err(stored)?;
        } else {
            notices::unfollow(&mut tx, actor.id, export)
                .await
                .map_err(stored)?;
        }
        let change = Change {
            action: if settings.is_some() {
                "notices.follow"
            } else {
                "notices.unfollow"
            },
            kind: export.map_or("user", |_| "export"),
            id: export.map_or_else(|| actor.id.to_string(), |id| id.to_string()),
            before: None,
            after: settings.as_ref().and_then(as_json),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        self.followed_by(actor.id).await
    }

    async fn channels(&self, ctx: &RequestContext) -> Answer<Vec<Channel>> {
        allowed(ctx, Action::ManageChannels, Resource::None)?;
        notices::channels(&self.0.store).await.map_err(stored)
    }

    async fn create_channel(&self, ctx: &RequestContext, draft: ChannelDraft) -> Answer<Channel> {
        let actor = allowed(ctx, Action::ManageChannels, Resource::None)?;
        let id = ChannelId::new(Uuid::now_v7());
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let parsed = parse(&mut tx, &draft).await?;
        let new = ChannelChange {
            name: parsed.name.as_str(),
            kind: draft.kind,
            address: &parsed.address,
            exports: &draft.exports,
            settings: &draft.settings,
            at: self.0.now(),
            by: &actor.name,
        };
        notices::add(&mut tx, id, &new).await.map_err(stored)?;
        self.committed(ctx, tx, "notice_channel.create", id, None)
            .await
    }

    async fn update_channel(
        &self,
        ctx: &RequestContext,
        id: ChannelId,
        version: Version,
        draft: ChannelDraft,
    ) -> Answer<Channel> {
        let actor = allowed(ctx, Action::ManageChannels, Resource::None)?;
        let before = self.found(id).await?;
        if before.version != version {
            return Err(ServiceError::Stale {
                current: before.version,
            });
        }
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let parsed = parse(&mut tx, &draft).await?;
        let change = ChannelChange {
            name: parsed.name.as_str(),
            kind: draft.kind,
            address: &parsed.address,
            exports: &draft.exports,
            settings: &draft.settings,
            at: self.0.now(),
            by: &actor.name,
        };
        notices::change(&mut tx, id, version, &change)
            .await
            .map_err(stored)?;
        self.committed(ctx, tx, "notice_channel.update", id, Some(&before))
            .await
    }

    async fn remove_channel(
        &self,
        ctx: &RequestContext,
        id: ChannelId,
        version: Option<Version>,
    ) -> Answer<()> {
        allowed(ctx, Action::ManageChannels, Resource::None)?;
        let before = self.found(id).await?;
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        notices::remove(&mut tx, id, version, now)
            .await
            .map_err(stored)?;
        let change = Change {
            action: "notice_channel.remove",
            kind: "notice_channel",
            id: id.to_string(),
            before: Some(picture(&before)),
            after: None,
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)
    }

    async fn test_channel(&self, ctx: &RequestContext, id: ChannelId) -> Answer<TestOutcome> {
        allowed(ctx, Action::ManageChannels, Resource::None)?;
        let channel = self.found(id).await?;
        let test = Uuid::now_v7().to_string();
        let outcome = self.0.outlets.test(&channel, &test, self.0.now()).await;
        Ok(match outcome {
            Ok(()) => TestOutcome {
                ok: true,
                reason: Some(Reason::new("test_sent")),
                steps: Vec::new(),
            },
            Err(failure) => TestOutcome {
                ok: false,
                reason: Some(failure.reason),
                steps: Vec::new(),
            },
        })
    }
}
