//! Comments of an item → rows.

use std::collections::{BTreeMap, HashMap};

use super::{UserChoice, meta_entry};
use crate::{
    content::{Comment, CommentId, CommentStatus, PostId, UserId},
    import::{
        dates::Zone,
        survey::{CommentFacts, Source},
        wxr::{self, Item},
    },
    render::{escape, sanitize},
};

/// The comments of `item` that are not here yet, with their identities. `made` is the post they belong to.
pub(in crate::import) fn build_comments(
    source: &Source,
    item: &Item,
    facts: &[CommentFacts],
    made: PostId,
    zone: &Zone,
    users: &BTreeMap<String, UserChoice>,
    fallback: (jiff::civil::DateTime, jiff::civil::DateTime),
) -> Vec<(Comment, (String, String))> {
    let ids: HashMap<u64, u64> = facts.iter().filter_map(|comment| comment.old.map(|old| (old, comment.new))).collect();
    let todo = item.comments.iter().zip(facts).filter(|(_, facts)| !facts.done);
    let build = |(comment, facts): (&wxr::Comment, &CommentFacts)| {
        let (date, date_gmt) = zone.pair(&comment.date, &comment.date_gmt).unwrap_or(fallback);
        // A comment that answers itself, or one that is not there, stands on its own.
        let parent = comment.parent.and_then(|old| ids.get(&old)).copied().filter(|parent| *parent != facts.new);
        let author = comment.user.and_then(|old| user(source, users, old));
        let row = Comment {
            id: CommentId(facts.new),
            post: made,
            parent: parent.map(CommentId),
            user: author,
            author_name: comment.author.clone(),
            author_email: comment.author_email.clone(),
            author_url: website(&comment.author_url),
            author_ip: comment.author_ip.clone(),
            agent: String::new(),
            date,
            date_gmt,
            content: content(&comment.content, author),
            // What does not say that it was approved was not.
            status: CommentStatus::from_stored(if comment.approved.is_empty() { "0" } else { &comment.approved }),
            kind: if comment.kind.is_empty() { "comment".to_owned() } else { comment.kind.clone() },
            karma: 0,
            meta: comment.meta.iter().map(meta_entry).collect(),
        };
        (row, (source.identity("comment", &facts.key()), facts.new.to_string()))
    };
    todo.map(build).collect()
}

/// Posts are as trusted as the export; what readers wrote is not: WordPress lets them use as little HTML as we do.
fn content(text: &str, author: Option<UserId>) -> String {
    if author.is_some() || !text.contains('<') { text.to_owned() } else { sanitize::clean_comment(text) }
}

/// Only what a browser may be sent to; as it was written, then.
fn website(text: &str) -> String {
    if escape::safe_url(text).is_empty() { String::new() } else { text.to_owned() }
}

/// The user an author's number in the export stands for.
pub(in crate::import) fn user(source: &Source, users: &BTreeMap<String, UserChoice>, old: u64) -> Option<UserId> {
    let login = source.authors_by_old.get(&old)?;
    users.get(login).map(UserChoice::id)
}
