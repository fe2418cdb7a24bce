//! Real stores: moto, which takes any key and knows conditions; s3rver, which checks signatures and knows no conditions;
//! Azurite, which checks signatures, too.

#[path = "../../../../connectors/src/conformance/servers/process.rs"]
mod process;

use base::Cancel;
use object_store::ClientOptions;
use object_store::azure::{AzureAccessKey, AzureAuthorizer, AzureCredential};
use object_store::client::{HttpConnector as _, HttpRequest, HttpRequestBody, ReqwestConnector};

use self::process::Server;
use super::{Bucket, BucketError, PART, downloaded, upload};

/// Azurite's own account, the same everywhere.
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// Creates what objects are in: a bucket, a container.
async fn create(url: &str, sign: impl FnOnce(&mut HttpRequest)) {
    let mut request = HttpRequest::new(HttpRequestBody::empty());
    *request.method_mut() = "PUT".parse().expect("a method");
    *request.uri_mut() = url.parse().expect("a URI");
    sign(&mut request);
    let options = ClientOptions::new().with_allow_http(true);
    let client = ReqwestConnector::default().connect(&options);
    let answer = client.expect("a client").execute(request).await;
    let answer = answer.expect("it answers");
    assert!(answer.status().is_success(), "{answer:?}");
}

fn opened(url: &str, variables: &[(&str, String)]) -> Bucket {
    let variable = |name: &str| {
        let found = variables.iter().find(|(variable, _)| *variable == name);
        found.map(|(_, value)| value.clone())
    };
    Bucket::open(url, variable).expect("the variables are right")
}

fn of_amazon(server: &Server, key_id: &str) -> Bucket {
    let variables = [
        ("AWS_ENDPOINT_URL", server.url()),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("AWS_ACCESS_KEY_ID", key_id.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "planted".to_owned()),
    ];
    opened("s3://deliveries/lake", &variables)
}

/// Puts a long and a short file into a bucket, reads both, and removes one.
async fn try_files(bucket: &Bucket) {
    let folder = tempfile::tempdir().expect("a folder");
    for length in [5, 2 * PART + 5] {
        let path = format!("files/{length}");
        let (bytes, uploaded) = upload(bucket, length, &path, &Cancel::new()).await;
        assert_eq!(uploaded.expect("uploads"), length as u64);
        assert!(
            downloaded(bucket, &folder, &path).await == bytes,
            "{length}"
        );
    }
    let listed = bucket.list("files").await.expect("lists");
    let bytes: Vec<u64> = listed.iter().map(|object| object.bytes).collect();
    assert_eq!(bytes, [2 * PART as u64 + 5, 5], "by path: {listed:?}");
    bucket.remove("files/5").await.expect("removes");
    assert_eq!(bucket.get("files/5").await.expect("reads"), None);
    assert_eq!(bucket.remove_below("files").await.expect("removes"), 1);
}

#[tokio::test]
async fn a_bucket_of_moto_does_what_a_lake_needs() {
    let server = Server::python("s3_moto.py");
    let url = format!("http://127.0.0.1:{}/deliveries", server.port());
    create(&url, |_| {}).await;
    let bucket = of_amazon(&server, "any");
    bucket.try_out("try/1").await.expect("it does all");
    try_files(&bucket).await;
    assert!(bucket.list("").await.expect("lists").is_empty());
}

#[tokio::test]
async fn a_store_without_conditions_is_refused_by_name_and_can_have_backups() {
    let server = Server::node("s3rver.cjs");
    let bucket = of_amazon(&server, "S3RVER");
    let refused = bucket.try_out("try/1").await.expect_err("no conditions");
    let is_named =
        matches!(&refused, BucketError::NoConditions { url } if url.contains("deliveries"));
    assert!(is_named, "{refused}");
    try_files(&bucket).await;
    let stranger = of_amazon(&server, "nobody");
    let refused = stranger.list("files").await.expect_err("an unknown key");
    assert!(!format!("{refused:?}").contains("planted"), "{refused}");
}

#[tokio::test]
async fn a_container_of_azure_does_what_a_lake_needs() {
    let server = Server::node("azurite.cjs");
    let url = format!("{}/{ACCOUNT}/deliveries?restype=container", server.url());
    create(&url, |request| {
        let key = AzureAccessKey::try_new(KEY).expect("it is a key");
        let credential = AzureCredential::AccessKey(key);
        AzureAuthorizer::new(&credential, ACCOUNT).authorize(request);
    })
    .await;
    let variables = [
        (
            "AZURE_STORAGE_ENDPOINT",
            format!("{}/{ACCOUNT}", server.url()),
        ),
        ("AZURE_ALLOW_HTTP", "true".to_owned()),
        ("AZURE_STORAGE_ACCOUNT", ACCOUNT.to_owned()),
        ("AZURE_STORAGE_KEY", KEY.to_owned()),
    ];
    let bucket = opened("az://deliveries/lake", &variables);
    bucket.try_out("try/1").await.expect("it does all");
    try_files(&bucket).await;
    assert!(bucket.list("").await.expect("lists").is_empty());
}
