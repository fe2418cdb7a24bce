//! What everybody does with their own: name, preferences, password, sessions, tokens.

use async_trait::async_trait;

use super::{Answer, NewSession, RequestContext};
use crate::domain::{
    NewToken, OpenInvitation, Preferences, Profile, SessionId, SessionSummary, Theme, TokenDraft,
    TokenId, TokenSummary,
};
use crate::i18n::Language;

/// One's own account, for people who are there themselves, with a session: a token does not manage the account that it
/// is of. `session`, where it is asked for, is the value of the caller's cookie.
#[async_trait]
pub trait ProfileService: Send + Sync {
    async fn get(&self, ctx: &RequestContext) -> Answer<Profile>;
    /// Changes name and preferences.
    async fn update(
        &self,
        ctx: &RequestContext,
        name: &str,
        preferences: Preferences,
    ) -> Answer<Profile>;
    /// Keeps the language, if the person keeps one at all.
    async fn prefer_language(&self, ctx: &RequestContext, language: Language) -> Answer<()>;
    /// Keeps the theme, if the person keeps one at all.
    async fn prefer_theme(&self, ctx: &RequestContext, theme: Theme) -> Answer<()>;
    /// Changes the password and ends all other sessions. Throttled as signing in is. Errors are at `old` and `new`.
    async fn change_password(
        &self,
        ctx: &RequestContext,
        session: Option<&str>,
        old: String,
        new: String,
    ) -> Answer<()>;

    /// Sessions that last, the one used last first.
    async fn sessions(
        &self,
        ctx: &RequestContext,
        session: Option<&str>,
    ) -> Answer<Vec<SessionSummary>>;
    /// Ends one of one's own sessions.
    async fn end_session(&self, ctx: &RequestContext, id: SessionId) -> Answer<()>;
    /// Ends all but this one. Says how many.
    async fn end_others(&self, ctx: &RequestContext, session: Option<&str>) -> Answer<u32>;

    /// One's own tokens that count, newest first.
    async fn tokens(&self, ctx: &RequestContext) -> Answer<Vec<TokenSummary>>;
    /// Makes a token.
    async fn create_token(&self, ctx: &RequestContext, draft: TokenDraft) -> Answer<NewToken>;
    /// Makes a token useless: one's own, and to administrators anybody's; gives those that its account has left. Done
    /// twice it is no error.
    async fn revoke_token(&self, ctx: &RequestContext, id: TokenId) -> Answer<Vec<TokenSummary>>;

    /// Whom this code is for, as long as it can be used.
    async fn open_invitation(
        &self,
        ctx: &RequestContext,
        code: &str,
    ) -> Answer<Option<OpenInvitation>>;
    /// Uses an invitation: adds the person and signs them in, or sets the new password, ends all sessions and tokens, and
    /// leaves signing in to the person. Errors are at `name` and `password`.
    async fn accept_invitation(
        &self,
        ctx: &RequestContext,
        code: &str,
        name: &str,
        password: String,
    ) -> Answer<Option<NewSession>>;
}
