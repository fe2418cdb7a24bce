//! A way to a server that is cut after so many bytes, or slow.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Leads to a port of this machine. Once cut, nobody gets through any more.
pub(crate) struct Cutter {
    port: u16,
    way: Arc<Way>,
}

struct Way {
    /// Bytes that may still pass towards the server.
    left: AtomicU64,
    cut: Notify,
    /// How long each piece takes, in both directions.
    pause: Duration,
}

impl Way {
    /// Whether so many bytes may pass.
    fn takes(&self, bytes: u64) -> bool {
        let took = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(bytes)
            });
        if took.is_err() {
            self.left.store(0, Ordering::SeqCst);
            self.cut.notify_waiters();
        }
        took.is_ok()
    }
}

impl Cutter {
    pub(crate) async fn start(server: u16, bytes: u64) -> Self {
        Self::begin(server, bytes, Duration::ZERO).await
    }

    /// It is not cut, and every piece on it takes its time.
    pub(crate) async fn slow(server: u16) -> Self {
        Self::begin(server, u64::MAX, Duration::from_millis(10)).await
    }

    async fn begin(server: u16, bytes: u64, pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("it has one").port();
        let way = Arc::new(Way {
            left: AtomicU64::new(bytes),
            cut: Notify::new(),
            pause,
        });
        let of_all = Arc::clone(&way);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(lead(client, server, Arc::clone(&of_all)));
            }
        });
        Self { port, way }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Bytes that may still pass.
    pub(crate) fn left(&self) -> u64 {
        self.way.left.load(Ordering::SeqCst)
    }
}

async fn lead(mut client: TcpStream, server: u16, way: Arc<Way>) {
    if !way.takes(1) {
        return;
    }
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", server)).await else {
        return;
    };
    // Pieces do not wait until those before them are acknowledged.
    if client.set_nodelay(true).is_err() || server.set_nodelay(true).is_err() {
        return;
    }
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    tokio::select! {
        () = way.cut.notified() => {}
        () = copy(from_client, to_server, way.pause, |bytes| way.takes(bytes)) => {}
        () = copy(from_server, to_client, way.pause, |_| true) => {}
    }
}

/// Until one end is gone or a piece may not pass.
async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    pause: Duration,
    passes: impl Fn(u64) -> bool,
) {
    let mut piece = [0; 4096];
    while let Ok(read) = from.read(&mut piece).await {
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        if read == 0 || !passes(read as u64) || to.write_all(&piece[..read]).await.is_err() {
            return;
        }
    }
}
