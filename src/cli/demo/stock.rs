//! What articles are made with: authors, sections, tags, pictures, pages and the menu.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use jiff::tz::Offset;
use serde_json::json;

use super::{
    SOURCE, picture,
    prose::{self, Dice},
    rows::{blank_post, body_of},
    words::{AUTHORS, SECTIONS},
};
use crate::{
    app::App,
    cli::Failure,
    content::{
        MediaFile, MetaEntry, Post, PostId, PostStatus, PostType, Revision, RevisionId, Role, Taxonomy, Term, TermId,
        User, UserId,
        edit::{IdKind, ImportBatch},
        slug::sanitize_title,
    },
    import::batch,
    media::UploadRules,
};

#[derive(Debug, Default)]
pub struct Stock {
    pub authors: Vec<UserId>,
    /// Per section: its own term, then those below it.
    pub sections: Vec<Vec<TermId>>,
    /// Per section.
    pub tags: Vec<Vec<TermId>>,
    pub pictures: Vec<Picture>,
}

#[derive(Debug)]
pub struct Picture {
    pub id: PostId,
    pub file: MediaFile,
    pub title: String,
}

const PAGES: [(&str, &[&str]); 4] = [
    (
        "About the Courier",
        &[
            "The Saltmarsh Courier is a newspaper that does not exist, about a town that does not either. It was written by a program so that an empty site has something to show.",
            "Everything on these pages is invented: the council, the tides, the choir, and in particular the bus timetable.",
        ],
    ),
    (
        "Contact",
        &[
            "Letters are welcome at the desk on Quay Parade, on any day but Sunday. Please write on one side of the page.",
        ],
    ),
    (
        "Corrections",
        &["When we are wrong we say so here, at the length of the mistake. There is nothing to correct this week."],
    ),
    ("The Almanac", &["Tides, moons and markets for the coming year, with room in the margin for notes."]),
];

/// Makes and commits everything but the articles.
pub async fn make(app: &Arc<App>, seed: u64, pictures: u64) -> Result<Stock, Failure> {
    let mut stock = Stock { authors: authors(app).await?, ..Stock::default() };
    terms(app, &mut stock).await?;
    draw(app, seed, pictures, &mut stock).await?;
    pages_and_menu(app, &stock).await?;
    Ok(stock)
}

fn batch_of() -> ImportBatch {
    ImportBatch { source: SOURCE.to_owned(), ..ImportBatch::default() }
}

async fn authors(app: &App) -> Result<Vec<UserId>, Failure> {
    let site = app.log.current().state.clone();
    let first = batch::reserve(app, IdKind::User, AUTHORS.len() as u64).await?.start;
    let registered = Offset::UTC.to_datetime(app.clock.now());
    let registered = registered.with().subsec_nanosecond(0).build().unwrap_or(registered);
    let mut ids = Vec::new();
    let mut users = Vec::new();
    for (id, (name, login, about)) in (first..).zip(AUTHORS) {
        if let Some(existing) = site.user_by_login(login) {
            ids.push(existing.id);
            continue;
        }
        let (first_name, last_name) = name.split_once(' ').unwrap_or((name, ""));
        ids.push(UserId(id));
        users.push(User {
            id: UserId(id),
            login: login.to_owned(),
            slug: login.to_owned(),
            email: format!("{login}@courier.example.org"),
            display_name: name.to_owned(),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            nickname: first_name.to_owned(),
            description: about.to_owned(),
            url: String::new(),
            locale: String::new(),
            registered,
            roles: vec![Role::Author],
            password_sealed: None,
            session_epoch: 0,
            ended_sessions: Vec::new(),
            meta: Vec::new(),
        });
    }
    batch::commit(app, ImportBatch { users, ..batch_of() }).await?;
    Ok(ids)
}

/// Collects terms; what the site has already is used as it is.
struct Terms<'a> {
    site: &'a crate::index::Site,
    numbers: std::ops::Range<u64>,
    new: Vec<Term>,
}

impl Terms<'_> {
    fn term(&mut self, taxonomy: &str, name: &str, slug: &str, about: &str, parent: Option<TermId>) -> TermId {
        let taxonomy = Taxonomy::new(taxonomy);
        let made = self.new.iter().find(|term| term.taxonomy == taxonomy && term.slug == slug).map(|term| term.id);
        if let Some(id) = made.or_else(|| self.site.term_by_slug(&taxonomy, slug)) {
            return id;
        }
        let id = TermId(self.numbers.next().unwrap_or(self.numbers.end));
        self.new.push(Term {
            id,
            taxonomy,
            slug: slug.to_owned(),
            name: name.to_owned(),
            description: about.to_owned(),
            parent,
            meta: Vec::new(),
        });
        id
    }
}

async fn terms(app: &App, stock: &mut Stock) -> Result<(), Failure> {
    let site = app.log.current().state.clone();
    let numbers = batch::reserve(app, IdKind::Term, 200).await?;
    let mut terms = Terms { site: &site, numbers, new: Vec::new() };
    for section in &SECTIONS {
        let top = terms.term("category", section.name, section.slug, section.about, None);
        let mut ids = vec![top];
        ids.extend(section.below.iter().map(|(name, slug)| terms.term("category", name, slug, "", Some(top))));
        stock.sections.push(ids);
        let tags = section.tags.iter().map(|name| terms.term("post_tag", name, &sanitize_title(name), "", None));
        stock.tags.push(tags.collect());
    }
    let new = terms.new;
    batch::commit(app, ImportBatch { terms: new, ..batch_of() }).await?;
    Ok(())
}

