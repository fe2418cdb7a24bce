//! What everybody does with their own: name, preferences, password, sessions, tokens; and using an invitation.

use app::domain::{
    DisplayName, FieldErrors, NewPassword, NewToken, OpenInvitation, Preferences, Profile, Reason,
    SessionId, SessionSummary, Theme, TokenDraft, TokenId, TokenSummary,
};
use app::i18n::Language;
use app::ports::{Actor, Answer, NewSession, ProfileService, RequestContext, ServiceError};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::errors::{hashed, stored};
use super::passwords::{digest, hash, verify};
use super::signing_in::{account_key, begin_try};
use super::{
    Change, Deps, allowed, invitations, json as as_json, note, signed_in, subject, token_making,
};
use crate::policy::{self, Action, Resource};
use crate::scheduler::recurrence::Zone;
use crate::store::{
    SignalKind, Tx,
    people::{self, ProfileRow},
};

pub(super) struct Profiles(pub(super) Deps);

fn profile(row: ProfileRow) -> Profile {
    Profile {
        id: row.user.id,
        email: row.user.email,
        name: row.user.name,
        role: row.user.role,
        preferences: row.preferences,
        has_password: !row.user.password_hash.is_empty(),
        created_at: row.user.created_at,
    }
}

/// A profile as the audit log keeps it.
fn picture(profile: &Profile) -> Value {
    json!({ "name": profile.name, "preferences": as_json(&profile.preferences) })
}

/// Notes what is wrong with preferences.
fn check(preferences: &Preferences, errors: &mut FieldErrors) {
    let code = preferences.language.as_str();
    let is_known = Language::ALL.iter().any(|language| language.code() == code);
    if !code.is_empty() && !is_known {
        errors.add("language", Reason::new("malformed"));
    }
    let zone = preferences.time_zone.as_str();
    if !zone.is_empty() && Zone::parse(zone).is_none() {
        let reason = Reason::new("unknown_time_zone").with("name", zone);
        errors.add("time_zone", reason);
    }
}

impl Profiles {
    async fn found(&self, actor: &Actor) -> Answer<ProfileRow> {
        people::profile(&self.0.store, actor.id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)
    }

    /// Writes the audit row of a change of one's own account, tells it, and commits.
    async fn committed(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        actor: &Actor,
        change: (&str, Option<Value>, Option<Value>),
    ) -> Answer<()> {
        let (action, before, after) = change;
        let change = Change {
            action,
            kind: "user",
            id: actor.id.to_string(),
            before,
            after,
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.signal(SignalKind::Person, actor.id, 0);
        tx.commit().await.map_err(stored)
    }
}

#[async_trait]
impl ProfileService for Profiles {
    async fn get(&self, ctx: &RequestContext) -> Answer<Profile> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        self.found(actor).await.map(profile)
    }

