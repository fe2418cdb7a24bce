//! Resolving names and connecting, to what the guard lets through alone.

use std::io;
use std::net::{IpAddr, SocketAddr};
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
        for address in self.addresses(bare, port).await.map_err(named)? {
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

    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let is_name = host.parse::<IpAddr>().is_err();
        if let Some(names) = self.names.as_ref().filter(|_| is_name) {
            let found = (names.0)(host).into_iter();
            return Ok(found.map(|address| (address, port).into()).collect());
        }
        Ok(lookup_host((host, port)).await?.collect())
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

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

    const ALLOWED: [u8; 4] = [127, 0, 0, 1];
    const FORBIDDEN: [u8; 4] = [127, 0, 0, 2];

    fn guard(names: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static) -> OutboundGuard {
        let allowed = vec!["127.0.0.1".parse().expect("a range")];
        OutboundGuard::new(allowed).with_names(names)
    }

    /// A door at each address, with one number.
    async fn doors() -> (TcpListener, std::net::TcpListener, u16) {
        let allowed = TcpListener::bind((IpAddr::from(ALLOWED), 0)).await;
        let allowed = allowed.expect("a port");
        let port = allowed.local_addr().expect("an address").port();
        let forbidden = std::net::TcpListener::bind((IpAddr::from(FORBIDDEN), port));
        let forbidden = forbidden.expect("the same port");
        forbidden.set_nonblocking(true).expect("does not wait");
        (allowed, forbidden, port)
    }

    #[tokio::test]
    async fn the_address_that_is_dialled_is_the_one_that_was_judged() {
        let (_allowed, forbidden, port) = doors().await;
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let guard = guard(move |_| match count.fetch_add(1, Ordering::SeqCst) {
            0 => vec![ALLOWED.into()],
            _ => vec![FORBIDDEN.into()],
        });
        let stream = guard.dial("turncoat.example", port, PATIENCE).await;
        let peer = stream.expect("a connection").peer_addr();
        assert_eq!(peer.expect("an address").ip(), IpAddr::from(ALLOWED));
        assert_eq!(asked.load(Ordering::SeqCst), 1, "asked once, and believed");
        let refused = guard.dial("turncoat.example", port, PATIENCE).await;
        assert!(
            matches!(refused, Err(DialError::Refused(refused)) if refused.address == IpAddr::from(FORBIDDEN))
        );
        assert!(forbidden.accept().is_err(), "somebody knocked");
    }

    #[tokio::test]
    async fn of_many_addresses_those_that_are_forbidden_are_left_out() {
        let (allowed, forbidden, port) = doors().await;
        let guard = guard(|_| vec![FORBIDDEN.into(), ALLOWED.into()]);
        let stream = guard.dial("both.example", port, PATIENCE).await;
        assert!(stream.is_ok());
        drop(allowed);
        let failed = guard.dial("both.example", port, PATIENCE).await;
        let failed = failed.expect_err("nobody listens there");
        assert!(matches!(failed, DialError::Connect { .. }), "{failed}");
        assert!(forbidden.accept().is_err(), "somebody knocked");
    }
}
