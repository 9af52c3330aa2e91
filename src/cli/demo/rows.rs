//! Rows of articles and comments.

use std::collections::HashSet;

use jiff::{Timestamp, civil::DateTime, tz::Offset};

use super::{
    prose::{self, Dice},
    stock::{Picture, Stock, revision_id},
    words::SECTIONS,
};
use crate::{
    app::App,
    content::{
        Comment, CommentId, CommentStatus, ContentFormat, Post, PostId, PostStatus, PostType, Revision, SavedSettings,
        TermId, UserId, slug::sanitize_title,
    },
};

/// Articles go back this far at most, and are at most so far apart, in seconds.
const SPAN_SECONDS: i64 = 15 * 365 * 86_400;
const APART_SECONDS: i64 = 7 * 3600;

/// Articles written anew because their headline has been used.
const TITLE_TRIES: usize = 6;

/// Dates of `count` articles, oldest first, the last a little before `now`.
pub fn plan_dates(now: Timestamp, count: u64, seed: u64) -> impl Iterator<Item = DateTime> {
    let count = i64::try_from(count).unwrap_or(1).max(1);
    let step = (SPAN_SECONDS / count).clamp(1, APART_SECONDS);
    let mut dice = Dice::new(seed, 2);
    (0..count).map(move |number| {
        let jitter = i64::try_from(dice.below(usize::try_from(step).unwrap_or(1))).unwrap_or(0);
        let seconds = now.as_second() - (count - number) * step + jitter * 3 / 4;
        Offset::UTC.to_datetime(Timestamp::from_second(seconds).unwrap_or(now))
    })
}

/// A published post with nothing in it.
pub fn blank_post(app: &App, id: PostId, post_type: PostType, title: &str) -> Post {
    let now = Offset::UTC.to_datetime(app.clock.now());
    let now = now.with().subsec_nanosecond(0).build().unwrap_or(now);
    let slug = sanitize_title(title);
    let home = app.log.current().state.settings().home.clone();
    Post {
        id,
        post_type,
        status: PostStatus::Publish,
        slug: if slug.is_empty() { id.to_string() } else { slug },
        title: title.to_owned(),
        excerpt: String::new(),
        author: UserId(0),
        date: now,
        date_gmt: Some(now),
        modified: now,
        modified_gmt: now,
        parent: None,
        menu_order: 0,
        password: None,
        comments_open: true,
        pings_open: false,
        sticky: false,
        terms: Vec::new(),
        thumbnail: None,
        template: String::new(),
        mime_type: String::new(),
        guid: format!("{home}/?p={id}"),
        old_slugs: Vec::new(),
        trashed_from: None,
        revision: revision_id(app),
        meta: Vec::new(),
        file: None,
    }
}

/// The revision a post begins with.
pub fn body_of(app: &App, post: &Post, content: String) -> Revision {
    let now = Offset::UTC.to_datetime(app.clock.now());
    Revision {
        id: post.revision,
        post: post.id,
        previous: None,
        saved_by: post.author,
        saved_at: now.with().subsec_nanosecond(0).build().unwrap_or(now),
        post_type: post.post_type.clone(),
        status: post.status.clone(),
        slug: post.slug.clone(),
        title: post.title.clone(),
        content,
        excerpt: post.excerpt.clone(),
        format: ContentFormat::Html,
        author: post.author,
        date: post.date,
        terms: post.terms.clone(),
        meta: Vec::new(),
        settings: Some(SavedSettings::of(post)),
    }
}

/// Writes articles one after the other.
#[derive(Debug)]
pub struct Desk<'a> {
    app: &'a App,
    stock: &'a Stock,
    home: String,
    seed: u64,
    titles: HashSet<String>,
}

#[derive(Debug)]
pub struct Story {
    pub post: Post,
    pub revision: Revision,
    pub comments: Vec<Reply>,
}

#[derive(Debug)]
pub struct Reply {
    pub name: &'static str,
    pub text: String,
    pub date: DateTime,
    /// Which earlier comment of the story it answers.
    pub answers: Option<usize>,
    pub approved: bool,
}

impl<'a> Desk<'a> {
    pub fn new(app: &'a App, stock: &'a Stock, seed: u64) -> Self {
        let home = app.log.current().state.settings().home.clone();
        Self { app, stock, home, seed, titles: HashSet::new() }
    }

