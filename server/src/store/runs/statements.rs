//! The statements of the list of runs: one set for each filter that leads, since each walks another index; the other
//! filters leave rows out on the way. Newest first, or oldest first on the way back.

use super::reading::summary_columns;

/// The statements that one filter leads.
///
/// `$1` status · `$2` export · `$3` connection (empty: any) · `$4`, `$5` from where and up to where names and paths of
/// files match (empty: any). Pages: `$6` limit · `$7`, `$8` the place · `$9` the other end of the stretch of time. Counts: `$6`,
/// `$7` the stretch of time · `$8` the most that is counted.
pub(super) struct Statements {
    /// What comes after the place.
    pub(super) onwards: &'static str,
    /// What comes before it, nearest first.
    pub(super) back: &'static str,
    pub(super) count: &'static str,
}

macro_rules! of_status {
    () => {
        "($1 = '' OR r.status = $1)"
    };
}

macro_rules! of_export {
    () => {
        "($2 = '' OR r.export_id = $2)"
    };
}

macro_rules! of_connection {
    () => {
        "($3 = '' OR r.connection_id = $3)"
    };
}

/// Name or path of a file begins so.
macro_rules! begins {
    ($from:literal, $to:literal) => {
        concat!(
            "((f.name_fold >= ",
            $from,
            " AND f.name_fold < ",
            $to,
            ") OR (f.path_fold >= ",
            $from,
            " AND f.path_fold < ",
            $to,
            "))"
        )
    };
}

macro_rules! of_file {
    () => {
        concat!(
            "($4 = '' OR EXISTS (SELECT 1 FROM run_files f WHERE f.run_id = r.id AND ",
            begins!("$4", "$5"),
            "))"
        )
    };
}

macro_rules! led {
    ($from:expr, $of:expr) => {
        Statements {
            onwards: concat!(
                "SELECT ",
                summary_columns!(),
                " FROM ",
                $from,
                " JOIN exports e ON e.id = r.export_id WHERE ",
                $of,
                " AND (r.queued_at, r.id) < ($7, $8) AND r.queued_at >= $9
                 ORDER BY r.queued_at DESC, r.id DESC LIMIT $6"
            ),
            back: concat!(
                "SELECT ",
                summary_columns!(),
                " FROM ",
                $from,
                " JOIN exports e ON e.id = r.export_id WHERE ",
                $of,
                " AND (r.queued_at, r.id) > ($7, $8) AND r.queued_at < $9
                 ORDER BY r.queued_at, r.id LIMIT $6"
            ),
            count: concat!(
                "SELECT COUNT(*) AS total FROM (SELECT r.id FROM ",
                $from,
                " WHERE ",
                $of,
                " AND r.queued_at >= $6 AND r.queued_at < $7 LIMIT $8) c"
            ),
        }
    };
}

/// Nothing leads but the time.
pub(super) static BY_TIME: Statements = led!(
    "runs r",
    concat!(
        of_status!(),
        " AND ",
        of_export!(),
        " AND ",
        of_connection!(),
        " AND ",
        of_file!()
    )
);

pub(super) static BY_EXPORT: Statements = led!(
    "runs r",
    concat!(
        "r.export_id = $2 AND ",
        of_status!(),
        " AND ",
        of_connection!(),
        " AND ",
        of_file!()
    )
);

pub(super) static BY_CONNECTION: Statements = led!(
    "runs r",
    concat!(
        "r.connection_id = $3 AND ",
        of_status!(),
        " AND ",
        of_export!(),
        " AND ",
        of_file!()
    )
);

pub(super) static BY_STATUS: Statements = led!(
    "runs r",
    concat!(
        "r.status = $1 AND ",
        of_export!(),
        " AND ",
        of_connection!(),
        " AND ",
        of_file!()
    )
);

/// All files that match are looked up and sorted: for few of them. A cross join is one that SQLite does not turn round.
pub(super) static BY_FILE: Statements = led!(
    "(SELECT n.run_id FROM run_files n WHERE n.name_fold >= $4 AND n.name_fold < $5
      UNION
      SELECT p.run_id FROM run_files p WHERE p.path_fold >= $4 AND p.path_fold < $5) m
     CROSS JOIN runs r",
    concat!(
        "r.id = m.run_id AND ",
        of_status!(),
        " AND ",
        of_export!(),
        " AND ",
        of_connection!()
    )
);

