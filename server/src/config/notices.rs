//! How notices leave the server: which mail server, from whom, and what webhooks are signed with.

use std::net::IpAddr;
use std::path::PathBuf;

use base::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::message::Mailbox;
use reqwest::Url;

use super::ConfigError;

/// What a secret in base64 begins with (Standard Webhooks).
const SECRET_PREFIX: &str = "whsec_";

/// How notices leave the server.
#[derive(Clone, Default)]
pub struct NoticeConfig {
    /// None: no mail is sent.
    pub mail: Option<MailConfig>,
    /// What webhooks are signed with; none: they are not.
    pub webhook_secret: Option<Secret<Vec<u8>>>,
}

/// The mail server, and the sender.
#[derive(Clone)]
pub struct MailConfig {
    /// `smtps://…`, or `smtp://…` with `tls=required` or `tls=opportunistic`. May hold a password.
    pub url: Secret<String>,
    pub from: Mailbox,
}

impl NoticeConfig {
    /// Reads what flags, variables or file say.
    pub(super) fn read(
        smtp_url: Option<String>,
        mail_from: Option<String>,
        secret_file: Option<PathBuf>,
    ) -> Result<Self, ConfigError> {
        let mail = match (smtp_url, mail_from) {
            (Some(url), Some(from)) => Some(MailConfig {
                url: smtp(&url)?,
                from: from.parse().map_err(|_| ConfigError::MailFrom(from))?,
            }),
            (None, None) => None,
            _ => return Err(ConfigError::HalfOfMail),
        };
        Ok(Self {
            mail,
            webhook_secret: secret_file.map(secret).transpose()?,
        })
    }
}

/// The address of a mail server, with how it is to be encrypted. A password needs encryption, unless the mail server is
/// on this machine; without one, encryption is used where it is offered.
fn smtp(text: &str) -> Result<Secret<String>, ConfigError> {
    let mut url = Url::parse(text).map_err(|_| ConfigError::SmtpUrl)?;
    let host = url.host_str().unwrap_or_default();
    if host.is_empty() {
        return Err(ConfigError::SmtpUrl);
    }
    let is_local = host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    let asked = url
        .query_pairs()
        .find(|(name, _)| name == "tls")
        .map(|(_, value)| value.into_owned());
    let scheme = url.scheme().to_owned();
    match (scheme.as_str(), asked.as_deref()) {
        ("smtps", None) | ("smtp", Some("required" | "opportunistic")) => {}
        ("smtp", None) => {
            let tls = if url.password().is_some() && !is_local {
                "required"
            } else {
                "opportunistic"
            };
            url.query_pairs_mut().append_pair("tls", tls);
        }
        _ => return Err(ConfigError::SmtpUrl),
    }
    Ok(Secret::new(url.into()))
}

/// The secret in a file.
fn secret(path: PathBuf) -> Result<Secret<Vec<u8>>, ConfigError> {
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(ConfigError::WebhookSecret { path, source }),
    };
    let text = text.trim();
    let bytes = match text.strip_prefix(SECRET_PREFIX) {
        Some(encoded) => STANDARD.decode(encoded).unwrap_or_default(),
        None => text.as_bytes().to_vec(),
    };
    if (24..=64).contains(&bytes.len()) {
        Ok(Secret::new(bytes))
    } else {
        Err(ConfigError::WeakWebhookSecret { path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(url: &str) -> Result<String, ConfigError> {
        let from = "Waybill <waybill@example.org>".to_owned();
        let config = NoticeConfig::read(Some(url.to_owned()), Some(from), None)?;
        Ok(config.mail.expect("mail").url.expose().clone())
    }

    #[test]
    fn a_password_is_not_sent_in_clear_beyond_this_machine() {
        for (given, used) in [
            (
                "smtp://u:p@mail.example.org:587",
                "smtp://u:p@mail.example.org:587?tls=required",
            ),
            (
                "smtp://mail.example.org",
                "smtp://mail.example.org?tls=opportunistic",
            ),
            (
                "smtp://u:p@127.0.0.1:2525",
                "smtp://u:p@127.0.0.1:2525?tls=opportunistic",
            ),
            (
                "smtps://u:p@mail.example.org",
                "smtps://u:p@mail.example.org",
            ),
            (
                "smtp://u:p@mail.example.org?tls=opportunistic",
                "smtp://u:p@mail.example.org?tls=opportunistic",
            ),
        ] {
            assert_eq!(mail(given).ok().as_deref(), Some(used));
        }
    }

    #[test]
    fn addresses_that_are_none_are_refused() {
        for wrong in [
            "mail.example.org",
            "https://mail.example.org",
            "smtp:///",
            "smtp://a?tls=maybe",
        ] {
            assert!(matches!(mail(wrong), Err(ConfigError::SmtpUrl)), "{wrong}");
        }
        let url = || Some("smtp://mail.example.org".to_owned());
        assert!(matches!(
            NoticeConfig::read(url(), Some("nobody".to_owned()), None).map(drop),
            Err(ConfigError::MailFrom(_))
        ));
        assert!(matches!(
            NoticeConfig::read(url(), None, None).map(drop),
            Err(ConfigError::HalfOfMail)
        ));
    }

    #[test]
    fn a_secret_is_long_enough_and_may_be_base64() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        let read = |text: &str| {
            std::fs::write(&path, text).expect("written");
            NoticeConfig::read(None, None, Some(path.clone()))
        };
        let secret = |config: NoticeConfig| {
            let secret = config.webhook_secret.expect("a secret");
            secret.expose().clone()
        };
        let plain = "0123456789abcdef01234567";
        assert_eq!(
            read(&format!("{plain}\n")).map(secret).ok().as_deref(),
            Some(plain.as_bytes())
        );
        let encoded = format!("whsec_{}", STANDARD.encode(plain));
        assert_eq!(
            read(&encoded).map(secret).ok().as_deref(),
            Some(plain.as_bytes())
        );
        for weak in ["", "short", "whsec_!", "whsec_c2hvcnQ="] {
            assert!(
                matches!(
                    read(weak).map(drop),
                    Err(ConfigError::WeakWebhookSecret { .. })
                ),
                "{weak}"
            );
        }
    }
}
