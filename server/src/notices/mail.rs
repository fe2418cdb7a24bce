//! Mails, over SMTP. Several of one notice have one `Message-ID`, so that mailboxes show it once.

use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use app::domain::{Micros, Reason};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{AsyncSmtpTransport, Error};
use lettre::{Address, AsyncTransport as _, Message, Tokio1Executor};

use super::Failure;
use crate::config::MailConfig;

/// How long the mail server may take for one command, and for a whole mail.
const COMMAND: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(20);
/// Answers about our own sign-in (RFC 4954): not the mail is wrong, but the server's configuration.
const SIGN_IN: [u16; 4] = [530, 534, 535, 538];

/// Says that a program wrote the mail, so that none answers it (RFC 3834).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// A mail to one address.
pub(super) struct Mail<'a> {
    pub(super) to: &'a str,
    /// Stays the same when it is sent again.
    pub(super) id: &'a str,
    pub(super) at: Micros,
    pub(super) subject: String,
    pub(super) body: String,
}

/// Hands mails to one mail server.
pub(super) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    pub(super) fn new(config: &MailConfig) -> anyhow::Result<Self> {
        let from = config.from.clone();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(config.url.expose())
            .context("cannot use `--smtp-url`")?
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(COMMAND))
            .build();
        Ok(Self { transport, from })
    }

    pub(super) async fn send(&self, mail: Mail<'_>) -> Result<(), Failure> {
        let message = self.message(mail).map_err(|error| {
            Failure::lasting(Reason::new("mail_refused").detail(format!("{error:#}")))
        })?;
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(Failure::passing(
                Reason::new("mail_failed").detail("it did not answer in time"),
            )),
        }
    }

    fn message(&self, mail: Mail<'_>) -> anyhow::Result<Message> {
        let address: Address = mail.to.parse().context("the address is no mail address")?;
        let at = SystemTime::UNIX_EPOCH
            + Duration::from_micros(u64::try_from(mail.at).unwrap_or_default());
        let id = format!("<{}@{}>", mail.id, self.from.email.domain());
        let text = SinglePart::builder()
            .header(ContentType::TEXT_PLAIN)
            .header(ContentTransferEncoding::QuotedPrintable)
            .body(mail.body);
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .date(at)
            .message_id(Some(id))
            .subject(mail.subject)
            .raw_header(HeaderValue::new(
                AUTO_SUBMITTED,
                "auto-generated".to_owned(),
            ))
            .singlepart(text)
            .context("the mail cannot be written")
    }
}

fn failure(error: &Error) -> Failure {
    let code = error.status().map(u16::from);
    let is_ours = code.is_some_and(|code| SIGN_IN.contains(&code));
    if error.is_permanent() && !is_ours {
        Failure::lasting(Reason::new("mail_refused").detail(error.to_string()))
    } else {
        Failure::passing(Reason::new("mail_failed").detail(words(error)))
    }
}

/// An error with its causes.
fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.contains(&more) {
            words.push_str(": ");
            words.push_str(&more);
        }
        cause = error.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use base::Secret;

    use super::*;

    #[test]
    fn a_mail_can_be_written_in_any_language_and_keeps_its_id() {
        let config = MailConfig {
            url: Secret::new("smtp://127.0.0.1:2525?tls=opportunistic".to_owned()),
            from: "Waybill <waybill@example.org>".parse().expect("a mailbox"),
        };
        let mailer = Mailer::new(&config).expect("a mailer");
        let mail = Mail {
            to: "ada@example.org",
            id: "0192",
            at: 1_795_435_200_000_000,
            subject: "«\u{a0}Fidélité\u{a0}» est en échec".to_owned(),
            body: "L’exportation…\n".to_owned(),
        };
        let message = mailer.message(mail).expect("a message");
        let text = String::from_utf8(message.formatted()).expect("ASCII");
        for line in [
            "Message-ID: <0192@example.org>",
            "To: ada@example.org",
            "Date: Mon, 23 Nov 2026 12:00:00 +0000",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
            "MIME-Version: 1.0",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }
}
