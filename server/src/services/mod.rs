//! What Waybill does when it is asked: each service authorises, validates, stores, and wakes the
//! workers. Both doors, pages and REST, come through here. No SQL and no HTTP.

mod account;
mod audit_differences;
mod audit_log;
mod bulk_plan;
mod connections;
mod data;
mod delivery_preview;
mod errors;
mod export_about;
mod export_bulk;
mod export_changes;
mod export_copies;
mod export_creation;
mod export_draft;
mod export_fit;
mod export_history;
mod export_names;
mod export_removal;
mod export_runs;
mod export_schedules;
mod export_segments;
mod export_undo;
mod exports;
mod facets;
mod invitations;
mod machine;
mod notices;
mod operation;
pub mod passwords;
pub mod people;
mod people_admin;
mod planned;
mod profile;
mod provider;
mod runs;
mod second_factor;
mod segment_names;
mod segments;
mod signing_in;
mod storage;
mod system;
mod token_making;
mod views;
mod warnings;

pub use facets::FacetCache;

use std::sync::Arc;

use app::domain::{AuditDoor, Reason, Role};
use app::ports::{Actor, Answer, Door, RequestContext, ServiceError, Services};
use base::Clock;
use serde::Serialize;

use crate::crypto::Keyring;
use crate::notices::Outlets;
use crate::oidc;
use crate::pipeline::DataPlane;
use crate::policy::{self, Action, Resource};
use crate::scheduler::Wake;
use crate::store::{
    Store, Tx,
    audit::{self, AuditEntry},
};

/// What the services stand on.
#[derive(Clone)]
pub struct Deps {
    pub store: Store,
    pub data: Arc<DataPlane>,
    /// Seals what people's secrets are.
    pub keyring: Arc<Keyring>,
    pub clock: Arc<dyn Clock>,
    /// Tells the workers that there is something to do.
    pub wake: Wake,
    /// The ways out of the server, for notices.
    pub outlets: Arc<Outlets>,
    /// Where people may sign in beside here.
    pub provider: Option<Arc<oidc::Provider>>,
    /// What was counted of the exports.
    pub facets: Arc<FacetCache>,
    /// Name of this environment, shown on every page.
    pub environment: String,
    /// Demo data: said on every page.
    pub demo: bool,
}

/// All services.
pub fn build(deps: Deps) -> Services {
    Services {
        account: Arc::new(account::Account(deps.clone())),
        audit: Arc::new(audit_log::AuditLog(deps.clone())),
        exports: Arc::new(exports::Exports(deps.clone())),
        bulk: Arc::new(export_bulk::Bulk(deps.clone())),
        history: Arc::new(export_history::History(deps.clone())),
        views: Arc::new(views::Views(deps.clone())),
        runs: Arc::new(runs::Runs(deps.clone())),
        connections: Arc::new(connections::Connections(deps.clone())),
        data: Arc::new(data::Data(deps.clone())),
        segments: Arc::new(segments::Segments(deps.clone())),
        notices: Arc::new(notices::Notices(deps.clone())),
        people: Arc::new(people_admin::People(deps.clone())),
        profile: Arc::new(profile::Profiles(deps.clone())),
        second_factor: Arc::new(second_factor::SecondFactors(deps.clone())),
        provider: provider::AtProvider::of(&deps),
        storage: Arc::new(storage::Storages(deps.clone())),
        system: Arc::new(system::System::new(deps)),
    }
}

impl Deps {
    fn now(&self) -> i64 {
        self.clock.now_us()
    }

    /// Whether the identity provider is the only way in.
    fn passwords_off(&self) -> bool {
        let provider = self.provider.as_ref();
        provider.is_some_and(|provider| provider.is_only_way())
    }
}

/// The person who asks, or *not signed in*.
fn signed_in(ctx: &RequestContext) -> Answer<&Actor> {
    ctx.actor.as_ref().ok_or(ServiceError::NotSignedIn)
}

/// The person as the policy knows them.
fn subject(actor: &Actor) -> policy::Actor {
    policy::Actor {
        id: actor.id,
        role: actor.role,
        by_token: actor.token.is_some(),
    }
}

/// The person who asks, if the policy lets them do this; otherwise the reason why not.
fn allowed<'a>(
    ctx: &'a RequestContext,
    action: Action,
    resource: Resource<'_>,
) -> Answer<&'a Actor> {
    let actor = signed_in(ctx)?;
    if policy::can(&subject(actor), action, resource) {
        return Ok(actor);
    }
    let for_administrators = matches!(
        action,
        Action::ManageConnections
            | Action::ManageData
            | Action::ManageSystem
            | Action::ManageChannels
            | Action::ManageUsers
            | Action::ViewAudit
            | Action::ManageSettings
    );
    let code = match (actor.role, resource) {
        _ if action == Action::OwnAccount => "session_needed",
        (Role::Viewer, _) if !for_administrators => "viewer_may_not_edit",
        (Role::Contributor, Resource::Connection(_)) => "connection_not_shared_with_you",
        (Role::Contributor, Resource::Detached { .. }) => "no_connection_shared_with_you",
        _ => "administrators_only",
    };
    Err(ServiceError::Forbidden(Reason::new(code)))
}

/// An object as the audit log keeps it.
struct Change<'a> {
    action: &'a str,
    kind: &'a str,
    id: String,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
}

/// Writes the audit row of a change, in the transaction of the change.
async fn note(tx: &mut Tx, ctx: &RequestContext, now: i64, change: Change<'_>) -> Answer<()> {
    let actor = ctx.actor.as_ref();
    let entry = AuditEntry {
        at: now,
        actor_id: actor.map(|actor| actor.id),
        actor_name: actor.map_or("", |actor| actor.name.as_str()),
        door: door(actor),
        token: actor.and_then(|actor| actor.token),
        action: change.action,
        object_kind: change.kind,
        object_id: change.id,
        before: change.before,
        after: change.after,
        network: &ctx.network,
    };
    audit::append(tx, &entry).await.map_err(errors::stored)
}

/// The door that a request came through; whoever is not signed in has but pages.
const fn door(actor: Option<&Actor>) -> AuditDoor {
    match actor {
        Some(Actor {
            door: Door::Rest, ..
        }) => AuditDoor::Rest,
        _ => AuditDoor::Page,
    }
}

/// A value as JSON for the audit log.
fn json(value: &impl Serialize) -> Option<serde_json::Value> {
    serde_json::to_value(value).ok()
}

/// *Not available yet*, at the field that asks for it.
fn not_available(value: &str) -> Reason {
    Reason::new("not_available_yet").with("value", value)
}
