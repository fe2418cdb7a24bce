//! Stores of objects, which destinations are tested against, too; each with a bucket `deliveries`.

#[path = "../../connectors/src/conformance/servers/process.rs"]
mod process;

pub(crate) use process::Server;

/// moto, which knows conditional writes.
pub(crate) async fn moto() -> Server {
    let server = Server::python("s3_moto.py");
    let client = reqwest::Client::builder().no_proxy().build();
    let url = format!("http://127.0.0.1:{}/deliveries", server.port());
    let made = client.expect("a client").put(url).send().await;
    let made = made.expect("moto answers");
    assert!(made.status().is_success(), "{made:?}");
    server
}

/// s3rver, which does not.
pub(crate) fn s3rver() -> Server {
    Server::node("s3rver.cjs")
}

/// What tells a program where a store is, and how to get in.
pub(crate) fn variables(server: &Server) -> [(&'static str, String); 4] {
    [
        ("AWS_ENDPOINT_URL", server.url()),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        // Those of s3rver; moto takes any.
        ("AWS_ACCESS_KEY_ID", "S3RVER".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "S3RVER".to_owned()),
    ]
}
