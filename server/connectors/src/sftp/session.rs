//! A connection to the server, from its name to its SFTP.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base::{DialError, OutboundGuard, Steps, TestStage};
use russh::client::{self, Handle, Handler};
use russh::keys::{PublicKey, PublicKeyOrCertificate};
use russh::{AlgorithmKind, ChannelMsg, Error as SshError, Preferred, SshId, cipher};
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::client::{Config as SftpConfig, RawSftpSession};
use russh_sftp::extensions;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;

use super::errors;
use super::host_key::{Family, HostKey, shown};
use super::settings::Settings;
use super::sign_in::sign_in;
use crate::error::ConnectorError;

/// For each step up to where files can be asked for.
const PATIENCE: Duration = Duration::from_secs(15);

/// For one answer about files. Long, since pieces wait in line behind others on a slow way; who is gone is noticed
/// by [`KEEPALIVE`].
const ANSWER_SECONDS: u64 = 90;

/// After so long a silence the server is asked for a sign of life, three times.
const KEEPALIVE: Duration = Duration::from_secs(20);

/// A connection on which nothing moves for so long, not even our own bytes, is given up.
const STANDSTILL: Duration = Duration::from_mins(2);

/// Fast ones first; without those that are weak.
const CIPHERS: &[cipher::Name] = &[
    cipher::AES_256_GCM,
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
];

/// Replaces what stands there, in one step.
pub(super) const POSIX_RENAME: &str = "posix-rename@openssh.com";

/// What every server takes in one piece.
const PIECE_AT_LEAST: usize = 32 << 10;

/// OpenSSH takes no more, and more gains nothing.
const PIECE_AT_MOST: u64 = 255 << 10;

/// Somebody signed in who can ask for files.
pub(super) struct Session {
    pub(super) sftp: RawSftpSession,
    /// Bytes of one write.
    pub(super) piece: usize,
    /// What the server has beyond version 3.
    extensions: HashMap<String, String>,
    /// Nothing is to be expected of it any more.
    is_spent: AtomicBool,
    /// Whether the connection's folder is there.
    pub(super) base: OnceCell<()>,
    /// Ends the connection when it is dropped.
    ssh: Handle<Pinned>,
}

impl Session {
    /// Connects and signs in, and tells `steps` what is under way.
    pub(super) async fn open(
        settings: &Settings,
        guard: &OutboundGuard,
        steps: &Steps,
    ) -> Result<Self, ConnectorError> {
        let mut ssh = connected(settings, guard, steps).await?;
        steps.begin(TestStage::SignIn);
        within(TestStage::SignIn, sign_in(&mut ssh, settings)).await?;
        steps.begin(TestStage::Permission);
        within(TestStage::Permission, Self::over(ssh)).await
    }

    /// Starts SFTP.
    async fn over(ssh: Handle<Pinned>) -> Result<Self, ConnectorError> {
        const ACTION: &str = "start SFTP";
        let opened = ssh.channel_open_session().await;
        let mut channel = opened.map_err(errors::ssh(ACTION))?;
        let requested = channel.request_subsystem(true, "sftp").await;
        requested.map_err(errors::ssh(ACTION))?;
        loop {
            match channel.wait().await {
                Some(ChannelMsg::Success) => break,
                Some(ChannelMsg::Failure) => {
                    return Err(errors::ssh(ACTION)(SshError::RequestDenied));
                }
                Some(_) => {}
                None => return Err(errors::closed(ACTION)),
            }
        }
        let config = SftpConfig {
            request_timeout_secs: ANSWER_SECONDS,
            ..SftpConfig::default()
        };
        let sftp = RawSftpSession::new_with_config(channel.into_stream(), config);
        let failed = |error| errors::sftp(error, "start SFTP in", "/");
        let offered = sftp.init().await.map_err(failed)?.extensions;
        let piece = if offered.contains_key(extensions::LIMITS) {
            let most = sftp.limits().await.map_err(failed)?.max_write_len;
            usize::try_from(most.min(PIECE_AT_MOST)).unwrap_or(PIECE_AT_LEAST)
        } else {
            PIECE_AT_LEAST
        };
        Ok(Self {
            sftp,
            piece: piece.max(PIECE_AT_LEAST),
            extensions: offered,
            is_spent: AtomicBool::new(false),
            base: OnceCell::new(),
            ssh,
        })
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.is_spent.load(Ordering::Relaxed) && !self.ssh.is_closed()
    }

