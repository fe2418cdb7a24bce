//! What commands beside `serve` are asked: backups, and those that speak to a server over REST.

use std::path::PathBuf;
use std::time::Duration;

use base::{Secret, may_be_unencrypted};
use clap::{Args, Subcommand};
use reqwest::Url;

use super::keys::variable;
use super::{ConfigError, PublicUrl, SealedArgs, StorageArgs};

/// Variable that holds an access token, where no file is named.
const TOKEN: &str = "WAYBILL_TOKEN";
/// Where a server is unless said.
const SERVER: &str = "http://127.0.0.1:3000";

/// `waybill migrate`
#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    pub storage: StorageArgs,
    /// Where the backup is written, never over one that is there [default: of PostgreSQL, before-vN.tar.zst in the data
    /// folder; SQLite copies its file beside it].
    #[arg(long, value_name = "FILE", conflicts_with = "no_backup")]
    pub backup: Option<PathBuf>,
    /// Makes no backup; one was made otherwise.
    #[arg(long)]
    pub no_backup: bool,
}

/// `waybill backup`
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// A file that is not there yet, `-` for standard output, `s3://BUCKET/NAME` or `az://CONTAINER/NAME`.
    pub to: String,
    #[command(flatten)]
    pub storage: StorageArgs,
}

/// `waybill restore`
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// A file, `-` for standard input, `s3://BUCKET/NAME` or `az://CONTAINER/NAME`.
    pub from: String,
    /// Reads the whole backup and says whether it is sound; restores nothing.
    #[arg(long)]
    pub check: bool,
    /// Begins with an empty lake where that of the backup is gone: all tables wait for their next refresh.
    #[arg(long, conflicts_with = "check")]
    pub new_lake: bool,
    #[command(flatten)]
    pub sealed: SealedArgs,
}

/// `waybill export …`
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// Writes sources, segments, connections and exports as files, one each.
    Dump(DumpArgs),
    /// Says what `apply` would do; ends with 2 where that is anything.
    Plan(PlanArgs),
    /// Makes the server what the files say.
    Apply(ApplyArgs),
}

/// `waybill export dump`
#[derive(Debug, Args)]
pub struct DumpArgs {
    /// Folder of the files.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub api: ApiArgs,
}

/// `waybill export plan`
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Folder of the files.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Removes what is on the server and in no file.
    #[arg(long)]
    pub prune: bool,
    /// Keeps the plan in this file, for `apply --plan`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub api: ApiArgs,
}

/// `waybill export apply`
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// Folder of the files.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Removes what is on the server and in no file.
    #[arg(long)]
    pub prune: bool,
    /// Does this plan, or nothing where anything has moved since it was made.
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    #[command(flatten)]
    pub api: ApiArgs,
}

/// `waybill run`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Name of the export; capitals and accents make no difference.
    pub name: String,
    /// Waits until the run has ended, and ends with what it came to: 0 delivered, 3 failed, 5 held, 6 canceled, 7 skipped.
    #[arg(long)]
    pub wait: bool,
    /// Waits no longer than this, and ends with 8; the run goes on.
    #[arg(long, value_name = "TIME", default_value = "4h", value_parser = time, requires = "wait")]
    pub timeout: Duration,
    /// Ends with 4 where it delivered with warnings.
    #[arg(long, requires = "wait")]
    pub strict: bool,
    /// Starts one run however often it is asked with this key.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Prints the run as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub api: ApiArgs,
}

/// Which server is asked, and who asks.
#[derive(Clone, Debug, Default, Args)]
pub struct ApiArgs {
    /// Address of the server [default: `http://127.0.0.1:3000`].
    #[arg(long, env = "WAYBILL_SERVER", value_name = "URL")]
    server: Option<String>,
    /// File with an access token. Without it, the variable `WAYBILL_TOKEN` holds the token.
    #[arg(long, env = "WAYBILL_TOKEN_FILE", value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// File with certificates of the authority that the server's certificate is of (PEM), beside the usual ones.
    #[arg(long, env = "WAYBILL_CA_FILE", value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

/// Which server is asked, and who asks.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    pub server: PublicUrl,
    pub token: Secret<String>,
    pub ca_file: Option<PathBuf>,
}

impl ApiArgs {
    /// Reads the token.
    pub fn resolve(self) -> Result<ApiConfig, ConfigError> {
        self.resolve_with(variable)
    }

