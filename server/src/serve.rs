//! Puts a server together and takes it down: data folder, store, lake, engine, services, workers,
//! listener. The only place that knows all of them.

mod answering;
mod backstage;
mod check;
mod figures;
mod limits;
mod listeners;
mod notify;
mod open;
mod readiness;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use app::domain::IdentityProvider;
use app::ports::Services;
use base::{Cancel, Clock, OutboundGuard, SystemClock};
use tokio::task::JoinHandle;

use crate::config::{Config, StorageConfig};
use crate::crypto::{self, References, StoreVault};
use crate::http::{CertificateFiles, Http, HttpParts, Site, page_paths};
use crate::notices::{self, Outlets};
use crate::oidc;
use crate::scheduler::{self, DiskProbe, Fullness, Wake};
use crate::services::{self, people};
use crate::store::{Listening, Store};
use crate::{demo, telemetry};

pub use check::{Finding, check};
pub use limits::take_open_files;
pub use notify::notify;
pub use open::{DataFolder, open_store};

use backstage::Behind;
use figures::Figures;
use listeners::{Listeners, certificate, renew};
use readiness::Readiness;

/// How long open requests may take to end when the server stops.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that answers.
pub struct Running {
    /// Where it listens; the real port, where port 0 was asked for.
    pub address: SocketAddr,
    /// Where figures are told, too.
    pub figures_address: Option<SocketAddr>,
    /// The address people use.
    pub origin: String,
    /// What it shows over HTTPS, where that is its own business.
    pub certificate: Option<Arc<CertificateFiles>>,
    /// For the first administrator, as long as nobody exists.
    pub set_up_link: Option<String>,
    pub services: Services,
    pub store: Store,
    http: Http,
    drain: Duration,
    stop: Cancel,
    readiness: Arc<Readiness>,
    /// What looks after certificate and database now and then.
    watching: Vec<JoinHandle<()>>,
    sending: notices::Handle,
    listening: Listening,
    answering: JoinHandle<()>,
    /// Holds the lock on the data folder until everything has ended.
    folder: DataFolder,
}

/// Starts a server with the machine's clock. Ready when it returns.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    start_at(config, Arc::new(SystemClock)).await
}

/// Starts a server with a clock of its own, for tests.
pub async fn start_at(config: Config, clock: Arc<dyn Clock>) -> anyhow::Result<Running> {
    start_on(config, clock, None).await
}

