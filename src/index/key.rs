//! Keys of the sorted sets: small, ordered as lists show them.

use std::sync::Arc;

use jiff::{Timestamp, civil::DateTime, tz::Offset};

use crate::content::{PostId, PostStatus, PostType};

/// A civil time to the second as one number that orders as the time does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Instant(i64);

impl Instant {
    pub const MIN: Self = Self(i64::MIN);
    pub const MAX: Self = Self(i64::MAX);

    pub fn of(time: DateTime) -> Self {
        let days = (i64::from(time.year()) * 16 + i64::from(time.month())) * 32 + i64::from(time.day());
        let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
        Self(days * 86_400 + seconds)
    }

    /// UTC.
    pub fn of_timestamp(time: Timestamp) -> Self {
        Self::of(Offset::UTC.to_datetime(time))
    }

    /// The first second of a day, or of what would be one: days 0 and 32 bound a month, months 0 and 13 a year.
    pub fn start_of(year: i16, month: i8, day: i8) -> Self {
        Self(((i64::from(year) * 16 + i64::from(month)) * 32 + i64::from(day)) * 86_400)
    }

    pub fn day(self) -> i8 {
        i8::try_from(self.0.div_euclid(86_400).rem_euclid(32)).unwrap_or(i8::MAX)
    }

    /// A second earlier. Of a first second of a day it gives one that is no time but orders right.
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// A second later, in the same sense.
    pub fn after(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    pub fn year_month(self) -> (i16, i8) {
        let months = self.0.div_euclid(86_400).div_euclid(32);
        let year = i16::try_from(months.div_euclid(16)).unwrap_or(i16::MAX);
        let month = i8::try_from(months.rem_euclid(16)).unwrap_or(i8::MAX);
        (year, month)
    }

    /// Taken as UTC.
    pub fn timestamp(self) -> Option<Timestamp> {
        let (year, month) = self.year_month();
        let day = self.day();
        let second = self.0.rem_euclid(86_400);
        let part = |value: i64| i8::try_from(value).ok();
        let time =
            DateTime::new(year, month, day, part(second / 3600)?, part(second / 60 % 60)?, part(second % 60)?, 0);
        Offset::UTC.to_timestamp(time.ok()?).ok()
    }
}

/// A post by some time of it; by number within the same second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DateKey {
    pub at: Instant,
    pub id: PostId,
}

impl DateKey {
    /// Before every post of this second.
    pub fn first(at: Instant) -> Self {
        Self { at, id: PostId(0) }
    }

    /// After every post of this second.
    pub fn last(at: Instant) -> Self {
        Self { at, id: PostId(u64::MAX) }
    }
}

/// A post type by the number this process gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Kind(u16);

impl Kind {
    pub const POST: Self = Self(0);
    pub const ATTACHMENT: Self = Self(2);
    pub const NAV_MENU_ITEM: Self = Self(3);
    pub const MAX: Self = Self(u16::MAX);
}

/// The numbers of post types. Types are few: a list is searched.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kinds(Arc<Vec<PostType>>);

impl Default for Kinds {
    fn default() -> Self {
        Self(Arc::new(vec![PostType::Post, PostType::Page, PostType::Attachment, PostType::NavMenuItem]))
    }
}

impl Kinds {
    /// The number of a type that some post has or had.
    pub fn get(&self, name: &str) -> Option<Kind> {
        let index = self.0.iter().position(|known| known.name() == name)?;
        u16::try_from(index).ok().map(Kind)
    }

    /// Numbers a type. There is room for 65,535; later ones share the last number and are then told apart
    /// by nothing, which no real site comes near.
    pub fn intern(&mut self, name: &str) -> Kind {
        if let Some(kind) = self.get(name) {
            return kind;
        }
        let kind = Kind(u16::try_from(self.0.len()).unwrap_or(u16::MAX));
        Arc::make_mut(&mut self.0).push(PostType::from_name(name));
        kind
    }

    pub fn all(&self) -> &[PostType] {
        &self.0
    }

    pub fn name(&self, kind: Kind) -> &str {
        self.0.get(usize::from(kind.0)).map_or("", PostType::name)
    }
}

/// Where a post of some type is filed: with the public ones or with its status.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shelf {
    Public,
    Status(PostStatus),
}

/// A post by a name it has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NameKey {
    pub name: Arc<str>,
    pub kind: Kind,
    pub id: PostId,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn instants_order_as_times_do(a in -300_000_000_000i64..250_000_000_000, b in -300_000_000_000i64..250_000_000_000) {
            let (a, b) = (Timestamp::from_second(a).unwrap(), Timestamp::from_second(b).unwrap());
            prop_assert_eq!(Instant::of_timestamp(a).cmp(&Instant::of_timestamp(b)), a.cmp(&b));
            prop_assert_eq!(Instant::of_timestamp(a).timestamp(), Some(a));
            let date = Offset::UTC.to_datetime(a);
            prop_assert_eq!(Instant::of(date).year_month(), (date.year(), date.month()));
            prop_assert!(Instant::start_of(date.year(), date.month(), date.day()) <= Instant::of(date));
            prop_assert!(Instant::of(date) < Instant::start_of(date.year(), date.month(), 32));
            prop_assert!(Instant::of(date) < Instant::start_of(date.year(), 13, 0));
        }
    }
}
