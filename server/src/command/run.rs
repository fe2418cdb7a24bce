//! `waybill run`: starts an export from elsewhere, and ends as its run does.
//!
//! What is asked for goes to standard output, how it goes on to standard error. Whoever stops the command does not stop
//! the run.

use std::time::Duration;

use anyhow::Context as _;
use app::domain::RunStatus;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};
use uuid::Uuid;

use super::{Api, Exit, digest, ended, say, tell};
use crate::config::RunArgs;
use crate::fold::fold;

/// Between two looks at a run: first, at most.
const LOOKS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));

/// An export as it is found by its name.
#[derive(Deserialize)]
struct Export {
    id: String,
    name: String,
}

/// What of a run decides how the command ends.
#[derive(Deserialize)]
struct Run {
    id: String,
    export_name: String,
    status: String,
    status_reason: Option<Told>,
    rows_written: i64,
    bytes: i64,
    files: u32,
}

#[derive(Deserialize)]
struct Told {
    text: String,
}

/// `waybill run`
pub async fn run(arguments: RunArgs) -> anyhow::Result<Exit> {
    ended(asked(arguments).await)
}

async fn asked(arguments: RunArgs) -> anyhow::Result<Exit> {
    // From here on: a signal that comes while the run is being started must not be lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let api = Api::new(&arguments.api.resolve()?)?;
    let export = found(&api, &arguments.name).await?;
    let id = started(&api, &export, arguments.key).await?;
    if !arguments.wait {
        let run = api.get(&path(&id)).await?.body;
        show(&api, run, arguments.json).await?;
        return Ok(Exit::Done);
    }
    let watched = tokio::time::timeout(arguments.timeout, watched(&api, &id));
    let left = tokio::select! {
        watched = watched => match watched {
            Ok(run) => {
                let (run, status) = run?;
                // A delivery that says why it is as it is, warns.
                let warns = status == RunStatus::CompletedWithWarnings
                    || run.get("status_reason").is_some_and(Value::is_object);
                show(&api, run, arguments.json).await?;
                return Ok(exit(status, warns && arguments.strict));
            }
            Err(_) => "it has not ended in time",
        },
        _ = terminate.recv() => "stopped waiting",
        _ = interrupt.recv() => "stopped waiting",
    };
    tell(&format!("{left}: run {id} of `{}` goes on", export.name));
    Ok(Exit::TimedOut)
}

/// The export of this name.
async fn found(api: &Api, name: &str) -> anyhow::Result<Export> {
    let exports: Vec<Export> = api.filtered("/exports", &[("q", name)]).await?;
    let folded = fold(name);
    let mut same = exports
        .into_iter()
        .filter(|export| fold(&export.name) == folded);
    same.next()
        .with_context(|| format!("there is no export `{name}`"))
}

/// Starts a run. Gives its id.
async fn started(api: &Api, export: &Export, key: Option<String>) -> anyhow::Result<String> {
    let key = key.map_or_else(|| Uuid::now_v7().to_string(), |key| header(&key));
    let order = format!("/exports/{}/runs", export.id);
    let answer = api.post(&order, &key, None).await?;
    if answer.status == StatusCode::OK {
        tell(&format!(
            "a run of `{}` is under way already: it counts",
            export.name
        ));
    }
    let run: Run = answer.read()?;
    Ok(run.id)
}

/// A key as a header may have it, whatever is in it.
fn header(key: &str) -> String {
    format!("run-{}", digest(key))
}

/// Looks at a run until it has ended, or a person must decide.
async fn watched(api: &Api, id: &str) -> anyhow::Result<(Value, RunStatus)> {
    let mut pause = LOOKS.0;
    let mut last = None;
    loop {
        let body = api.get(&path(id)).await?.body;
        let run = read(&body)?;
        let status = RunStatus::from_code(&run.status);
        let status = status.with_context(|| format!("unknown status `{}`", run.status))?;
        if status.has_ended() || status == RunStatus::Held {
            return Ok((body, status));
        }
        if last != Some(status) {
            tell(&line(&run));
            last = Some(status);
        }
        tokio::time::sleep(pause).await;
        pause = pause.mul_f64(1.5).min(LOOKS.1);
    }
}

