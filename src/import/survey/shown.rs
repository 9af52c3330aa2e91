//! Files that readers of the old site could see in public posts: what they belong to may be missing from the export.

use std::{collections::HashMap, hash::BuildHasher as _};

use jiff::Timestamp;

use super::source::is_open;
use crate::{
    content::PostStatus,
    import::{dates, rewrite, wxr::Item},
};

/// More are not noted, and count as not seen.
const NOTED_MAX: usize = 2_000_000;
/// A file that gives no time in UTC leaves it open by as much as zones are apart.
const ZONES_SECONDS: i64 = 14 * 60 * 60;

/// Which item shows what, by address and by number in the export.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Hashes of addresses, for there are many.
    addresses: HashMap<u64, u32>,
    numbers: HashMap<u64, u32>,
    hasher: std::hash::RandomState,
}

impl Shown {
    /// Takes note of all that `item`, the one at `position`, shows to everybody.
    pub(super) fn note(&mut self, item: &Item, position: usize, now: Timestamp) {
        let Ok(position) = u32::try_from(position) else { return };
        if !is_seen(item, now) {
            return;
        }
        let thumbnail = item.meta.iter().find(|meta| meta.key == "_thumbnail_id");
        let thumbnail = thumbnail.and_then(|meta| meta.value.trim().parse().ok());
        for number in rewrite::gallery_numbers(&item.content).into_iter().chain(thumbnail) {
            if self.numbers.len() < NOTED_MAX {
                self.numbers.entry(number).or_insert(position);
            }
        }
        for address in rewrite::file_addresses(&item.content) {
            if self.addresses.len() < NOTED_MAX {
                self.addresses.entry(self.hasher.hash_one(&address)).or_insert(position);
            }
        }
    }

    /// An item that shows the attachment at `url`, whose number is `old`.
    pub(super) fn by(&self, url: &str, old: Option<u64>) -> Option<usize> {
        let numbered = old.and_then(|old| self.numbers.get(&old));
        let addressed =
            || rewrite::file_address(url).and_then(|address| self.addresses.get(&self.hasher.hash_one(&address)));
        numbered.or_else(addressed).map(|position| *position as usize)
    }
}

/// Everybody could read it, without any doubt.
fn is_seen(item: &Item, now: Timestamp) -> bool {
    let kind = matches!(item.post_type.as_str(), "post" | "page");
    let earlier = Timestamp::from_second(now.as_second() - ZONES_SECONDS).unwrap_or(now);
    let past = match (dates::parse(&item.date_gmt), dates::parse(&item.date)) {
        (Some(gmt), _) => !dates::is_future(gmt, now),
        (None, Some(local)) => !dates::is_future(local, earlier),
        (None, None) => false,
    };
    kind && past && item.password.is_empty() && is_open(&PostStatus::from_name(&item.status))
}
