//! Servers that take a connection and say nothing: whoever tests one is told so in time.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use app::domain::Role;
use futures::future::join_all;

use super::addresses::{TYPES, tested};
use crate::support::app::TestApp;

/// A test of a connection has 20 seconds.
const IN_TIME: Duration = Duration::from_secs(25);

#[tokio::test]
async fn a_test_of_a_server_that_says_nothing_ends_in_time_and_tells_what_it_waited_for() {
    let allow = "127.0.0.1/32".parse().expect("a range");
    let app = TestApp::with(|config| config.allow_addresses = vec![allow]).await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    // The system takes connections by itself; nobody reads what comes.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let begun = Instant::now();
    let tests = TYPES.map(|kind| tested(&client, kind, "127.0.0.1", port));
    for (kind, reason) in TYPES.into_iter().zip(join_all(tests).await) {
        assert_eq!(reason["code"], "destination_slow", "{kind}: {reason}");
        let waited_for = match kind {
            "sftp" => "host_key",
            _ => "sign_in",
        };
        assert_eq!(reason["args"]["stage"], waited_for, "{kind}: {reason}");
    }
    assert!(begun.elapsed() < IN_TIME, "{:?}", begun.elapsed());
}
