//! What blocks list: months, terms, pages, the newest posts and comments.

use std::collections::BTreeMap;

use super::{Scene, facts};
use crate::{
    cache::{LoadError, Tag},
    content::{CommentStatus, Post, PostType, Taxonomy, Term, TermId, UserId, settings::Front},
    index::{OrderBy, PostQuery, TermFilter, TermOperator},
    render::{
        content::{
            comment_html,
            dynamic::{Attributes, CommentFacts, Month, Period, Place, PostFacts, TermFacts},
        },
        date::month_name,
        escape, excerpt, title,
    },
    serve::{context::Depends, load, select},
};

/// Entries of one list, whatever a block asks for.
const ENTRIES_MAX: u64 = 100;
/// Posts looked at for a list of days.
const DAYS_FROM_POSTS: usize = 1000;
const PAGES_MAX: usize = 500;
const TERMS_MAX: usize = 1000;
const TAGS: u64 = 45;
/// Words of a comment, as in WordPress.
const COMMENT_WORDS: usize = 20;

fn posts_of_blog(depends: &mut Depends) {
    depends.on(Tag::Posts(PostType::Post.name().to_owned()));
}

fn at_most(attributes: Attributes<'_>, name: &str, otherwise: u64) -> usize {
    let asked = attributes.number(name).unwrap_or(otherwise).min(ENTRIES_MAX);
    usize::try_from(asked).unwrap_or(0)
}

/// Months, years or days with posts, newest first. Weeks have no address here: they are shown as months.
pub fn periods(scene: &Scene<'_>, attributes: Attributes<'_>, depends: &mut Depends) -> Vec<Period> {
    posts_of_blog(depends);
    let months = scene.site.archive_months(scene.now).into_iter();
    let url = |year, month, day| format!("{}{}", scene.home, scene.site.date_path(year, month, day));
    match attributes.text("type") {
        "yearly" => {
            let mut years: BTreeMap<i16, u64> = BTreeMap::new();
            months.for_each(|(year, _, count)| *years.entry(year).or_default() += count);
            let period =
                |(year, count): (i16, u64)| Period { label: year.to_string(), url: url(year, None, None), count };
            years.into_iter().rev().map(period).collect()
        }
        "daily" => {
            let query = PostQuery { limit: DAYS_FROM_POSTS, ..PostQuery::default() };
            let ids = scene.site.posts(&query, scene.now).ids;
            let mut days: BTreeMap<_, u64> = BTreeMap::new();
            for post in ids.into_iter().filter_map(|id| scene.site.post(id)) {
                *days.entry(post.date.date()).or_default() += 1;
            }
            let period = |(day, count): (jiff::civil::Date, u64)| Period {
                label: scene.dates.from_local(day.at(0, 0, 0, 0)).text,
                url: url(day.year(), Some(day.month()), Some(day.day())),
                count,
            };
            days.into_iter().rev().map(period).collect()
        }
        _ => months
            .map(|(year, month, count)| Period {
                label: format!("{} {year}", month_name(month)),
                url: url(year, Some(month), None),
                count,
            })
            .collect(),
    }
}

