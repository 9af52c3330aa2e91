//! Counters and histograms for Prometheus, at `/metrics`.

use std::{
    fmt,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Data},
};
use parking_lot::Mutex;
use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, EncodeMetric, MetricEncoder, NoLabelSet, text::encode},
    metrics::{MetricType, counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::{access::Anyone, error::HttpError, front::Front, origin::is_trusted};
use crate::store::{
    counting::METHODS,
    log::{Condition, OUTCOMES, Reading},
};

/// Upper bounds in seconds; warm pages fall into the first two.
const LATENCY_BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// What kind of URL was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Class {
    Page,
    Media,
    Asset,
    Rest,
    XmlRpc,
    Admin,
    Probe,
}

impl Class {
    pub fn of(path: &str) -> Self {
        const PREFIXES: [(&str, Class); 10] = [
            ("/wp-json", Class::Rest),
            ("/xmlrpc.php", Class::XmlRpc),
            ("/wp-content/uploads/", Class::Media),
            ("/wp-content/", Class::Asset),
            ("/wp-admin", Class::Admin),
            ("/wp-login.php", Class::Admin),
            ("/healthz", Class::Probe),
            ("/readyz", Class::Probe),
            ("/metrics", Class::Probe),
            ("/_peer/", Class::Probe),
        ];
        PREFIXES.iter().find(|(prefix, _)| path.starts_with(prefix)).map_or(Self::Page, |(_, class)| *class)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    class: Class,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MethodLabel {
    method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ClassLabel {
    class: Class,
}

/// The registry and the metrics written on the way; those that belong to others are read when asked for.
pub struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Labels, Counter>,
    /// Warm pages answered with 200: the one label pair worth not looking up.
    warm: Counter,
    seconds: Family<ClassLabel, Histogram>,
    warm_seconds: Histogram,
    password_checks: Counter,
    read: Readings,
}

#[derive(Clone, Default)]
struct Readings {
    page_hits: Gauge,
    page_misses: Gauge,
    page_renders: Gauge,
    pages_held: Gauge,
    pages_bytes: Gauge,
    log_seq: Gauge,
    memory: Gauge,
    comments_waiting: Gauge,
    comments_broken: Gauge,
    comments_late: Family<OutcomeLabel, Counter>,
    store_calls: Family<MethodLabel, Gauge>,
    store_failures: Family<MethodLabel, Gauge>,
    draining: Gauge,
    store_healthy: Gauge,
    writes_accepted: Gauge,
    peers: Gauge,
    hints_sent: Gauge,
    hints_heard: Gauge,
    commits: Family<OutcomeLabel, Counter>,
    commit_seconds: Held,
    commit_edits: Held,
}

/// A histogram that somebody else keeps, as it was last read.
#[derive(Clone, Debug, Default)]
struct Held(Arc<Mutex<Reading>>);

impl EncodeMetric for Held {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let reading = self.0.lock();
        encoder.encode_histogram::<NoLabelSet>(reading.sum, reading.count(), &reading.buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("bucketpress");
        let requests = Family::<Labels, Counter>::default();
        let seconds = Family::<ClassLabel, Histogram>::new_with_constructor(|| Histogram::new(LATENCY_BUCKETS));
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit("http_request", "Time to the answer's head", Unit::Seconds, seconds.clone());
        let read = Readings::default();
        let gauges = [
            ("page_cache_hits", "Pages answered from memory since the start", &read.page_hits),
            ("page_cache_misses", "Pages not in memory, or stale, since the start", &read.page_misses),
            ("page_renders", "Pages rendered into the cache since the start", &read.page_renders),
            ("page_cache_entries", "Pages held", &read.pages_held),
            ("page_cache_bytes", "Estimated memory of the pages held", &read.pages_bytes),
            ("log_seq", "Last log entry applied", &read.log_seq),
            ("process_resident_memory_bytes", "Resident memory", &read.memory),
            ("draining", "1 while the server is leaving", &read.draining),
            ("store_healthy", "1 while the store answers and writes are accepted", &read.store_healthy),
            ("writes_accepted", "0 in browse-only mode", &read.writes_accepted),
            ("peers", "Other servers of the site that are told what this one writes", &read.peers),
            ("hints_sent", "Hints taken by other servers since the start", &read.hints_sent),
            ("hints_heard", "Hints of other servers since the start", &read.hints_heard),
            ("overflow_comments", "Comments that wait outside the log, as last counted", &read.comments_waiting),
            ("overflow_broken", "Those among them that cannot be folded in", &read.comments_broken),
        ];
        for (name, help, gauge) in gauges {
            registry.register(name, help, gauge.clone());
        }
        registry.register("store_calls", "Calls of the store since the start", read.store_calls.clone());
        registry.register("store_failures", "Calls of the store that failed", read.store_failures.clone());
        let help = "Comments the log did not take in time, by what became of them";
        registry.register("late_comments", help, read.comments_late.clone());
        registry.register("commits", "Edits submitted to the log, by what became of them", read.commits.clone());
        let help = "From submitting an edit to its acknowledgement";
        registry.register_with_unit("commit", help, Unit::Seconds, read.commit_seconds.clone());
        registry.register("commit_edits", "Edits in one log entry of this server", read.commit_edits.clone());
        let password_checks = Counter::default();
        let help = "Passwords hashed to be compared, of accounts there are and of those there are not";
        registry.register("password_checks", help, password_checks.clone());
        let warm = requests.get_or_create_owned(&Labels { class: Class::Page, status: 200 });
        let warm_seconds = seconds.get_or_create_owned(&ClassLabel { class: Class::Page });
        Self { registry: Mutex::new(registry), requests, warm, seconds, warm_seconds, password_checks, read }
    }

    pub fn answered(&self, class: Class, status: u16, took: Duration) {
        self.requests.get_or_create(&Labels { class, status }).inc();
        self.seconds.get_or_create(&ClassLabel { class }).observe(took.as_secs_f64());
    }

    /// Like [`Self::answered`] for a page that was in memory.
    pub fn answered_warm(&self, took: Duration) {
        self.warm.inc();
        self.warm_seconds.observe(took.as_secs_f64());
    }

    /// One of those that take 19 MiB and tens of milliseconds.
    pub fn password_checked(&self) {
        self.password_checks.inc();
    }

    fn text(&self, front: &Front) -> Result<String, fmt::Error> {
        let pages = front.app.pages.counts();
        let set = |gauge: &Gauge, value: u64| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        set(&self.read.page_hits, pages.hits);
        set(&self.read.page_misses, pages.misses);
        set(&self.read.page_renders, pages.renders);
        set(&self.read.pages_held, pages.held);
        set(&self.read.pages_bytes, pages.held_bytes);
        set(&self.read.log_seq, front.app.log.current().seq);
        set(&self.read.memory, resident_bytes().unwrap_or(0));
        set(&self.read.draining, u64::from(front.is_draining()));
        set(&self.read.store_healthy, u64::from(front.app.log.is_answered()));
        set(&self.read.writes_accepted, u64::from(front.app.log.health() == Condition::Healthy));
        let peers = front.app.peers.counts();
        set(&self.read.peers, peers.peers);
        set(&self.read.hints_sent, peers.sent);
        set(&self.read.hints_heard, peers.heard);
        let tally = front.app.log.tally();
        for (outcome, name) in OUTCOMES {
            self.read.commits.get_or_create(&OutcomeLabel { outcome: name }).inner().store(tally.of(outcome), Relaxed);
        }
        *self.read.commit_seconds.0.lock() = tally.committed_seconds();
        *self.read.commit_edits.0.lock() = tally.entry_edits();
        let late = front.app.overflow.counts();
        set(&self.read.comments_waiting, late.waiting);
        set(&self.read.comments_broken, late.broken);
        let outcomes =
            [("held", late.held), ("folded", late.folded), ("dropped", late.dropped), ("refused", late.refused)];
        for (outcome, count) in outcomes {
            self.read.comments_late.get_or_create(&OutcomeLabel { outcome }).inner().store(count, Relaxed);
        }
        let calls = front.app.calls.counts();
        for (method, name) in METHODS {
            let label = MethodLabel { method: name };
            set(&self.read.store_calls.get_or_create(&label), calls.of(method).calls);
            set(&self.read.store_failures.get_or_create(&label), calls.of(method).failures);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry.lock())?;
        Ok(text)
    }
}

/// From `/proc/self/status`; `None` where there is no such thing.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().split(' ').next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Answers loopback and trusted proxies that ask for themselves, or everybody by setting.
pub async fn show(_: Anyone, front: Data<Front>, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let server = &front.app.config.server;
    let forwarded = request.headers().contains_key("X-Forwarded-For");
    let near = request
        .peer_addr()
        .is_some_and(|peer| peer.ip().to_canonical().is_loopback() || is_trusted(peer.ip(), &server.trusted_proxies));
    if !server.metrics_public && (forwarded || !near) {
        return Err(HttpError::not_found("not_found", "There is nothing here."));
    }
    let text = front.metrics.text(&front).map_err(|error| HttpError::internal(&error))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(HttpResponse::Ok().content_type(kind).body(Bytes::from(text)))
}
