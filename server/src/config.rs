//! Settings that the machine decides: flag, else `WAYBILL_*` variable, else `--config FILE` (TOML),
//! else the default in the doc comment.
//!
//! What comes out is checked: a [`Config`] never describes a server that would listen beyond
//! loopback over plain HTTP, nor a demo that others can reach.

mod commands;
mod keys;
mod notices;
mod oidc;
mod running;
mod sources;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use app::domain::Role;
use axum::http::Uri;
use base::Secret;
use clap::{Parser, Subcommand, ValueEnum};
use serde::Deserialize;

pub use base::Cidr;
pub use commands::{
    ApiArgs, ApiConfig, ApplyArgs, BackupArgs, DumpArgs, ExportCommand, MigrateArgs, PlanArgs,
    RestoreArgs, RunArgs,
};
pub use keys::{KEY, KeySource, OTHER_KEYS};
pub use notices::{MailConfig, NoticeConfig};
pub use oidc::{GroupRole, OidcConfig};
pub use running::{LakePlace, TlsConfig};
pub use sources::{SealedArgs, ServeArgs, StorageArgs};

/// Shares customer data with the applications a team uses: on schedule, under permission, and with
/// a receipt for every delivery.
#[derive(Debug, Parser)]
#[command(name = "waybill", version)]
pub struct CommandLine {
    #[command(subcommand)]
    pub command: Command,
}

/// What the program is asked to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the server.
    Serve(Box<ServeArgs>),
    /// Adds people.
    #[command(subcommand)]
    User(UserCommand),
    /// Makes access tokens for REST.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Brings the database to this version, and makes a backup first.
    Migrate(MigrateArgs),
    /// Makes a backup of the database and of what the lake has, while servers run. The key of secrets is not in it: keep it
    /// elsewhere.
    Backup(BackupArgs),
    /// Fills an empty database from a backup. What starts on it is paused, and catches nothing up.
    Restore(RestoreArgs),
    /// Keeps exports, and what they need, as files of text.
    #[command(subcommand)]
    Export(ExportCommand),
    /// Runs an export, for whatever starts it from outside.
    Run(RunArgs),
    /// Checks configuration, database and folders, and says what is wrong.
    Check(Box<ServeArgs>),
    /// Seals all secrets with a new key; servers may go on meanwhile.
    RotateKey(SealedArgs),
    /// Forgets the secrets whose key was lost. Connections stay, with what their secrets refer to, and wait until their
    /// secrets are entered again.
    ResetSecrets {
        /// Forgets them even though the key is there.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        sealed: SealedArgs,
    },
}

/// `waybill user …`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Adds a person; the password is read from standard input.
    Add {
        email: String,
        #[arg(long)]
        role: Role,
        /// Name shown to others; the part of the address before `@` when left out.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        storage: StorageArgs,
    },
}

/// `waybill token …`
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token and prints it, once.
    Create {
        /// Address of the person the token acts for.
        #[arg(long)]
        user: String,
        /// What the token is for.
        #[arg(long, default_value = "command line")]
        name: String,
        #[command(flatten)]
        storage: StorageArgs,
    },
}

/// Form of the log on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    #[default]
    Text,
}

