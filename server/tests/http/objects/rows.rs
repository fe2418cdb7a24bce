//! Which things a route or a server function takes, and who may do it with them. A new one without a row here fails,
//! whether it takes a thing or not.

use leptos::server_fn::axum::server_fn_paths;
use reqwest::Method;
use server::http::table;

use super::things::Kind;

/// What is done with a thing, by who may do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    /// Looking at it, which everybody may who is signed in.
    See,
    /// What one does with one's own. To all others there is no such thing.
    Own,
    /// The same, but not with a token.
    OwnInPerson,
    /// The same, but that administrators do it with everybody's.
    OwnOrAdminister,
    /// Contributors and administrators, whatever thing it is.
    Contribute,
    /// Those with whom its connection is shared.
    Edit,
    /// The same, of an export as it was before: with the connection of that time.
    Restore,
    /// The same by a command on many, which leaves out what one may not.
    EachEdit,
    Administer,
}

/// A door: a route of REST, or a server function.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub(super) name: &'static str,
    pub(super) method: Method,
    /// Of REST: with `{id}`.
    pub(super) path: &'static str,
}

/// A thing that goes through a door.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) does: Does,
}

/// Every door there is.
pub(super) fn doors() -> Vec<Door> {
    let routes = table().into_iter().map(|route| Door {
        name: route.action,
        method: route.method,
        path: route.path,
    });
    let functions = server_fn_paths().map(|(path, method)| Door {
        name: path.trim_start_matches("/api/ui/"),
        method,
        path,
    });
    routes.chain(functions).collect()
}

impl Door {
    /// The things that it takes: none, one, or several in turn.
    pub(super) fn rows(&self) -> Vec<Row> {
        if self.path.starts_with("/api/ui/") {
            of_function(self.name)
        } else {
            of_route(self.name)
        }
    }
}

fn row(name: &'static str, kind: Kind, does: Does) -> Row {
    Row { name, kind, does }
}