    fn resolve_with(
        self,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<ApiConfig, ConfigError> {
        let server = self.server.as_deref().unwrap_or(SERVER);
        let server = server_at(server)?;
        let token = match self.token_file {
            Some(path) => std::fs::read_to_string(&path)
                .map_err(|source| ConfigError::Token { path, source })?,
            None => variable(TOKEN).unwrap_or_default(),
        };
        let token = token.trim();
        if token.is_empty() {
            return Err(ConfigError::NoToken);
        }
        Ok(ApiConfig {
            server,
            token: Secret::new(token.to_owned()),
            ca_file: self.ca_file,
        })
    }
}

/// The address of a server that a token may be sent to: encrypted, but on networks of one's own.
fn server_at(text: &str) -> Result<PublicUrl, ConfigError> {
    let wrong = || ConfigError::Server(text.to_owned());
    let server = PublicUrl::parse(text).map_err(|_| wrong())?;
    let url = Url::parse(&server.origin()).map_err(|_| wrong())?;
    if server.https || may_be_unencrypted(&url) {
        Ok(server)
    } else {
        Err(ConfigError::PlainServer(text.to_owned()))
    }
}

/// Reads `90s`, `30m`, `4h`; a bare number is seconds.
fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "write `90s`, `30m` or `4h`".to_owned();
    let text = text.trim();
    let (digits, factor) = match text.chars().next_back() {
        Some('s') => (&text[..text.len() - 1], 1),
        Some('m') => (&text[..text.len() - 1], 60),
        Some('h') => (&text[..text.len() - 1], 3_600),
        _ => (text, 1),
    };
    let number: u64 = digits.trim().parse().map_err(|_| wrong())?;
    let seconds = number.checked_mul(factor).filter(|seconds| *seconds > 0);
    seconds.map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::{Command, CommandLine};
    use super::*;

    fn command(line: &str) -> Result<Command, clap::Error> {
        CommandLine::try_parse_from(line.split(' ')).map(|line| line.command)
    }

    #[test]
    fn commands_are_read_as_they_are_documented() {
        for line in [
            "waybill backup /srv/a.tar.zst --data /srv/waybill",
            "waybill backup -",
            "waybill restore s3://bucket/a.tar.zst --key-file /etc/key --lake s3://bucket/lake",
            "waybill restore a.tar.zst --check",
            "waybill restore a.tar.zst --new-lake --config /etc/waybill.toml",
            "waybill migrate --backup /srv/a.tar.zst",
            "waybill migrate --no-backup",
            "waybill export dump dir --server https://a.example --token-file /etc/token",
            "waybill export plan dir --out plan.json --prune",
            "waybill export apply dir --plan plan.json --ca-file ca.pem",
            "waybill run Orders --wait --timeout 30m --strict --key 7 --json",
            "waybill run Orders",
        ] {
            assert!(command(line).is_ok(), "{line}");
        }
        for line in [
            "waybill migrate --backup a --no-backup",
            "waybill restore a.tar.zst --check --new-lake",
            "waybill run Orders --strict",
            "waybill run Orders --wait --timeout soon",
        ] {
            assert!(command(line).is_err(), "{line}");
        }
    }

    #[test]
    fn times_are_read_with_and_without_unit() {
        for (text, seconds) in [("90", 90), ("90s", 90), ("30m", 1_800), ("4h", 14_400)] {
            assert_eq!(time(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for wrong in [
            "",
            "h",
            "0",
            "-1s",
            "1d",
            "1.5h",
            "99999999999999999999h",
            "1é",
        ] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_token_goes_unencrypted_through_private_networks_alone() {
        for right in [
            "http://127.0.0.1:3000",
            "http://localhost:3000",
            "http://waybill:3000",
            "http://10.1.2.3",
            "https://waybill.example",
        ] {
            assert!(server_at(right).is_ok(), "{right}");
        }
        for plain in ["http://waybill.example", "http://8.8.8.8:3000"] {
            let refused = server_at(plain).map(drop);
            assert!(
                matches!(refused, Err(ConfigError::PlainServer(_))),
                "{plain}"
            );
        }
    }

    #[test]
    fn a_token_is_of_a_file_or_of_the_variable_and_is_not_printed() {
        let with = |args: ApiArgs, token: &str| {
            let token = token.to_owned();
            args.resolve_with(move |name| (name == TOKEN).then(|| token.clone()))
        };
        let read = with(ApiArgs::default(), "wbt_hidden\n").expect("right");
        assert_eq!(read.token.expose(), "wbt_hidden");
        assert_eq!(read.server.origin(), SERVER);
        assert!(!format!("{read:?}").contains("hidden"));
        let none = with(ApiArgs::default(), " ").map(drop);
        assert!(matches!(none, Err(ConfigError::NoToken)));

        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("token");
        std::fs::write(&file, "wbt_filed\n").expect("written");
        let args = ApiArgs {
            server: Some("https://a.example".to_owned()),
            token_file: Some(file),
            ca_file: None,
        };
        let read = with(args, "wbt_hidden").expect("right");
        assert_eq!(read.token.expose(), "wbt_filed");
        let args = ApiArgs {
            server: Some("a.example".to_owned()),
            ..ApiArgs::default()
        };
        assert!(matches!(with(args, "t"), Err(ConfigError::Server(_))));
    }
}