/// Prints a run.
async fn show(api: &Api, mut body: Value, as_json: bool) -> anyhow::Result<()> {
    let run = read(&body)?;
    if !as_json {
        return say(&line(&run));
    }
    let status = RunStatus::from_code(&run.status);
    let delivered = matches!(
        status,
        Some(RunStatus::Successful | RunStatus::CompletedWithWarnings)
    );
    let waybill = if delivered {
        api.get(&format!("{}/waybill", path(&run.id))).await?.body
    } else {
        Value::Null
    };
    if let Value::Object(members) = &mut body {
        members.insert("waybill".to_owned(), waybill);
    }
    say(&serde_json::to_string_pretty(&body)?)
}

fn read(body: &Value) -> anyhow::Result<Run> {
    Run::deserialize(body).context("the server says something else than this program expects")
}

fn line(run: &Run) -> String {
    let status = run.status.replace('_', " ");
    let mut line = format!("run {} of `{}`: {status}", run.id, run.export_name);
    if run.files > 0 {
        let delivered = format!(
            "; rows: {}; files: {}; bytes: {}",
            run.rows_written, run.files, run.bytes
        );
        line.push_str(&delivered);
    }
    if let Some(reason) = &run.status_reason {
        line.push_str(". ");
        line.push_str(&reason.text);
    }
    line
}

fn path(id: &str) -> String {
    format!("/runs/{id}")
}

/// How the command ends for a run that is not under way. `unwanted`: it warns, and no warnings were wanted.
const fn exit(status: RunStatus, unwanted: bool) -> Exit {
    match status {
        RunStatus::Successful | RunStatus::CompletedWithWarnings if unwanted => Exit::Warnings,
        RunStatus::Successful | RunStatus::CompletedWithWarnings => Exit::Done,
        RunStatus::Failed => Exit::Failed,
        RunStatus::Held => Exit::Held,
        RunStatus::Canceled => Exit::Canceled,
        RunStatus::Skipped | RunStatus::Missed => Exit::Skipped,
        RunStatus::Queued | RunStatus::Processing | RunStatus::Retrying => Exit::TimedOut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_has_its_number() {
        for (status, unwanted, number) in [
            (RunStatus::Successful, false, 0),
            (RunStatus::Successful, true, 4),
            (RunStatus::CompletedWithWarnings, false, 0),
            (RunStatus::CompletedWithWarnings, true, 4),
            (RunStatus::Failed, true, 3),
            (RunStatus::Held, false, 5),
            (RunStatus::Canceled, false, 6),
            (RunStatus::Skipped, false, 7),
            (RunStatus::Missed, false, 7),
        ] {
            assert_eq!(exit(status, unwanted) as u8, number, "{status:?}");
        }
    }

    #[test]
    fn any_text_is_a_key_and_another_text_is_another() {
        let long = "a".repeat(1_000);
        let keys = [
            "manual__2026-07-25T02:00:00+00:00",
            "été\n",
            "",
            long.as_str(),
        ];
        let headers = keys.map(header);
        for header in &headers {
            let value = reqwest::header::HeaderValue::from_str(header);
            assert!(value.is_ok() && header.len() <= 200, "{header}");
        }
        let different = std::collections::BTreeSet::from(headers);
        assert_eq!(different.len(), keys.len());
    }

    #[test]
    fn a_line_says_what_became_of_a_run() {
        let body = serde_json::json!({
            "id": "7", "export_name": "Orders", "status": "completed_with_warnings", "rows_written": 3, "bytes": 34,
            "files": 1, "status_reason": {"text": "Two days old."},
        });
        let run = read(&body).expect("a run");
        assert_eq!(
            line(&run),
            "run 7 of `Orders`: completed with warnings; rows: 3; files: 1; bytes: 34. Two days old."
        );
    }
}
