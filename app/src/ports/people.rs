//! People, service accounts and invitations, as administrators manage them.

use async_trait::async_trait;

use super::{Answer, RequestContext};
use crate::domain::{
    Invitation, InvitationDraft, InvitationId, NewLink, NewToken, PersonSummary, PersonUpdate,
    ServiceDraft, TokenDraft, TokenSummary, UserId, Version,
};

/// People and service accounts. For administrators alone; what everybody does with their own is
/// [`super::ProfileService`].
#[async_trait]
pub trait PeopleService: Send + Sync {
    /// Everybody, by name.
    async fn list(&self, ctx: &RequestContext) -> Answer<Vec<PersonSummary>>;
    async fn get(&self, ctx: &RequestContext, id: UserId) -> Answer<PersonSummary>;
    /// Changes name, role, and whether they may sign in; `version` is the one that was seen. Refused where nobody would be
    /// left who may everything. Disabling ends sessions.
    async fn update(
        &self,
        ctx: &RequestContext,
        id: UserId,
        version: Version,
        update: PersonUpdate,
    ) -> Answer<PersonSummary>;
    /// Adds a service account.
    async fn add_service(&self, ctx: &RequestContext, draft: ServiceDraft)
    -> Answer<PersonSummary>;
    /// Ends all sessions of somebody.
    async fn sign_out_everywhere(&self, ctx: &RequestContext, id: UserId) -> Answer<PersonSummary>;
    /// Takes the second factor of somebody away who lost it, and ends their sessions. None is no error.
    async fn remove_factor(&self, ctx: &RequestContext, id: UserId) -> Answer<PersonSummary>;
    /// A link to a new password, which counts for an hour; the one before no longer does.
    async fn password_link(&self, ctx: &RequestContext, id: UserId) -> Answer<NewLink>;

    /// Invitations that can be used, newest first.
    async fn invitations(&self, ctx: &RequestContext) -> Answer<Vec<Invitation>>;
    /// Invites somebody, for a week; an invitation of the same address before no longer counts.
    async fn invite(&self, ctx: &RequestContext, draft: InvitationDraft) -> Answer<NewLink>;
    /// Makes an invitation useless. Done twice it is no error.
    async fn revoke_invitation(&self, ctx: &RequestContext, id: InvitationId) -> Answer<()>;

    /// The tokens of somebody that count, newest first.
    async fn tokens(&self, ctx: &RequestContext, id: UserId) -> Answer<Vec<TokenSummary>>;
    /// Makes a token for a service account; people make their own.
    async fn create_token(
        &self,
        ctx: &RequestContext,
        id: UserId,
        draft: TokenDraft,
    ) -> Answer<NewToken>;
}
