//! The ways out of the server: its mail server, and webhooks.

use std::sync::{Arc, OnceLock};

use app::domain::{Channel, ChannelKind, Micros, Reason};
use base::OutboundGuard;

use super::Failure;
use super::addresses::opened;
use super::mail::{Mail, Mailer};
use super::message;
use super::webhook::{Post, Webhooks};
use crate::config::Config;
use crate::crypto::Keyring;
use crate::store::notices::{Sending, Target};

/// Sends notices, and tests of them.
pub struct Outlets {
    mailer: Option<Mailer>,
    webhooks: Webhooks,
    /// Opens the addresses of webhooks.
    keyring: Arc<Keyring>,
    origin: OnceLock<String>,
}

impl Outlets {
    /// The ways out that the configuration has.
    pub fn new(config: &Config, keyring: Arc<Keyring>) -> anyhow::Result<Self> {
        let guard = OutboundGuard::new(config.allow_addresses.clone());
        let mailer = config.notices.mail.as_ref().map(Mailer::new).transpose()?;
        Ok(Self {
            mailer,
            webhooks: Webhooks::new(guard, config.notices.webhook_secret.as_ref())?,
            keyring,
            origin: OnceLock::new(),
        })
    }

    /// Says under which address people reach the server; the first time counts. Links are without it before.
    pub fn reached_at(&self, origin: &str) {
        let _known = self.origin.get_or_init(|| origin.to_owned());
    }

    /// The address under which people reach the server; empty before it is known.
    pub fn origin(&self) -> &str {
        self.origin.get().map_or("", String::as_str)
    }

    /// Whether mail can be sent.
    pub const fn can_mail(&self) -> bool {
        self.mailer.is_some()
    }

    /// Sends a notice.
    pub async fn send(&self, sending: &Sending, now: Micros) -> Result<(), Failure> {
        let origin = self.origin();
        let id = sending.id.to_string();
        match &sending.target {
            Target::Mail(to) => {
                let (subject, body) = message::mail(sending, origin);
                self.mail(Mail {
                    to,
                    id: &id,
                    at: sending.at,
                    subject,
                    body,
                })
                .await
            }
            Target::Webhook(sealed) => {
                let url = opened(&self.keyring, &sending.recipient, sealed.as_deref())?;
                let post = Post {
                    url: url.expose(),
                    id: &id,
                    timestamp: seconds(now),
                    body: message::json(sending, origin),
                };
                self.webhooks.send(post).await
            }
            Target::Nobody => Err(Failure::lasting(Reason::new("not_found"))),
        }
    }

    /// Writes to one person. `id`: of this mail.
    pub async fn write(
        &self,
        to: &str,
        id: &str,
        at: Micros,
        subject: String,
        body: String,
    ) -> Result<(), Failure> {
        self.mail(Mail {
            to,
            id,
            at,
            subject,
            body,
        })
        .await
    }

    /// Sends a test to a group. `sealed`: the address of a webhook. `id`: of this test.
    pub async fn test(
        &self,
        channel: &Channel,
        sealed: Option<&str>,
        id: &str,
        now: Micros,
    ) -> Result<(), Failure> {
        match channel.kind {
            ChannelKind::Mail => {
                let (subject, body) = message::test_mail(&channel.name);
                self.mail(Mail {
                    to: &channel.address,
                    id,
                    at: now,
                    subject,
                    body,
                })
                .await
            }
            ChannelKind::Webhook => {
                let url = opened(&self.keyring, &channel.id.to_string(), sealed)?;
                let post = Post {
                    url: url.expose(),
                    id,
                    timestamp: seconds(now),
                    body: message::test_json(&channel.name, now),
                };
                self.webhooks.send(post).await
            }
        }
    }

    async fn mail(&self, mail: Mail<'_>) -> Result<(), Failure> {
        match &self.mailer {
            Some(mailer) => mailer.send(mail).await,
            None => Err(Failure::lasting(Reason::new("mail_not_configured"))),
        }
    }
}

const fn seconds(micros: Micros) -> i64 {
    micros.div_euclid(1_000_000)
}
