//! What notices are sent to: a mail server and a web server of the test's own.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A list that a task fills and a test reads.
#[derive(Clone)]
struct Shared<T>(Arc<Mutex<Vec<T>>>);

impl<T: Clone> Shared<T> {
    fn new() -> Self {
        Self(Arc::default())
    }

    fn push(&self, one: T) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(one);
    }

    fn all(&self) -> Vec<T> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// As the envelope says.
    pub(crate) to: String,
    /// Headers and body.
    pub(crate) text: String,
}

impl Mail {
    /// A header of one line.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.text
            .lines()
            .take_while(|line| !line.is_empty())
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The body, out of its quoted-printable form (RFC 2045 §6.7).
    pub(crate) fn body(&self) -> String {
        let (_, body) = self.text.split_once("\r\n\r\n").expect("a body");
        assert_eq!(
            self.header("Content-Transfer-Encoding"),
            Some("quoted-printable")
        );
        let body = body.replace("=\r\n", "");
        let mut pieces = body.split('=');
        let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
        for piece in pieces {
            let (code, rest) = piece.split_at(2);
            bytes.push(u8::from_str_radix(code, 16).expect("two digits"));
            bytes.extend(rest.as_bytes());
        }
        String::from_utf8(bytes).expect("UTF-8")
    }
}

/// A mail server that takes everything.
pub(crate) struct MailSink {
    pub(crate) address: SocketAddr,
    mails: Shared<Mail>,
}

impl MailSink {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mails = Shared::new();
        let kept = mails.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, kept.clone()));
            }
        });
        Self { address, mails }
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.all()
    }
}

/// One conversation of RFC 5321. Ends when the other side goes.
async fn converse(stream: TcpStream, mails: Shared<Mail>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink\r\n").await.ok()?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let verb = line.get(..4).unwrap_or_default().to_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1);
                address.unwrap_or_default().clone_into(&mut to);
                b"250 ok\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let mut text = String::new();
                while !text.ends_with("\r\n.\r\n") {
                    if stream.read_line(&mut text).await.ok()? == 0 {
                        return None;
                    }
                }
                mails.push(Mail {
                    to: to.clone(),
                    text: text
                        .strip_suffix(".\r\n")
                        .unwrap_or(&text)
                        .replace("\r\n..", "\r\n."),
                });
                b"250 ok\r\n"
            }
            // A password is taken, whatever it is (RFC 4954).
            "EHLO" => b"250-sink\r\n250 AUTH PLAIN\r\n",
            "AUTH" => b"235 come in\r\n",
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await.ok()?;
    }
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// What a web server takes and does not answer.
pub(crate) const UNANSWERED: &str = "/unanswered";

/// A web server that answers as it is told, and with 200 after that; [`UNANSWERED`] never.
#[derive(Clone)]
pub(crate) struct WebSink {
    pub(crate) address: SocketAddr,
    received: Shared<Received>,
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
}

impl WebSink {
    pub(crate) async fn open(answers: &[StatusCode]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let sink = Self {
            address: listener.local_addr().expect("an address"),
            received: Shared::new(),
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
        };
        let app = Router::new().fallback(receive).with_state(sink.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        sink
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.all()
    }
}

async fn receive(State(sink): State<WebSink>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let is_unanswered = head.uri.path() == UNANSWERED;
    let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
    sink.received.push(Received {
        path: head.uri.path().to_owned(),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).expect("UTF-8"),
    });
    if is_unanswered {
        std::future::pending::<()>().await;
    }
    let answer = sink
        .answers
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front()
        .unwrap_or(StatusCode::OK);
    let mut response = answer.into_response();
    if answer.is_redirection() {
        let elsewhere = "/elsewhere".parse().expect("a header");
        response.headers_mut().insert(LOCATION, elsewhere);
    }
    response
}
