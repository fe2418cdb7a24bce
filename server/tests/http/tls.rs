//! HTTPS that is the server's own: what is spoken, what is refused, certificates that are renewed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use app::domain::Role;
use reqwest::redirect::Policy;
use reqwest::tls::{Certificate, TlsInfo};
use reqwest::{ClientBuilder, Version};
use serde_json::json;
use server::config::{PublicUrl, TlsConfig};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::events::Stream;
use crate::support::app::{Client, PASSWORD, TestApp};

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(30);

fn fixture(name: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls");
    fixtures.join(name)
}

/// A server that has a certificate, and the folder in which that is.
struct Secure {
    app: TestApp,
    folder: TempDir,
}

impl Secure {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut server::config::Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        put("first", folder.path());
        let tls = TlsConfig {
            cert: folder.path().join("cert.pem"),
            key: folder.path().join("key.pem"),
        };
        let app = TestApp::with(|config| {
            config.http.tls = Some(tls);
            change(config);
        })
        .await;
        Self { app, folder }
    }

    /// Somebody new, who trusts the authority.
    fn anonymous(&self) -> Client {
        let client = trusting().build().expect("a client");
        Client::over(client, self.app.running.url())
    }

    /// Looks at the files as the server does every few seconds.
    fn reload(&self) -> bool {
        let certificate = self.app.running.certificate.as_ref().expect("its own");
        certificate.reload().unwrap_or(false)
    }

    /// What the port answers to these bytes until it closes.
    async fn answered(&self, sent: &[u8]) -> Vec<u8> {
        let connected = TcpStream::connect(self.app.running.address).await;
        let mut stream = connected.expect("connects");
        stream.write_all(sent).await.expect("sent");
        let mut answer = Vec::new();
        let ended = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        // Whether it is closed or reset is the system's business.
        drop(ended.expect("the port closes"));
        answer
    }
}

/// Puts a certificate and its key where the server looks for them.
fn put(name: &str, folder: &Path) {
    for (ending, to) in [("pem", "cert.pem"), ("key", "key.pem")] {
        let from = fixture(&format!("{name}.{ending}"));
        fs::copy(from, folder.join(to)).expect("copied");
    }
}

fn trusting() -> ClientBuilder {
    let authority = fs::read(fixture("authority.pem")).expect("there");
    let authority = Certificate::from_pem(&authority).expect("a certificate");
    reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .tls_built_in_root_certs(false)
        .add_root_certificate(authority)
        .tls_info(true)
}

/// The certificate that a client is shown.
async fn shown(client: &reqwest::Client, url: &str) -> Vec<u8> {
    let answer = client.get(format!("{url}/healthz")).send().await;
    let answer = answer.expect("an answer");
    let about = answer.extensions().get::<TlsInfo>();
    let certificate = about.and_then(TlsInfo::peer_certificate);
    certificate.expect("a certificate").to_vec()
}

#[tokio::test]
async fn pages_come_over_http_2_and_cookies_stay_on_https() {
    let secure = Secure::start().await;
    let running = &secure.app.running;
    assert!(running.url().starts_with("https://127.0.0.1:"));
    let link = running.set_up_link.as_deref().expect("nobody is there");
    assert!(link.starts_with(&running.url()), "{link}");
    let client = trusting().build().expect("a client");
    let page = client
        .get(format!("{}/sign-in", running.url()))
        .send()
        .await;
    let page = page.expect("an answer");
    assert_eq!(
        (page.version(), page.status().as_u16()),
        (Version::HTTP_2, 200)
    );

    secure.app.add("ada@example.org", Role::Viewer).await;
    let form = [
        ("email", "ada@example.org"),
        ("password", PASSWORD),
        ("next", "/data/exports"),
    ];
    let signed_in = secure
        .anonymous()
        .form("/api/ui/account/sign-in", &form)
        .await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.text);
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.contains("; Secure"), "{cookie}");
    let not_of_localhost = signed_in.header("strict-transport-security");
    assert_eq!(not_of_localhost, "");
}

#[tokio::test]
async fn http_1_is_spoken_too_and_a_name_of_ours_is_for_https_alone() {
    let secure = Secure::with(|config| {
        config.http.public_url = PublicUrl::parse("https://waybill.example").ok();
    })
    .await;
    let old = trusting().http1_only().build().expect("a client");
    let answer = old.get(format!("{}/healthz", secure.app.running.url()));
    let answer = answer.send().await.expect("an answer");
    assert_eq!(answer.version(), Version::HTTP_11);
    assert!(answer.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn what_is_no_tls_or_too_old_is_refused_at_once() {
    let secure = Secure::start().await;
    let plain = secure
        .answered(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    assert!(!plain.starts_with(b"HTTP"), "{plain:?}");

    // A greeting of TLS 1.1: version, random, no session, one suite, no compression, and nothing else.
    let hello = [&[3, 2][..], &[7; 32], &[0, 0, 2, 0xc0, 0x13, 1, 0]].concat();
    let length = u8::try_from(hello.len()).expect("it is short");
    let message = [&[1, 0, 0, length][..], &hello].concat();
    let record = [&[22, 3, 1, 0, length + 4][..], &message].concat();
    let answer = secure.answered(&record).await;
    // An alert, and a fatal one.
    assert_eq!(
        (answer.first(), answer.get(5)),
        (Some(&21), Some(&2)),
        "{answer:?}"
    );
}

#[tokio::test]
async fn peers_that_say_nothing_hold_nobody_up() {
    let secure = Secure::start().await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        let connected = TcpStream::connect(secure.app.running.address).await;
        silent.push(connected.expect("connects"));
    }
    let client = secure.anonymous();
    let asked = timeout(Duration::from_secs(9), client.get("/healthz")).await;
    assert_eq!(asked.expect("in time").text, "ok\n");
    drop(silent);
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_to_who_comes_and_takes_nothing_from_who_is_there() {
    let secure = Secure::start().await;
    let url = secure.app.running.url();
    let person = secure
        .app
        .person("admin@example.org", Role::Administrator)
        .await;
    let mut administrator = secure.anonymous();
    administrator
        .authorization
        .clone_from(&person.authorization);
    let mut events = Stream::open(&administrator).await;
    let before = trusting().build().expect("a client");
    let first = shown(&before, &url).await;

    put("second", secure.folder.path());
    assert!(secure.reload());
    let after = trusting().build().expect("a client");
    let second = shown(&after, &url).await;
    assert_ne!(first, second);
    assert_eq!(
        shown(&before, &url).await,
        first,
        "its connection is the one before"
    );

    let body = json!({
        "name": "Shared", "type": "local_folder", "config": {"path": secure.app.files()},
        "audience": "contributors", "consent": true,
    });
    administrator
        .post("/api/v1/connections", &body)
        .await
        .expect(201);
    let hint = timeout(PATIENCE, events.next()).await;
    assert!(hint.expect("in time").is_some());

    fs::write(secure.folder.path().join("key.pem"), "nothing\n").expect("written");
    assert!(!secure.reload());
    let another = trusting().build().expect("a client");
    assert_eq!(shown(&another, &url).await, second);
}

#[tokio::test]
async fn the_time_until_the_certificate_ends_is_a_figure() {
    let secure = Secure::start().await;
    let figures = secure.anonymous().get("/metrics").await.text;
    let line = figures
        .lines()
        .find_map(|line| line.strip_prefix("waybill_certificate_expiry_seconds "));
    let seconds: f64 = line.expect("it is there").parse().expect("a number");
    assert!(seconds > 0.0, "{seconds}");
}
