//! Who somebody is here whom the provider knows, in the transaction that lets them in.
//!
//! The provider's own name for them, with its issuer, is what is known again. An address is not: it changes hands, and
//! not every provider looks after it. So nobody gets an account that is there already because of an address; they get
//! it by a one-time link of an administrator, used by who has the same address at the provider. Either alone is not
//! enough: a link may have been passed on, to make somebody else's groups count for one's own account.

use app::domain::{DisplayName, Email, Micros, ProviderRefusal, Role, UserId};
use app::ports::{Answer, RequestContext};
use serde_json::json;
use uuid::Uuid;

use super::Refused;
use crate::oidc::Identity;
use crate::services::account::{nightly, switch_on};
use crate::services::errors::stored;
use crate::services::invitations::{as_themselves, withdraw_those_of};
use crate::services::passwords::digest;
use crate::services::people::SET_UP_CODE;
use crate::services::{Change, Deps, note};
use crate::store::{
    SignalKind, StoreError, Tx,
    people::{self, IdentityKey, UserRow},
    settings,
};

/// Somebody who comes from the provider.
pub(super) struct Arriving<'a> {
    pub(super) deps: &'a Deps,
    /// Of nobody.
    pub(super) ctx: &'a RequestContext,
    pub(super) key: IdentityKey<'a>,
    pub(super) identity: &'a Identity,
}

/// Who they are here.
pub(super) struct Arrived {
    pub(super) user: UserRow,
    /// Nobody was here before.
    pub(super) is_first: bool,
}

/// Somebody new.
struct Newcomer<'a> {
    email: &'a Email,
    /// What they are called here where the provider has no name for them.
    name: &'a str,
    role: Role,
    /// Who invited them; empty, nobody.
    by: &'a str,
    action: &'static str,
}