/// The same with a disk of its own, too; without one, on those of the machine.
pub async fn start_on(
    config: Config,
    clock: Arc<dyn Clock>,
    disk: Option<DiskProbe>,
) -> anyhow::Result<Running> {
    // Before anything is made.
    let certificate = certificate(&config.http)?;
    if config.http.lacks_https() {
        tracing::warn!(
            "people are to come over https, and nobody speaks it: name a proxy that does by `--trusted-proxy`, or start with `--tls-cert`"
        );
    }
    let folder = DataFolder::lock(&config.storage.data)?;
    let store = open_store(&config.storage, Arc::clone(&clock)).await?;
    let belongings = demo::claim(&store, config.demo).await?;
    let keyring = crypto::unlock(&store, &config.key)
        .await
        .context("cannot open the secrets")?;
    let sealed = notices::seal_addresses(&store, &keyring)
        .await
        .context("cannot seal the addresses of groups")?;
    if sealed > 0 {
        tracing::info!(groups = sealed, "sealed the addresses of webhooks");
    }
    let keyring = Arc::new(keyring);
    let references = References::new(config.secrets_dir.clone());
    let vault = StoreVault::new(store.clone(), Arc::clone(&keyring), references);
    let data = open::data_plane(&config, &folder, &store, Arc::new(vault)).await?;
    // Before anything that is kept here can be out of date.
    let listening = store
        .listen()
        .await
        .context("cannot listen to other servers")?;
    let wake = Wake::default();
    let outlets = Arc::new(Outlets::new(&config, Arc::clone(&keyring))?);
    let provider = provider(&config)?;
    let services = services::build(services::Deps {
        store: store.clone(),
        data: Arc::clone(&data),
        keyring: Arc::clone(&keyring),
        clock: Arc::clone(&clock),
        wake: wake.clone(),
        outlets: Arc::clone(&outlets),
        provider,
        facets: Arc::new(services::FacetCache::new(&store)),
        environment: config.environment.clone(),
        demo: config.demo,
    });
    if belongings == demo::Folder::NewDemo {
        demo::prepare(&store, &services, &folder.demo())
            .await
            .context("cannot prepare the demo")?;
    }
    // Where passwords are refused, the first administrator comes from the identity provider.
    let only_provider = config.oidc.as_ref().is_some_and(|oidc| oidc.only);
    let code = if only_provider {
        None
    } else {
        people::set_up_code(&store).await?
    };

    let listeners = Listeners::bind(&config.http, certificate).await?;
    let (address, figures_address) = (listeners.address, listeners.figures_address);
    let certificate = listeners.certificate.clone();
    let origin = config.http.public_url.as_ref().map_or_else(
        || format!("{}://{address}", listeners.scheme()),
        crate::config::PublicUrl::origin,
    );

    outlets.reached_at(&origin);
    let sending = notices::start(notices::Deps {
        store: store.clone(),
        clock: Arc::clone(&clock),
        outlets,
    });
    let worker = uuid::Uuid::now_v7().to_string();
    let handle = scheduler::start(scheduler::Deps {
        store: store.clone(),
        data: Arc::clone(&data),
        clock,
        wake,
        worker: worker.clone(),
        max_runs: config.work.max_runs as usize,
        home: open::home(&config, &folder, &data, disk),
        fullness: Fullness::default(),
    });
    let stop = Cancel::new();
    let readiness = Arc::new(Readiness {
        store: store.clone(),
        data,
        workers: Mutex::new(Some(handle)),
        stopping: Cancel::new(),
    });
    let behind = Behind {
        store: store.clone(),
        keyring,
        readiness: Arc::clone(&readiness),
        figures: Figures {
            store: store.clone(),
            readiness: Arc::clone(&readiness),
            certificate: certificate.clone(),
            worker,
            counted: tokio::sync::Mutex::default(),
        },
    };
    let drain = config.http.drain;
    let metrics = telemetry::metrics()?;
    let http = Http::new(HttpParts {
        services: services.clone(),
        backstage: Arc::new(behind),
        config: config.http,
        site: Site::load(),
        demo: config.demo,
        provider: config.oidc.map(|oidc| IdentityProvider {
            name: oidc.name,
            only: oidc.only,
        }),
        metrics: metrics.clone(),
        stop: stop.clone(),
    });
    let answering = listeners.serve(&http, &stop);
    let mut watching = vec![
        tokio::spawn(Arc::clone(&readiness).watch(stop.clone())),
        tokio::spawn(figures::gather(metrics, stop.clone())),
    ];
    if let Some(files) = &certificate {
        watching.push(tokio::spawn(renew(Arc::clone(files), stop.clone())));
    }
    let set_up_link = code.map(|code| format!("{origin}/set-up?code={code}"));
    Ok(Running {
        address,
        figures_address,
        origin,
        certificate,
        set_up_link,
        services,
        store,
        http,
        drain,
        stop,
        readiness,
        watching,
        sending,
        listening,
        answering,
        folder,
    })
}

impl Running {
    /// Paths of the pages, with their parameters as the router writes them.
    pub fn page_paths(&self) -> Vec<String> {
        page_paths(&self.http)
    }

    /// Where it listens, as clients write it.
    pub fn url(&self) -> String {
        let scheme = match self.certificate {
            Some(_) => "https",
            None => "http",
        };
        format!("{scheme}://{}", self.address)
    }

    /// Says that it stops, for as long as others need to hear of it. Then stops answering, lets work reach a safe point,
    /// gives leases back, closes the store.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.readiness.stopping.cancel();
        if !self.drain.is_zero() {
            tracing::info!(seconds = self.drain.as_secs(), "still answers for a while");
            tokio::time::sleep(self.drain).await;
        }
        self.stop.cancel();
        let answered = tokio::time::timeout(PATIENCE, &mut self.answering).await;
        if answered.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
            self.answering.abort();
        }
        if let Some(workers) = self.readiness.take_workers() {
            workers.stop().await;
        }
        for watch in self.watching {
            // It may be stopping the workers.
            if let Err(error) = watch.await {
                tracing::error!("a watch ended badly: {error}");
            }
        }
        self.sending.stop().await;
        self.listening.stop().await;
        self.store.close().await;
        drop(self.folder);
        if let Ok(ended) = answered {
            ended.context("the listener failed")?;
        }
        Ok(())
    }
}

/// The identity provider of the configuration; it is not asked anything yet.
fn provider(config: &Config) -> anyhow::Result<Option<Arc<oidc::Provider>>> {
    let Some(oidc) = &config.oidc else {
        return Ok(None);
    };
    let guard = OutboundGuard::new(config.allow_addresses.clone());
    let provider = oidc::Provider::new(oidc, guard)
        .context("cannot start the client of the identity provider")?;
    Ok(Some(Arc::new(provider)))
}

/// Brings the database to this version: what `waybill migrate` does, in the data folder that it holds.
pub async fn migrate(
    _folder: &DataFolder,
    storage: &StorageConfig,
) -> anyhow::Result<crate::store::Migrated> {
    let store = Store::open(storage.database.expose(), Arc::new(SystemClock)).await?;
    let migrated = store
        .migrate()
        .await
        .context("cannot migrate the database")?;
    store.close().await;
    Ok(migrated)
}
