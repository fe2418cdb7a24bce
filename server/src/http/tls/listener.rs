//! Accepts connections and encrypts them, each on its own: one that is slow, or says nothing, holds up no other.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

/// How long a peer may take until both sides agree.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most peers that are being agreed with.
const MOST_UNDER_WAY: usize = 512;
/// Connections that wait to be served.
const READY: usize = 64;

/// A connection that is encrypted, and its peer.
type Secured = (TlsStream<TcpStream>, SocketAddr);

/// A port that speaks TLS. Closed when it is dropped.
pub struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<Secured>,
    accepting: JoinHandle<()>,
}

impl TlsListener {
    /// Encrypts what is accepted.
    pub fn new(listener: TcpListener, config: Arc<ServerConfig>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (secured, ready) = mpsc::channel(READY);
        let accepting = tokio::spawn(accept(listener, TlsAcceptor::from(config), secured));
        Ok(Self {
            address,
            ready,
            accepting,
        })
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(secured) => secured,
            // Nobody accepts any more: the runtime is ending.
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

async fn accept(mut listener: TcpListener, acceptor: TlsAcceptor, secured: mpsc::Sender<Secured>) {
    let places = Arc::new(Semaphore::new(MOST_UNDER_WAY));
    // Fails only where it was closed, which nobody does.
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let (stream, peer) = Listener::accept(&mut listener).await;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("cannot set TCP_NODELAY: {error}");
        }
        let (acceptor, secured) = (acceptor.clone(), secured.clone());
        tokio::spawn(async move {
            match timeout(PATIENCE, acceptor.accept(stream)).await {
                // Refused where the port was closed meanwhile.
                Ok(Ok(stream)) => drop(secured.send((stream, peer)).await),
                Ok(Err(error)) => tracing::debug!(peer.address = %peer.ip(), "no TLS: {error}"),
                Err(_) => tracing::debug!(peer.address = %peer.ip(), "no TLS in time"),
            }
            drop(place);
        });
    }
}
