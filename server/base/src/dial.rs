//! Resolving names and connecting, to what the guard lets through alone.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};

use super::{AddressRefused, OutboundGuard};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The name leads nowhere.
    #[error("the name `{host}` cannot be resolved")]
    Name {
        host: String,
        #[source]
        source: io::Error,
    },
    /// None of its addresses may be connected to.
    #[error("the address is not allowed")]
    Refused(#[from] AddressRefused),
    /// Nobody answers there.
    #[error("cannot connect to {address}")]
    Connect {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    /// It took longer than it may.
    #[error("there was no connection in time")]
    Slow,
    /// Somebody answers, but there is no encryption that can be trusted.
    #[error("the connection cannot be encrypted")]
    Tls(#[source] reqwest::Error),
}

impl OutboundGuard {
    /// Every address of a name that may be connected to; refused if none may. Takes literal addresses too, those of
    /// version 6 with their brackets or without.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, DialError> {
        let named = |source| DialError::Name {
            host: host.to_owned(),
            source,
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let (mut usable, mut refused) = (Vec::new(), None);
        for address in lookup_host((bare, port)).await.map_err(named)? {
            match self.check(address.ip()) {
                Ok(()) => usable.push(address),
                Err(error) => refused = Some(error),
            }
        }
        match refused {
            Some(error) if usable.is_empty() => Err(error.into()),
            None if usable.is_empty() => Err(named(io::ErrorKind::NotFound.into())),
            _ => Ok(usable),
        }
    }

    /// Connects to one of the addresses of a name, one after another; the name is not asked again. What is written goes
    /// out at once (`TCP_NODELAY`).
    pub async fn dial(
        &self,
        host: &str,
        port: u16,
        patience: Duration,
    ) -> Result<TcpStream, DialError> {
        let dialing = async {
            let mut failure = DialError::Slow;
            for address in self.resolve(host, port).await? {
                match connected(address).await {
                    Ok(stream) => return Ok(stream),
                    Err(source) => failure = DialError::Connect { address, source },
                }
            }
            Err(failure)
        };
        tokio::time::timeout(patience, dialing)
            .await
            .unwrap_or(Err(DialError::Slow))
    }
}

async fn connected(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    fn of_this_machine() -> OutboundGuard {
        let ranges = ["127.0.0.0/8", "::1"].map(|range| range.parse().expect("a range"));
        OutboundGuard::new(ranges.to_vec())
    }

    #[tokio::test]
    async fn private_addresses_are_refused_by_number_and_by_name() {
        let guard = OutboundGuard::default();
        for host in ["127.0.0.1", "::1", "[::1]", "169.254.169.254", "localhost"] {
            let refused = guard.dial(host, 9, PATIENCE).await.expect_err("refused");
            assert!(
                matches!(refused, DialError::Refused(_)),
                "{host}: {refused}"
            );
        }
    }

    #[tokio::test]
    async fn what_is_allowed_is_connected_to() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let stream = of_this_machine().dial("localhost", port, PATIENCE).await;
        let stream = stream.expect("a connection");
        assert!(stream.nodelay().expect("it is known"));
        assert_eq!(stream.peer_addr().expect("an address").port(), port);
        drop(listener);
        let error = of_this_machine().dial("127.0.0.1", port, PATIENCE).await;
        let error = error.expect_err("nobody listens");
        assert!(matches!(error, DialError::Connect { .. }), "{error}");
    }
}
