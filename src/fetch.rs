//! The one way this server asks other servers for something: over `http` and `https`, never from its own network
//! unless told to, neither by redirect nor by what a name resolves to, and within bounds of size and time.

mod guard;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::StreamExt;
use moka::future::Cache;
use reqwest::{Client, ClientBuilder, header, redirect};
use tokio::sync::Semaphore;
use url::Url;

use crate::config::Network;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest silence in the middle of an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// From the first byte sent to the last received of one page.
const PAGE_TIMEOUT: Duration = Duration::from_secs(10);
/// Of the servers of this site to each other.
const NEIGHBOUR_CONNECT_TIMEOUT: Duration = Duration::from_millis(300);
const NEIGHBOUR_TIMEOUT: Duration = Duration::from_secs(1);
const REDIRECTS_MAX: usize = 5;
/// Pages asked for at a time; more wait.
const PAGES_AT_ONCE: usize = 8;

/// How long an answer counts that may be a little old.
const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
const KEPT_BYTES_MAX: u64 = 16 << 20;

/// Which addresses may be asked: those of the public internet, and which others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The public internet, and these networks of one's own.
    Public(Vec<Network>),
    /// Whatever can be reached, by way of the system's proxies too.
    Everything,
}

/// Why nothing was had. The text is for logs and operators: it may name addresses of our own network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FetchError(pub String);

/// Checks an address before it is asked for; names are looked at again when they are resolved.
///
/// # Errors
/// When it is not of the web, or names an address out of `reach`.
pub fn check(url: &Url, reach: &Reach) -> Result<(), FetchError> {
    guard::is_allowed(url, reach).map_err(FetchError)
}

/// A client that stays within `reach` on every connection, also after redirects.
///
/// [`check`] the first address: a client looks only at names and at where redirects lead.
///
/// # Errors
/// When the system gives it no TLS.
pub fn client(reach: &Reach) -> Result<Client, FetchError> {
    builder(reach).build().map_err(|error| FetchError(reason(&error)))
}

/// A client for the other servers of this site, which are in the same network and answer at once or not at all.
///
/// # Errors
/// As [`client`].
pub fn for_neighbours() -> Result<Client, FetchError> {
    install_tls();
    let builder = Client::builder().no_proxy().redirect(redirect::Policy::none());
    let builder = builder.connect_timeout(NEIGHBOUR_CONNECT_TIMEOUT).timeout(NEIGHBOUR_TIMEOUT);
    builder.build().map_err(|error| FetchError(reason(&error)))
}

fn install_tls() {
    // Somebody else may have installed it already; either way there is one now.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn builder(reach: &Reach) -> ClientBuilder {
    install_tls();
    let redirects = reach.clone();
    let policy = redirect::Policy::custom(move |attempt| {
        if attempt.previous().len() > REDIRECTS_MAX {
            return attempt.error("too many redirects");
        }
        match guard::is_allowed(attempt.url(), &redirects) {
            Ok(()) => attempt.follow(),
            Err(reason) => attempt.error(reason),
        }
    });
    let builder = Client::builder()
        .user_agent(concat!("Bucketpress/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .redirect(policy);
    match reach {
        Reach::Everything => builder,
        // Through a proxy it would be the proxy that resolves names, and it sees another network.
        Reach::Public(networks) => builder.no_proxy().dns_resolver(guard::Resolver::within(networks.clone())),
    }
}

/// True for failures that another try would repeat: the address itself is refused.
pub fn is_refusal(error: &reqwest::Error) -> bool {
    error.is_redirect() || error.is_builder() || reason(error).contains(guard::NO_PUBLIC_ADDRESS)
}

/// What went wrong with its causes, without the address (it stands beside it).
pub fn reason(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&error.to_string());
        cause = error.source();
    }
    if text.is_empty() { "the request failed".to_owned() } else { text }
}

/// Fetches single pages of other sites into memory. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Fetcher {
    reach: Reach,
    client: Arc<OnceLock<Client>>,
    turns: Arc<Semaphore>,
    kept: Cache<String, Arc<Fetched>>,
}

