//! Names that change their mind between the look and the connection, for every type that goes to a host.

use std::collections::BTreeMap;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base::{FolderRoots, GuardedHttp, OutboundGuard, Secret, Steps};
use reqwest::Url;
use serde_json::{Value, json};

use crate::conformance::servers::Canned;
use crate::error::ConnectorError;
use crate::registry::{Environment, open, types};

/// The name that is connected to; private, so that it may be without encryption.
const TURNCOAT: &str = "turncoat.internal";

/// Settings and secrets for a host; none for a type that goes to no host.
fn settings(kind: &str, port: u16) -> Option<(Value, &'static [(&'static str, &'static str)])> {
    let endpoint = format!("http://{TURNCOAT}:{port}");
    let settings: (Value, &[(&str, &str)]) = match kind {
        "local_folder" => return None,
        "sftp" => (
            // Without a host key it is the server's key that is asked for.
            json!({"host": TURNCOAT, "port": port, "username": "x", "folder": "/", "host_key": ""}),
            &[("password", "x")],
        ),
        "s3" => (
            json!({"bucket": "bucket", "endpoint": endpoint}),
            &[("access_key_id", "x"), ("secret_access_key", "x")],
        ),
        "azure_blob" | "adls_gen2" => (
            json!({"account": "account", "container": "container", "endpoint": endpoint}),
            &[("account_key", "a2V5")],
        ),
        "webhook" => (
            json!({"url": endpoint}),
            &[("signing_secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
        ),
        other => panic!("{other} goes somewhere and has no row here"),
    };
    Some(settings)
}

fn environment(guard: OutboundGuard) -> Environment {
    Environment {
        roots: FolderRoots::default(),
        http: GuardedHttp::new(guard, None, "test").expect("a client"),
        ledger: None,
    }
}

#[tokio::test]
async fn no_type_is_led_elsewhere_by_a_name_that_changes_its_mind() {
    let server = Canned::start("404 Not Found", "").await;
    let port = Url::parse(&server.url()).expect("a URL").port();
    let port = port.expect("a port");
    let forbidden = TcpListener::bind(("127.0.0.2", port)).expect("the same port");
    forbidden.set_nonblocking(true).expect("does not wait");
    for kind in types().iter().map(|description| description.key) {
        let Some((config, keys)) = settings(kind, port) else {
            continue;
        };
        let secrets = keys
            .iter()
            .map(|&(key, value)| (key.to_owned(), value.to_owned()));
        let secrets = Secret::new(secrets.collect::<BTreeMap<_, _>>());
        // A test asks for the name several times: before each of them it may be another one's.
        for believed in 0..3 {
            let asked = Arc::new(AtomicUsize::new(0));
            let count = Arc::clone(&asked);
            let allowed = vec!["127.0.0.1".parse().expect("a range")];
            let guard = OutboundGuard::new(allowed).with_names(move |name| {
                assert_eq!(name, TURNCOAT);
                let is_allowed = count.fetch_add(1, Ordering::SeqCst) < believed;
                vec![IpAddr::from([127, 0, 0, if is_allowed { 1 } else { 2 }])]
            });
            let destination = open(kind, &config, &secrets, &environment(guard));
            let destination = destination.expect("the settings are right");
            let error = destination.test(&Steps::default()).await;
            let error = error.expect_err("nobody like that is there");
            let was_led_astray = asked.load(Ordering::SeqCst) > believed;
            assert!(was_led_astray || believed > 1, "{kind}: it asked less");
            assert_eq!(
                matches!(error, ConnectorError::AddressRefused(_)),
                was_led_astray,
                "{kind} after {believed}: {error}"
            );
        }
    }
    assert!(forbidden.accept().is_err(), "somebody knocked");
}
