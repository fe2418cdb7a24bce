//! What happens to deliveries on their way to a bucket.

use std::sync::Arc;

use serde_json::json;

use super::{keys, moto, settings, subject, subject_of};
use crate::conformance::servers::Door;
use crate::conformance::{self, Refusal, once, shapes};
use crate::destination::Destination;
use crate::objects::ObjectFolder;
use crate::objects::seen::local_http;
use crate::remote::RemoteFolder;
use crate::s3::open;

/// What a service says in the middle of a delivery: that it is full, that nobody may write any more, that the key is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_at_any_write_is_told_and_leaves_nothing() {
    let refusals = [
        Refusal {
            head: "507 Insufficient Storage",
            body: "<Error><Code>XMinioStorageFull</Code><Message>Full.</Message></Error>",
            code: "destination_no_space",
        },
        Refusal {
            head: "403 Forbidden",
            body: "<Error><Code>AccessDenied</Code><Message>No.</Message></Error>",
            code: "destination_permission_denied",
        },
        Refusal {
            head: "403 Forbidden",
            body: "<Error><Code>InvalidAccessKeyId</Code><Message>Who?</Message></Error>",
            code: "destination_unauthenticated",
        },
    ];
    let door = Door::start(moto().port(), "PUT ").await;
    let endpoint = json!({"endpoint": format!("http://127.0.0.1:{}", door.port())});
    let subject = subject(moto(), &endpoint, true);
    conformance::what_is_refused_at_any_write_is_told_and_leaves_old_or_new(
        &subject, &door, &refusals,
    )
    .await;
}

/// Not looked for are open uploads: one that begins at the moment of the cut is not known to us, and is left to the rule
/// of the bucket that ends such.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_way_delivers_and_one_that_is_cut_anywhere_leaves_old_or_new() {
    let port = moto().port();
    for shape in shapes() {
        let config = settings(moto(), &json!({}));
        let subject = subject_of(config.clone(), false);
        let through = |port: u16| {
            let mut config = config.clone();
            config["endpoint"] = json!(format!("http://127.0.0.1:{port}"));
            let store = open(&config, &keys(), &local_http()).expect("the settings are right");
            let store = ObjectFolder {
                retry: once(),
                ..store
            };
            Arc::new(RemoteFolder::new(store).with_retry(once())) as Arc<dyn Destination>
        };
        conformance::a_slow_way_delivers_and_one_that_is_cut_anywhere_leaves_old_or_new(
            &subject, port, &through, &shape,
        )
        .await;
    }
}
