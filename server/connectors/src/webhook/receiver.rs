//! The way to a receiver: one POST for each message, again with the same bytes where that may help.

use std::time::Duration;

use base::{Clock as _, GuardedHttp, SystemClock};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Response, Url};

use super::answers;
use super::message::Message;
use super::signer::Signer;
use crate::error::ConnectorError;
use crate::retry::Retry;

/// For one message, from the connection to the end of the answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// Of an answer that nobody reads.
const MOST_READ: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Receiver {
    pub(super) http: GuardedHttp,
    pub(super) url: Url,
    pub(super) signer: Signer,
    pub(super) retry: Retry,
}

impl Receiver {
    /// Gives a message until it is taken, within the tries there are.
    pub(super) async fn give(&self, message: &Message) -> Result<(), ConnectorError> {
        self.retry.run(|| self.post(message, PATIENCE)).await
    }

    /// Gives a message once.
    pub(super) async fn post(
        &self,
        message: &Message,
        patience: Duration,
    ) -> Result<(), ConnectorError> {
        self.http.check(&self.url)?;
        let now_us = SystemClock.now_us();
        let timestamp = now_us / 1_000_000;
        let signature = self.signer.sign(&message.id, timestamp, &message.body);
        let answer = self
            .http
            .client()
            .post(self.url.clone())
            .timeout(patience)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .header("idempotency-key", &message.id)
            .body(message.body.clone())
            .send()
            .await
            .map_err(answers::none)?;
        let judged = answers::judge(answer.status(), answer.headers(), &message.id, now_us);
        read_out(answer).await;
        judged
    }

    /// As administrators see it; what follows the path may be a token.
    pub(super) fn location(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.into()
    }
}

/// Reads an answer to its end, so that the connection can be used again; one that has no end is cut off.
async fn read_out(mut answer: Response) {
    let mut read = 0;
    while let Ok(Some(piece)) = answer.chunk().await {
        read += piece.len();
        if read > MOST_READ {
            return;
        }
    }
}
