//! A post as `wp.getPost` shows it.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use super::meta;
use crate::{
    content::{Post, PostStatus, Revision, SiteZone, Taxonomy, Term},
    http::xmlrpc::{call::Call, media, terms, value::Value},
};

/// The groups and members a client asks for.
#[derive(Clone, Debug)]
pub struct Wanted(BTreeSet<String>);

impl Wanted {
    /// Without a list all but enclosures are shown.
    pub fn of(fields: Option<&Value>) -> Self {
        match fields.map(|fields| fields.items().into_iter().filter_map(Value::as_text).collect::<BTreeSet<_>>()) {
            Some(named) if fields.is_some_and(|fields| matches!(fields, Value::List(_))) => Self(named),
            _ => Self(["post", "terms", "custom_fields"].map(str::to_owned).into()),
        }
    }

    pub fn only(names: &[&str]) -> Self {
        Self(names.iter().map(|&name| name.to_owned()).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// What scheduled posts count as here: WordPress shows them as published.
pub fn status(post: &Post) -> &str {
    if post.status == PostStatus::Future { "publish" } else { post.status.name() }
}

/// When it was or will be published, in UTC: where that floats, of the date it has meanwhile.
pub fn date_gmt(call: &Call, post: &Post) -> DateTime {
    post.date_gmt.unwrap_or_else(|| SiteZone::of(call.site().settings()).to_gmt(post.date))
}

/// The post's terms of one taxonomy, in the order given.
pub fn terms_in(call: &Call, post: &Post, taxonomy: &str) -> Vec<Term> {
    let taxonomy = Taxonomy::new(taxonomy);
    let terms = post.terms.iter().filter_map(|id| call.site().term(*id));
    terms.filter(|term| term.taxonomy == taxonomy).collect()
}

pub fn format(call: &Call, post: &Post) -> String {
    let slug = terms_in(call, post, "post_format").into_iter().next().map(|term| term.slug);
    slug.and_then(|slug| slug.strip_prefix("post-format-").map(str::to_owned)).unwrap_or_else(|| "standard".to_owned())
}

pub fn post(call: &Call, post: &Post, body: &Revision, wanted: &Wanted) -> Value {
    let mut members = vec![("post_id".to_owned(), Value::id(post.id))];
    for (name, value) in fields(call, post, body) {
        if wanted.has("post") || wanted.has(name) {
            members.push((name.to_owned(), value));
        }
    }
    if wanted.has("taxonomies") || wanted.has("terms") {
        members.push(("terms".to_owned(), post_terms(call, post)));
    }
    if wanted.has("custom_fields") {
        members.push(("custom_fields".to_owned(), meta::view(&body.meta)));
    }
    if wanted.has("enclosure") {
        members.push(("enclosure".to_owned(), meta::enclosure(&body.meta).unwrap_or(Value::List(Vec::new()))));
    }
    Value::Struct(members)
}

fn fields(call: &Call, post: &Post, body: &Revision) -> Vec<(&'static str, Value)> {
    let open = |open: bool| Value::text(if open { "open" } else { "closed" });
    vec![
        ("post_title", Value::text(&body.title)),
        ("post_date", Value::date(post.date)),
        ("post_date_gmt", Value::date(date_gmt(call, post))),
        ("post_modified", Value::date(post.modified)),
        ("post_modified_gmt", Value::date(post.modified_gmt)),
        ("post_status", Value::text(status(post))),
        ("post_type", Value::text(post.post_type.name())),
        ("post_name", Value::text(&post.slug)),
        ("post_author", Value::id(post.author)),
        ("post_password", Value::text(post.password.clone().unwrap_or_default())),
        ("post_excerpt", Value::text(&body.excerpt)),
        ("post_content", Value::text(&body.content)),
        ("post_parent", Value::id(post.parent.unwrap_or_default())),
        ("post_mime_type", Value::text(&post.mime_type)),
        ("link", Value::text(call.site().permalink(post))),
        ("guid", Value::text(&post.guid)),
        ("menu_order", Value::Int(post.menu_order)),
        ("comment_status", open(post.comments_open)),
        ("ping_status", open(post.pings_open)),
        ("sticky", Value::Bool(post.sticky)),
        ("post_thumbnail", thumbnail(call, post)),
        ("post_format", Value::text(format(call, post))),
    ]
}

/// The featured image as an item of the library; an empty list where there is none.
fn thumbnail(call: &Call, post: &Post) -> Value {
    let image = post.thumbnail.and_then(|id| call.site().post(id));
    image.map_or(Value::List(Vec::new()), |image| media::item(call, &image, ""))
}

/// Terms of the taxonomies of its type; formats are told apart.
fn post_terms(call: &Call, post: &Post) -> Value {
    let types = &call.site().settings().types;
    let mut all: Vec<Term> = post.terms.iter().filter_map(|id| call.site().term(*id)).collect();
    all.retain(|term| term.taxonomy.name() != "post_format" && types.taxonomy(term.taxonomy.name()).is_some());
    Value::List(all.iter().map(|term| terms::view(call, term)).collect())
}
