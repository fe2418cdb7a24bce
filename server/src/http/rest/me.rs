//! Who is asking.

use app::domain::Me;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::identity::Caller;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// The person a token or session belongs to.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
pub(in crate::http) struct MeBody {
    #[schema(format = "uuid")]
    id: String,
    email: String,
    name: String,
    /// `viewer`, `contributor`, `administrator`.
    role: &'static str,
    /// Name of this server's environment.
    environment: String,
    demo: bool,
    /// Everything is paused; `/system/pause` says why.
    paused: bool,
    /// Notices that the person has not read.
    unread_notices: u32,
}

impl From<Me> for MeBody {
    fn from(me: Me) -> Self {
        Self {
            id: me.id.to_string(),
            email: me.email,
            name: me.name,
            role: me.role.code(),
            environment: me.environment,
            demo: me.demo,
            paused: me.paused.is_some(),
            unread_notices: me.unread_notices,
        }
    }
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let me = http.services.account.me(&ctx).await?;
    Ok(Json(MeBody::from(me)).into_response())
}
