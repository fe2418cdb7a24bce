//! `azure_blob` and `adls_gen2` against Azurite.

mod faults;

use std::sync::{Arc, OnceLock};

use base::{Steps, TestStage};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use object_store::azure::{AzureAccessKey, AzureAuthorizer, AzureCredential};
use object_store::client::{HttpClient, HttpRequest, HttpRequestBody};
use ring::hmac;
use serde_json::{Value, json};

use super::{open_blob, open_lake};
use crate::conformance::servers::Server;
use crate::conformance::{Subject, conformance_suite};
use crate::error::ConnectorError;
use crate::objects::ObjectFolder;
use crate::objects::seen::{everything, leftovers, local_http, new_prefix, now, secrets, view};
use crate::record::{FileEntry, PublishedFile};
use crate::registry::Secrets;
use crate::remote::{RemoteFolder, RemoteStore, Target};

/// Azurite's own account, the same everywhere.
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// Azurite, with a container; the one of this process.
fn azurite() -> &'static Server {
    static RUNNING: OnceLock<Server> = OnceLock::new();
    RUNNING.get_or_init(|| {
        let server = Server::node("azurite.cjs");
        now(create_container(&server));
        server
    })
}

async fn create_container(server: &Server) {
    let key = AzureAccessKey::try_new(KEY).expect("it is a key");
    let credential = AzureCredential::AccessKey(key);
    let mut request = HttpRequest::new(HttpRequestBody::empty());
    *request.method_mut() = reqwest::Method::PUT;
    let url = format!("{}/{ACCOUNT}/deliveries?restype=container", server.url());
    *request.uri_mut() = url.parse().expect("a URI");
    AzureAuthorizer::new(&credential, ACCOUNT).authorize(&mut request);
    let client = HttpClient::new(local_http().client().clone());
    let answer = client.execute(request).await.expect("Azurite answers");
    assert!(answer.status().is_success(), "{answer:?}");
}

fn key() -> Secrets {
    secrets(&[("account_key", KEY)])
}

fn settings(more: &Value) -> Value {
    let mut config = json!({
        "account": ACCOUNT,
        "container": "deliveries",
        "endpoint": format!("{}/{ACCOUNT}", azurite().url()),
        "prefix": new_prefix(),
    });
    if let (Some(config), Some(more)) = (config.as_object_mut(), more.as_object()) {
        config.extend(more.clone());
    }
    config
}

type Open = fn(&Value, &Secrets, &base::GuardedHttp) -> Result<ObjectFolder, ConnectorError>;

fn subject(opened: Open) -> Subject {
    subject_of(opened, settings(&json!({})))
}

fn subject_of(opened: Open, config: Value) -> Subject {
    let open = move || opened(&config, &key(), &local_http()).expect("the settings are right");
    let folder = Arc::new(open());
    let seen = Arc::clone(&folder);
    Subject {
        open: Box::new(move |faults| Arc::new(RemoteFolder::new(open()).with_faults(faults))),
        view: Box::new(move || view(&seen)),
        leftovers: Box::new(move || leftovers(&folder)),
    }
}

mod blobs {
    use super::*;

    conformance_suite!(slow: subject(open_blob));
}

/// What differs from blobs is what lies beside the manifest, and the way the attempt's folder goes.
mod lake {
    use super::*;

    conformance_suite!(subject(open_lake);
        the_manifest_is_a_copy_of_the_record,
        an_undated_path_is_replaced_with_what_it_had_more,
        an_aborted_attempt_leaves_nothing,
        the_test_leaves_nothing_behind,
    );
}

async fn failed(folder: &ObjectFolder) -> (Vec<TestStage>, ConnectorError) {
    let steps = Steps::default();
    let error = folder.test(&steps).await.expect_err("the test fails");
    let stages = steps.taken().into_iter().map(|step| step.stage);
    (stages.collect(), error)
}

