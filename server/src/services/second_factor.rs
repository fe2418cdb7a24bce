//! The second factor: setting it up, checking its codes, and the codes for the day on which it is lost.
//!
//! A code counts once. Wrong ones are counted by account whatever network they come from: whoever tries them has the
//! password already, so that nobody is locked out by a stranger.

use app::domain::{FactorPicture, FactorSetUp, FactorState, FieldErrors, Micros, Reason, UserId};
use app::ports::{Actor, Answer, RequestContext, SecondFactorService, ServiceError};
use async_trait::async_trait;
use qrcodegen::{QrCode, QrCodeEcc};
use serde_json::json;

use super::errors::{hashed, internal, stored};
use super::passwords::{digest, random_bytes, verify};
use super::signing_in::{account_key, begin_try};
use super::{Change, Deps, allowed, note};
use crate::crypto::totp::{self, Seed};
use crate::crypto::{self, Place};
use crate::policy::{Action, Resource};
use crate::store::secrets::{self, Kept};
use crate::store::{SignalKind, Tx, people};

/// Whose secret a seed is, and its name.
const OWNER: &str = "user";
const NAME: &str = "totp";
/// How many codes for the day on which the factor is lost.
const RECOVERY_CODES: usize = 10;
/// Wrong codes count for this long.
const WINDOW: Micros = 15 * 60 * 1_000_000;
/// Wrong codes of one account before it has to wait.
const MOST_WRONG: i64 = 20;

pub(super) struct SecondFactors(pub(super) Deps);

/// Whether this is a code of somebody's second factor, or one of their recovery codes; it is used up. Refused while too
/// many were wrong.
pub(super) async fn is_right(
    deps: &Deps,
    tx: &mut Tx,
    ctx: &RequestContext,
    user: UserId,
    code: &str,
) -> Answer<bool> {
    let now = deps.now();
    let account = wrong_key(user);
    // Nobody else counts until this one is counted.
    people::hold_failures(tx).await.map_err(stored)?;
    let wrong = people::failures(&mut *tx, &account, &ctx.network, now - WINDOW)
        .await
        .map_err(stored)?;
    if wrong.account >= MOST_WRONG {
        return Err(ServiceError::Throttled {
            retry_after_seconds: u32::try_from(WINDOW / 1_000_000).unwrap_or(u32::MAX),
        });
    }
    let code = plain(code);
    let step = seed(deps, tx, user).await?.step_of(&code, now);
    let is_right = match step {
        Some(step) => people::use_step(tx, user, step).await.map_err(stored)?,
        None => people::use_recovery_code(tx, user, &digest(&code), now)
            .await
            .map_err(stored)?,
    };
    if !is_right {
        people::record_failure(tx, &account, &ctx.network, now)
            .await
            .map_err(stored)?;
    }
    Ok(is_right)
}

/// What wrong codes of somebody are counted under.
fn wrong_key(user: UserId) -> String {
    digest(&format!("second factor of {user}"))
}

/// A code as it is compared: blanks and lines between its letters do not count, nor does their case.
fn plain(code: &str) -> String {
    code.chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .flat_map(char::to_lowercase)
        .collect()
}

/// The seed of somebody.
async fn seed(deps: &Deps, tx: &mut Tx, user: UserId) -> Answer<Seed> {
    let owner = user.to_string();
    let rows = secrets::of(&mut *tx, OWNER, &owner).await.map_err(stored)?;
    let kept = rows.into_iter().find(|row| row.name == NAME);
    let Some(Kept::Sealed { text, .. }) = kept.map(|row| row.kept) else {
        return Err(ServiceError::Conflict(Reason::new("factor_not_begun")));
    };
    let plain = deps
        .keyring
        .open(&place(&owner), &text)
        .map_err(|error| internal(&error))?;
    Seed::parse(plain.expose()).ok_or_else(|| internal(&crypto::CryptoError::Malformed))
}

