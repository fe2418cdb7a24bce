//! Routes of notices, of what people follow, and of groups.

use axum::http::Method;

use super::{Access, PAGED, Route};
use crate::http::openapi::{Answer, schema};
use crate::http::rest::{notice_channels, notices};

pub(super) fn notice_routes() -> Vec<Route> {
    use Access::SignedIn;
    const EVERYTHING: &str = "/api/v1/follows/everything";
    const ONE: &str = "/api/v1/follows/{id}";
    let list = || Answer::One(schema::<notices::NoticesBody>());
    let following = || Answer::One(schema::<notices::FollowingBody>());
    vec![
        Route::new(
            Method::GET,
            "/api/v1/notices",
            "notices.list",
            SignedIn,
            notices::list,
        )
        .says("The notices of the caller, newest first")
        .gives(200, list()),
        Route::new(
            Method::POST,
            "/api/v1/notices/read",
            "notices.read",
            SignedIn,
            notices::read_all,
        )
        .says("Notes that the caller has read all notices of now")
        .gives(200, list()),
        Route::new(
            Method::GET,
            "/api/v1/follows",
            "follows.list",
            SignedIn,
            notices::following,
        )
        .says("What the caller follows")
        .gives(200, following()),
        Route::new(
            Method::PUT,
            EVERYTHING,
            "follows.everything",
            SignedIn,
            notices::follow_everything,
        )
        .says("Follows every export, with these limits")
        .reads(notices::body_schema)
        .gives(200, following()),
        Route::new(
            Method::DELETE,
            EVERYTHING,
            "follows.not_everything",
            SignedIn,
            notices::unfollow_everything,
        )
        .says("Follows every export no longer; those followed by name stay followed")
        .gives(200, following()),
        Route::new(
            Method::PUT,
            ONE,
            "follows.follow",
            SignedIn,
            notices::follow,
        )
        .says("Follows an export, with these limits, which count before those of everything")
        .reads(notices::body_schema)
        .gives(200, following()),
        Route::new(
            Method::DELETE,
            ONE,
            "follows.unfollow",
            SignedIn,
            notices::unfollow,
        )
        .says("Follows an export no longer")
        .gives(200, following()),
    ]
}

pub(super) fn channel_routes() -> Vec<Route> {
    use Access::Administrator;
    const LIST: &str = "/api/v1/notice-channels";
    const ONE: &str = "/api/v1/notice-channels/{id}";
    let one = || Answer::Tagged(schema::<notice_channels::ChannelBody>());
    vec![
        Route::new(
            Method::GET,
            LIST,
            "notice_channels.list",
            Administrator,
            notice_channels::list,
        )
        .says("Groups that get notices, by name")
        .takes(PAGED)
        .gives(200, Answer::List(schema::<notice_channels::ChannelBody>())),
        Route::new(
            Method::POST,
            LIST,
            "notice_channels.create",
            Administrator,
            notice_channels::create,
        )
        .says("Adds a group: a mail address or a webhook")
        .reads(notice_channels::body_schema)
        .gives(201, one()),
        Route::new(
            Method::PUT,
            ONE,
            "notice_channels.update",
            Administrator,
            notice_channels::update,
        )
        .says("Replaces a group")
        .reads(notice_channels::body_schema)
        .gives(200, one()),
        Route::new(
            Method::DELETE,
            ONE,
            "notice_channels.remove",
            Administrator,
            notice_channels::remove,
        )
        .says("Removes a group")
        .gives(204, Answer::Nothing),
        Route::new(
            Method::POST,
            "/api/v1/notice-channels/{id}/test",
            "notice_channels.test",
            Administrator,
            notice_channels::test,
        )
        .says("Sends a test to a group, and tells what came of it")
        .gives(200, Answer::One(schema::<notice_channels::OutcomeBody>())),
    ]
}
