//! How a server runs: its certificate, its name, where its figures and its lake are.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::ConfigError;
use super::sources::size;

/// Most that is kept of a lake in a bucket unless said.
pub(super) const LAKE_CACHE: u64 = 10 << 30;
/// Most seconds between the signal to stop and the port being closed.
const MOST_DRAIN: u64 = 300;
/// Most characters of a server's name.
const MOST_NAME: usize = 64;

/// Settings of how a server runs, as flags, variables or file say them.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct RunningArgs {
    /// File with the certificate for HTTPS and those between it and its authority (PEM); together with `--tls-key`. It is
    /// read again when it changes.
    #[arg(long, env = "WAYBILL_TLS_CERT", value_name = "FILE")]
    pub(super) tls_cert: Option<PathBuf>,
    /// File with the private key of the certificate (PEM).
    #[arg(long, env = "WAYBILL_TLS_KEY", value_name = "FILE")]
    pub(super) tls_key: Option<PathBuf>,
    /// Address and port that `/metrics`, `/healthz` and `/readyz` answer at too, over plain HTTP and to everybody.
    #[arg(long, env = "WAYBILL_METRICS_LISTEN", value_name = "ADDR")]
    pub(super) metrics_listen: Option<SocketAddr>,
    /// For how many seconds a server that is told to stop still answers while `/readyz` says that it stops, 0 to 300
    /// [default: 0].
    #[arg(long, env = "WAYBILL_DRAIN", value_name = "SECONDS")]
    pub(super) drain: Option<u64>,
    /// Name of this server among those on one database; it lasts over starts [default: the name of the machine].
    #[arg(long, env = "WAYBILL_SERVER_NAME", value_name = "NAME")]
    pub(super) server_name: Option<String>,
    /// Most that is kept here of a lake in a bucket [default: 10GiB].
    #[arg(long, env = "WAYBILL_LAKE_CACHE", value_name = "SIZE")]
    pub(super) lake_cache: Option<String>,
}

/// The certificate that the server shows, and its private key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsConfig {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// Where snapshots are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LakePlace {
    Folder(PathBuf),
    /// `s3://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`, without a `/` at the end. Its credentials are variables of the
    /// process.
    Bucket(String),
}

/// What [`RunningArgs`] come to.
pub(super) struct RunningConfig {
    pub(super) tls: Option<TlsConfig>,
    pub(super) metrics_listen: Option<SocketAddr>,
    pub(super) drain: Duration,
    pub(super) server_name: String,
    pub(super) lake_cache_bytes: u64,
}

impl RunningArgs {
    /// Lays these over those of the file.
    pub(super) fn over(self, file: Self) -> Result<RunningConfig, ConfigError> {
        let tls = match (
            self.tls_cert.or(file.tls_cert),
            self.tls_key.or(file.tls_key),
        ) {
            (Some(cert), Some(key)) => Some(TlsConfig { cert, key }),
            (None, None) => None,
            _ => return Err(ConfigError::HalfOfTls),
        };
        let drain = self.drain.or(file.drain).unwrap_or_default();
        if drain > MOST_DRAIN {
            return Err(ConfigError::Drain(drain));
        }
        let lake_cache = self.lake_cache.or(file.lake_cache);
        Ok(RunningConfig {
            tls,
            metrics_listen: self.metrics_listen.or(file.metrics_listen),
            drain: Duration::from_secs(drain),
            server_name: match self.server_name.or(file.server_name) {
                Some(name) => server_name(&name)?,
                None => machine(),
            },
            lake_cache_bytes: lake_cache
                .map_or(Ok(LAKE_CACHE), |text| size("--lake-cache", &text))?,
        })
    }
}

/// The name of the machine.
pub(super) fn machine() -> String {
    let machine = rustix::system::uname();
    machine.nodename().to_string_lossy().into_owned()
}

fn server_name(text: &str) -> Result<String, ConfigError> {
    let name = text.trim();
    let is_right = !name.is_empty()
        && name.chars().count() <= MOST_NAME
        && !name.chars().any(char::is_control);
    if is_right {
        Ok(name.to_owned())
    } else {
        Err(ConfigError::ServerName(text.to_owned()))
    }
}

