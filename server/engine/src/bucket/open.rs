//! From an address and the variables of the process to a store of objects.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use super::BucketError;

/// For one exchange: a part at 70 KB a second.
const PATIENCE: Duration = Duration::from_mins(2);
/// For one exchange with all that it is tried again.
const RETRY: Duration = Duration::from_mins(1);

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Variables that Amazon's own tools read, and the setting that each of them is.
const AMAZON: [(&str, &str); 19] = [
    ("AWS_ACCESS_KEY_ID", "access_key_id"),
    ("AWS_SECRET_ACCESS_KEY", "secret_access_key"),
    ("AWS_SESSION_TOKEN", "session_token"),
    ("AWS_DEFAULT_REGION", "default_region"),
    ("AWS_REGION", "region"),
    ("AWS_ENDPOINT_URL", "endpoint_url"),
    ("AWS_ENDPOINT_URL_S3", "aws_endpoint_url_s3"),
    ("AWS_ENDPOINT_URL_STS", "endpoint_url_sts"),
    ("AWS_ALLOW_HTTP", "aws_allow_http"),
    (
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
        "virtual_hosted_style_request",
    ),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file"),
    ("AWS_ROLE_ARN", "role_arn"),
    ("AWS_ROLE_SESSION_NAME", "role_session_name"),
    (
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "container_credentials_relative_uri",
    ),
    (
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "container_credentials_full_uri",
    ),
    (
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "container_authorization_token_file",
    ),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "metadata_endpoint"),
    ("AWS_SERVER_SIDE_ENCRYPTION", "server_side_encryption"),
    ("AWS_SSE_KMS_KEY_ID", "sse_kms_key_id"),
];

/// One of these must be set. The machine's service of credentials is asked only where its address is given: elsewhere the
/// question would go to whoever answers there.
const AMAZON_CREDENTIALS: [&[&str]; 5] = [
    &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    &["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"],
    &["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"],
    &[
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ],
    &["AWS_EC2_METADATA_SERVICE_ENDPOINT"],
];

/// Variables that Azure's own tools read, and the setting that each of them is.
const AZURE: [(&str, &str); 15] = [
    ("AZURE_STORAGE_ACCOUNT", "account_name"),
    ("AZURE_STORAGE_ACCOUNT_NAME", "account_name"),
    ("AZURE_STORAGE_KEY", "account_key"),
    ("AZURE_STORAGE_ACCOUNT_KEY", "account_key"),
    ("AZURE_STORAGE_SAS_TOKEN", "sas_token"),
    ("AZURE_STORAGE_ENDPOINT", "endpoint"),
    ("AZURE_ALLOW_HTTP", "azure_allow_http"),
    ("AZURE_CLIENT_ID", "client_id"),
    ("AZURE_TENANT_ID", "tenant_id"),
    ("AZURE_CLIENT_SECRET", "client_secret"),
    ("AZURE_FEDERATED_TOKEN_FILE", "federated_token_file"),
    ("AZURE_AUTHORITY_HOST", "authority_host"),
    ("AZURE_MSI_ENDPOINT", "msi_endpoint"),
    ("IDENTITY_ENDPOINT", "identity_endpoint"),
    ("AZURE_OBJECT_ID", "object_id"),
];

/// One of these must be set, as with [`AMAZON_CREDENTIALS`].
const AZURE_CREDENTIALS: [&[&str]; 7] = [
    &["AZURE_STORAGE_KEY"],
    &["AZURE_STORAGE_ACCOUNT_KEY"],
    &["AZURE_STORAGE_SAS_TOKEN"],
    &["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET"],
    &[
        "AZURE_CLIENT_ID",
        "AZURE_TENANT_ID",
        "AZURE_FEDERATED_TOKEN_FILE",
    ],
    &["AZURE_MSI_ENDPOINT"],
    &["IDENTITY_ENDPOINT"],
];

/// The store of an address, and the prefix in it.
pub(super) fn objects(
    url: &str,
    variable: Variable<'_>,
) -> Result<(Arc<dyn ObjectStore>, Path), BucketError> {
    let wrong = || BucketError::Url(url.to_owned());
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return Err(wrong());
    }
    let prefix = Path::parse(prefix).map_err(|_| wrong())?;
    let objects = match scheme {
        "s3" => amazon(url, bucket, variable)?,
        "az" => azure(url, bucket, variable)?,
        _ => return Err(wrong()),
    };
    Ok((objects, prefix))
}

fn amazon(
    url: &str,
    bucket: &str,
    variable: Variable<'_>,
) -> Result<Arc<dyn ObjectStore>, BucketError> {
    for endpoint in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"] {
        encrypted(endpoint, "AWS_ALLOW_HTTP", variable)?;
    }
    if !is_one_set(&AMAZON_CREDENTIALS, variable) {
        return Err(BucketError::NoCredentials {
            url: url.to_owned(),
            variables: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what else names credentials to Amazon's tools",
        });
    }
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_client_options(client_options())
        .with_retry(retry_config());
    for (name, key) in AMAZON {
        if let (Some(value), Ok(key)) = (set(name, variable), key.parse::<AmazonS3ConfigKey>()) {
            builder = builder.with_config(key, value);
        }
    }
    let built = builder.build().map_err(unbuilt(url))?;
    Ok(Arc::new(built))
}

