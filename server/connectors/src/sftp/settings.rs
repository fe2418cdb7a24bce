//! What a connection is set to, parsed.

use std::sync::Arc;

use base::Secret;
use russh::keys::{Error as KeyError, PrivateKey, decode_secret_key};
use serde_json::Value;

use super::host_key::HostKey;
use crate::error::ConnectorError;
use crate::registry::Secrets;

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) username: String,
    /// What somebody signs in with.
    pub(super) credential: Credential,
    /// None while it is asked for: until then no server is the right one.
    pub(super) host_key: Option<HostKey>,
    /// Without `/` at its end, and so empty for the root of the server.
    folder: String,
}

#[derive(Debug, Clone)]
pub(super) enum Credential {
    Password(Secret<String>),
    Key(Secret<Arc<PrivateKey>>),
}

impl Settings {
    pub(super) fn parse(config: &Value, secrets: &Secrets) -> Result<Self, ConnectorError> {
        Ok(Self {
            host: host(text(config, "host")?)?,
            port: port(config.get("port"))?,
            username: text(config, "username")?,
            credential: Credential::parse(secrets)?,
            folder: folder(&text(config, "folder")?)?,
            host_key: match config.get("host_key").and_then(Value::as_str) {
                Some(text) if text.trim().is_empty() => None,
                text => Some(HostKey::parse(text.unwrap_or_default().trim())?),
            },
        })
    }

    /// The connection's folder, as the server is told it. Relative ones begin where the server puts who signs in.
    pub(super) fn base(&self) -> &str {
        if self.folder.is_empty() {
            "/"
        } else {
            &self.folder
        }
    }

    /// Where something below the connection's folder is.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.folder)
    }
}

impl Credential {
    fn parse(secrets: &Secrets) -> Result<Self, ConnectorError> {
        let secret = |key: &str| secrets.expose().get(key).map(String::as_str);
        let passphrase = secret("passphrase");
        match (secret("private_key"), secret("password")) {
            (Some(text), _) => {
                let key = private_key(text, passphrase)?;
                Ok(Self::Key(Secret::new(Arc::new(key))))
            }
            (None, _) if passphrase.is_some() => Err(ConnectorError::invalid(
                "passphrase",
                "is of a private key, and there is none",
            )),
            (None, Some(password)) => Ok(Self::Password(Secret::new(password.to_owned()))),
            (None, None) => Err(ConnectorError::invalid("password", "is required")),
        }
    }
}

/// Keys as OpenSSH, OpenSSL and `PuTTY` write them.
fn private_key(text: &str, passphrase: Option<&str>) -> Result<PrivateKey, ConnectorError> {
    let is_sealed = || passphrase.is_none() && text.contains("-----BEGIN ENCRYPTED ");
    decode_secret_key(text, passphrase).map_err(|error| match error {
        KeyError::KeyIsEncrypted => ConnectorError::invalid("passphrase", "the key needs one"),
        _ if is_sealed() => ConnectorError::invalid("passphrase", "the key needs one"),
        KeyError::CouldNotReadKey | KeyError::Decode(_) => {
            ConnectorError::invalid("private_key", "is not the text of a private key")
        }
        _ if passphrase.is_some() => {
            ConnectorError::invalid("passphrase", "does not open the private key")
        }
        error => ConnectorError::invalid("private_key", error),
    })
}

fn text(config: &Value, key: &str) -> Result<String, ConnectorError> {
    let text = config.get(key).and_then(Value::as_str).map(str::trim);
    text.filter(|text| !text.is_empty() && !text.contains(char::is_control))
        .map(str::to_owned)
        .ok_or_else(|| ConnectorError::invalid(key, "must be a text of one line"))
}

fn host(host: String) -> Result<String, ConnectorError> {
    if host.contains(['/', '@']) || host.contains(char::is_whitespace) {
        let problem = "must be a name or an address alone, without `sftp://` and user";
        return Err(ConnectorError::invalid("host", problem));
    }
    // More than one is an address of version 6.
    if host.matches(':').count() == 1 {
        return Err(ConnectorError::invalid(
            "host",
            "the port has a setting of its own",
        ));
    }
    Ok(host)
}

fn port(value: Option<&Value>) -> Result<u16, ConnectorError> {
    match value {
        None | Some(Value::Null) => Ok(22),
        Some(value) => value
            .as_u64()
            .and_then(|port| u16::try_from(port).ok())
            .filter(|&port| port > 0)
            .ok_or_else(|| ConnectorError::invalid("port", "must be a number from 1 to 65535")),
    }
}

