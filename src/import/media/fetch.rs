//! Downloads one file: bounded in size, tries and time, going on where a try broke off.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use futures_util::StreamExt;
use reqwest::{Client, StatusCode, header};
use tokio::io::AsyncWriteExt;
use url::Url;

use crate::{
    fetch::{self, Reach},
    import::{FetchLimits, ImportError},
};

/// Before the second try; doubles with each.
const PAUSE: Duration = Duration::from_millis(500);

/// Fetches files into a directory of its own, removed when this is dropped.
#[derive(Debug)]
pub(super) struct Fetcher {
    client: Client,
    limits: FetchLimits,
    folder: PathBuf,
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::debug!(folder = %self.folder.display(), %error, "could not remove the folder of downloads");
        }
    }
}

/// Why a try came to nothing.
enum Failure {
    /// Another try may succeed.
    Passing(String),
    Final(String),
}

impl Fetcher {
    /// `name` makes the folder unique.
    pub(super) fn new(limits: FetchLimits, name: &str) -> Result<Self, ImportError> {
        let client = fetch::client(&reach(&limits)).map_err(|error| ImportError::Media(error.to_string()))?;
        let folder = std::env::temp_dir().join(format!("bucketpress-import-{name}"));
        std::fs::create_dir_all(&folder)
            .map_err(|error| ImportError::Media(format!("{}: {error}", folder.display())))?;
        Ok(Self { client, limits, folder })
    }

    /// The file at `url`, on disk under a name made from `number`; or why it cannot be had.
    pub(super) async fn fetch(&self, url: &str, number: usize) -> Result<PathBuf, String> {
        let url = Url::parse(url).map_err(|error| format!("{url:.200}: {error}"))?;
        fetch::check(&url, &reach(&self.limits))
            .map_err(|error| format!("{error} (--allow-private-addresses fetches from everywhere)"))?;
        let path = self.folder.join(format!("{number}.part"));
        let mut pause = PAUSE;
        let mut etag = None;
        let mut reason = String::new();
        for attempt in 0..self.limits.attempts {
            if attempt > 0 {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            match self.attempt(&url, &path, &mut etag).await {
                Ok(()) => return Ok(path),
                Err(Failure::Passing(why)) => reason = why,
                Err(Failure::Final(why)) => {
                    self.discard(&path).await;
                    return Err(why);
                }
            }
        }
        self.discard(&path).await;
        Err(format!("{reason} ({} tries)", self.limits.attempts))
    }

    pub(super) async fn discard(&self, path: &Path) {
        // Absent when nothing was received.
        let _ = tokio::fs::remove_file(path).await;
    }

    async fn attempt(&self, url: &Url, path: &Path, etag: &mut Option<String>) -> Result<(), Failure> {
        let have = tokio::fs::metadata(path).await.map_or(0, |metadata| metadata.len());
        let mut request = self.client.get(url.clone());
        if have > 0 {
            request = request.header(header::RANGE, format!("bytes={have}-"));
            if let Some(etag) = etag.as_deref() {
                request = request.header(header::IF_RANGE, etag);
            }
        }
        let response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status();
        let from = match status {
            StatusCode::PARTIAL_CONTENT if have > 0 && range_start(&response) == Some(have) => have,
            StatusCode::OK => 0,
            // The part on disk does not fit: begin anew.
            StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT => {
                self.discard(path).await;
                return Err(Failure::Passing("the server does not resume".to_owned()));
            }
            status if status.is_server_error() => return Err(Failure::Passing(format!("HTTP {status}"))),
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                return Err(Failure::Passing(format!("HTTP {status}")));
            }
            status => return Err(Failure::Final(format!("HTTP {status}"))),
        };
        // What has no strong validator cannot be resumed safely, but its length still tells much.
        *etag = response
            .headers()
            .get(header::ETAG)
            .and_then(|value| value.to_str().ok())
            .filter(|value| !value.starts_with("W/"))
            .map(str::to_owned);
        let expected = response.content_length().map(|length| length.saturating_add(from));
        let limit = self.limits.file_bytes_max;
        if expected.is_some_and(|expected| expected > limit) {
            return Err(Failure::Final(format!("larger than {} MiB", limit >> 20)));
        }
        let received = save(response, path, from, limit).await?;
        match expected {
            Some(expected) if received != expected => {
                Err(Failure::Passing(format!("broke off after {received} of {expected} bytes")))
            }
            _ if received == 0 => Err(Failure::Final("empty".to_owned())),
            _ => Ok(()),
        }
    }
}

/// Appends the body to what is on disk from `from` on; gives the size of the whole.
async fn save(response: reqwest::Response, path: &Path, from: u64, limit: u64) -> Result<u64, Failure> {
    let local = |error: std::io::Error| Failure::Final(format!("{}: {error}", path.display()));
    let mut options = tokio::fs::OpenOptions::new();
    options.create(true).write(true).truncate(from == 0).append(from > 0);
    if from > 0 {
        options.truncate(false).write(false);
    }
    let mut file = options.open(path).await.map_err(local)?;
    let mut size = from;
    let mut body = response.bytes_stream();
    while let Some(piece) = body.next().await {
        let piece = match piece {
            Ok(piece) => piece,
            Err(error) => {
                file.flush().await.map_err(local)?;
                return Err(failure(&error));
            }
        };
        size += piece.len() as u64;
        if size > limit {
            return Err(Failure::Final(format!("larger than {} MiB", limit >> 20)));
        }
        file.write_all(&piece).await.map_err(local)?;
    }
    file.flush().await.map_err(local)?;
    Ok(size)
}

fn range_start(response: &reqwest::Response) -> Option<u64> {
    let range = response.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

fn reach(limits: &FetchLimits) -> Reach {
    if limits.allow_private_addresses { Reach::Everything } else { Reach::Public(Vec::new()) }
}

fn failure(error: &reqwest::Error) -> Failure {
    let reason = fetch::reason(error);
    if fetch::is_refusal(error) { Failure::Final(reason) } else { Failure::Passing(reason) }
}
