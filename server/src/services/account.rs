//! Signing in and out. Throttled per account and network together, and per network; an account
//! alone is only slowed, so that nobody can lock another out (product page §8).

use std::time::Duration;

use app::domain::{
    DisplayName, Email, FieldErrors, Me, Micros, NewPassword, Reason, RecurrenceKind, Role,
    ScheduleDraft, UserId,
};
use app::ports::{AccountService, Actor, Answer, Door, NewSession, RequestContext, ServiceError};
use async_trait::async_trait;
use uuid::Uuid;

use super::errors::{hashed, internal, stored};
use super::passwords::{digest, hash, random_code, verify};
use super::people::SET_UP_CODE;
use super::planned::Planned;
use super::{Change, Deps, note, signed_in};
use crate::store::{
    Tx, connections, fold, notices, operation,
    people::{self, Failures, SessionRow, UserRow},
    schedules::{self, SystemWrite},
    settings,
};

const SECOND: i64 = 1_000_000;
/// A session ends after this long without a request …
const IDLE: i64 = 12 * 3_600 * SECOND;
/// … and after this long in any case.
const ABSOLUTE: i64 = 14 * 24 * 3_600 * SECOND;
/// Failures count for this long.
const WINDOW: i64 = 15 * 60 * SECOND;
/// Failures of one account from one network before it has to wait.
const PAIR_LIMIT: i64 = 5;
/// Failures from one network before it has to wait.
const NETWORK_LIMIT: i64 = 50;
/// Failures of one account from anywhere before its answers slow down.
const ACCOUNT_SLOWS: i64 = 10;
const SLOWER: Duration = Duration::from_secs(1);

pub(super) struct Account(pub(super) Deps);

impl Account {
    async fn open_session(
        &self,
        ctx: &RequestContext,
        tx: &mut Tx,
        user: UserId,
    ) -> Answer<NewSession> {
        let now = self.0.now();
        let token = random_code().map_err(hashed)?;
        let session = SessionRow {
            token_hash: digest(&token),
            user_id: user,
            created_at: now,
            idle_until: now + IDLE,
            absolute_until: now + ABSOLUTE,
            network: ctx.network.clone(),
        };
        people::insert_session(tx, &session).await.map_err(stored)?;
        let max_age_seconds = u32::try_from(ABSOLUTE / SECOND).unwrap_or(u32::MAX);
        Ok(NewSession {
            token,
            max_age_seconds,
        })
    }

    /// Administrators set connections up themselves; viewers have no use for one.
    async fn has_shared_connection(&self, actor: &Actor) -> Answer<bool> {
        match actor.role {
            Role::Administrator => Ok(true),
            Role::Viewer => Ok(false),
            Role::Contributor => connections::is_any_shared(&self.0.store, actor.id)
                .await
                .map_err(stored),
        }
    }