    /// The article `number` of `total`, counted from the oldest.
    pub fn write(&mut self, id: PostId, number: u64, total: u64, date: DateTime, mut dice: Dice) -> Story {
        let newest_first = total - 1 - number;
        // Neighbours on the front page come from different sections.
        let section_at = usize::try_from((number + self.seed) % SECTIONS.len() as u64).unwrap_or(0);
        let section = SECTIONS.get(section_at).unwrap_or(&SECTIONS[0]);
        let lead = newest_first < 10;
        let picture = self.picture(number, lead, &mut dice);
        let inside = picture
            .map(|_| self.picture(number + 7, false, &mut dice))
            .and_then(|inside| inside.map(|p| self.figure(p)));
        let mut article = prose::article(section, &mut dice, inside.as_deref());
        for _ in 0..TITLE_TRIES {
            if !self.titles.contains(&article.title) {
                break;
            }
            article = prose::article(section, &mut dice, inside.as_deref());
        }
        let mut post = blank_post(self.app, id, PostType::Post, &article.title);
        if !self.titles.insert(article.title) {
            // A large paper repeats itself: without a number each repetition would look for a free slug anew.
            post.slug = format!("{}-{id}", post.slug);
        }
        post.excerpt = article.excerpt;
        post.date = date;
        post.date_gmt = Some(date);
        post.modified = date;
        post.modified_gmt = date;
        post.author = dice.pick(&self.stock.authors).copied().unwrap_or_default();
        post.terms = self.terms(section_at, &mut dice);
        post.thumbnail = picture.map(|picture| picture.id);
        post.sticky = newest_first == 3 && total > 20;
        post.status = match newest_first {
            11 if total > 40 => PostStatus::Draft,
            17 if total > 40 => PostStatus::Private,
            23 if total > 40 => PostStatus::Pending,
            _ => PostStatus::Publish,
        };
        let comments = if post.status == PostStatus::Publish { replies(date, &mut dice) } else { Vec::new() };
        let revision = body_of(self.app, &post, article.content);
        Story { post, revision, comments }
    }

    fn picture(&self, number: u64, always: bool, dice: &mut Dice) -> Option<&'a Picture> {
        if dice.chance(20) && !always {
            return None;
        }
        let count = self.stock.pictures.len().max(1) as u64;
        // In turn rather than by chance: no picture twice on a page.
        self.stock.pictures.get(usize::try_from(number % count).unwrap_or(0))
    }

    fn figure(&self, picture: &Picture) -> String {
        let Picture { id, file, title } = picture;
        let (stem, extension) = file.upload_path.rsplit_once('.').unwrap_or((&file.upload_path, "jpg"));
        let address = format!("{}/wp-content/uploads/{stem}-1024x640.{extension}", self.home);
        format!(
            "<!-- wp:image {{\"id\":{id},\"sizeSlug\":\"large\",\"linkDestination\":\"none\"}} -->\n<figure class=\"wp-block-image \
             size-large\"><img src=\"{address}\" alt=\"{title}\" class=\"wp-image-{id}\"/><figcaption \
             class=\"wp-element-caption\">{title}. Drawn for the Courier</figcaption></figure>\n<!-- /wp:image -->\n\n"
        )
    }

    fn terms(&self, section: usize, dice: &mut Dice) -> Vec<TermId> {
        let mut terms = Vec::new();
        if let Some(ids) = self.stock.sections.get(section) {
            let (top, below) = ids.split_first().map_or((None, &[][..]), |(top, below)| (Some(*top), below));
            terms.extend(top);
            if dice.chance(70) {
                terms.extend(dice.pick(below).copied());
            }
        }
        if let Some(tags) = self.stock.tags.get(section) {
            for _ in 0..1 + dice.below(3) {
                terms.extend(dice.pick(tags).filter(|tag| !terms.contains(tag)).copied());
            }
        }
        terms
    }
}

fn replies(date: DateTime, dice: &mut Dice) -> Vec<Reply> {
    let count = if dice.chance(45) { 0 } else { dice.below(9) };
    let mut replies = Vec::with_capacity(count);
    for number in 0..count {
        let (name, text) = prose::comment(dice);
        let minutes = i64::try_from(20 + number * 70 + dice.below(60)).unwrap_or(0);
        let answers = (number > 0 && dice.chance(45)).then(|| dice.below(number));
        let date = date.checked_add(jiff::Span::new().minutes(minutes)).unwrap_or(date);
        replies.push(Reply { name, text, date, answers, approved: !dice.chance(4) });
    }
    replies
}

/// The row of a reply; `numbers` are those of the story's comments up to this one.
pub fn comment(post: PostId, id: u64, reply: &Reply, numbers: &[u64]) -> Comment {
    let login = reply.name.to_lowercase().replace(' ', ".");
    Comment {
        id: CommentId(id),
        post,
        parent: reply.answers.and_then(|at| numbers.get(at)).map(|number| CommentId(*number)),
        user: None,
        author_name: reply.name.to_owned(),
        author_email: format!("{login}@reader.example.org"),
        author_url: String::new(),
        author_ip: String::new(),
        agent: String::new(),
        date: reply.date,
        date_gmt: reply.date,
        content: reply.text.clone(),
        status: if reply.approved { CommentStatus::Approved } else { CommentStatus::Hold },
        kind: "comment".to_owned(),
        karma: 0,
        meta: Vec::new(),
    }
}
