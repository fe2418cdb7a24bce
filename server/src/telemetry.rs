//! Logs and metrics of the process. Both are global; set up once, by `main` or by the first test.
//!
//! Logs go to standard error, so that standard output carries only what a command prints.

use std::io::IsTerminal as _;
use std::sync::OnceLock;

use anyhow::Context as _;
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// What is logged unless `WAYBILL_LOG_FILTER` says otherwise: our own events, warnings of the rest.
const FILTER: &str = "warn,waybill=info,server=info,engine=info,connectors=info,app=info";

/// Upper ends of the buckets of request durations, in seconds.
const SECONDS: [f64; 11] = [
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// How a figure changes.
#[derive(Clone, Copy)]
enum Kind {
    /// It only rises.
    Counter,
    /// It is what it is now.
    Gauge,
    Histogram,
}

/// A figure that this server tells.
struct Figure {
    name: &'static str,
    kind: Kind,
    unit: Unit,
    help: &'static str,
}

impl Figure {
    const fn new(name: &'static str, kind: Kind, unit: Unit, help: &'static str) -> Self {
        Self {
            name,
            kind,
            unit,
            help,
        }
    }

    fn describe(&self) {
        match self.kind {
            Kind::Counter => describe_counter!(self.name, self.unit, self.help),
            Kind::Gauge => describe_gauge!(self.name, self.unit, self.help),
            Kind::Histogram => describe_histogram!(self.name, self.unit, self.help),
        }
    }
}

/// All figures. Those of runs, exports, snapshots and the database are of all servers together.
const FIGURES: &[Figure] = &[
    Figure::new(
        "waybill_build_info",
        Kind::Gauge,
        Unit::Count,
        "Always 1; the version is in the label.",
    ),
    Figure::new(
        "waybill_ready",
        Kind::Gauge,
        Unit::Count,
        "1 if every part of this server works, as /readyz tells; else 0.",
    ),
    Figure::new(
        "waybill_http_requests_total",
        Kind::Counter,
        Unit::Count,
        "Requests answered, by route, method and status.",
    ),
    Figure::new(
        "waybill_http_request_duration_seconds",
        Kind::Histogram,
        Unit::Seconds,
        "Time to the head of the answer, by route and method.",
    ),
    Figure::new(
        "waybill_live_streams",
        Kind::Gauge,
        Unit::Count,
        "Pages that listen for live events.",
    ),
    Figure::new(
        "waybill_runs_total",
        Kind::Counter,
        Unit::Count,
        "Runs that ended, by status.",
    ),
    Figure::new(
        "waybill_rows_delivered_total",
        Kind::Counter,
        Unit::Count,
        "Rows written by runs that delivered.",
    ),
    Figure::new(
        "waybill_bytes_delivered_total",
        Kind::Counter,
        Unit::Bytes,
        "Bytes of the files delivered.",
    ),
    Figure::new(
        "waybill_runs_processing",
        Kind::Gauge,
        Unit::Count,
        "Runs at work.",
    ),
    Figure::new(
        "waybill_queue_depth",
        Kind::Gauge,
        Unit::Count,
        "Runs that wait.",
    ),
    Figure::new(
        "waybill_oldest_queued_seconds",
        Kind::Gauge,
        Unit::Seconds,
        "For how long the first run waits that waits for a slot alone; 0 if none does.",
    ),
    Figure::new(
        "waybill_exports_failing",
        Kind::Gauge,
        Unit::Count,
        "Exports whose last run did not deliver.",
    ),
    Figure::new(
        "waybill_lease_takeovers_total",
        Kind::Counter,
        Unit::Count,
        "Runs and tasks taken back from a server that had stopped looking after them.",
    ),
    Figure::new(
        "waybill_planner_lag_seconds",
        Kind::Gauge,
        Unit::Seconds,
        "By how much the next start should have been planned before now; 0 if none should.",
    ),
    Figure::new(
        "waybill_snapshot_bytes",
        Kind::Gauge,
        Unit::Bytes,
        "Bytes of all snapshots.",
    ),
    Figure::new(
        "waybill_database_bytes",
        Kind::Gauge,
        Unit::Bytes,
        "Bytes that the database takes.",
    ),
    Figure::new(
        "waybill_disk_bytes",
        Kind::Gauge,
        Unit::Bytes,
        "The fullest of the disks that this server writes to: state total, state free.",
    ),
    Figure::new(
        "waybill_refreshes_stopped",
        Kind::Gauge,
        Unit::Count,
        "1 if the disk is so full that this server refreshes nothing; else 0.",
    ),
    Figure::new(
        "waybill_last_backup_seconds",
        Kind::Gauge,
        Unit::Seconds,
        "Time since the last backup; missing as long as there is none.",
    ),
    Figure::new(
        "waybill_certificate_expiry_seconds",
        Kind::Gauge,
        Unit::Seconds,
        "Time until the certificate ends; missing where HTTPS is not the server's own business.",
    ),
];

/// Starts logging.
pub fn init(format: LogFormat) -> anyhow::Result<()> {
    let filter =
        EnvFilter::try_from_env("WAYBILL_LOG_FILTER").unwrap_or_else(|_| EnvFilter::new(FILTER));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // A line that cannot be written is lost: to complain of it on the same full disk would panic.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Json => logs
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init(),
        LogFormat::Text => logs.try_init(),
    }
    .map_err(|error| anyhow::anyhow!(error))
    .context("cannot start the log")
}

