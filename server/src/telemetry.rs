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
    describe_counter!(
        "waybill_http_requests_total",
        "Requests answered, by route, method and status."
    );
    describe_histogram!(
        "waybill_http_request_duration_seconds",
        Unit::Seconds,
        "Time to the head of the answer, by route and method."
    );
    describe_counter!("waybill_runs_total", "Runs that ended, by status.");
    describe_counter!(
        "waybill_rows_delivered_total",
        "Rows written by runs that delivered."
    );
    describe_counter!(
        "waybill_bytes_delivered_total",
        Unit::Bytes,
        "Bytes of the files delivered."
    );
    describe_gauge!("waybill_queue_depth", "Runs that wait for a slot.");
    describe_gauge!(
        "waybill_build_info",
        "Always 1; the version is in the label."
    );
    metrics::gauge!("waybill_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}
