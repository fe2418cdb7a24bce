//! The three places a setting may come from, and how they are laid over each other.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use base::Secret;
use clap::Args;
use serde::Deserialize;

use super::keys::{KeyArgs, variable};
use super::oidc::OidcArgs;
use super::running::RunningArgs;
use super::{
    Cidr, Config, ConfigError, HttpConfig, KeySource, LakePlace, LogFormat, NoticeConfig,
    OidcConfig, PublicUrl, StorageConfig, WorkConfig,
};

/// Most memory of one refresh or run unless said.
pub(super) const MEMORY: u64 = 256 << 20;
/// Most runs at a time unless said.
pub(super) const MAX_RUNS: u32 = 4;
/// What one person may ask in a second, for long, unless said otherwise.
pub(super) const REQUESTS_PER_SECOND: u32 = 60;

/// Where everything is kept, as flags, variables or file say it.
#[derive(Clone, Debug, Default, Args)]
pub struct StorageArgs {
    /// Folder of this server [default: waybill-data].
    #[arg(long, env = "WAYBILL_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// `sqlite://FILE` or `postgres://…` [default: waybill.db in the data folder].
    #[arg(
        long,
        env = "WAYBILL_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    database: Option<String>,
    /// Where snapshots are kept: a folder, `s3://BUCKET/PREFIX` or `az://CONTAINER/PREFIX` [default: lake in the data folder].
    #[arg(long, env = "WAYBILL_LAKE", value_name = "PLACE")]
    lake: Option<String>,
    /// Reads settings from a TOML file, named as the flags are.
    #[arg(long, env = "WAYBILL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Settings of `serve`, as flags, variables or file say them.
#[derive(Clone, Debug, Default, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    storage: StorageArgs,
    #[command(flatten)]
    keys: KeyArgs,
    #[command(flatten)]
    oidc: OidcArgs,
    #[command(flatten)]
    running: RunningArgs,
    #[command(flatten)]
    server: ServerArgs,
}

/// What commands on sealed secrets need: where these are, and their keys.
#[derive(Clone, Debug, Default, Args)]
pub struct SealedArgs {
    #[command(flatten)]
    storage: StorageArgs,
    #[command(flatten)]
    keys: KeyArgs,
}

/// Settings of the server itself.
#[derive(Clone, Debug, Default, Args)]
struct ServerArgs {
    /// Address and port; port 0 takes a free one and prints it [default: 127.0.0.1:3000].
    #[arg(long, env = "WAYBILL_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Three people and sample data, on loopback only.
    #[arg(long, env = "WAYBILL_DEMO", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    demo: Option<bool>,
    /// A folder that sources and local destinations may be in; repeat it, or separate several with `:`.
    #[arg(
        long,
        env = "WAYBILL_ALLOW_ROOT",
        value_name = "DIR",
        value_delimiter = ':'
    )]
    allow_root: Vec<PathBuf>,
    /// Private or local addresses that the server may connect to; repeat it, or separate several with commas.
    #[arg(
        long,
        env = "WAYBILL_ALLOW_ADDRESS",
        value_name = "CIDR",
        value_delimiter = ','
    )]
    allow_address: Vec<Cidr>,
    /// Folder of the files that secrets of connections may refer to, as `file:NAME`.
    #[arg(long, env = "WAYBILL_SECRETS_DIR", value_name = "DIR")]
    secrets_dir: Option<PathBuf>,
    /// The address people use, such as `https://waybill.example.org`.
    #[arg(long, env = "WAYBILL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// A proxy whose `X-Forwarded-*` headers are believed; repeat it, or separate several with commas.
    #[arg(
        long,
        env = "WAYBILL_TRUSTED_PROXY",
        value_name = "CIDR",
        value_delimiter = ','
    )]
    trusted_proxy: Vec<Cidr>,
    /// Most memory of one refresh or run [default: 256MiB].
    #[arg(long, env = "WAYBILL_MEMORY", value_name = "SIZE")]
    memory: Option<String>,
    /// Most runs at a time [default: 4].
    #[arg(long, env = "WAYBILL_MAX_RUNS", value_name = "N")]
    max_runs: Option<u32>,
    /// Most requests of one person in a second, on average; 0 for no limit [default: 60].
    #[arg(long, env = "WAYBILL_REQUESTS_PER_SECOND", value_name = "N")]
    requests_per_second: Option<u32>,
    /// Mail server for notices: `smtps://user:password@host`, or `smtp://…` with STARTTLS, which is needed as soon as
    /// there is a password; together with `--mail-from`.
    #[arg(
        long,
        env = "WAYBILL_SMTP_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    smtp_url: Option<String>,
    /// Sender of mails, such as `Waybill <waybill@example.org>`.
    #[arg(long, env = "WAYBILL_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// File with the secret that notices to webhooks are signed with: 24 to 64 bytes, or `whsec_` and as many in
    /// base64 (Standard Webhooks); unsigned without.
    #[arg(long, env = "WAYBILL_WEBHOOK_SECRET_FILE", value_name = "FILE")]
    webhook_secret_file: Option<PathBuf>,
    /// Name of this environment, shown in the top bar.
    #[arg(long, env = "WAYBILL_ENVIRONMENT", value_name = "NAME")]
    environment: Option<String>,
    /// Form of the log on standard error [default: text].
    #[arg(long, env = "WAYBILL_LOG", value_name = "FORMAT")]
    log: Option<LogFormat>,
}

