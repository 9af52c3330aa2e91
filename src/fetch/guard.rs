//! Which addresses may be asked: what others wrote must not make the server reach into its own network.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Reach;
use crate::config::Network;

/// What an error says when a name leads nowhere but inside.
pub(super) const NO_PUBLIC_ADDRESS: &str = "has no public address";

/// Whether `address` is on the public internet.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        // carrier-grade NAT, protocol assignments, benchmarking
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b) {
        // NAT64 and 6to4 lead to an IPv4 address
        (0x64, 0xff9b) => (c, d, e, f) == (0, 0, 0, 0) && embedded(g, h),
        (0x2002, _) => embedded(b, c),
        // Teredo, documentation
        (0x2001, 0) | (0x2001, 0xdb8) => false,
        // all that is handed out so far
        _ => a & 0xe000 == 0x2000,
    }
}

fn is_within(address: IpAddr, networks: &[Network]) -> bool {
    let address = address.to_canonical();
    is_public(address) || networks.iter().any(|network| network.contains(address))
}

/// Resolves names as the system does and passes over private addresses, on every connection: also after
/// redirects, and when a name changes its mind.
#[derive(Debug)]
pub(super) struct Resolver {
    networks: Arc<[Network]>,
}

impl Resolver {
    /// Public addresses, and those of `networks`.
    pub(super) fn within(networks: Vec<Network>) -> Arc<Self> {
        Arc::new(Self { networks: networks.into() })
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = Arc::clone(&self.networks);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| is_within(address.ip(), &networks)).collect();
            if allowed.is_empty() {
                return Err(format!("{} {NO_PUBLIC_ADDRESS}", name.as_str()).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether a URL may be asked for at all; names are looked at again when they are resolved.
pub(super) fn is_allowed(url: &url::Url, reach: &Reach) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{} is not an address of the web", url.scheme()));
    }
    let address = match url.host() {
        None => return Err("no host".to_owned()),
        Some(url::Host::Domain(_)) => return Ok(()),
        Some(url::Host::Ipv4(address)) => IpAddr::V4(address),
        Some(url::Host::Ipv6(address)) => IpAddr::V6(address),
    };
    match reach {
        Reach::Public(networks) if !is_within(address, networks) => Err(format!("{address} is a private address")),
        Reach::Public(_) | Reach::Everything => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_in_every_guise() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "172.32.0.1", "100.128.0.1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn urls_that_may_be_asked_for() {
        let public = Reach::Public(Vec::new());
        let allowed = |text: &str, reach: &Reach| is_allowed(&text.parse().unwrap(), reach);
        assert!(allowed("https://example.org/a", &public).is_ok());
        for bad in
            ["ftp://example.org/a", "file:///etc/passwd", "http://127.1/a", "http://0x7f000001/", "http://[::1]/"]
        {
            assert!(allowed(bad, &public).is_err(), "{bad}");
        }
        let own = Network { address: "10.1.0.0".parse().unwrap(), prefix_bits: 16 };
        let intranet = Reach::Public(vec![own]);
        assert!(allowed("http://10.1.2.3/a", &intranet).is_ok());
        assert!(allowed("http://10.2.2.3/a", &intranet).is_err());
        assert!(allowed("http://127.0.0.1:8080/a", &Reach::Everything).is_ok());
        assert!(allowed("file:///etc/passwd", &Reach::Everything).is_err());
    }

    #[tokio::test]
    async fn names_of_private_addresses_do_not_resolve() {
        let error = Resolver::within(Vec::new()).resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert!(error.to_string().contains(NO_PUBLIC_ADDRESS), "{error}");
    }
}
