//! `s3` against moto, which knows conditions and can check signatures and rights, and against s3rver, which knows no
//! conditions.

mod faults;

use std::sync::{Arc, OnceLock};

use base::{Steps, TestStage};
use bytes::Bytes;
use serde_json::{Value, json};

use super::open;
use crate::conformance::servers::Server;
use crate::conformance::{Subject, conformance_suite};
use crate::destination::Destination;
use crate::error::ConnectorError;
use crate::objects::ObjectFolder;
use crate::objects::seen::{everything, leftovers, local_http, new_prefix, now, secrets, view};
use crate::record::{FileEntry, PublishedFile};
use crate::registry::Secrets;
use crate::remote::{RemoteFolder, RemoteStore, Staged, Target};

fn keys() -> Secrets {
    // Those of s3rver; moto takes any.
    secrets(&[("access_key_id", "S3RVER"), ("secret_access_key", "S3RVER")])
}

/// Settings of a connection with a prefix of its own.
fn settings(server: &Server, more: &Value) -> Value {
    let prefix = new_prefix();
    let mut config = json!({"bucket": "deliveries", "endpoint": server.url(), "prefix": prefix});
    if let (Some(config), Some(more)) = (config.as_object_mut(), more.as_object()) {
        config.extend(more.clone());
    }
    config
}

fn bucket(server: &Server, more: &Value) -> ObjectFolder {
    let config = settings(server, more);
    open(&config, &keys(), &local_http()).expect("the settings are right")
}

/// moto, with a bucket; the one of this process.
fn moto() -> &'static Server {
    static RUNNING: OnceLock<Server> = OnceLock::new();
    RUNNING.get_or_init(|| {
        let server = Server::python("s3_moto.py");
        let url = format!("{}/deliveries", server.url());
        let made = now(local_http().client().put(url).send()).expect("moto answers");
        assert!(made.status().is_success(), "{made:?}");
        server
    })
}

/// s3rver, which makes its bucket itself; the one of this process.
fn s3rver() -> &'static Server {
    static RUNNING: OnceLock<Server> = OnceLock::new();
    RUNNING.get_or_init(|| Server::node("s3rver.cjs"))
}

/// How many uploads of a connection are open at moto.
async fn open_uploads(folder: &ObjectFolder) -> usize {
    let url = format!("{}/deliveries?uploads", moto().url());
    let answer = local_http().client().get(url).send().await;
    let listed = answer.expect("moto answers").text().await.expect("a list");
    let key = format!("<Key>{}/", folder.prefix);
    listed.matches(&key).count()
}

/// `lists`: whether the server lists open uploads. They are left over, too.
fn subject(server: &Server, more: &Value, lists: bool) -> Subject {
    subject_of(settings(server, more), lists)
}

fn subject_of(config: Value, lists: bool) -> Subject {
    let folder = open(&config, &keys(), &local_http()).expect("the settings are right");
    let folder = Arc::new(folder);
    let seen = Arc::clone(&folder);
    Subject {
        open: Box::new(move |faults| {
            let store = open(&config, &keys(), &local_http()).expect("the settings are right");
            Arc::new(RemoteFolder::new(store).with_faults(faults))
        }),
        view: Box::new(move || view(&seen)),
        leftovers: Box::new(move || {
            let mut left = leftovers(&folder);
            let uploads = if lists { now(open_uploads(&folder)) } else { 0 };
            left.extend((0..uploads).map(|number| format!("open upload {number}")));
            left
        }),
    }
}

mod on_moto {
    use super::*;

    conformance_suite!(slow: subject(moto(), &json!({}), true));
}

/// It has no conditions, and cannot end uploads: what stands on these is left out (races and crashes).
mod on_s3rver {
    use super::*;

