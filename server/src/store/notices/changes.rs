//! What is told when runs end, are held, or do not start: called in the transaction that says so, with the export
//! locked.

use app::domain::{ExportId, Micros, NoticeKind, Reason, RunId, RunStatus};

use super::audience::{Follower, audience};
use super::limits::{self, EndedRun};
use super::telling::{News, tell};
use crate::store::columns::{Columns, export_rows};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, Tx, over_given};

/// Exports that fail from now on; those that did before are left out.
const BEGIN_FAILING: PerEngine = over_given!(
    "UPDATE exports SET failing_since = $2 FROM",
    "WHERE exports.id = g.value ->> 'export' AND failing_since = 0 AND removed_at = 0 RETURNING id"
);

/// Notes that exports fail, and gives those that did not before.
async fn begin_failing(tx: &mut Tx, exports: &[ExportId], at: Micros) -> Result<Vec<ExportId>> {
    let sql = BEGIN_FAILING.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(export_rows(exports)?)
        .bind(at)
        .fetch_all(tx.connection())
        .await
        .doing("note that exports fail")?;
    rows.iter().map(|row| row.parsed("id")).collect()
}

/// Tells what a run that has ended changes: its export fails, or delivers again; limits are passed.
///
/// A run that a person stopped, and one that was skipped since a person stopped what it needed, change nothing.
pub(in crate::store) async fn run_ended(tx: &mut Tx, run: RunId, export: ExportId) -> Result<()> {
    let row = sqlx::query(
        "SELECT r.status, r.reason, r.started_at, r.ended_at, r.rows_written, e.failing_since, e.removed_at
         FROM runs r JOIN exports e ON e.id = r.export_id WHERE r.id = $1",
    )
    .bind(run.to_string())
    .fetch_one(tx.connection())
    .await
    .doing("read how a run ended")?;
    let Some(at) = row.maybe_int("ended_at")? else {
        return Ok(());
    };
    if row.since("removed_at")?.is_some() {
        return Ok(());
    }
    let status = row.coded("status", RunStatus::from_code)?;
    let reason: Option<Reason> = row.maybe_json("reason")?;
    let was_failing = row.since("failing_since")?.is_some();
    let mut changes = Vec::new();
    if counts_as_failing(status, reason.as_ref()) {
        if !begin_failing(tx, &[export], at).await?.is_empty() {
            changes.push(News::of_run(NoticeKind::Failing, export, run, reason));
        }
    } else if status.has_delivered() {
        limits::not_silent(tx, export).await?;
        if was_failing {
            end_failing(tx, export).await?;
            changes.push(News::of_run(NoticeKind::Recovered, export, run, None));
        }
    }
    let is_measured = status.has_delivered() || status == RunStatus::Failed;
    if changes.is_empty() && !is_measured {
        return Ok(());
    }
    let followers = audience(tx, &[export]).await?;
    let mut news: Vec<(News, Vec<&Follower>)> = changes
        .into_iter()
        .map(|change| (change, followers.iter().collect()))
        .collect();
    if let Some(started_at) = row.maybe_int("started_at")?.filter(|_| is_measured) {
        let ended = EndedRun {
            run,
            export,
            delivered: status.has_delivered(),
            rows: row.int("rows_written")?,
            lasted: at.saturating_sub(started_at),
            at,
        };
        news.extend(limits::passed(tx, &ended, &followers).await?);
    }
    tell(tx, at, &news).await
}

fn counts_as_failing(status: RunStatus, reason: Option<&Reason>) -> bool {
    match status {
        RunStatus::Failed | RunStatus::Missed => true,
        RunStatus::Skipped => reason.is_none_or(|reason| reason.code != "upstream_canceled"),
        _ => false,
    }
}

async fn end_failing(tx: &mut Tx, export: ExportId) -> Result<()> {
    sqlx::query("UPDATE exports SET failing_since = 0 WHERE id = $1")
        .bind(export.to_string())
        .execute(tx.connection())
        .await
        .doing("note that an export fails no longer")?;
    Ok(())
}

/// Tells that a run waits for a person.
pub(in crate::store) async fn run_held(
    tx: &mut Tx,
    run: RunId,
    export: ExportId,
    reason: &Reason,
    at: Micros,
) -> Result<()> {
    let followers = audience(tx, &[export]).await?;
    let news = News::of_run(NoticeKind::Held, export, run, Some(reason.clone()));
    tell(tx, at, &[(news, followers.iter().collect())]).await
}

/// Tells of starts that were missed, of exports that did not fail before. Each with the entry that stands for the
/// start, and why.
pub(in crate::store) async fn starts_missed(
    tx: &mut Tx,
    missed: &[(ExportId, RunId, Option<Reason>)],
    at: Micros,
) -> Result<()> {
    if missed.is_empty() {
        return Ok(());
    }
    let exports: Vec<ExportId> = missed.iter().map(|(export, ..)| *export).collect();
    let failing = begin_failing(tx, &exports, at).await?;
    if failing.is_empty() {
        return Ok(());
    }
    let followers = audience(tx, &failing).await?;
    let news: Vec<(News, Vec<&Follower>)> = missed
        .iter()
        .filter(|(export, ..)| failing.contains(export))
        .map(|(export, run, reason)| {
            let followers = followers
                .iter()
                .filter(|follower| follower.export_id == *export);
            (
                News::of_run(NoticeKind::Failing, *export, *run, reason.clone()),
                followers.collect(),
            )
        })
        .collect();
    tell(tx, at, &news).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_stopped_is_no_failure() {
        let canceled = Reason::new("upstream_canceled");
        let failed = Reason::new("upstream_failed");
        assert!(counts_as_failing(RunStatus::Failed, None));
        assert!(counts_as_failing(RunStatus::Skipped, Some(&failed)));
        assert!(!counts_as_failing(RunStatus::Skipped, Some(&canceled)));
        for status in [
            RunStatus::Canceled,
            RunStatus::Successful,
            RunStatus::CompletedWithWarnings,
            RunStatus::Held,
        ] {
            assert!(!counts_as_failing(status, None), "{status:?}");
        }
    }
}
