//! What all ways of signing in share: the session that they end in, and the throttle of tries. Throttled per account and
//! network together, and per network; an account alone is only slowed, so that nobody can lock another out (product
//! page §8).

use std::time::Duration;

use app::domain::{Micros, Preferences, SessionId, TokenId, UserId};
use app::ports::{Actor, Answer, Door, NewSession, RequestContext, ServiceError};
use uuid::Uuid;

use super::Deps;
use super::errors::{hashed, stored};
use super::passwords::{digest, random_code};
use crate::store::{
    Tx, fold,
    people::{self, Failures, HalfSignIn, SessionRow, UserRow},
};

const SECOND: i64 = 1_000_000;
/// A session ends after this long without a request …
pub(super) const IDLE: i64 = 12 * 3_600 * SECOND;
/// … and after this long in any case.
const ABSOLUTE: i64 = 14 * 24 * 3_600 * SECOND;
/// A code may be owed for this long …
const OWING: i64 = 5 * 60 * SECOND;
/// … and be tried so often.
pub(super) const MOST_TRIES: i64 = 5;
/// Failures count for this long.
const WINDOW: i64 = 15 * 60 * SECOND;
/// Failures of one account from one network before it has to wait.
const PAIR_LIMIT: i64 = 5;
/// Failures from one network before it has to wait.
const NETWORK_LIMIT: i64 = 50;
/// Failures of one account from anywhere before its answers slow down.
const ACCOUNT_SLOWS: i64 = 10;
const SLOWER: Duration = Duration::from_secs(1);

/// Starts a session, in the transaction of what it follows from.
pub(super) async fn open_session(
    deps: &Deps,
    ctx: &RequestContext,
    tx: &mut Tx,
    user: UserId,
) -> Answer<NewSession> {
    let now = deps.now();
    let token = random_code().map_err(hashed)?;
    let session = SessionRow {
        id: SessionId::new(Uuid::now_v7()),
        token_hash: digest(&token),
        user_id: user,
        created_at: now,
        idle_until: now + IDLE,
        absolute_until: now + ABSOLUTE,
        network: ctx.network.clone(),
        agent: ctx.agent.clone(),
    };
    people::insert_session(tx, &session).await.map_err(stored)?;
    people::seen(tx, user, now).await.map_err(stored)?;
    let max_age_seconds = u32::try_from(ABSOLUTE / SECOND).unwrap_or(u32::MAX);
    Ok(NewSession {
        token,
        max_age_seconds,
    })
}

/// Notes that somebody whose password was right owes the code of their second factor.
pub(super) async fn owe_code(
    deps: &Deps,
    ctx: &RequestContext,
    tx: &mut Tx,
    user: UserId,
) -> Answer<NewSession> {
    let now = deps.now();
    let token = random_code().map_err(hashed)?;
    let half = HalfSignIn {
        token_hash: digest(&token),
        user_id: user,
        created_at: now,
        expires_at: now + OWING,
        network: ctx.network.clone(),
    };
    people::insert_half_sign_in(tx, &half)
        .await
        .map_err(stored)?;
    let max_age_seconds = u32::try_from(OWING / SECOND).unwrap_or(u32::MAX);
    Ok(NewSession {
        token,
        max_age_seconds,
    })
}

/// A person as they ask through a door.
pub(super) fn actor(
    user: UserRow,
    door: Door,
    token: Option<TokenId>,
    preferences: Preferences,
) -> Actor {
    Actor {
        id: user.id,
        email: user.email,
        name: user.name,
        role: user.role,
        door,
        token,
        preferences,
    }
}

/// What stands for an address in the counts of failures: nobody reads addresses that were mistyped.
pub(super) fn account_key(email: &str) -> String {
    digest(&fold(email.trim()))
}

/// Lets a try go, slows it down, or refuses it. For tries that nothing can be guessed with.
pub(super) async fn throttle(deps: &Deps, account: &str, network: &str, now: Micros) -> Answer<()> {
    let failures = people::failures(&deps.store, account, network, now - WINDOW)
        .await
        .map_err(stored)?;
    heed(verdict(&failures)).await
}

/// The same for a try that may be a guess: it counts as failed from now on, until it is taken back. So it is counted
/// before the work that it makes, and of many at once no more go than of as many in turn.
pub(super) async fn begin_try(
    deps: &Deps,
    account: &str,
    network: &str,
    now: Micros,
) -> Answer<Uuid> {
    let mut tx = deps.store.begin().await.map_err(stored)?;
    people::hold_failures(&mut tx).await.map_err(stored)?;
    let failures = people::failures(&mut tx, account, network, now - WINDOW)
        .await
        .map_err(stored)?;
    let verdict = verdict(&failures);
    if verdict == Verdict::Wait {
        tx.rollback().await.map_err(stored)?;
        return Err(wait());
    }
    let counted = people::record_failure(&mut tx, account, network, now)
        .await
        .map_err(stored)?;
    tx.commit().await.map_err(stored)?;
    heed(verdict).await?;
    Ok(counted)
}

async fn heed(verdict: Verdict) -> Answer<()> {
    match verdict {
        Verdict::Go => Ok(()),
        Verdict::Slow => {
            tokio::time::sleep(SLOWER).await;
            Ok(())
        }
        Verdict::Wait => Err(wait()),
    }
}

fn wait() -> ServiceError {
    ServiceError::Throttled {
        retry_after_seconds: u32::try_from(WINDOW / SECOND).unwrap_or(u32::MAX),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
