//! What services say, by meaning, and what the guard keeps from them.

use std::time::Duration;

use base::{GuardedHttp, OutboundGuard};
use serde_json::json;

use super::ObjectFolder;
use super::seen::{local_http, secrets};
use crate::conformance::servers::Canned;
use crate::error::ConnectorError;
use crate::remote::RemoteStore;
use crate::s3;

fn folder(endpoint: &str, http: &GuardedHttp) -> ObjectFolder {
    let keys = secrets(&[("access_key_id", "k"), ("secret_access_key", "s")]);
    let config = json!({"bucket": "deliveries", "endpoint": endpoint, "prefix": "in"});
    s3::open(&config, &keys, http).expect("the settings are right")
}

async fn answered(head: &str, body: &str) -> Result<Option<bytes::Bytes>, ConnectorError> {
    let server = Canned::start(head, body).await;
    folder(&server.url(), &local_http()).read("x.json").await
}

fn error(code: &str, more: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>No.</Message>{more}</Error>"
    )
}

#[tokio::test]
async fn what_a_service_refuses_is_sorted_by_meaning() {
    let region = "<Region>eu-west-1</Region>";
    let rows = [
        (
            "403 No",
            error("SignatureDoesNotMatch", ""),
            "destination_unauthenticated",
        ),
        (
            "403 No",
            error("InvalidAccessKeyId", ""),
            "destination_unauthenticated",
        ),
        (
            "400 No",
            error("ExpiredToken", ""),
            "destination_unauthenticated",
        ),
        ("401 No", String::new(), "destination_unauthenticated"),
        (
            "403 No",
            error("AccessDenied", ""),
            "destination_permission_denied",
        ),
        ("403 No", String::new(), "destination_permission_denied"),
        (
            "403 No",
            error("RequestTimeTooSkewed", ""),
            "destination_clock",
        ),
        (
            "404 No",
            error("NoSuchBucket", ""),
            "destination_invalid_config",
        ),
        (
            "400 No",
            error("AuthorizationHeaderMalformed", region),
            "destination_invalid_config",
        ),
        (
            "301 No\r\nx-amz-bucket-region: eu-west-1",
            String::new(),
            "destination_invalid_config",
        ),
        (
            "302 No\r\nlocation: http://10.0.0.1/",
            String::new(),
            "destination_invalid_config",
        ),
        ("507 No", String::new(), "destination_no_space"),
        ("503 No", error("SlowDown", ""), "destination_rate_limited"),
        ("429 No", String::new(), "destination_rate_limited"),
        ("503 No", String::new(), "destination_unavailable"),
        (
            "500 No",
            error("InternalError", ""),
            "destination_unavailable",
        ),
        (
            "200 OK",
            error("InternalError", ""),
            "destination_unavailable",
        ),
        (
            "409 No",
            error("ConditionalRequestConflict", ""),
            "destination_unavailable",
        ),
        ("418 No", String::new(), "destination_failed"),
        (
            "403 No\r\nx-ms-error-code: AuthenticationFailed",
            String::new(),
            "destination_unauthenticated",
        ),
        (
            "404 No\r\nx-ms-error-code: ContainerNotFound",
            String::new(),
            "destination_invalid_config",
        ),
        (
            "200 OK\r\nx-ms-copy-status: pending",
            String::new(),
            "destination_unavailable",
        ),
    ];
    for (head, body, code) in rows {
        let error = answered(head, &body).await.expect_err(head);
        assert_eq!(error.code(), code, "{head} {body}: {error}");
    }
}

#[tokio::test]
async fn what_is_there_and_what_is_not_is_no_error() {
    let found = answered(
        "200 OK\r\nlast-modified: Mon, 23 Nov 2026 12:00:00 GMT",
        "{}",
    )
    .await;
    assert_eq!(found.expect("it is read").as_deref(), Some(&b"{}"[..]));
    let found = answered("404 No", &error("NoSuchKey", "")).await;
    assert_eq!(found.expect("nothing is there"), None);
}

#[tokio::test]
async fn a_service_says_how_long_to_wait_and_where_a_bucket_is() {
    let told = answered("503 No\r\nretry-after: 7", "").await;
    let Err(ConnectorError::RateLimited { retry_after }) = told else {
        panic!("{told:?}")
    };
    assert_eq!(retry_after, Some(Duration::from_secs(7)));
    let told = answered("301 No\r\nx-amz-bucket-region: eu-west-1", "").await;
    let Err(ConnectorError::InvalidConfig { field, problem }) = told else {
        panic!("{told:?}")
    };
    assert_eq!(field, "region");
    assert!(problem.contains("eu-west-1"), "{problem}");
}

#[tokio::test]
async fn a_refused_address_is_told_and_nobody_is_connected_to() {
    let http = GuardedHttp::new(OutboundGuard::default(), None, "test").expect("a client");
    for endpoint in [
        "http://127.0.0.1:9",
        "http://localhost:9",
        "http://[::1]:9",
        "https://169.254.169.254",
        "https://[::ffff:10.0.0.1]",
    ] {
        let error = folder(endpoint, &http).read("x").await.expect_err(endpoint);
        assert!(
            matches!(error, ConnectorError::AddressRefused(_)),
            "{endpoint}: {error}"
        );
    }
}

#[tokio::test]
async fn a_service_that_is_away_may_come_back() {
    let server = Canned::start("200 OK", "").await;
    let url = server.url();
    drop(server);
    tokio::task::yield_now().await;
    let error = folder(&url, &local_http()).read("x").await;
    let error = error.expect_err("nobody listens");
    assert!(error.is_transient(), "{error}");
}
