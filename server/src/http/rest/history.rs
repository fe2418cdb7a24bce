//! The history of an export, `/exports/removed`, and bringing back: an older version, or what was removed.

use app::domain::{
    Cause, Difference, DifferenceValue, ExportId, HistoryEntry, RemovedExport, Version,
};
use app::ports::ServiceError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::exports::{FieldBody, written};
use super::schedules::ScheduleBody;
use super::shared::{Listed, Reference, instant};
use crate::http::conditional::{NO_VERSION, after_permission};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// One thing that a change made different.
#[derive(Serialize, ToSchema)]
#[schema(as = Difference)]
pub(super) struct DifferenceBody {
    /// The field of an export, with the names of tables and columns in place of their numbers.
    field: String,
    /// A text, a flag, a number, a schedule or a mapping, as the field has it; null where there is none.
    #[schema(value_type = Value)]
    before: Value,
    #[schema(value_type = Value)]
    after: Value,
}

impl From<Difference> for DifferenceBody {
    fn from(difference: Difference) -> Self {
        Self {
            field: difference.field,
            before: value(difference.before),
            after: value(difference.after),
        }
    }
}

fn value(value: DifferenceValue) -> Value {
    match value {
        DifferenceValue::None => Value::Null,
        DifferenceValue::Text(text) | DifferenceValue::Code(text) => json!(text),
        DifferenceValue::Flag(flag) => json!(flag),
        DifferenceValue::Number(number) => json!(number),
        DifferenceValue::Schedule(schedule) => json!(ScheduleBody::from(*schedule)),
        DifferenceValue::Field(field) => json!(FieldBody::from(field)),
    }
}

/// A change of an export.
#[derive(Serialize, ToSchema)]
#[schema(as = HistoryEntry)]
pub(in crate::http) struct EntryBody {
    #[schema(format = DateTime)]
    at: String,
    by: String,
    /// `create`, `edit`, `schedule`, `detach`, `duplicate`, `restore`, `undo`, `remove`, `restore_removed`, `describe`;
    /// null from before causes were kept.
    cause: Option<&'static str>,
    /// Of `restore`: the version that was taken again.
    restored_from: Option<i64>,
    /// Of `duplicate`: what the original was called then.
    copy_of: Option<String>,
    /// The version that it made; null of a removal, and of labels, owner and note.
    version: Option<i64>,
    /// The version that it made is the one of now.
    is_current: bool,
    /// What undoes it, as one step, while nothing has changed since; null where nothing does.
    #[schema(format = "uuid")]
    change: Option<String>,
    /// How many exports were changed in that step.
    change_exports: u32,
    /// To the version before.
    differences: Vec<DifferenceBody>,
}

impl From<HistoryEntry> for EntryBody {
    fn from(entry: HistoryEntry) -> Self {
        let cause = entry.cause.as_ref();
        Self {
            at: instant(entry.at),
            by: entry.by,
            cause: cause.map(Cause::code),
            restored_from: cause.and_then(Cause::restored_from),
            copy_of: cause.and_then(Cause::copy_of).map(str::to_owned),
            version: entry.version,
            is_current: entry.is_current,
            change: entry.change.map(|change| change.to_string()),
            change_exports: entry.change_exports,
            differences: entry
                .differences
                .into_iter()
                .map(DifferenceBody::from)
                .collect(),
        }
    }
}

/// A removed export.
#[derive(Serialize, ToSchema)]
#[schema(as = RemovedExport)]
pub(in crate::http) struct RemovedBody {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    r#type: &'static str,
    /// Null when it had none, or that is gone.
    connection: Option<Reference>,
    #[schema(format = DateTime)]
    removed_at: String,
    removed_by: String,
    /// Until then it can be restored.
    #[schema(format = DateTime)]
    kept_until: String,
    /// `edit` or `view`: who may edit it may restore it.
    permission: &'static str,
}

impl From<RemovedExport> for RemovedBody {
    fn from(export: RemovedExport) -> Self {
        Self {
            id: export.id.to_string(),
            name: export.name,
            r#type: export.kind.code(),
            connection: export
                .connection
                .map(|connection| Reference::new(connection.id, connection.name)),
            removed_at: instant(export.removed_at),
            removed_by: export.removed_by,
            kept_until: instant(export.kept_until),
            permission: export.permission.code(),
        }
    }
}

/// The body of `/exports/{id}/restore`, for the OpenAPI document.
pub(in crate::http) fn restore_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "version": {"type": "integer", "description": "This version is saved anew. Without it, the export comes back from those removed."},
            "as_it_was": {"type": "boolean", "default": false, "description": "Of a removed export: its schedule is on if it was. Otherwise it comes back switched off."},
        },
    })
}

/// What is to be restored.
#[derive(Default)]
struct Wanted {
    version: Option<Version>,
    as_it_was: bool,
}

fn read_wanted(fields: &Fields<'_>) -> Wanted {
    Wanted {
        version: fields.domain("version"),
        as_it_was: fields.flag("as_it_was").unwrap_or_default(),
    }
}

pub(in crate::http) async fn versions(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let cursor = parameters.cursor();
    parameters.done()?;
    let page = http.services.history.history(&ctx, id, cursor).await?;
    let items = page.items.into_iter().map(EntryBody::from).collect();
    Ok(Listed::new(items, page.next).into_response())
}

pub(in crate::http) async fn removed(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let cursor = parameters.cursor();
    parameters.done()?;
    let page = http.services.history.removed(&ctx, cursor).await?;
    let items = page.items.into_iter().map(RemovedBody::from).collect();
    Ok(Listed::new(items, page.next).into_response())
}

/// Saves an older version anew, or brings a removed export back.
pub(in crate::http) async fn restore(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
    body: Option<JsonBody>,
) -> Result<Response, Fault> {
    let history = &http.services.history;
    let (wanted, wrong) = match body {
        Some(body) => body.read(read_wanted).judged(|_| {}),
        None => (Wanted::default(), None),
    };
    if let Some(fault) = wrong {
        let probe = match history.restore_version(&ctx, id, NO_VERSION).await {
            // Whoever may restore gets as far as that there is no such version.
            Err(ServiceError::NotFound) => history.history(&ctx, id, None).await.map(|_| ()),
            other => other.map(|_| ()),
        };
        return Err(after_permission(probe, fault));
    }
    let export = match wanted.version {
        Some(version) => history.restore_version(&ctx, id, version).await?,
        None => history.restore_removed(&ctx, id, wanted.as_it_was).await?,
    };
    Ok(written(StatusCode::OK, ctx.language, export))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_wanted, &restore_schema(), &[]);
    }

    #[test]
    fn values_are_sent_as_their_fields_have_them() {
        assert_eq!(value(DifferenceValue::None), Value::Null);
        assert_eq!(value(DifferenceValue::Text("a".into())), json!("a"));
        assert_eq!(value(DifferenceValue::Flag(true)), json!(true));
        let field = app::domain::FieldMapping {
            source: "id".into(),
            target: "ID".into(),
        };
        let expected = json!({"source": "id", "target": "ID"});
        assert_eq!(value(DifferenceValue::Field(field)), expected);
    }
}
