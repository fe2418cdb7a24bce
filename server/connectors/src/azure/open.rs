//! From settings to a container.

use std::sync::Arc;

use base::GuardedHttp;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use object_store::azure::MicrosoftAzureBuilder;
use reqwest::Url;
use serde_json::Value;

use super::model_json::Lake;
use super::sas::Sas;
use super::shared_access::SharedAccess;
use crate::destination::Expiry;
use crate::error::ConnectorError;
use crate::objects::guarded::GuardedConnector;
use crate::objects::{ObjectFolder, Remover, Settling, settings};
use crate::registry::Secrets;
use crate::retry::Retry;

/// Judges the settings of a connection to blobs. Contacts nothing.
pub(crate) fn open_blob(
    config: &Value,
    secrets: &Secrets,
    http: &GuardedHttp,
) -> Result<ObjectFolder, ConnectorError> {
    let account = account(config)?;
    let container = container(config)?;
    let prefix = settings::prefix(config)?;
    let url = match settings::endpoint(config)? {
        Some(endpoint) => endpoint,
        None => Url::parse(&format!("https://{account}.blob.core.windows.net"))
            .map_err(|error| ConnectorError::invalid("account", error))?,
    };
    let service = url.as_str().trim_end_matches('/').to_owned();
    let mut builder = MicrosoftAzureBuilder::new()
        .with_account(account)
        .with_container_name(container)
        .with_endpoint(service.clone())
        .with_client_options(settings::client_options())
        .with_retry(settings::retry_config())
        .with_http_connector(GuardedConnector::new(http.clone()));
    let mut expires = Vec::new();
    let mut remover: Option<Arc<dyn Remover>> = None;
    match (key(secrets)?, settings::secret(secrets, "sas_token")?) {
        (Some(key), None) => builder = builder.with_access_key(key),
        (None, Some(sas)) => {
            let sas = Sas::parse(sas)?;
            expires.extend(sas.ends_at.map(|at_us| Expiry { what: "sas", at_us }));
            let signed = SharedAccess::new(http, &service, container, &sas.pairs)?;
            remover = Some(Arc::new(signed));
            builder = builder.with_sas_authorization(sas.pairs);
        }
        // Without either, a builder would ask the machine's cloud who it is.
        _ => {
            let problem = "exactly one of account_key, sas_token is required";
            return Err(ConnectorError::invalid("account_key", problem));
        }
    }
    let objects = builder.build().map_err(settings::unbuilt)?;
    Ok(ObjectFolder {
        objects: Arc::new(objects),
        http: http.clone(),
        url,
        location: folder(&service, container, &prefix),
        prefix,
        settling: Settling::Copied,
        conditions: true,
        has_folders: false,
        expires,
        beside: None,
        remover,
        retry: Retry::default(),
    })
}

/// Judges the settings of a connection to a data lake. Contacts nothing.
pub(crate) fn open_lake(
    config: &Value,
    secrets: &Secrets,
    http: &GuardedHttp,
) -> Result<ObjectFolder, ConnectorError> {
    let blobs = open_blob(config, secrets, http)?;
    // The same files by the lake's own endpoint, which is how its readers name them.
    let location = blobs.location.replacen(".blob.", ".dfs.", 1);
    let lake = Lake::new(&location)?;
    Ok(ObjectFolder {
        location,
        // Where the account has a hierarchical namespace.
        has_folders: true,
        beside: Some(Arc::new(lake)),
        ..blobs
    })
}

fn account(config: &Value) -> Result<&str, ConnectorError> {
    let account = settings::required(config, "account")?;
    let is_account = (3..=24).contains(&account.len())
        && account
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if is_account {
        Ok(account)
    } else {
        let problem = "must be 3 to 24 small letters and digits";
        Err(ConnectorError::invalid("account", problem))
    }
}

fn container(config: &Value) -> Result<&str, ConnectorError> {
    let container = settings::required(config, "container")?;
    let is_container = (3..=63).contains(&container.len())
        && container
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !container.starts_with('-')
        && !container.ends_with('-')
        && !container.contains("--");
    if is_container || container == "$root" || container == "$web" {
        Ok(container)
    } else {
        let problem = "must be 3 to 63 small letters, digits and single `-`";
        Err(ConnectorError::invalid("container", problem))
    }
}

fn key(secrets: &Secrets) -> Result<Option<&str>, ConnectorError> {
    const FIELD: &str = "account_key";
    let Some(key) = settings::secret(secrets, FIELD)? else {
        return Ok(None);
    };
    match BASE64_STANDARD.decode(key) {
        Ok(_) => Ok(Some(key)),
        Err(_) => Err(ConnectorError::invalid(FIELD, "must be a key in base64")),
    }
}

fn folder(service: &str, container: &str, prefix: &str) -> String {
    match prefix {
        "" => format!("{service}/{container}"),
        prefix => format!("{service}/{container}/{prefix}"),
    }
}
