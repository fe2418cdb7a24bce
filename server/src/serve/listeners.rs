//! The ports of a server: the one that people use, over TLS where there is a certificate, and the one for figures.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use base::Cancel;
use futures::FutureExt as _;
use futures::future::OptionFuture;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, spawn_blocking};

use super::answering::answer;
use crate::config::HttpConfig;
use crate::http::{CertificateFiles, Http, TlsListener, figures_router, router};

/// How often the files of the certificate are looked at.
const EVERY: Duration = Duration::from_secs(10);

/// The port that people use.
enum Main {
    Plain(TcpListener),
    Tls(TlsListener),
}

/// The ports, before anybody is answered.
pub(super) struct Listeners {
    main: Main,
    figures: Option<TcpListener>,
    /// Where people are answered; the real port, where port 0 was asked for.
    pub(super) address: SocketAddr,
    /// Where figures are told, too.
    pub(super) figures_address: Option<SocketAddr>,
    pub(super) certificate: Option<Arc<CertificateFiles>>,
}

impl Listeners {
    /// Takes the ports.
    pub(super) async fn bind(
        config: &HttpConfig,
        certificate: Option<Arc<CertificateFiles>>,
    ) -> anyhow::Result<Self> {
        let listener = listen(config.listen).await?;
        let address = listener.local_addr()?;
        let main = match &certificate {
            Some(files) => Main::Tls(TlsListener::new(listener, files.server_config()?)?),
            None => Main::Plain(listener),
        };
        let figures = match config.metrics_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let figures_address = figures.as_ref().map(TcpListener::local_addr).transpose()?;
        Ok(Self {
            main,
            figures,
            address,
            figures_address,
            certificate,
        })
    }

    /// `http` or `https`, as the port that people use speaks it.
    pub(super) fn scheme(&self) -> &'static str {
        match self.main {
            Main::Plain(_) => "http",
            Main::Tls(_) => "https",
        }
    }

    /// Answers until it is told to stop, and what was asked before has been answered.
    pub(super) fn serve(self, http: &Http, stop: &Cancel) -> JoinHandle<()> {
        let app = router(http.clone());
        let main = match self.main {
            Main::Plain(listener) => {
                answer(listener.tap_io(without_delay), app, stop.clone()).boxed()
            }
            Main::Tls(listener) => answer(listener, app, stop.clone()).boxed(),
        };
        let figures = self.figures.map(|listener| {
            let app = figures_router(http.clone());
            answer(listener.tap_io(without_delay), app, stop.clone())
        });
        tokio::spawn(async move {
            tokio::join!(main, OptionFuture::from(figures));
        })
    }
}

/// The certificate to serve with, if there is to be one.
pub(super) fn certificate(config: &HttpConfig) -> anyhow::Result<Option<Arc<CertificateFiles>>> {
    let certificate = config.tls.as_ref().map(CertificateFiles::load).transpose();
    Ok(certificate.context("cannot serve HTTPS")?.map(Arc::new))
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("cannot listen on {address}"))
}

/// Without this a page takes 40 ms longer.
fn without_delay(connection: &mut TcpStream) {
    if let Err(error) = connection.set_nodelay(true) {
        tracing::debug!("cannot set TCP_NODELAY: {error}");
    }
}

/// Looks at the files of the certificate now and then, until the server stops. What is wrong with them is said once.
pub(super) async fn renew(certificate: Arc<CertificateFiles>, stop: Cancel) {
    let mut said = None;
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let files = Arc::clone(&certificate);
        let wrong = match spawn_blocking(move || files.reload()).await {
            Ok(Ok(renewed)) => {
                if renewed {
                    tracing::info!("another certificate is shown from now on");
                }
                None
            }
            Ok(Err(error)) => Some(format!("{:#}", anyhow::Error::from(error))),
            Err(error) => Some(error.to_string()),
        };
        if let Some(wrong) = wrong.as_ref().filter(|wrong| said.as_ref() != Some(*wrong)) {
            tracing::warn!("the certificate stays the one before: {wrong}");
        }
        said = wrong;
    }
}
