//! `/segments/removed`: segments that were taken away, and how they come back.

use app::domain::{RemovedSegment, SegmentId};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::segments::{kind_code, written};
use super::shared::{Listed, instant};
use crate::http::identity::Caller;
use crate::http::parameters::Id;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// A removed segment.
#[derive(Serialize, ToSchema)]
#[schema(as = RemovedSegment)]
pub(in crate::http) struct RemovedBody {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    /// `conditions` or `sql`.
    kind: &'static str,
    #[schema(format = DateTime)]
    removed_at: String,
    removed_by: String,
    /// Until then it can be restored.
    #[schema(format = DateTime)]
    kept_until: String,
}

impl From<RemovedSegment> for RemovedBody {
    fn from(segment: RemovedSegment) -> Self {
        Self {
            id: segment.id.to_string(),
            name: segment.name,
            kind: kind_code(segment.kind),
            removed_at: instant(segment.removed_at),
            removed_by: segment.removed_by,
            kept_until: instant(segment.kept_until),
        }
    }
}

pub(in crate::http) async fn removed(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let removed = http.services.segments.removed(&ctx).await?;
    Ok(Listed::new(removed.into_iter().map(RemovedBody::from).collect(), None).into_response())
}

pub(in crate::http) async fn restore(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<SegmentId>,
) -> Result<Response, Fault> {
    let segment = http.services.segments.restore(&ctx, id).await?;
    Ok(written(StatusCode::OK, ctx.language, segment))
}
