//! Notices: everybody has their own, and decides what they follow; administrators set up groups.

use app::domain::{
    Channel, ChannelDraft, ChannelId, ChannelKind, DisplayName, ExportId, FieldErrors,
    FollowSettings, Following, NoticeList, Reason, TestOutcome, UserId, Version, shown_address,
};
use app::ports::{Actor, Answer, NoticeService, RequestContext, ServiceError};
use async_trait::async_trait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::errors::stored;
use super::{Change, Deps, allowed, json as as_json, note, subject};
use crate::notices::{check_address, keep_address};
use crate::policy::{self, Action, Resource};
use crate::store::{
    StoreError, Tx,
    notices::{self, ChannelChange, NewFollow},
    people::{self, Told},
};

/// Most exports that a group follows by name.
const MOST_EXPORTS: usize = 500;

pub(super) struct Notices(pub(super) Deps);

/// A draft that was read.
struct Parsed {
    name: DisplayName,
    /// None: that of a webhook stays as it is.
    address: Option<String>,
}

impl Parsed {
    /// What of the address stands in the group; `before`: what stands there now.
    fn shown<'a>(&'a self, kind: ChannelKind, before: &'a str) -> &'a str {
        match (&self.address, kind) {
            (None, _) => before,
            (Some(address), ChannelKind::Mail) => address,
            (Some(address), ChannelKind::Webhook) => shown_address(address),
        }
    }
}

impl Notices {
    async fn of(&self, actor: &Actor) -> Answer<NoticeList> {
        let store = &self.0.store;
        let connections = if hears_of_connections(actor) {
            notices::of_connections(store, actor.id)
                .await
                .map_err(stored)?
        } else {
            Vec::new()
        };
        Ok(NoticeList {
            items: notices::of(store, actor.id).await.map_err(stored)?,
            connections,
            unread: told(&self.0, actor).await?.unread,
        })
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

    /// Seals the address of a webhook that was saved; a group that has become one for mails has none to seal.
    async fn seal(
        &self,
        tx: &mut Tx,
        id: ChannelId,
        kind: ChannelKind,
        parsed: &Parsed,
        by: &str,
    ) -> Answer<()> {
        let kept = match (kind, &parsed.address) {
            (ChannelKind::Mail, _) => notices::forget_address(tx, id).await,
            (ChannelKind::Webhook, None) => Ok(()),
            (ChannelKind::Webhook, Some(address)) => {
                let at = self.0.now();
                keep_address(tx, &self.0.keyring, id, address, by, at)
                    .await
                    .map_err(StoreError::from)
            }
        };
        kept.map_err(stored)
    }

    /// Writes the audit row of a group, commits, and gives the group as it is now. `parsed`: what was saved.
    async fn committed(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        action: &str,
        id: ChannelId,
        before: Option<&Channel>,
        parsed: &Parsed,
    ) -> Answer<Channel> {
        let after = notices::channel(&mut tx, id).await.map_err(stored)?;
        let change = Change {
            action,
            kind: "notice_channel",
            id: id.to_string(),
            before: before.map(picture),
            after: after.as_ref().map(|after| picture_of_saved(after, parsed)),
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

/// What a person is told on every page.
pub(super) async fn told(deps: &Deps, actor: &Actor) -> Answer<Told> {
    people::told(&deps.store, actor.id, hears_of_connections(actor))
        .await
        .map_err(stored)
}

/// A group as the audit log keeps it: of a webhook, where its address leads.
fn picture(channel: &Channel) -> Value {
    let exports: Vec<_> = channel.exports.iter().map(|(id, _)| id).collect();
    json!({
        "name": channel.name,
        "kind": channel.kind,
        "address": channel.address,
        "exports": exports,
        "settings": as_json(&channel.settings),
    })
}

/// The same of one that was saved, and that its secret is another.
fn picture_of_saved(channel: &Channel, parsed: &Parsed) -> Value {
    let mut after = picture(channel);
    if channel.kind == ChannelKind::Webhook && parsed.address.is_some() {
        after["secrets"] = json!({"address": "changed"});
    }
    after
}

/// Reads a draft, whose exports must be there. `sealed`: whether the group has an address that is not shown.
async fn parse(tx: &mut Tx, draft: &ChannelDraft, sealed: bool) -> Answer<Parsed> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", DisplayName::parse(&draft.name));
    let address = if sealed && draft.leaves_address() {
        None
    } else {
        errors.take("address", draft.parsed_address())
    };
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
    let name = name.ok_or(ServiceError::NotFound)?;
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
        let parsed = parse(&mut tx, &draft, false).await?;
        let new = ChannelChange {
            name: parsed.name.as_str(),
            kind: draft.kind,
            address: parsed.shown(draft.kind, ""),
            exports: &draft.exports,
            settings: &draft.settings,
            at: self.0.now(),
            by: &actor.name,
        };
        notices::add(&mut tx, id, &new).await.map_err(stored)?;
        self.seal(&mut tx, id, draft.kind, &parsed, &actor.name)
            .await?;
        self.committed(ctx, tx, "notice_channel.create", id, None, &parsed)
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
        let sealed = notices::sealed_address(&mut tx, id).await.map_err(stored)?;
        let parsed = parse(&mut tx, &draft, sealed.is_some()).await?;
        let change = ChannelChange {
            name: parsed.name.as_str(),
            kind: draft.kind,
            address: parsed.shown(draft.kind, &before.address),
            exports: &draft.exports,
            settings: &draft.settings,
            at: self.0.now(),
            by: &actor.name,
        };
        notices::change(&mut tx, id, version, &change)
            .await
            .map_err(stored)?;
        self.seal(&mut tx, id, draft.kind, &parsed, &actor.name)
            .await?;
        let before = Some(&before);
        self.committed(ctx, tx, "notice_channel.update", id, before, &parsed)
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
        let sealed = notices::sealed_address(&self.0.store, id)
            .await
            .map_err(stored)?;
        let test = Uuid::now_v7().to_string();
        let outlets = &self.0.outlets;
        let sent = outlets
            .test(&channel, sealed.as_deref(), &test, self.0.now())
            .await;
        let (ok, reason) = match sent {
            Ok(()) => (true, Reason::new("test_sent")),
            Err(failure) => (false, failure.reason),
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let change = Change {
            action: "notice_channel.test",
            kind: "notice_channel",
            id: id.to_string(),
            before: None,
            after: Some(json!({
                "name": channel.name, "address": channel.address, "ok": ok, "reason": reason.code,
            })),
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        Ok(TestOutcome {
            ok,
            reason: Some(reason),
            steps: Vec::new(),
        })
    }
}
