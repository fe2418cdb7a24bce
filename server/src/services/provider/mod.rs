//! Signing in at the identity provider: the way there, the way back, and what the person is told who is not let in. Who
//! somebody is here, `person` decides; what may be said of it to strangers is what they know already, since nobody
//! comes so far without having signed in at the provider.

mod flow;
mod person;

use std::sync::Arc;

use app::domain::{Micros, ProviderRefusal, UserId};
use app::ports::{
    Answer, Arrival, Departure, NewSession, ProviderAnswer, ProviderService, RequestContext,
    ServiceError, SignedIn,
};
use async_trait::async_trait;
use serde_json::json;

use self::flow::Flow;
use super::account::{Account, same};
use super::errors::stored;
use super::invitations::withdraw_those_of;
use super::passwords::digest;
use super::signing_in::{owe_code, throttle};
use super::{Change, Deps, note};
use crate::oidc::{Asked, Given, Identity, OidcError, Provider};
use crate::store::{SignalKind, Tx, people};

const SECOND: Micros = 1_000_000;
/// Where the provider sends people back, below the address of the server.
const RETURN: &str = "/sign-in/oidc/return";

/// Why somebody is not let in.
struct Refused {
    refusal: ProviderRefusal,
    /// Whose account it is about, as far as that is known.
    whose: Option<UserId>,
}

impl Refused {
    const fn nobody(refusal: ProviderRefusal) -> Self {
        Self {
            refusal,
            whose: None,
        }
    }

    const fn of(refusal: ProviderRefusal, whose: UserId) -> Self {
        Self {
            refusal,
            whose: Some(whose),
        }
    }
}

/// Faults below are logged where they become errors of a service.
impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        Self::nobody(match error {
            ServiceError::Throttled { .. } => ProviderRefusal::Throttled,
            _ => ProviderRefusal::Failed,
        })
    }
}

/// What the provider said or did.
impl From<OidcError> for Refused {
    fn from(error: OidcError) -> Self {
        let refusal = error.refusal();
        tracing::warn!("cannot sign somebody in: {:#}", anyhow::Error::from(error));
        Self::nobody(refusal)
    }
}

/// Signing in at the provider of this server.
pub(super) struct AtProvider {
    deps: Deps,
    provider: Arc<Provider>,
}

impl AtProvider {
    /// None where the server has no provider.
    pub(super) fn of(deps: &Deps) -> Option<Arc<dyn ProviderService>> {
        let provider = Arc::clone(deps.provider.as_ref()?);
        let deps = deps.clone();
        Some(Arc::new(Self { deps, provider }))
    }

    fn redirect_uri(&self) -> String {
        format!("{}{RETURN}", self.deps.outlets.origin())
    }

    async fn begun(&self, next: &str, invitation: Option<&str>) -> Result<Departure, Refused> {
        let flow = Flow::begin(next, invitation, self.deps.now())?;
        let redirect_uri = self.redirect_uri();
        let asked = Asked {
            redirect_uri: &redirect_uri,
            state: &flow.state,
            nonce: &flow.nonce,
            verifier: &flow.verifier,
        };
        let url = self.provider.departure(&asked).await?;
        let token = flow.seal(&self.deps.keyring, self.provider.issuer())?;
        let max_age_seconds = u32::try_from(Flow::LASTS / SECOND).unwrap_or(u32::MAX);
        Ok(Departure {
            url,
            cookie: NewSession {
                token,
                max_age_seconds,
            },
        })
    }

    /// Whom the provider says it is.
    async fn identity(
        &self,
        flow: &Flow,
        answer: &ProviderAnswer<'_>,
    ) -> Result<Identity, Refused> {
        if let Some(error) = answer.error {
            tracing::info!(error = ?error, "the identity provider signed nobody in");
            return Err(Refused::nobody(ProviderRefusal::Denied));
        }
        let missing = Refused::nobody(ProviderRefusal::Unverified);
        let redirect_uri = self.redirect_uri();
        let given = Given {
            code: answer.code.ok_or(missing)?,
            issuer: answer.issuer,
            redirect_uri: &redirect_uri,
            nonce: &flow.nonce,
            verifier: &flow.verifier,
            begun_at: flow.begun_at / SECOND,
            now: self.deps.now() / SECOND,
        };
        Ok(self.provider.identify(&given).await?)
    }

    async fn outcome(
        &self,
        ctx: &RequestContext,
        flow: Option<Flow>,
        answer: &ProviderAnswer<'_>,
    ) -> Result<SignedIn, Refused> {
        // Each try counts for its network alone: an account is not known yet.
        let try_key = digest(answer.state);
        throttle(&self.deps, &try_key, &ctx.network, self.deps.now()).await?;
        let flow = flow
            .filter(|flow| same(&flow.state, answer.state))
            .ok_or(Refused::nobody(ProviderRefusal::Expired))?;
        let identity = self.identity(&flow, answer).await?;
        self.let_in(ctx, &identity, flow.invitation.as_deref())
            .await
    }

