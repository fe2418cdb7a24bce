//! A way to a server over HTTP at which somebody else answers: what stores say when they are full, or let nobody in any
//! more, in the middle of a delivery.

use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::conformance::{Gate, Refusal};

/// Leads to a port of this machine.
pub(crate) struct Door {
    port: u16,
    keeper: Arc<Keeper>,
}

/// Who decides what passes.
struct Keeper {
    /// Of requests that write.
    method: &'static str,
    orders: Mutex<Orders>,
}

#[derive(Default)]
struct Orders {
    /// To every write that may not pass; none where all may.
    answer: Option<String>,
    /// Writes that may still pass.
    passes: usize,
    refused: usize,
}

impl Door {
    /// `method`: of the requests that write at this server.
    pub(crate) async fn start(server: u16, method: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("it has one").port();
        let keeper = Arc::new(Keeper {
            method,
            orders: Mutex::default(),
        });
        let of_all = Arc::clone(&keeper);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let keeper = Arc::clone(&of_all);
                tokio::spawn(async move {
                    let _gone = lead(client, server, &keeper).await;
                });
            }
        });
        Self { port, keeper }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }
}

impl Gate for Door {
    fn refuse(&self, after: usize, refusal: &Refusal) {
        let Refusal { head, body, .. } = refusal;
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        *self.keeper.lock() = Orders {
            answer: Some(answer),
            passes: after,
            refused: 0,
        };
    }

    fn relent(&self) -> bool {
        mem::take(&mut *self.keeper.lock()).refused > 0
    }
}

impl Keeper {
    /// What is answered here to a request, if it may not pass.
    fn answer(&self, head: &[u8]) -> Option<String> {
        let mut orders = self.lock();
        let answer = orders.answer.clone()?;
        if !head.starts_with(self.method.as_bytes()) {
            return None;
        }
        if let Some(left) = orders.passes.checked_sub(1) {
            orders.passes = left;
            return None;
        }
        orders.refused += 1;
        Some(answer)
    }

    fn lock(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Request by request, each whole. Nobody asks again before the answer is there.
async fn lead(client: TcpStream, server: u16, keeper: &Keeper) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", server)).await?;
    // Pieces do not wait until those before them are acknowledged.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut requests = BufReader::new(from_client);
    let mut piece = [0; 4096];
    loop {
        let is_over = tokio::select! {
            filled = requests.fill_buf() => filled?.is_empty(),
            read = from_server.read(&mut piece) => {
                let read = read?;
                to_client.write_all(&piece[..read]).await?;
                if read > 0 {
                    continue;
                }
                true
            }
        };
        if is_over {
            return Ok(());
        }
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if requests.read_until(b'\n', &mut head).await? == 0 {
                return Ok(());
            }
        }
        let mut body = vec![0; length_of_body(&head)];
        requests.read_exact(&mut body).await?;
        if let Some(answer) = keeper.answer(&head) {
            to_client.write_all(answer.as_bytes()).await?;
            return to_client.shutdown().await;
        }
        to_server.write_all(&head).await?;
        to_server.write_all(&body).await?;
    }
}

/// What the head of a request says of it.
fn length_of_body(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let mut lengths = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name == "content-length").then(|| value.trim().parse().ok())?
    });
    lengths.next().unwrap_or(0)
}
