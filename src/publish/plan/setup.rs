//! `Setup`: a new site's administrator, options, default category, and something to look at.

use serde_json::{Value, json};

use super::{
    Changes, Context, Planned, Reject,
    permit::{forbidden, invalid},
};
use crate::{
    content::{
        ContentFormat, Post, PostId, PostStatus, PostType, Revision, RevisionId, Role, SavedSettings, Taxonomy, Term,
        TermId, User, UserId,
        edit::{IdKind, Setup},
        names::{EMAIL_BYTES_MAX, is_email, sanitize_text_field, sanitize_user},
        slug::sanitize_title,
    },
    index::Site,
    publish::{Outcome, PublishError, plan::user::LOGIN_CHARS_MAX, times::SiteTime},
};

/// Bodies a set-up writes: the welcome post and the sample page.
pub(in crate::publish) const BODIES: usize = 2;

pub(super) fn plan(context: &Context<'_>, setup: &Setup) -> Result<Planned, Reject> {
    if !context.site.is_new() {
        return Err(forbidden("setup_done", "the site has been set up already").into());
    }
    let options = options(setup)?;
    let mut changes = Changes::new(context.site);
    for (name, value) in &options {
        changes.put_option(name, value);
    }
    // the settings just made rule the dates of what follows
    let mut settings = context.site.settings().clone();
    settings.time_zone.clone_from(&setup.time_zone);
    let time = SiteTime::new(&settings, context.prepared.now);

    let admin = administrator(setup, UserId(changes.take_id(IdKind::User)), &time)?;
    changes.put_user(&admin);
    let category = default_category(TermId(changes.take_id(IdKind::Term)));
    changes.put_term(&category);
    changes.put_option("default_category", &json!(category.id.0));

    let [first, second] = context.prepared.bodies.as_slice() else { return Err(Reject::Stale) };
    for (sample, (id, revision)) in [(Sample::Post, *first), (Sample::Page, *second)] {
        if context.site.post(id).is_some() {
            return Err(Reject::Stale);
        }
        let (post, body) = sample_post(&sample, id, revision, setup, &admin, &category, &time);
        changes.put_post(&post);
        changes.add_revision(body, None);
    }
    Ok(changes.finish(Outcome::User { id: admin.id, created: true }))
}

/// The entries a set-up made that nobody has touched since: an import or a demo takes their place.
pub(in crate::publish) fn untouched_samples(site: &Site) -> Vec<PostId> {
    let found = [(Sample::Post, PostType::Post), (Sample::Page, PostType::Page)].map(|(sample, post_type)| {
        let (title, slug, _) = sample.texts();
        let ids = site.posts_by_slug(&post_type, slug);
        let untouched = |id: &PostId| {
            let same =
                |post: Post| post.title == title && post.modified == post.date && post.status == PostStatus::Publish;
            site.post(*id).is_some_and(same) && site.revisions(*id).len() <= 1 && site.comments(*id).is_empty()
        };
        ids.into_iter().find(untouched)
    });
    found.into_iter().flatten().collect()
}

fn options(setup: &Setup) -> Result<Vec<(&'static str, Value)>, PublishError> {
    let home = setup.url.trim().trim_end_matches('/');
    let url = url::Url::parse(home).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if url.is_none_or(|url| url.query().is_some() || url.fragment().is_some() || !url.username().is_empty()) {
        let message = format!("{:?} is not an address of the form https://example.org", setup.url);
        return Err(invalid("rest_invalid_param", "url", message));
    }
    let zone = setup.time_zone.as_str();
    if !zone.is_empty() && jiff::tz::TimeZone::get(zone).is_err() {
        return Err(invalid("rest_invalid_param", "time_zone", format!("{zone:?} is not a known time zone")));
    }
    let title = sanitize_text_field(&setup.title);
    Ok(vec![
        ("siteurl", json!(home)),
        ("home", json!(home)),
        ("blogname", json!(title)),
        ("blogdescription", json!("")),
        ("admin_email", json!(setup.admin_email.trim())),
        ("timezone_string", json!(zone)),
        ("gmt_offset", json!(0)),
        ("permalink_structure", json!("/%year%/%monthnum%/%day%/%postname%/")),
    ])
}