impl Arriving<'_> {
    fn now(&self) -> Micros {
        self.deps.now()
    }

    /// Finds them, makes them, or says why not.
    pub(super) async fn person(
        &self,
        tx: &mut Tx,
        invitation: Option<&str>,
    ) -> Result<Arrived, Refused> {
        let known = people::identified(&mut *tx, self.key)
            .await
            .map_err(stored)?;
        if let Some(id) = known {
            let user = self.known(tx, id).await?;
            return Ok(Arrived {
                user,
                is_first: false,
            });
        }
        let refused = Refused::nobody;
        let role = self.identity.role.ok_or(refused(ProviderRefusal::NoRole))?;
        let email = self.identity.email.as_deref();
        let email = email
            .and_then(|email| Email::parse(email).ok())
            .ok_or(refused(ProviderRefusal::NoAddress))?;
        if let Some(code) = invitation {
            let user = self.by_link(tx, code, &email, role).await?;
            return Ok(Arrived {
                user,
                is_first: false,
            });
        }
        let twin = people::user_by_email(&mut *tx, email.as_str())
            .await
            .map_err(stored)?;
        if let Some(twin) = twin {
            return Err(Refused::of(ProviderRefusal::AddressTaken, twin.id));
        }
        let is_first = people::count_users(&mut *tx).await.map_err(stored)? == 0;
        if is_first && role != Role::Administrator {
            return Err(refused(ProviderRefusal::NoAdministrator));
        }
        // What they were invited to, they have.
        people::revoke_invitations_to(tx, email.as_str(), self.now())
            .await
            .map_err(stored)?;
        let newcomer = Newcomer {
            email: &email,
            name: email.as_str(),
            role,
            by: "",
            action: "user.add",
        };
        let user = self.join(tx, newcomer).await?;
        if is_first {
            self.set_up(tx, &user).await?;
        }
        Ok(Arrived { user, is_first })
    }

    /// Somebody whom the provider has led here before.
    async fn known(&self, tx: &mut Tx, id: UserId) -> Result<UserRow, Refused> {
        let user = people::user_by_id(&mut *tx, id)
            .await
            .map_err(stored)?
            .ok_or(Refused::nobody(ProviderRefusal::Failed))?;
        if user.disabled {
            return Err(Refused::of(ProviderRefusal::Disabled, id));
        }
        let none = Refused::of(ProviderRefusal::NoRole, id);
        let role = self.identity.role.ok_or(none)?;
        people::identity_used(tx, self.key, self.now())
            .await
            .map_err(stored)?;
        Ok(self.with_role(tx, user, role).await?)
    }

    /// Somebody who came with a one-time link: an invitation, or a link to a new password, which says who they are here.
    async fn by_link(
        &self,
        tx: &mut Tx,
        code: &str,
        email: &Email,
        role: Role,
    ) -> Result<UserRow, Refused> {
        let closed = || Refused::nobody(ProviderRefusal::LinkClosed);
        let link = people::open_invitation(&mut *tx, &digest(code), self.now())
            .await
            .map_err(stored)?
            .ok_or_else(closed)?;
        if link.email != email.as_str() {
            let whose = link.user_id;
            return Err(Refused {
                refusal: ProviderRefusal::OtherAddress,
                whose,
            });
        }
        // Used up in the transaction: of two who use the link at once, one finds it gone.
        if !people::spend(tx, link.id, self.now())
            .await
            .map_err(stored)?
        {
            return Err(closed());
        }
        match link.user_id {
            Some(id) => {
                let user = people::user_by_id(&mut *tx, id)
                    .await
                    .map_err(stored)?
                    .ok_or_else(closed)?;
                self.link(tx, user, role).await
            }
            None => {
                let newcomer = Newcomer {
                    email,
                    name: &link.name,
                    role,
                    by: &link.created_by,
                    action: "user.join",
                };
                self.join(tx, newcomer).await
            }
        }
    }

    /// Makes an account that is there the one that the provider leads to.
    async fn link(&self, tx: &mut Tx, user: UserRow, role: Role) -> Result<UserRow, Refused> {
        people::identify(tx, self.key, user.id, self.now())
            .await
            .map_err(stored)?;
        let change = Change {
            action: "user.link",
            kind: "user",
            id: user.id.to_string(),
            before: None,
            after: Some(json!({ "issuer": self.key.issuer })),
        };
        let ctx = as_themselves(self.ctx, user.clone());
        note(tx, &ctx, self.now(), change).await?;
        tx.signal(SignalKind::Person, user.id, 0);
        Ok(self.with_role(tx, user, role).await?)
    }

    /// Adds somebody new. They have no password.
    async fn join(&self, tx: &mut Tx, new: Newcomer<'_>) -> Result<UserRow, Refused> {
        let now = self.now();
        let named = [self.identity.name.as_deref(), Some(new.name)];
        let name = named
            .into_iter()
            .flatten()
            .find_map(|name| DisplayName::parse(name).ok());
        let user = UserRow {
            id: UserId::new(Uuid::now_v7()),
            email: new.email.as_str().to_owned(),
            name: name.map_or_else(|| "?".to_owned(), String::from),
            role: new.role,
            password_hash: String::new(),
            disabled: false,
            created_at: now,
        };
        match people::insert_invited(tx, &user, new.by).await {
            // Somebody else added them in the meantime.
            Err(StoreError::EmailTaken) => {
                return Err(Refused::nobody(ProviderRefusal::AddressTaken));
            }
            other => other.map_err(stored)?,
        }
        people::identify(tx, self.key, user.id, now)
            .await
            .map_err(stored)?;
        let change = Change {
            action: new.action,
            kind: "user",
            id: user.id.to_string(),
            before: None,
            after: Some(json!({
                "email": user.email,
                "name": user.name,
                "role": user.role.code(),
                "issuer": self.key.issuer,
            })),
        };
        let ctx = as_themselves(self.ctx, user.clone());
        note(tx, &ctx, now, change).await?;
        tx.signal(SignalKind::Person, user.id, 1);
        Ok(user)
    }

    /// Somebody with the role that their groups have. The last one who may everything keeps that.
    async fn with_role(&self, tx: &mut Tx, user: UserRow, role: Role) -> Answer<UserRow> {
        if user.role == role {
            return Ok(user);
        }
        if user.role == Role::Administrator {
            let left = people::administrators(tx).await.map_err(stored)?;
            if left.iter().all(|one| *one == user.id) {
                tracing::warn!(
                    user.id = %user.id,
                    "the last administrator stays one, though their groups say otherwise"
                );
                return Ok(user);
            }
        }
        people::give_role(tx, user.id, role).await.map_err(stored)?;
        if role != Role::Administrator {
            withdraw_those_of(tx, self.ctx, user.id, self.now()).await?;
        }
        let picture = |role: Role| json!({ "role": role.code() });
        let change = Change {
            action: "user.update",
            kind: "user",
            id: user.id.to_string(),
            before: Some(picture(user.role)),
            after: Some(picture(role)),
        };
        note(tx, self.ctx, self.now(), change).await?;
        tx.signal(SignalKind::Person, user.id, 0);
        Ok(UserRow { role, ..user })
    }

    /// What setting up does beside adding the first administrator: the link for it closes, and the system refresh is
    /// switched on, in UTC, since nobody was asked.
    async fn set_up(&self, tx: &mut Tx, user: &UserRow) -> Answer<()> {
        settings::take(tx, SET_UP_CODE).await.map_err(stored)?;
        if let Ok(nightly) = nightly("") {
            let ctx = as_themselves(self.ctx, user.clone());
            switch_on(tx, &ctx, &nightly, self.now(), &user.name).await?;
        }
        Ok(())
    }
}
