//! Routes of saved views, of what people note about exports, and of segments that are added to exports.

use axum::http::Method;

use super::{Access, PAGED, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{about, exports, views};

pub(super) fn about_routes() -> Vec<Route> {
    use Access::{Contributor, SignedIn};
    const ONE: &str = "/api/v1/exports/{id}/about";
    let one = || Answer::Tagged(schema::<about::AboutBody>());
    vec![
        Route::new(Method::GET, ONE, "about.get", SignedIn, about::get)
            .says("Labels, owner and note of an export")
            .gives(200, one()),
        Route::new(Method::PUT, ONE, "about.update", Contributor, about::update)
            .says("Replaces labels, owner and note of an export; they have a version of their own")
            .reads(about::body_schema)
            .gives(200, one()),
        Route::new(
            Method::GET,
            "/api/v1/labels",
            "labels.list",
            SignedIn,
            about::labels,
        )
        .says("The labels in use, by name")
        .takes(PAGED)
        .gives(200, Answer::List(schema::<about::LabelBody>())),
        Route::new(
            Method::GET,
            "/api/v1/people",
            "people.list",
            SignedIn,
            about::people,
        )
        .says("Who may own an export, by name")
        .takes(PAGED)
        .gives(200, Answer::List(schema::<about::PersonBody>())),
        Route::new(
            Method::POST,
            "/api/v1/exports/{id}/items",
            "exports.add_segment",
            Contributor,
            about::add_segment,
        )
        .says("Adds a segment to what an export sends, all fields of it")
        .reads(about::segment_schema)
        .gives(200, Answer::Tagged(schema::<exports::ExportDetailsBody>())),
    ]
}

pub(super) fn view_routes() -> Vec<Route> {
    use Access::SignedIn;
    const LIST: &str = "/api/v1/views";
    const ONE: &str = "/api/v1/views/{id}";
    let one = || Answer::One(schema::<views::ViewBody>());
    let list = || Answer::List(schema::<views::ViewBody>());
    vec![
        Route::new(Method::GET, LIST, "views.list", SignedIn, views::list)
            .says("The views of the list of exports that the caller saved, by name")
            .gives(200, list()),
        Route::new(Method::POST, LIST, "views.create", SignedIn, views::create)
            .says("Saves a view; nobody else sees it")
            .reads(views::body_schema)
            .gives(201, one()),
        Route::new(Method::PUT, ONE, "views.update", SignedIn, views::update)
            .says("Replaces a view of the caller")
            .reads(views::body_schema)
            .gives(200, one()),
        Route::new(Method::DELETE, ONE, "views.remove", SignedIn, views::remove)
            .says("Removes a view of the caller, and gives those that are left")
            .gives(200, list()),
    ]
}
