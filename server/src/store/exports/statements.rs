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

/// Which exports a filter means, of `exports e`: `$3` status · `$4` type · `$5`–`$12` words · `$14` connection ·
/// `$15` segment that they contain · `$16` segment that they don't · `$17` label, folded · `$18` owner. An empty one
/// is any. What the lists inside hold is read once, not for each export.
macro_rules! meant {
    () => {
        concat!(
            "e.removed_at = 0
               AND ($3 = '' OR e.status = $3) AND ($4 = '' OR e.kind = $4)
               AND ",
            words!("$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12"),
            "
               AND ($14 = '' OR e.connection_id = $14) AND ($18 = '' OR e.owner_id = $18)
               AND ($15 = '' OR e.id IN
                   (SELECT i.export_id FROM export_items i WHERE i.table_id = $15))
               AND ($16 = '' OR e.id NOT IN
                   (SELECT i.export_id FROM export_items i WHERE i.table_id = $16))
               AND ($17 = '' OR e.id IN
                   (SELECT l.export_id FROM export_labels l WHERE l.label_fold = $17))"
        )
    };
}

/// The same, and of connection `c` the permission `$13` (-1: any) by the scope `$1`, `$2`.
macro_rules! meant_and_permitted {
    () => {
        concat!(meant!(), " AND ($13 = -1 OR $13 = ", permission!(), ")")
    };
}

/// `$1`–`$18` a filter · `$19` limit · from `$20` the place.
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
             WHERE ",
            meant_and_permitted!(),
            $from,
            " ORDER BY ",
            $order,
            " LIMIT $19"
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
                concat!(" AND (e.", $key, ", e.name_fold, e.id) > ($20, $21, $22)"),
                concat!("e.", $key, ", e.name_fold, e.id")
            ),
            falling_from: statement!(
                $key,
                concat!(" AND (e.", $key, ", e.name_fold, e.id) < ($20, $21, $22)"),
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
        " AND (e.name_fold, e.id) > ($20, $21)",
        "e.name_fold, e.id"
    ),
    falling_from: statement!(
        "name_fold",
        " AND (e.name_fold, e.id) < ($20, $21)",
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
const BY_LABELS: Statements = by!("label_fold");
const BY_OWNER: Statements = by!("owner_fold");

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
        ExportSort::Labels => (BY_LABELS, KeyKind::Text),
        ExportSort::Owner => (BY_OWNER, KeyKind::Text),
    }
}

/// How many exports there are, when nothing narrows the list: an index answers it alone.
pub(super) const COUNT_ALL: &str = "SELECT COUNT(*) AS total FROM exports e WHERE e.removed_at = 0";

/// How many exports match a filter that asks for no permission.
pub(super) const COUNT: &str = concat!("SELECT COUNT(*) AS total FROM exports e WHERE ", meant!());

/// How many exports match a filter.
pub(super) const COUNT_PERMITTED: &str = concat!(
    "SELECT COUNT(*) AS total FROM exports e
     LEFT JOIN connections c ON c.id = e.connection_id
     WHERE ",
    meant_and_permitted!()
);

/// The ids of exports that match a filter: `$19` limit.
pub(super) const MATCHING: &str = concat!(
    "SELECT e.id FROM exports e
     LEFT JOIN connections c ON c.id = e.connection_id
     WHERE ",
    meant_and_permitted!(),
    " ORDER BY e.id LIMIT $19"
);

/// All that facets count, in one pass: how many exports match, by status and type. For scopes that give all exports
/// one permission.
pub(super) const TALLY: &str = concat!(
    "SELECT e.status, e.kind, COUNT(*) AS number FROM exports e WHERE ",
    meant!(),
    " GROUP BY e.status, e.kind ORDER BY e.status, e.kind LIMIT 10000"
);

/// The same where nothing narrows the list.
pub(super) const TALLY_ALL: &str =
    "SELECT e.status, e.kind, COUNT(*) AS number FROM exports e WHERE e.removed_at = 0
     GROUP BY e.status, e.kind ORDER BY e.status, e.kind LIMIT 10000";

