//! Signing in with a password, signing out, who asks, and setting up. How tries are throttled, `signing_in` says.

use app::domain::{
    DisplayName, Email, FieldErrors, Me, Micros, NewPassword, Preferences, Reason, RecurrenceKind,
    Role, ScheduleDraft, UserId,
};
use app::ports::{
    AccountService, Actor, Answer, Door, NewSession, RequestContext, ServiceError, SignedIn,
};
use async_trait::async_trait;
use uuid::Uuid;

use super::errors::{hashed, internal, stored};
use super::notices::told;
use super::passwords::{digest, hash, verify};
use super::people::SET_UP_CODE;
use super::planned::Planned;
use super::signing_in::{IDLE, MOST_TRIES, account_key, actor, begin_try, open_session, owe_code};
use super::warnings::warnings;
use super::{Change, Deps, note, second_factor, signed_in};
use crate::store::{
    Tx,
    people::{self, COARSE, UserRow},
    schedules::{self, SystemWrite},
    settings,
};

pub(super) struct Account(pub(super) Deps);

impl Account {
    /// Takes the code of a second factor, and goes on with the transaction. That it was wrong, and the try, stay.
    async fn take_code(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        user: UserId,
        code: &str,
    ) -> Answer<Tx> {
        if second_factor::is_right(&self.0, &mut tx, ctx, user, code).await? {
            return Ok(tx);
        }
        refused(&mut tx, ctx, self.0.now(), user.to_string()).await?;
        tx.commit().await.map_err(stored)?;
        tracing::info!(network = %ctx.network, "a code of a second factor was wrong");
        let reason = Reason::new("wrong_code");
        Err(ServiceError::Invalid(FieldErrors::one("code", reason)))
    }

    /// Signs in who has given all that they owe.
    pub(super) async fn opened(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        user: UserRow,
    ) -> Answer<NewSession> {
        people::clear_failures(&mut tx, &account_key(&user.email), &ctx.network)
            .await
            .map_err(stored)?;
        let session = open_session(&self.0, ctx, &mut tx, user.id).await?;
        let id = user.id.to_string();
        let ctx = RequestContext {
            actor: Some(actor(user, Door::Page, None, Preferences::default())),
            ..ctx.clone()
        };
        let change = Change {
            action: "session.open",
            kind: "user",
            id,
            before: None,
            after: None,
        };
        note(&mut tx, &ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        Ok(session)
    }
}

/// Notes that somebody was not let in. `whose`: the id of the account; empty, nobody's.
async fn refused(tx: &mut Tx, ctx: &RequestContext, now: Micros, whose: String) -> Answer<()> {
    let change = Change {
        action: "session.refuse",
        kind: "user",
        id: whose,
        before: None,
        after: None,
    };
    note(tx, ctx, now, change).await
}

#[async_trait]
impl AccountService for Account {
    async fn sign_in(
        &self,
        ctx: &RequestContext,
        email: &str,
        password: String,
        code: Option<&str>,
    ) -> Answer<SignedIn> {
        if self.0.passwords_off() {
            return Err(ServiceError::Conflict(Reason::new("passwords_off")));
        }
        let now = self.0.now();
        let account = account_key(email);
        let counted = begin_try(&self.0, &account, &ctx.network, now).await?;
        let user = match Email::parse(email) {
            Ok(email) => people::user_by_email(&self.0.store, email.as_str())
                .await
                .map_err(stored)?,
            Err(_) => None,
        };
        let whose = user
            .as_ref()
            .map_or_else(String::new, |user| user.id.to_string());
        let user = user.filter(|user| !user.disabled);
        // Without a password it takes as long as with a wrong one.
        let known = user
            .as_ref()
            .map(|user| user.password_hash.clone())
            .filter(|hash| !hash.is_empty());
        let right = verify(password, known).await.map_err(hashed)?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let Some(user) = user.filter(|_| right) else {
            refused(&mut tx, ctx, now, whose).await?;
            tx.commit().await.map_err(stored)?;
            tracing::info!(network = %ctx.network, "sign-in failed");
            return Err(ServiceError::Invalid(FieldErrors::one(
                "",
                Reason::new("sign_in_failed"),
            )));
        };
        people::take_back_failure(&mut tx, counted)
            .await
            .map_err(stored)?;
        let factor = people::factor(&mut tx, user.id).await.map_err(stored)?;
        if factor.is_some_and(|factor| factor.confirmed_at.is_some()) {
            let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
                let owing = owe_code(&self.0, ctx, &mut tx, user.id).await?;
                tx.commit().await.map_err(stored)?;
                return Ok(SignedIn::Owing(owing));
            };
            tx = self.take_code(ctx, tx, user.id, code).await?;
        }
        self.opened(ctx, tx, user).await.map(SignedIn::Whole)
    }

