//! Whom failures, and letters, are counted against over all servers.

use std::time::Duration;

use super::{
    front::Front,
    throttle::{self, Limits},
};
use crate::app::{
    App,
    strikes::{self, Seen},
};

/// Who is counted, under the names the store knows.
#[derive(Debug)]
pub struct Who<'a> {
    pub ip: &'a str,
    pub login: &'a str,
    pub network: String,
    pub pair: String,
}

impl<'a> Who<'a> {
    /// `kind` keeps apart what is counted apart.
    pub fn new(kind: &str, ip: &'a str, login: &'a str) -> Self {
        let network = format!("{kind}{}", throttle::network(ip));
        Self { ip, login, network, pair: format!("{kind}{}", throttle::key(ip, login)) }
    }

    /// What all servers have counted, and which of the `limits` it has reached: that of the login (`Some`), that of the
    /// address (`None`).
    pub async fn seen(&self, app: &App, limits: Limits) -> Option<(Seen, Option<Option<&'a str>>)> {
        let max = |limit: u32| usize::try_from(limit).unwrap_or(usize::MAX);
        let seen = strikes::seen(app, &self.network, max(limits.address)).await?;
        let reached = if seen.count() >= max(limits.address) {
            Some(None)
        } else {
            (seen.count_of(app, &self.pair) >= max(limits.login)).then_some(Some(self.login))
        };
        Some((seen, reached))
    }
}

/// Counts a letter asked for by `ip` for `login` before it is written, here and over all servers, and always with the
/// same requests to the store: its time tells nothing. Each server writes before it reads, so of those that ask at once
/// no more pass than may.
///
/// # Errors
/// How long to wait, if it is one too many.
pub async fn letter(front: &Front, ip: &str, login: &str) -> Result<(), Duration> {
    let (app, who) = (&front.app, Who::new("letter ", ip, login));
    let here = front.letters.attempt(ip, login, app.clock.monotonic());
    strikes::add(app, &who.network, &who.pair).await;
    if let Some((seen, Some(of))) = who.seen(app, Limits::PASSWORDS.one_more()).await {
        front.letters.shut(ip, of, seen.left, app.clock.monotonic());
        return Err(seen.left);
    }
    here
}
