//! What things take on disks, how that grows, and what is kept for how long.

use std::collections::BTreeMap;

use app::domain::{
    Forecast, Keeping, KeepingDraft, LastBackup, Micros, ServerDisk, Storage, StorageKind,
    StorageUse, forecast, growth,
};
use app::ports::{Answer, RequestContext, ServiceError, StorageService};
use async_trait::async_trait;
use serde_json::json;

use super::errors::stored;
use super::{Change, Deps, allowed, note, subject};
use crate::policy::{self, Action, Resource};
use crate::store::servers::{self, ServerRow};
use crate::store::storage::{self, Measured, Sample};
use crate::store::{Store, StoreError, keeping, settings};

const HOUR: Micros = 3_600_000_000;
const DAY: Micros = 24 * HOUR;
/// Growth and forecasts look back so far.
const LOOKED_BACK: Micros = 14 * DAY;
/// The curve begins so far back.
const CURVE: Micros = 90 * DAY;
/// What was noted longer ago is of a server that runs no more.
const CURRENT: Micros = 2 * HOUR;

pub(super) struct Storages(pub(super) Deps);

#[async_trait]
impl StorageService for Storages {
    async fn storage(&self, ctx: &RequestContext) -> Answer<Storage> {
        let actor = allowed(ctx, Action::ViewSystem, Resource::None)?;
        let names_servers = policy::can(&subject(actor), Action::ManageSettings, Resource::None);
        let store = &self.0.store;
        let mut storage = read(store, self.0.now()).await.map_err(stored)?;
        if !names_servers {
            for server in &mut storage.servers {
                server.server.clear();
            }
        }
        Ok(storage)
    }

    async fn keeping(&self, ctx: &RequestContext) -> Answer<Keeping> {
        allowed(ctx, Action::ManageSettings, Resource::None)?;
        keeping::get(&self.0.store).await.map_err(stored)
    }

    async fn keep(&self, ctx: &RequestContext, draft: KeepingDraft) -> Answer<Keeping> {
        let actor = allowed(ctx, Action::ManageSettings, Resource::None)?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let before = keeping::get(&mut tx).await.map_err(stored)?;
        let after = match before.changed(draft) {
            Ok(after) if after != before => after,
            refused_or_same => {
                tx.rollback().await.map_err(stored)?;
                return refused_or_same.map_err(ServiceError::Invalid);
            }
        };
        keeping::set(&mut tx, before, after).await.map_err(stored)?;
        let change = Change {
            action: "settings.update",
            kind: "system",
            id: "settings".to_owned(),
            before: Some(picture(before)),
            after: Some(picture(after)),
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        tracing::info!(user.id = %actor.id, "what is kept for how long was changed");
        Ok(after)
    }
}

/// The settings as the audit log keeps them, named as people set them.
fn picture(keeping: Keeping) -> serde_json::Value {
    json!({
        "keep_snapshots": keeping.snapshots,
        "keep_runs_days": keeping.runs_days,
        "stop_refreshes_percent": keeping.stop_refreshes_percent,
        "audit_days": keeping.audit_days,
    })
}

async fn read(store: &Store, now: Micros) -> Result<Storage, StoreError> {
    let samples = storage::samples(store, now.saturating_sub(LOOKED_BACK)).await?;
    let series = Series::of(&samples);
    let live = servers::live(store).await?;
    let backup = settings::get(store, settings::LAST_BACKUP).await?;
    let known = Known {
        snapshots: storage::snapshot_bytes(store).await?,
        database: storage::database_bytes(store).await?,
    };
    Ok(Storage {
        uses: series.uses(known, now),
        servers: live
            .into_iter()
            .map(|row| series.server(row, now))
            .collect(),
        keeping: keeping::get(store).await?,
        last_backup: backup.and_then(|text| serde_json::from_str::<LastBackup>(&text).ok()),
        history: storage::days(store, now.saturating_sub(CURVE)).await?,
    })
}

/// What the database knows at any time.
#[derive(Clone, Copy)]
struct Known {
    snapshots: i64,
    database: i64,
}

/// What there was at instants, in their order.
type Noted = Vec<(Micros, i64)>;

/// What there was of each thing, by its code and its server.
struct Series<'a>(BTreeMap<(&'static str, &'a str), Noted>);

impl<'a> Series<'a> {
    /// Samples come in the order of time.
    fn of(samples: &'a [Sample]) -> Self {
        let mut series = BTreeMap::<_, Noted>::new();
        for sample in samples {
            let key = (sample.of.code(), sample.server.as_str());
            series
                .entry(key)
                .or_default()
                .push((sample.at, sample.bytes));
        }
        Self(series)
    }

