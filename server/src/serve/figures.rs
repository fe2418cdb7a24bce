//! Figures that are counted when somebody asks for them, in the recorder of this process.

use std::sync::Arc;
use std::time::Duration;

use app::domain::{LastBackup, Micros};
use base::Cancel;
use metrics::gauge;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::readiness::Readiness;
use crate::http::{CertificateFiles, Check};
use crate::store::{Store, operation, servers, settings, storage};

/// How long what was counted stands: whoever asks more often makes no more work.
const FRESH: Duration = Duration::from_secs(1);
/// How often what was measured is put together.
const GATHERED: Duration = Duration::from_secs(30);

/// Counts how things stand.
pub(super) struct Figures {
    pub(super) store: Store,
    pub(super) readiness: Arc<Readiness>,
    pub(super) certificate: Option<Arc<CertificateFiles>>,
    /// Under which this server looks in.
    pub(super) worker: String,
    /// When it counted last.
    pub(super) counted: Mutex<Option<Instant>>,
}

impl Figures {
    /// Counts, unless it has just done so. What cannot be counted stays as it was.
    pub(super) async fn measure(&self) -> anyhow::Result<()> {
        let mut counted = self.counted.lock().await;
        if counted.is_some_and(|at| at.elapsed() < FRESH) {
            return Ok(());
        }
        let checks = self.readiness.checks().await;
        gauge!("waybill_ready").set(one_if(checks.iter().all(Check::is_ready)));
        let now = self.store.now();
        let end = self
            .certificate
            .as_ref()
            .and_then(|files| files.not_after());
        if let Some(end) = end {
            gauge!("waybill_certificate_expiry_seconds").set(seconds(end - now));
        }
        // A database that does not answer would keep whoever asks waiting, too.
        let answers = |check: &Check| check.part != "database" || check.is_ready();
        if checks.iter().all(answers) {
            self.count(now).await?;
        }
        *counted = Some(Instant::now());
        Ok(())
    }

    async fn count(&self, now: Micros) -> anyhow::Result<()> {
        let figures = operation::figures(&self.store).await?;
        let since = |start: Option<Micros>| seconds(start.map_or(0, |start| (now - start).max(0)));
        gauge!("waybill_queue_depth").set(float(figures.queued));
        gauge!("waybill_runs_processing").set(float(figures.processing));
        gauge!("waybill_oldest_queued_seconds").set(since(figures.waiting_since));
        gauge!("waybill_exports_failing").set(float(figures.failing));
        // Nothing is late while nothing is planned: whoever restored it decides when it goes on.
        let waits = operation::waits_since_restored(&self.store).await?;
        let next_start = figures.next_start.filter(|_| !waits);
        gauge!("waybill_planner_lag_seconds").set(since(next_start));
        let snapshots = storage::snapshot_bytes(&self.store).await?;
        gauge!("waybill_snapshot_bytes").set(float(snapshots));
        let database = storage::database_bytes(&self.store).await?;
        gauge!("waybill_database_bytes").set(float(database));
        let servers = servers::live(&self.store).await?;
        if let Some(server) = servers.iter().find(|server| server.id == self.worker) {
            gauge!("waybill_refreshes_stopped").set(one_if(server.refreshes_stopped));
            if let Some(disk) = server.disk {
                gauge!("waybill_disk_bytes", "state" => "free").set(float(disk.free));
                gauge!("waybill_disk_bytes", "state" => "total").set(float(disk.total));
            }
        }
        let backup = settings::get(&self.store, settings::LAST_BACKUP).await?;
        if let Some(text) = backup {
            let backup: LastBackup = serde_json::from_str(&text)?;
            gauge!("waybill_last_backup_seconds").set(since(Some(backup.at)));
        }
        Ok(())
    }
}

/// Puts what was measured together now and then, until the server stops: durations are kept one by one until that is done, and
/// nobody may ask for figures.
pub(super) async fn gather(metrics: PrometheusHandle, stop: Cancel) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(GATHERED) => metrics.run_upkeep(),
        }
    }
}

fn one_if(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

fn seconds(micros: Micros) -> f64 {
    float(micros) / 1_000_000.0
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; what is counted stays far below 2^52"
)]
fn float(number: i64) -> f64 {
    number as f64
}
