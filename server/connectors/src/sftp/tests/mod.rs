//! `sftp` against OpenSSH's server, and against one that is not.

mod faults;
mod place;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;

use base::{Steps, TestStage};
use bytes::Bytes;
use russh::keys::Algorithm;
use serde_json::json;

use self::place::{
    Place, environment, folder_in_memory, on_one_connection, on_own_connections, password_store,
    secrets, subject,
};
use super::SftpStore;
use crate::conformance::servers::{Asyncssh, new_key, text as key_text};
use crate::conformance::{Subject, conformance_suite};
use crate::destination::TestReport;
use crate::error::ConnectorError;
use crate::remote::RemoteStore;

mod openssh {
    use super::*;

    conformance_suite!(on_one_connection("");
        every_format_is_delivered_with_true_sizes_and_checksums,
        the_manifest_is_a_copy_of_the_record,
        a_dated_path_is_never_written_twice,
        an_undated_path_is_replaced_with_what_it_had_more,
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

    conformance_suite!(on_own_connections(); racing_attempts_publish_once);
}

/// A server that has no more than version 3, where files are replaced in two steps.
mod version_3 {
    use super::*;

    const WITHOUT: &str = "-P posix-rename,hardlink,limits,fsync,statvfs";

    conformance_suite!(on_one_connection(WITHOUT);
        every_format_is_delivered_with_true_sizes_and_checksums,
        the_manifest_is_a_copy_of_the_record,
        an_undated_path_is_replaced_with_what_it_had_more,
        racing_attempts_publish_once,
        the_test_leaves_nothing_behind,
        an_older_publication_never_comes_back_over_a_newer,
    );
}

/// Its handles are numbers, which are text only up to the 128th.
mod asyncssh {
    use super::*;

    fn by_password() -> Subject {
        let files = folder_in_memory();
        let server = Asyncssh::start(files.path(), "password");
        let path = files.path().join("deliveries");
        let store = password_store(&server, Asyncssh::PASSWORD);
        subject(path, move || {
            let _alive = (&files, &server);
            store.clone()
        })
    }