    async fn throttle(&self, account: &str, network: &str, now: Micros) -> Answer<()> {
        let failures = people::failures(&self.0.store, account, network, now - WINDOW)
            .await
            .map_err(stored)?;
        match verdict(&failures) {
            Verdict::Go => Ok(()),
            Verdict::Slow => {
                tokio::time::sleep(SLOWER).await;
                Ok(())
            }
            Verdict::Wait => Err(ServiceError::Throttled {
                retry_after_seconds: u32::try_from(WINDOW / SECOND).unwrap_or(u32::MAX),
            }),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Go,
    Slow,
    Wait,
}

fn verdict(failures: &Failures) -> Verdict {
    if failures.pair >= PAIR_LIMIT || failures.network >= NETWORK_LIMIT {
        Verdict::Wait
    } else if failures.account >= ACCOUNT_SLOWS {
        Verdict::Slow
    } else {
        Verdict::Go
    }
}

fn actor(user: UserRow, door: Door) -> Actor {
    Actor {
        id: user.id,
        email: user.email,
        name: user.name,
        role: user.role,
        door,
    }
}

#[async_trait]
impl AccountService for Account {
    async fn sign_in(
        &self,
        ctx: &RequestContext,
        email: &str,
        password: String,
    ) -> Answer<NewSession> {
        let now = self.0.now();
        // The key, not the address, is kept: nobody reads addresses that were mistyped.
        let account = digest(&fold(email.trim()));
        self.throttle(&account, &ctx.network, now).await?;
        let user = match Email::parse(email) {
            Ok(email) => people::user_by_email(&self.0.store, email.as_str())
                .await
                .map_err(stored)?,
            Err(_) => None,
        };
        let user = user.filter(|user| !user.disabled);
        let known = user.as_ref().map(|user| user.password_hash.clone());
        let right = verify(password, known).await.map_err(hashed)?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let Some(user) = user.filter(|_| right) else {
            people::record_failure(&mut tx, &account, &ctx.network, now)
                .await
                .map_err(stored)?;
            tx.commit().await.map_err(stored)?;
            tracing::info!(network = %ctx.network, "sign-in failed");
            return Err(ServiceError::Invalid(FieldErrors::one(
                "",
                Reason::new("sign_in_failed"),
            )));
        };
        people::clear_failures(&mut tx, &account, &ctx.network)
            .await
            .map_err(stored)?;
        let session = self.open_session(ctx, &mut tx, user.id).await?;
        let ctx = RequestContext {
            actor: Some(actor(user, Door::Page)),
            ..ctx.clone()
        };
        let id = signed_in(&ctx)?.id.to_string();
        note(
            &mut tx,
            &ctx,
            now,
            Change {
                action: "session.open",
                kind: "user",
                id,
                before: None,
                after: None,
            },
        )
        .await?;
        tx.commit().await.map_err(stored)?;
        Ok(session)
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
        if session.idle_until + 60 * SECOND < now + IDLE {
            let mut tx = self.0.store.begin().await.map_err(stored)?;
            people::touch_session(&mut tx, &hash, now + IDLE)
                .await
                .map_err(stored)?;
            tx.commit().await.map_err(stored)?;
        }
        Ok(Some(actor(session.user, Door::Page)))
    }

    async fn bearer(&self, token: &str) -> Answer<Option<Actor>> {
        let user = people::token_user(&self.0.store, &digest(token))
            .await
            .map_err(stored)?;
        Ok(user.map(|user| actor(user, Door::Rest)))
    }

    async fn me(&self, ctx: &RequestContext) -> Answer<Me> {
        let actor = signed_in(ctx)?;
        Ok(Me {
            id: actor.id,
            email: actor.email.clone(),
            name: actor.name.clone(),
            role: actor.role,
            environment: self.0.environment.clone(),
            demo: self.0.demo,
            paused: operation::pause(&self.0.store).await.map_err(stored)?,
            unread_notices: notices::unread(&self.0.store, actor.id)
                .await
                .map_err(stored)?,
            has_shared_connection: self.has_shared_connection(actor).await?,
        })
    }

    async fn set_up_open(&self, _ctx: &RequestContext, code: &str) -> Answer<bool> {
        if people::count_users(&self.0.store).await.map_err(stored)? > 0 {
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
        let session = self.open_session(ctx, &mut tx, user.id).await?;
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
fn nightly(time_zone: &str) -> Result<Planned, Reason> {
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
async fn switch_on(
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

/// Compares two digests in constant time.
fn same(one: &str, other: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_cannot_lock_an_account_out() {
        let failures = |pair, network, account| Failures {
            pair,
            network,
            account,
        };
        assert_eq!(
            verdict(&failures(0, 0, 1_000)),
            Verdict::Slow,
            "the owner, from a network of their own"
        );
        assert_eq!(verdict(&failures(5, 5, 5)), Verdict::Wait);
        assert_eq!(verdict(&failures(1, 50, 1)), Verdict::Wait);
        assert_eq!(verdict(&failures(4, 49, 9)), Verdict::Go);
    }
}
