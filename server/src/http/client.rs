//! From where a request came: address, scheme and host as people see them.
//!
//! `X-Forwarded-*` is believed from a trusted proxy only, and of the addresses it lists the last one
//! that no trusted proxy has; an address of this machine is never believed from another one. A foreign `Host` is refused, so that a name which an attacker points
//! at this machine (DNS rebinding) reaches nothing.

use std::net::{IpAddr, SocketAddr};

use app::api::LANGUAGE_COOKIE;
use app::domain::Reason;
use app::i18n::Language;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::problem::Fault;
use super::state::Http;
use crate::config::HttpConfig;

/// What proxies add to the requests that they pass on.
const PASSED_ON: [&str; 5] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// Where a request came from.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) address: IpAddr,
    /// The request was made on this machine, and no proxy says that it has passed it on.
    pub(super) is_here: bool,
    /// The request came to us, or to the trusted proxy before us, over HTTPS.
    pub(super) https: bool,
    pub(super) language: Language,
}

impl Client {
    /// Who counts as one in limits: an address, or the network of an IPv6 address (RFC 6177).
    pub(super) fn network(&self) -> IpAddr {
        network_of(self.address)
    }

    fn of(config: &HttpConfig, peer: IpAddr, headers: &HeaderMap) -> Self {
        let peer = peer.to_canonical();
        let trusted = |address: IpAddr| {
            config
                .trusted_proxies
                .iter()
                .any(|range| range.contains(address))
        };
        let language = language(headers);
        let ours = config.tls.is_some();
        let is_here =
            peer.is_loopback() && !PASSED_ON.iter().any(|name| headers.contains_key(*name));
        if !trusted(peer) {
            return Self {
                address: peer,
                is_here,
                https: ours,
                language,
            };
        }
        let https = ours
            || last_value(headers, "x-forwarded-proto")
                .is_some_and(|proto| proto.eq_ignore_ascii_case("https"));
        let mut address = peer;
        for hop in forwarded_for(headers) {
            // Something that is no address ends the chain: what is before it could be forged.
            let Ok(hop) = hop.parse::<IpAddr>() else {
                break;
            };
            let hop = hop.to_canonical();
            // Somebody on another machine has no address of this one.
            if hop.is_loopback() && !peer.is_loopback() {
                break;
            }
            address = hop;
            if !trusted(address) {
                break;
            }
        }
        Self {
            address,
            is_here,
            https,
            language,
        }
    }
}

/// The network that an address is of: itself, or the 64 bits that an IPv6 address begins with.
pub(super) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & (!0 << 64)).into()),
        address @ IpAddr::V4(_) => address,
    }
}

/// The addresses of `X-Forwarded-For`, the nearest first.
fn forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
}

fn last_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(name)
        .iter()
        .next_back()?
        .to_str()
        .ok()?
        .rsplit(',')
        .next()
        .map(str::trim)
}

/// The language of the person: what they chose, else what their browser asks for.
fn language(headers: &HeaderMap) -> Language {
    cookie(headers, LANGUAGE_COOKIE)
        .and_then(Language::from_code)
        .unwrap_or_else(|| {
            let asked = headers
                .get(ACCEPT_LANGUAGE)
                .and_then(|value| value.to_str().ok());
            asked
                .map(Language::from_accept_language)
                .unwrap_or_default()
        })
}

/// The value of a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The host that a request names.
pub(super) fn host(request: &Request) -> Option<&str> {
    let named = request
        .headers()
        .get(HOST)
        .and_then(|value| value.to_str().ok());
    named.or_else(|| {
        request
            .uri()
            .authority()
            .map(axum::http::uri::Authority::as_str)
    })
}

