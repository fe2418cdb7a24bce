//! Making access tokens, for oneself and for service accounts.

use app::domain::{
    DisplayName, FieldErrors, Micros, NewToken, Reason, Role, TokenDraft, TokenId, TokenSummary,
    UserId,
};
use app::ports::{Actor, Answer, RequestContext, ServiceError};
use serde_json::json;
use uuid::Uuid;

use super::errors::{hashed, stored};
use super::passwords::{digest, random_code};
use super::{Change, Deps, note};
use crate::store::{
    SignalKind, Tx,
    people::{self, TokenRow},
};

const DAY: Micros = 24 * 3_600 * 1_000_000;

/// Whose token it is to be.
pub(super) struct For<'a> {
    pub(super) user: UserId,
    /// The most that a token of theirs can do.
    pub(super) role: Role,
    /// Who makes it, where that is somebody else.
    pub(super) by: Option<&'a Actor>,
}

/// Makes a token and gives its text, which is stored nowhere.
pub(super) async fn make(
    deps: &Deps,
    ctx: &RequestContext,
    whose: For<'_>,
    draft: &TokenDraft,
) -> Answer<NewToken> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", DisplayName::parse(&draft.name));
    let days = errors.take("days", draft.parsed_days());
    if draft.role.is_some_and(|role| role > whose.role) {
        errors.add("role", Reason::new("role_too_high"));
    }
    errors.done().map_err(ServiceError::Invalid)?;
    let (name, days) = name.zip(days).ok_or(ServiceError::NotFound)?;
    let now = deps.now();
    let expires_at = now + i64::from(days) * DAY;
    let role = draft.role;
    let kept = people::tokens_of(&deps.store, whose.user, now)
        .await
        .map_err(stored)?;
    if kept.len() >= TokenDraft::MOST as usize {
        let reason = Reason::new("too_many_tokens").with("most", TokenDraft::MOST);
        return Err(ServiceError::Conflict(reason));
    }
    let text = format!("wb_{}", random_code().map_err(hashed)?);
    let row = TokenRow {
        id: TokenId::new(Uuid::now_v7()),
        user_id: whose.user,
        name: name.as_str().to_owned(),
        token_hash: digest(&text),
        created_at: now,
        created_by: whose.by.map_or_else(String::new, |by| by.name.clone()),
        maker_id: whose.by.map(|by| by.id),
        expires_at: Some(expires_at),
        role,
    };
    let mut tx = deps.store.begin().await.map_err(stored)?;
    people::insert_token(&mut tx, &row).await.map_err(stored)?;
    let after = json!({
        "user": whose.user,
        "name": row.name,
        "role": role.map(Role::code),
        "days": days,
    });
    let change = Change {
        action: "token.create",
        kind: "token",
        id: row.id.to_string(),
        before: None,
        after: Some(after),
    };
    note(&mut tx, ctx, now, change).await?;
    tx.signal(SignalKind::Person, whose.user, 0);
    tx.commit().await.map_err(stored)?;
    let token = TokenSummary {
        id: row.id,
        name: row.name,
        role,
        created_at: now,
        created_by: row.created_by,
        expires_at: Some(expires_at),
        last_used_at: None,
    };
    Ok(NewToken { token, text })
}

/// The tokens of service accounts that somebody made and that count, by name. They belong to those accounts and stay with
/// them: whoever takes from their maker what they may is told.
pub(super) async fn made_by(tx: &mut Tx, maker: UserId, now: Micros) -> Answer<Vec<String>> {
    let made = people::tokens_made_by(tx, maker, now)
        .await
        .map_err(stored)?;
    let name = |(account, token): (String, String)| format!("{account}: {token}");
    Ok(made.into_iter().map(name).collect())
}

/// Makes a token useless.
pub(super) async fn revoke(
    deps: &Deps,
    ctx: &RequestContext,
    owner: UserId,
    token: &TokenSummary,
) -> Answer<()> {
    let now = deps.now();
    let mut tx = deps.store.begin().await.map_err(stored)?;
    if !people::revoke_token(&mut tx, token.id)
        .await
        .map_err(stored)?
    {
        return Ok(());
    }
    let change = Change {
        action: "token.revoke",
        kind: "token",
        id: token.id.to_string(),
        before: Some(json!({ "user": owner, "name": token.name })),
        after: None,
    };
    note(&mut tx, ctx, now, change).await?;
    tx.signal(SignalKind::Person, owner, 0);
    tx.commit().await.map_err(stored)
}