impl LakePlace {
    /// Reads a folder, `file://FOLDER`, `s3://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = || ConfigError::Lake(text.to_owned());
        let Some((scheme, rest)) = text.split_once("://") else {
            return if text.is_empty() {
                Err(wrong())
            } else {
                Ok(Self::Folder(PathBuf::from(text)))
            };
        };
        match scheme {
            "file" if !rest.is_empty() => Ok(Self::Folder(PathBuf::from(rest))),
            "s3" | "az" => {
                let rest = rest.strip_suffix('/').unwrap_or(rest);
                let is_part = |part: &str| !part.is_empty() && part != "." && part != "..";
                let is_right = rest.split('/').all(is_part)
                    && !rest.contains(|character: char| {
                        character.is_control()
                            || character.is_whitespace()
                            || "@?#%\\".contains(character)
                    });
                if is_right {
                    Ok(Self::Bucket(format!("{scheme}://{rest}")))
                } else {
                    Err(wrong())
                }
            }
            _ => Err(wrong()),
        }
    }

    /// The folder, if it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(path) => Some(path),
            Self::Bucket(_) => None,
        }
    }
}

/// As messages name it. There is no secret in it.
impl fmt::Display for LakePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
            Self::Bucket(url) => f.write_str(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: RunningArgs) -> Result<RunningConfig, ConfigError> {
        arguments.over(RunningArgs::default())
    }

    #[test]
    fn a_certificate_and_its_key_go_together() {
        let half = RunningArgs {
            tls_cert: Some(PathBuf::from("/etc/cert.pem")),
            ..RunningArgs::default()
        };
        let refused = read(half.clone()).map(drop);
        assert!(matches!(refused, Err(ConfigError::HalfOfTls)));
        let file = RunningArgs {
            tls_key: Some(PathBuf::from("/etc/key.pem")),
            ..RunningArgs::default()
        };
        let tls = half.over(file).map(|running| running.tls);
        let whole = TlsConfig {
            cert: PathBuf::from("/etc/cert.pem"),
            key: PathBuf::from("/etc/key.pem"),
        };
        assert_eq!(tls.expect("both are there"), Some(whole));
    }

    #[test]
    fn a_server_has_the_name_of_its_machine_unless_it_is_given_another() {
        let unnamed = read(RunningArgs::default()).expect("right");
        assert!(!unnamed.server_name.is_empty());
        assert_eq!(unnamed.lake_cache_bytes, 10 << 30);
        let named = |name: &str| {
            read(RunningArgs {
                server_name: Some(name.to_owned()),
                ..RunningArgs::default()
            })
            .map(|running| running.server_name)
        };
        assert_eq!(named(" waybill-2 ").ok().as_deref(), Some("waybill-2"));
        for wrong in ["", "  ", "a\nb", &"x".repeat(65)] {
            assert!(named(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn draining_ends_within_five_minutes() {
        let drain = |seconds| {
            read(RunningArgs {
                drain: Some(seconds),
                ..RunningArgs::default()
            })
            .map(|running| running.drain)
        };
        assert_eq!(drain(300).ok(), Some(Duration::from_mins(5)));
        let error = drain(301).expect_err("too long").to_string();
        assert!(error.contains("--drain 301"), "{error}");
    }

    #[test]
    fn a_lake_is_a_folder_or_a_bucket() {
        let folder = |text| {
            LakePlace::parse(text)
                .expect("right")
                .folder()
                .map(Path::to_path_buf)
        };
        assert_eq!(folder("lake"), Some(PathBuf::from("lake")));
        assert_eq!(folder("file:///srv/lake"), Some(PathBuf::from("/srv/lake")));
        for (text, shown) in [
            ("s3://bucket", "s3://bucket"),
            ("s3://bucket/a/b/", "s3://bucket/a/b"),
            ("az://container/lake", "az://container/lake"),
        ] {
            let place = LakePlace::parse(text).expect("right");
            assert_eq!(place, LakePlace::Bucket(shown.to_owned()));
            assert_eq!(place.to_string(), shown);
        }
        for wrong in [
            "",
            "file://",
            "s3://",
            "s3:///lake",
            "s3://bucket//lake",
            "s3://bucket/../lake",
            "s3://key:secret@bucket/lake",
            "s3://bucket/lake?region=x",
            "gs://bucket/lake",
        ] {
            assert!(LakePlace::parse(wrong).is_err(), "{wrong}");
        }
    }
}
