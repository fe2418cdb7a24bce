//! What a notice may say of a reason: notices leave the server, and reach people who may see less than others.

use super::Reason;

/// Reasons whose sentences hold nothing but names of tables, columns, sources and exports, and counts. No values of
/// rows, no files, folders or hosts.
const TELLABLE: &[&str] = &[
    "attempts_used_up",
    "connection_missing",
    "connection_removed",
    "database_failed",
    "delivered_previous",
    "destination_clock",
    "destination_failed",
    "destination_gone",
    "destination_no_conditions",
    "destination_no_space",
    "destination_rate_limited",
    "destination_slow",
    "destination_unauthenticated",
    "destination_unavailable",
    "disk_full",
    "export_detached",
    "held_empty",
    "held_shrunk",
    "internal",
    "missed_restored",
    "missed_starts",
    "no_space",
    "not_delivered",
    "program_fault",
    "query_failed",
    "ran_longer",
    "record_unreadable",
    "renewal_failed",
    "restored",
    "restored_unknown",
    "rows_differ",
    "schema_column_missing",
    "schema_type_changed",
    "schema_type_unknown",
    "server_stopping",
    "snapshot_missing",
    "snapshot_unreadable",
    "snapshot_unwritable",
    "source_failed",
    "source_missing",
    "source_removed",
    "sum_is_wrong",
    "table_missing",
    "table_not_refreshed",
    "table_not_writable",
    "upstream_canceled",
    "upstream_failed",
    "upstream_late",
    "upstream_skipped",
    "worker_lost",
];

/// Arguments that no sentence of these reasons needs, and that hold files and folders.
const UNTOLD: &[&str] = &["action", "file", "path"];

/// The reason as a notice may carry it, without a system's or vendor's own words. None where its arguments may be row
/// data, paths or hosts: the page of the run says it, to who may see it.
pub fn tellable(reason: &Reason) -> Option<Reason> {
    TELLABLE.contains(&reason.code.as_str()).then(|| {
        let mut told = reason.clone();
        told.detail = None;
        told.args.retain(|name, _| !UNTOLD.contains(&name.as_str()));
        told
    })
}

/// Arguments that hold where a destination is, or what it is known by.
const PLACES: &[&str] = &[
    "action",
    "flag",
    "found",
    "host",
    "location",
    "problem",
    "reference",
];

/// The reason as everybody may read it: of a destination's or a secret's, without hosts, references and a vendor's own
/// words, which are for administrators.
#[must_use]
pub fn without_places(mut reason: Reason) -> Reason {
    if reason.code.starts_with("destination_") || reason.code.starts_with("secret_") {
        reason.detail = None;
        let args = &mut reason.args;
        // A path that says where on a machine something is, not where in the connection's folder.
        let is_place = |name: &str, value: &str| {
            PLACES.contains(&name) || name == "path" && value.starts_with('/')
        };
        args.retain(|name, value| !is_place(name, value));
    }
    reason
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_s_own_words_are_left_out() {
        let reason = Reason::new("destination_unavailable").detail("10.0.0.7: connection refused");
        assert_eq!(
            tellable(&reason),
            Some(Reason::new("destination_unavailable"))
        );
        let failed = Reason::new("upstream_failed").with("source", "Shop");
        assert_eq!(tellable(&failed), Some(failed));
    }

    #[test]
    fn files_and_folders_are_left_out() {
        let gone = Reason::new("schema_column_missing")
            .with("table", "people")
            .with("column", "city");
        let found = gone.clone().with("file", "/srv/lake/t/part-0.parquet");
        assert_eq!(tellable(&found), Some(gone));
        let failed = Reason::new("destination_failed").with("action", "write `/srv/out/a.csv`");
        assert_eq!(tellable(&failed), Some(Reason::new("destination_failed")));
    }

    #[test]
    fn where_a_destination_is_is_for_administrators() {
        let refused = Reason::new("destination_address_refused")
            .with("flag", "--allow-address 10.0.0.7")
            .with("path", "daily/t.csv")
            .detail("bucket `internal` at 10.0.0.7");
        assert_eq!(
            without_places(refused),
            Reason::new("destination_address_refused").with("path", "daily/t.csv")
        );
        let missing = Reason::new("secret_reference_missing").with("reference", "file:/run/x");
        assert_eq!(
            without_places(missing),
            Reason::new("secret_reference_missing")
        );
        let other = Reason::new("folder_not_found").detail("no folder");
        assert_eq!(without_places(other.clone()), other);
    }

    #[test]
    fn reasons_with_values_paths_or_unknown_ones_are_not_told() {
        for code in [
            "source_file_misfit",
            "destination_permission_denied",
            "folder_not_found",
            "sql_failed",
            "brand_new",
        ] {
            assert_eq!(
                tellable(&Reason::new(code).with("value", "x")),
                None,
                "{code}"
            );
        }
    }
}