/// An answer with its beginning.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Where redirects led.
    pub url: Url,
    pub status: u16,
    /// As sent; may be empty.
    pub content_type: String,
    pub body: Vec<u8>,
    /// There was more than was asked for.
    pub truncated: bool,
}

impl Fetched {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Fetcher {
    pub fn new(reach: Reach) -> Self {
        let weigh = |key: &String, page: &Arc<Fetched>| u32::try_from(key.len() + page.body.len()).unwrap_or(u32::MAX);
        let kept = Cache::builder().max_capacity(KEPT_BYTES_MAX).weigher(weigh).time_to_live(KEPT_FOR).build();
        Self { reach, client: Arc::default(), turns: Arc::new(Semaphore::new(PAGES_AT_ONCE)), kept }
    }

    /// As [`Fetcher::page`], or the same of within the last day. Only what was answered with success is kept.
    ///
    /// # Errors
    /// As [`Fetcher::page`].
    pub async fn kept_page(&self, url: &str, accept: &str, bytes_max: usize) -> Result<Arc<Fetched>, FetchError> {
        let key = format!("{bytes_max} {accept} {url}");
        if let Some(page) = self.kept.get(&key).await {
            return Ok(page);
        }
        let page = Arc::new(self.page(url, accept, bytes_max).await?);
        if page.is_success() {
            self.kept.insert(key, Arc::clone(&page)).await;
        }
        Ok(page)
    }

    /// As [`Fetcher::page`], or what was answered with success before in the same `period`; where that fails, what
    /// was answered in the one before.
    ///
    /// # Errors
    /// As [`Fetcher::page`].
    pub async fn page_of_period(
        &self,
        url: &str,
        accept: &str,
        bytes_max: usize,
        period: i64,
    ) -> Result<Arc<Fetched>, FetchError> {
        let key = |period: i64| format!("{period} {bytes_max} {accept} {url}");
        if let Some(page) = self.kept.get(&key(period)).await {
            return Ok(page);
        }
        match self.page(url, accept, bytes_max).await {
            Ok(page) if page.is_success() => {
                let page = Arc::new(page);
                self.kept.insert(key(period), Arc::clone(&page)).await;
                Ok(page)
            }
            failed => match self.kept.get(&key(period.saturating_sub(1))).await {
                Some(older) => Ok(older),
                None => failed.map(Arc::new),
            },
        }
    }

    /// The first `bytes_max` bytes of what is at `url`, whatever its status.
    ///
    /// # Errors
    /// When the address is refused, or nobody answers within ten seconds.
    pub async fn page(&self, url: &str, accept: &str, bytes_max: usize) -> Result<Fetched, FetchError> {
        let url = Url::parse(url).map_err(|error| FetchError(format!("{url:.200}: {error}")))?;
        check(&url, &self.reach)?;
        let client = self.client()?;
        // never closed: an error here could only mean that nobody waits in line
        let turn = self.turns.acquire().await.ok();
        let fetched = tokio::time::timeout(PAGE_TIMEOUT, receive(client, url, accept, bytes_max)).await;
        drop(turn);
        fetched.unwrap_or_else(|_elapsed| Err(FetchError("no answer in time".to_owned())))
    }

    fn client(&self) -> Result<&Client, FetchError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let made = client(&self.reach)?;
        Ok(self.client.get_or_init(|| made))
    }
}

async fn receive(client: &Client, url: Url, accept: &str, bytes_max: usize) -> Result<Fetched, FetchError> {
    let failed = |error: reqwest::Error| FetchError(reason(&error));
    let response = client.get(url).header(header::ACCEPT, accept).send().await.map_err(failed)?;
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut fetched = Fetched {
        url: response.url().clone(),
        status: response.status().as_u16(),
        content_type: content_type.unwrap_or_default().to_owned(),
        body: Vec::new(),
        truncated: false,
    };
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(failed)?;
        let room = bytes_max - fetched.body.len();
        fetched.body.extend(piece.iter().take(room));
        if piece.len() > room {
            fetched.truncated = true;
            break;
        }
    }
    Ok(fetched)
}

#[cfg(test)]
mod tests;
