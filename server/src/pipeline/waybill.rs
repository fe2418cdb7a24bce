//! The receipt of a run, complete in itself.

use app::domain::{DeliveredFile, ItemCounts, Micros, RunStatus, Waybill, WaybillTable};

use crate::store::{
    exports::ExportVersion,
    queue::{ClaimedRun, Ended, EndedItem, PinnedItem},
};

type Table = (PinnedItem, ItemCounts, Vec<DeliveredFile>, i64);

/// A run that delivered, before its end is written.
pub struct Delivered {
    waybill: Waybill,
    items: Vec<EndedItem>,
}

impl Delivered {
    pub(super) fn new(
        run: &ClaimedRun,
        status: RunStatus,
        version: ExportVersion,
        connection_name: String,
        tables: Vec<Table>,
    ) -> Self {
        let data_as_of = tables.iter().map(|(item, ..)| item.snapshot_at).min();
        let items = tables
            .iter()
            .map(|(item, counts, files, escaped_cells)| EndedItem {
                place: item.place,
                status,
                counts: *counts,
                files: files.clone(),
                escaped_cells: *escaped_cells,
            })
            .collect();
        let tables = tables
            .into_iter()
            .map(|(item, counts, files, escaped_cells)| WaybillTable {
                table: item.table_name,
                counts,
                schema: item.schema,
                mapping: item.mapping,
                snapshot: item.snapshot_id.to_string(),
                snapshot_at: item.snapshot_at,
                files,
                escaped_cells,
            })
            .collect();
        let waybill = Waybill {
            run_id: run.id,
            export_id: run.export_id,
            export_name: version.name,
            export_version: version.version,
            connection_name,
            status,
            trigger: run.trigger,
            started_by: run.started_by.clone(),
            queued_at: run.queued_at,
            started_at: run.started_at,
            // Set when the end is written.
            ended_at: run.started_at,
            attempt: run.attempt,
            data_as_of,
            options: version.options,
            tables,
        };
        Self { waybill, items }
    }

    /// Rows and bytes delivered, for the metrics.
    pub fn totals(&self) -> (u64, u64) {
        let sum = |of: fn(&ItemCounts) -> i64| -> u64 {
            self.items
                .iter()
                .map(|item| u64::try_from(of(&item.counts)).unwrap_or_default())
                .sum()
        };
        (sum(|counts| counts.written), sum(|counts| counts.bytes))
    }

    /// The end of the run at this instant.
    pub fn ended(mut self, at: Micros) -> Ended {
        self.waybill.ended_at = at;
        Ended {
            status: self.waybill.status,
            reason: None,
            at,
            data_as_of: self.waybill.data_as_of,
            items: self.items,
            waybill: Some(self.waybill),
        }
    }
}
