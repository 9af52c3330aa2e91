//! Configuration: one TOML file, `BUCKETPRESS_*` environment variables, flags; flags win, then environment, then file.
//!
//! This module is the sole reader of the environment. Every key is described once, in [`keys::KEYS`]; that table
//! parses, validates, prints (`bucketpress config`) and documents (`docs/configuration.md`, held by a test).

mod keys;
mod load;
mod size;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

pub use self::{
    keys::{KEYS, Key, reference},
    load::{ConfigError, Layers, load},
};

/// The effective configuration of a process.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub store: StoreConfig,
    pub server: ServerConfig,
    pub cache: CacheConfig,
    pub media: MediaConfig,
    pub auth: AuthConfig,
    pub security: SecurityConfig,
    pub mail: MailConfig,
    pub log: LogConfig,
}

/// Where the site lives.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreConfig {
    pub location: StoreLocation,
    /// Address buckets as `endpoint/bucket/key`; most gateways other than AWS need it.
    pub path_style: bool,
    /// Start although the store ignores conditional writes, promising that no second server writes.
    pub allow_single_writer: bool,
    /// PEM certificates of authorities believed beside the system's.
    pub ca_file: Option<PathBuf>,
    /// The site's secret, if the environment or the file gives it.
    pub site_key: Option<Secret>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreLocation {
    /// `file:PATH`: the embedded store in a directory.
    Directory(PathBuf),
    /// `s3://bucket/prefix`
    Bucket { bucket: String, prefix: String },
    /// `memory:` — gone with the process; for trying out.
    Memory,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ServerConfig {
    pub listen: SocketAddr,
    /// Worker threads; 0: one per core.
    pub workers: usize,
    /// Longer than a load balancer's idle time, so that it is never we who close first.
    pub keep_alive: Duration,
    /// How long to keep answering after SIGTERM while readiness already fails.
    pub drain: Duration,
    /// Networks whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// Private networks that embeds and previews may be fetched from.
    pub fetch_networks: Vec<Network>,
    /// `/metrics` for everybody, not only for loopback and trusted proxies.
    pub metrics_public: bool,
    /// Where the other servers of the site reach this one.
    pub peer_address: PeerAddress,
    /// Whether `/xmlrpc.php` answers.
    pub xmlrpc: bool,
    /// Largest request body other than uploads.
    pub body_bytes_max: u64,
    /// Directory of an own theme; `None`: the built-in theme the site's settings name.
    pub theme_dir: Option<PathBuf>,
}

/// Where the other servers of a site reach this one, to tell it at once what they wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerAddress {
    /// Where it listens; if that is everywhere, the address from which this machine would reach the internet.
    Auto,
    /// They do not: it finds out by itself, within a second while requests come.
    Nowhere,
    /// `host:port`
    At(String),
}

/// An address block, `10.0.0.0/8` or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    pub address: std::net::IpAddr,
    pub prefix_bits: u8,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CacheConfig {
    /// Rendered pages in memory, compressed forms included.
    pub pages_bytes_max: u64,
    /// Post revisions in memory.
    pub revisions_bytes_max: u64,
    /// `s-maxage` of public pages: how long a CDN may keep them unasked.
    pub cdn_max_age: Duration,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MediaConfig {
    pub upload_bytes_max: u64,
    pub pixels_max: u64,
    /// Images decoded at the same time.
    pub workers: usize,
    /// 1–100, of JPEG and WebP sizes.
    pub quality: u8,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AuthConfig {
    pub session: Duration,
    /// With "Remember me".
    pub session_remembered: Duration,
}

/// What browsers are told of the site's pages.
#[derive(Clone, Debug, PartialEq)]
pub struct SecurityConfig {
    /// `Content-Security-Policy`; empty: none.
    pub content_policy: String,
    /// `Permissions-Policy`; empty: none.
    pub permissions_policy: String,
    /// `Strict-Transport-Security` to who comes by TLS; zero: none.
    pub transport_security: Duration,
}

/// Where letters go out.
#[derive(Clone, Debug, PartialEq)]
pub struct MailConfig {
    /// Empty: letters are printed to the log.
    pub host: String,
    /// 0: the usual one for `tls`.
    pub port: u16,
    pub tls: MailTls,
    /// PEM certificates of authorities to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Empty: no authentication.
    pub user: String,
    pub password: Secret,
    /// As in a letter's `From`; empty: `bucketpress@` the site's host.
    pub from: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// From the first byte, port 465.
    Tls,
    /// Asked for, and refused without, port 587.
    StartTls,
    /// None, port 25: only within one machine or a private network.
    None,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LogConfig {
    pub format: LogFormat,
    /// A `tracing` filter: `info`, `bucketpress=debug,actix=warn`.
    pub filter: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Pretty,
    Json,
}

/// A value that never shows in debug output or logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Network {
    /// True when `address` lies in this block. An IPv4 address mapped into IPv6 counts as IPv4.
    pub fn contains(&self, address: std::net::IpAddr) -> bool {
        use std::net::IpAddr::{V4, V6};
        match (self.address, address.to_canonical()) {
            (V4(network), V4(host)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix_bits)).unwrap_or(0);
                u32::from(network) & mask == u32::from(host) & mask
            }
            (V6(network), V6(host)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix_bits)).unwrap_or(0);
                u128::from(network) & mask == u128::from(host) & mask
            }
            _ => false,
        }
    }
}

impl PeerAddress {
    /// Reads `auto`, `host:port` or nothing.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "auto" => return Ok(Self::Auto),
            "" => return Ok(Self::Nowhere),
            _ => {}
        }
        let url = url::Url::parse(&format!("http://{text}/")).ok();
        // Written out with its port and nothing else: no user, path or query.
        let plain = |url: &url::Url| {
            url.host_str().map(|host| format!("{host}:{}", url.port_or_known_default().unwrap_or(0))).as_deref()
                == Some(text)
        };
        match url.filter(plain) {
            Some(_) => Ok(Self::At(text.to_owned())),
            None => Err("expected auto, nothing, or host:port such as 10.0.0.5:8080".to_owned()),
        }
    }
}

impl std::fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Nowhere => Ok(()),
            Self::At(address) => f.write_str(address),
        }
    }
}

impl StoreLocation {
    /// Reads `file:PATH`, `s3://bucket[/prefix]` or `memory:`.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "memory:" {
            return Ok(Self::Memory);
        }
        if let Some(path) = text.strip_prefix("file:").filter(|path| !path.is_empty()) {
            return Ok(Self::Directory(path.into()));
        }
        let Some(rest) = text.strip_prefix("s3://") else {
            return Err("expected file:PATH, s3://bucket/prefix or memory:".to_owned());
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err("the bucket's name is missing after s3://".to_owned());
        }
        Ok(Self::Bucket { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
    }
}

impl std::fmt::Display for StoreLocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Directory(path) => write!(f, "file:{}", path.display()),
            Self::Bucket { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::Bucket { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Memory => f.write_str("memory:"),
        }
    }
}
