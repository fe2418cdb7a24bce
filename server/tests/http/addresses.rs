//! Where the server lets itself be sent: a table of addresses, for every type of destination and for notices.
//!
//! Whoever sets up a connection names a host. None may lead to the machine itself, its network, or the cloud's metadata,
//! in whatever way it is written, unless the machine allows the address.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::domain::Role;
use serde_json::{Value, json};

use crate::support::app::{Client, TestApp, id_of};
use crate::support::receivers::WebSink;

const TEST: &str = "/api/v1/connections/test";
const CHANNELS: &str = "/api/v1/notice-channels";

/// The types that connect to a host.
pub(super) const TYPES: [&str; 5] = ["sftp", "s3", "azure_blob", "adls_gen2", "webhook"];

/// Hosts that nobody may send the server to.
const REFUSED: [&str; 25] = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.0.0.1",
    "172.31.255.254",
    "192.168.1.1",
    // Shared by the customers of a carrier; a cloud's metadata among them.
    "100.64.0.1",
    "100.127.255.254",
    "100.100.100.200",
    // Metadata of clouds.
    "169.254.169.254",
    "169.254.170.2",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:ec2::254",
    "::1",
    "::",
    "fe80::1",
    // Version 4 inside version 6: compatible, mapped, translated, tunnelled.
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:100.64.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "localhost",
];

/// Other ways to write 127.0.0.1 in a URL.
const SPELLED: [&str; 3] = ["2130706433", "0x7f.1", "0177.0.0.1"];

/// A host with a port, as a URL has it.
fn url(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("http://[{host}]:{port}")
    } else {
        format!("http://{host}:{port}")
    }
}

/// A connection that nobody has saved.
fn draft(kind: &str, host: &str, port: u16) -> Value {
    let (config, secrets) = match kind {
        "sftp" => (
            json!({
                "host": host, "port": port, "username": "waybill", "folder": "in",
                "host_key": "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ",
            }),
            json!({"password": "x"}),
        ),
        "s3" => (
            json!({"bucket": "bucket", "endpoint": url(host, port)}),
            json!({"access_key_id": "x", "secret_access_key": "x"}),
        ),
        "webhook" => (
            json!({"url": url(host, port)}),
            json!({"signing_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
        ),
        _ => (
            json!({"account": "account", "container": "container", "endpoint": url(host, port)}),
            json!({"account_key": "a2V5"}),
        ),
    };
    json!({"type": kind, "config": config, "secrets": secrets})
}

/// What a test of a type at a host comes to.
pub(super) async fn tested(client: &Client, kind: &str, host: &str, port: u16) -> Value {
    let outcome = client.post(TEST, &draft(kind, host, port)).await;
    let outcome = outcome.expect(200);
    assert_eq!(outcome["ok"], false, "{kind} at {host}");
    outcome["reason"].clone()
}

/// A door at which nobody may knock.
struct Door(TcpListener);

impl Door {
    fn at(address: &str) -> Self {
        Self(TcpListener::bind((address, 0)).expect("a port"))
    }

    fn port(&self) -> u16 {
        self.0.local_addr().expect("an address").port()
    }

    /// Connections wait in the listener until somebody takes them.
    fn is_quiet(&self) -> bool {
        self.0.set_nonblocking(true).expect("does not wait");
        self.0.accept().is_err()
    }
}

/// Where servers send people who come, to be followed by nobody.
fn elsewhere(door: &Door) -> [String; 4] {
    let metadata = "/latest/meta-data/iam/security-credentials/";
    [
        format!("http://127.0.0.2:{}/", door.port()),
        format!("http://169.254.169.254{metadata}"),
        format!("http://[::ffff:169.254.169.254]{metadata}"),
        "http://metadata.google.internal/computeMetadata/v1/".to_owned(),
    ]
}

/// A server that sends whoever comes elsewhere. Says whether somebody came.
fn sends_to(place: String) -> (u16, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let came = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&came);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            seen.store(true, Ordering::SeqCst);
            let mut request = [0; 4_096];
            let answer = format!(
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: {place}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            // Whoever has hung up meanwhile has come all the same.
            if stream.read(&mut request).is_ok() {
                let _gone = stream.write_all(answer.as_bytes());
            }
        }
    });
    (port, came)
}

#[tokio::test]
async fn no_type_of_destination_is_led_to_a_private_address_however_it_is_written() {
    let app = TestApp::start().await;
    let door = Door::at("127.0.0.1");
    for kind in TYPES {
        // Tests have a limit for each person.
        let email = format!("{kind}@example.org");
        let client = app.person(&email, Role::Administrator).await;
        let spelled = SPELLED.iter().filter(|_| kind != "sftp");
        for host in REFUSED.iter().chain(spelled) {
            let reason = tested(&client, kind, host, door.port()).await;
            assert_eq!(
                reason["code"], "destination_address_refused",
                "{kind} at {host}: {reason}"
            );
            let flag = reason["args"]["flag"].as_str().unwrap_or_default();
            assert!(
                flag.starts_with("--allow-address "),
                "{kind} at {host}: {reason}"
            );
        }
    }
    assert!(door.is_quiet(), "somebody knocked");
}

