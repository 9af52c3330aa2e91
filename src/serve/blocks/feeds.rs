//! Feeds of other sites, for `core/rss`.

use std::time::Duration;

use jiff::{Timestamp, tz::Offset};

use super::Scene;
use crate::{
    render::{
        content::dynamic::{self, Attributes, FeedEntry},
        date::Date,
    },
    serve::context::Depends,
};

/// How long what a feed said counts.
pub const KEPT_FOR: Duration = Duration::from_secs(3600);
/// After this one that could not be had is asked for again.
const AGAIN_AFTER: Duration = Duration::from_secs(300);
const FEED_BYTES_MAX: usize = 2 << 20;
const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml, text/xml";
const ITEMS: u64 = 5;
const ITEMS_MAX: u64 = 20;

/// The block's HTML. The page is asked for anew when the feed may have changed.
pub async fn rss(scene: &Scene<'_>, attributes: Attributes<'_>, depends: &mut Depends) -> String {
    let url = attributes.text("feedURL").trim();
    if url.is_empty() {
        return String::new();
    }
    let entries = read(scene, url).await;
    let kept_for = if entries.is_some() { KEPT_FOR } else { AGAIN_AFTER };
    depends.until(scene.now, kept_for);
    let wanted = usize::try_from(attributes.number("itemsToShow").unwrap_or(ITEMS).clamp(1, ITEMS_MAX)).unwrap_or(1);
    let shown: Option<Vec<_>> = entries.map(|entries| {
        let dated = entries.into_iter().take(wanted).map(|entry| {
            let date = date(scene, &entry.date);
            (entry, date)
        });
        dated.collect()
    });
    dynamic::rss(attributes, shown.as_deref())
}

/// What exactly went wrong is for the log alone: it would tell what our own network is like.
async fn read(scene: &Scene<'_>, url: &str) -> Option<Vec<FeedEntry>> {
    let seconds = i64::try_from(KEPT_FOR.as_secs()).unwrap_or(1);
    let period = scene.now.as_second() / seconds;
    let page = match scene.app.fetcher.page_of_period(url, ACCEPT, FEED_BYTES_MAX, period).await {
        Ok(page) if page.is_success() => page,
        Ok(page) => {
            tracing::debug!(url, status = page.status, "a feed cannot be had");
            return None;
        }
        Err(error) => {
            tracing::debug!(url, %error, "a feed cannot be had");
            return None;
        }
    };
    dynamic::read_feed(&page.text())
}

fn date(scene: &Scene<'_>, text: &str) -> Option<Date> {
    let text = text.trim();
    let moment = jiff::fmt::rfc2822::parse(text).map(|zoned| zoned.timestamp()).or_else(|_| text.parse::<Timestamp>());
    Some(scene.dates.from_utc(Offset::UTC.to_datetime(moment.ok()?)))
}
