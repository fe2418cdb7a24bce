//! Tables of data sources: their schemas, and their snapshots in the lake.

mod reading;
mod schema;
mod snapshots;

pub use reading::{TableRow, exports_using, table, tables, tables_by_id};
pub use schema::{fix_schema, set_change, set_problem, update_schema, upsert_tables};
pub use snapshots::{
    NewSnapshot, SnapshotRow, confirm_snapshot, delete_snapshot, latest_snapshots, record_snapshot,
    snapshot, snapshots_to_drop,
};
