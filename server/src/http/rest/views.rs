//! `/views`: how the caller likes to see the list of exports.

use app::domain::{SavedView, SavedViewDraft, ViewId};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shared::Listed;
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::Id;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// A view of the list of exports.
#[derive(Serialize, ToSchema)]
#[schema(as = SavedView)]
pub(in crate::http) struct ViewBody {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    /// Of the address of the page, without `?`.
    query: String,
}

impl From<SavedView> for ViewBody {
    fn from(view: SavedView) -> Self {
        Self {
            id: view.id.to_string(),
            name: view.name,
            query: view.query,
        }
    }
}

/// The body of POST and PUT, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["name"],
        "properties": {
            "name": {"type": "string", "maxLength": app::domain::DisplayName::MOST},
            "query": {"type": "string", "default": "", "maxLength": SavedViewDraft::MOST_QUERY,
                "description": "Search, filters, order and rows per page, as the address of the page has them. The place in the list and an open pane are left out."},
        },
    })
}

fn read_draft(fields: &Fields<'_>) -> SavedViewDraft {
    SavedViewDraft {
        name: fields.text("name"),
        query: fields.optional_text("query").unwrap_or_default(),
    }
}

/// What a body says. Everybody keeps views, so that a wrong form is told at once.
fn draft(body: JsonBody) -> Result<SavedViewDraft, Fault> {
    let (draft, wrong) = body.read(read_draft).judged(|_| {});
    wrong.map_or(Ok(draft), Err)
}

fn listed(views: Vec<SavedView>) -> Response {
    let items: Vec<_> = views.into_iter().map(ViewBody::from).collect();
    Listed::new(items, None).into_response()
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    Ok(listed(http.services.views.views(&ctx).await?))
}

pub(in crate::http) async fn create(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let draft = draft(body)?;
    let view = http.services.views.save_view(&ctx, None, draft).await?;
    Ok((StatusCode::CREATED, Json(ViewBody::from(view))).into_response())
}

pub(in crate::http) async fn update(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ViewId>,
    body: JsonBody,
) -> Result<Response, Fault> {
    let draft = draft(body)?;
    let view = http.services.views.save_view(&ctx, Some(id), draft).await?;
    Ok(Json(ViewBody::from(view)).into_response())
}

/// Removes a view, and gives those that are left: a view has no version that could be asked for.
pub(in crate::http) async fn remove(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ViewId>,
) -> Result<Response, Fault> {
    http.services.views.remove_view(&ctx, id).await?;
    Ok(listed(http.services.views.views(&ctx).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &body_schema(), &[]);
    }
}