    conformance_suite!(subject(s3rver(), &json!({"conditional_writes": "off"}), false);
        every_format_is_delivered_with_true_sizes_and_checksums,
        the_manifest_is_a_copy_of_the_record,
        an_undated_path_is_replaced_with_what_it_had_more,
        an_aborted_attempt_leaves_nothing,
        an_unknown_run_is_not_published_and_nothing_is_created,
        the_test_leaves_nothing_behind,
    );
}

/// The stages that a test began, and its error.
async fn failed(folder: &ObjectFolder) -> (Vec<TestStage>, ConnectorError) {
    let steps = Steps::default();
    let error = folder.test(&steps).await.expect_err("the test fails");
    let taken = steps.taken();
    let well = taken.iter().filter(|step| step.millis.is_some()).count();
    assert_eq!(well + 1, taken.len(), "the last one failed: {taken:?}");
    (taken.into_iter().map(|step| step.stage).collect(), error)
}

/// The text of the first element of this name.
fn element<'a>(answer: &'a str, name: &str) -> &'a str {
    let (_, after) = answer
        .split_once(&format!("<{name}>"))
        .expect("it is there");
    after.split('<').next().unwrap_or_default()
}

/// A moto that checks signatures and rights, and the key of somebody who may do this in the bucket.
async fn strict_moto(allowed: &str) -> (Server, [String; 2]) {
    let server = Server::python("s3_moto.py");
    let http = local_http();
    let client = http.client();
    let bucket = format!("{}/deliveries", server.url());
    let made = client.put(bucket).send().await.expect("moto answers");
    assert!(made.status().is_success(), "{made:?}");
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": allowed, "Resource": "*"}],
    });
    let manage = async |more: &[(&str, &str)]| {
        let form = [("Version", "2010-05-08"), ("UserName", "waybill")];
        // It tells services apart by what a request is signed for.
        let signed_for = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/iam/aws4_request, \
                          SignedHeaders=host, Signature=none";
        let request = client
            .post(server.url())
            .header("authorization", signed_for);
        let request = request.form(&[&form[..], more].concat());
        let answer = request.send().await.expect("moto answers");
        answer.text().await.expect("an answer")
    };
    manage(&[("Action", "CreateUser")]).await;
    manage(&[
        ("Action", "PutUserPolicy"),
        ("PolicyName", "deliver"),
        ("PolicyDocument", &policy.to_string()),
    ])
    .await;
    let made = manage(&[("Action", "CreateAccessKey")]).await;
    let key = ["AccessKeyId", "SecretAccessKey"].map(|name| element(&made, name).to_owned());
    let strict = client.post(format!("{}/moto-api/reset-auth", server.url()));
    let strict = strict.body("0").send().await.expect("moto answers");
    assert!(strict.status().is_success(), "{strict:?}");
    (server, key)
}