/// Why the settings cannot be used. Messages name the flag.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration file `{}`", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the configuration file `{}` is wrong in line {line}: {problem}", path.display())]
    Malformed {
        path: PathBuf,
        line: usize,
        problem: String,
    },
    #[error("`--demo` has well-known passwords and listens on loopback only, not on {0}")]
    DemoOffLoopback(IpAddr),
    #[error(
        "{0} is reachable from other machines, and plain HTTP is refused there: start with `--tls-cert FILE --tls-key FILE`, or put a proxy \
         with HTTPS in front and name it by `--trusted-proxy CIDR`; and say `--public-url https://…`"
    )]
    PlainHttp(IpAddr),
    #[error("`--trusted-proxy {0}` would believe everybody; name the addresses of the proxy alone")]
    EveryProxy(Cidr),
    #[error("`--public-url {0}` must be `http://` or `https://`, a host, and nothing after it")]
    PublicUrl(String),
    #[error("`--tls-cert` and `--tls-key` go together: one of them is missing")]
    HalfOfTls,
    #[error("with `--tls-cert`, `--public-url` is `https://…`")]
    PlainPublicUrl,
    #[error("`--drain {0}` must be 0 to 300 seconds")]
    Drain(u64),
    #[error("`--server-name {0}` must be 1 to 64 characters in one line")]
    ServerName(String),
    #[error("`--lake {0}` must be a folder, `s3://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`")]
    Lake(String),
    #[error("`{flag} {text}` is no size; write `512MiB` or `2GiB`")]
    Size { flag: &'static str, text: String },
    #[error("`--server {0}` must be `http://` or `https://`, a host, and nothing after it")]
    Server(String),
    #[error(
        "`--server {0}` would send the access token unencrypted; write `https://…`: `http://` is for private networks alone"
    )]
    PlainServer(String),
    #[error(
        "who asks? Name a file with an access token by `--token-file FILE`, or put the token into `WAYBILL_TOKEN`"
    )]
    NoToken,
    #[error("cannot read the access token from `{}`", path.display())]
    Token {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("`--max-runs` is at least 1")]
    MaxRuns,
    #[error(
        "`--smtp-url` must be `smtp://host` or `smtps://host`, with `user:password@` and a port where they are needed"
    )]
    SmtpUrl,
    #[error(
        "`--mail-from {0}` must be an address, such as `waybill@example.org` or `Waybill <waybill@example.org>`"
    )]
    MailFrom(String),
    #[error("`--smtp-url` and `--mail-from` go together: one of them is missing")]
    HalfOfMail,
    #[error("cannot read the secret of webhooks from `{}`", path.display())]
    WebhookSecret {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the secret of webhooks in `{}` must be 24 to 64 bytes, or `whsec_` and as many in base64", path.display())]
    WeakWebhookSecret { path: PathBuf },
    #[error(
        "`--oidc-issuer {0}` must be `https://`, a host, and no query; `http://` is for private networks alone"
    )]
    OidcIssuer(String),
    #[error("`--oidc-issuer` needs `{0}` too")]
    OidcMissing(&'static str),
    #[error("`{0}` means nothing without `--oidc-issuer`")]
    OidcStray(&'static str),
    #[error(
        "`--oidc-role {0}` must be `GROUP=ROLE`; the role is administrator, contributor or viewer"
    )]
    OidcRole(String),
    #[error("`--oidc-only` needs an `--oidc-role` that makes somebody an administrator")]
    OidcNobody,
    #[error("cannot read the secret of the identity provider from `{}`", path.display())]
    OidcSecret {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the secret of the identity provider in `{}` is empty", path.display())]
    OidcNoSecret { path: PathBuf },
    #[error("`{flag}` must be an absolute path: `{}`", path.display())]
    Relative { flag: &'static str, path: PathBuf },
}

/// Where everything is kept.
#[derive(Clone)]
pub struct StorageConfig {
    /// Folder of this server: `waybill-data` in the current folder.
    pub data: PathBuf,
    /// `sqlite://…` or `postgres://…`; `waybill.db` in the data folder. May hold a password.
    pub database: Secret<String>,
    /// Snapshots; `lake` in the data folder.
    pub lake: LakePlace,
}

/// How people reach the server.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// 127.0.0.1:3000; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address people use; `http://` and the listening address on loopback.
    pub public_url: Option<PublicUrl>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; none.
    pub trusted_proxies: Vec<Cidr>,
    /// What one person may ask in a second, for long; 0: whatever they can. 60.
    pub requests_per_second: u32,
    /// The certificate for HTTPS; none: plain HTTP.
    pub tls: Option<TlsConfig>,
    /// Where the figures alone are told, too; nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// For how long a server that stops still answers while it says that it is not ready; not at all.
    pub drain: Duration,
}

impl HttpConfig {
    /// Whether people come over HTTPS: cookies are then `Secure`.
    pub fn is_https(&self) -> bool {
        self.tls.is_some() || self.has_https_url()
    }

    /// Whether the address people use is known, and `https://`.
    pub fn has_https_url(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.https)
    }

    /// Whether people are to come over HTTPS, and nobody is known who speaks it.
    pub fn lacks_https(&self) -> bool {
        self.has_https_url() && self.tls.is_none() && self.trusted_proxies.is_empty()
    }
}

/// The address people use, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    pub https: bool,
    /// Host, with the port where it is not the usual one.
    pub authority: String,
}

impl PublicUrl {
    /// Reads `https://waybill.example.org`.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = || ConfigError::PublicUrl(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong()),
        };
        let authority = uri.authority().ok_or_else(wrong)?.as_str();
        if uri.path() != "/" || uri.query().is_some() || authority.contains('@') {
            return Err(wrong());
        }
        let authority = authority.to_lowercase();
        Ok(Self {
            authority: without_usual_port(https, &authority).to_owned(),
            https,
        })
    }

    /// Whether a request that names this host, with or without the usual port, is for this address.
    pub fn is_named(&self, host: &str) -> bool {
        without_usual_port(self.https, host).eq_ignore_ascii_case(&self.authority)
    }

    /// As people write it.
    pub fn origin(&self) -> String {
        format!(
            "{}://{}",
            if self.https { "https" } else { "http" },
            self.authority
        )
    }
}