    /// Takes care that nobody begins anything new on it.
    pub(super) fn spend(&self) {
        self.is_spent.store(true, Ordering::Relaxed);
    }

    pub(super) fn has(&self, extension: &str) -> bool {
        self.extensions.contains_key(extension)
    }

    /// An error by its meaning; a session that is lost is not used again.
    pub(super) fn failed(&self, error: SftpError, action: &str, path: &str) -> ConnectorError {
        if errors::is_lost(&error) {
            self.spend();
        }
        errors::sftp(error, action, path)
    }
}

/// Connects to the server that has the right key. One with several shows that which is asked for: where only a
/// fingerprint is known, each kind is asked for in turn.
async fn connected(
    settings: &Settings,
    guard: &OutboundGuard,
    steps: &Steps,
) -> Result<Handle<Pinned>, ConnectorError> {
    steps.begin(TestStage::Name);
    let resolving = async { Ok(guard.resolve(&settings.host, settings.port).await) };
    let resolved = within(TestStage::Name, resolving).await?;
    // The name is there; what it leads to is not to be connected to.
    if matches!(resolved, Ok(_) | Err(DialError::Refused(_))) {
        steps.begin(TestStage::Address);
    }
    resolved?;
    let mut dialed = Some(dial(settings, guard).await?);
    steps.begin(TestStage::HostKey);
    let wanted = settings.host_key;
    let known_family = wanted.and_then(|host_key| host_key.family());
    let mut families = Family::starting_with(known_family);
    let mut found = None;
    loop {
        let stream = match dialed.take() {
            Some(stream) => stream,
            None => dial(settings, guard).await?,
        };
        let pinned = Pinned {
            wanted,
            other: Arc::default(),
        };
        let other = Arc::clone(&pinned.other);
        // Large: everything that waits for it would be.
        let connecting = Box::pin(client::connect_stream(
            Arc::new(config(&families)),
            stream,
            pinned,
        ));
        let connecting = async { Ok(connecting.await) };
        match within(TestStage::HostKey, connecting).await? {
            Ok(ssh) => return Ok(ssh),
            Err(SshError::NoCommonAlgo {
                kind: AlgorithmKind::Key,
                ..
            }) if found.is_some() => break,
            Err(error) => {
                let Some(key) = other.get() else {
                    return Err(errors::ssh("connect")(error));
                };
                found.get_or_insert_with(|| shown(key));
                families.retain(|&family| Some(family) != Family::of(key));
                // Nobody told the key, or this was the one of its kind.
                if wanted.is_none() || known_family.is_some() || families.is_empty() {
                    break;
                }
            }
        }
    }
    Err(ConnectorError::HostKey {
        found: found.unwrap_or_default(),
    })
}

async fn dial(settings: &Settings, guard: &OutboundGuard) -> Result<TcpStream, ConnectorError> {
    let dialed = guard.dial(&settings.host, settings.port, PATIENCE).await;
    dialed.map_err(ConnectorError::from)
}

fn config(families: &[Family]) -> client::Config {
    let keys = families.iter().flat_map(|family| family.algorithms());
    client::Config {
        client_id: SshId::Standard(Cow::Borrowed("SSH-2.0-Waybill")),
        preferred: Preferred {
            key: keys.collect(),
            cipher: Cow::Borrowed(CIPHERS),
            ..Preferred::DEFAULT
        },
        keepalive_interval: Some(KEEPALIVE),
        inactivity_timeout: Some(STANDSTILL),
        ..client::Config::default()
    }
}

/// Cuts a step off that takes too long.
async fn within<T>(
    stage: TestStage,
    work: impl Future<Output = Result<T, ConnectorError>>,
) -> Result<T, ConnectorError> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or(Err(ConnectorError::Timeout { stage }))
}

/// Lets nobody in but the server that is wanted.
pub(super) struct Pinned {
    wanted: Option<HostKey>,
    /// The key of whoever answered instead.
    other: Arc<OnceLock<PublicKey>>,
}

impl Handler for Pinned {
    type Error = SshError;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, SshError> {
        let key = key.public_key();
        let is_wanted = self.wanted.is_some_and(|wanted| wanted.is_of(&key));
        if !is_wanted {
            // The first one counts.
            let _known_already = self.other.set(key);
        }
        Ok(is_wanted)
    }
}