fn with_key(server: &Server, id: &str, secret: &str) -> ObjectFolder {
    let keys = secrets(&[("access_key_id", id), ("secret_access_key", secret)]);
    open(&settings(server, &json!({})), &keys, &local_http()).expect("the settings are right")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_key_works_and_one_without_rights_fails_at_the_permission() {
    let (server, [id, secret]) = strict_moto("s3:*").await;
    let folder = with_key(&server, &id, &secret);
    folder.test(&Steps::default()).await.expect("it works");
    let (server, [id, secret]) = strict_moto("s3:GetObject").await;
    let (stages, error) = failed(&with_key(&server, &id, &secret)).await;
    assert!(
        matches!(error, ConnectorError::PermissionDenied { .. }),
        "{error}"
    );
    assert_eq!(stages.last(), Some(&TestStage::Permission));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_fails_at_the_sign_in() {
    let (server, [id, secret]) = strict_moto("s3:*").await;
    for (id, secret) in [(id.as_str(), "wrong"), ("NOBODY", secret.as_str())] {
        let folder = with_key(&server, id, secret);
        let (stages, error) = failed(&folder).await;
        assert!(matches!(error, ConnectorError::Unauthenticated), "{error}");
        let expected = [TestStage::Name, TestStage::Address, TestStage::SignIn];
        assert_eq!(stages, expected);
        let error = folder.read("x").await.expect_err("it is refused");
        assert!(matches!(error, ConnectorError::Unauthenticated), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_without_conditions_is_found_out() {
    let folder = bucket(s3rver(), &json!({}));
    let (stages, error) = failed(&folder).await;
    assert!(matches!(error, ConnectorError::NoConditions), "{error}");
    assert_eq!(stages.last(), Some(&TestStage::Write));
    assert!(everything(&folder).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_not_there_is_named_by_field() {
    let folder = bucket(moto(), &json!({"bucket": "elsewhere"}));
    let (stages, error) = failed(&folder).await;
    assert!(
        matches!(&error, ConnectorError::InvalidConfig { field, .. } if field == "bucket"),
        "{error}"
    );
    assert_eq!(stages.last(), Some(&TestStage::Permission));
}

const TARGET: &str = "daily/2026/t.csv";

/// Uploads three parts, the last of them short.
async fn uploaded(folder: &ObjectFolder, attempt: &str) -> (Staged, Vec<u8>) {
    let mut content: Vec<u8> = (0..=250_u8)
        .cycle()
        .take(2 * folder.piece_bytes())
        .collect();
    content.extend_from_slice(b"the end\n");
    let target = Target {
        path: TARGET.into(),
        stage: format!("{attempt}/files/{TARGET}"),
        attempt: attempt.into(),
    };
    let mut upload = folder.upload(&target).await.expect("it begins");
    for piece in content.chunks(folder.piece_bytes()) {
        let piece = Bytes::copy_from_slice(piece);
        upload.piece(piece).await.expect("it is taken");
    }
    (upload.finish().await.expect("all is there"), content)
}

fn published(staged: Staged, content: &[u8]) -> PublishedFile {
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

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_in_parts_is_unseen_until_it_is_settled_and_is_settled_once() {
    let folder = bucket(moto(), &json!({}));
    let (staged, content) = uploaded(&folder, "daily/.waybill/r-1").await;
    assert_eq!(staged.upload.as_ref().map(|open| open.parts.len()), Some(3));
    assert!(!folder.exists(TARGET).await.expect("an answer"));
    let file = published(staged, &content);
    for _ in 0..2 {
        folder.settle(&file, false).await.expect("it is settled");
        let seen = folder.read(TARGET).await.expect("it is read");
        assert_eq!(seen.as_deref(), Some(&content[..]));
    }
    // A reader takes it away; what is left of the attempt goes. It does not come back, and is not missed.
    folder.remove(TARGET).await.expect("it is removed");
    let attempt = "daily/.waybill/r-1";
    folder.discard(attempt).await.expect("it is discarded");
    folder.settle(&file, false).await.expect("it was before");
    assert!(everything(&folder).await.is_empty());
    assert_eq!(open_uploads(&folder).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_discarded_leaves_no_parts() {
    let folder = bucket(moto(), &json!({}));
    let _staged = uploaded(&folder, "daily/.waybill/r-1").await;
    let others = uploaded(&folder, "daily/.waybill/r-2").await;
    assert_eq!(open_uploads(&folder).await, 2);
    let attempt = "daily/.waybill/r-1";
    folder.discard(attempt).await.expect("it is discarded");
    folder
        .discard(attempt)
        .await
        .expect("it is discarded again");
    assert_eq!(open_uploads(&folder).await, 1);
    let file = published(others.0, &others.1);
    folder
        .settle(&file, true)
        .await
        .expect("the other is whole");
    assert_eq!(open_uploads(&folder).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_is_not_written_over() {
    let folder = bucket(moto(), &json!({}));
    let (staged, content) = uploaded(&folder, "daily/.waybill/r-1").await;
    let file = published(staged, &content);
    let mine = Bytes::from_static(b"mine");
    let written = folder.write_over(TARGET, mine.clone(), "").await;
    written.expect("it is written");
    let error = folder.settle(&file, false).await.expect_err("it is taken");
    assert!(
        matches!(&error, ConnectorError::Collision { path } if path == TARGET),
        "{error}"
    );
    assert_eq!(folder.read(TARGET).await.expect("it is read"), Some(mine));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_names_the_place_and_every_step() {
    let folder = bucket(moto(), &json!({}));
    let location = format!("{}/deliveries/{}", moto().url(), folder.prefix);
    let destination = RemoteFolder::new(folder);
    let steps = Steps::default();
    let report = destination.test(&steps).await.expect("it works");
    assert_eq!(report.location, location);
    let stages: Vec<_> = steps.taken().iter().map(|step| step.stage).collect();
    let expected = [
        TestStage::Name,
        TestStage::Address,
        TestStage::SignIn,
        TestStage::Permission,
        TestStage::Write,
    ];
    assert_eq!(stages, expected);
}

fn opened(config: Value, keys: &Secrets) -> Result<ObjectFolder, ConnectorError> {
    open(&config, keys, &local_http())
}

#[test]
fn what_is_wrong_is_named_by_field() {
    let field = |config: Value, keys: &Secrets| match opened(config, keys) {
        Err(ConnectorError::InvalidConfig { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    for (setting, wrong) in [
        ("bucket", "../x"),
        ("bucket", "a"),
        ("bucket", "a/b"),
        ("region", "eu west"),
        ("region", "x.example/"),
        ("prefix", "a//b"),
        ("prefix", "a/../b"),
        ("endpoint", "ftp://x"),
        ("endpoint", "https://user@x"),
        ("endpoint", "https://x/?y"),
        ("endpoint", "http://s3.example.com"),
        ("path_style", "perhaps"),
        ("conditional_writes", "yes"),
    ] {
        let mut config = json!({"bucket": "deliveries"});
        config[setting] = json!(wrong);
        assert_eq!(field(config, &keys()), setting, "{wrong}");
    }
    for wrong in ["", "two words", "a\r\nb", "clé"] {
        let keys = secrets(&[("access_key_id", "k"), ("secret_access_key", wrong)]);
        let config = json!({"bucket": "deliveries"});
        assert_eq!(field(config, &keys), "secret_access_key", "{wrong:?}");
    }
}

#[test]
fn a_bucket_stands_in_front_of_the_host_at_amazon_and_in_the_path_elsewhere() {
    for (config, url) in [
        (
            json!({"bucket": "b-1"}),
            "https://b-1.s3.us-east-1.amazonaws.com/",
        ),
        (
            json!({"bucket": "b.1"}),
            "https://s3.us-east-1.amazonaws.com/",
        ),
        (
            json!({"bucket": "b-1", "region": "cn-north-1"}),
            "https://b-1.s3.cn-north-1.amazonaws.com.cn/",
        ),
        (
            json!({"bucket": "b-1", "endpoint": "https://store.example"}),
            "https://store.example/",
        ),
        (
            json!({"bucket": "b-1", "endpoint": "https://store.example", "path_style": "off"}),
            "https://b-1.store.example/",
        ),
    ] {
        let folder = opened(config, &keys()).expect("the settings are right");
        assert_eq!(folder.url.as_str(), url);
    }
    let folder = opened(json!({"bucket": "b-1", "prefix": "/a/b/"}), &keys());
    assert_eq!(folder.expect("settings").location, "s3://b-1/a/b");
}

#[test]
fn nothing_that_is_printed_shows_a_key() {
    let keys = secrets(&[("access_key_id", "AKIA"), ("secret_access_key", "canary")]);
    let folder = opened(json!({"bucket": "b-1"}), &keys).expect("settings");
    assert_eq!(format!("{folder:?}"), "ObjectFolder(s3://b-1)");
    let printed = format!("{:?}", RemoteFolder::new(folder));
    assert!(!printed.contains("canary"), "{printed}");
}
