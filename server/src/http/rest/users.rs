//! `/users` and `/invitations`: people, service accounts, and links to become somebody.

use app::domain::{
    Invitation, InvitationDraft, InvitationId, NewLink, PersonSummary, PersonUpdate, Reason, Role,
    ServiceDraft, UserId,
};
use app::i18n::Language;
use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shared::{Listed, ReasonBody, instant, maybe_instant};
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// A person or a service account.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(in crate::http) struct UserBody {
    #[schema(format = "uuid")]
    id: String,
    version: i64,
    /// `person`, or `service`, which holds tokens and cannot sign in.
    kind: &'static str,
    name: String,
    /// Null of service accounts.
    email: Option<String>,
    /// `viewer`, `contributor`, `administrator`.
    role: &'static str,
    disabled: bool,
    has_second_factor: bool,
    /// Sessions that last.
    sessions: u32,
    /// Tokens that count.
    tokens: u32,
    #[schema(format = DateTime)]
    last_seen_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    /// Empty: the command line, or setting up.
    created_by: String,
}

impl From<PersonSummary> for UserBody {
    fn from(person: PersonSummary) -> Self {
        Self {
            id: person.id.to_string(),
            version: person.version,
            kind: person.kind.code(),
            name: person.name,
            email: person.email,
            role: person.role.code(),
            disabled: person.disabled,
            has_second_factor: person.has_second_factor,
            sessions: person.sessions,
            tokens: person.tokens,
            last_seen_at: maybe_instant(person.last_seen_at),
            created_at: instant(person.created_at),
            created_by: person.created_by,
        }
    }
}

/// An invitation that can be used.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(in crate::http) struct InvitationBody {
    #[schema(format = "uuid")]
    id: String,
    email: String,
    name: String,
    /// `viewer`, `contributor`, `administrator`.
    role: &'static str,
    #[schema(format = DateTime)]
    created_at: String,
    created_by: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<Invitation> for InvitationBody {
    fn from(invitation: Invitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.email,
            name: invitation.name,
            role: invitation.role.code(),
            created_at: instant(invitation.created_at),
            created_by: invitation.created_by,
            expires_at: instant(invitation.expires_at),
        }
    }
}

/// A link that was just made.
#[derive(Serialize, ToSchema)]
#[schema(as = NewLink)]
pub(in crate::http) struct LinkBody {
    #[schema(inline)]
    invitation: InvitationBody,
    /// The link, this once; null: it was sent by mail.
    link: Option<String>,
    /// Why no mail took it, where the server sends mail.
    #[schema(inline)]
    problem: Option<ReasonBody>,
}

impl LinkBody {
    fn new(language: Language, link: NewLink) -> Self {
        Self {
            invitation: link.invitation.into(),
            link: link.link,
            problem: link.problem.map(|reason| ReasonBody::new(language, reason)),
        }
    }
}

fn roles() -> Value {
    json!({"type": "string", "enum": Role::ALL.map(Role::code)})
}

/// The body of PUT, for the OpenAPI document.
pub(in crate::http) fn update_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["name", "role"],
        "properties": {
            "name": {"type": "string", "maxLength": 120},
            "role": roles(),
            "disabled": {"type": "boolean", "default": false},
        },
    })
}

/// The body of POST that adds a service account, for the OpenAPI document.
pub(in crate::http) fn service_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["name", "role"],
        "properties": {"name": {"type": "string", "maxLength": 120}, "role": roles()},
    })
}

/// The body of POST that invites somebody, for the OpenAPI document.
pub(in crate::http) fn invitation_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["email", "name", "role"],
        "properties": {
            "email": {"type": "string"},
            "name": {"type": "string", "maxLength": 120},
            "role": roles(),
            "language": {"enum": Language::ALL.map(Language::code),
                "description": "Of the mail; that of the request when it is left out."},
        },
    })
}

/// A role that must be there.
fn read_role(fields: &Fields<'_>) -> Role {
    if fields.raw("role").is_none() {
        fields.wrong("role", Reason::new("required"));
    }
    fields.domain("role").unwrap_or(Role::Viewer)
}

