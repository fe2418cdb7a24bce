//! From settings to a bucket.

use std::sync::Arc;

use base::GuardedHttp;
use object_store::aws::AmazonS3Builder;
use reqwest::Url;
use serde_json::Value;

use super::description::{CONDITIONAL_WRITES, DEFAULT_REGION, PATH_STYLE};
use crate::error::ConnectorError;
use crate::objects::guarded::GuardedConnector;
use crate::objects::{ObjectFolder, Settling, settings};
use crate::registry::Secrets;
use crate::retry::Retry;

/// Judges the settings. Contacts nothing.
pub(crate) fn open(
    config: &Value,
    secrets: &Secrets,
    http: &GuardedHttp,
) -> Result<ObjectFolder, ConnectorError> {
    let bucket = bucket(config)?;
    let region = region(config)?;
    let endpoint = settings::endpoint(config)?;
    let prefix = settings::prefix(config)?;
    let path_style = settings::choice(config, "path_style", PATH_STYLE)?;
    let conditions = settings::choice(config, "conditional_writes", CONDITIONAL_WRITES)? == "on";
    let key_id = settings::required_secret(secrets, "access_key_id")?;
    let key = settings::required_secret(secrets, "secret_access_key")?;

    let location = location(endpoint.as_ref(), bucket, &prefix);
    // A certificate for any host of a domain is not one for hosts with two more labels.
    let in_the_path = match path_style {
        "on" => true,
        "off" => false,
        _ => endpoint.is_some() || bucket.contains('.'),
    };
    let service = match endpoint {
        Some(endpoint) => endpoint,
        None => of_amazon(region)?,
    };
    let url = if in_the_path {
        service
    } else {
        in_front(&service, bucket)?
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(region)
        .with_endpoint(url.as_str().trim_end_matches('/'))
        .with_virtual_hosted_style_request(!in_the_path)
        .with_access_key_id(key_id)
        .with_secret_access_key(key)
        .with_client_options(settings::client_options())
        .with_retry(settings::retry_config())
        .with_http_connector(GuardedConnector::new(http.clone()));
    if let Some(token) = settings::secret(secrets, "session_token")? {
        builder = builder.with_token(token);
    }
    let objects = builder.build().map_err(settings::unbuilt)?;
    Ok(ObjectFolder {
        objects: Arc::new(objects),
        http: http.clone(),
        url,
        location,
        prefix,
        settling: Settling::Completed,
        conditions,
        has_folders: false,
        expires: vec![],
        beside: None,
        remover: None,
        retry: Retry::default(),
    })
}

fn bucket(config: &Value) -> Result<&str, ConnectorError> {
    let bucket = settings::required(config, "bucket")?;
    let is_bucket = (3..=255).contains(&bucket.len())
        && bucket
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
        && bucket.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !bucket.contains("..");
    if is_bucket {
        Ok(bucket)
    } else {
        let problem = "must be the name of a bucket: letters, digits, `.` and `-`";
        Err(ConnectorError::invalid("bucket", problem))
    }
}

fn region(config: &Value) -> Result<&str, ConnectorError> {
    let region = settings::text(config, "region")?.unwrap_or(DEFAULT_REGION);
    let is_region = region.len() <= 64
        && region
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_region {
        Ok(region)
    } else {
        let problem = "must be the code of a region, such as `eu-west-1`";
        Err(ConnectorError::invalid("region", problem))
    }
}

/// Amazon's service in a region.
fn of_amazon(region: &str) -> Result<Url, ConnectorError> {
    let china = if region.starts_with("cn-") { ".cn" } else { "" };
    Url::parse(&format!("https://s3.{region}.amazonaws.com{china}"))
        .map_err(|error| ConnectorError::invalid("region", error))
}

/// A service with the bucket in front of its host.
fn in_front(service: &Url, bucket: &str) -> Result<Url, ConnectorError> {
    let mut url = service.clone();
    let host = format!("{bucket}.{}", service.host_str().unwrap_or_default());
    url.set_host(Some(&host)).map_err(|_| {
        let problem = "the bucket cannot stand in front of this host";
        ConnectorError::invalid("path_style", problem)
    })?;
    Ok(url)
}

fn location(endpoint: Option<&Url>, bucket: &str, prefix: &str) -> String {
    let folder = match prefix {
        "" => bucket.to_owned(),
        prefix => format!("{bucket}/{prefix}"),
    };
    match endpoint {
        Some(endpoint) => format!("{}/{folder}", endpoint.as_str().trim_end_matches('/')),
        None => format!("s3://{folder}"),
    }
}