fn of_route(name: &'static str) -> Vec<Row> {
    use Does::{Administer, Contribute, EachEdit, Edit, Own, OwnOrAdminister, See};
    let one = |kind, does| vec![row(name, kind, does)];
    match name {
        "alive"
        | "ready"
        | "figures"
        | "openapi"
        | "me"
        | "exports.list"
        | "exports.facets"
        | "exports.removed"
        | "exports.run_all"
        | "labels.list"
        | "people.list"
        | "views.list"
        | "views.create"
        | "runs.list"
        | "connection_types.list"
        | "connections.list"
        | "connections.create"
        | "connections.removed"
        | "sources.list"
        | "sources.create"
        | "tables.list"
        | "segments.list"
        | "segments.removed"
        | "system.schedule"
        | "system.update_schedule"
        | "system.refresh_all"
        | "system.status"
        | "system.upcoming"
        | "system.pause"
        | "system.set_pause"
        | "system.pipeline"
        | "system.timeline"
        | "system.about"
        | "system.storage"
        | "notices.list"
        | "notices.read"
        | "follows.list"
        | "follows.everything"
        | "follows.not_everything"
        | "users.list"
        | "users.create"
        | "invitations.list"
        | "invitations.create"
        | "tokens.list"
        | "tokens.create"
        | "notice_channels.list"
        | "notice_channels.create"
        | "audit.list"
        | "audit.csv"
        | "settings.get"
        | "settings.update"
        | "oidc.depart"
        | "oidc.arrive" => vec![],
        // Of everything: `events` has its own matrix.
        "events" => vec![],
        "exports.get" | "exports.versions" | "about.get" | "follows.follow"
        | "follows.unfollow" => one(Kind::Export, See),
        "exports.create" => one(Kind::Connection, Edit),
        "exports.update" => vec![
            row(name, Kind::Export, Edit),
            row("exports.update to a connection", Kind::Connection, Edit),
        ],
        "exports.remove" | "exports.duplicate" | "exports.run" | "about.update" => {
            one(Kind::Export, Edit)
        }
        "exports.add_segment" => vec![
            row(name, Kind::Export, Edit),
            row("exports.add_segment of others", Kind::Segment, Contribute),
        ],
        "exports.detach" => one(Kind::Export, Administer),
        "exports.restore" => one(Kind::Removed, Edit),
        "exports.preview" => vec![
            row(name, Kind::Table, Contribute),
            row("exports.preview over a connection", Kind::Connection, Edit),
        ],
        "exports.schedule" => one(Kind::Export, EachEdit),
        "exports.batch" => vec![
            row("exports.batch run", Kind::Export, EachEdit),
            row("exports.batch remove", Kind::Export, EachEdit),
            row("exports.batch detach", Kind::Export, Administer),
        ],
        "exports.undo" => one(Kind::Change, EachEdit),
        "runs.get" | "runs.waybill" => one(Kind::Run, See),
        "runs.cancel" | "runs.release" | "runs.discard" => one(Kind::Run, Edit),
        "connections.get"
        | "connections.update"
        | "connections.remove"
        | "connections.test"
        | "connections.test_draft"
        | "connections.pause"
        | "connections.resume"
        | "connections.release" => one(Kind::Connection, Administer),
        "connections.restore" => one(Kind::RemovedConnection, Administer),
        "sources.get" | "system.tasks" => one(Kind::Source, See),
        "sources.update" | "sources.remove" | "sources.refresh" => one(Kind::Source, Administer),
        "tables.get" | "tables.preview" => one(Kind::Table, See),
        "tables.update" => one(Kind::Table, Administer),
        "segments.get" => one(Kind::Segment, See),
        "segments.create" | "segments.preview" => one(Kind::Table, Contribute),
        "segments.update" | "segments.remove" => one(Kind::Segment, Edit),
        "segments.refresh" => one(Kind::Segment, Contribute),
        "segments.restore" => one(Kind::RemovedSegment, Contribute),
        "system.refresh" => one(Kind::Refresh, See),
        "system.cancel_refresh" => one(Kind::Refresh, Administer),
        "system.cancel_task" => one(Kind::Task, Administer),
        "views.update" | "views.remove" => one(Kind::View, Own),
        "tokens.revoke" => one(Kind::Token, OwnOrAdminister),
        "users.get"
        | "users.update"
        | "users.sign_out"
        | "users.remove_factor"
        | "users.password_link"
        | "users.tokens"
        | "users.create_token" => one(Kind::User, Administer),
        "invitations.revoke" => one(Kind::Invitation, Administer),
        "notice_channels.update" | "notice_channels.remove" | "notice_channels.test" => {
            one(Kind::Channel, Administer)
        }
        "audit.get" => one(Kind::AuditEntry, Administer),
        other => panic!("the route `{other}` has no row in the matrix of objects"),
    }
}