/// The month a block names, that of the post it stands in, or the newest with posts: what the clock says would make kept
/// pages untrue. As in WordPress the first two count only where addresses bear month and year.
pub fn month(scene: &Scene<'_>, attributes: Attributes<'_>, depends: &mut Depends) -> Month {
    posts_of_blog(depends);
    let months = scene.site.archive_months(scene.now);
    let named = attributes.number("year").zip(attributes.number("month"));
    let named = named.and_then(|(year, month)| Some((i16::try_from(year).ok()?, i8::try_from(month).ok()?)));
    let named = named.filter(|(year, month)| (1..=9999).contains(year) && (1..=12).contains(month));
    let settings = scene.site.settings();
    let own =
        scene.post.filter(|post| post.post_type == PostType::Post).map(|post| (post.date.year(), post.date.month()));
    let dated = ["%year%", "%monthnum%"].iter().all(|part| settings.permalink_structure.contains(part));
    let named = named.or(own).filter(|_| dated);
    let start_of_week = settings.start_of_week;
    let Some((year, month)) = named.or_else(|| months.first().map(|(year, month, _)| (*year, *month))) else {
        return Month::empty(start_of_week);
    };
    let path = |year, month, day| format!("{}{}", scene.home, scene.site.date_path(year, Some(month), day));
    let has_posts = |day: &i8| {
        let query =
            PostQuery { year: Some(year), month: Some(month), day: Some(*day), limit: 1, ..PostQuery::default() };
        !scene.site.posts(&query, scene.now).ids.is_empty()
    };
    let place = |(year, month, _): &(i16, i8, u64)| (*month, path(*year, *month, None));
    let before = |(y, m, _): &&(i16, i8, u64)| (*y, *m) < (year, month);
    let after = |(y, m, _): &&(i16, i8, u64)| (*y, *m) > (year, month);
    Month {
        year,
        month,
        start_of_week,
        days: (1..=31).filter(has_posts).map(|day| (day, path(year, month, Some(day)))).collect(),
        previous: months.iter().find(before).map(place),
        next: months.iter().rev().find(after).map(place),
    }
}

/// Terms of a public taxonomy by name. Any change of posts or terms may change which have posts.
fn terms(scene: &Scene<'_>, taxonomy: &str, depends: &mut Depends) -> Vec<(Term, u64)> {
    depends.on(Tag::AnyPost);
    if !scene.site.settings().types.taxonomy(taxonomy).is_some_and(|info| info.public) {
        return Vec::new();
    }
    let mut terms = scene.site.terms(&Taxonomy::new(taxonomy));
    terms.truncate(TERMS_MAX);
    terms.sort_by_cached_key(|term| (term.name.to_lowercase().replace(' ', ""), term.id));
    terms
        .into_iter()
        .map(|term| (scene.site.term_count(term.id, scene.now), term))
        .map(|(count, term)| (term, count))
        .collect()
}

fn term_facts(scene: &Scene<'_>, (term, count): (Term, u64)) -> TermFacts {
    let url = format!("{}{}", scene.home, scene.site.term_path(&term));
    TermFacts { id: term.id.0, parent: term.parent.map(|id| id.0), name: term.name, url, count }
}

pub fn categories(scene: &Scene<'_>, attributes: Attributes<'_>, depends: &mut Depends) -> Vec<TermFacts> {
    let taxonomy = match attributes.text("taxonomy") {
        "" => "category",
        taxonomy => taxonomy,
    };
    let all = terms(scene, taxonomy, depends);
    let tree = attributes.flag("showHierarchy", false);
    let holds_posts = |id: TermId| {
        let counted = |below: &TermId| all.iter().any(|(term, count)| term.id == *below && *count > 0);
        if tree { scene.site.term_with_descendants(id).iter().any(counted) } else { counted(&id) }
    };
    let empty = attributes.flag("showEmpty", false);
    let top = attributes.flag("showOnlyTopLevel", false);
    let shown = all.iter().filter(|(term, _)| (empty || holds_posts(term.id)) && (!top || term.parent.is_none()));
    shown.cloned().map(|term| term_facts(scene, term)).collect()
}

/// The terms with most posts, by name.
pub fn tags(scene: &Scene<'_>, attributes: Attributes<'_>, depends: &mut Depends) -> Vec<TermFacts> {
    let taxonomy = match attributes.text("taxonomy") {
        "" => "post_tag",
        taxonomy => taxonomy,
    };
    let mut used: Vec<(usize, (Term, u64))> =
        terms(scene, taxonomy, depends).into_iter().filter(|(_, count)| *count > 0).enumerate().collect();
    used.sort_by_key(|(_, (_, count))| std::cmp::Reverse(*count));
    used.truncate(at_most(attributes, "numberOfTags", TAGS));
    used.sort_by_key(|(place, _)| *place);
    used.into_iter().map(|(_, term)| term_facts(scene, term)).collect()
}