/// A configuration file: the flags by their names, all optional.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct FromFile {
    data: Option<PathBuf>,
    database: Option<String>,
    lake: Option<String>,
    key_file: Option<PathBuf>,
    listen: Option<SocketAddr>,
    demo: Option<bool>,
    allow_root: Vec<PathBuf>,
    allow_address: Vec<Cidr>,
    secrets_dir: Option<PathBuf>,
    public_url: Option<String>,
    trusted_proxy: Vec<Cidr>,
    memory: Option<String>,
    max_runs: Option<u32>,
    requests_per_second: Option<u32>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    webhook_secret_file: Option<PathBuf>,
    oidc_issuer: Option<String>,
    oidc_client_id: Option<String>,
    oidc_client_secret_file: Option<PathBuf>,
    oidc_name: Option<String>,
    oidc_role: Vec<String>,
    oidc_groups_claim: Option<String>,
    oidc_scope: Vec<String>,
    oidc_only: Option<bool>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    metrics_listen: Option<SocketAddr>,
    drain: Option<u64>,
    server_name: Option<String>,
    lake_cache: Option<String>,
    environment: Option<String>,
    log: Option<LogFormat>,
}

impl FromFile {
    fn read(path: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        toml::from_str(&text).map_err(|error| {
            // Not the whole error: it shows the line, in which a password may stand.
            let before = error.span().and_then(|span| text.get(..span.start));
            ConfigError::Malformed {
                path: path.to_owned(),
                line: before.unwrap_or_default().split('\n').count(),
                problem: problem_of(error.message()),
            }
        })
    }
}

/// What is wrong, without the value: it may be a password.
fn problem_of(message: &str) -> String {
    match message.split_once(", expected ") {
        Some((start, expected)) if start.starts_with("invalid ") => format!("expected {expected}"),
        _ => message.to_owned(),
    }
}

fn first<T>(nearer: Vec<T>, farther: Vec<T>) -> Vec<T> {
    if nearer.is_empty() { farther } else { nearer }
}

impl StorageArgs {
    /// Lays flags and variables over the file, for the commands that only need the store.
    pub fn resolve(self) -> Result<StorageConfig, ConfigError> {
        let file = FromFile::read(self.config.as_deref())?;
        self.over(file.data, file.database, file.lake)
    }

    fn over(
        self,
        data: Option<PathBuf>,
        database: Option<String>,
        lake: Option<String>,
    ) -> Result<StorageConfig, ConfigError> {
        let data = self
            .data
            .or(data)
            .unwrap_or_else(|| PathBuf::from("waybill-data"));
        let mut storage = StorageConfig::in_folder(&data);
        if let Some(url) = self.database.or(database) {
            storage.database = Secret::new(url);
        }
        if let Some(lake) = self.lake.or(lake) {
            storage.lake = LakePlace::parse(&lake)?;
        }
        Ok(storage)
    }
}

