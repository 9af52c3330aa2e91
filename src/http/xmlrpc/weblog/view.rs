//! A post as `metaWeblog.getPost` shows it.

use crate::{
    content::{Post, Revision},
    http::xmlrpc::{
        call::Call,
        posts::{
            meta,
            view::{date_gmt, format, status, terms_in},
        },
        value::Value,
    },
};

/// The text before and after the `more` mark, and the mark's own words.
pub struct Extended<'t> {
    pub main: &'t str,
    pub words: &'t str,
    pub more: &'t str,
}

/// Parts a text at its first `<!--more-->`. Nothing of it is lost: with the mark between them the parts make it again.
pub fn extended(content: &str) -> Extended<'_> {
    const MARK: &str = "<!--more";
    let parted = content.split_once(MARK).and_then(|(main, rest)| {
        let (words, more) = rest.split_once("-->")?;
        Some(Extended { main, words: words.trim(), more })
    });
    parted.unwrap_or(Extended { main: content, words: "", more: "" })
}

pub fn author_name(call: &Call, post: &Post) -> String {
    call.site().user(post.author).map(|user| user.display_name).unwrap_or_default()
}

pub fn names(call: &Call, post: &Post, taxonomy: &str) -> Vec<String> {
    terms_in(call, post, taxonomy).into_iter().map(|term| term.name).collect()
}

/// `alone`: asked for by its id. Lists have ids as texts and no enclosures.
pub fn post(call: &Call, post: &Post, body: &Revision, alone: bool) -> Value {
    let parts = extended(&body.content);
    let link = call.site().permalink(post);
    let number = |flag: bool| Value::Int(i64::from(flag));
    let id = if alone { Value::number(post.id.0) } else { Value::id(post.id) };
    let thumbnail = post.thumbnail.map_or(Value::Int(0), |id| if alone { Value::id(id) } else { Value::number(id.0) });
    let members = [
        ("dateCreated", Value::date(post.date)),
        ("userid", Value::id(post.author)),
        ("postid", id),
        ("description", Value::text(parts.main)),
        ("title", Value::text(&body.title)),
        ("link", Value::text(&link)),
        ("permaLink", Value::text(link)),
        ("categories", Value::texts(names(call, post, "category"))),
        ("mt_excerpt", Value::text(&body.excerpt)),
        ("mt_text_more", Value::text(parts.more)),
        ("wp_more_text", Value::text(parts.words)),
        ("mt_allow_comments", number(post.comments_open)),
        ("mt_allow_pings", number(post.pings_open)),
        ("mt_keywords", Value::text(names(call, post, "post_tag").join(", "))),
        ("wp_slug", Value::text(&post.slug)),
        ("wp_password", Value::text(post.password.clone().unwrap_or_default())),
        ("wp_author_id", Value::id(post.author)),
        ("wp_author_display_name", Value::text(author_name(call, post))),
        ("date_created_gmt", Value::date(date_gmt(call, post))),
        ("post_status", Value::text(status(post))),
        ("custom_fields", meta::view(&body.meta)),
        ("wp_post_format", Value::text(format(call, post))),
        ("sticky", Value::Bool(post.sticky)),
        ("date_modified", Value::date(post.modified)),
        ("date_modified_gmt", Value::date(post.modified_gmt)),
        ("wp_post_thumbnail", thumbnail),
    ];
    let enclosure = meta::enclosure(&body.meta).filter(|_| alone).map(|value| ("enclosure", value));
    let all = members.into_iter().chain(enclosure);
    Value::Struct(all.map(|(name, value)| (name.to_owned(), value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_parted_at_the_more_mark() {
        let parts = |text| {
            let parts = extended(text);
            (parts.main, parts.words, parts.more)
        };
        assert_eq!(parts("a<!--more-->b<!--more-->c"), ("a", "", "b<!--more-->c"));
        assert_eq!(parts("a<!--more Read on-->b"), ("a", "Read on", "b"));
        assert_eq!(parts("a<!--more b"), ("a<!--more b", "", ""));
        assert_eq!(parts("plain"), ("plain", "", ""));
    }
}