fn folder(text: &str) -> Result<String, ConnectorError> {
    let problem = if text.split('/').any(|name| name == "..") {
        "must not lead upwards"
    } else if text.starts_with('~') {
        "begins in the home folder if it does not begin with `/`: leave `~` out"
    } else {
        return Ok(text.trim_end_matches('/').to_owned());
    };
    Err(ConnectorError::invalid("folder", problem))
}

#[cfg(test)]
mod tests {
    use russh::keys::Algorithm;
    use russh::keys::key::safe_rng;
    use russh::keys::ssh_key::LineEnding;
    use serde_json::json;

    use super::*;

    const PASSPHRASE: &str = "lighthouse";

    /// A key as its owner may paste it, open and with its passphrase.
    fn keys() -> (String, String) {
        let text = |key: &PrivateKey| key.to_openssh(LineEnding::LF).expect("a text").to_string();
        let key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).expect("a key");
        let sealed = key
            .encrypt(&mut safe_rng(), PASSPHRASE)
            .expect("a passphrase");
        (text(&key), text(&sealed))
    }

    fn with_key<'a>(text: &'a str, passphrase: Option<&'a str>) -> Vec<(&'static str, &'a str)> {
        let passphrase = passphrase.map(|passphrase| ("passphrase", passphrase));
        [("private_key", text)]
            .into_iter()
            .chain(passphrase)
            .collect()
    }

    fn config() -> Value {
        json!({
            "host": "sftp.example", "username": "waybill", "folder": "in/deliveries/",
            "host_key": "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ",
        })
    }

    fn parsed(changes: Value, secrets: &[(&str, &str)]) -> Result<Settings, ConnectorError> {
        let mut config = config();
        for (key, value) in changes.as_object().expect("an object") {
            config[key] = value.clone();
        }
        let secrets = secrets
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Settings::parse(&config, &Secret::new(secrets.collect()))
    }

    fn refused_field(changes: Value, secrets: &[(&str, &str)]) -> String {
        match parsed(changes, secrets) {
            Err(ConnectorError::InvalidConfig { field, .. }) => field,
            other => panic!("expected a field error, found {other:?}"),
        }
    }

    #[test]
    fn paths_are_below_the_folder() {
        for (folder, base, path) in [
            ("in/deliveries/", "in/deliveries", "in/deliveries/a/b.csv"),
            ("/srv", "/srv", "/srv/a/b.csv"),
            ("/", "/", "/a/b.csv"),
            (".", ".", "./a/b.csv"),
        ] {
            let settings = parsed(json!({"folder": folder}), &[("password", "x")]).expect(folder);
            assert_eq!(settings.base(), base);
            assert_eq!(settings.at("a/b.csv"), path);
            assert_eq!(settings.port, 22);
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_field() {
        let password: &[(&str, &str)] = &[("password", "x")];
        for (changes, field) in [
            (json!({"host": "sftp://sftp.example"}), "host"),
            (json!({"host": "sftp.example:2222"}), "host"),
            (json!({"host": "me@sftp.example"}), "host"),
            (json!({"host": 7}), "host"),
            (json!({"port": "22"}), "port"),
            (json!({"port": 0}), "port"),
            (json!({"port": 65_536}), "port"),
            (json!({"username": " "}), "username"),
            (json!({"folder": "a/../../b"}), "folder"),
            (json!({"folder": "~/a"}), "folder"),
            (json!({"folder": "a\nb"}), "folder"),
            (json!({"host_key": "whoever answers"}), "host_key"),
            (json!({"host_key": 7}), "host_key"),
        ] {
            assert_eq!(refused_field(changes.clone(), password), field, "{changes}");
        }
        assert!(parsed(json!({"host": "2001:db8::1", "port": 2222}), password).is_ok());
    }

    #[test]
    fn an_empty_host_key_asks_for_it() {
        let settings = parsed(json!({"host_key": ""}), &[("password", "x")]).expect("it parses");
        assert_eq!(settings.host_key, None);
    }

    #[test]
    fn private_keys_are_opened_with_their_passphrase() {
        let (open, sealed) = keys();
        for right in [with_key(&open, None), with_key(&sealed, Some(PASSPHRASE))] {
            let settings = parsed(json!({}), &right).expect("the key is read");
            assert!(matches!(settings.credential, Credential::Key(_)));
            let shown = format!("{settings:?}");
            assert!(!shown.contains("PrivateKey"), "{shown}");
        }
        for (wrong, field) in [
            (with_key(&sealed, None), "passphrase"),
            (with_key(&sealed, Some("wrong")), "passphrase"),
            (with_key("my key", None), "private_key"),
            (with_key("my key", Some(PASSPHRASE)), "private_key"),
            (vec![("password", "x"), ("passphrase", "y")], "passphrase"),
        ] {
            assert_eq!(refused_field(json!({}), &wrong), field);
        }
    }
}