    async fn finish_sign_in(
        &self,
        ctx: &RequestContext,
        owing: &str,
        code: &str,
    ) -> Answer<NewSession> {
        let again = || ServiceError::Conflict(Reason::new("sign_in_again"));
        let hash = digest(owing);
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let user = people::try_half_sign_in(&mut tx, &hash, self.0.now(), MOST_TRIES)
            .await
            .map_err(stored)?
            .ok_or_else(again)?;
        let mut tx = self.take_code(ctx, tx, user, code).await?;
        people::delete_half_sign_in(&mut tx, &hash)
            .await
            .map_err(stored)?;
        let user = people::user_by_id(&mut tx, user)
            .await
            .map_err(stored)?
            .filter(|user| !user.disabled)
            .ok_or_else(again)?;
        self.opened(ctx, tx, user).await
    }

    async fn sign_out(&self, ctx: &RequestContext, token: &str) -> Answer<()> {
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::delete_session(&mut tx, &digest(token))
            .await
            .map_err(stored)?;
        if let Some(actor) = &ctx.actor {
            let change = Change {
                action: "session.close",
                kind: "user",
                id: actor.id.to_string(),
                before: None,
                after: None,
            };
            note(&mut tx, ctx, self.0.now(), change).await?;
        }
        tx.commit().await.map_err(stored)
    }

    async fn session(&self, token: &str) -> Answer<Option<Actor>> {
        let now = self.0.now();
        let hash = digest(token);
        let Some(session) = people::session_user(&self.0.store, &hash, now)
            .await
            .map_err(stored)?
        else {
            return Ok(None);
        };
        // Written once a minute at most: a page is many requests.
        if session.idle_until + COARSE < now + IDLE {
            let mut tx = self.0.store.begin().await.map_err(stored)?;
            people::touch_session(&mut tx, &hash, now, now + IDLE)
                .await
                .map_err(stored)?;
            people::seen(&mut tx, session.user.id, now)
                .await
                .map_err(stored)?;
            tx.commit().await.map_err(stored)?;
        }
        Ok(Some(actor(
            session.user,
            Door::Page,
            None,
            session.preferences,
        )))
    }

    async fn bearer(&self, token: &str) -> Answer<Option<Actor>> {
        let now = self.0.now();
        let hash = digest(token);
        let Some(found) = people::token_user(&self.0.store, &hash, now)
            .await
            .map_err(stored)?
        else {
            return Ok(None);
        };
        // Written once a minute at most, as of sessions.
        if found.last_used_at.is_none_or(|used| used + COARSE < now) {
            let mut tx = self.0.store.begin().await.map_err(stored)?;
            people::touch_token(&mut tx, &hash, now)
                .await
                .map_err(stored)?;
            people::seen(&mut tx, found.user.id, now)
                .await
                .map_err(stored)?;
            tx.commit().await.map_err(stored)?;
        }
        Ok(Some(actor(
            found.user,
            Door::Rest,
            Some(found.token),
            Preferences::default(),
        )))
    }

    async fn me(&self, ctx: &RequestContext) -> Answer<Me> {
        let actor = signed_in(ctx)?;
        let told = told(&self.0, actor).await?;
        Ok(Me {
            id: actor.id,
            email: actor.email.clone(),
            name: actor.name.clone(),
            role: actor.role,
            environment: self.0.environment.clone(),
            demo: self.0.demo,
            warnings: warnings(&self.0, actor, &told).await?,
            paused: told.pause,
            unread_notices: told.unread,
            preferences: actor.preferences.clone(),
            // Administrators set connections up themselves; viewers have no use for one.
            has_shared_connection: match actor.role {
                Role::Administrator => true,
                Role::Contributor => told.has_shared_connection,
                Role::Viewer => false,
            },
        })
    }