fn place(owner: &str) -> Place<'_> {
    Place {
        owner_kind: OWNER,
        owner_id: owner,
        name: NAME,
    }
}

/// A new recovery code: 80 bits, in groups of four letters.
fn recovery_code() -> Answer<String> {
    let bytes = random_bytes::<10>().map_err(hashed)?;
    let letters = totp::base32(&bytes).to_lowercase();
    let groups: Vec<_> = (0..4)
        .map(|group| &letters[group * 4..group * 4 + 4])
        .collect();
    Ok(groups.join("-"))
}

fn recovery_codes() -> Answer<Vec<String>> {
    (0..RECOVERY_CODES).map(|_| recovery_code()).collect()
}

/// A text as a picture that telephones read: rows of dark squares, as one path.
fn picture(text: &str) -> Option<FactorPicture> {
    use std::fmt::Write as _;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let start = x;
            while x < size && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let width = x - start;
                // Writing to a text cannot fail.
                let _ = write!(path, "M{start} {y}h{width}v1h-{width}z");
            }
            x += 1;
        }
    }
    let size = u32::try_from(size).ok()?;
    Some(FactorPicture { size, path })
}

impl SecondFactors {
    /// Who asks, if this is their password; throttled as signing in is. The error is at `password`.
    async fn confirmed<'a>(&self, ctx: &'a RequestContext, password: String) -> Answer<&'a Actor> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let user = people::user_by_id(&self.0.store, actor.id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)?;
        if user.password_hash.is_empty() {
            return Err(ServiceError::Conflict(Reason::new("no_password")));
        }
        let now = self.0.now();
        let account = account_key(&user.email);
        let counted = begin_try(&self.0, &account, &ctx.network, now).await?;
        if !verify(password, Some(user.password_hash))
            .await
            .map_err(hashed)?
        {
            let reason = Reason::new("wrong_password");
            return Err(ServiceError::Invalid(FieldErrors::one("password", reason)));
        }
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::take_back_failure(&mut tx, counted)
            .await
            .map_err(stored)?;
        tx.commit().await.map_err(stored)?;
        Ok(actor)
    }

    /// Replaces the recovery codes of somebody, and gives the new ones.
    async fn replaced(&self, tx: &mut Tx, user: UserId) -> Answer<Vec<String>> {
        let codes = recovery_codes()?;
        let digests: Vec<_> = codes.iter().map(|code| digest(&plain(code))).collect();
        people::replace_recovery_codes(tx, user, &digests)
            .await
            .map_err(stored)?;
        Ok(codes)
    }

    /// Writes the audit row of a change of one's own factor, tells it, and commits.
    async fn committed(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        actor: &Actor,
        action: &str,
        what: &str,
    ) -> Answer<()> {
        let change = Change {
            action,
            kind: "user",
            id: actor.id.to_string(),
            before: None,
            after: Some(json!({ "second_factor": what })),
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.signal(SignalKind::Person, actor.id, 0);
        tx.commit().await.map_err(stored)
    }
}

