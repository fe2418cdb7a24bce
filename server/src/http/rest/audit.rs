//! `/audit`: who did what.

use app::domain::{AuditDetails, AuditDoor, AuditId, AuditQuery, AuditSummary, UserId};
use app::i18n::Language;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::history::DifferenceBody;
use super::runs::read_instant;
use super::shared::{Listed, ReasonBody, instant};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(in crate::http) struct EntryBody {
    #[schema(format = "uuid")]
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// Null: the server itself, or nobody signed in.
    #[schema(format = "uuid")]
    actor_id: Option<String>,
    /// What they were called then; empty where nobody did it.
    actor: String,
    /// `page`, `rest`, `command_line`, `server`; null of entries from before it was kept.
    door: Option<&'static str>,
    /// The access token that it was done with.
    #[schema(format = "uuid")]
    token_id: Option<String>,
    /// Address of the client.
    network: String,
    /// As `export.update`.
    action: String,
    /// As `export`.
    kind: String,
    object_id: String,
    /// What it was called then; empty where it has no name.
    object_name: String,
}

impl From<AuditSummary> for EntryBody {
    fn from(entry: AuditSummary) -> Self {
        Self {
            id: entry.id.to_string(),
            at: instant(entry.at),
            actor_id: entry.actor_id.map(|id| id.to_string()),
            actor: entry.actor_name,
            door: entry.door.map(AuditDoor::code),
            token_id: entry.token_id.map(|id| id.to_string()),
            network: entry.network,
            action: entry.action,
            kind: entry.kind,
            object_id: entry.object_id,
            object_name: entry.object_name,
        }
    }
}

/// An entry with what it made different.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntryDetails)]
pub(in crate::http) struct DetailsBody {
    #[serde(flatten)]
    entry: EntryBody,
    /// What the token is called.
    token_name: Option<String>,
    /// Why a run ended as it did.
    #[schema(inline)]
    reason: Option<ReasonBody>,
    /// Secrets are never in it: only that one was set, changed or taken away.
    differences: Vec<DifferenceBody>,
}

impl DetailsBody {
    fn new(language: Language, details: AuditDetails) -> Self {
        let differences = details.differences.into_iter();
        Self {
            entry: details.entry.into(),
            token_name: details.token_name,
            reason: details
                .reason
                .map(|reason| ReasonBody::new(language, reason)),
            differences: differences.map(DifferenceBody::from).collect(),
        }
    }
}

/// The filters of the query.
pub(super) fn read_query(parameters: &Parameters) -> AuditQuery {
    let text = |name| parameters.text(name).unwrap_or_default().to_owned();
    AuditQuery {
        search: text("q"),
        actor_id: parameters.one("actor_id", |text| text.parse::<UserId>().ok()),
        door: parameters.one("door", AuditDoor::from_code),
        action: text("action"),
        kind: text("kind"),
        object_id: text("object_id"),
        from: parameters.one("from", read_instant),
        to: parameters.one("to", read_instant),
        ..AuditQuery::default()
    }
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let query = AuditQuery {
        cursor: parameters.cursor(),
        limit: parameters.limit(),
        ..read_query(&parameters)
    };
    parameters.done()?;
    let page = http.services.audit.list(&ctx, query).await?;
    let items = page.items.into_iter().map(EntryBody::from).collect();
    Ok(Listed::new(items, page.next).into_response())
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<AuditId>,
) -> Result<Response, Fault> {
    let details = http.services.audit.get(&ctx, id).await?;
    Ok(Json(DetailsBody::new(ctx.language, details)).into_response())
}