async fn draw(app: &Arc<App>, seed: u64, count: u64, stock: &mut Stock) -> Result<(), Failure> {
    let mut batch = batch_of();
    for number in 0..count {
        let mut dice = Dice::new(seed, 500_000 + number);
        let title = prose::scene(&mut dice);
        let drawn = tokio::task::spawn_blocking(move || picture::draw(&mut dice)).await.map_err(Failure::other)?;
        let bytes = Bytes::from(drawn.map_err(Failure::other)?);
        let name = format!("{}-{number}.jpg", sanitize_title(&title));
        let body = futures_util::stream::iter([Ok(bytes)]).boxed();
        let stored = app.media.store(body, &name, UploadRules::default()).await.map_err(Failure::other)?;
        let id = PostId(batch::reserve(app, IdKind::Post, 1).await?.start);
        let date = Offset::UTC.to_datetime(app.clock.now());
        let file = MediaFile { upload_path: format!("{:04}/{:02}/{name}", date.year(), date.month()), ..stored.file };
        let mut post = blank_post(app, id, PostType::Attachment, &title);
        post.status = PostStatus::Inherit;
        post.mime_type.clone_from(&file.mime_type);
        post.file = Some(file.clone());
        post.author = author(stock, 6);
        post.meta = vec![MetaEntry { key: "_wp_attachment_image_alt".to_owned(), value: title.clone() }];
        let mut body = body_of(app, &post, String::new());
        body.meta.clone_from(&post.meta);
        push(&mut batch, post, body);
        stock.pictures.push(Picture { id, file, title });
        if batch.posts.len() >= 100 {
            batch::commit(app, std::mem::replace(&mut batch, batch_of())).await?;
        }
    }
    batch::commit(app, batch).await?;
    Ok(())
}

fn author(stock: &Stock, number: usize) -> UserId {
    stock.authors.get(number % stock.authors.len().max(1)).copied().unwrap_or_default()
}

fn push(batch: &mut ImportBatch, post: Post, body: Revision) {
    batch.sources.push((format!("{SOURCE}|post|{}", post.id), post.id.to_string()));
    batch.posts.push((post, body));
}

async fn pages_and_menu(app: &App, stock: &Stock) -> Result<(), Failure> {
    let site = app.log.current().state.clone();
    let wanted = PAGES.len() + SECTIONS.len() + 3;
    let mut numbers = batch::reserve(app, IdKind::Post, wanted as u64).await?;
    let mut next = || PostId(numbers.next().unwrap_or(numbers.end));
    let mut terms = Terms { site: &site, numbers: batch::reserve(app, IdKind::Term, 64).await?, new: Vec::new() };
    let menu = terms.term("nav_menu", "Sections", "sections", "", None);
    let mut batch = ImportBatch { terms: terms.new, ..batch_of() };
    let mut pages = Vec::new();
    for (title, paragraphs) in PAGES {
        let mut page = blank_post(app, next(), PostType::Page, title);
        page.author = author(stock, 0);
        page.comments_open = false;
        // The almanac belongs to the paper.
        page.parent = pages.first().copied().filter(|_| title == "The Almanac");
        pages.push(page.id);
        let body = body_of(app, &page, prose::page(paragraphs));
        push(&mut batch, page, body);
    }
    let sections = stock.sections.iter().filter_map(|ids| ids.first());
    let items: Vec<(&str, &str, u64)> = sections
        .map(|id| ("taxonomy", "category", id.0))
        .chain(pages.first().map(|id| ("post_type", "page", id.0)))
        .collect();
    for (order, (kind, object, object_id)) in items.into_iter().enumerate() {
        let item = menu_item(app, next(), menu, order, (kind, object, object_id));
        let mut body = body_of(app, &item, String::new());
        body.meta.clone_from(&item.meta);
        push(&mut batch, item, body);
    }
    batch.options = vec![
        ("nav_menu_locations".to_owned(), json!({ "primary": menu.0 })),
        ("blogdescription".to_owned(), json!("All the news of a town that is not there")),
    ];
    batch::commit(app, batch).await?;
    Ok(())
}

fn menu_item(app: &App, id: PostId, menu: TermId, order: usize, target: (&str, &str, u64)) -> Post {
    let (kind, object, object_id) = target;
    let mut item = blank_post(app, id, PostType::NavMenuItem, "");
    item.slug = id.to_string();
    item.terms = vec![menu];
    item.menu_order = i64::try_from(order).unwrap_or(0) + 1;
    let meta = |key: &str, value: String| MetaEntry { key: format!("_menu_item_{key}"), value };
    item.meta = vec![
        meta("type", kind.to_owned()),
        meta("menu_item_parent", "0".to_owned()),
        meta("object_id", object_id.to_string()),
        meta("object", object.to_owned()),
        meta("target", String::new()),
        meta("classes", "a:1:{i:0;s:0:\"\";}".to_owned()),
        meta("xfn", String::new()),
        meta("url", String::new()),
    ];
    item
}

/// A new revision's number.
pub fn revision_id(app: &App) -> RevisionId {
    RevisionId(app.ids.ulid(&app.clock))
}
