//! People and service accounts, as administrators manage them. Somebody who may everything is always left.

use app::domain::{
    DisplayName, Email, FieldErrors, Invitation, InvitationDraft, InvitationId, NewLink, NewToken,
    PersonKind, PersonSummary, PersonUpdate, Reason, Role, ServiceDraft, TextError, TokenDraft,
    TokenSummary, UserId, Version,
};
use app::i18n::Language;
use app::ports::{Answer, PeopleService, RequestContext, ServiceError};
use async_trait::async_trait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::errors::stored;
use super::{Change, Deps, allowed, invitations, note, token_making};
use crate::policy::{Action, Resource};
use crate::store::{
    SignalKind, Tx,
    people::{self, UserChange},
};

pub(super) struct People(pub(super) Deps);

/// Somebody as the audit log keeps them.
fn picture(person: &PersonSummary) -> Value {
    json!({
        "kind": person.kind.code(),
        "email": person.email,
        "name": person.name,
        "role": person.role.code(),
        "disabled": person.disabled,
    })
}

fn wrong(field: &str, error: TextError) -> ServiceError {
    ServiceError::Invalid(FieldErrors::one(field, error.into()))
}

/// Whether the change takes away one of those who may everything.
fn is_loss(before: &PersonSummary, update: &PersonUpdate) -> bool {
    let was =
        before.kind == PersonKind::Person && before.role == Role::Administrator && !before.disabled;
    was && !may_invite(update)
}

/// Whether somebody may make links after the change.
fn may_invite(update: &PersonUpdate) -> bool {
    update.role == Role::Administrator && !update.disabled
}

impl People {
    async fn found(&self, id: UserId) -> Answer<PersonSummary> {
        people::person(&self.0.store, id, self.0.now())
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)
    }

    /// Writes the audit row of a change of somebody, tells it, commits, and gives them as they are now.
    async fn committed(
        &self,
        ctx: &RequestContext,
        tx: Tx,
        action: &str,
        id: UserId,
        before: Option<&PersonSummary>,
    ) -> Answer<PersonSummary> {
        self.committed_beside(ctx, tx, action, id, before, &[])
            .await
    }

    /// The same; the audit row names tokens of service accounts that they made and that count beyond it.
    async fn committed_beside(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        action: &str,
        id: UserId,
        before: Option<&PersonSummary>,
        tokens: &[String],
    ) -> Answer<PersonSummary> {
        let now = self.0.now();
        let after = people::person(&mut tx, id, now)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)?;
        let mut told = picture(&after);
        if !tokens.is_empty() {
            told["service_tokens"] = json!(tokens);
        }
        let change = Change {
            action,
            kind: "user",
            id: id.to_string(),
            before: before.map(picture),
            after: Some(told),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.signal(SignalKind::Person, id, after.version);
        tx.commit().await.map_err(stored)?;
        Ok(after)
    }
}

#[async_trait]
impl PeopleService for People {
    async fn list(&self, ctx: &RequestContext) -> Answer<Vec<PersonSummary>> {
        allowed(ctx, Action::ManageUsers, Resource::None)?;
        people::everybody(&self.0.store, self.0.now())
            .await
            .map_err(stored)
    }

    async fn get(&self, ctx: &RequestContext, id: UserId) -> Answer<PersonSummary> {
        allowed(ctx, Action::ManageUsers, Resource::None)?;
        self.found(id).await
    }

