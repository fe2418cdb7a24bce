//! The statements of the list of exports, one set of literals per column, so that each column has
//! its index.

use app::domain::ExportSort;

use super::reading::row_columns;
use super::scope::permission;

/// What a column's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// The name itself: it has no key before it.
    Name,
    Int,
    Text,
}

/// The statements of one column: which way, and whether from a place.
#[derive(Clone, Copy)]
pub(super) struct Statements {
    rising: &'static str,
    falling: &'static str,
    rising_from: &'static str,
    falling_from: &'static str,
}

impl Statements {
    pub(super) const fn pick(self, falling: bool, from_place: bool) -> &'static str {
        match (falling, from_place) {
            (false, false) => self.rising,
            (true, false) => self.falling,
            (false, true) => self.rising_from,
            (true, true) => self.falling_from,
        }
    }
}

/// Every word occurs. The patterns are filled from the first, so that the first that matches all ends
/// the comparing: a list without a search compares one value per row, not eight texts.
macro_rules! words {
    ($pattern:literal) => {
        concat!("(", $pattern, " = '%' OR e.search_fold LIKE ", $pattern, " ESCAPE '!')")
    };
    ($pattern:literal, $($rest:literal),+) => {
        concat!(
            "(", $pattern, " = '%' OR (e.search_fold LIKE ", $pattern, " ESCAPE '!' AND ",
            words!($($rest),+),
            "))"
        )
    };
}

/// `$1`, `$2` scope · `$3` status · `$4` type · `$5`–`$12` words · `$13` permission (-1: any) ·
/// `$14` limit · from `$15` the place.
macro_rules! statement {
    ($key:literal, $from:expr, $order:expr) => {
        concat!(
            "SELECT ",
            row_columns!(),
            ", e.name_fold, e.",
            $key,
            " AS sort_key
             FROM exports e
             LEFT JOIN connections c ON c.id = e.connection_id
             LEFT JOIN runs r ON r.id = e.status_run_id
             WHERE e.removed_at = 0
               AND ($3 = '' OR e.status = $3) AND ($4 = '' OR e.kind = $4)
               AND ",
            words!("$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12"),
            "
               AND ($13 = -1 OR $13 = ",
            permission!(),
            ")",
            $from,
            " ORDER BY ",
            $order,
            " LIMIT $14"
        )
    };
}

macro_rules! by {
    ($key:literal) => {
        Statements {
            rising: statement!($key, "", concat!("e.", $key, ", e.name_fold, e.id")),
            falling: statement!(
                $key,
                "",
                concat!("e.", $key, " DESC, e.name_fold DESC, e.id DESC")
            ),
            rising_from: statement!(
                $key,
                concat!(" AND (e.", $key, ", e.name_fold, e.id) > ($15, $16, $17)"),
                concat!("e.", $key, ", e.name_fold, e.id")
            ),
            falling_from: statement!(
                $key,
                concat!(" AND (e.", $key, ", e.name_fold, e.id) < ($15, $16, $17)"),
                concat!("e.", $key, " DESC, e.name_fold DESC, e.id DESC")
            ),
        }
    };
}

const BY_NAME: Statements = Statements {
    rising: statement!("name_fold", "", "e.name_fold, e.id"),
    falling: statement!("name_fold", "", "e.name_fold DESC, e.id DESC"),
    rising_from: statement!(
        "name_fold",
        " AND (e.name_fold, e.id) > ($15, $16)",
        "e.name_fold, e.id"
    ),
    falling_from: statement!(
        "name_fold",
        " AND (e.name_fold, e.id) < ($15, $16)",
        "e.name_fold DESC, e.id DESC"
    ),
};
const BY_TYPE: Statements = by!("type_rank");
const BY_STATUS: Statements = by!("status_rank");
const BY_REFRESHED_AT: Statements = by!("refreshed_at");
const BY_SCHEDULE: Statements = by!("schedule_rank");
const BY_CONNECTION: Statements = by!("connection_fold");
const BY_DATA_AS_OF: Statements = by!("data_as_of");
const BY_UPDATED_AT: Statements = by!("updated_at");
const BY_UPDATED_BY: Statements = by!("updated_by_fold");

/// The statements of a column, and what its values are. By permission is by name, stretch by
/// stretch.
pub(super) const fn of(sort: ExportSort) -> (Statements, KeyKind) {
    match sort {
        ExportSort::Name | ExportSort::Permission => (BY_NAME, KeyKind::Name),
        ExportSort::Type => (BY_TYPE, KeyKind::Int),
        ExportSort::Status => (BY_STATUS, KeyKind::Int),
        ExportSort::RefreshedAt => (BY_REFRESHED_AT, KeyKind::Int),
        ExportSort::Schedule => (BY_SCHEDULE, KeyKind::Int),
        ExportSort::Connection => (BY_CONNECTION, KeyKind::Text),
        ExportSort::DataAsOf => (BY_DATA_AS_OF, KeyKind::Int),
        ExportSort::UpdatedAt => (BY_UPDATED_AT, KeyKind::Int),
        ExportSort::UpdatedBy => (BY_UPDATED_BY, KeyKind::Text),
    }
}

/// How many exports there are, when nothing narrows the list: an index answers it alone.
pub(super) const COUNT_ALL: &str = "SELECT COUNT(*) AS total FROM exports e WHERE e.removed_at = 0";

/// How many exports match: `$1` status · `$2` type · `$3`–`$10` words.
pub(super) const COUNT: &str = concat!(
    "SELECT COUNT(*) AS total FROM exports e
    WHERE e.removed_at = 0
      AND ($1 = '' OR e.status = $1) AND ($2 = '' OR e.kind = $2)
      AND ",
    words!("$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10")
);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base::SystemClock;
    use sqlx::Row;

    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn every_order_walks_its_index_on_sqlite() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/waybill.db", folder.path().display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        store.migrate().await.expect("migrates");
        let mut reader = store.reader().await.expect("a reader");
        for sort in ExportSort::ALL {
            let (statements, kind) = of(sort);
            for (falling, from_place) in
                [(false, false), (true, false), (false, true), (true, true)]
            {
                let explained = format!(
                    "EXPLAIN QUERY PLAN {}",
                    statements.pick(falling, from_place)
                );
                let mut query = sqlx::query(sqlx::AssertSqlSafe(explained)).bind(2_i64);
                for _text in 2..=12 {
                    query = query.bind("%");
                }
                query = query.bind(-1_i64).bind(51_i64);
                if from_place {
                    query = match kind {
                        KeyKind::Name => query,
                        KeyKind::Int => query.bind(1_i64),
                        KeyKind::Text => query.bind("a"),
                    };
                    query = query.bind("a").bind("b");
                }
                let plan: Vec<String> = query
                    .fetch_all(&mut *reader)
                    .await
                    .expect("explains")
                    .iter()
                    .map(|row| row.get("detail"))
                    .collect();
                let plan = plan.join("\n");
                let index = match sort {
                    ExportSort::Name | ExportSort::Permission => "exports_by_name".to_owned(),
                    other => format!("exports_by_{}", other.code()),
                };
                assert!(
                    plan.contains(&format!("USING INDEX {index} ")),
                    "{sort:?}: {plan}"
                );
                assert!(!plan.contains("TEMP B-TREE"), "{sort:?}: {plan}");
            }
        }
        drop(reader);
        store.close().await;
    }
}