#[async_trait]
impl SecondFactorService for SecondFactors {
    async fn state(&self, ctx: &RequestContext) -> Answer<FactorState> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let factor = people::factor(&self.0.store, actor.id)
            .await
            .map_err(stored)?;
        let since = factor.and_then(|factor| factor.confirmed_at);
        let recovery_codes = people::recovery_codes_left(&self.0.store, actor.id)
            .await
            .map_err(stored)?;
        Ok(FactorState {
            since,
            recovery_codes,
        })
    }

    async fn begin(&self, ctx: &RequestContext, password: String) -> Answer<FactorSetUp> {
        let actor = self.confirmed(ctx, password).await?;
        let seed = Seed::fresh().map_err(|error| internal(&error))?;
        let owner = actor.id.to_string();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let factor = people::factor(&mut tx, actor.id).await.map_err(stored)?;
        if factor.is_some_and(|factor| factor.confirmed_at.is_some()) {
            return Err(ServiceError::Conflict(Reason::new("factor_already")));
        }
        people::begin_factor(&mut tx, actor.id)
            .await
            .map_err(stored)?;
        crypto::keep(
            &mut tx,
            &self.0.keyring,
            &place(&owner),
            seed.text(),
            &actor.name,
            self.0.now(),
        )
        .await
        .map_err(|error| internal(&error))?;
        tx.commit().await.map_err(stored)?;
        let issuer = if self.0.environment.is_empty() {
            "Waybill".to_owned()
        } else {
            format!("Waybill {}", self.0.environment)
        };
        let address = seed.address(&issuer, &actor.email);
        Ok(FactorSetUp {
            picture: picture(&address).ok_or(ServiceError::NotFound)?,
            seed: seed.text().to_owned(),
            address,
        })
    }

    async fn confirm(&self, ctx: &RequestContext, code: &str) -> Answer<Vec<String>> {
        let actor = allowed(ctx, Action::OwnAccount, Resource::None)?;
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let known = people::factor(&mut tx, actor.id).await.map_err(stored)?;
        // Before a code is looked at: of a factor that counts already, nobody may try codes here.
        if known.is_some_and(|factor| factor.confirmed_at.is_some()) {
            return Err(ServiceError::Conflict(Reason::new("factor_already")));
        }
        let seed = seed(&self.0, &mut tx, actor.id).await?;
        // Its person sees the seed: there is nothing to guess, and nothing to throttle.
        let Some(step) = seed.step_of(&plain(code), now) else {
            let reason = Reason::new("wrong_code");
            return Err(ServiceError::Invalid(FieldErrors::one("code", reason)));
        };
        if !people::confirm_factor(&mut tx, actor.id, step, now)
            .await
            .map_err(stored)?
        {
            return Err(ServiceError::Conflict(Reason::new("factor_already")));
        }
        let codes = self.replaced(&mut tx, actor.id).await?;
        self.committed(ctx, tx, actor, "user.add_factor", "added")
            .await?;
        Ok(codes)
    }

    async fn renew_codes(&self, ctx: &RequestContext, password: String) -> Answer<Vec<String>> {
        let actor = self.confirmed(ctx, password).await?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let factor = people::factor(&mut tx, actor.id).await.map_err(stored)?;
        if factor.is_none_or(|factor| factor.confirmed_at.is_none()) {
            return Err(ServiceError::Conflict(Reason::new("factor_not_begun")));
        }
        let codes = self.replaced(&mut tx, actor.id).await?;
        self.committed(ctx, tx, actor, "user.renew_codes", "new recovery codes")
            .await?;
        Ok(codes)
    }

    async fn remove(&self, ctx: &RequestContext, password: String) -> Answer<()> {
        let actor = self.confirmed(ctx, password).await?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::remove_factor(&mut tx, actor.id)
            .await
            .map_err(stored)?;
        self.committed(ctx, tx, actor, "user.remove_factor", "removed")
            .await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn recovery_codes_differ_and_are_compared_without_their_lines() {
        let codes = recovery_codes().expect("random");
        let kinds: BTreeSet<_> = codes.iter().collect();
        assert_eq!(kinds.len(), RECOVERY_CODES);
        for code in &codes {
            assert_eq!(code.len(), 19, "{code}");
            let typed = code.to_uppercase().replace('-', " ");
            assert_eq!(plain(&typed), plain(code));
        }
    }

    #[test]
    fn a_picture_is_as_wide_as_it_is_high_and_begins_in_its_corner() {
        let picture = picture("otpauth://totp/Waybill:ada?secret=MZXW6YTBOI").expect("a picture");
        assert!(picture.size >= 21);
        // The corner of every such code is a dark square of seven.
        assert!(picture.path.starts_with("M0 0h7v1h-7z"), "{}", picture.path);
    }
}