fn azure(
    url: &str,
    container: &str,
    variable: Variable<'_>,
) -> Result<Arc<dyn ObjectStore>, BucketError> {
    encrypted("AZURE_STORAGE_ENDPOINT", "AZURE_ALLOW_HTTP", variable)?;
    if !is_one_set(&AZURE_CREDENTIALS, variable) {
        return Err(BucketError::NoCredentials {
            url: url.to_owned(),
            variables: "AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY, or what else names credentials to Azure's tools",
        });
    }
    let mut builder = MicrosoftAzureBuilder::new()
        .with_container_name(container)
        .with_client_options(client_options())
        .with_retry(retry_config());
    for (name, key) in AZURE {
        if let (Some(value), Ok(key)) = (set(name, variable), key.parse::<AzureConfigKey>()) {
            builder = builder.with_config(key, value);
        }
    }
    let built = builder.build().map_err(unbuilt(url))?;
    Ok(Arc::new(built))
}

/// A variable that says something.
fn set(name: &str, variable: Variable<'_>) -> Option<String> {
    variable(name)
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

fn is_one_set(groups: &[&[&str]], variable: Variable<'_>) -> bool {
    groups
        .iter()
        .any(|group| group.iter().all(|name| set(name, variable).is_some()))
}

/// Refuses an address that is not encrypted unless that is allowed.
fn encrypted(
    endpoint: &'static str,
    allow: &'static str,
    variable: Variable<'_>,
) -> Result<(), BucketError> {
    let is_plain = set(endpoint, variable).is_some_and(|url| url.starts_with("http://"));
    let is_allowed = set(allow, variable).is_some_and(|text| {
        ["1", "true", "on", "yes", "y"].contains(&text.to_ascii_lowercase().as_str())
    });
    if is_plain && !is_allowed {
        return Err(BucketError::PlainHttp { endpoint, allow });
    }
    Ok(())
}

fn client_options() -> ClientOptions {
    ClientOptions::new().with_timeout(PATIENCE)
}

fn retry_config() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 8,
        retry_timeout: RETRY,
    }
}

fn unbuilt(url: &str) -> impl FnOnce(object_store::Error) -> BucketError + use<> {
    let url = url.to_owned();
    move |error| BucketError::Unbuilt {
        url,
        source: Box::new(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(url: &str, variables: &[(&str, &str)]) -> Result<Path, BucketError> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        objects(url, &variable).map(|(_, prefix)| prefix)
    }

    static KEYS: [(&str, &str); 2] = [
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "s3cret"),
    ];
    static ACCOUNT: [(&str, &str); 2] = [
        ("AZURE_STORAGE_ACCOUNT", "account1"),
        ("AZURE_STORAGE_KEY", "a2V5"),
    ];

    #[test]
    fn every_variable_is_a_setting() {
        for (name, key) in AMAZON {
            assert!(key.parse::<AmazonS3ConfigKey>().is_ok(), "{name}");
        }
        for (name, key) in AZURE {
            assert!(key.parse::<AzureConfigKey>().is_ok(), "{name}");
        }
    }

    #[test]
    fn a_bucket_is_opened_with_or_without_a_prefix() {
        for (url, prefix) in [
            ("s3://bucket", ""),
            ("s3://bucket/", ""),
            ("s3://bucket/a/b", "a/b"),
        ] {
            assert_eq!(opened(url, &KEYS).expect("right").as_ref(), prefix, "{url}");
        }
        let prefix = opened("az://container/lake", &ACCOUNT).expect("right");
        assert_eq!(prefix.as_ref(), "lake");
        for wrong in ["bucket", "gs://bucket/a", "s3://", "s3:///a", "s3://b/../a"] {
            assert!(
                matches!(opened(wrong, &KEYS), Err(BucketError::Url(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn nobody_is_asked_for_credentials_that_were_not_given() {
        let half = &KEYS[..1];
        let blank = [KEYS[0], ("AWS_SECRET_ACCESS_KEY", " ")];
        for variables in [half, &blank[..], &[]] {
            let error = opened("s3://bucket/a", variables).expect_err("no credentials");
            assert!(
                error.to_string().contains("AWS_SECRET_ACCESS_KEY"),
                "{error}"
            );
        }
        let error = opened("az://container", &ACCOUNT[..1]).expect_err("no credentials");
        assert!(error.to_string().contains("AZURE_STORAGE_KEY"), "{error}");
        let role = (
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "http://169.254.169.254",
        );
        assert!(opened("s3://bucket", &[role]).is_ok());
    }

    #[test]
    fn an_address_without_encryption_must_be_allowed() {
        let endpoint = ("AWS_ENDPOINT_URL", "http://127.0.0.1:9000");
        let error = opened("s3://bucket", &[KEYS[0], KEYS[1], endpoint]).expect_err("plain");
        assert!(error.to_string().contains("AWS_ALLOW_HTTP=true"), "{error}");
        let allowed = [KEYS[0], KEYS[1], endpoint, ("AWS_ALLOW_HTTP", "true")];
        assert!(opened("s3://bucket", &allowed).is_ok());
    }
}