/// Of the files that match, by their names and by their paths apart: how many there are, and when the first and the last
/// of their runs were queued. `$1`, `$2` as `$4`, `$5` above · `$3` the most of either that are looked at: of more, the
/// instants are not those of all.
pub(super) const FILES: &str =
    "SELECT CAST(COALESCE(SUM(m.number), 0) AS BIGINT) AS number, MIN(m.first_at) AS first_at,
            MAX(m.last_at) AS last_at
     FROM (SELECT COUNT(*) AS number, MIN(n.queued_at) AS first_at, MAX(n.queued_at) AS last_at
           FROM (SELECT f.queued_at FROM run_files f WHERE f.name_fold >= $1 AND f.name_fold < $2 LIMIT $3) n
           UNION ALL
           SELECT COUNT(*) AS number, MIN(p.queued_at) AS first_at, MAX(p.queued_at) AS last_at
           FROM (SELECT f.queued_at FROM run_files f WHERE f.path_fold >= $1 AND f.path_fold < $2 LIMIT $3) p) m";

/// How many runs have files that match: `$1`, `$2` as above · `$3` the most that are counted.
pub(super) const RUNS_WITH_FILES: &str = concat!(
    "SELECT COUNT(*) AS total FROM (SELECT DISTINCT f.run_id FROM run_files f WHERE ",
    begins!("$1", "$2"),
    " LIMIT $3) c"
);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base::SystemClock;
    use sqlx::{AnyConnection, Row};

    use super::*;
    use crate::store::Store;

    /// How SQLite goes about it; what is not bound is null, which is no matter to it.
    async fn explained(db: &mut AnyConnection, sql: &str) -> String {
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .fetch_all(db)
            .await
            .expect("explains");
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        plan.join("\n")
    }

    /// The scans of a plan that are of tables, and not of what a part of the statement has found.
    fn scanned(plan: &str) -> Vec<&str> {
        let found: Vec<_> = plan
            .lines()
            .filter_map(|line| {
                let part = line.strip_prefix("CO-ROUTINE ");
                part.or_else(|| line.strip_prefix("MATERIALIZE "))
            })
            .collect();
        plan.lines()
            .filter(|line| {
                let of = line.strip_prefix("SCAN ");
                of.is_some_and(|of| !found.contains(&of))
            })
            .collect()
    }

    #[tokio::test]
    async fn every_filter_that_leads_walks_its_index_on_sqlite() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/waybill.db", folder.path().display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        store.migrate().await.expect("migrates");
        let mut reader = store.reader().await.expect("a reader");
        for (statements, index) in [
            (&BY_TIME, "runs_newest"),
            (&BY_EXPORT, "runs_of_export"),
            (&BY_CONNECTION, "runs_by_connection"),
            (&BY_STATUS, "runs_by_status"),
        ] {
            for sql in [statements.onwards, statements.back] {
                let plan = explained(&mut reader, sql).await;
                assert!(plan.contains(&format!("USING INDEX {index} ")), "{plan}");
                assert!(plan.contains("(queued_at,id)"), "{plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{plan}");
                assert!(scanned(&plan).is_empty(), "{plan}");
            }
            let plan = explained(&mut reader, statements.count).await;
            assert!(plan.contains(&format!("INDEX {index} ")), "{plan}");
            assert!(scanned(&plan).is_empty(), "{plan}");
        }
        for sql in [BY_FILE.onwards, BY_FILE.back, BY_FILE.count] {
            let plan = explained(&mut reader, sql).await;
            for index in ["run_files_name", "run_files_path"] {
                assert!(
                    plan.contains(&format!("USING COVERING INDEX {index} ")),
                    "{plan}"
                );
            }
            assert!(plan.contains("SEARCH r USING"), "{plan}");
            assert!(scanned(&plan).is_empty(), "{plan}");
        }
        for sql in [FILES, RUNS_WITH_FILES] {
            let plan = explained(&mut reader, sql).await;
            for index in ["run_files_name", "run_files_path"] {
                assert!(plan.contains(&format!("INDEX {index} ")), "{plan}");
            }
            assert!(scanned(&plan).is_empty(), "{plan}");
        }
        let plan = explained(&mut reader, FILES).await;
        let covering = plan.matches("COVERING INDEX run_files_").count();
        assert_eq!(covering, 2, "{plan}");
        drop(reader);
        store.close().await;
    }
}
