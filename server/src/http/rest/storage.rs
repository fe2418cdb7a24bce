//! `/system/storage` and `/settings`: what things take on disks, what is kept for how long.

use app::domain::{
    AuditDays, Disk, Forecast, Keeping, KeepingDraft, LastBackup, ServerDisk, Storage, StorageDay,
    StorageUse,
};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shared::instant;
use crate::http::conditional::after_permission;
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// What one kind takes, of all servers together.
#[derive(Serialize, ToSchema)]
#[schema(as = StorageUse)]
struct UseBody {
    /// `snapshots`, `database`, `copies`, `cache`, `scratch`, or `other`: all else on the disk.
    kind: &'static str,
    bytes: i64,
    /// How much more it is each day; null: too early to say.
    bytes_per_day: Option<i64>,
}

impl From<StorageUse> for UseBody {
    fn from(used: StorageUse) -> Self {
        Self {
            kind: used.kind.code(),
            bytes: used.bytes,
            bytes_per_day: used.per_day,
        }
    }
}

/// A server that runs, and the disk that it writes to.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerDisk)]
struct ServerBody {
    /// Empty for whoever is no administrator.
    name: String,
    version: String,
    #[schema(format = DateTime)]
    seen_at: String,
    /// Null: the machine does not tell.
    total_bytes: Option<i64>,
    free_bytes: Option<i64>,
    /// `too_early`, `not_growing` within five years, or `full`.
    forecast: &'static str,
    /// When the disk is full, if it goes on like this.
    #[schema(format = DateTime)]
    full_at: Option<String>,
    /// The disk is so full that this server refreshes nothing.
    refreshes_stopped: bool,
}

impl From<ServerDisk> for ServerBody {
    fn from(server: ServerDisk) -> Self {
        let (forecast, full_at) = match server.forecast {
            Forecast::TooEarly => ("too_early", None),
            Forecast::NotGrowing => ("not_growing", None),
            Forecast::Full(at) => ("full", Some(instant(at))),
        };
        let bytes = |of: fn(Disk) -> i64| server.disk.map(of);
        Self {
            total_bytes: bytes(|disk| disk.total),
            free_bytes: bytes(|disk| disk.free),
            name: server.server,
            version: server.version,
            seen_at: instant(server.seen_at),
            forecast,
            full_at,
            refreshes_stopped: server.refreshes_stopped,
        }
    }
}

/// What everything took together, without what is not ours, at one instant.
#[derive(Serialize, ToSchema)]
#[schema(as = StorageDay)]
struct DayBody {
    #[schema(format = DateTime)]
    at: String,
    bytes: i64,
}

impl From<StorageDay> for DayBody {
    fn from(day: StorageDay) -> Self {
        Self {
            at: instant(day.at),
            bytes: day.bytes,
        }
    }
}

/// The backup that was made last.
#[derive(Serialize, ToSchema)]
#[schema(as = LastBackup)]
struct BackupBody {
    #[schema(format = DateTime)]
    at: String,
    bytes: i64,
}

impl From<LastBackup> for BackupBody {
    fn from(backup: LastBackup) -> Self {
        Self {
            at: instant(backup.at),
            bytes: backup.bytes,
        }
    }
}

/// What things take, how that grows, and what is kept.
#[derive(Serialize, ToSchema)]
#[schema(as = Storage)]
pub(in crate::http) struct StorageBody {
    uses: Vec<UseBody>,
    servers: Vec<ServerBody>,
    keeping: SettingsBody,
    /// Null: none was made yet.
    last_backup: Option<BackupBody>,
    /// One a day, oldest first, 90 at most.
    history: Vec<DayBody>,
}

impl From<Storage> for StorageBody {
    fn from(storage: Storage) -> Self {
        Self {
            uses: storage.uses.into_iter().map(UseBody::from).collect(),
            servers: storage.servers.into_iter().map(ServerBody::from).collect(),
            keeping: storage.keeping.into(),
            last_backup: storage.last_backup.map(BackupBody::from),
            history: storage.history.into_iter().map(DayBody::from).collect(),
        }
    }
}

/// What administrators set for everybody.
#[derive(Serialize, ToSchema)]
#[schema(as = Settings)]
pub(in crate::http) struct SettingsBody {
    /// How many snapshots of each table and segment are kept.
    keep_snapshots: u32,
    /// For how many days runs and waybills are kept. The newest ones of each export stay.
    keep_runs_days: u32,
    /// Refreshes stop where the disk is so full, in percent; deliveries go on.
    stop_refreshes_percent: u32,
    /// For how many days entries of the audit log are kept.
    audit_days: u32,
}

impl From<Keeping> for SettingsBody {
    fn from(keeping: Keeping) -> Self {
        Self {
            keep_snapshots: keeping.snapshots,
            keep_runs_days: keeping.runs_days,
            stop_refreshes_percent: keeping.stop_refreshes_percent,
            audit_days: keeping.audit_days.get(),
        }
    }
}

/// The body of PUT, for the OpenAPI document. What is left out stays as it is.
pub(in crate::http) fn settings_schema() -> Value {
    let number =
        |(least, most): (u32, u32)| json!({"type": "integer", "minimum": least, "maximum": most});
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "keep_snapshots": number(Keeping::SNAPSHOTS),
            "keep_runs_days": number(Keeping::RUNS_DAYS),
            "stop_refreshes_percent": number(Keeping::STOP_REFRESHES),
            "audit_days": number((AuditDays::FEWEST, AuditDays::MOST)),
        },
    })
}

fn read_draft(fields: &Fields<'_>) -> KeepingDraft {
    KeepingDraft {
        keep_snapshots: fields.domain("keep_snapshots"),
        keep_runs_days: fields.domain("keep_runs_days"),
        stop_refreshes_percent: fields.domain("stop_refreshes_percent"),
        audit_days: fields.domain("audit_days"),
    }
}

pub(in crate::http) async fn storage(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let storage = http.services.storage.storage(&ctx).await?;
    Ok(Json(StorageBody::from(storage)).into_response())
}

pub(in crate::http) async fn settings(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let keeping = http.services.storage.keeping(&ctx).await?;
    Ok(Json(SettingsBody::from(keeping)).into_response())
}

pub(in crate::http) async fn update_settings(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    // Of no days nothing is kept, which nobody may want.
    let (draft, wrong) = body
        .read(read_draft)
        .judged(|draft| draft.audit_days = Some(0));
    let kept = http.services.storage.keep(&ctx, draft).await;
    if let Some(fault) = wrong {
        return Err(after_permission(kept, fault));
    }
    Ok(Json(SettingsBody::from(kept?)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &settings_schema(), &[]);
    }
}
