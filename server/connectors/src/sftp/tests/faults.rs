//! What happens to deliveries on their way to a server of files.

use futures::future::join_all;
use serde_json::json;

use super::place::{Place, folder_in_memory, password_store, published_to, subject};
use crate::conformance::servers::{Asyncssh, Failing};
use crate::conformance::{self, Refusal, shapes};
use crate::faults::Faults;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_way_delivers_and_one_that_is_cut_anywhere_leaves_old_or_new() {
    let formats = shapes().map(|shape| async move {
        let place = Place::new("");
        let kept = place.store(json!({}));
        let subject = subject(place.path(), move || kept.clone());
        let through =
            |port: u16| published_to(place.store(json!({"port": port})), Faults::default());
        conformance::a_slow_way_delivers_and_one_that_is_cut_anywhere_leaves_old_or_new(
            &subject,
            place.sshd.port(),
            &through,
            &shape,
        )
        .await;
    });
    join_all(formats).await;
}

/// What a server answers whose disk is full, whose quota is used up, or where nobody may write any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_at_any_write_is_told_and_leaves_nothing() {
    let refusals = [
        ("ENOSPC", "destination_no_space"),
        ("EDQUOT", "destination_no_space"),
        ("EACCES", "destination_permission_denied"),
    ];
    let refusals = refusals.map(|(head, code)| Refusal {
        head,
        body: "",
        code,
    });
    let files = folder_in_memory();
    let server = Asyncssh::start(files.path(), "password");
    let store = password_store(&server, Asyncssh::PASSWORD);
    let subject = subject(files.path().join("deliveries"), move || store.clone());
    let gate = Failing::at(files.path());
    conformance::what_is_refused_at_any_write_is_told_and_leaves_old_or_new(
        &subject, &gate, &refusals,
    )
    .await;
}
