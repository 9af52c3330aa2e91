//! Who may see a post by its status and time. Where in doubt: nobody.

use jiff::Timestamp;

use super::key::Instant;
use crate::{
    content::PostStatus,
    store::{
        RowKey, Table, Tables,
        codec::post::{PostRow, view},
    },
};

/// How many parents up an attachment's publicness is looked for; beyond, it is hidden.
pub(super) const DEPTH_MAX: usize = 8;

/// What a post's rows say about its publicness, without the time of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Public,
    /// From this time on (UTC).
    From(Instant),
    Hidden,
}

impl Standing {
    pub fn is_public(self, now: Timestamp) -> bool {
        match self {
            Self::Public => true,
            Self::From(at) => at <= Instant::of_timestamp(now),
            Self::Hidden => false,
        }
    }

    pub fn of_status(status: &PostStatus, date_gmt: Option<jiff::civil::DateTime>) -> Self {
        match status {
            PostStatus::Publish => Self::Public,
            PostStatus::Future => date_gmt.map_or(Self::Hidden, |at| Self::From(Instant::of(at))),
            PostStatus::Draft
            | PostStatus::Pending
            | PostStatus::Private
            | PostStatus::Trash
            | PostStatus::AutoDraft
            | PostStatus::Inherit
            | PostStatus::Custom(_) => Self::Hidden,
        }
    }
}

/// The standing of a row. An attachment that inherits is as public as its parent: public without one, hidden
/// while the parent it names does not exist.
pub(super) fn standing(tables: &Tables, row: &PostRow<'_>) -> Standing {
    let status = PostStatus::from_name(&row.status);
    if status == PostStatus::Inherit && row.post_type == "attachment" {
        return inherited(tables, row.parent);
    }
    Standing::of_status(&status, row.date_gmt)
}

pub(super) fn inherited(tables: &Tables, mut parent: Option<u64>) -> Standing {
    for _ in 0..DEPTH_MAX {
        let Some(id) = parent else { return Standing::Public };
        let Some(Ok(row)) = tables.in_place(Table::Posts, &RowKey::Number(id)).map(view) else {
            return Standing::Hidden;
        };
        let status = PostStatus::from_name(&row.status);
        if status != PostStatus::Inherit || row.post_type != "attachment" {
            return Standing::of_status(&status, row.date_gmt);
        }
        parent = row.parent;
    }
    Standing::Hidden
}
