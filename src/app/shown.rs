//! The site's name, addresses and menus as every page shows them: built once per state, shared by all renders.

use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;

use crate::{cache::Tag, render::view};

/// The newest such view.
///
/// The lock is held for a comparison only, never while a view is built or across an await.
#[derive(Debug, Default)]
pub struct Shown {
    kept: Mutex<Option<Kept>>,
}

#[derive(Clone, Debug)]
struct Kept {
    seq: u64,
    /// Then a scheduled post appears, to which a menu may lead.
    until: Option<Timestamp>,
    site: Arc<view::Site>,
    tags: Arc<[Tag]>,
}

impl Shown {
    /// The view of state `seq` at time `now` and what it depends on; `build` makes them, with the time until which
    /// they hold.
    pub fn get(
        &self,
        seq: u64,
        now: Timestamp,
        build: impl FnOnce() -> (view::Site, Vec<Tag>, Option<Timestamp>),
    ) -> (Arc<view::Site>, Arc<[Tag]>) {
        let kept = self.kept.lock().clone();
        let kept = kept.filter(|kept| kept.seq == seq && kept.until.is_none_or(|until| now < until));
        let kept = kept.unwrap_or_else(|| {
            let (site, tags, until) = build();
            let built = Kept { seq, until, site: Arc::new(site), tags: tags.into() };
            *self.kept.lock() = Some(built.clone());
            built
        });
        (kept.site, kept.tags)
    }
}
