//! What everybody does with their own account, and using an invitation. What must work without script are forms.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::ApiError;
use super::codec::Json;
use crate::domain::{
    NewToken, OpenInvitation, Profile, SessionId, SessionSummary, TokenDraft, TokenId, TokenSummary,
};

#[cfg(feature = "ssr")]
use super::{
    account::{session_token, set_session},
    context::request,
    error::answer,
    redirect::redirect_forms,
};
#[cfg(feature = "ssr")]
use crate::domain::{Preferences, Theme};

/// The person as they see themselves.
#[server(prefix = "/api/ui", endpoint = "account/profile", input = Json, output = Json)]
pub async fn get_profile() -> Result<Profile, ApiError> {
    let (ctx, services) = request()?;
    answer(services.profile.get(&ctx).await)
}

/// Changes name and preferences; the form works without script. Empty preferences leave it to the browser.
#[server(name = UpdateProfile, prefix = "/api/ui", endpoint = "account/profile/update", input = PostUrl, output = Json)]
pub async fn update_profile(
    name: String,
    #[server(default)] language: String,
    #[server(default)] time_zone: String,
    #[server(default)] theme: String,
) -> Result<Profile, ApiError> {
    let (ctx, services) = request()?;
    let preferences = Preferences {
        language,
        time_zone: time_zone.trim().to_owned(),
        theme: Theme::from_code(&theme),
    };
    let profile = answer(services.profile.update(&ctx, &name, preferences).await)?;
    redirect_forms("/account?done=profile");
    Ok(profile)
}

/// Changes the password; the form works without script.
#[server(name = ChangePassword, prefix = "/api/ui", endpoint = "account/password", input = PostUrl, output = Json)]
pub async fn change_password(old: String, new: String) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    let session = session_token();
    let changed = services
        .profile
        .change_password(&ctx, session.as_deref(), old, new)
        .await;
    answer(changed)?;
    redirect_forms("/account?tab=security&done=password");
    Ok(())
}

/// Where the person is signed in.
#[server(prefix = "/api/ui", endpoint = "account/sessions", input = Json, output = Json)]
pub async fn list_sessions() -> Result<Vec<SessionSummary>, ApiError> {
    let (ctx, services) = request()?;
    let session = session_token();
    answer(services.profile.sessions(&ctx, session.as_deref()).await)
}

/// Ends one of them; the form works without script.
#[server(name = EndSession, prefix = "/api/ui", endpoint = "account/sessions/end", input = PostUrl, output = Json)]
pub async fn end_session(id: SessionId) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    answer(services.profile.end_session(&ctx, id).await)?;
    redirect_forms("/account?tab=security&done=session");
    Ok(())
}

/// Ends all but this one; the form works without script.
#[server(name = EndOthers, prefix = "/api/ui", endpoint = "account/sessions/end-others", input = PostUrl, output = Json)]
pub async fn end_other_sessions() -> Result<u32, ApiError> {
    let (ctx, services) = request()?;
    let session = session_token();
    let ended = answer(services.profile.end_others(&ctx, session.as_deref()).await)?;
    redirect_forms("/account?tab=security&done=others");
    Ok(ended)
}

/// The tokens of the person that count.
#[server(prefix = "/api/ui", endpoint = "account/tokens", input = Json, output = Json)]
pub async fn list_tokens() -> Result<Vec<TokenSummary>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.profile.tokens(&ctx).await)
}

/// Makes a token.
#[server(prefix = "/api/ui", endpoint = "account/tokens/create", input = Json, output = Json)]
pub async fn create_token(draft: TokenDraft) -> Result<NewToken, ApiError> {
    let (ctx, services) = request()?;
    answer(services.profile.create_token(&ctx, draft).await)
}

/// Revokes a token, one's own, or to administrators anybody's.
#[server(prefix = "/api/ui", endpoint = "account/tokens/revoke", input = Json, output = Json)]
pub async fn revoke_token(id: TokenId) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    answer(services.profile.revoke_token(&ctx, id).await.map(drop))
}

/// Whom an invitation is for, as long as it can be used.
#[server(prefix = "/api/ui", endpoint = "account/invitation", input = Json, output = Json)]
pub async fn read_invitation(code: String) -> Result<Option<OpenInvitation>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.profile.open_invitation(&ctx, &code).await)
}

/// Uses an invitation; the form works without script.
#[server(name = AcceptInvitation, prefix = "/api/ui", endpoint = "account/invitation/accept", input = PostUrl, output = Json)]
pub async fn accept_invitation(
    code: String,
    #[server(default)] name: String,
    password: String,
) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    let accepted = services
        .profile
        .accept_invitation(&ctx, &code, &name, password)
        .await;
    match answer(accepted)? {
        Some(session) => {
            set_session(&session.token, session.max_age_seconds);
            leptos_axum::redirect("/data/exports");
        }
        None => leptos_axum::redirect("/sign-in"),
    }
    Ok(())
}
