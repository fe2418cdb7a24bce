//! Which addresses the server may connect to when somebody names a host.
//!
//! Whoever may name a host could otherwise reach what only the server can: the machine itself, its network, the
//! metadata service of a cloud. Only public addresses are let through, and those that the machine's configuration
//! allows. Decided on resolved addresses, at the time of connecting: a name that leads elsewhere on second thought
//! gains nothing. An address inside another (mapped, translated, tunnelled) is judged as well.
//!
//! Ranges: IANA special-purpose address registries (RFC 6890 and its updates).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::Cidr;

/// The address may not be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{address}` is a private or local address; to allow it, start the server with `--allow-address {address}`"
)]
pub struct AddressRefused {
    pub address: IpAddr,
}

impl AddressRefused {
    /// The flag that allows it.
    pub fn flag(&self) -> String {
        format!("--allow-address {}", self.address)
    }
}

/// Lets connections to public addresses through, and to those that are allowed.
#[derive(Clone, Debug, Default)]
pub struct OutboundGuard {
    allowed: Vec<Cidr>,
    pub(super) names: Option<Names>,
}

type Lookup = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

/// Tells the addresses of a name.
#[derive(Clone)]
pub(super) struct Names(pub(super) Arc<Lookup>);

impl fmt::Debug for Names {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Names")
    }
}

impl OutboundGuard {
    /// Allows these ranges beside public addresses.
    pub const fn new(allowed: Vec<Cidr>) -> Self {
        Self {
            allowed,
            names: None,
        }
    }

    /// Takes the addresses of names from here instead of asking the machine: for tests with names that change their mind.
    #[must_use]
    pub fn with_names(
        mut self,
        names: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static,
    ) -> Self {
        self.names = Some(Names(Arc::new(names)));
        self
    }

    /// Whether an address may be connected to.
    pub fn check(&self, address: IpAddr) -> Result<(), AddressRefused> {
        // `::ffff:10.0.0.1` is named as people know it.
        let address = address.to_canonical();
        let is_allowed = self.allowed.iter().any(|range| range.contains(address));
        if is_allowed || is_public(address) {
            Ok(())
        } else {
            Err(AddressRefused { address })
        }
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Ranges of version 4 that are not public: first address and length of the prefix.
const NOT_PUBLIC_V4: &[([u8; 4], u32)] = &[
    // This network, and the machine itself on some systems.
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    // Shared by the customers of a carrier.
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    // What machines of Azure are told by their host.
    ([168, 63, 129, 16], 32),
    // Link-local; metadata services of clouds.
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    // Multicast, reserved, broadcast.
    ([224, 0, 0, 0], 3),
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    !NOT_PUBLIC_V4.iter().any(|(first, prefix)| {
        let free = 32 - prefix;
        address.to_bits() >> free == Ipv4Addr::from(*first).to_bits() >> free
    })
}

/// Public addresses of version 6 are in `2000::/3`, and those translated to public ones of version 4 in
/// `64:ff9b::/96`.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, ..] = address.segments();
    if let [0x64, 0xff9b, 0, 0, 0, 0, _, _] = address.segments() {
        return is_public_v4(last_four(address));
    }
    match (first, second) {
        // Tunnels of 6to4, with the address of version 4 inside.
        (0x2002, _) => {
            let inside = (u32::from(second) << 16) | u32::from(third);
            is_public_v4(Ipv4Addr::from_bits(inside))
        }
        // Protocols of the IETF (Teredo among them), and documentation.
        (0x2001, 0..=0x1ff | 0xdb8) | (0x3fff, 0..=0xfff) => false,
        (0x2000..=0x3fff, _) => true,
        _ => false,
    }
}

fn last_four(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_let_through(guard: &OutboundGuard, address: &str) -> bool {
        guard.check(address.parse().expect("an address")).is_ok()
    }

    #[test]
    fn what_is_private_local_or_reserved_is_refused() {
        let guard = OutboundGuard::default();
        for (address, what) in [
            ("127.0.0.1", "loopback"),
            ("127.255.255.254", "loopback"),
            ("::1", "loopback"),
            ("0.0.0.0", "this machine"),
            ("0.1.2.3", "this network"),
            ("::", "unspecified"),
            ("10.0.0.1", "private"),
            ("172.16.0.1", "private"),
            ("172.31.255.255", "private"),
            ("192.168.1.1", "private"),
            ("169.254.169.254", "metadata"),
            ("168.63.129.16", "metadata of Azure"),
            ("169.254.0.1", "link-local"),
            ("100.64.0.1", "carrier-grade NAT"),
            ("100.100.100.200", "metadata behind carrier-grade NAT"),
            ("100.127.255.255", "carrier-grade NAT"),
            ("192.0.0.192", "IETF protocols"),
            ("192.0.2.1", "documentation"),
            ("192.88.99.1", "relay of 6to4"),
            ("198.18.0.1", "benchmarks"),
            ("198.19.255.255", "benchmarks"),
            ("198.51.100.7", "documentation"),
            ("203.0.113.7", "documentation"),
            ("224.0.0.1", "multicast"),
            ("240.0.0.1", "reserved"),
            ("255.255.255.255", "broadcast"),
            ("::ffff:127.0.0.1", "mapped loopback"),
            ("::ffff:169.254.169.254", "mapped metadata"),
            ("::ffff:10.0.0.1", "mapped private"),
            ("::127.0.0.1", "compatible loopback"),
            ("64:ff9b::7f00:1", "translated loopback"),
            ("64:ff9b::a9fe:a9fe", "translated metadata"),
            ("64:ff9b:1::808:808", "local translation"),
            ("2002:7f00:1::1", "loopback in 6to4"),
            ("2002:c0a8:101::1", "private in 6to4"),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
            ("2001:db8::1", "documentation"),
            ("3fff::1", "documentation"),
            ("fe80::1", "link-local"),
            ("febf::1", "link-local"),
            ("fec0::1", "site-local"),
            ("fc00::1", "unique local"),
            ("fd00:ec2::254", "metadata, unique local"),
            ("ff02::1", "multicast"),
            ("100::1", "discard"),
            ("5f00::1", "segment routing"),
        ] {
            assert!(!is_let_through(&guard, address), "{address}: {what}");
        }
    }

    #[test]
    fn public_addresses_are_let_through() {
        let guard = OutboundGuard::default();
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "168.63.129.15",
            "168.63.129.17",
            "172.15.255.255",
            "172.32.0.1",
            "192.167.1.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450:4007::200e",
        ] {
            assert!(is_let_through(&guard, address), "{address}");
        }
    }

    #[test]
    fn what_the_configuration_allows_is_let_through_and_nothing_beside_it() {
        let ranges = ["10.1.0.0/16", "::1", "127.0.0.1"];
        let ranges = ranges.map(|range| range.parse().expect("a range"));
        let guard = OutboundGuard::new(ranges.to_vec());
        for address in ["10.1.2.3", "::ffff:10.1.2.3", "::1", "127.0.0.1"] {
            assert!(is_let_through(&guard, address), "{address}");
        }
        for address in ["10.2.0.1", "127.0.0.2", "::2", "169.254.169.254"] {
            assert!(!is_let_through(&guard, address), "{address}");
        }
    }

    #[test]
    fn a_refusal_names_the_flag_that_allows_the_address() {
        let refused = OutboundGuard::default()
            .check("::ffff:169.254.169.254".parse().expect("an address"))
            .expect_err("refused");
        assert_eq!(refused.flag(), "--allow-address 169.254.169.254");
        assert!(refused.to_string().contains(&refused.flag()));
    }
}