fn of_function(name: &'static str) -> Vec<Row> {
    use Does::{
        Administer, Contribute, EachEdit, Edit, Own, OwnInPerson, OwnOrAdminister, Restore, See,
    };
    let one = |kind, does| vec![row(name, kind, does)];
    match name {
        "account/me"
        | "account/sign-in"
        | "account/sign-in/code"
        | "account/sign-out"
        | "account/set-up-open"
        | "account/set-up"
        | "account/invitation"
        | "account/invitation/accept"
        | "account/profile"
        | "account/profile/update"
        | "account/password"
        | "account/sessions"
        | "account/sessions/end-others"
        | "account/tokens"
        | "account/tokens/create"
        | "account/factor"
        | "account/factor/begin"
        | "account/factor/confirm"
        | "account/factor/codes"
        | "account/factor/remove"
        | "preferences/language"
        | "preferences/theme"
        | "preferences/table"
        | "connections/types"
        | "connections/list"
        | "connections/removed"
        | "connections/choices"
        | "connections/create"
        | "data/sources"
        | "data/sources/create"
        | "data/tables"
        | "segments"
        | "segments/removed"
        | "exports/list"
        | "exports/facets"
        | "exports/removed"
        | "exports/run-all"
        | "exports/run-all/plan"
        | "exports/labels"
        | "exports/people"
        | "exports/time-zones"
        | "exports/schedule/preview"
        | "exports/copy-name"
        | "runs/list"
        | "views"
        | "system/schedule"
        | "system/schedule/update"
        | "system/status"
        | "system/upcoming"
        | "system/pipeline"
        | "system/timeline"
        | "system/about"
        | "system/storage"
        | "system/refreshes/start"
        | "system/pause"
        | "system/resume"
        | "settings/keep"
        | "notices"
        | "notices/read"
        | "notices/following"
        | "notices/channels"
        | "notices/channels/create"
        | "audit/list"
        | "audit/days"
        | "audit/days/update"
        | "people"
        | "people/services/add"
        | "people/invitations"
        | "people/invitations/create" => vec![],
        "exports/get" | "exports/history" | "exports/about" | "notices/follow" => {
            one(Kind::Export, See)
        }
        "exports/create" => vec![
            row(name, Kind::Connection, Edit),
            row("exports/create as a copy", Kind::Export, Edit),
        ],
        "exports/update" => vec![
            row(name, Kind::Export, Edit),
            row("exports/update to a connection", Kind::Connection, Edit),
        ],
        "exports/remove" | "exports/run" | "exports/about/update" | "exports/removal-facts" => {
            one(Kind::Export, Edit)
        }
        "exports/restore-version" => one(Kind::Export, Restore),
        "exports/add-segment" => vec![
            row(name, Kind::Export, Edit),
            row("exports/add-segment of others", Kind::Segment, Contribute),
        ],
        "exports/detach" => one(Kind::Export, Administer),
        "exports/restore" => one(Kind::Removed, Edit),
        "exports/preview-delivery" => vec![
            row(name, Kind::Table, Contribute),
            row(
                "exports/preview-delivery over a connection",
                Kind::Connection,
                Edit,
            ),
        ],
        "exports/schedule" | "exports/schedule/plan" => one(Kind::Export, EachEdit),
        "exports/bulk" => vec![
            row("exports/bulk run", Kind::Export, EachEdit),
            row("exports/bulk remove", Kind::Export, EachEdit),
            row("exports/bulk detach", Kind::Export, Administer),
        ],
        "exports/bulk/plan" => one(Kind::Export, EachEdit),
        "exports/undo" => one(Kind::Change, EachEdit),
        "runs/get" => one(Kind::Run, See),
        "runs/cancel" | "runs/release" | "runs/discard" => one(Kind::Run, Edit),
        "connections/get"
        | "connections/update"
        | "connections/remove"
        | "connections/test"
        | "connections/test-draft"
        | "connections/pause"
        | "connections/resume"
        | "connections/release" => one(Kind::Connection, Administer),
        "connections/restore" => one(Kind::RemovedConnection, Administer),
        "system/tasks/history" => one(Kind::Source, See),
        "data/sources/update" | "data/sources/remove" | "data/sources/refresh" => {
            one(Kind::Source, Administer)
        }
        "data/tables/get" | "data/tables/preview" => one(Kind::Table, See),
        "data/tables/update" => one(Kind::Table, Administer),
        "segments/get" => one(Kind::Segment, See),
        "segments/create" | "segments/preview" => one(Kind::Table, Contribute),
        "segments/update" | "segments/remove" => one(Kind::Segment, Edit),
        "segments/refresh" => one(Kind::Segment, Contribute),
        "segments/restore" => one(Kind::RemovedSegment, Contribute),
        "system/refreshes/get" => one(Kind::Refresh, See),
        "system/refreshes/cancel" => one(Kind::Refresh, Administer),
        "system/tasks/cancel" => one(Kind::Task, Administer),
        "views/save" | "views/remove" => one(Kind::View, Own),
        "account/sessions/end" => one(Kind::Session, OwnInPerson),
        "account/tokens/revoke" => one(Kind::Token, OwnOrAdminister),
        "people/update"
        | "people/sign-out"
        | "people/remove-factor"
        | "people/tokens"
        | "people/password-link"
        | "people/tokens/create" => one(Kind::User, Administer),
        "people/invitations/revoke" => one(Kind::Invitation, Administer),
        "notices/channels/update" | "notices/channels/remove" | "notices/channels/test" => {
            one(Kind::Channel, Administer)
        }
        "audit/entry" => one(Kind::AuditEntry, Administer),
        other => panic!("the server function `{other}` has no row in the matrix of objects"),
    }
}
