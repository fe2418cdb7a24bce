//! `waybill check`: says what works and what does not, and changes nothing.

use std::path::Path;
use std::sync::Arc;

use base::SystemClock;

use crate::config::Config;
use crate::store::Store;

/// A part, and what is wrong with it.
pub type Finding = (String, Result<(), String>);

/// Looks at everything a server would need.
pub async fn check(config: &Config) -> Vec<Finding> {
    let mut findings = vec![
        (
            format!("data folder {}", config.storage.data.display()),
            folder(&config.storage.data),
        ),
        ("database".to_owned(), database(config).await),
        (
            format!("lake {}", config.storage.lake.display()),
            folder(&config.storage.lake),
        ),
    ];
    findings.extend(
        config
            .allow_roots
            .iter()
            .map(|root| (format!("allowed root {}", root.display()), folder(root))),
    );
    findings
}

async fn database(config: &Config) -> Result<(), String> {
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
    let usable = store.check().await.map_err(|error| chain(&error.into()));
    store.close().await;
    usable
}

fn chain(error: &anyhow::Error) -> String {
    format!("{error:#}")
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