/// A host without the port that its scheme has anyway: browsers leave it out, in `Host` and in `Origin`.
fn without_usual_port(https: bool, authority: &str) -> &str {
    let usual = if https { ":443" } else { ":80" };
    authority.strip_suffix(usual).unwrap_or(authority)
}

/// How much work is done at a time.
#[derive(Clone, Copy, Debug)]
pub struct WorkConfig {
    /// Most memory of one refresh or run; 256 MiB.
    pub memory_bytes: u64,
    /// Most runs at a time; 4.
    pub max_runs: u32,
}

/// All settings of a server.
#[derive(Clone)]
pub struct Config {
    pub storage: StorageConfig,
    /// What secrets are sealed with; `waybill.key` in the data folder.
    pub key: KeySource,
    /// Folder of the files that secrets may refer to; none.
    pub secrets_dir: Option<PathBuf>,
    pub http: HttpConfig,
    pub work: WorkConfig,
    /// Name of this server among those on one database; the name of the machine.
    pub server_name: String,
    /// Most that is kept here of a lake in a bucket; 10 GiB.
    pub lake_cache_bytes: u64,
    /// Folders that sources and local destinations may be in; none.
    pub allow_roots: Vec<PathBuf>,
    /// Addresses that the server may connect to beside public ones; none.
    pub allow_addresses: Vec<Cidr>,
    /// How notices leave the server.
    pub notices: NoticeConfig,
    /// The identity provider that people may sign in with; none.
    pub oidc: Option<OidcConfig>,
    /// Name of this environment in the top bar; empty.
    pub environment: String,
    /// Three people with well-known passwords and sample data; off.
    pub demo: bool,
    pub log: LogFormat,
}

impl Config {
    /// Settings of a server that keeps everything in `data` and listens on a free loopback port.
    pub fn local(data: &Path) -> Self {
        Self {
            storage: StorageConfig::in_folder(data),
            key: KeySource::in_folder(data),
            secrets_dir: None,
            http: HttpConfig {
                listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                public_url: None,
                trusted_proxies: Vec::new(),
                requests_per_second: sources::REQUESTS_PER_SECOND,
                tls: None,
                metrics_listen: None,
                drain: Duration::ZERO,
            },
            work: WorkConfig {
                memory_bytes: sources::MEMORY,
                max_runs: sources::MAX_RUNS,
            },
            server_name: running::machine(),
            lake_cache_bytes: running::LAKE_CACHE,
            allow_roots: Vec::new(),
            allow_addresses: Vec::new(),
            notices: NoticeConfig::default(),
            oidc: None,
            environment: String::new(),
            demo: false,
            log: LogFormat::Text,
        }
    }

    /// Refuses what must not be served.
    fn check(self) -> Result<Self, ConfigError> {
        let address = self.http.listen.ip();
        if !address.is_loopback() {
            if self.demo {
                return Err(ConfigError::DemoOffLoopback(address));
            }
            let is_behind = self.http.tls.is_some() || !self.http.trusted_proxies.is_empty();
            if !is_behind || !self.http.has_https_url() {
                return Err(ConfigError::PlainHttp(address));
            }
        }
        let mut proxies = self.http.trusted_proxies.iter();
        if let Some(range) = proxies.find(|range| range.is_everything()) {
            return Err(ConfigError::EveryProxy(*range));
        }
        let has_url = self.http.public_url.is_some();
        if self.http.tls.is_some() && has_url && !self.http.has_https_url() {
            return Err(ConfigError::PlainPublicUrl);
        }
        if self.work.max_runs == 0 {
            return Err(ConfigError::MaxRuns);
        }
        let relative = self.allow_roots.iter().find(|root| !root.is_absolute());
        if let Some(path) = relative {
            return Err(ConfigError::Relative {
                flag: "--allow-root",
                path: path.clone(),
            });
        }
        if let Some(path) = self.secrets_dir.as_ref().filter(|path| path.is_relative()) {
            return Err(ConfigError::Relative {
                flag: "--secrets-dir",
                path: path.clone(),
            });
        }
        Ok(self)
    }
}

impl StorageConfig {
    /// Everything inside one folder.
    pub fn in_folder(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            database: Secret::new(format!("sqlite://{}", data.join("waybill.db").display())),
            lake: LakePlace::Folder(data.join("lake")),
        }
    }
}

#[cfg(test)]
mod tests;
