//! Aggregates, kept row by row. Scheduled posts that became due since their commit are added when asked.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Site,
    key::{DateKey, Instant, Kind},
};
use crate::content::{PostId, TermId, UserId};

impl Site {
    /// Public posts in the term, kept up to date, never counted by reading.
    pub fn term_count(&self, id: TermId, now: Timestamp) -> u64 {
        let groups = self.posts.by_term.range((id, Kind::POST)..=(id, Kind::MAX));
        let filed: usize = groups.map(|(_, group)| group.public.len()).sum();
        let due = self.due_rows(now).filter(|row| row.terms.contains(&id.0)).count();
        to_u64(filed + due)
    }

    /// Public posts of type `post` by this author.
    pub fn author_count(&self, id: UserId, now: Timestamp) -> u64 {
        let filed = self.posts.by_author.get(&(id, Kind::POST)).map_or(0, |group| group.public.len());
        let due = self.due_rows(now).filter(|row| row.author == id.0 && row.post_type == "post").count();
        to_u64(filed + due)
    }

    /// Months with public posts, newest first: (year, month, posts).
    pub fn archive_months(&self, now: Timestamp) -> Vec<(i16, i8, u64)> {
        let mut months: BTreeMap<(i16, i8), u64> = self.posts.months.iter().map(|(m, count)| (*m, *count)).collect();
        for row in self.due_rows(now).filter(|row| row.post_type == "post") {
            *months.entry((row.date.year(), row.date.month())).or_default() += 1;
        }
        months.into_iter().rev().map(|((year, month), count)| (year, month, count)).collect()
    }

    /// Posts that stay on top.
    pub fn sticky(&self) -> impl Iterator<Item = PostId> + '_ {
        self.posts.sticky.iter().copied()
    }

    fn due_rows(&self, now: Timestamp) -> impl Iterator<Item = crate::store::codec::post::PostRow<'_>> {
        let due = self.posts.scheduled.range(..=DateKey::last(Instant::of_timestamp(now)));
        due.filter_map(|key| self.view(PostId(key.id.0)))
    }
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
