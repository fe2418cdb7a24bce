//! Routes of segments.

use axum::http::Method;

use super::{Access, PAGED, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{removed_segments, segments};

pub(super) fn segment_routes() -> Vec<Route> {
    use Access::{Contributor, SignedIn};
    const LIST: &str = "/api/v1/segments";
    const ONE: &str = "/api/v1/segments/{id}";
    let one = || Answer::Tagged(schema::<segments::DetailsBody>());
    vec![
        Route::new(
            Method::GET,
            LIST,
            "segments.list",
            SignedIn,
            segments::list,
        )
        .says("Segments, by name")
        .takes(PAGED)
        .gives(200, Answer::List(schema::<segments::SummaryBody>())),
        Route::new(
            Method::POST,
            LIST,
            "segments.create",
            Contributor,
            segments::create,
        )
        .says("Creates a segment and asks for its first evaluation")
        .reads(segments::body_schema)
        .gives(201, one()),
        Route::new(
            Method::GET,
            ONE,
            "segments.get",
            SignedIn,
            segments::get,
        )
        .says("A segment with its definition and the exports that take it")
        .gives(200, one()),
        Route::new(
            Method::PUT,
            ONE,
            "segments.update",
            Contributor,
            segments::update,
        )
        .says("Replaces the definition of a segment whose exports one may all edit, and asks for an evaluation")
        .reads(segments::body_schema)
        .gives(200, one()),
        Route::new(
            Method::DELETE,
            ONE,
            "segments.remove",
            Contributor,
            segments::remove,
        )
        .says("Removes a segment that no export takes")
        .gives(204, Answer::Nothing),
        Route::new(
            Method::POST,
            "/api/v1/segments/preview",
            "segments.preview",
            Contributor,
            segments::preview,
        )
        .says("What a definition comes to on the latest snapshots, without saving it")
        .reads(segments::definition_schema)
        .gives(200, Answer::One(schema::<segments::SegmentPreviewBody>())),
        Route::new(
            Method::POST,
            "/api/v1/segments/{id}/refresh",
            "segments.refresh",
            Contributor,
            segments::refresh,
        )
        .says("Asks for an evaluation on the latest snapshots")
        .gives(202, Answer::Tagged(schema::<segments::SummaryBody>())),
        Route::new(
            Method::GET,
            "/api/v1/segments/removed",
            "segments.removed",
            Contributor,
            removed_segments::removed,
        )
        .says("Segments that were removed and can be restored, newest first")
        .gives(200, Answer::List(schema::<removed_segments::RemovedBody>())),
        Route::new(
            Method::POST,
            "/api/v1/segments/{id}/restore",
            "segments.restore",
            Contributor,
            removed_segments::restore,
        )
        .says("Brings a removed segment back, and asks for an evaluation")
        .gives(200, one()),
    ]
}
