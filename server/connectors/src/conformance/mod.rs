//! What every destination type must do, as tests that each type runs against the real thing it
//! talks to.
//!
//! A type gives a [`Subject`] and writes `conformance_suite!(subject)` in its tests. What happens on the way, in every format,
//! stands in `tests/faults.rs` of each type that connects to a server:
//!
//! | fault | SFTP | S3 | Azure Blob, Data Lake Gen2 | webhook |
//! |---|---|---|---|---|
//! | wrong secret | asyncssh, OpenSSH | moto with signatures; told in the middle by a [`servers::Door`] | Azurite; the same | receiver; the same |
//! | no permission | OpenSSH `-R`; `EACCES` at any write of asyncssh | moto with rights; `Door` | `Door` | `Door` |
//! | full | `ENOSPC`, `EDQUOT` at any write of asyncssh | `Door` | `Door` | `Door` |
//! | slow; cut at 10 points | [`servers::Cutter`] | `Cutter` | `Cutter` | `Cutter` |
//! | crash | every named point | every third | every third (blobs) | every named point |
//!
//! A server that takes a connection and says nothing is tried in `server/tests/http/silence.rs`.

mod crashes;
mod deliveries;
mod faults;
pub(crate) mod servers;
mod subject;

pub(crate) use subject::{Subject, UNDATED, View, attempt, request, rows, schema, staged, text};
pub(crate) use {crashes::*, deliveries::*, faults::*};

/// One test per scenario, each on a subject of its own.
///
/// `slow: subject()`: for a type that talks to a server of the tests, few tests of many scenarios, so that few servers are
/// started, and with fewer crashes.
macro_rules! conformance_suite {
    (slow: $subject:expr) => {
        $crate::conformance::conformance_suite!(deliveries_go_as_they_should: $subject;
            every_format_is_delivered_with_true_sizes_and_checksums,
            the_manifest_is_a_copy_of_the_record,
            a_dated_path_is_never_written_twice,
            an_undated_path_is_replaced_with_what_it_had_more,
            odd_table_names_stay_apart_and_inside,
            an_empty_table_is_a_valid_file,
            many_parts_are_all_delivered,
        );
        $crate::conformance::conformance_suite!(attempts_that_end_early_leave_nothing: $subject;
            racing_attempts_publish_once,
            a_second_commit_returns_the_first_record,
            an_aborted_attempt_leaves_nothing,
            sweeping_removes_attempts_up_to_one_and_leaves_later_ones,
            an_unknown_run_is_not_published_and_nothing_is_created,
            a_failing_source_is_handed_back_and_nothing_is_published,
            tables_must_be_planned_and_all_written,
            the_test_leaves_nothing_behind,
        );
        $crate::conformance::conformance_suite!($subject;
            a_crash_at_many_points_is_old_or_new_and_can_be_finished,
            an_older_publication_never_comes_back_over_a_newer,
        );
    };
    ($together:ident: $subject:expr; $($scenario:ident),+ $(,)?) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $together() {
            $($crate::conformance::$scenario(&$subject).await;)+
        }
    };
    ($subject:expr; $($scenario:ident),+ $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $scenario() {
            $crate::conformance::$scenario(&$subject).await;
        })+
    };
    ($subject:expr) => {
        $crate::conformance::conformance_suite!($subject;
            every_format_is_delivered_with_true_sizes_and_checksums,
            the_manifest_is_a_copy_of_the_record,
            a_dated_path_is_never_written_twice,
            an_undated_path_is_replaced_with_what_it_had_more,
            racing_attempts_publish_once,
            a_second_commit_returns_the_first_record,
            an_aborted_attempt_leaves_nothing,
            sweeping_removes_attempts_up_to_one_and_leaves_later_ones,
            an_unknown_run_is_not_published_and_nothing_is_created,
            a_failing_source_is_handed_back_and_nothing_is_published,
            tables_must_be_planned_and_all_written,
            odd_table_names_stay_apart_and_inside,
            an_empty_table_is_a_valid_file,
            many_parts_are_all_delivered,
            the_test_leaves_nothing_behind,
            a_crash_anywhere_is_old_or_new_and_can_be_finished,
            an_older_publication_never_comes_back_over_a_newer,
        );
    };
}
pub(crate) use conformance_suite;