    async fn update(
        &self,
        ctx: &RequestContext,
        id: UserId,
        version: Version,
        update: PersonUpdate,
    ) -> Answer<PersonSummary> {
        allowed(ctx, Action::ManageUsers, Resource::None)?;
        let before = self.found(id).await?;
        if before.version != version {
            return Err(ServiceError::Stale {
                current: before.version,
            });
        }
        // Who has a name that would be refused by now can be disabled all the same.
        let name = if update.name == before.name {
            DisplayName::stored(&update.name)
        } else {
            DisplayName::parse(&update.name)
        };
        let name = name.map_err(|error| wrong("name", error))?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        if is_loss(&before, &update) {
            let left = people::administrators(&mut tx).await.map_err(stored)?;
            if left.iter().all(|one| *one == id) {
                return Err(ServiceError::Conflict(Reason::new("last_administrator")));
            }
        }
        let change = UserChange {
            name: name.as_str(),
            role: update.role,
            disabled: update.disabled,
        };
        people::update_user(&mut tx, id, version, &change)
            .await
            .map_err(stored)?;
        let now = self.0.now();
        if update.disabled {
            people::delete_sessions_of(&mut tx, id)
                .await
                .map_err(stored)?;
            people::revoke_password_links(&mut tx, id, now)
                .await
                .map_err(stored)?;
        }
        let tokens = if may_invite(&update) {
            Vec::new()
        } else {
            invitations::withdraw_those_of(&mut tx, ctx, id, now).await?;
            token_making::made_by(&mut tx, id, now).await?
        };
        self.committed_beside(ctx, tx, "user.update", id, Some(&before), &tokens)
            .await
    }

    async fn add_service(
        &self,
        ctx: &RequestContext,
        draft: ServiceDraft,
    ) -> Answer<PersonSummary> {
        let actor = allowed(ctx, Action::ManageUsers, Resource::None)?;
        let name = DisplayName::parse(&draft.name).map_err(|error| wrong("name", error))?;
        // Repeated with its key, it is the same one.
        let id = UserId::new(ctx.once.unwrap_or_else(Uuid::now_v7));
        if let Some(made) = people::person(&self.0.store, id, self.0.now())
            .await
            .map_err(stored)?
        {
            return Ok(made);
        }
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::insert_service(
            &mut tx,
            id,
            name.as_str(),
            draft.role,
            self.0.now(),
            &actor.name,
        )
        .await
        .map_err(stored)?;
        self.committed(ctx, tx, "user.add", id, None).await
    }

    async fn sign_out_everywhere(&self, ctx: &RequestContext, id: UserId) -> Answer<PersonSummary> {
        allowed(ctx, Action::ManageUsers, Resource::None)?;
        let before = self.found(id).await?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::delete_sessions_of(&mut tx, id)
            .await
            .map_err(stored)?;
        self.committed(ctx, tx, "user.sign_out", id, Some(&before))
            .await
    }

    async fn remove_factor(&self, ctx: &RequestContext, id: UserId) -> Answer<PersonSummary> {
        allowed(ctx, Action::ManageUsers, Resource::None)?;
        let before = self.found(id).await?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::remove_factor(&mut tx, id).await.map_err(stored)?;
        people::delete_sessions_of(&mut tx, id)
            .await
            .map_err(stored)?;
        self.committed(ctx, tx, "user.remove_factor", id, Some(&before))
            .await
    }

    async fn password_link(&self, ctx: &RequestContext, id: UserId) -> Answer<NewLink> {
        let actor = allowed(ctx, Action::ManageUsers, Resource::None)?;
        let person = self.found(id).await?;
        let Some(email) = &person.email else {
            return Err(ServiceError::Conflict(Reason::new(
                "service_cannot_sign_in",
            )));
        };
        if person.disabled {
            return Err(ServiceError::Conflict(Reason::new("person_disabled")));
        }
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::revoke_password_links(&mut tx, id, now)
            .await
            .map_err(stored)?;
        let whom = invitations::For {
            email,
            name: &person.name,
            role: person.role,
            user_id: Some(id),
        };
        let (invitation, code) = invitations::write(&mut tx, whom, actor, now).await?;
        self.committed(ctx, tx, "user.password_link", id, Some(&person))
            .await?;
        let profile = people::profile(&self.0.store, id).await.map_err(stored)?;
        let language = profile.and_then(|row| Language::from_code(&row.preferences.language));
        let language = language.unwrap_or(ctx.language);
        Ok(invitations::hand_over(&self.0, language, invitation, &code).await)
    }

    async fn invitations(&self, ctx: &RequestContext) -> Answer<Vec<Invitation>> {
        allowed(ctx, Action::ManageUsers, Resource::None)?;
        people::invitations(&self.0.store, self.0.now())
            .await
            .map_err(stored)
    }

