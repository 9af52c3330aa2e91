//! What the HTTP side of one process keeps beside the [`App`].

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use actix_web::http::header::HeaderValue;

use tokio::sync::Semaphore;

use super::{
    admin::Templates,
    caching::CacheHeaders,
    metrics::Metrics,
    security::SecurityHeaders,
    throttle::{Limits, Throttle},
    xmlrpc::PingLimits,
};
use crate::app::App;

/// argon2 takes 19 MiB and tens of milliseconds of a core each.
const HASHING_MAX: usize = 4;

/// Shared by all workers.
#[derive(Debug)]
pub struct Front {
    pub app: Arc<App>,
    pub metrics: Metrics,
    pub throttle: Throttle,
    pub app_throttle: Throttle,
    pub pings: PingLimits,
    /// Links for lost passwords, counted like failures: by who asks and by whom they are for.
    pub letters: Throttle,
    pub templates: Templates,
    pub cache_headers: CacheHeaders,
    pub security_headers: SecurityHeaders,
    /// Password checks at a time.
    pub hashing: Semaphore,
    draining: AtomicBool,
    request_prefix: String,
    request_number: AtomicU64,
}

impl Front {
    /// # Errors
    /// When an embedded template does not compile.
    pub fn new(app: Arc<App>) -> Result<Self, String> {
        let cache_headers = CacheHeaders::new(app.config.cache.cdn_max_age.as_secs());
        let security_headers = SecurityHeaders::new(&app.config.security);
        let request_prefix = hex::encode(app.ids.array::<4>());
        Ok(Self {
            app,
            metrics: Metrics::new(),
            throttle: Throttle::new(Limits::PASSWORDS),
            app_throttle: Throttle::new(Limits::APP_PASSWORDS),
            pings: PingLimits::default(),
            letters: Throttle::new(Limits::PASSWORDS),
            templates: Templates::load()?,
            cache_headers,
            security_headers,
            hashing: Semaphore::new(HASHING_MAX),
            draining: AtomicBool::new(false),
            request_prefix,
            request_number: AtomicU64::new(0),
        })
    }

    /// From now on readiness fails and connections are not kept; requests are still answered.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Unique over processes and time: eight random digits for the process, then a number.
    pub fn next_request_id(&self) -> String {
        let number = self.request_number.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number:x}", self.request_prefix)
    }
}

/// A request's id, in its extensions: goes into logs and the answer's `X-Request-Id`.
#[derive(Clone, Debug)]
pub struct RequestId(pub HeaderValue);
