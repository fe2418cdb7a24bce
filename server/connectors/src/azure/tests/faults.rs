//! What happens to deliveries on their way to a container or a lake.

use std::sync::Arc;

use futures::future::join_all;
use serde_json::{Value, json};

use super::{ACCOUNT, Open, azurite, key, settings, subject_of};
use crate::azure::{open_blob, open_lake};
use crate::conformance::servers::Door;
use crate::conformance::{self, Refusal, Subject, once, shapes};
use crate::destination::Destination;
use crate::objects::ObjectFolder;
use crate::objects::seen::local_http;
use crate::remote::RemoteFolder;

fn endpoint(port: u16) -> Value {
    json!(format!("http://127.0.0.1:{port}/{ACCOUNT}"))
}

/// Without the file that tells of the data in a lake, which is written after them and is another file.
fn data_alone(subject: Subject) -> Subject {
    let view = subject.view;
    Subject {
        view: Box::new(move || {
            let mut view = view();
            view.retain(|path, _| !path.ends_with("model.json"));
            view
        }),
        ..subject
    }
}

/// What a service says in the middle of a delivery: that it is full, that nobody may write any more, that the key is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_at_any_write_is_told_and_leaves_nothing() {
    let refusals = [
        Refusal {
            head: "409 Conflict\r\nx-ms-error-code: StorageQuotaExceeded",
            body: "",
            code: "destination_no_space",
        },
        Refusal {
            head: "403 Forbidden\r\nx-ms-error-code: AuthorizationPermissionMismatch",
            body: "",
            code: "destination_permission_denied",
        },
        Refusal {
            head: "403 Forbidden\r\nx-ms-error-code: AuthenticationFailed",
            body: "",
            code: "destination_unauthenticated",
        },
    ];
    // A lake is told no by the same service in the same words.
    let kinds = [
        (open_blob as Open, &refusals[..]),
        (open_lake, &refusals[..1]),
    ];
    let kinds = kinds.map(|(opened, refusals)| async move {
        let door = Door::start(azurite().port(), "PUT ").await;
        let config = settings(&json!({"endpoint": endpoint(door.port())}));
        let subject = data_alone(subject_of(opened, config));
        conformance::what_is_refused_at_any_write_is_told_and_leaves_old_or_new(
            &subject, &door, refusals,
        )
        .await;
    });
    join_all(kinds).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_way_delivers_and_one_that_is_cut_anywhere_leaves_old_or_new() {
    let port = azurite().port();
    let kinds = [open_blob as Open, open_lake];
    let cases = kinds
        .into_iter()
        .flat_map(|opened| shapes().map(|shape| (opened, shape)));
    let cases = cases.map(|(opened, shape)| async move {
        let config = settings(&json!({}));
        let subject = data_alone(subject_of(opened, config.clone()));
        let through = |port: u16| {
            let mut config = config.clone();
            config["endpoint"] = endpoint(port);
            let store = opened(&config, &key(), &local_http()).expect("the settings are right");
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
    });
    join_all(cases).await;
}
