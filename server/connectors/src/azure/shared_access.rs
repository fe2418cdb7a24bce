//! Removing blobs with a shared access signature, one request each: the command for many wants the signature in every one
//! of its parts, which not every service that speaks Azure's language reads.

use std::fmt;

use async_trait::async_trait;
use base::{GuardedHttp, address_refused};
use object_store::path::Path;
use reqwest::{StatusCode, Url};

use crate::error::ConnectorError;
use crate::objects::Remover;

pub(super) struct SharedAccess {
    http: GuardedHttp,
    /// Of the container, with the signature.
    container: Url,
}

impl SharedAccess {
    /// `service`: where the account is, without `/` at its end.
    pub(super) fn new(
        http: &GuardedHttp,
        service: &str,
        container: &str,
        pairs: &[(String, String)],
    ) -> Result<Self, ConnectorError> {
        let mut url = Url::parse(&format!("{service}/{container}"))
            .map_err(|error| ConnectorError::invalid("endpoint", error))?;
        url.query_pairs_mut().extend_pairs(pairs);
        Ok(Self {
            http: http.clone(),
            container: url,
        })
    }

    fn failure(key: &Path, source: reqwest::Error) -> ConnectorError {
        match address_refused(&source) {
            Some(refused) => ConnectorError::AddressRefused(refused),
            None => ConnectorError::Unavailable {
                action: format!("remove `{key}`"),
                // Its address has the signature.
                source: source.without_url().into(),
            },
        }
    }
}

/// The address has the signature.
impl fmt::Debug for SharedAccess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SharedAccess({})", self.container.path())
    }
}

#[async_trait]
impl Remover for SharedAccess {
    async fn remove(&self, key: &Path) -> Result<(), ConnectorError> {
        let mut url = self.container.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(key.parts().map(|part| part.as_ref().to_owned()));
        }
        self.http.check(&url)?;
        let request = self.http.client().delete(url);
        let answer = request.header("x-ms-version", "2021-08-06").send().await;
        let status = answer.map_err(|error| Self::failure(key, error))?.status();
        match status {
            StatusCode::NOT_FOUND => Ok(()),
            StatusCode::FORBIDDEN => Err(ConnectorError::PermissionDenied {
                path: key.to_string(),
            }),
            status if status.is_success() => Ok(()),
            status => Err(ConnectorError::Unavailable {
                action: format!("remove `{key}`"),
                source: status.to_string().into(),
            }),
        }
    }
}
