//! The link that shows a comment to its writer while it waits for approval, with WordPress's names:
//! `?unapproved=7&moderation-hash=…#comment-7`. It is good for ten minutes after the comment was written.
//!
//! A comment that waits outside the log has no number yet. Its link names its ULID, and its hash has two halves: one says that
//! the ULID is ours, before anything is read from the store for it; by the other it is known again once it has a number.

use jiff::{
    SignedDuration,
    civil::DateTime,
    tz::{Offset, TimeZone},
};
use subtle::ConstantTimeEq as _;
use ulid::Ulid;

use crate::{
    app::{App, overflow},
    content::{Arrival, Comment, CommentId, CommentStatus, HeldComment, SiteZone},
    index::Site,
    serve,
    store::seal::purpose,
};

/// As in WordPress: <https://developer.wordpress.org/reference/functions/wp_get_unapproved_comment_author_email/>
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);
const HASH_BYTES: usize = 16;
/// Where a comment just folded in is looked for.
const LOOKED_THROUGH_MAX: usize = 1000;

/// Where its writer sees `comment` below the post at `path`.
pub fn link(app: &App, path: &str, comment: &Comment) -> String {
    let (id, hash) = (comment.id, hash(app, comment));
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}unapproved={id}&moderation-hash={hash}#comment-{id}")
}

/// Where its writer sees a comment that the log has not taken yet, below the post at `path`.
pub fn link_to_waiting(app: &App, site: &Site, path: &str, held: HeldComment) -> String {
    let id = held.id;
    let separator = if path.contains('?') { '&' } else { '?' };
    let text = hash_of_text(app, id, &unnumbered(site, held, DateTime::default()));
    format!("{path}{separator}unapproved={}&moderation-hash={}{text}#comments", Ulid(id), hash_of_id(app, id))
}

/// What the query of a page names, if it may be shown to whoever has the link.
#[derive(Debug, Default)]
pub struct Named {
    pub known: Option<CommentId>,
    /// It has no number yet: 0.
    pub waiting: Option<Comment>,
}

/// Finds the comment that the query of a page names.
pub async fn named(app: &App, site: &Site, query: &[(String, String)]) -> Named {
    let value = |wanted: &str| query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let (Some(name), Some(given)) = (value("unapproved"), value("moderation-hash")) else { return Named::default() };
    if let Ok(id) = name.parse() {
        return Named { known: numbered(app, site, CommentId(id), given), waiting: None };
    }
    match Ulid::from_string(name) {
        Ok(Ulid(id)) => waiting(app, site, id, given).await.unwrap_or_default(),
        Err(_) => Named::default(),
    }
}

fn numbered(app: &App, site: &Site, id: CommentId, given: &str) -> Option<CommentId> {
    let comment = site.comment(id).filter(|comment| comment.status == CommentStatus::Hold)?;
    let written = TimeZone::UTC.to_timestamp(comment.date_gmt).ok()?;
    let is_young = app.clock.now().duration_since(written) < GOOD_FOR;
    (is_young && same(&hash(app, &comment), given)).then_some(comment.id)
}

async fn waiting(app: &App, site: &Site, id: u128, given: &str) -> Option<Named> {
    let arrived = Arrival::new(id).at();
    let (gate, text) = given.split_at_checked(2 * HASH_BYTES)?;
    if app.clock.now().duration_since(arrived) >= GOOD_FOR || !same(&hash_of_id(app, id), gate) {
        return None;
    }
    let gmt = Offset::UTC.to_datetime(arrived).with().subsec_nanosecond(0).build().ok()?;
    let folded_in = |site: &Site| {
        let newest = site.newest_comments(LOOKED_THROUGH_MAX).into_iter().filter_map(|id| site.comment(id));
        let mut then = newest.filter(|comment| comment.date_gmt == gmt);
        then.find(|comment| same(&hash_of_text(app, id, comment), text))
    };
    let known = |comment: Comment| {
        let held = comment.status == CommentStatus::Hold;
        Named { known: held.then_some(comment.id), waiting: None }
    };
    if let Some(comment) = folded_in(site) {
        return Some(known(comment));
    }
    if let Some(held) = overflow::read(app, id).await.ok()? {
        let comment = unnumbered(site, held, gmt);
        return same(&hash_of_text(app, id, &comment), text).then_some(Named { known: None, waiting: Some(comment) });
    }
    // The object goes when the log has the comment: perhaps later than what is known here.
    folded_in(&serve::confirmed(app).await.state).map(known)
}

/// As it will be, but for its number.
fn unnumbered(site: &Site, held: HeldComment, date_gmt: DateTime) -> Comment {
    Comment {
        id: CommentId(0),
        post: held.post,
        parent: held.parent,
        user: held.user,
        author_name: held.author_name,
        author_email: held.author_email,
        author_url: held.author_url,
        author_ip: held.author_ip,
        agent: held.agent,
        date: SiteZone::of(site.settings()).to_local(date_gmt),
        date_gmt,
        content: held.content,
        status: CommentStatus::Hold,
        kind: "comment".to_owned(),
        karma: 0,
        meta: Vec::new(),
    }
}

fn hash(app: &App, comment: &Comment) -> String {
    mac(app, &format!("{}\0{}", comment.id, comment.date_gmt))
}

fn hash_of_id(app: &App, id: u128) -> String {
    mac(app, &format!("waits\0{}", Ulid(id)))
}

fn hash_of_text(app: &App, id: u128, comment: &Comment) -> String {
    let Comment { post, author_name, author_email, content, .. } = comment;
    mac(app, &format!("says\0{}\0{post}\0{author_name}\0{author_email}\0{content}", Ulid(id)))
}

fn mac(app: &App, text: &str) -> String {
    let mac = app.key.mac(purpose::COMMENT_LINK, text.as_bytes());
    hex::encode(mac.first_chunk::<HASH_BYTES>().copied().unwrap_or_default())
}

fn same(hash: &str, given: &str) -> bool {
    hash.as_bytes().ct_eq(given.as_bytes()).into()
}