    /// Those of one thing that go on.
    fn current(&self, kind: StorageKind, now: Micros) -> impl Iterator<Item = &Noted> {
        let goes_on = move |noted: &&Noted| {
            let last = noted.last();
            last.is_some_and(|(at, _)| now.saturating_sub(*at) < CURRENT)
        };
        let of_kind = self.0.range((kind.code(), "")..);
        of_kind
            .take_while(move |((code, _), _)| *code == kind.code())
            .map(|(_, noted)| noted)
            .filter(goes_on)
    }

    /// All kinds that there are, of all servers together.
    fn uses(&self, known: Known, now: Micros) -> Vec<StorageUse> {
        let uses = StorageKind::ALL.into_iter().filter_map(|kind| {
            let noted = self
                .current(kind, now)
                .filter_map(|noted| noted.last().map(|(_, bytes)| *bytes))
                .reduce(i64::saturating_add);
            let bytes = match kind {
                StorageKind::Snapshots => Some(known.snapshots),
                StorageKind::Database => Some(known.database),
                _ => noted,
            };
            // Each server by itself: one that is late with its figures would look like a fall of all.
            let per_day = self
                .current(kind, now)
                .filter_map(|noted| growth(noted, now))
                .reduce(i64::saturating_add);
            Some(StorageUse {
                kind,
                bytes: bytes?,
                per_day,
            })
        });
        uses.collect()
    }

    fn server(&self, row: ServerRow, now: Micros) -> ServerDisk {
        let taken = self.0.get(&(Measured::Disk.code(), row.name.as_str()));
        let forecast = match (row.disk, taken) {
            (Some(disk), Some(taken)) => forecast(taken, disk.total, now),
            _ => Forecast::TooEarly,
        };
        ServerDisk {
            server: row.name,
            version: row.version,
            seen_at: row.seen_at,
            disk: row.disk,
            forecast,
            refreshes_stopped: row.refreshes_stopped,
        }
    }
}

#[cfg(test)]
mod tests {
    use app::domain::Disk;

    use super::*;

    const NOW: Micros = 1_795_435_200_000_000;
    const MIB: i64 = 1 << 20;

    /// One an hour over two days up to an hour ago.
    fn hourly(server: &str, of: Measured, bytes: impl Fn(i64) -> i64) -> Vec<Sample> {
        let samples = (0..48).map(|hour| Sample {
            server: server.to_owned(),
            of,
            at: NOW - (48 - hour) * HOUR,
            bytes: bytes(hour),
        });
        samples.collect()
    }

    fn sorted(mut samples: Vec<Sample>) -> Vec<Sample> {
        samples.sort_by_key(|sample| sample.at);
        samples
    }

    fn row(name: &str, disk: Option<Disk>) -> ServerRow {
        ServerRow {
            id: "one".to_owned(),
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            started_at: NOW,
            seen_at: NOW,
            disk,
            refreshes_stopped: false,
        }
    }

    #[test]
    fn kinds_of_all_servers_are_added_up_and_those_of_servers_that_are_gone_are_not() {
        let scratch = Measured::Kind(StorageKind::Scratch);
        let mut samples = hourly("a", scratch, |hour| hour * MIB);
        samples.extend(hourly("b", scratch, |_| 5 * MIB));
        samples.extend(hourly("gone", scratch, |_| 900 * MIB).into_iter().take(40));
        let snapshots = Measured::Kind(StorageKind::Snapshots);
        samples.extend(hourly("", snapshots, |hour| 2 * hour * MIB));
        samples.extend(hourly("a", Measured::Disk, |hour| hour * MIB));
        let samples = sorted(samples);
        let known = Known {
            snapshots: 100 * MIB,
            database: 7 * MIB,
        };
        let used = |kind, bytes, per_day| StorageUse {
            kind,
            bytes,
            per_day,
        };
        assert_eq!(
            Series::of(&samples).uses(known, NOW),
            [
                used(StorageKind::Snapshots, 100 * MIB, Some(48 * MIB)),
                used(StorageKind::Database, 7 * MIB, None),
                used(StorageKind::Scratch, 52 * MIB, Some(24 * MIB)),
            ]
        );
    }

    #[test]
    fn a_disk_is_foretold_from_all_that_is_taken_of_it() {
        let samples = hourly("a", Measured::Disk, |hour| hour * MIB);
        let series = Series::of(&samples);
        let disk = Disk {
            total: 72 * MIB,
            free: 24 * MIB,
        };
        let Forecast::Full(at) = series.server(row("a", Some(disk)), NOW).forecast else {
            panic!("it fills");
        };
        assert!((at - NOW - DAY).abs() < HOUR, "{at}");
        for (name, disk) in [("b", Some(disk)), ("a", None)] {
            let forecast = series.server(row(name, disk), NOW).forecast;
            assert_eq!(forecast, Forecast::TooEarly);
        }
    }
}
