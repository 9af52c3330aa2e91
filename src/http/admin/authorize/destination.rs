//! Where a program wants its user sent back to.

use std::net::IpAddr;

use url::{Host, Url};

/// What browsers do other things with than handing it to a program.
const NO_PROGRAM: [&str; 11] =
    ["about", "blob", "data", "file", "filesystem", "ftp", "javascript", "vbscript", "view-source", "ws", "wss"];
const ADDRESS_BYTES_MAX: usize = 2000;

/// An address a password may be sent to: `https`, a scheme of the program's own, or plain `http` to this very machine,
/// where programs without a scheme listen (RFC 8252, 7.3).
#[derive(Clone, Debug)]
pub struct Destination(Url);

impl Destination {
    /// # Errors
    /// Why not, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.len() > ADDRESS_BYTES_MAX {
            return Err("it is too long");
        }
        let url = Url::parse(text.trim()).ok().filter(|url| url.host().is_some_and(|host| !is_empty(&host)));
        let url = url.ok_or("it is not a whole address")?;
        if NO_PROGRAM.contains(&url.scheme()) {
            return Err("no program can be reached by it");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it names a user");
        }
        if url.scheme() == "http" && !url.host().is_some_and(|host| is_this_machine(&host)) {
            return Err("it must begin with https, since a password is sent to it");
        }
        Ok(Self(url))
    }

    pub fn address(&self) -> String {
        self.0.to_string()
    }

    /// The address with the credentials, after what its query has.
    pub fn with_password(&self, site_url: &str, login: &str, secret: &str) -> String {
        let mut url = self.0.clone();
        let plain: String = secret.split_whitespace().collect();
        url.query_pairs_mut()
            .append_pair("site_url", site_url)
            .append_pair("user_login", login)
            .append_pair("password", &plain);
        url.into()
    }

    /// For people, who must see at a glance whose it is: the host, or the scheme of the program.
    pub fn shown(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match (self.0.scheme(), self.0.port()) {
            ("https" | "http", Some(port)) => format!("{host}:{port}"),
            ("https" | "http", None) => host.to_owned(),
            (scheme, _) => format!("{scheme}://{host}"),
        }
    }

    /// As a source of a Content-Security-Policy.
    pub fn as_policy_source(&self) -> String {
        match self.0.scheme() {
            "https" | "http" => self.0.origin().ascii_serialization(),
            scheme => format!("{scheme}:"),
        }
    }
}

fn is_empty(host: &Host<&str>) -> bool {
    matches!(host, Host::Domain(name) if name.is_empty())
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => IpAddr::from(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_over_tls_to_a_program_or_to_this_machine() {
        for fine in [
            "https://app.example/ok?a=1",
            "myapp://done",
            "http://localhost:3000/x",
            "http://127.0.0.1/",
            "http://[::1]:9/",
        ] {
            assert!(Destination::parse(fine).is_ok(), "{fine}");
        }
        for bad in [
            "http://app.example/",
            "http://localhost.evil.example/",
            "javascript:alert(1)",
            "javascript://x/%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "/relative",
            "app.example",
            "https://",
            "myapp:",
            "https://bank.example@evil.example/",
            "",
        ] {
            assert!(Destination::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_credentials_follow_what_the_address_has() {
        let with = |text: &str| Destination::parse(text).unwrap().with_password("https://a.example", "ann", "ab cd");
        assert_eq!(
            with("https://app.example/ok?a=1#part"),
            "https://app.example/ok?a=1&site_url=https%3A%2F%2Fa.example&user_login=ann&password=abcd#part"
        );
        assert!(with("myapp://done").starts_with("myapp://done?site_url="));
    }

    #[test]
    fn a_policy_names_where_the_form_leads() {
        let source = |text: &str| Destination::parse(text).unwrap().as_policy_source();
        assert_eq!(source("https://app.example:8443/ok; script-src *"), "https://app.example:8443");
        assert_eq!(source("my.app+x://done"), "my.app+x:");
    }
}
