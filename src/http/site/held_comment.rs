//! The link that shows a comment to its writer while it waits for approval, with WordPress's names:
//! `?unapproved=7&moderation-hash=…#comment-7`. It is good for ten minutes after the comment was written.

use jiff::{SignedDuration, tz::TimeZone};
use subtle::ConstantTimeEq as _;

use crate::{
    app::App,
    content::{Comment, CommentId, CommentStatus},
    index::Site,
    store::seal::purpose,
};

/// As in WordPress: <https://developer.wordpress.org/reference/functions/wp_get_unapproved_comment_author_email/>
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);
const HASH_BYTES: usize = 16;

/// Where its writer sees `comment` below the post at `path`.
pub fn link(app: &App, path: &str, comment: &Comment) -> String {
    let (id, hash) = (comment.id, hash(app, comment));
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}unapproved={id}&moderation-hash={hash}#comment-{id}")
}

/// The comment that the query of a page names, if it may be shown to whoever has the link.
pub fn named(app: &App, site: &Site, query: &[(String, String)]) -> Option<CommentId> {
    let value = |wanted: &str| query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let (id, given) = (value("unapproved")?.parse().ok()?, value("moderation-hash")?);
    let comment = site.comment(CommentId(id)).filter(|comment| comment.status == CommentStatus::Hold)?;
    let written = TimeZone::UTC.to_timestamp(comment.date_gmt).ok()?;
    let is_young = app.clock.now().duration_since(written) < GOOD_FOR;
    let is_ours: bool = hash(app, &comment).as_bytes().ct_eq(given.as_bytes()).into();
    (is_young && is_ours).then_some(comment.id)
}

fn hash(app: &App, comment: &Comment) -> String {
    let mac = app.key.mac(purpose::COMMENT_LINK, format!("{}\0{}", comment.id, comment.date_gmt).as_bytes());
    hex::encode(mac.first_chunk::<HASH_BYTES>().copied().unwrap_or_default())
}