    async fn set_up_open(&self, _ctx: &RequestContext, code: &str) -> Answer<bool> {
        if self.0.passwords_off() || people::count_users(&self.0.store).await.map_err(stored)? > 0 {
            return Ok(false);
        }
        let known = settings::get(&self.0.store, SET_UP_CODE)
            .await
            .map_err(stored)?;
        Ok(known.is_some_and(|known| same(&known, &digest(code))))
    }

    async fn set_up(
        &self,
        ctx: &RequestContext,
        code: &str,
        name: &str,
        email: &str,
        password: String,
        time_zone: &str,
    ) -> Answer<NewSession> {
        if !self.set_up_open(ctx, code).await? {
            return Err(ServiceError::Conflict(Reason::new("set_up_link_used")));
        }
        let mut errors = FieldErrors::default();
        let name = errors.take("name", DisplayName::parse(name));
        let email = errors.take("email", Email::parse(email));
        let password = errors.take("password", NewPassword::parse(password));
        let nightly = errors.take("time_zone", nightly(time_zone));
        errors.done().map_err(ServiceError::Invalid)?;
        let (Some(name), Some(email), Some(password), Some(nightly)) =
            (name, email, password, nightly)
        else {
            return Err(ServiceError::NotFound);
        };
        let now = self.0.now();
        let user = UserRow {
            id: UserId::new(Uuid::now_v7()),
            email: email.as_str().to_owned(),
            name: name.as_str().to_owned(),
            role: Role::Administrator,
            password_hash: hash(password.expose().to_owned()).await.map_err(hashed)?,
            disabled: false,
            created_at: now,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        // Taken in the transaction: of two who use the link at once, one finds it gone.
        let known = settings::take(&mut tx, SET_UP_CODE).await.map_err(stored)?;
        if !known.is_some_and(|known| same(&known, &digest(code))) {
            return Err(ServiceError::Conflict(Reason::new("set_up_link_used")));
        }
        people::insert_user(&mut tx, &user)
            .await
            .map_err(|error| internal(&error))?;
        let session = open_session(&self.0, ctx, &mut tx, user.id).await?;
        let after =
            serde_json::json!({ "email": user.email, "name": user.name, "role": user.role.code() });
        let change = Change {
            action: "user.add",
            kind: "user",
            id: user.id.to_string(),
            before: None,
            after: Some(after),
        };
        note(&mut tx, ctx, now, change).await?;
        switch_on(&mut tx, ctx, &nightly, now, &user.name).await?;
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        Ok(session)
    }
}

/// The system refresh as setting up leaves it: every night at two, in this zone.
pub(super) fn nightly(time_zone: &str) -> Result<Planned, Reason> {
    let zone = match time_zone.trim() {
        "" => "UTC",
        zone => zone,
    };
    let draft = ScheduleDraft {
        recurrence: RecurrenceKind::Daily,
        times: Some(vec!["02:00".to_owned()]),
        ..ScheduleDraft::system(zone)
    };
    // Only the zone can be wrong.
    Planned::parse_for_system(&draft).map_err(|errors| {
        let first = errors.0.into_iter().next();
        first.map_or_else(|| Reason::new("malformed"), |error| error.reason)
    })
}

/// Switches the system refresh on, in the transaction that sets up.
pub(super) async fn switch_on(
    tx: &mut Tx,
    ctx: &RequestContext,
    nightly: &Planned,
    now: Micros,
    by: &str,
) -> Answer<()> {
    let write = SystemWrite {
        version: None,
        enabled: true,
        schedule: &nightly.draft,
        next_start: nightly.next_start(true, now),
        at: now,
        by,
    };
    schedules::write_system(tx, &write).await.map_err(stored)?;
    let change = Change {
        action: "system.schedule",
        kind: "system",
        id: "schedule".to_owned(),
        before: None,
        after: Some(serde_json::json!({ "enabled": true, "schedule": nightly.draft })),
    };
    note(tx, ctx, now, change).await
}

/// Compares two digests, or two codes, in constant time.
pub(super) fn same(one: &str, other: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