/// A signature for the whole account, as the portal makes it.
fn signature(end: &str) -> String {
    let (permissions, services, resources, version) = ("rwdlac", "b", "sco", "2019-12-12");
    let signed = [
        ACCOUNT,
        permissions,
        services,
        resources,
        "",
        end,
        "",
        "",
        version,
        "",
    ];
    let key = BASE64_STANDARD.decode(KEY).expect("it is a key");
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let tag = hmac::sign(&key, signed.join("\n").as_bytes());
    let tag = BASE64_STANDARD.encode(tag).replace('+', "%2B");
    format!("sv={version}&ss={services}&srt={resources}&sp={permissions}&se={end}&sig={tag}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_fails_at_the_sign_in() {
    let wrong = secrets(&[("account_key", "d3Jvbmc=")]);
    let folder = open_blob(&settings(&json!({})), &wrong, &local_http()).expect("settings");
    let (stages, error) = failed(&folder).await;
    assert!(matches!(error, ConnectorError::Unauthenticated), "{error}");
    let expected = [TestStage::Name, TestStage::Address, TestStage::SignIn];
    assert_eq!(stages, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_opens_the_account_until_it_ends() {
    let opened = |end: &str| {
        let sas = secrets(&[("sas_token", &signature(end))]);
        open_blob(&settings(&json!({})), &sas, &local_http()).expect("settings")
    };
    let folder = opened("2126-11-23T12:00:00Z");
    let report = folder.test(&Steps::default()).await.expect("it is open");
    let [end] = report.expires[..] else {
        panic!("{report:?}")
    };
    assert_eq!(end.what, "sas");
    assert!(everything(&folder).await.is_empty());

    let (stages, error) = failed(&opened("2020-01-01T00:00:00Z")).await;
    assert!(matches!(error, ConnectorError::Unauthenticated), "{error}");
    assert_eq!(stages.last(), Some(&TestStage::SignIn));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_is_not_there_is_named_by_field() {
    let config = settings(&json!({"container": "elsewhere"}));
    let folder = open_blob(&config, &key(), &local_http()).expect("settings");
    let (stages, error) = failed(&folder).await;
    assert!(
        matches!(&error, ConnectorError::InvalidConfig { field, .. } if field == "container"),
        "{error}"
    );
    assert_eq!(stages.last(), Some(&TestStage::Permission));
}

const TARGET: &str = "daily/t.csv";

/// Uploads a file of one part for an attempt.
async fn uploaded(folder: &ObjectFolder, attempt: &str, content: &'static str) -> PublishedFile {
    let target = Target {
        path: TARGET.into(),
        stage: format!("{attempt}/files/{TARGET}"),
        attempt: attempt.into(),
    };
    let mut upload = folder.upload(&target).await.expect("it begins");
    let piece = upload.piece(Bytes::from_static(content.as_bytes())).await;
    piece.expect("it is taken");
    let staged = upload.finish().await.expect("all is there");
    PublishedFile {
        table: "t".into(),
        entry: FileEntry {
            path: TARGET.into(),
            bytes: content.len() as u64,
            rows: 1,
            sha256: String::new(),
        },
        stage: staged.stage,
        upload: staged.upload,
    }
}

/// Azure forgets the blocks of others when it puts a blob together: uploads to one place must not meet there.
#[tokio::test(flavor = "multi_thread")]
async fn two_uploads_to_one_place_do_not_lose_each_other_and_the_older_does_not_come_back() {
    let folder = open_blob(&settings(&json!({})), &key(), &local_http()).expect("settings");
    let older = uploaded(&folder, "daily/.waybill/r-1", "older").await;
    let newer = uploaded(&folder, "daily/.waybill/r-2", "newer!").await;
    assert!(!folder.exists(TARGET).await.expect("an answer"));
    for file in [&older, &newer, &older] {
        folder.settle(file, true).await.expect("it is settled");
    }
    let seen = folder.read(TARGET).await.expect("it is read");
    assert_eq!(seen.as_deref(), Some(&b"newer!"[..]));
    assert_eq!(everything(&folder).await.len(), 1);
    let third = uploaded(&folder, "daily/.waybill/r-3", "3").await;
    let error = folder.settle(&third, false).await.expect_err("it is taken");
    assert!(matches!(error, ConnectorError::Collision { .. }), "{error}");
}

#[test]
fn what_is_wrong_is_named_by_field() {
    let field = |config: &Value, keys: &Secrets| {
        let opened = open_blob(config, keys, &local_http());
        match opened {
            Err(ConnectorError::InvalidConfig { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    };
    for (setting, wrong) in [
        ("account", "Not.One"),
        ("account", "a/b"),
        ("container", "UPPER"),
        ("container", "a--b"),
        ("prefix", "../a"),
        ("endpoint", "http://blobs.example.com"),
    ] {
        let mut config = json!({"account": ACCOUNT, "container": "deliveries"});
        config[setting] = json!(wrong);
        assert_eq!(field(&config, &key()), setting, "{wrong}");
    }
    let config = json!({"account": ACCOUNT, "container": "deliveries"});
    let wrong = secrets(&[("account_key", "not base64!")]);
    assert_eq!(field(&config, &wrong), "account_key");
    let wrong = secrets(&[("sas_token", "not-a-signature")]);
    assert_eq!(field(&config, &wrong), "sas_token");
    assert_eq!(field(&config, &secrets(&[])), "account_key");
}

#[test]
fn a_lake_is_named_by_its_own_endpoint() {
    let config = json!({"account": "account1", "container": "lake", "prefix": "in"});
    let lake = open_lake(&config, &key(), &local_http()).expect("settings");
    let expected = "https://account1.dfs.core.windows.net/lake/in";
    assert_eq!(lake.location, expected);
    assert_eq!(lake.url.as_str(), "https://account1.blob.core.windows.net/");
    assert!(!format!("{lake:?}").contains(KEY));
}