fn read_update(fields: &Fields<'_>) -> PersonUpdate {
    PersonUpdate {
        name: fields.text("name"),
        role: read_role(fields),
        disabled: fields.flag("disabled").unwrap_or_default(),
    }
}

fn read_service(fields: &Fields<'_>) -> ServiceDraft {
    ServiceDraft {
        name: fields.text("name"),
        role: read_role(fields),
    }
}

fn read_invitation(fields: &Fields<'_>) -> InvitationDraft {
    InvitationDraft {
        email: fields.text("email"),
        name: fields.text("name"),
        role: read_role(fields),
        language: fields.optional_text("language").unwrap_or_default(),
    }
}

fn written(status: StatusCode, person: PersonSummary) -> Response {
    tagged(status, person.version, UserBody::from(person))
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let (cursor, limit) = (parameters.cursor(), parameters.limit());
    parameters.done()?;
    let people = http.services.people.list(&ctx).await?;
    let rows = people
        .into_iter()
        .map(|person| (person.id.to_string(), UserBody::from(person)))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
) -> Result<Response, Fault> {
    let person = http.services.people.get(&ctx, id).await?;
    Ok(written(StatusCode::OK, person))
}

pub(in crate::http) async fn create(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let (draft, wrong) = body.read(read_service).judged(|draft| draft.name.clear());
    let answer = http.services.people.add_service(&ctx, draft).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    let person = answer?;
    let location = format!("/api/v1/users/{}", person.id);
    let mut response = written(StatusCode::CREATED, person);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

pub(in crate::http) async fn update(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
    condition: IfMatch,
    body: JsonBody,
) -> Result<Response, Fault> {
    let people = &http.services.people;
    let (draft, wrong) = body.read(read_update).judged(|draft| draft.name.clear());
    if let Some(fault) = condition.fault().or(wrong) {
        let probe = people.update(&ctx, id, NO_VERSION, draft).await;
        return Err(after_permission(probe, fault));
    }
    let version = match condition {
        IfMatch::Version(version) => version,
        _ => people.get(&ctx, id).await?.version,
    };
    let person = people.update(&ctx, id, version, draft).await?;
    Ok(written(StatusCode::OK, person))
}

pub(in crate::http) async fn sign_out(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
) -> Result<Response, Fault> {
    let person = http.services.people.sign_out_everywhere(&ctx, id).await?;
    Ok(Json(UserBody::from(person)).into_response())
}

pub(in crate::http) async fn remove_factor(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
) -> Result<Response, Fault> {
    let person = http.services.people.remove_factor(&ctx, id).await?;
    Ok(Json(UserBody::from(person)).into_response())
}

pub(in crate::http) async fn password_link(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
) -> Result<Response, Fault> {
    let link = http.services.people.password_link(&ctx, id).await?;
    let body = LinkBody::new(ctx.language, link);
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

pub(in crate::http) async fn invitations(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let (cursor, limit) = (parameters.cursor(), parameters.limit());
    parameters.done()?;
    let invitations = http.services.people.invitations(&ctx).await?;
    let rows = invitations
        .into_iter()
        .map(|row| (row.id.to_string(), InvitationBody::from(row)))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

pub(in crate::http) async fn invite(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let (draft, wrong) = body
        .read(read_invitation)
        .judged(|draft| draft.name.clear());
    let answer = http.services.people.invite(&ctx, draft).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    let body = LinkBody::new(ctx.language, answer?);
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Withdraws an invitation, and gives those that are left: it has no version that could be asked for.
pub(in crate::http) async fn revoke_invitation(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<InvitationId>,
) -> Result<Response, Fault> {
    http.services.people.revoke_invitation(&ctx, id).await?;
    let left = http.services.people.invitations(&ctx).await?;
    let items: Vec<_> = left.into_iter().map(InvitationBody::from).collect();
    Ok(Listed::new(items, None).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_bodies_are_those_that_are_read() {
        JsonBody::of("{}").assert_asks_for(read_update, &update_schema(), &[]);
        JsonBody::of("{}").assert_asks_for(read_service, &service_schema(), &[]);
        JsonBody::of("{}").assert_asks_for(read_invitation, &invitation_schema(), &[]);
    }
}
