//! Accepts connections and encrypts them, each on its own: one that is slow, or says nothing, holds up no other.

use std::collections::HashMap;
use std::future::pending;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use super::super::client::network_of;

/// How long a peer may take until both sides agree.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most peers that are being agreed with.
const MOST_UNDER_WAY: usize = 1024;
/// Most of them in one network: as many as an office has behind one address, and too few to shut everybody else out.
const MOST_OF_A_NETWORK: usize = 128;
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
    let networks = Networks::default();
    // Fails only where it was closed, which nobody does.
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let (stream, peer) = Listener::accept(&mut listener).await;
        let Some(of_network) = networks.enter(network_of(peer.ip())) else {
            tracing::debug!(peer.address = %peer.ip(), "no TLS: its network has too many under way");
            continue;
        };
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
            drop((place, of_network));
        });
    }
}

/// How many peers of each network are being agreed with.
#[derive(Clone, Default)]
struct Networks(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One of them, until it is dropped.
struct OfNetwork {
    network: IpAddr,
    all: Networks,
}

impl Networks {
    /// One more, unless the network has as many as it may.
    fn enter(&self, network: IpAddr) -> Option<OfNetwork> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(network).or_default();
        if *count >= MOST_OF_A_NETWORK {
            return None;
        }
        *count += 1;
        Some(OfNetwork {
            network,
            all: self.clone(),
        })
    }
}

impl Drop for OfNetwork {
    fn drop(&mut self) {
        let mut counts = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_leaves_room_for_others_and_gives_back_what_it_took() {
        let networks = Networks::default();
        let [one, other] = [[192_u8, 0, 2, 1], [192, 0, 2, 2]].map(IpAddr::from);
        let mut held: Vec<_> = (0..MOST_OF_A_NETWORK)
            .map(|_| networks.enter(one).expect("room"))
            .collect();
        assert!(networks.enter(one).is_none());
        assert!(networks.enter(other).is_some());
        held.pop();
        assert!(networks.enter(one).is_some());
        held.clear();
        let left = networks.0.lock().expect("sound");
        assert!(left.is_empty(), "what is over is not remembered");
    }
}