/// The recorder of this process, installed at the first call. Names and units are Prometheus's.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    HANDLE
        .get_or_init(|| install().map_err(|error| format!("{error:#}")))
        .clone()
        .map_err(|error| anyhow::anyhow!(error))
}

fn install() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Full("waybill_http_request_duration_seconds".into()),
            &SECONDS,
        )
        .context("the buckets are in order")?
        .install_recorder()
        .context("cannot install the metrics recorder")?;
    for figure in FIGURES {
        figure.describe();
    }
    metrics::gauge!("waybill_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    // Rises only if something happens: whoever looks at how it changes needs to have seen it before.
    metrics::counter!("waybill_lease_takeovers_total").increment(0);
    metrics::gauge!("waybill_live_streams").set(0.0);
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// The figures that a text names; the parts of a histogram by the name of the whole.
    fn named(text: &str) -> BTreeSet<String> {
        let is_part = |character: char| character.is_ascii_lowercase() || character == '_';
        let words = text.split(|character| !is_part(character));
        let figures = words.filter(|word| word.starts_with("waybill_"));
        let of_histogram = |word: &str| {
            let parts = ["_bucket", "_sum", "_count"];
            let whole = parts.iter().find_map(|part| word.strip_suffix(part));
            whole.unwrap_or(word).to_owned()
        };
        figures.map(of_histogram).collect()
    }

    fn described() -> BTreeSet<String> {
        let names = FIGURES.iter().map(|figure| figure.name.to_owned());
        names.collect()
    }

    fn packaged(name: &str) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging");
        fs::read_to_string(folder.join(name)).expect("it is there")
    }

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_figure_is_described_once_and_set_somewhere() {
        assert_eq!(described().len(), FIGURES.len());
        let mut files = Vec::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut files,
        );
        let mut set = BTreeSet::new();
        for path in files {
            let code = fs::read_to_string(&path).expect("text");
            for kind in ["counter!(", "gauge!(", "histogram!("] {
                for (_, rest) in code.match_indices(kind).map(|(at, _)| code.split_at(at)) {
                    let quoted = rest.split('"').nth(1).unwrap_or_default();
                    set.extend(named(quoted));
                }
            }
        }
        assert_eq!(set, described());
    }

    #[test]
    fn the_dashboard_shows_every_figure_and_alerts_know_no_other() {
        assert_eq!(named(&packaged("grafana.json")), described());
        let alerts = named(&packaged("alerts.yaml"));
        assert!(!alerts.is_empty());
        assert!(alerts.is_subset(&described()), "{alerts:?}");
    }

    #[test]
    fn an_alert_says_for_how_long_how_grave_and_what_to_do() {
        let text = packaged("alerts.yaml");
        let alerts: Vec<&str> = text.split("- alert: ").skip(1).collect();
        assert_eq!(alerts.len(), 9);
        for alert in alerts {
            for part in ["expr:", "for:", "severity:", "summary:", "description:"] {
                let lines = alert.lines().map(str::trim);
                let parts = lines.filter(|line| line.starts_with(part)).count();
                assert_eq!(parts, 1, "{part} in {alert}");
            }
        }
    }

    #[test]
    fn the_dashboard_is_json_with_panels_that_do_not_overlap() {
        let dashboard: serde_json::Value =
            serde_json::from_str(&packaged("grafana.json")).expect("JSON");
        let panels = dashboard["panels"].as_array().expect("panels");
        assert_eq!(panels.len(), 12);
        let mut taken = BTreeSet::new();
        for panel in panels {
            let place = |name: &str| panel["gridPos"][name].as_i64().expect("a place");
            for x in place("x")..place("x") + place("w") {
                for y in place("y")..place("y") + place("h") {
                    assert!(x < 24 && taken.insert((x, y)), "{}", panel["title"]);
                }
            }
            let targets = panel["targets"].as_array().expect("targets");
            assert!(!targets.is_empty(), "{}", panel["title"]);
        }
    }
}