#[tokio::test]
async fn notices_are_sent_to_no_private_address_either() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let door = Door::at("127.0.0.1");
    for host in REFUSED.iter().chain(&SPELLED) {
        let body = json!({"name": host, "kind": "webhook", "address": url(host, door.port())});
        let channel = client.post(CHANNELS, &body).await.expect(201);
        let path = format!("{CHANNELS}/{}/test", id_of(&channel));
        let outcome = client.post(&path, &json!({})).await.expect(200);
        assert_eq!(
            (&outcome["ok"], &outcome["reason"]["code"]),
            (&json!(false), &json!("address_refused")),
            "{host}"
        );
    }
    assert!(door.is_quiet(), "somebody knocked");
}

#[tokio::test]
async fn asking_for_a_servers_key_leads_to_no_private_address_either() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let door = Door::at("127.0.0.1");
    for host in REFUSED {
        let mut draft = draft("sftp", host, door.port());
        draft["config"]["host_key"] = json!("");
        let outcome = client.post(TEST, &draft).await.expect(200);
        let reason = &outcome["reason"];
        assert_eq!(reason["code"], "destination_address_refused", "{host}");
        assert_eq!(reason["args"]["found"], Value::Null, "{host}");
    }
    assert!(door.is_quiet(), "somebody knocked");
}

/// What came of a test, without how long it took.
async fn told(client: &Client, kind: &str, host: &str, port: u16) -> Value {
    let outcome = client.post(TEST, &draft(kind, host, port)).await;
    let mut outcome = outcome.expect(200);
    for step in outcome["steps"].as_array_mut().into_iter().flatten() {
        step["millis"] = Value::Null;
    }
    outcome
}

#[tokio::test]
async fn whether_somebody_listens_at_a_private_address_is_not_told() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let open = Door::at("127.0.0.1");
    let closed = Door::at("127.0.0.1").port();
    for kind in TYPES {
        for host in ["127.0.0.1", "localhost"] {
            let there = told(&client, kind, host, open.port()).await;
            let nobody = told(&client, kind, host, closed).await;
            assert_eq!(there, nobody, "{kind} at {host}");
        }
    }
    assert!(open.is_quiet(), "somebody knocked");
}

#[tokio::test]
async fn an_allowed_address_is_connected_to_and_leads_to_no_other() {
    let allow = "127.0.0.1/32".parse().expect("a range");
    let app = TestApp::with(|config| config.allow_addresses = vec![allow]).await;
    let door = Door::at("127.0.0.2");
    for kind in TYPES {
        let email = format!("{kind}@example.org");
        let client = app.person(&email, Role::Administrator).await;
        for place in elsewhere(&door) {
            // Names are judged by what they lead to.
            let spelled = SPELLED.into_iter().filter(|_| kind != "sftp");
            for host in ["127.0.0.1", "localhost"].into_iter().chain(spelled) {
                let (port, came) = sends_to(place.clone());
                let reason = tested(&client, kind, host, port).await;
                assert!(came.load(Ordering::SeqCst), "{kind} at {host}: {reason}");
                assert_ne!(
                    reason["code"], "destination_address_refused",
                    "{kind} followed to {place}: {reason}"
                );
            }
        }
        let reason = tested(&client, kind, "127.0.0.2", door.port()).await;
        assert_eq!(
            reason["args"]["flag"], "--allow-address 127.0.0.2",
            "{kind}: {reason}"
        );
    }
    assert!(door.is_quiet(), "somebody was sent on");
}

#[tokio::test]
async fn notices_arrive_at_an_allowed_address_and_follow_nobody_elsewhere() {
    let allow = "127.0.0.1/32".parse().expect("a range");
    let app = TestApp::with(|config| config.allow_addresses = vec![allow]).await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let door = Door::at("127.0.0.2");
    let sink = WebSink::open(&[]).await;
    let mut addresses = vec![(sink.url("/hook"), None)];
    for place in elsewhere(&door) {
        let (port, _came) = sends_to(place);
        addresses.push((url("127.0.0.1", port), Some("webhook_redirected")));
    }
    for (number, (address, code)) in addresses.into_iter().enumerate() {
        let name = format!("Channel {number}");
        let body = json!({"name": name, "kind": "webhook", "address": address});
        let channel = client.post(CHANNELS, &body).await.expect(201);
        let path = format!("{CHANNELS}/{}/test", id_of(&channel));
        let outcome = client.post(&path, &json!({})).await.expect(200);
        assert_eq!(outcome["ok"], code.is_none(), "{outcome}");
        if let Some(code) = code {
            assert_eq!(outcome["reason"]["code"], code, "{outcome}");
        }
    }
    assert_eq!(sink.received().len(), 1);
    assert!(door.is_quiet(), "somebody was sent on");
}
