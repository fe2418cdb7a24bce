//! People, service accounts and invitations, for administrators.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{
    Invitation, InvitationDraft, InvitationId, NewLink, NewToken, PersonSummary, PersonUpdate,
    ServiceDraft, TokenDraft, TokenSummary, UserId, Version,
};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// Everybody, by name.
#[server(prefix = "/api/ui", endpoint = "people", input = Json, output = Json)]
pub async fn list_everybody() -> Result<Vec<PersonSummary>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.list(&ctx).await)
}

/// Changes somebody.
#[server(prefix = "/api/ui", endpoint = "people/update", input = Json, output = Json)]
pub async fn update_person(
    id: UserId,
    version: Version,
    update: PersonUpdate,
) -> Result<PersonSummary, ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.update(&ctx, id, version, update).await)
}

/// Adds a service account.
#[server(prefix = "/api/ui", endpoint = "people/services/add", input = Json, output = Json)]
pub async fn add_service(draft: ServiceDraft) -> Result<PersonSummary, ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.add_service(&ctx, draft).await)
}

/// Ends all sessions of somebody.
#[server(prefix = "/api/ui", endpoint = "people/sign-out", input = Json, output = Json)]
pub async fn sign_out_person(id: UserId) -> Result<PersonSummary, ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.sign_out_everywhere(&ctx, id).await)
}

/// Takes the second factor of somebody away.
#[server(prefix = "/api/ui", endpoint = "people/remove-factor", input = Json, output = Json)]
pub async fn remove_factor_of(id: UserId) -> Result<PersonSummary, ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.remove_factor(&ctx, id).await)
}

/// Makes a link to a new password.
#[server(prefix = "/api/ui", endpoint = "people/password-link", input = Json, output = Json)]
pub async fn make_password_link(id: UserId) -> Result<NewLink, ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.password_link(&ctx, id).await)
}

/// Invitations that can be used.
#[server(prefix = "/api/ui", endpoint = "people/invitations", input = Json, output = Json)]
pub async fn list_invitations() -> Result<Vec<Invitation>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.invitations(&ctx).await)
}

/// Invites somebody.
#[server(prefix = "/api/ui", endpoint = "people/invitations/create", input = Json, output = Json)]
pub async fn invite(draft: InvitationDraft) -> Result<NewLink, ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.invite(&ctx, draft).await)
}

/// Withdraws an invitation.
#[server(prefix = "/api/ui", endpoint = "people/invitations/revoke", input = Json, output = Json)]
pub async fn revoke_invitation(id: InvitationId) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.revoke_invitation(&ctx, id).await)
}

/// The tokens of somebody that count.
#[server(prefix = "/api/ui", endpoint = "people/tokens", input = Json, output = Json)]
pub async fn list_tokens_of(id: UserId) -> Result<Vec<TokenSummary>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.tokens(&ctx, id).await)
}

/// Makes a token for a service account.
#[server(prefix = "/api/ui", endpoint = "people/tokens/create", input = Json, output = Json)]
pub async fn create_token_of(id: UserId, draft: TokenDraft) -> Result<NewToken, ApiError> {
    let (ctx, services) = request()?;
    answer(services.people.create_token(&ctx, id, draft).await)
}