/// The same by status, type and permission, for scopes in which permissions differ.
pub(super) const TALLY_BY_PERMISSION: &str = concat!(
    "SELECT t.status, t.kind, t.permission, COUNT(*) AS number
     FROM (SELECT e.status, e.kind, ",
    permission!(),
    " AS permission
           FROM exports e
           LEFT JOIN connections c ON c.id = e.connection_id
           WHERE ",
    meant!(),
    ") t
     GROUP BY t.status, t.kind, t.permission
     ORDER BY t.status, t.kind, t.permission LIMIT 10000"
);

/// What the ids in a filter are called: `$1` connection, if an export uses it · `$2` segment · `$3` owner. Who may see an
/// export may see what its connection is called; of others only administrators know.
pub(super) const NAMES: &str =
    "SELECT (SELECT c.name FROM connections c
             WHERE c.id = $1
               AND EXISTS (SELECT 1 FROM exports e WHERE e.connection_id = c.id AND e.removed_at = 0)) AS connection,
            (SELECT s.name FROM sources s WHERE s.id = $2 AND s.kind = 'segment') AS segment,
            (SELECT u.name FROM users u WHERE u.id = $3) AS owner";

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use app::domain::{
        ConnectionId, ConnectionType, ExportFilter, ExportStatus, Permission, SegmentFilter,
        SegmentId, UserId,
    };
    use base::SystemClock;
    use sqlx::{AnyConnection, Row};
    use tempfile::TempDir;
    use uuid::Uuid;

    use super::*;
    use crate::store::exports::matching::Bound;
    use crate::store::{EditScope, Store};

    async fn opened() -> (Store, TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/waybill.db", folder.path().display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        store.migrate().await.expect("migrates");
        (store, folder)
    }

    /// How SQLite would go about a statement over a filter; `more` are what it binds beside it.
    async fn plan(reader: &mut AnyConnection, sql: &str, bound: &Bound, more: &[More]) -> String {
        let explained = format!("EXPLAIN QUERY PLAN {sql}");
        let query = sqlx::query(sqlx::AssertSqlSafe(explained));
        let mut query = bound.bind(query, bound.permission);
        for value in more {
            query = match value {
                More::Int(value) => query.bind(*value),
                More::Text(value) => query.bind(*value),
            };
        }
        let plan: Vec<String> = query
            .fetch_all(reader)
            .await
            .expect("explains")
            .iter()
            .map(|row| row.get("detail"))
            .collect();
        plan.join("\n")
    }

    /// What may be read from end to end. Connections, until the first that is shared: once a statement, for exports
    /// without one; there are some hundreds. And what is no table.
    const READ_WHOLE: [&str; 2] = ["SCAN o USING INDEX ", "SCAN CONSTANT ROW"];

    /// The scans of a plan that nothing accounts for. All exports that are not removed are gone through by an index where
    /// their rows are compared one by one, as with words that may stand anywhere: that is a search to SQLite.
    fn unaccounted(plan: &str) -> Vec<&str> {
        plan.lines()
            .filter(|line| line.starts_with("SCAN"))
            .filter(|line| !READ_WHOLE.iter().any(|known| line.starts_with(known)))
            .collect()
    }

    enum More {
        Int(i64),
        Text(&'static str),
    }

    /// No filter, some alone, and all at once: the statements are the same.
    fn filters() -> Vec<ExportFilter> {
        let segment = |contains| SegmentFilter {
            id: SegmentId::new(Uuid::now_v7()),
            contains,
        };
        let all = ExportFilter {
            search: "one two".into(),
            status: Some(ExportStatus::Failed),
            kind: Some(ConnectionType::LocalFolder),
            permission: Some(Permission::Edit),
            connection_id: Some(ConnectionId::new(Uuid::now_v7())),
            segment: Some(segment(true)),
            label: "Été".into(),
            owner_id: Some(UserId::new(Uuid::now_v7())),
        };
        let without = ExportFilter {
            segment: Some(segment(false)),
            ..ExportFilter::default()
        };
        let permitted = ExportFilter {
            permission: all.permission,
            ..ExportFilter::default()
        };
        vec![ExportFilter::default(), permitted, without, all]
    }

    fn contributor() -> EditScope {
        EditScope::Contributor(UserId::new(Uuid::now_v7()))
    }

    #[tokio::test]
    async fn every_order_walks_its_index_on_sqlite_whatever_the_filter() {
        let (store, _folder) = opened().await;
        let mut reader = store.reader().await.expect("a reader");
        for (sort, filter) in ExportSort::ALL
            .into_iter()
            .flat_map(|sort| filters().into_iter().map(move |filter| (sort, filter)))
        {
            let bound = Bound::new(&filter, contributor());
            let (statements, kind) = of(sort);
            for (falling, from_place) in
                [(false, false), (true, false), (false, true), (true, true)]
            {
                let mut more = vec![More::Int(51)];
                if from_place {
                    more.extend(match kind {
                        KeyKind::Name => None,
                        KeyKind::Int => Some(More::Int(1)),
                        KeyKind::Text => Some(More::Text("a")),
                    });
                    more.extend([More::Text("a"), More::Text("b")]);
                }
                let sql = statements.pick(falling, from_place);
                let plan = plan(&mut reader, sql, &bound, &more).await;
                let index = match sort {
                    ExportSort::Name | ExportSort::Permission => "exports_by_name".to_owned(),
                    other => format!("exports_by_{}", other.code()),
                };
                assert!(
                    plan.contains(&format!("USING INDEX {index} ")),
                    "{sort:?} {filter:?}: {plan}"
                );
                assert!(!plan.contains("TEMP B-TREE"), "{sort:?} {filter:?}: {plan}");
                assert!(unaccounted(&plan).is_empty(), "{sort:?} {filter:?}: {plan}");
            }
        }
        drop(reader);
        store.close().await;
    }

    #[tokio::test]
    async fn counting_and_matching_read_no_table_from_end_to_end_on_sqlite() {
        let (store, _folder) = opened().await;
        let mut reader = store.reader().await.expect("a reader");
        for filter in filters() {
            let bound = Bound::new(&filter, contributor());
            for (name, sql) in [
                ("COUNT_ALL", COUNT_ALL),
                ("COUNT", COUNT),
                ("COUNT_PERMITTED", COUNT_PERMITTED),
                ("MATCHING", MATCHING),
                ("TALLY", TALLY),
                ("TALLY_ALL", TALLY_ALL),
                ("TALLY_BY_PERMISSION", TALLY_BY_PERMISSION),
            ] {
                let plan = plan(&mut reader, sql, &bound, &[More::Int(10)]).await;
                assert_eq!(
                    plan.matches(" e USING ").count(),
                    1,
                    "{name} goes through the exports once, by an index: {plan}"
                );
                assert!(unaccounted(&plan).is_empty(), "{name} {filter:?}: {plan}");
            }
        }
        let nothing = Bound::new(&ExportFilter::default(), EditScope::All);
        let plan = plan(&mut reader, NAMES, &nothing, &[]).await;
        assert!(unaccounted(&plan).is_empty(), "NAMES: {plan}");
        drop(reader);
        store.close().await;
    }
}
