//! What a version has beside its texts, in words: for people to compare.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{
    content::{MetaEntry, Post, PostId, PostStatus, Revision, SavedSettings, Term, TermId},
    index::Site,
    render::date,
};

/// Entries of the site's own that are compared, and how much of each is shown.
const META_MAX: usize = 50;
const VALUE_CHARS_MAX: usize = 500;

/// `{name, label, value}` each, in the order they are shown; `image` is the address of a picture to show with it. What was
/// not written down at the time is left out: nothing can be said of it.
pub fn of(site: &Site, body: &Revision) -> Value {
    let mut all = vec![
        text("status", "Status", status(&body.status)),
        text("slug", "Address", body.slug.clone()),
        text("date", "Date", date(site, body)),
        text("author", "Author", site.user(body.author).map_or_else(gone, |user| user.display_name)),
    ];
    all.extend(terms(site, &body.terms));
    all.extend(body.settings.iter().flat_map(|saved| settings(site, saved)));
    all.extend(meta(&body.meta));
    all.into()
}

fn text(name: &str, label: &str, value: impl Into<String>) -> Value {
    json!({ "name": name, "label": label, "value": value.into() })
}

fn gone() -> String {
    "deleted since".to_owned()
}

/// That of a draft is of no meaning until it is published.
fn date(site: &Site, body: &Revision) -> String {
    if matches!(body.status, PostStatus::Draft | PostStatus::Pending | PostStatus::AutoDraft) {
        return "When it is published".to_owned();
    }
    let settings = site.settings();
    let pattern = format!("{}, {}", settings.date_format, settings.time_format);
    body.date.to_zoned(TimeZone::UTC).map_or_else(|_| body.date.to_string(), |at| date::format(&pattern, &at))
}

fn status(status: &PostStatus) -> String {
    match status {
        PostStatus::Publish => "Published",
        PostStatus::Future => "Scheduled",
        PostStatus::Draft => "Draft",
        PostStatus::Pending => "Pending review",
        PostStatus::Private => "Private",
        PostStatus::Trash => "Trash",
        PostStatus::AutoDraft => "Never saved",
        other => other.name(),
    }
    .to_owned()
}

/// One for each taxonomy there is, so that a version without terms compares with one that has some.
fn terms(site: &Site, ids: &[TermId]) -> Vec<Value> {
    let terms: Vec<Term> = ids.iter().filter_map(|id| site.term(*id)).collect();
    let lost = ids.len() - terms.len();
    let known = site.settings().types.taxonomies().map(|taxonomy| {
        let names = terms.iter().filter(|term| term.taxonomy.name() == taxonomy.name).map(|term| term.name.as_str());
        let names = names.collect::<Vec<_>>().join(", ");
        if taxonomy.name == "post_format" {
            return text(
                "format",
                "Format",
                if names.is_empty() { "Standard" } else { names.trim_start_matches("post-format-") },
            );
        }
        text(&format!("terms-{}", taxonomy.name), &taxonomy.label, names)
    });
    let mut all: Vec<Value> = known.collect();
    if lost > 0 {
        all.push(text("terms-lost", "Terms deleted since", lost.to_string()));
    }
    all
}

fn settings(site: &Site, saved: &SavedSettings) -> Vec<Value> {
    let titled = |id: PostId| site.post(id).map_or_else(gone, |post| named(&post));
    let yes = |is: bool| if is { "Yes" } else { "No" };
    let open = |is: bool| if is { "Open" } else { "Closed" };
    let image = saved.thumbnail.and_then(|id| site.post(id)).and_then(|post| post.file);
    let mut featured = text("featured", "Featured image", saved.thumbnail.map_or_else(String::new, titled));
    if let Some(file) = image.filter(|file| file.mime_type.starts_with("image/")) {
        featured["image"] = format!("/wp-content/uploads/{}", file.upload_path).into();
    }
    vec![
        featured,
        text("parent", "Parent", saved.parent.map_or_else(String::new, titled)),
        text("order", "Order", saved.menu_order.to_string()),
        text("sticky", "On top of the front page", yes(saved.sticky)),
        text("template", "Template", if saved.template.is_empty() { "Default" } else { &saved.template }),
        text("password", "Password", if saved.protected { "Set" } else { "None" }),
        text("comments", "Comments", open(saved.comments_open)),
        text("pings", "Pings", open(saved.pings_open)),
    ]
}

fn named(post: &Post) -> String {
    if post.title.is_empty() { format!("no. {}", post.id) } else { post.title.clone() }
}

/// Custom fields; those whose name begins with `_` are programs' own.
fn meta(entries: &[MetaEntry]) -> Vec<Value> {
    let public = entries.iter().filter(|entry| !entry.key.starts_with('_')).take(META_MAX);
    public
        .map(|entry| {
            let value: String = entry.value.chars().take(VALUE_CHARS_MAX).collect();
            text(&format!("meta-{}", entry.key), &entry.key, value)
        })
        .collect()
}