    conformance_suite!(by_password();
        many_parts_are_all_delivered,
        an_undated_path_is_replaced_with_what_it_had_more,
        racing_attempts_publish_once,
        the_test_leaves_nothing_behind,
    );
}

/// What a test finds, and the step that it ends with.
async fn tested(store: &SftpStore) -> (Result<TestReport, ConnectorError>, TestStage) {
    let steps = Steps::default();
    let found = store.test(&steps).await;
    let taken = steps.taken();
    let last = taken.last().expect("there is a first step");
    assert_eq!(last.millis.is_some(), found.is_ok(), "{found:?}");
    (found, last.stage)
}

#[tokio::test]
async fn a_test_goes_through_every_step_and_says_where_it_came_to() {
    let place = Place::new("");
    let steps = Steps::default();
    let report = place.store(json!({})).test(&steps).await.unwrap();
    let stages: Vec<_> = steps.taken().iter().map(|step| step.stage).collect();
    let of_ssh = TestStage::ALL
        .into_iter()
        .filter(|&stage| stage != TestStage::Tls);
    assert_eq!(stages, of_ssh.collect::<Vec<_>>());
    let folder = place.path().display().to_string();
    assert!(report.location.ends_with(&folder), "{}", report.location);
    assert!(report.free_bytes.is_some_and(|bytes| bytes > 0));
}

#[tokio::test]
async fn a_server_with_another_key_is_told_and_nobody_signs_in() {
    let place = Place::new("");
    let other = new_key(Algorithm::Ed25519)
        .public_key()
        .to_openssh()
        .unwrap();
    for host_key in ["", &other] {
        let (found, stage) = tested(&place.store(json!({"host_key": host_key}))).await;
        let Err(ConnectorError::HostKey { found }) = found else {
            panic!("{host_key}: {found:?}")
        };
        assert_eq!(found, place.sshd.host_keys()[0]);
        assert_eq!(stage, TestStage::HostKey);
    }
    assert!(!place.path().exists());
}

#[tokio::test]
async fn any_of_the_keys_of_a_server_may_be_named() {
    let place = Place::new("");
    let host_key = &place.sshd.host_keys()[1];
    let (found, _) = tested(&place.store(json!({"host_key": host_key}))).await;
    assert!(found.is_ok(), "{found:?}");
    assert_eq!(place.sshd.connections(), 2);
    let nobodys = "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ";
    let (found, _) = tested(&place.store(json!({"host_key": nobodys}))).await;
    assert!(
        matches!(found, Err(ConnectorError::HostKey { .. })),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_key_that_the_server_does_not_know_is_refused() {
    let place = Place::new("");
    let stranger = key_text(&new_key(Algorithm::Ed25519));
    let (found, stage) = tested(&place.store_of(&stranger, json!({}))).await;
    assert!(
        matches!(found, Err(ConnectorError::Unauthenticated)),
        "{found:?}"
    );
    assert_eq!(stage, TestStage::SignIn);
}

#[tokio::test]
async fn passwords_are_given_at_once_or_at_a_prompt() {
    for how in ["password", "prompt"] {
        let files = folder_in_memory();
        let server = Asyncssh::start(files.path(), how);
        let (found, _) = tested(&password_store(&server, Asyncssh::PASSWORD)).await;
        let report = found.expect(how);
        assert!(report.location.ends_with(", /deliveries"), "{report:?}");
        let (found, stage) = tested(&password_store(&server, "guessed")).await;
        assert!(
            matches!(found, Err(ConnectorError::Unauthenticated)),
            "{how}: {found:?}"
        );
        assert_eq!(stage, TestStage::SignIn, "{how}");
    }
}

#[tokio::test]
async fn a_server_for_reading_alone_is_told_at_writing() {
    let place = Place::new("-R");
    fs::create_dir(place.path()).unwrap();
    let (found, stage) = tested(&place.store(json!({}))).await;
    assert!(
        matches!(found, Err(ConnectorError::PermissionDenied { .. })),
        "{found:?}"
    );
    assert_eq!(stage, TestStage::Write);
}

#[tokio::test]
async fn private_addresses_are_refused_before_anybody_is_connected_to() {
    let place = Place::new("");
    let config = json!({
        "host": "localhost", "port": place.sshd.port(), "username": "x", "folder": "/",
        "host_key": "",
    });
    let secrets = secrets("password", "x");
    let store = SftpStore::open(&config, &secrets, &environment(&[])).unwrap();
    let (found, stage) = tested(&store).await;
    assert!(
        matches!(found, Err(ConnectorError::AddressRefused(_))),
        "{found:?}"
    );
    assert_eq!(stage, TestStage::Address);
    assert_eq!(place.sshd.connections(), 0);
}

#[tokio::test]
async fn where_nobody_listens_a_test_ends_at_the_address() {
    let place = Place::new("");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (found, stage) = tested(&place.store(json!({"port": port}))).await;
    assert!(
        matches!(found, Err(ConnectorError::Unavailable { .. })),
        "{found:?}"
    );
    assert_eq!(stage, TestStage::Address);
}

#[tokio::test]
async fn a_link_inside_the_destination_does_not_lead_out_of_it() {
    let place = Place::new("");
    let outside = folder_in_memory();
    fs::create_dir(place.path()).unwrap();
    symlink(outside.path(), place.path().join("daily")).unwrap();
    let store = place.store(json!({}));
    let content = Bytes::from_static(b"x");
    let scratch = "daily/.waybill/run-1/tmp";
    let written = store.write_over("daily/t.csv", content, scratch).await;
    assert!(
        matches!(written, Err(ConnectorError::Collision { .. })),
        "{written:?}"
    );
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    // What is cleared away is the link.
    fs::write(outside.path().join("mine"), "mine").unwrap();
    store.discard("daily").await.unwrap();
    assert!(outside.path().join("mine").exists());
    assert!(place.path().join("daily").symlink_metadata().is_err());
}