    async fn invite(&self, ctx: &RequestContext, draft: InvitationDraft) -> Answer<NewLink> {
        let actor = allowed(ctx, Action::ManageUsers, Resource::None)?;
        let mut errors = FieldErrors::default();
        let email = errors.take("email", Email::parse(&draft.email));
        let name = errors.take("name", DisplayName::parse(&draft.name));
        let language = match draft.language.as_str() {
            "" => Some(ctx.language),
            code => Language::from_code(code),
        };
        if language.is_none() {
            errors.add("language", Reason::new("malformed"));
        }
        if let Some(email) = &email
            && people::user_by_email(&self.0.store, email.as_str())
                .await
                .map_err(stored)?
                .is_some()
        {
            errors.add("email", Reason::new("email_taken"));
        }
        errors.done().map_err(ServiceError::Invalid)?;
        let ((email, name), language) = email
            .zip(name)
            .zip(language)
            .ok_or(ServiceError::NotFound)?;
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        people::revoke_invitations_to(&mut tx, email.as_str(), now)
            .await
            .map_err(stored)?;
        let whom = invitations::For {
            email: email.as_str(),
            name: name.as_str(),
            role: draft.role,
            user_id: None,
        };
        let (invitation, code) = invitations::write(&mut tx, whom, actor, now).await?;
        let change = Change {
            action: "invitation.create",
            kind: "invitation",
            id: invitation.id.to_string(),
            before: None,
            after: Some(invitations::picture(&invitation)),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.signal(SignalKind::Person, invitation.id, 0);
        tx.commit().await.map_err(stored)?;
        Ok(invitations::hand_over(&self.0, language, invitation, &code).await)
    }

    async fn revoke_invitation(&self, ctx: &RequestContext, id: InvitationId) -> Answer<()> {
        allowed(ctx, Action::ManageUsers, Resource::None)?;
        let invitation = people::invitation(&self.0.store, id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)?;
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        if !people::revoke_invitation(&mut tx, id, now)
            .await
            .map_err(stored)?
        {
            return Ok(());
        }
        invitations::note_withdrawal(&mut tx, ctx, &invitation, now).await?;
        tx.commit().await.map_err(stored)
    }

    async fn tokens(&self, ctx: &RequestContext, id: UserId) -> Answer<Vec<TokenSummary>> {
        allowed(ctx, Action::ManageUsers, Resource::None)?;
        self.found(id).await?;
        people::tokens_of(&self.0.store, id, self.0.now())
            .await
            .map_err(stored)
    }

    async fn create_token(
        &self,
        ctx: &RequestContext,
        id: UserId,
        draft: TokenDraft,
    ) -> Answer<NewToken> {
        let actor = allowed(ctx, Action::ManageUsers, Resource::None)?;
        let person = self.found(id).await?;
        if person.kind != PersonKind::Service {
            return Err(ServiceError::Conflict(Reason::new("tokens_are_ones_own")));
        }
        if person.disabled {
            return Err(ServiceError::Conflict(Reason::new("person_disabled")));
        }
        let whose = token_making::For {
            user: id,
            role: person.role,
            by: Some(actor),
        };
        token_making::make(&self.0, ctx, whose, &draft).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(kind: PersonKind, role: Role, disabled: bool) -> PersonSummary {
        PersonSummary {
            id: UserId::new(Uuid::nil()),
            version: 1,
            kind,
            name: "Ada".to_owned(),
            email: None,
            role,
            disabled,
            has_second_factor: false,
            sessions: 0,
            tokens: 0,
            last_seen_at: None,
            created_at: 0,
            created_by: String::new(),
        }
    }

    #[test]
    fn only_who_may_everything_now_and_not_afterwards_is_a_loss() {
        use PersonKind::{Person, Service};
        use Role::{Administrator, Contributor};
        let to = |role, disabled| PersonUpdate {
            name: "Ada".to_owned(),
            role,
            disabled,
        };
        let ada = person(Person, Administrator, false);
        assert!(is_loss(&ada, &to(Contributor, false)));
        assert!(is_loss(&ada, &to(Administrator, true)));
        assert!(!is_loss(&ada, &to(Administrator, false)), "another name");
        for other in [
            person(Person, Administrator, true),
            person(Person, Contributor, false),
            person(Service, Administrator, false),
        ] {
            assert!(!is_loss(&other, &to(Contributor, true)));
        }
    }
}
