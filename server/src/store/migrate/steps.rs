//! The steps of the schema, from the first.

/// One step. Its number is its place, from 1.
pub(super) struct Step {
    pub(super) sql: &'static str,
    /// The least version of the schema that a program must know to read the database afterwards.
    pub(super) readable_from: i64,
}

pub(super) const STEPS: &[Step] = &[
    Step {
        sql: include_str!("../../../migrations/0001_people.sql"),
        readable_from: 1,
    },
    Step {
        sql: include_str!("../../../migrations/0002_connections.sql"),
        readable_from: 1,
    },
    Step {
        sql: include_str!("../../../migrations/0003_data.sql"),
        readable_from: 1,
    },
    Step {
        sql: include_str!("../../../migrations/0004_exports.sql"),
        readable_from: 1,
    },
    Step {
        sql: include_str!("../../../migrations/0005_runs.sql"),
        readable_from: 5,
    },
    // It only adds; but a program from before does not know the codes that it brings.
    Step {
        sql: include_str!("../../../migrations/0006_schedules.sql"),
        readable_from: 6,
    },
    // The same of kinds and statuses.
    Step {
        sql: include_str!("../../../migrations/0007_segments.sql"),
        readable_from: 7,
    },
    Step {
        sql: include_str!("../../../migrations/0008_operation.sql"),
        readable_from: 7,
    },
    // It only adds, and programs from before read none of it.
    Step {
        sql: include_str!("../../../migrations/0009_notices.sql"),
        readable_from: 7,
    },
    Step {
        sql: include_str!("../../../migrations/0010_notices_upkeep.sql"),
        readable_from: 7,
    },
    // The same.
    Step {
        sql: include_str!("../../../migrations/0011_export_page.sql"),
        readable_from: 7,
    },
    // A program from before does not know the types of connections that it brings.
    Step {
        sql: include_str!("../../../migrations/0012_trust.sql"),
        readable_from: 12,
    },
    // It only adds, and programs from before read none of it.
    Step {
        sql: include_str!("../../../migrations/0013_makers.sql"),
        readable_from: 12,
    },
    // A program from before would send notices to where an address leads, and not to the address.
    Step {
        sql: include_str!("../../../migrations/0014_group_addresses.sql"),
        readable_from: 14,
    },
    // It only adds, and programs from before read none of it.
    Step {
        sql: include_str!("../../../migrations/0015_running.sql"),
        readable_from: 14,
    },
    // It only adds. What a program from before notes about an export sorts as it did until it is noted again.
    Step {
        sql: include_str!("../../../migrations/0016_list_orders.sql"),
        readable_from: 14,
    },
];