impl SealedArgs {
    /// Lays flags and variables over the file.
    pub fn resolve(self) -> Result<(StorageConfig, KeySource), ConfigError> {
        let file = FromFile::read(self.storage.config.as_deref())?;
        let storage = self.storage.over(file.data, file.database, file.lake)?;
        let key_file = self.keys.key_file.or(file.key_file);
        let key = KeySource::read(key_file, &storage.data, variable);
        Ok((storage, key))
    }
}

impl ServeArgs {
    /// Lays flags and variables over the file and checks the whole.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let file = FromFile::read(self.storage.config.as_deref())?;
        let server = self.server;
        let memory = server.memory.or(file.memory);
        let public_url = server.public_url.or(file.public_url);
        let storage = self.storage.over(file.data, file.database, file.lake)?;
        let key_file = self.keys.key_file.or(file.key_file);
        let oidc = self.oidc.over(OidcArgs {
            issuer: file.oidc_issuer,
            client_id: file.oidc_client_id,
            client_secret_file: file.oidc_client_secret_file,
            name: file.oidc_name,
            role: file.oidc_role,
            groups_claim: file.oidc_groups_claim,
            scope: file.oidc_scope,
            only: file.oidc_only,
        });
        let running = self.running.over(RunningArgs {
            tls_cert: file.tls_cert,
            tls_key: file.tls_key,
            metrics_listen: file.metrics_listen,
            drain: file.drain,
            server_name: file.server_name,
            lake_cache: file.lake_cache,
        })?;
        Config {
            key: KeySource::read(key_file, &storage.data, variable),
            storage,
            secrets_dir: server.secrets_dir.or(file.secrets_dir),
            http: HttpConfig {
                listen: server
                    .listen
                    .or(file.listen)
                    .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 3000))),
                public_url: public_url.as_deref().map(PublicUrl::parse).transpose()?,
                trusted_proxies: first(server.trusted_proxy, file.trusted_proxy),
                requests_per_second: server
                    .requests_per_second
                    .or(file.requests_per_second)
                    .unwrap_or(REQUESTS_PER_SECOND),
                tls: running.tls,
                metrics_listen: running.metrics_listen,
                drain: running.drain,
            },
            server_name: running.server_name,
            lake_cache_bytes: running.lake_cache_bytes,
            work: WorkConfig {
                memory_bytes: memory.map_or(Ok(MEMORY), |text| size("--memory", &text))?,
                max_runs: server.max_runs.or(file.max_runs).unwrap_or(MAX_RUNS),
            },
            allow_roots: first(server.allow_root, file.allow_root),
            allow_addresses: first(server.allow_address, file.allow_address),
            notices: NoticeConfig::read(
                server.smtp_url.or(file.smtp_url),
                server.mail_from.or(file.mail_from),
                server.webhook_secret_file.or(file.webhook_secret_file),
            )?,
            oidc: OidcConfig::read(oidc)?,
            environment: server.environment.or(file.environment).unwrap_or_default(),
            demo: server.demo.or(file.demo).unwrap_or_default(),
            log: server.log.or(file.log).unwrap_or_default(),
        }
        .check()
    }
}

/// Reads `512MiB`, `2GiB`, `1g`; a bare number is bytes.
pub(super) fn size(flag: &'static str, text: &str) -> Result<u64, ConfigError> {
    let wrong = || ConfigError::Size {
        flag,
        text: text.to_owned(),
    };
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let shift = match lower[digits.len()..]
        .trim_end_matches('b')
        .trim_end_matches('i')
    {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => return Err(wrong()),
    };
    let number: u64 = digits.trim().parse().map_err(|_| wrong())?;
    let bytes = number.checked_mul(1 << shift).ok_or_else(wrong)?;
    if bytes == 0 { Err(wrong()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read_with_and_without_unit() {
        for (text, bytes) in [
            ("1024", 1024),
            ("4k", 4096),
            ("512MiB", 512 << 20),
            ("2 GiB", 2 << 30),
            ("1gb", 1 << 30),
        ] {
            assert_eq!(size("--memory", text).ok(), Some(bytes), "{text}");
        }
        for wrong in ["", "0", "MiB", "12 parsecs", "99999999999g", "-1"] {
            assert!(size("--memory", wrong).is_err(), "{wrong}");
        }
    }
}
