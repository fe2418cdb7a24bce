//! Which sentences of reasons every page has from its start, and which come with the parts that have forms
//! (`app/src/i18n/reasons`). What is kept of a run, an export, a source, a table or a connection may stand on the start
//! page, which loads no part: its sentence is in `sentences.rs`. Why a segment cannot be evaluated, or a notice not be sent,
//! and that a connection works, is said by parts alone: a run that needs a segment says that it failed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::architecture::{root, sources};

/// What gives reasons that are kept, with what it calls for them, and the start page with its own.
const GIVING: &[&str] = &[
    "app/src/domain",
    "app/src/features/exports",
    "app/src/shell",
    "app/src/state",
    "server/base/src",
    "server/connectors/src",
    "server/engine/src",
    "server/formats/src",
    "server/src/backup",
    "server/src/crypto",
    "server/src/notices",
    "server/src/pipeline",
    "server/src/scheduler",
    "server/src/services",
    "server/src/store",
];

/// Of these, what does nothing but answer what somebody typed or sent, on a page that is loaded later, and refuses it there,
/// or says so of a segment, or of a way out for notices, that is kept.
/// Stored schedules are read by the same code: why one cannot be goes to the log.
const REFUSING: &[&str] = &[
    "app/src/domain/account.rs",
    "app/src/domain/audit.rs",
    "app/src/domain/bulk.rs",
    "app/src/domain/cron.rs",
    "app/src/domain/export_about.rs",
    "app/src/domain/notice.rs",
    "app/src/domain/page.rs",
    "app/src/domain/people.rs",
    "app/src/domain/schedule/",
    "app/src/domain/segment/",
    "app/src/domain/storage.rs",
    "app/src/domain/text.rs",
    "app/src/features/exports/form/",
    "app/src/features/exports/schedule/",
    "server/engine/src/segment/",
    "server/src/notices/",
    "server/src/scheduler/recurrence/timetable.rs",
    "server/src/services/connections/draft.rs",
    "server/src/services/export_draft.rs",
    "server/src/services/invitations.rs",
    "server/src/services/people_admin.rs",
    "server/src/services/planned.rs",
    "server/src/services/profile.rs",
    "server/src/services/second_factor.rs",
    "server/src/services/token_making.rs",
    "server/src/services/views.rs",
];

/// And the codes by which others of them refuse what was typed or sent, and nothing else.
const REFUSED: &[(&str, &str)] = &[
    ("server/src/pipeline/plane.rs", "unknown_field"),
    ("server/src/pipeline/plane.rs", "unknown_type"),
    ("server/src/services/data.rs", "type_is_fixed"),
    ("server/src/services/data.rs", "unknown_field"),
    ("server/src/services/data.rs", "unknown_type"),
    ("server/src/services/export_bulk.rs", "too_many"),
    (
        "server/src/services/export_fit.rs",
        "connection_without_files",
    ),
    (
        "server/src/services/export_schedules.rs",
        "schedule_only_with_define",
    ),
    (
        "server/src/services/export_schedules.rs",
        "version_of_one_only",
    ),
    ("server/src/services/notices.rs", "too_many"),
    ("server/src/store/notices/claim.rs", "notice_damaged"),
    ("server/src/store/secrets.rs", "group_address_lost"),
    ("server/src/pipeline/connections.rs", "connection_works"),
    (
        "server/src/pipeline/preview_delivery.rs",
        "preview_too_slow",
    ),
    ("server/src/services/account.rs", "passwords_off"),
    ("server/src/services/account.rs", "set_up_link_used"),
    ("server/src/services/account.rs", "sign_in_again"),
    ("server/src/services/account.rs", "wrong_code"),
    (
        "server/src/services/connections/removal.rs",
        "connection_in_use",
    ),
    ("server/src/services/data.rs", "columns_are_the_sources"),
    ("server/src/services/data.rs", "source_in_segments"),
    ("server/src/services/data.rs", "source_in_use"),
    ("server/src/services/export_about.rs", "label_twice"),
    ("server/src/services/export_segments.rs", "table_twice"),
    ("server/src/services/mod.rs", "not_available_yet"),
    ("server/src/services/mod.rs", "session_needed"),
    ("server/src/services/notices.rs", "test_sent"),
    ("server/src/services/operation.rs", "task_has_ended"),
    (
        "server/src/services/segment_names.rs",
        "segment_saved_meanwhile",
    ),
    (
        "server/src/services/segment_names.rs",
        "source_named_in_segments",
    ),
    ("server/src/services/segments.rs", "segment_used_by_others"),
    ("server/src/services/segments/removal.rs", "segment_in_use"),
    ("server/src/services/system.rs", "refresh_has_ended"),
];

#[test]
fn what_the_start_page_can_meet_is_said_by_every_page() {
    let later = codes("later.rs");
    assert!(later.len() > 30, "is this still how they are written?");
    let given = given(&later);
    for (place, code) in &given {
        assert!(
            is_refused(place, code),
            "the sentence of `{code}`, which {place} gives, is in later.rs: move it to sentences.rs, \
             unless this only refuses what was typed or sent"
        );
    }
    for refusing in REFUSING {
        let is_still = given.iter().any(|(place, _)| place.starts_with(refusing));
        assert!(is_still, "{refusing} is an exception no more");
    }
    for (place, code) in REFUSED {
        let is_still = given.contains(&((*place).to_owned(), (*code).to_owned()));
        assert!(is_still, "`{code}` of {place} is an exception no more");
    }
}

/// So that the other test would fail, were one of them in the wrong file.
#[test]
fn reasons_that_are_kept_are_found_where_they_are_given() {
    let given = given(&codes("sentences.rs"));
    for kept in [
        "canceled_by",
        "connection_paused_for",
        "connection_restored",
        "destination_unavailable",
        "disk_full",
        "held_empty",
        "missed_starts",
        "null_text_unfit",
        "schema_column_missing",
        "secret_reference_missing",
        "template_name_long",
        "upstream_running",
    ] {
        let found = given
            .iter()
            .any(|(place, code)| code == kept && !is_refused(place, code));
        assert!(found, "nobody gives `{kept}`");
    }
}

/// The codes of a file of sentences.
fn codes(file: &str) -> BTreeSet<String> {
    let path = root().join("app/src/i18n/reasons").join(file);
    let text = fs::read_to_string(path).expect("a text");
    let lines = text.lines();
    lines
        .filter_map(|line| line.trim_start().strip_prefix("(\""))
        .filter_map(|line| line.split(['?', '"']).next())
        .map(str::to_owned)
        .collect()
}

/// Which of these codes are given, and where.
fn given(codes: &BTreeSet<String>) -> BTreeSet<(String, String)> {
    let root = root();
    let mut given = BTreeSet::new();
    for path in GIVING.iter().flat_map(|folder| sources(&root.join(folder))) {
        let place = path.strip_prefix(&root).expect("below the root");
        let place = place.display().to_string();
        if place.contains("/tests") {
            continue;
        }
        let code = without_tests(&path);
        let found = code.split('"').filter(|text| codes.contains(*text));
        given.extend(found.map(|code| (place.clone(), code.to_owned())));
    }
    given
}

/// The file without comments and without its tests.
fn without_tests(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a text");
    let code = text.split("mod tests {").next().unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a place gives this code to who typed or sent what it refuses, and to nobody else.
fn is_refused(place: &str, code: &str) -> bool {
    REFUSING.iter().any(|refusing| place.starts_with(refusing)) || REFUSED.contains(&(place, code))
}
