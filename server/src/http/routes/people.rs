//! Routes of people, service accounts, invitations and tokens.

use axum::http::Method;

use super::{Access, PAGED, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{tokens, users};

pub(super) fn people_routes() -> Vec<Route> {
    use Access::Administrator;
    const LIST: &str = "/api/v1/users";
    const ONE: &str = "/api/v1/users/{id}";
    let one = || Answer::One(schema::<users::UserBody>());
    let versioned = || Answer::Tagged(schema::<users::UserBody>());
    vec![
        Route::new(Method::GET, LIST, "users.list", Administrator, users::list)
            .says("People and service accounts, by name")
            .takes(PAGED)
            .gives(200, Answer::List(schema::<users::UserBody>())),
        Route::new(
            Method::POST,
            LIST,
            "users.create",
            Administrator,
            users::create,
        )
        .says("Adds a service account, which holds tokens and cannot sign in; people are invited")
        .reads(users::service_schema)
        .gives(201, versioned()),
        Route::new(Method::GET, ONE, "users.get", Administrator, users::get)
            .says("A person or a service account")
            .gives(200, versioned()),
        Route::new(
            Method::PUT,
            ONE,
            "users.update",
            Administrator,
            users::update,
        )
        .says("Changes name and role, disables or enables; the last administrator stays one")
        .reads(users::update_schema)
        .gives(200, versioned()),
        Route::new(
            Method::POST,
            "/api/v1/users/{id}/sign-out",
            "users.sign_out",
            Administrator,
            users::sign_out,
        )
        .says("Ends all sessions of somebody")
        .gives(200, one()),
        Route::new(
            Method::DELETE,
            "/api/v1/users/{id}/second-factor",
            "users.remove_factor",
            Administrator,
            users::remove_factor,
        )
        .says("Takes the second factor of somebody away who lost it, and ends their sessions")
        .gives(200, one()),
        Route::new(
            Method::POST,
            "/api/v1/users/{id}/password-link",
            "users.password_link",
            Administrator,
            users::password_link,
        )
        .says("Makes a link to a new password, which works once, within an hour")
        .gives(201, Answer::One(schema::<users::LinkBody>()))
        .tells_once(),
    ]
}

pub(super) fn invitation_routes() -> Vec<Route> {
    use Access::Administrator;
    const LIST: &str = "/api/v1/invitations";
    let list = || Answer::List(schema::<users::InvitationBody>());
    vec![
        Route::new(
            Method::GET,
            LIST,
            "invitations.list",
            Administrator,
            users::invitations,
        )
        .says("Invitations that can be used, newest first")
        .takes(PAGED)
        .gives(200, list()),
        Route::new(
            Method::POST,
            LIST,
            "invitations.create",
            Administrator,
            users::invite,
        )
        .says("Invites somebody, by mail where the server sends mail; the link works once, within a week")
        .reads(users::invitation_schema)
        .gives(201, Answer::One(schema::<users::LinkBody>()))
        .tells_once(),
        Route::new(
            Method::DELETE,
            "/api/v1/invitations/{id}",
            "invitations.revoke",
            Administrator,
            users::revoke_invitation,
        )
        .says("Withdraws an invitation, and gives those that are left")
        .gives(200, list()),
    ]
}

pub(super) fn token_routes() -> Vec<Route> {
    use Access::{Administrator, SignedIn};
    const OWN: &str = "/api/v1/tokens";
    const OF: &str = "/api/v1/users/{id}/tokens";
    let list = || Answer::List(schema::<tokens::TokenBody>());
    let new = || Answer::One(schema::<tokens::NewTokenBody>());
    vec![
        Route::new(Method::GET, OWN, "tokens.list", SignedIn, tokens::list)
            .says("The tokens of the caller that count, newest first; needs a session")
            .takes(PAGED)
            .in_person()
            .gives(200, list()),
        Route::new(Method::POST, OWN, "tokens.create", SignedIn, tokens::create)
            .says("Makes a token of the caller; needs a session")
            .reads(tokens::body_schema)
            .in_person()
            .gives(201, new())
            .tells_once(),
        Route::new(
            Method::DELETE,
            "/api/v1/tokens/{id}",
            "tokens.revoke",
            SignedIn,
            tokens::revoke,
        )
        .says("Revokes a token of the caller, which needs a session, or to administrators anybody's, and gives those that its account has left")
        .in_person()
        .gives(200, list()),
        Route::new(Method::GET, OF, "users.tokens", Administrator, tokens::list_of)
            .says("The tokens of somebody that count, newest first")
            .takes(PAGED)
            .gives(200, list()),
        Route::new(
            Method::POST,
            OF,
            "users.create_token",
            Administrator,
            tokens::create_of,
        )
        .says("Makes a token for a service account")
        .reads(tokens::body_schema)
        .gives(201, new())
        .tells_once(),
    ]
}