    /// Signs in whom the provider knows, or leaves everything as it was.
    async fn let_in(
        &self,
        ctx: &RequestContext,
        identity: &Identity,
        invitation: Option<&str>,
    ) -> Result<SignedIn, Refused> {
        let mut tx = self.deps.store.begin().await.map_err(stored)?;
        let key = people::IdentityKey {
            issuer: self.provider.issuer(),
            subject: &identity.subject,
        };
        let arriving = person::Arriving {
            deps: &self.deps,
            ctx,
            key,
            identity,
        };
        let arrived = match arriving.person(&mut tx, invitation).await {
            Ok(arrived) => arrived,
            Err(refused) => {
                tx.rollback().await.map_err(stored)?;
                return Err(refused);
            }
        };
        let user = arrived.user;
        let factor = people::factor(&mut tx, user.id).await.map_err(stored)?;
        let signed_in = if factor.is_some_and(|factor| factor.confirmed_at.is_some()) {
            let owing = owe_code(&self.deps, ctx, &mut tx, user.id).await?;
            tx.commit().await.map_err(stored)?;
            SignedIn::Owing(owing)
        } else {
            let account = Account(self.deps.clone());
            SignedIn::Whole(account.opened(ctx, tx, user).await?)
        };
        if arrived.is_first {
            self.deps.wake.wake();
        }
        Ok(signed_in)
    }

    /// Notes that somebody was not let in, and counts it where it may be guessing.
    async fn note_refusal(
        &self,
        ctx: &RequestContext,
        state: &str,
        refused: &Refused,
    ) -> Answer<()> {
        use ProviderRefusal::{Denied, Expired, Failed, Throttled, Unavailable, Unverified};
        let refusal = refused.refusal;
        tracing::info!(
            network = %ctx.network,
            refusal = refusal.code(),
            "nobody was signed in by the identity provider"
        );
        if matches!(refusal, Denied | Failed | Throttled | Unavailable) {
            return Ok(());
        }
        let now = self.deps.now();
        let mut tx = self.deps.store.begin().await.map_err(stored)?;
        if matches!(refusal, Expired | Unverified) {
            people::record_failure(&mut tx, &digest(state), &ctx.network, now)
                .await
                .map_err(stored)?;
        }
        if refusal == ProviderRefusal::NoRole
            && let Some(user) = refused.whose
        {
            end_sessions(&self.deps, ctx, &mut tx, user).await?;
        }
        let whose = refused.whose.map(|id| id.to_string());
        let change = Change {
            action: "session.refuse",
            kind: "user",
            id: whose.unwrap_or_default(),
            before: None,
            after: Some(json!({
                "issuer": self.provider.issuer(),
                "refusal": refusal.code(),
            })),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)
    }
}

/// Ends what is open of somebody whose groups may nothing here any more; the last one who may everything stays.
async fn end_sessions(deps: &Deps, ctx: &RequestContext, tx: &mut Tx, user: UserId) -> Answer<()> {
    let left = people::administrators(tx).await.map_err(stored)?;
    if left == [user] {
        tracing::warn!(user.id = %user, "the last administrator is in no group that may come in");
        return Ok(());
    }
    people::delete_sessions_of(tx, user).await.map_err(stored)?;
    withdraw_those_of(tx, ctx, user, deps.now()).await?;
    tx.signal(SignalKind::Person, user, 0);
    Ok(())
}

#[async_trait]
impl ProviderService for AtProvider {
    async fn depart(
        &self,
        ctx: &RequestContext,
        next: &str,
        invitation: Option<&str>,
    ) -> Result<Departure, ProviderRefusal> {
        let begun = self.begun(next, invitation).await;
        begun.map_err(|refused| {
            tracing::info!(network = %ctx.network, "a sign-in at the identity provider was not begun");
            refused.refusal
        })
    }

    async fn arrive(&self, ctx: &RequestContext, answer: ProviderAnswer<'_>) -> Arrival {
        // Whoever was signed in before has nothing to do with it.
        let ctx = RequestContext {
            actor: None,
            ..ctx.clone()
        };
        let keyring = &self.deps.keyring;
        let now = self.deps.now();
        let flow = Flow::open(keyring, self.provider.issuer(), answer.cookie, now);
        let next = flow.as_ref().map(|flow| flow.next.clone());
        let outcome = match self.outcome(&ctx, flow, &answer).await {
            Ok(signed_in) => Ok(signed_in),
            Err(refused) => match self.note_refusal(&ctx, answer.state, &refused).await {
                Ok(()) => Err(refused.refusal),
                Err(_logged) => Err(ProviderRefusal::Failed),
            },
        };
        Arrival {
            next: next.unwrap_or_default(),
            outcome,
        }
    }
}
