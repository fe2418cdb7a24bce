//! The statements of the audit log's list: one set for each filter that leads, since each walks another index; the other
//! filters leave entries out on the way. Newest first, or oldest first on the way back.

/// The statements that one filter leads.
///
/// `$1` actor · `$2` action · `$3` kind of object · `$4` object · `$5` door (empty: any) · `$6`–`$13` words. Pages: `$14`
/// limit · `$15`, `$16` the place · `$17` the other end of the stretch of time. Counts: `$14`, `$15` the stretch of
/// time · `$16` the most that is counted.
pub(super) struct Statements {
    /// What comes after the place.
    pub(super) onwards: &'static str,
    /// The same with what was before and after each change.
    pub(super) whole: &'static str,
    /// What comes before it, nearest first.
    pub(super) back: &'static str,
    pub(super) count: &'static str,
}

/// The columns of a summary, from `audit a`.
macro_rules! columns {
    () => {
        "a.id, a.at, a.actor_id, a.actor_name, a.door, a.token_id, a.network, a.action,
         a.object_kind, a.object_id, a.object_name"
    };
}

macro_rules! of_actor {
    () => {
        "($1 = '' OR a.actor_id = $1)"
    };
}

macro_rules! of_action {
    () => {
        "($2 = '' OR a.action = $2)"
    };
}

macro_rules! of_kind {
    () => {
        "($3 = '' OR a.object_kind = $3)"
    };
}

macro_rules! of_object {
    () => {
        "($4 = '' OR a.object_id = $4)"
    };
}

/// Every word occurs. The patterns are filled from the first, so that the first that matches all ends the comparing.
macro_rules! words {
    ($pattern:literal) => {
        concat!("(", $pattern, " = '%' OR a.search_fold LIKE ", $pattern, " ESCAPE '!')")
    };
    ($pattern:literal, $($rest:literal),+) => {
        concat!(
            "(", $pattern, " = '%' OR (a.search_fold LIKE ", $pattern, " ESCAPE '!' AND ",
            words!($($rest),+),
            "))"
        )
    };
}

/// What no filter that leads looks at.
macro_rules! of_the_rest {
    () => {
        concat!(
            "($5 = '' OR a.door = $5) AND ",
            words!("$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13")
        )
    };
}

macro_rules! led {
    (@onwards $columns:expr, $of:expr) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM audit a WHERE ",
            $of,
            " AND ",
            of_the_rest!(),
            " AND (a.at, a.id) < ($15, $16) AND a.at >= $17
             ORDER BY a.at DESC, a.id DESC LIMIT $14"
        )
    };
    ($of:expr) => {
        Statements {
            onwards: led!(@onwards columns!(), $of),
            whole: led!(@onwards concat!(columns!(), ", a.state_before, a.state_after"), $of),
            back: concat!(
                "SELECT ",
                columns!(),
                " FROM audit a WHERE ",
                $of,
                " AND ",
                of_the_rest!(),
                " AND (a.at, a.id) > ($15, $16) AND a.at < $17
                 ORDER BY a.at, a.id LIMIT $14"
            ),
            count: concat!(
                "SELECT COUNT(*) AS total FROM (SELECT a.id FROM audit a WHERE ",
                $of,
                " AND ",
                of_the_rest!(),
                " AND a.at >= $14 AND a.at < $15 LIMIT $16) c"
            ),
        }
    };
}

/// Nothing leads but the time.
pub(super) static BY_TIME: Statements = led!(concat!(
    of_actor!(),
    " AND ",
    of_action!(),
    " AND ",
    of_kind!(),
    " AND ",
    of_object!()
));

/// Of one object and its kind.
pub(super) static BY_OBJECT: Statements = led!(concat!(
    "a.object_kind = $3 AND a.object_id = $4 AND ",
    of_actor!(),
    " AND ",
    of_action!()
));

pub(super) static BY_ACTOR: Statements = led!(concat!(
    "a.actor_id = $1 AND ",
    of_action!(),
    " AND ",
    of_kind!(),
    " AND ",
    of_object!()
));

pub(super) static BY_ACTION: Statements = led!(concat!(
    "a.action = $2 AND ",
    of_actor!(),
    " AND ",
    of_kind!(),
    " AND ",
    of_object!()
));

pub(super) static BY_KIND: Statements = led!(concat!(
    "a.object_kind = $3 AND ",
    of_actor!(),
    " AND ",
    of_action!(),
    " AND ",
    of_object!()
));

/// One entry, with what its token is called: `$1`.
pub(super) const ONE: &str = concat!(
    "SELECT ",
    columns!(),
    ", a.state_before, a.state_after, t.name AS token_name
     FROM audit a LEFT JOIN tokens t ON t.id = a.token_id WHERE a.id = $1"
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
            (&BY_TIME, "audit_at"),
            (&BY_OBJECT, "audit_object"),
            (&BY_ACTOR, "audit_actor"),
            (&BY_ACTION, "audit_action"),
            (&BY_KIND, "audit_kind"),
        ] {
            for sql in [statements.onwards, statements.whole, statements.back] {
                let plan = explained(&mut reader, sql).await;
                assert!(plan.contains(&format!("USING INDEX {index} ")), "{plan}");
                assert!(plan.contains("(at,id)"), "{plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{plan}");
            }
            let plan = explained(&mut reader, statements.count).await;
            assert!(plan.contains(&format!("INDEX {index} ")), "{plan}");
        }
        drop(reader);
        store.close().await;
    }
}
