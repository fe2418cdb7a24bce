//! Schedules in the bodies of exports and of the system refresh, and `/exports/schedule`.

use app::domain::{
    MonthDayDraft, Reason, RecurrenceKind, ScheduleChange, ScheduleDraft, ScheduleMode,
    ScheduleOutcome, Weekday,
};
use app::i18n::Language;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};

use super::shared::{Listed, ReasonBody};
use super::target::{read_target, spoil, target_schema};
use crate::http::conditional::after_permission;
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// When something starts by itself. What its recurrence does not use is left out.
#[derive(Serialize, ToSchema)]
#[schema(as = Schedule)]
pub(super) struct ScheduleBody {
    /// `system` (after every scheduled refresh), `hourly`, `daily`, `weekly`, `monthly`, `once`, `cron`.
    recurrence: &'static str,
    /// Hours of `hourly`, weeks of `weekly`.
    #[serde(skip_serializing_if = "Option::is_none")]
    every: Option<u8>,
    /// `hourly`: the time of day that the hours are counted from. `weekly`: a day of the week that the
    /// weeks are counted from.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// `weekly`: `mon` to `sun`.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<Vec<String>>,
    #[schema(schema_with = month_days)]
    #[serde(skip_serializing_if = "Option::is_none")]
    month_days: Option<Vec<MonthDayDraft>>,
    /// `daily`, `weekly`, `monthly`: `06:00`, ….
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<Vec<String>>,
    /// `once`: `2026-12-24T06:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// `cron`: five fields, as POSIX means them.
    #[serde(skip_serializing_if = "Option::is_none")]
    cron: Option<String>,
    /// The IANA name of the zone of all these days and times.
    time_zone: String,
    /// The first day on which it may start.
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_on: Option<String>,
    /// The last day on which it may start.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<String>,
    /// It does not start before this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pause_reason: Option<String>,
    /// How late an overdue start may still run.
    #[serde(skip_serializing_if = "Option::is_none")]
    catch_up_hours: Option<u16>,
}

fn month_days() -> ArrayBuilder {
    let day = SchemaType::from_iter([Type::Integer, Type::String]);
    ArrayBuilder::new()
        .items(ObjectBuilder::new().schema_type(day))
        .description(Some("`monthly`: 1 to 31, `last`, `2nd tue`, `last fri`."))
}

impl From<ScheduleDraft> for ScheduleBody {
    fn from(schedule: ScheduleDraft) -> Self {
        Self {
            recurrence: schedule.recurrence.code(),
            every: schedule.every,
            from: schedule.from,
            days: schedule.days,
            month_days: schedule.month_days,
            times: schedule.times,
            at: schedule.at,
            cron: schedule.cron,
            time_zone: schedule.time_zone,
            starts_on: schedule.starts_on,
            ends_on: schedule.ends_on,
            paused_until: schedule.paused_until,
            pause_reason: schedule.pause_reason,
            catch_up_hours: schedule.catch_up_hours,
        }
    }
}

/// A schedule in a body, for the OpenAPI document.
pub(super) fn schedule_schema() -> Value {
    let day = json!({"type": "string", "format": "date"});
    json!({
        "type": "object", "additionalProperties": false, "required": ["recurrence"],
        "description": "When it starts by itself. What another recurrence uses is refused.",
        "properties": {
            "recurrence": {"enum": RecurrenceKind::ALL.map(RecurrenceKind::code)},
            "every": {"type": "integer", "default": 1, "description": "`hourly`: 1, 2, 3, 4, 6, 8 or 12 hours. `weekly`: 1 to 52 weeks."},
            "from": {"type": "string", "description": "`hourly`: the time of day to count from. `weekly`: a day of the week to count from; needed when `every` is above 1."},
            "days": {"type": "array", "items": {"enum": Weekday::ALL.map(Weekday::code)}},
            "month_days": {"type": "array", "items": {"type": ["integer", "string"]}, "description": "1 to 31, `last`, `2nd tue`, `last fri`. A month that lacks a day leaves it out."},
            "times": {"type": "array", "items": {"type": "string"}, "maxItems": app::domain::MOST_TIMES, "description": "`06:00`, …"},
            "at": {"type": "string", "description": "`2026-12-24T06:00`"},
            "cron": {"type": "string", "description": "Five fields, as POSIX means them."},
            "time_zone": {"type": "string", "description": "IANA name. `system` may leave it out."},
            "starts_on": day, "ends_on": day, "paused_until": day,
            "pause_reason": {"type": "string", "maxLength": 200},
            "catch_up_hours": {"type": "integer", "minimum": 0, "maximum": app::domain::MOST_CATCH_UP_HOURS, "default": app::domain::DEFAULT_CATCH_UP_HOURS, "description": "How late an overdue start may still run."},
        },
    })
}