    async fn update(
        &self,
        ctx: &RequestContext,
        name: &str,
        preferences: Preferences,
    ) -> Answer<Profile> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let mut errors = FieldErrors::default();
        let name = errors.take("name", DisplayName::parse(name));
        check(&preferences, &mut errors);
        errors.done().map_err(ServiceError::Invalid)?;
        let name = name.ok_or(ServiceError::NotFound)?;
        let before = profile(self.found(actor).await?);
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::change_profile(&mut tx, actor.id, name.as_str(), &preferences)
            .await
            .map_err(stored)?;
        let after = Profile {
            name: name.into(),
            preferences,
            ..before.clone()
        };
        let change = (
            "user.profile",
            Some(picture(&before)),
            Some(picture(&after)),
        );
        self.committed(ctx, tx, actor, change).await?;
        Ok(after)
    }

    async fn prefer_language(&self, ctx: &RequestContext, language: Language) -> Answer<()> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::prefer_language(&mut tx, actor.id, language.code())
            .await
            .map_err(stored)?;
        tx.commit().await.map_err(stored)
    }

    async fn prefer_theme(&self, ctx: &RequestContext, theme: Theme) -> Answer<()> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::prefer_theme(&mut tx, actor.id, theme)
            .await
            .map_err(stored)?;
        tx.commit().await.map_err(stored)
    }

    async fn change_password(
        &self,
        ctx: &RequestContext,
        session: Option<&str>,
        old: String,
        new: String,
    ) -> Answer<()> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let user = self.found(actor).await?.user;
        if user.password_hash.is_empty() {
            return Err(ServiceError::Conflict(Reason::new("no_password")));
        }
        let new = NewPassword::parse(new)
            .map_err(|reason| ServiceError::Invalid(FieldErrors::one("new", reason)))?;
        let now = self.0.now();
        let account = account_key(&user.email);
        // Taken back with all others of this account and network, once it is right.
        begin_try(&self.0, &account, &ctx.network, now).await?;
        if !verify(old, Some(user.password_hash))
            .await
            .map_err(hashed)?
        {
            let reason = Reason::new("wrong_password");
            return Err(ServiceError::Invalid(FieldErrors::one("old", reason)));
        }
        let hash = hash(new.expose().to_owned()).await.map_err(hashed)?;
        let this = session.map(digest).unwrap_or_default();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::clear_failures(&mut tx, &account, &ctx.network)
            .await
            .map_err(stored)?;
        people::set_password(&mut tx, actor.id, &hash)
            .await
            .map_err(stored)?;
        people::delete_other_sessions(&mut tx, actor.id, &this)
            .await
            .map_err(stored)?;
        people::delete_half_sign_ins_of(&mut tx, actor.id)
            .await
            .map_err(stored)?;
        people::revoke_password_links(&mut tx, actor.id, now)
            .await
            .map_err(stored)?;
        let after = json!({ "password": "changed" });
        self.committed(ctx, tx, actor, ("user.password", None, Some(after)))
            .await
    }

    async fn sessions(
        &self,
        ctx: &RequestContext,
        session: Option<&str>,
    ) -> Answer<Vec<SessionSummary>> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let this = session.map(digest);
        let kept = people::sessions_of(&self.0.store, actor.id, self.0.now())
            .await
            .map_err(stored)?;
        let summary = |kept: people::KeptSession| SessionSummary {
            is_current: this.as_deref() == Some(kept.token_hash.as_str()),
            id: kept.id,
            agent: kept.agent,
            network: kept.network,
            created_at: kept.created_at,
            last_seen_at: kept.last_seen_at,
        };
        Ok(kept.into_iter().map(summary).collect())
    }

    async fn end_session(&self, ctx: &RequestContext, id: SessionId) -> Answer<()> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::delete_session_of(&mut tx, actor.id, id)
            .await
            .map_err(stored)?;
        self.committed(ctx, tx, actor, ("session.end", None, None))
            .await
    }

    async fn end_others(&self, ctx: &RequestContext, session: Option<&str>) -> Answer<u32> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let this = session.map(digest).unwrap_or_default();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let ended = people::delete_other_sessions(&mut tx, actor.id, &this)
            .await
            .map_err(stored)?;
        let after = json!({ "ended": ended });
        self.committed(ctx, tx, actor, ("session.end_others", None, Some(after)))
            .await?;
        Ok(u32::try_from(ended).unwrap_or(u32::MAX))
    }

    async fn tokens(&self, ctx: &RequestContext) -> Answer<Vec<TokenSummary>> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        people::tokens_of(&self.0.store, actor.id, self.0.now())
            .await
            .map_err(stored)
    }

    async fn create_token(&self, ctx: &RequestContext, draft: TokenDraft) -> Answer<NewToken> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let whose = token_making::For {
            user: actor.id,
            role: actor.role,
            by: None,
        };
        token_making::make(&self.0, ctx, whose, &draft).await
    }

    async fn revoke_token(&self, ctx: &RequestContext, id: TokenId) -> Answer<Vec<TokenSummary>> {
        let actor = signed_in(ctx)?;
        let found = people::token(&self.0.store, id).await.map_err(stored)?;
        let is_foreign = found.as_ref().is_some_and(|(owner, _)| *owner != actor.id);
        let manages = policy::can(&subject(actor), Action::ManageUsers, Resource::None);
        if !(is_foreign && manages) {
            allowed(ctx, Action::OwnAccount, Resource::None)?;
        }
        let (owner, token) = found
            .filter(|_| manages || !is_foreign)
            .ok_or(ServiceError::NotFound)?;
        token_making::revoke(&self.0, ctx, owner, &token).await?;
        people::tokens_of(&self.0.store, owner, self.0.now())
            .await
            .map_err(stored)
    }

    async fn open_invitation(
        &self,
        _ctx: &RequestContext,
        code: &str,
    ) -> Answer<Option<OpenInvitation>> {
        invitations::open(&self.0, code).await
    }

    async fn accept_invitation(
        &self,
        ctx: &RequestContext,
        code: &str,
        name: &str,
        password: String,
    ) -> Answer<Option<NewSession>> {
        invitations::accept(&self.0, ctx, code, name, password).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_left_open_or_known() {
        let wrong = |language: &str, time_zone: &str| {
            let preferences = Preferences {
                language: language.to_owned(),
                time_zone: time_zone.to_owned(),
                theme: None,
            };
            let mut errors = FieldErrors::default();
            check(&preferences, &mut errors);
            errors
                .0
                .into_iter()
                .map(|error| error.field)
                .collect::<Vec<_>>()
        };
        assert!(wrong("", "").is_empty());
        assert!(wrong("fr", "Europe/Paris").is_empty());
        assert_eq!(wrong("de", "Mars/Olympus"), ["language", "time_zone"]);
    }
}
