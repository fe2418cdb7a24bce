//! The entries of runs, which are written with the runs: nobody asks for a start of a schedule, or for the end of a run.

use app::domain::{AuditDoor, ExportId, Micros, Reason, RunId, RunStatus};
use serde::Serialize;
use serde_json::{Value, json};

use super::{AuditEntry, append, found_by};
use crate::store::columns::{Columns, checked, to_json};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, Tx, over_given};

const START: &str = "run.start";
const END: &str = "run.end";

/// What a schedule or a refresh led to for one export: a run that waits, or an entry that has ended as it was written.
pub(in crate::store) struct PlannedRun {
    pub(in crate::store) run: RunId,
    pub(in crate::store) export: ExportId,
    /// How it ended, and why.
    pub(in crate::store) ended: Option<(RunStatus, Option<Reason>)>,
}

#[derive(Serialize)]
struct Row {
    run: RunId,
    export: ExportId,
    action: &'static str,
    after: Option<String>,
    /// What it is found by, but for the name of its export.
    words: String,
}

/// The entry of a run has the run's id: there is one of each.
const PLANNED: PerEngine = over_given!(
    "INSERT INTO audit (id, at, actor_name, action, object_kind, object_id, object_name, state_after,
                        network, door, search_fold)
     SELECT g.value ->> 'run', $2, $3, g.value ->> 'action', 'run', g.value ->> 'run', e.name,
            g.value ->> 'after', '', $4, (g.value ->> 'words') || ' ' || e.name_fold
     FROM",
    "JOIN exports e ON e.id = g.value ->> 'export'"
);

/// Adds an entry for each planned run. `by`: who asked for the refresh that they follow.
pub(in crate::store) async fn runs_planned(
    tx: &mut Tx,
    runs: impl IntoIterator<Item = PlannedRun>,
    at: Micros,
    by: &str,
) -> Result<()> {
    let row = |planned: PlannedRun| {
        let action = if planned.ended.is_some() { END } else { START };
        let picture = |(status, reason)| to_json(&ended_as(status, reason));
        Ok(Row {
            run: planned.run,
            export: planned.export,
            action,
            after: planned.ended.map(picture).transpose()?,
            words: found_by(&[by, action]),
        })
    };
    let rows = runs.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    let sql = PLANNED.of(tx.engine());
    sqlx::query(sql)
        .bind(to_json(&rows)?)
        .bind(at)
        .bind(checked(by)?)
        .bind(AuditDoor::Server.code())
        .execute(tx.connection())
        .await
        .doing("add runs to the audit log")?;
    Ok(())
}

/// How a run ended. A vendor's own words are left out: the page of the run has them.
fn ended_as(status: RunStatus, reason: Option<Reason>) -> Value {
    let mut picture = json!({ "status": status.code() });
    if let Some(reason) = reason {
        picture["reason"] = json!({ "code": reason.code, "args": reason.args });
    }
    picture
}

/// Adds the entry of a run that has ended in this transaction.
pub(in crate::store) async fn run_ended(tx: &mut Tx, run: RunId) -> Result<()> {
    let row = sqlx::query(
        "SELECT r.status, r.reason, r.ended_at, r.attempt, r.export_version, r.bytes,
                i.rows_read, i.rows_written, i.rows_withheld, i.rows_rejected, i.rows_in_doubt
         FROM runs r
         CROSS JOIN (SELECT CAST(COALESCE(SUM(rows_read), 0) AS BIGINT) AS rows_read,
                            CAST(COALESCE(SUM(rows_written), 0) AS BIGINT) AS rows_written,
                            CAST(COALESCE(SUM(rows_withheld), 0) AS BIGINT) AS rows_withheld,
                            CAST(COALESCE(SUM(rows_rejected), 0) AS BIGINT) AS rows_rejected,
                            CAST(COALESCE(SUM(rows_in_doubt), 0) AS BIGINT) AS rows_in_doubt
                     FROM run_items WHERE run_id = $1) i
         WHERE r.id = $1",
    )
    .bind(run.to_string())
    .fetch_one(tx.connection())
    .await
    .doing("read how a run ended")?;
    let status = row.coded("status", RunStatus::from_code)?;
    let mut picture = ended_as(status, row.maybe_json("reason")?);
    for column in [
        "attempt",
        "export_version",
        "rows_read",
        "rows_written",
        "rows_withheld",
        "rows_rejected",
        "rows_in_doubt",
        "bytes",
    ] {
        picture[column] = json!(row.int(column)?);
    }
    let entry = AuditEntry {
        at: row.int("ended_at")?,
        actor_id: None,
        actor_name: "",
        door: AuditDoor::Server,
        token: None,
        action: END,
        object_kind: "run",
        object_id: run.to_string(),
        before: None,
        after: Some(picture),
        network: "",
    };
    append(tx, &entry).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_s_own_words_are_not_kept() {
        let reason = Reason::new("destination_failed")
            .with("path", "a.csv")
            .detail("10.0.0.7: no");
        let picture = ended_as(RunStatus::Failed, Some(reason));
        let kept = json!({
            "status": "failed",
            "reason": {"code": "destination_failed", "args": {"path": "a.csv"}},
        });
        assert_eq!(picture, kept);
        let bare = ended_as(RunStatus::Successful, None);
        assert_eq!(bare, json!({ "status": "successful" }));
    }
}
