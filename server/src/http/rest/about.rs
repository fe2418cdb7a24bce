//! What people note about exports: `/exports/{id}/about`, the labels in use, who may be an owner; and adding a segment
//! to an export, which is a change of it without the rest.

use app::domain::{ExportAbout, ExportAboutDraft, ExportId, PersonRef, Reason, SegmentId};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::exports::written as written_export;
use super::shared::Listed;
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// Labels, owner and note of an export.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportAbout)]
pub(in crate::http) struct AboutBody {
    /// Of its own: that of the export stays when this changes.
    version: i64,
    /// In the order in which they were given.
    labels: Vec<String>,
    owner: Option<PersonBody>,
    /// May have lines.
    note: String,
}

impl From<ExportAbout> for AboutBody {
    fn from(about: ExportAbout) -> Self {
        Self {
            version: about.version,
            labels: about.labels,
            owner: about.owner.map(PersonBody::from),
            note: about.note,
        }
    }
}

/// A label and how many exports have it.
#[derive(Serialize, ToSchema)]
#[schema(as = Label)]
pub(in crate::http) struct LabelBody {
    label: String,
    exports: u32,
}

/// Somebody, by name alone.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub(in crate::http) struct PersonBody {
    #[schema(format = "uuid")]
    id: String,
    name: String,
}

impl From<PersonRef> for PersonBody {
    fn from(person: PersonRef) -> Self {
        Self {
            id: person.id.to_string(),
            name: person.name,
        }
    }
}

/// The body of PUT, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "labels": {"type": "array", "maxItems": ExportAboutDraft::MOST_LABELS,
                "items": {"type": "string", "minLength": 1, "maxLength": app::domain::Label::MOST},
                "description": "They differ in more than case and accents."},
            "owner_id": {"type": ["string", "null"], "format": "uuid"},
            "note": {"type": "string", "maxLength": ExportAboutDraft::MOST_NOTE, "description": "May have lines."},
        },
    })
}

fn read_draft(fields: &Fields<'_>) -> ExportAboutDraft {
    ExportAboutDraft {
        labels: fields.texts("labels").unwrap_or_default(),
        owner_id: fields.id("owner_id"),
        note: fields.optional_text("note").unwrap_or_default(),
    }
}

/// The body of POST that adds a segment, for the OpenAPI document.
pub(in crate::http) fn segment_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["segment_id"],
        "properties": {"segment_id": {"type": "string", "format": "uuid"}},
    })
}

/// The segment that is named; where none is, one that nothing has.
fn read_segment(fields: &Fields<'_>) -> SegmentId {
    if fields.raw("segment_id").is_none() {
        fields.wrong("segment_id", Reason::new("required"));
    }
    let none = SegmentId::new(Uuid::nil());
    fields.id("segment_id").unwrap_or(none)
}

fn written(about: ExportAbout) -> Response {
    tagged(StatusCode::OK, about.version, AboutBody::from(about))
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
) -> Result<Response, Fault> {
    Ok(written(http.services.views.about(&ctx, id).await?))
}

pub(in crate::http) async fn update(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
    condition: IfMatch,
    body: JsonBody,
) -> Result<Response, Fault> {
    let views = &http.services.views;
    let (draft, wrong) = body.read(read_draft).judged(|_| {});
    if let Some(fault) = condition.fault().or(wrong) {
        let probe = views.describe(&ctx, id, NO_VERSION, draft).await;
        return Err(after_permission(probe, fault));
    }
    let version = match condition {
        IfMatch::Version(version) => version,
        _ => views.about(&ctx, id).await?.version,
    };
    Ok(written(views.describe(&ctx, id, version, draft).await?))
}

pub(in crate::http) async fn labels(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let (cursor, limit) = (parameters.cursor(), parameters.limit());
    parameters.done()?;
    let labels = http.services.views.labels(&ctx).await?;
    let rows = labels
        .into_iter()
        .map(|(label, exports)| (label.clone(), LabelBody { label, exports }))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

pub(in crate::http) async fn people(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let (cursor, limit) = (parameters.cursor(), parameters.limit());
    parameters.done()?;
    let people = http.services.views.people(&ctx).await?;
    let rows = people
        .into_iter()
        .map(|person| (person.id.to_string(), PersonBody::from(person)))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

/// Saves an export with a segment more.
pub(in crate::http) async fn add_segment(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
    body: JsonBody,
) -> Result<Response, Fault> {
    let none = SegmentId::new(Uuid::nil());
    let (segment, wrong) = body.read(read_segment).judged(|segment| *segment = none);
    let answer = http.services.exports.add_segment(&ctx, id, segment).await;
    match wrong {
        Some(fault) => Err(after_permission(answer, fault)),
        None => Ok(written_export(StatusCode::OK, ctx.language, answer?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_bodies_are_those_that_are_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &body_schema(), &[]);
        JsonBody::of("{}").assert_asks_for(read_segment, &segment_schema(), &[]);
    }
}
