//! Answers whoever connects, by HTTP/1.1 and HTTP/2, and keeps no connection for somebody who has nothing to say.
//!
//! `axum::serve` gives the protocols no clock: connections that are silent would stay until there is room for no other.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use axum::serve::Listener;
use axum::{BoxError, Router};
use base::Cancel;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tower::Service;

/// How long connections may be silent.
#[derive(Clone, Copy)]
struct Patience {
    /// Until the first request has come, whole but for its body.
    first: Duration,
    /// By HTTP/1.1, until the next one has.
    next: Duration,
    /// By HTTP/2, until the peer is asked whether it is still there; it has as long to say so.
    quiet: Duration,
}

/// A proxy that keeps connections mostly does so for a minute, and must be the one who ends them: a request that it sends
/// meanwhile would be lost.
const PATIENCE: Patience = Patience {
    first: Duration::from_secs(30),
    next: Duration::from_secs(75),
    quiet: Duration::from_secs(20),
};

/// Answers until it is told to stop, and what was asked before has been answered. Cuts everybody off where it is dropped.
pub(super) async fn answer<L>(listener: L, router: Router, stop: Cancel)
where
    L: Listener<Addr = SocketAddr>,
{
    answer_within(PATIENCE, listener, router, stop).await;
}

async fn answer_within<L>(patience: Patience, mut listener: L, router: Router, stop: Cancel)
where
    L: Listener<Addr = SocketAddr>,
{
    let protocols = protocols(patience);
    let mut connections = JoinSet::new();
    loop {
        let (io, peer) = tokio::select! {
            accepted = listener.accept() => accepted,
            // Takes away those that have ended.
            Some(_) = connections.join_next() => continue,
            () = stop.cancelled() => break,
        };
        let asked = Asked {
            router: router.clone(),
            peer,
            is_known: Arc::default(),
        };
        let (protocols, stop) = (protocols.clone(), stop.clone());
        connections.spawn(converse(io, protocols, asked, patience.first, stop));
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Both protocols, with clocks.
fn protocols(patience: Patience) -> Builder<TokioExecutor> {
    let mut protocols = Builder::new(TokioExecutor::new());
    protocols
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.next);
    protocols
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(patience.quiet)
        .keep_alive_timeout(patience.quiet);
    protocols
}

/// One connection, until one of both sides ends it.
async fn converse<I>(
    io: I,
    protocols: Builder<TokioExecutor>,
    asked: Asked,
    first: Duration,
    stop: Cancel,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let is_known = Arc::clone(&asked.is_known);
    let service = TowerToHyperService::new(asked);
    let mut connection = pin!(protocols.serve_connection(TokioIo::new(io), service));
    // The protocols' own clocks do not run until it is known which of them is spoken.
    let mut silence = pin!(sleep(first));
    let mut stopping = pin!(stop.cancelled());
    let (mut is_new, mut goes_on) = (true, true);
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!("a connection ended before its time: {error}");
                }
                return;
            }
            () = &mut silence, if is_new => {
                if !is_known.load(Ordering::Relaxed) {
                    tracing::debug!("a connection brought no request in time");
                    return;
                }
                is_new = false;
            }
            () = &mut stopping, if goes_on => {
                connection.as_mut().graceful_shutdown();
                goes_on = false;
            }
        }
    }
}

/// The router, as it is asked through one connection. Handlers find the address of the peer as [`ConnectInfo`].
#[derive(Clone)]
struct Asked {
    router: Router,
    peer: SocketAddr,
    is_known: Arc<AtomicBool>,
}

impl<B> Service<Request<B>> for Asked
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        self.is_known.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        self.router.call(request)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::Notify;
    use tokio::task::JoinHandle;
    use tokio::time::timeout;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);
    const SHORT: Patience = Patience {
        first: Duration::from_millis(200),
        next: Duration::from_millis(200),
        quiet: Duration::from_millis(200),
    };
    const ASKS: &str = "GET / HTTP/1.1\r\nhost: here\r\n\r\n";

    struct Port {
        address: SocketAddr,
        stop: Cancel,
        answering: JoinHandle<()>,
    }

    async fn port(patience: Patience, router: Router) -> Port {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let stop = Cancel::new();
        let answering = tokio::spawn(answer_within(patience, listener, router, stop.clone()));
        Port {
            address,
            stop,
            answering,
        }
    }

    async fn say(address: SocketAddr, words: &str) -> TcpStream {
        let mut connection = TcpStream::connect(address).await.expect("it answers");
        let said = connection.write_all(words.as_bytes()).await;
        said.expect("it listens");
        connection
    }

    async fn told_its_address(ConnectInfo(peer): ConnectInfo<SocketAddr>) -> String {
        peer.to_string()
    }

    /// Answers when it may, and says before that it was asked.
    fn slow(asked: &Arc<Notify>, done: &Arc<Notify>) -> Router {
        let (asked, done) = (Arc::clone(asked), Arc::clone(done));
        let handler = move || {
            let (asked, done) = (Arc::clone(&asked), Arc::clone(&done));
            async move {
                asked.notify_one();
                done.notified().await;
                "at last"
            }
        };
        Router::new().fallback(handler)
    }

    /// All that comes until the other side ends it.
    async fn heard(mut connection: TcpStream) -> String {
        let mut text = String::new();
        let read = timeout(LONG, connection.read_to_string(&mut text)).await;
        read.expect("it ends").expect("text");
        text
    }

    #[tokio::test]
    async fn who_brings_no_request_is_let_go() {
        let port = port(SHORT, Router::new()).await;
        // The second could still become either protocol, the third and the fourth are one of them.
        for words in ["", "P", "GET / HTTP/1.1\r\nhost:", "PRI * HTTP/2.0\r\n"] {
            let connection = say(port.address, words).await;
            assert_eq!(heard(connection).await, "", "{words:?}");
        }
    }

    #[tokio::test]
    async fn who_has_asked_is_answered_by_address_and_let_go_when_nothing_follows() {
        let port = port(SHORT, Router::new().fallback(told_its_address)).await;
        let connection = say(port.address, ASKS).await;
        let own = connection.local_addr().expect("an address");
        let answer = heard(connection).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with(&format!("\r\n\r\n{own}")), "{answer}");
    }

    #[tokio::test]
    async fn who_waits_for_an_answer_may_be_silent_for_longer() {
        let (asked, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let port = port(SHORT, slow(&asked, &done)).await;
        let waiting = say(port.address, ASKS).await;
        asked.notified().await;
        // This one came later: where its time is over, so is that of the one before.
        let silent = say(port.address, "").await;
        assert_eq!(heard(silent).await, "");
        done.notify_one();
        assert!(heard(waiting).await.ends_with("at last"));
    }

    #[tokio::test]
    async fn a_port_that_stops_ends_what_is_idle_and_answers_what_was_asked() {
        let (asked, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let port = port(PATIENCE, slow(&asked, &done)).await;
        let idle = say(port.address, "").await;
        let waiting = say(port.address, ASKS).await;
        asked.notified().await;
        port.stop.cancel();
        assert_eq!(heard(idle).await, "");
        done.notify_one();
        assert!(heard(waiting).await.ends_with("at last"));
        port.answering.await.expect("it ends");
        assert!(TcpStream::connect(port.address).await.is_err());
    }
}