/// The newest posts, or as the block orders and chooses them.
///
/// # Errors
/// When a revision whose words are shown cannot be had.
pub async fn latest_posts(
    scene: &Scene<'_>,
    attributes: Attributes<'_>,
    depends: &mut Depends,
) -> Result<Vec<PostFacts>, LoadError> {
    posts_of_blog(depends);
    let categories: Vec<TermId> = match attributes.get("categories").and_then(|value| value.as_array()) {
        Some(chosen) => chosen.iter().filter_map(|value| value.get("id")?.as_u64().map(TermId)).collect(),
        // as the block was stored before it could name several
        None => attributes.number("categories").map(TermId).into_iter().collect(),
    };
    let filter = (!categories.is_empty()).then(|| TermFilter {
        taxonomy: Taxonomy::new("category"),
        terms: categories,
        with_children: false,
        operator: TermOperator::Any,
    });
    let query = PostQuery {
        authors: attributes.number("selectedAuthor").map(UserId).into_iter().collect(),
        terms: filter.into_iter().collect(),
        order_by: if attributes.text("orderBy") == "title" { OrderBy::Title } else { OrderBy::Date },
        ascending: attributes.text("order") == "asc",
        limit: at_most(attributes, "postsToShow", 5).max(1),
        ..PostQuery::default()
    };
    let ids = select::posts(scene.site, &query, scene.now).await.ids;
    let posts: Vec<Post> = ids.into_iter().filter_map(|id| scene.site.post(id)).collect();
    let shows_content = attributes.flag("displayPostContent", false);
    let bodies = load::revisions(scene.app, &posts, |post| shows_content && post.password.is_none()).await?;
    Ok(posts.iter().zip(&bodies).map(|(post, body)| facts::of(scene, post, body.as_deref(), depends)).collect())
}

/// The newest approved comments on posts that readers see.
pub fn latest_comments(scene: &Scene<'_>, attributes: Attributes<'_>, depends: &mut Depends) -> Vec<CommentFacts> {
    depends.on(Tag::AnyComment);
    depends.on(Tag::AnyPost);
    let limit = at_most(attributes, "commentsToShow", 5);
    // Some of the newest may wait for approval or sit on posts that are not public.
    let newest = scene.site.newest_comments(limit * 5).into_iter().filter_map(|id| scene.site.comment(id));
    let approved = newest.filter(|comment| comment.status == CommentStatus::Approved);
    let shown = approved.filter_map(|comment| {
        let post = scene.site.post(comment.post).filter(|post| facts::is_shown(scene, post))?;
        let date = scene.dates.from_local(comment.date);
        let summary = match post.password {
            Some(_) => String::new(),
            None => excerpt::trim_words(&comment_html(&comment.content), COMMENT_WORDS, "…"),
        };
        Some(CommentFacts {
            author: match escape::decode(&comment.author_name) {
                name if name.trim().is_empty() => "Anonymous".to_owned(),
                name => name.into_owned(),
            },
            author_url: comment.author_url,
            post_title_html: title::html(&post.title),
            url: format!("{}#comment-{}", scene.site.permalink(&post), comment.id),
            date_iso: date.iso,
            date: date.text,
            summary,
        })
    });
    shown.take(limit).collect()
}

/// Public pages by menu order and title.
pub fn pages(scene: &Scene<'_>, depends: &mut Depends) -> Vec<Place> {
    depends.on(Tag::Posts(PostType::Page.name().to_owned()));
    let front = match scene.site.settings().front {
        Front::Page { front, .. } => front,
        Front::Posts => None,
    };
    let query = PostQuery { types: vec![PostType::Page], limit: PAGES_MAX, ..PostQuery::default() };
    let ids = scene.site.posts(&query, scene.now).ids;
    let mut pages: Vec<Post> = ids.into_iter().filter_map(|id| scene.site.post(id)).collect();
    pages.sort_by(|a, b| (a.menu_order, &a.title, a.id).cmp(&(b.menu_order, &b.title, b.id)));
    let place = |page: &Post| Place {
        id: page.id.0,
        parent: page.parent.map(|id| id.0),
        title_html: title::html(&page.title),
        url: scene.site.permalink(page),
        current: scene.post.is_some_and(|post| post.id == page.id),
        front: front == Some(page.id),
    };
    pages.iter().map(place).collect()
}
