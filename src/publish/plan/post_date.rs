//! Dates of posts, and what they make of the status.

use super::{Context, permit::invalid};
use crate::{
    content::{
        Post, PostStatus,
        edit::{DateChange, SavePost},
    },
    publish::PublishError,
};

/// A post is scheduled, not published, when its date is at least this far ahead (WordPress's minute).
const SCHEDULED_SECONDS: i64 = 60;

/// Sets `date`, `date_gmt` and `modified`; a publication ahead of time becomes `future`, a due one `publish`.
pub(super) fn set(
    context: &Context<'_>,
    save: &SavePost,
    post: &mut Post,
    old: Option<&Post>,
) -> Result<(), PublishError> {
    let time = &context.time;
    let unfinished = matches!(post.status, PostStatus::Draft | PostStatus::Pending | PostStatus::AutoDraft);
    match save.date {
        Some(DateChange::Float) => post.date_gmt = None,
        Some(change) => {
            if let Some((local, gmt)) = time.pair(change) {
                if !(0..=9999).contains(&local.year()) {
                    return Err(invalid("rest_invalid_date", "date", "the date is out of range"));
                }
                post.date = local;
                post.date_gmt = Some(gmt);
            }
        }
        None => {}
    }
    if post.date_gmt.is_none() {
        // the date floats: it is the time of the last save until the post leaves the drafts
        post.date = time.now_local();
        if !unfinished {
            post.date_gmt = Some(time.now_gmt());
        }
    }
    if let Some(gmt) = post.date_gmt {
        let ahead = time.seconds_until(gmt) >= SCHEDULED_SECONDS;
        match post.status {
            PostStatus::Publish if ahead => post.status = PostStatus::Future,
            PostStatus::Future if !ahead => post.status = PostStatus::Publish,
            _ => {}
        }
    }
    match (old, post.date_gmt) {
        // a new post that is given a date was, for all it shows, last changed then
        (None, Some(gmt)) if save.date.is_some() => {
            post.modified = post.date;
            post.modified_gmt = gmt;
        }
        _ => {
            post.modified = time.now_local();
            post.modified_gmt = time.now_gmt();
        }
    }
    Ok(())
}
