//! OpenSSH's server. A process for each connection, which gets that as its standard input and ends with it: no port is
//! taken by chance, and nothing outlives the test.

use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::{fs, thread};

use russh::keys::key::safe_rng;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PrivateKey};
use tempfile::TempDir;

/// Where Debian has it, and most others.
const PROGRAM: &str = "/usr/sbin/sshd";

/// Lets whoever runs the test in, by key, to files alone.
pub(crate) struct Sshd {
    _home: TempDir,
    port: u16,
    user: String,
    host_keys: Vec<PrivateKey>,
    user_key: PrivateKey,
    is_over: Arc<AtomicBool>,
    connections: Arc<AtomicUsize>,
}

impl Sshd {
    /// `options`: those of `sftp-server`, such as `-R` for reading alone; none for all that it has.
    pub(crate) fn start(options: &str) -> Self {
        assert!(
            Path::new(PROGRAM).exists(),
            "{PROGRAM} is not there: .ci/setup test installs it"
        );
        let home = tempfile::tempdir().expect("a folder");
        let user_key = new_key(Algorithm::Ed25519);
        let curve = EcdsaCurve::NistP256;
        let host_keys = vec![
            new_key(Algorithm::Ed25519),
            new_key(Algorithm::Ecdsa { curve }),
        ];
        let conf = configure(home.path(), options, &host_keys, &user_key);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("it has one").port();
        let is_over = Arc::<AtomicBool>::default();
        let connections = Arc::<AtomicUsize>::default();
        let (over, count) = (Arc::clone(&is_over), Arc::clone(&connections));
        thread::spawn(move || serve(&listener, &conf, &over, &count));
        Self {
            _home: home,
            port,
            user: user(),
            host_keys,
            user_key,
            is_over,
            connections,
        }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Who may sign in.
    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    /// The private key to sign in with, as text.
    pub(crate) fn user_key(&self) -> String {
        text(&self.user_key)
    }

    /// The fingerprints of the server's keys; clients prefer the first.
    pub(crate) fn host_keys(&self) -> Vec<String> {
        let keys = self.host_keys.iter();
        keys.map(|key| key.fingerprint(HashAlg::Sha256).to_string())
            .collect()
    }

    /// How many have connected so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes who waits for the next connection.
        let _refused = TcpStream::connect(("127.0.0.1", self.port));
    }
}

pub(crate) fn new_key(algorithm: Algorithm) -> PrivateKey {
    PrivateKey::random(&mut safe_rng(), algorithm).expect("a key")
}

/// A private key as OpenSSH writes it.
pub(crate) fn text(key: &PrivateKey) -> String {
    key.to_openssh(LineEnding::LF).expect("a text").to_string()
}

fn serve(listener: &TcpListener, conf: &Path, is_over: &AtomicBool, connections: &AtomicUsize) {
    for stream in listener.incoming() {
        let stream = stream.expect("a connection");
        if is_over.load(Ordering::SeqCst) {
            return;
        }
        connections.fetch_add(1, Ordering::SeqCst);
        let other = OwnedFd::from(stream.try_clone().expect("another handle"));
        let mut child = Command::new(PROGRAM)
            .args(["-i", "-e", "-f"])
            .arg(conf)
            .stdin(OwnedFd::from(stream))
            .stdout(other)
            .stderr(Stdio::null())
            .spawn()
            .expect("sshd starts");
        thread::spawn(move || child.wait());
    }
}

/// Writes what the server reads, and has it judge that.
fn configure(
    home: &Path,
    options: &str,
    host_keys: &[PrivateKey],
    user_key: &PrivateKey,
) -> PathBuf {
    let authorized = home.join("authorized_keys");
    let line = user_key.public_key().to_openssh().expect("a line");
    fs::write(&authorized, line).expect("the key is written");
    let mut lines = vec![format!("AuthorizedKeysFile {}", authorized.display())];
    for (number, key) in host_keys.iter().enumerate() {
        let file = home.join(format!("host_key_{number}"));
        key.write_openssh_file(&file, LineEnding::LF)
            .expect("the key is written");
        lines.push(format!("HostKey {}", file.display()));
    }
    lines.push(format!("ForceCommand internal-sftp {options}"));
    lines.extend(
        [
            "Subsystem sftp internal-sftp",
            "PidFile none",
            "LogLevel ERROR",
            "UseDNS no",
            "UsePAM no",
            // The folder of a test may be one of those that others write to.
            "StrictModes no",
            "PermitRootLogin prohibit-password",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
        ]
        .map(str::to_owned),
    );
    let conf = home.join("sshd_config");
    fs::write(&conf, lines.join("\n")).expect("the settings are written");
    if rustix::process::getuid().is_root() {
        // Debian's service makes it when it starts.
        fs::create_dir_all("/run/sshd").expect("a folder for separated privileges");
    }
    let judged = Command::new(PROGRAM).args(["-t", "-f"]).arg(&conf).output();
    let judged = judged.expect("sshd starts");
    let words = String::from_utf8_lossy(&judged.stderr);
    assert!(judged.status.success(), "{words}");
    conf
}

fn user() -> String {
    let output = Command::new("id").arg("-un").output().expect("`id` runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
