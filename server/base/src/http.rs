//! HTTP to addresses that people name.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};

use super::{AddressRefused, OutboundGuard};

/// A client that goes where the guard lets it: names are judged when they are resolved, literal addresses before. No
/// proxy, no redirects. Costly to make and cheap to clone: one for each use in a process.
#[derive(Clone, Debug)]
pub struct GuardedHttp {
    client: Client,
    guard: OutboundGuard,
}

impl GuardedHttp {
    /// `patience`: for a whole exchange; none where bodies are as long as they are.
    pub fn new(
        guard: OutboundGuard,
        patience: Option<Duration>,
        user_agent: &str,
    ) -> Result<Self, reqwest::Error> {
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .user_agent(user_agent)
            // For what it costs (a copy of the certificate for each connection), its end can be announced.
            .tls_info(true)
            .dns_resolver(Arc::new(Guarded(guard.clone())));
        if let Some(patience) = patience {
            builder = builder.timeout(patience);
        }
        let client = builder.build()?;
        Ok(Self { client, guard })
    }

    /// Refuses a literal address that may not be connected to. Before every request: literal addresses are not resolved,
    /// so that the client's resolver never sees them.
    pub fn check(&self, url: &Url) -> Result<(), AddressRefused> {
        address_of(url).map_or(Ok(()), |address| self.guard.check(address))
    }

    /// The client. Ask [`GuardedHttp::check`] first.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// What it goes by.
    pub const fn guard(&self) -> &OutboundGuard {
        &self.guard
    }
}

/// A client of a command: it goes where whoever typed it says, and no proxy stands in between. Trusts these authorities
/// (PEM) beside the usual ones.
pub fn plain_client(
    patience: Duration,
    user_agent: &str,
    authorities: Option<&[u8]>,
) -> Result<Client, reqwest::Error> {
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(patience)
        .user_agent(user_agent);
    for authority in Certificate::from_pem_bundle(authorities.unwrap_or_default())? {
        builder = builder.add_root_certificate(authority);
    }
    builder.build()
}

/// The refusal that an error comes of.
pub fn address_refused(error: &(dyn Error + 'static)) -> Option<AddressRefused> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref::<AddressRefused>() {
            return Some(*refused);
        }
        cause = error.source();
    }
    None
}

/// Whether `http://` is fit for a host: no name or address of a public network. Everywhere else `https://` is needed.
pub fn may_be_unencrypted(url: &Url) -> bool {
    if let Some(address) = address_of(url) {
        return OutboundGuard::default().check(address).is_err();
    }
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    !host.contains('.') || PRIVATE_NAMES.iter().any(|&end| host.ends_with(end))
}

/// Ends of names that are never those of public hosts (RFC 6761, 6762, 8375; `.internal` by ICANN).
const PRIVATE_NAMES: [&str; 4] = [".localhost", ".local", ".internal", ".home.arpa"];

/// The address that a URL has for a host.
fn address_of(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

/// Resolves names to the addresses that may be connected to.
struct Guarded(OutboundGuard);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0.clone();
        Box::pin(async move {
            // The client puts the port of its URL in place of 0.
            let usable = guard.resolve(name.as_str(), 0).await?;
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn addresses_are_seen_however_they_are_written() {
        for (url, address) in [
            ("http://127.0.0.1:9000/x", Some("127.0.0.1")),
            ("http://2130706433/", Some("127.0.0.1")),
            ("http://0x7f.1/", Some("127.0.0.1")),
            ("http://[::1]/", Some("::1")),
            ("http://[::ffff:10.0.0.1]/", Some("::ffff:10.0.0.1")),
            ("https://chat.example/", None),
        ] {
            let found = address_of(&Url::parse(url).expect("a URL"));
            let address = address.map(|address| address.parse().expect("an address"));
            assert_eq!(found, address, "{url}");
        }
    }

    #[test]
    fn only_private_hosts_may_go_unencrypted() {
        for (url, expected) in [
            ("http://127.0.0.1:9000/", true),
            ("http://10.1.2.3/", true),
            ("http://[::1]/", true),
            ("http://localhost/", true),
            ("http://minio:9000/", true),
            ("http://store.internal/", true),
            ("http://printer.local./", true),
            ("http://8.8.8.8/", false),
            ("http://s3.example.com/", false),
            ("http://local.example/", false),
        ] {
            let url = Url::parse(url).expect("a URL");
            assert_eq!(may_be_unencrypted(&url), expected, "{url}");
        }
    }

    #[tokio::test]
    async fn a_refusal_is_found_below_the_error_of_the_client() {
        let http = GuardedHttp::new(OutboundGuard::default(), None, "test").expect("a client");
        let literal = Url::parse("http://[::1]:9/").expect("a URL");
        assert!(http.check(&literal).is_err());
        let name = Url::parse("http://localhost:9/").expect("a URL");
        assert!(http.check(&name).is_ok());
        let error = http.client().get(name).send().await.expect_err("refused");
        let refused = address_refused(&error).expect("it was refused");
        assert!(refused.address.is_loopback());
    }

    #[tokio::test]
    async fn a_name_that_leads_elsewhere_on_second_thought_gains_nothing() {
        let answering = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = answering.local_addr().expect("an address").port();
        let forbidden = TcpListener::bind(("127.0.0.2", port)).expect("the same port");
        forbidden.set_nonblocking(true).expect("does not wait");
        // Hangs up on whoever comes.
        std::thread::spawn(move || while answering.accept().is_ok() {});
        let asked = AtomicUsize::new(0);
        let allowed = vec!["127.0.0.1".parse().expect("a range")];
        let guard = OutboundGuard::new(allowed).with_names(move |_| {
            match asked.fetch_add(1, Ordering::SeqCst) {
                0 => vec![IpAddr::from([127, 0, 0, 1])],
                _ => vec![IpAddr::from([127, 0, 0, 2])],
            }
        });
        let http = GuardedHttp::new(guard, None, "test").expect("a client");
        let url = Url::parse(&format!("http://turncoat.example:{port}/")).expect("a URL");
        let error = http.client().get(url.clone()).send().await;
        assert_eq!(address_refused(&error.expect_err("hung up")), None);
        let error = http.client().get(url).send().await;
        assert!(address_refused(&error.expect_err("refused")).is_some());
        assert!(forbidden.accept().is_err(), "somebody knocked");
    }
}
