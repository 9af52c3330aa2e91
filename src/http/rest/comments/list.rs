//! Lists of comments: narrowed and sorted by what is known of all without their texts; rows are read of one page, or of
//! what a search has to look into.

use jiff::civil::DateTime;
use serde_json::Value;

use super::{permit, view::view};
use crate::{
    content::{Comment, CommentId, CommentStatus, PostId},
    http::{
        error::HttpError,
        rest::{
            call::{Answer, Call},
            time,
        },
    },
    index::CommentFacts,
    serve,
    store::codec::comment::CommentTexts,
};

/// What a list is sorted by, and the number where that is equal.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(u64),
    Place(Option<usize>),
    Text(Box<str>),
    Time(DateTime),
}

/// One page. All comments are looked at, on a blocking thread, unless some posts are named.
pub async fn run(call: Call) -> Result<Answer, HttpError> {
    if !call.ids("post").is_empty() {
        return Ok(list(&call));
    }
    let answer = serve::scan(move || list(&call)).await;
    answer.ok_or_else(|| HttpError::internal(&"a list of comments could not be made"))
}

fn list(call: &Call) -> Answer {
    let mut reader = permit::Reader::new(call);
    let (page, total) = find(call, |comment| reader.may_read(comment));
    Answer::page(call, page.iter().map(|comment| view(call, comment)).collect(), total)
}

/// The page asked for of those comments that fit and that `may_see` lets through, and how many there are.
pub fn find(call: &Call, mut may_see: impl FnMut(&CommentFacts) -> bool) -> (Vec<Comment>, usize) {
    let site = call.site();
    let of_posts: Vec<PostId> = call.ids("post").into_iter().map(PostId).collect();
    let filter = Filter::new(call);
    let (order_by, include) = (call.text("orderby").unwrap_or("date_gmt"), call.ids("include"));
    // of a few posts the comments are looked into one by one
    let with_texts =
        (of_posts.is_empty() && filter.reads_texts()).then(|| site.comments_with(|texts| filter.fits(texts)));
    let has_texts = |id: CommentId| match &with_texts {
        Some(found) => found.binary_search(&id).is_ok(),
        None => !filter.reads_texts() || site.comment(id).is_some_and(|comment| filter.fits(&texts_of(&comment))),
    };
    let mut found = site.scan_comments(&of_posts, |comment| {
        let keeps = filter.keeps(comment) && has_texts(comment.id) && may_see(comment);
        keeps.then(|| (key(comment, order_by, &include), comment.id))
    });
    let total = found.len();
    let (offset, limit) = call.window();
    let ascending = call.text("order") == Some("asc");
    let in_order = |a: &(Key, CommentId), b: &(Key, CommentId)| if ascending { a.cmp(b) } else { b.cmp(a) };
    // what comes after the page needs no order
    let end = offset.saturating_add(limit);
    if end < total {
        found.select_nth_unstable_by(end, in_order);
        found.truncate(end);
    }
    found.sort_unstable_by(in_order);
    let page = found.iter().skip(offset).filter_map(|(_, id)| site.comment(*id));
    (page.take(limit).collect(), total)
}

fn key(comment: &CommentFacts, order_by: &str, include: &[u64]) -> Key {
    match order_by {
        "id" => Key::Number(comment.id.0),
        "include" => Key::Place(include.iter().position(|id| *id == comment.id.0)),
        "post" => Key::Number(comment.post.0),
        "parent" => Key::Number(comment.parent.map_or(0, |id| id.0)),
        "type" => Key::Text(comment.kind.clone()),
        "date" => Key::Time(comment.date),
        _ => Key::Time(comment.date_gmt),
    }
}

/// What is asked for, read once.
struct Filter<'c> {
    include: Vec<u64>,
    exclude: Vec<u64>,
    /// `None`: answers to whatever.
    parents: Option<Vec<u64>>,
    parents_not: Vec<u64>,
    authors: Vec<u64>,
    authors_not: Vec<u64>,
    after: Option<DateTime>,
    before: Option<DateTime>,
    status: &'c str,
    kind: &'c str,
    email: Option<&'c str>,
    search: Option<String>,
}

impl<'c> Filter<'c> {
    fn new(call: &'c Call) -> Self {
        let settings = call.site().settings();
        let date = |name: &str| call.text(name).and_then(|text| time::local(settings, text));
        let has_parents = call.args.get("parent").and_then(Value::as_array).is_some_and(|ids| !ids.is_empty());
        Self {
            include: call.ids("include"),
            exclude: call.ids("exclude"),
            parents: has_parents.then(|| call.ids("parent")),
            parents_not: call.ids("parent_exclude"),
            authors: call.ids("author"),
            authors_not: call.ids("author_exclude"),
            after: date("after"),
            before: date("before"),
            status: call.text("status").unwrap_or("approve"),
            kind: call.text("type").unwrap_or("comment"),
            email: call.text("author_email"),
            search: call.text("search").map(str::to_lowercase).filter(|text| !text.is_empty()),
        }
    }

    fn keeps(&self, comment: &CommentFacts) -> bool {
        let parent = comment.parent.map_or(0, |id| id.0);
        let author = comment.user.map_or(0, |id| id.0);
        has_status(&comment.status, self.status)
            && has_type(&comment.kind, self.kind)
            && (self.include.is_empty() || self.include.contains(&comment.id.0))
            && !self.exclude.contains(&comment.id.0)
            && self.parents.as_ref().is_none_or(|parents| parents.contains(&parent))
            && !self.parents_not.contains(&parent)
            && (self.authors.is_empty() || self.authors.contains(&author))
            && !self.authors_not.contains(&author)
            && self.after.is_none_or(|after| comment.date > after)
            && self.before.is_none_or(|before| comment.date < before)
    }

    fn reads_texts(&self) -> bool {
        self.email.is_some() || self.search.is_some()
    }

    /// By what only the row says.
    fn fits(&self, texts: &CommentTexts<'_>) -> bool {
        let CommentTexts { content, author_name, author_email, author_url } = texts;
        let found = |text: &String| {
            let fields = [content, author_name, author_email, author_url];
            fields.iter().any(|field| field.to_lowercase().contains(text))
        };
        self.email.is_none_or(|email| author_email.eq_ignore_ascii_case(email))
            && self.search.as_ref().is_none_or(found)
    }
}

fn texts_of(comment: &Comment) -> CommentTexts<'_> {
    CommentTexts {
        author_name: comment.author_name.as_str().into(),
        author_email: comment.author_email.as_str().into(),
        author_url: comment.author_url.as_str().into(),
        content: comment.content.as_str().into(),
    }
}

fn has_status(status: &CommentStatus, wanted: &str) -> bool {
    match wanted {
        "all" => matches!(status, CommentStatus::Approved | CommentStatus::Hold),
        "any" => true,
        wanted => *status == CommentStatus::from_stored(wanted),
    }
}

fn has_type(kind: &str, wanted: &str) -> bool {
    let kind = if kind.is_empty() { "comment" } else { kind };
    match wanted {
        "all" | "any" => true,
        "pings" => matches!(kind, "pingback" | "trackback"),
        wanted => kind == wanted,
    }
}
