//! Tables of data sources, and those that segments are: their schemas, and their snapshots in the lake.

mod reading;
mod schema;
mod snapshots;

pub use reading::{TableRow, exports_using, lock_sources, table, tables, tables_by_id};
pub use schema::{fix_schema, set_change, set_problem, update_schema, upsert_tables};
pub(super) use snapshots::hold_snapshots;
pub use snapshots::{
    MadeFrom, NewSnapshot, SnapshotRow, confirm_made, confirm_snapshot, delete_snapshot,
    is_recorded, latest_snapshots, let_go_of_removed, record_snapshot, snapshot, snapshots_to_drop,
};