/// Reads the field `schedule`: its form alone, the services judge what it says.
pub(super) fn read_schedule(fields: &Fields<'_>) -> Option<ScheduleDraft> {
    let given = fields.raw("schedule")?;
    if given.is_object() && given.get("recurrence").is_none() {
        fields.wrong("schedule.recurrence", Reason::new("required"));
    }
    Some(fields.domain_with_defaults("schedule"))
}

/// A flag that must be there.
pub(super) fn read_enabled(fields: &Fields<'_>) -> bool {
    if fields.raw("enabled").is_none() {
        fields.wrong("enabled", Reason::new("required"));
    }
    fields.flag("enabled").unwrap_or_default()
}

/// The body of `/exports/schedule`, for the OpenAPI document.
pub(in crate::http) fn change_schema() -> Value {
    let mut schema = json!({
        "type": "object", "additionalProperties": false, "required": ["mode", "enabled"],
        "properties": {
            "mode": {"enum": ["keep", "define"], "description": "`keep`: only switches them on or off. `define`: gives all of them `schedule`."},
            "enabled": {"type": "boolean"},
            "schedule": schedule_schema(),
            "seal": super::bulk::seal(),
            "version": {"type": "integer", "description": "With one id only: if somebody saved the export since this version, 412 and nothing is changed. Without it, what anybody saved is replaced."},
        },
    });
    for (name, property) in target_schema() {
        schema["properties"][name] = property;
    }
    schema
}

fn read_change(fields: &Fields<'_>) -> ScheduleChange {
    if fields.raw("mode").is_none() {
        fields.wrong("mode", Reason::new("required"));
    }
    ScheduleChange {
        target: read_target(fields),
        mode: fields.domain("mode").unwrap_or(ScheduleMode::Keep),
        enabled: read_enabled(fields),
        schedule: read_schedule(fields),
        version: fields.domain("version"),
        seal: fields.optional_text("seal"),
    }
}

/// What became of one export of the change.
#[derive(Serialize, ToSchema)]
#[schema(as = ScheduleOutcome)]
pub(in crate::http) struct OutcomeBody {
    #[schema(format = "uuid")]
    id: String,
    /// Null when there is no such export.
    name: Option<String>,
    /// Why it was left out; null when it was changed.
    #[schema(inline)]
    error: Option<ReasonBody>,
}

impl OutcomeBody {
    fn new(language: Language, outcome: ScheduleOutcome) -> Self {
        Self {
            id: outcome.id.to_string(),
            name: outcome.name,
            error: outcome
                .error
                .map(|reason| ReasonBody::new(language, reason)),
        }
    }
}

/// Changes the schedules of several exports.
pub(in crate::http) async fn change(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let (change, wrong) = body
        .read(read_change)
        .judged(|change| spoil(&mut change.target));
    let answer = http.services.exports.schedule(&ctx, change).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    let outcomes = answer?
        .into_iter()
        .map(|outcome| OutcomeBody::new(ctx.language, outcome))
        .collect();
    Ok(Listed::new(outcomes, None).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_change, &change_schema(), &[]);
    }

    #[test]
    fn every_field_of_a_schedule_is_documented_and_sent_back() {
        let documented = schedule_schema();
        let whole = ScheduleDraft {
            recurrence: RecurrenceKind::Hourly,
            every: Some(2),
            from: Some("06:00".into()),
            days: Some(vec!["mon".into()]),
            month_days: Some(vec![MonthDayDraft::Number(1)]),
            times: Some(vec!["06:00".into()]),
            at: Some("2026-12-24T06:00".into()),
            cron: Some("0 6 * * *".into()),
            time_zone: "Europe/Paris".into(),
            starts_on: Some("2026-01-01".into()),
            ends_on: Some("2026-12-31".into()),
            paused_until: Some("2026-02-01".into()),
            pause_reason: Some("stocktaking".into()),
            catch_up_hours: Some(1),
        };
        let read = serde_json::to_value(&whole).expect("JSON");
        let sent = serde_json::to_value(ScheduleBody::from(whole)).expect("JSON");
        assert_eq!(read, sent);
        let names = |value: &Value| {
            let mut names: Vec<_> = value.as_object().expect("fields").keys().cloned().collect();
            names.sort_unstable();
            names
        };
        assert_eq!(names(&sent), names(&documented["properties"]));
    }
}
