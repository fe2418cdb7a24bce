//! `/tokens` and `/users/{id}/tokens`: access tokens, one's own and those of service accounts.

use app::domain::{NewToken, Role, TokenDraft, TokenId, TokenSummary, UserId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shared::{Listed, instant, maybe_instant};
use crate::http::conditional::after_permission;
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// A token, without what it is.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(in crate::http) struct TokenBody {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    /// The most that it may; null: what its account may.
    role: Option<&'static str>,
    #[schema(format = DateTime)]
    created_at: String,
    /// Empty: the command line, or its own account.
    created_by: String,
    /// Null: never.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl From<TokenSummary> for TokenBody {
    fn from(token: TokenSummary) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            role: token.role.map(Role::code),
            created_at: instant(token.created_at),
            created_by: token.created_by,
            expires_at: maybe_instant(token.expires_at),
            last_used_at: maybe_instant(token.last_used_at),
        }
    }
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
#[schema(as = NewToken)]
pub(in crate::http) struct NewTokenBody {
    /// What goes behind `Bearer`, this once.
    token: String,
    #[serde(flatten)]
    about: TokenBody,
}

impl From<NewToken> for NewTokenBody {
    fn from(new: NewToken) -> Self {
        Self {
            token: new.text,
            about: new.token.into(),
        }
    }
}

/// The body of POST, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["name"],
        "properties": {
            "name": {"type": "string", "maxLength": 120},
            "role": {"enum": [null, "viewer", "contributor", "administrator"],
                "description": "The most that it may; what its account may when it is left out."},
            "days": {"type": "integer", "minimum": 1, "maximum": TokenDraft::MOST_DAYS,
                "default": TokenDraft::USUAL_DAYS, "description": "For how long it counts."},
        },
    })
}

fn read_draft(fields: &Fields<'_>) -> TokenDraft {
    TokenDraft {
        name: fields.text("name"),
        role: fields.domain("role"),
        days: fields.domain("days").unwrap_or(TokenDraft::USUAL_DAYS),
    }
}

fn read(body: JsonBody) -> (TokenDraft, Option<Fault>) {
    body.read(read_draft).judged(|draft| draft.name.clear())
}

fn made(token: NewToken) -> Response {
    (StatusCode::CREATED, Json(NewTokenBody::from(token))).into_response()
}

fn piece(tokens: Vec<TokenSummary>, parameters: Parameters) -> Result<Response, Fault> {
    let (cursor, limit) = (parameters.cursor(), parameters.limit());
    parameters.done()?;
    let rows = tokens
        .into_iter()
        .map(|token| (token.id.to_string(), TokenBody::from(token)))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    piece(http.services.profile.tokens(&ctx).await?, parameters)
}

pub(in crate::http) async fn create(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let (draft, wrong) = read(body);
    let answer = http.services.profile.create_token(&ctx, draft).await;
    match wrong {
        Some(fault) => Err(after_permission(answer, fault)),
        None => Ok(made(answer?)),
    }
}

/// Revokes a token, and gives those that its account has left: it has no version that could be asked for.
pub(in crate::http) async fn revoke(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<TokenId>,
) -> Result<Response, Fault> {
    let left = http.services.profile.revoke_token(&ctx, id).await?;
    let items: Vec<_> = left.into_iter().map(TokenBody::from).collect();
    Ok(Listed::new(items, None).into_response())
}

pub(in crate::http) async fn list_of(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
    parameters: Parameters,
) -> Result<Response, Fault> {
    piece(http.services.people.tokens(&ctx, id).await?, parameters)
}

pub(in crate::http) async fn create_of(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
    body: JsonBody,
) -> Result<Response, Fault> {
    let (draft, wrong) = read(body);
    let answer = http.services.people.create_token(&ctx, id, draft).await;
    match wrong {
        Some(fault) => Err(after_permission(answer, fault)),
        None => Ok(made(answer?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &body_schema(), &[]);
    }
}
