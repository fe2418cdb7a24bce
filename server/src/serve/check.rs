//! `waybill check`: says what works and what does not, and changes nothing.

use std::path::Path;
use std::sync::Arc;

use base::{Clock as _, OutboundGuard, SystemClock};

use crate::config::{Config, LakePlace, OidcConfig, TlsConfig};
use crate::crypto::{self, Keyring};
use crate::http::CertificateFiles;
use crate::oidc::Provider;
use crate::pipeline::Lake;
use crate::store::Store;

/// A part, and what is wrong with it.
pub type Finding = (String, Result<(), String>);

/// Looks at everything a server would need.
pub async fn check(config: &Config) -> Vec<Finding> {
    let store = opened(config).await;
    let key = key(config, store.as_ref().ok()).await;
    let mut findings = vec![
        (
            format!("data folder {}", config.storage.data.display()),
            own_folder(&config.storage.data),
        ),
        (
            "database".to_owned(),
            store.as_ref().map(|_| ()).map_err(Clone::clone),
        ),
        (format!("key of secrets, {}", config.key), key),
        (
            format!("lake {}", config.storage.lake),
            lake(&config.storage.lake).await,
        ),
    ];
    findings.extend(
        config
            .allow_roots
            .iter()
            .map(|root| (format!("allowed root {}", root.display()), folder(root))),
    );
    findings.extend(
        config
            .secrets_dir
            .iter()
            .map(|path| (format!("secrets {}", path.display()), folder(path))),
    );
    if let Some(tls) = &config.http.tls {
        let part = format!("certificate {}", tls.cert.display());
        findings.push((part, certificate(tls)));
    }
    if let Some(oidc) = &config.oidc {
        let part = format!("identity provider {}", oidc.issuer);
        findings.push((part, provider(config, oidc).await));
    }
    if let Ok(store) = store {
        store.close().await;
    }
    findings
}

/// A folder as it is; a bucket is tried, and nothing is left in it.
async fn lake(place: &LakePlace) -> Result<(), String> {
    match place {
        LakePlace::Folder(path) => own_folder(path),
        LakePlace::Bucket(url) => Lake::try_bucket(url)
            .await
            .map_err(|error| chain(&error.into())),
    }
}

/// The keys as they are; with a database, whether they are the right ones.
async fn key(config: &Config, store: Option<&Store>) -> Result<(), String> {
    match store {
        Some(store) => crypto::check(store, &config.key)
            .await
            .map_err(|error| chain(&error.into())),
        None => Keyring::load(&config.key)
            .map(drop)
            .map_err(|error| chain(&error.into())),
    }
}

/// Whether the certificate can be shown today.
fn certificate(tls: &TlsConfig) -> Result<(), String> {
    let files = CertificateFiles::load(tls).map_err(|error| chain(&error.into()))?;
    match files.not_after() {
        Some(end) if end <= SystemClock.now_us() => Err("it has ended".to_owned()),
        _ => Ok(()),
    }
}

/// Whether the identity provider answers as it should.
async fn provider(config: &Config, oidc: &OidcConfig) -> Result<(), String> {
    let guard = OutboundGuard::new(config.allow_addresses.clone());
    let provider = Provider::new(oidc, guard).map_err(|error| chain(&error))?;
    let looked = provider.look().await;
    looked.map_err(|error| chain(&error.into()))
}

/// The database, if it can be used.
async fn opened(config: &Config) -> Result<Store, String> {
    // Opening SQLite would create it.
    let url = config.storage.database.expose();
    if let Some(path) = url.strip_prefix("sqlite://")
        && !Path::new(path).is_file()
    {
        return Err(format!(
            "there is no database at `{path}` yet; `waybill serve` makes it"
        ));
    }
    let store = Store::open(url, Arc::new(SystemClock))
        .await
        .map_err(|error| chain(&error.into()))?;
    if let Err(error) = store.check().await {
        store.close().await;
        return Err(chain(&error.into()));
    }
    Ok(store)
}

fn chain(error: &anyhow::Error) -> String {
    format!("{error:#}")
}

/// A folder that the server writes to.
fn own_folder(path: &Path) -> Result<(), String> {
    folder(path)?;
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK)
        .map_err(|error| format!("it cannot be written to: {error}"))
}

fn folder(path: &Path) -> Result<(), String> {
    let about = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !about.is_dir() {
        return Err("this is no folder".to_owned());
    }
    rustix::fs::access(
        path,
        rustix::fs::Access::READ_OK | rustix::fs::Access::EXEC_OK,
    )
    .map_err(|error| error.to_string())
}
