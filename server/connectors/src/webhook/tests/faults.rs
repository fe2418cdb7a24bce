//! What happens to deliveries on their way to a receiver.

use futures::future::join_all;

use super::place::{Place, usual};
use crate::conformance::servers::Door;
use crate::conformance::{self, Refusal, shapes};

/// A receiver has no formats: whatever is chosen, rows are sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_at_any_message_is_told_and_delivers_nothing() {
    let refusals = [
        Refusal {
            head: "507 Insufficient Storage",
            body: "",
            code: "destination_no_space",
        },
        Refusal {
            head: "401 Unauthorized",
            body: "",
            code: "destination_unauthenticated",
        },
        Refusal {
            head: "403 Forbidden",
            body: "",
            code: "destination_unauthenticated",
        },
    ];
    let door = Door::start(Place::port(), "POST ").await;
    let subject = Place::new().subject_through(door.port());
    conformance::what_is_refused_at_any_write_is_told_and_leaves_old_or_new(
        &subject, &door, &refusals,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_way_delivers_and_one_that_is_cut_anywhere_leaves_old_or_new() {
    let formats = shapes().map(|shape| async move {
        let place = Place::new();
        let through = |port: u16| place.destination(&place.by_way_of(port), &usual());
        conformance::a_slow_way_delivers_and_one_that_is_cut_anywhere_leaves_old_or_new(
            &place.subject(),
            Place::port(),
            &through,
            &shape,
        )
        .await;
    });
    join_all(formats).await;
}
