//! A connection of each type with each of its secrets, to servers of the test: one that lets in who has the password, and
//! one that repeats in its refusal all that it was sent, as services do that explain why a signature is wrong.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::needles::Planted;
use super::program::Home;

/// What an Azure account's key is before it is encoded.
const AZURE: &str = "zq7-azure-account-key-of-32-byte";

/// A connection with what is secret about it.
pub(super) struct Draft {
    pub(super) kind: String,
    pub(super) config: Value,
    pub(super) secrets: Value,
}

/// Servers that connections lead to.
pub(super) struct Servers {
    /// Takes the password that is planted.
    door: Door,
    /// Takes the one that a variable holds.
    other_door: Door,
    /// Where the echo listens.
    echo: String,
}

/// A server of files that takes a password: `asyncssh`. Ends when its standard input does.
struct Door {
    child: Child,
    port: u64,
    host_key: String,
}

impl Door {
    fn open(folder: &Path, password: &str) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let script = "connectors/src/conformance/servers/sftp_asyncssh.py";
        let mut child = Command::new(python())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .arg(script)
            .arg(folder)
            .args(["waybill", password, "password"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python is there: .ci/setup test installs it");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("it speaks");
        let told: Value =
            serde_json::from_str(&line).expect("asyncssh is there: .ci/setup test installs it");
        Self {
            child,
            port: told["port"].as_u64().expect("a port"),
            host_key: told["host_key"].as_str().expect("a fingerprint").to_owned(),
        }
    }

    fn config(&self) -> Value {
        json!({
            "host": "127.0.0.1", "port": self.port, "username": "waybill", "folder": "in",
            "host_key": self.host_key,
        })
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

/// The Python that `.ci/setup test` gives the packages of the tests.
fn python() -> PathBuf {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from);
    let caches = || folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    folder("WAYBILL_CACHE")
        .or_else(|| Some(caches()?.join("waybill")))
        .expect("a folder of caches")
        .join("end2end/bin/python")
}

/// Refuses everything, and says what it was sent: in turns beside its message, which is that of a wrong signature, and in a
/// message of its own, which is told to people.
async fn echo(request: Request) -> Response {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let (head, _) = request.into_parts();
    let headers = head.headers.iter();
    let headers: Vec<String> = headers
        .map(|(name, value)| format!("{name}:{}", value.to_str().unwrap_or_default()))
        .collect();
    let sent = format!("{} {} {}", head.uri, head.method, headers.join(" "));
    let (status, code, message) = if ASKED.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
        let message = "The signature does not match.".to_owned();
        (StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message)
    } else {
        (StatusCode::BAD_REQUEST, "InvalidRequest", sent.clone())
    };
    let body = format!(
        "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message>\
         <StringToSign>{sent}</StringToSign></Error>"
    );
    (status, [("content-type", "application/xml")], body).into_response()
}

impl Servers {
    /// `passwords`: of the one door, and of the other.
    pub(super) async fn open(home: &Home, passwords: [&str; 2]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().fallback(echo);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            door: Door::open(&home.at("sftp/one"), passwords[0]),
            other_door: Door::open(&home.at("sftp/other"), passwords[1]),
            echo: format!("http://{address}"),
        }
    }

    /// Connections of a type, one for each way to sign in.
    pub(super) fn drafts(&self, kind: &str, home: &Home, planted: &mut Planted) -> Vec<Draft> {
        let draft = |config: &Value, secrets: Value| Draft {
            kind: kind.to_owned(),
            config: config.clone(),
            secrets,
        };
        match kind {
            "local_folder" => {
                let folder = home.at("files/out");
                fs::create_dir_all(&folder).expect("a folder");
                vec![draft(&json!({"path": folder}), json!({}))]
            }
            "sftp" => {
                let config = self.door.config();
                let password = planted.plant("password of SFTP", "zq7-sftp-password-91c4");
                let passphrase = planted.plant("passphrase of SFTP", "zq7-sftp-passphrase-5d20");
                let key = new_key(home, &passphrase);
                for line in key
                    .lines()
                    .filter(|line| !line.starts_with('-') && line.len() > 20)
                {
                    planted.plant("private key of SFTP", line);
                }
                vec![
                    draft(&config, json!({"password": password})),
                    draft(
                        &config,
                        json!({"private_key": key, "passphrase": passphrase}),
                    ),
                    draft(
                        &self.other_door.config(),
                        json!({"password": "env:WAYBILL_SECRET_PLANTED"}),
                    ),
                ]
            }
            "s3" => {
                let config = json!({"bucket": "deliveries", "endpoint": self.echo});
                let secrets = json!({
                    "access_key_id": planted.plant("key id of S3", "ZQ7AKIAPLANTED91C4AB"),
                    "secret_access_key": planted.plant("secret key of S3", "zq7/s3+secret/access+key/91c4"),
                    "session_token": planted.plant("session token of S3", "zq7-s3-session-token-77aa"),
                });
                let referred = json!({
                    "access_key_id": "file:s3-key", "secret_access_key": "file:s3-key",
                });
                vec![draft(&config, secrets), draft(&config, referred)]
            }
            "azure_blob" | "adls_gen2" => {
                let config = json!({
                    "account": "account", "container": "deliveries", "endpoint": self.echo,
                });
                planted.plant("account key of Azure", AZURE);
                let key = planted.plant("account key of Azure", &STANDARD.encode(AZURE));
                let signature = planted.plant("signature of Azure", "zq7SasSignature91c4AbCdEfGh");
                let sas = format!(
                    "sv=2024-11-04&ss=b&srt=sco&sp=rwdlac&se=2099-01-01T00:00:00Z&sig={signature}%3D"
                );
                vec![
                    draft(&config, json!({"account_key": key})),
                    draft(&config, json!({"sas_token": sas})),
                ]
            }
            "webhook" => {
                let plain = "zq7-webhook-signing-secret-91c4";
                planted.plant("signing secret of webhooks", plain);
                let secret = STANDARD.encode(plain);
                planted.plant("signing secret of webhooks", &secret);
                let secret = format!("whsec_{secret}");
                let old = STANDARD.encode("zq7-webhook-signing-secret-of-before-91c4");
                planted.plant("signing secret of webhooks, the one before", &old);
                let config = json!({"url": format!("{}/hook", self.echo)});
                let secrets = json!({
                    "signing_secret": secret,
                    "signing_secret_old": format!("whsec_{old}"),
                });
                vec![draft(&config, secrets)]
            }
            other => panic!("what is secret about `{other}` is planted nowhere"),
        }
    }
}

/// A private key behind a passphrase, as people make one.
fn new_key(home: &Home, passphrase: &str) -> String {
    let file = home.at("secrets/id_ed25519");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-C", "", "-N", passphrase, "-f"])
        .arg(&file)
        .status()
        .expect("ssh-keygen is there: .ci/setup test installs it");
    assert!(made.success());
    fs::read_to_string(&file).expect("a key")
}

/// Holds that every secret which a type asks for is among those of its drafts.
pub(super) fn hold_complete(described: &Value, drafts: &[Draft]) {
    let asked = described["secrets"]["properties"].as_object();
    let asked: BTreeSet<&str> = asked
        .expect("properties")
        .keys()
        .map(String::as_str)
        .collect();
    let given = drafts.iter().filter_map(|draft| draft.secrets.as_object());
    let given: BTreeSet<&str> = given
        .flat_map(|secrets| secrets.keys().map(String::as_str))
        .collect();
    assert_eq!(asked, given, "of {}", described["type"]);
}