fn administrator(setup: &Setup, id: UserId, time: &SiteTime) -> Result<User, PublishError> {
    let login = setup.admin_login.trim();
    if login.is_empty() || sanitize_user(login, true) != login || login.chars().count() > LOGIN_CHARS_MAX {
        let message = format!("a user name has 1 to {LOGIN_CHARS_MAX} of the characters a-z, 0-9, space, _ . - @");
        return Err(invalid("rest_user_invalid_username", "admin_login", message));
    }
    let email = setup.admin_email.trim();
    if !is_email(email) || email.len() > EMAIL_BYTES_MAX {
        return Err(invalid("rest_user_invalid_email", "admin_email", format!("{email:?} is not an e-mail address")));
    }
    Ok(User {
        id,
        login: login.to_owned(),
        slug: Some(sanitize_title(login)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "admin".to_owned()),
        email: email.to_owned(),
        display_name: login.to_owned(),
        first_name: String::new(),
        last_name: String::new(),
        nickname: login.to_owned(),
        description: String::new(),
        url: String::new(),
        locale: String::new(),
        registered: time.now_gmt(),
        roles: vec![Role::Administrator],
        password_sealed: setup.admin_password_sealed.clone(),
        session_epoch: 0,
        ended_sessions: Vec::new(),
        meta: Vec::new(),
    })
}

fn default_category(id: TermId) -> Term {
    Term {
        id,
        taxonomy: Taxonomy::new("category"),
        slug: "uncategorized".to_owned(),
        name: "Uncategorized".to_owned(),
        description: String::new(),
        parent: None,
        meta: Vec::new(),
    }
}

enum Sample {
    Post,
    Page,
}

impl Sample {
    fn texts(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Post => (
                "Your site is ready",
                "your-site-is-ready",
                "<!-- wp:paragraph -->\n<p>Everything you publish here is kept in your own bucket: each save of a post is \
                 one readable file, and nothing is ever overwritten. Edit this post, or delete it and write the \
                 first one of your own.</p>\n<!-- /wp:paragraph -->",
            ),
            Self::Page => (
                "About",
                "about",
                "<!-- wp:paragraph -->\n<p>A page stays where it is while posts move on: the place to say who you are \
                 and what this site is for. Replace this text with yours.</p>\n<!-- /wp:paragraph -->",
            ),
        }
    }
}

fn sample_post(
    sample: &Sample,
    id: PostId,
    revision: RevisionId,
    setup: &Setup,
    admin: &User,
    category: &Term,
    time: &SiteTime,
) -> (Post, Revision) {
    let (title, slug, content) = sample.texts();
    let is_post = matches!(sample, Sample::Post);
    let post_type = if is_post { PostType::Post } else { PostType::Page };
    let home = setup.url.trim().trim_end_matches('/');
    let parameter = if is_post { "p" } else { "page_id" };
    let post = Post {
        id,
        post_type: post_type.clone(),
        status: PostStatus::Publish,
        slug: slug.to_owned(),
        title: title.to_owned(),
        excerpt: String::new(),
        author: admin.id,
        date: time.now_local(),
        date_gmt: Some(time.now_gmt()),
        modified: time.now_local(),
        modified_gmt: time.now_gmt(),
        parent: None,
        menu_order: 0,
        password: None,
        comments_open: is_post,
        pings_open: is_post,
        sticky: false,
        terms: if is_post { vec![category.id] } else { Vec::new() },
        thumbnail: None,
        template: String::new(),
        mime_type: String::new(),
        guid: format!("{home}/?{parameter}={id}"),
        old_slugs: Vec::new(),
        trashed_from: None,
        revision,
        meta: Vec::new(),
        file: None,
    };
    let body = Revision {
        id: revision,
        post: id,
        previous: None,
        saved_by: admin.id,
        saved_at: time.now_gmt(),
        post_type,
        status: PostStatus::Publish,
        slug: slug.to_owned(),
        title: title.to_owned(),
        content: content.to_owned(),
        excerpt: String::new(),
        format: ContentFormat::Html,
        author: admin.id,
        date: post.date,
        terms: post.terms.clone(),
        meta: Vec::new(),
        settings: Some(SavedSettings::of(&post)),
    };
    (post, body)
}
