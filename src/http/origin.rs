//! Where a request really comes from, behind trusted proxies.

use std::net::IpAddr;

use actix_web::{HttpRequest, http::header::HOST};

use crate::config::Network;

/// The client as it sees us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `None` only for requests that came over no network (tests).
    pub ip: Option<IpAddr>,
    /// The client spoke TLS, to us or to the proxy.
    pub secure: bool,
    /// Host and port as the client named them; never trusted for anything but suggesting the site's URL.
    pub host: String,
}

impl Origin {
    /// `X-Forwarded-For`, `-Proto`, `-Host` and `CloudFront-Forwarded-Proto` count only when the peer is one of
    /// `trusted`.
    pub fn of(request: &HttpRequest, trusted: &[Network]) -> Self {
        let peer = request.peer_addr().map(|address| address.ip());
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let own_host = header(HOST.as_str()).unwrap_or_default().to_owned();
        if !peer.is_some_and(|peer| is_trusted(peer, trusted)) {
            return Self { ip: peer, secure: false, host: own_host };
        }
        let forwarded = request.headers().get_all("X-Forwarded-For").filter_map(|value| value.to_str().ok());
        let chain: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
        Self {
            ip: client(&chain, trusted).or(peer),
            secure: is_secure(request, trusted),
            host: last(header("X-Forwarded-Host")).map_or(own_host, str::to_owned),
        }
    }

    /// For throttling and comment rows; empty when unknown.
    pub fn ip_text(&self) -> String {
        self.ip.map(|ip| ip.to_canonical().to_string()).unwrap_or_default()
    }
}

/// As [`Origin::secure`], for who need not know the rest.
pub fn is_secure(request: &HttpRequest, trusted: &[Network]) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let protocol = header("CloudFront-Forwarded-Proto").or_else(|| last(header("X-Forwarded-Proto")));
    // The address last: readers without a proxy before us come by here once a page.
    protocol.is_some_and(|protocol| protocol.eq_ignore_ascii_case("https"))
        && request.peer_addr().is_some_and(|peer| is_trusted(peer.ip(), trusted))
}

pub fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(address))
}

/// The last address that no trusted proxy has: what stands before it the client may have made up.
fn client(chain: &[&str], trusted: &[Network]) -> Option<IpAddr> {
    let mut known = None;
    for text in chain.iter().rev() {
        let Some(ip) = parse_address(text.trim()) else { break };
        known = Some(ip);
        if !is_trusted(ip, trusted) {
            break;
        }
    }
    known
}

/// `203.0.113.7`, `203.0.113.7:1234`, `2001:db8::1`, `[2001:db8::1]:1234`
fn parse_address(text: &str) -> Option<IpAddr> {
    let socket = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(socket)
}

fn last(value: Option<&str>) -> Option<&str> {
    value.and_then(|value| value.rsplit(',').next()).map(str::trim).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn proxies() -> Vec<Network> {
        vec![Network { address: "10.0.0.0".parse().unwrap(), prefix_bits: 8 }]
    }

    fn origin(peer: &str, headers: &[(&'static str, &str)]) -> Origin {
        let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
        for &(name, value) in headers {
            request = request.append_header((name, value));
        }
        Origin::of(&request.to_http_request(), &proxies())
    }

    const FORWARDED: [(&str, &str); 4] = [
        ("Host", "internal:8080"),
        ("X-Forwarded-For", "6.6.6.6, 203.0.113.7, 10.1.1.1"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "example.org"),
    ];

    #[test]
    fn strangers_cannot_say_who_they_are() {
        let origin = origin("198.51.100.1:5000", &FORWARDED);
        assert_eq!(origin.ip_text(), "198.51.100.1");
        assert!(!origin.secure);
        assert_eq!(origin.host, "internal:8080");
    }

    #[test]
    fn behind_a_proxy_the_nearest_untrusted_address_is_the_client() {
        let origin = origin("10.0.0.5:5000", &FORWARDED);
        assert_eq!(origin.ip_text(), "203.0.113.7", "what the client itself put before is not believed");
        assert!(origin.secure);
        assert_eq!(origin.host, "example.org");
    }

    #[test]
    fn cloudfront_says_how_the_viewer_came() {
        let headers = [("X-Forwarded-Proto", "http"), ("CloudFront-Forwarded-Proto", "https")];
        assert!(origin("10.0.0.5:5000", &headers).secure);
        assert!(!origin("198.51.100.1:5000", &headers).secure);
    }

    #[test]
    fn addresses_come_with_and_without_ports() {
        for (text, ip) in [("1.2.3.4", "1.2.3.4"), ("1.2.3.4:99", "1.2.3.4"), ("[2001:db8::1]:9", "2001:db8::1")] {
            assert_eq!(parse_address(text), Some(ip.parse().unwrap()));
        }
        assert_eq!(parse_address("unknown"), None);
        assert_eq!(origin("10.0.0.5:1", &[("X-Forwarded-For", "unknown")]).ip_text(), "10.0.0.5");
    }
}