/// Whether the server answers to this host: the public one, and names of this machine on loopback.
fn is_ours(config: &HttpConfig, named: &str) -> bool {
    if config
        .public_url
        .as_ref()
        .is_some_and(|url| url.is_named(named))
    {
        return true;
    }
    if !config.listen.ip().is_loopback() {
        return false;
    }
    let name = match named.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => named.split(':').next().unwrap_or(named),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Middleware: notes the [`Client`] in the request; refuses foreign hosts, and plain HTTP off loopback.
pub(super) async fn place(
    State(http): State<Http>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = Client::of(&http.config, peer.ip(), request.headers());
    let https = client.https;
    let language = client.language;
    request.extensions_mut().insert(client);
    let probe = matches!(request.uri().path(), "/healthz" | "/readyz");
    let refusal = if probe {
        None
    } else if !host(&request).is_some_and(|named| is_ours(&http.config, named)) {
        Some(Fault::new(
            StatusCode::MISDIRECTED_REQUEST,
            Reason::new("unknown_host"),
        ))
    } else if !https && !http.config.listen.ip().is_loopback() {
        Some(Fault::new(
            StatusCode::FORBIDDEN,
            Reason::new("https_required"),
        ))
    } else {
        None
    };
    match refusal {
        Some(fault) => super::problem::write(language, fault).into_response(),
        None => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::config::{Config, PublicUrl};

    fn proxied() -> HttpConfig {
        let mut config = Config::local(std::path::Path::new("/srv")).http;
        config.trusted_proxies = vec!["10.0.0.0/8".parse().expect("a range")];
        config
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn address(peer: &str, pairs: &[(&'static str, &'static str)]) -> (String, bool) {
        let client = Client::of(
            &proxied(),
            peer.parse().expect("an address"),
            &headers(pairs),
        );
        (client.address.to_string(), client.https)
    }

    #[test]
    fn forwarded_headers_count_from_the_trusted_proxy_alone() {
        let forged = [
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-proto", "https"),
        ];
        assert_eq!(
            address("203.0.113.5", &forged),
            ("203.0.113.5".to_owned(), false)
        );
        assert_eq!(
            address("10.1.1.1", &forged),
            ("198.51.100.1".to_owned(), true)
        );
        assert_eq!(address("10.1.1.1", &[]), ("10.1.1.1".to_owned(), false));
    }

    #[test]
    fn over_tls_of_ours_every_request_is_https() {
        let mut config = proxied();
        config.tls = Some(crate::config::TlsConfig {
            cert: "/srv/cert.pem".into(),
            key: "/srv/key.pem".into(),
        });
        for peer in ["203.0.113.5", "10.1.1.1"] {
            let client = Client::of(
                &config,
                peer.parse().expect("an address"),
                &HeaderMap::new(),
            );
            assert!(client.https, "{peer}");
        }
    }

    #[test]
    fn of_a_chain_the_last_address_that_no_proxy_has_counts() {
        let chain = [
            ("x-forwarded-for", "6.6.6.6, 198.51.100.1"),
            ("x-forwarded-for", "10.2.2.2"),
        ];
        assert_eq!(address("10.1.1.1", &chain).0, "198.51.100.1");
        let forged = [("x-forwarded-for", "6.6.6.6, not-an-address, 10.2.2.2")];
        assert_eq!(address("10.1.1.1", &forged).0, "10.2.2.2");
    }

    #[test]
    fn nobody_elsewhere_has_an_address_of_this_machine() {
        for local in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            let forged = [("x-forwarded-for", local)];
            assert_eq!(address("10.1.1.1", &forged).0, "10.1.1.1", "{local}");
        }
        let mut config = proxied();
        config.trusted_proxies = vec!["127.0.0.1".parse().expect("a range")];
        let peer = "127.0.0.1".parse().expect("an address");
        let passed_on = headers(&[("x-forwarded-for", "127.0.0.1")]);
        let client = Client::of(&config, peer, &passed_on);
        assert_eq!(client.address, peer);
    }

    #[test]
    fn what_a_proxy_has_passed_on_was_not_made_here() {
        let is_here = |peer: &str, pairs: &[(&'static str, &'static str)]| {
            let peer = peer.parse().expect("an address");
            Client::of(&proxied(), peer, &headers(pairs)).is_here
        };
        assert!(is_here("127.0.0.1", &[]));
        assert!(is_here("::ffff:127.0.0.1", &[("accept", "*/*")]));
        assert!(!is_here("203.0.113.5", &[]));
        for name in PASSED_ON {
            assert!(!is_here("127.0.0.1", &[(name, "127.0.0.1")]), "{name}");
        }
    }

    #[test]
    fn on_loopback_only_names_of_this_machine_and_the_public_one_are_answered() {
        let mut config = proxied();
        for ours in [
            "localhost",
            "LOCALHOST:3000",
            "127.0.0.1:1",
            "[::1]:3000",
            "127.8.8.8",
        ] {
            assert!(is_ours(&config, ours), "{ours}");
        }
        for foreign in [
            "evil.example",
            "evil.example:3000",
            "192.0.2.1",
            "localhost.evil.example",
            "",
        ] {
            assert!(!is_ours(&config, foreign), "{foreign}");
        }
        config.public_url = PublicUrl::parse("https://waybill.example").ok();
        assert!(is_ours(&config, "Waybill.example"));
        config.listen.set_ip([0, 0, 0, 0].into());
        assert!(
            !is_ours(&config, "localhost"),
            "off loopback only the public name"
        );
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let of = |text: &str| {
            let address = text.parse().expect("an address");
            Client {
                address,
                is_here: false,
                https: false,
                language: Language::English,
            }
            .network()
        };
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }

    #[test]
    fn the_chosen_language_beats_the_browser_s() {
        assert_eq!(
            language(&headers(&[
                ("cookie", "a=b; lang=fr"),
                ("accept-language", "en")
            ])),
            Language::French
        );
        assert_eq!(
            language(&headers(&[("accept-language", "fr-CA")])),
            Language::French
        );
        assert_eq!(
            language(&headers(&[("cookie", "lang=xx")])),
            Language::English
        );
    }
}
