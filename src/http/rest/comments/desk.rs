//! `bucketpress/v1/desk/comments`: comments as the desk lists them, with what one answer of `wp/v2` does not say: the post by
//! its title, whom a comment answers, and the text as text.
//!
//! Who may not moderate sees those on posts they may edit, as at WordPress's desk.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Map, Value, json};

use super::{fields, kind_of, list, permit, view::status_name};
use crate::{
    content::{Capability, Comment, CommentStatus, PostId},
    http::{
        error::HttpError,
        rest::{
            action::Action,
            call::{Answer, Call},
            posts,
            schema::{ALL, Fields, Kind, Schema},
            table::{self, ItemSchema, Route},
            time,
        },
    },
    index::CommentFacts,
    render::{content, excerpt, title},
    serve,
};

const NAMESPACE: &str = "bucketpress/v1";

pub fn routes() -> Vec<Route> {
    let mut args = fields::list_args();
    for (name, schema) in &mut args {
        match name.as_ref() {
            "status" => *schema = schema.clone().default_to("all"),
            "type" => *schema = schema.clone().default_to("any"),
            _ => {}
        }
    }
    let row = Arc::new(ItemSchema { title: "desk-comment".to_owned(), fields: row_fields(), actions: Vec::new() });
    let numbers = Schema::map("Comments by status; `all` is without spam and trash, `mine` those of the caller.");
    let numbers = vec![("statuses".into(), numbers.within(ALL).readonly())];
    let numbers = ItemSchema { title: "desk-comment-counts".to_owned(), fields: numbers, actions: Vec::new() };
    vec![
        Route::new(NAMESPACE, "desk/comments").on(table::GET, Action::DeskComments, args).item(&row),
        Route::new(NAMESPACE, "desk/comments/counts")
            .on(table::GET, Action::DeskCommentCounts, Vec::new())
            .item(&Arc::new(numbers)),
    ]
}

fn row_fields() -> Fields {
    let text = |what: &'static str| Schema::string(what).within(ALL).readonly();
    let person = ["name", "email", "url", "ip"].map(|name| (name.into(), Schema::string("").within(ALL)));
    let person = person.into_iter().chain([("user".into(), Schema::integer("").or(Kind::Null).within(ALL))]).collect();
    let post = vec![
        ("id".into(), Schema::integer("").within(ALL)),
        ("title".into(), Schema::string("As text.").within(ALL)),
        ("link".into(), Schema::string("Where readers see it; empty where they do not.").within(ALL)),
        ("edit".into(), Schema::boolean("Whether the caller may edit it.").within(ALL)),
    ];
    let answered = vec![
        ("id".into(), Schema::integer("").within(ALL)),
        ("name".into(), Schema::string("Who wrote it.").within(ALL)),
    ];
    vec![
        ("id".into(), Schema::integer("The comment's id.").within(ALL).readonly()),
        ("status".into(), text("Its status.")),
        ("type".into(), text("`comment`, `pingback` or `trackback`.")),
        ("date".into(), Schema::date("Its date, in the site's time zone.").within(ALL).readonly()),
        ("author".into(), Schema::object(person, "Who wrote it.").within(ALL).readonly()),
        ("post".into(), Schema::object(post, "What it is about.").or(Kind::Null).within(ALL).readonly()),
        ("parent".into(), Schema::object(answered, "What it answers.").or(Kind::Null).within(ALL).readonly()),
        ("text".into(), text("What it says, without markup.")),
        ("content".into(), text("What it says, as it is stored.")),
        ("link".into(), text("Where readers see it; empty where they do not.")),
    ]
}

pub fn may_list(call: &Call) -> Result<(), HttpError> {
    if call.can(Capability::EditPosts) {
        return Ok(());
    }
    Err(call.refuse("rest_forbidden", "Sorry, you are not allowed to do that."))
}

/// Whose comments the caller is shown.
struct Shown<'c> {
    call: &'c Call,
    moderates: bool,
    posts: HashMap<PostId, bool>,
}

impl<'c> Shown<'c> {
    fn to(call: &'c Call) -> Self {
        Self { call, moderates: permit::moderates(call), posts: HashMap::new() }
    }

    fn includes(&mut self, comment: &CommentFacts) -> bool {
        let Self { call, moderates, posts } = self;
        *moderates || *posts.entry(comment.post).or_insert_with(|| may_edit_post(call, comment.post))
    }
}

fn may_edit_post(call: &Call, id: PostId) -> bool {
    let post = call.site().post(id);
    post.is_some_and(|post| kind_of(call, &post).is_some_and(|kind| posts::permit::may_edit(call, kind, &post)))
}

/// One page.
pub async fn list(call: Call) -> Result<Answer, HttpError> {
    let listed = move || {
        let mut shown = Shown::to(&call);
        let (page, total) = list::find(&call, |comment| shown.includes(comment));
        Answer::page(&call, page.iter().map(|comment| row(&call, comment)).collect(), total)
    };
    serve::scan(listed).await.ok_or_else(|| HttpError::internal(&"a list of comments could not be made"))
}

fn row(call: &Call, comment: &Comment) -> Value {
    let site = call.site();
    let post = site.post(comment.post);
    let public = post.as_ref().filter(|post| site.is_public(post, call.now));
    let link = public.map(|post| site.permalink(post)).unwrap_or_default();
    let seen = comment.status == CommentStatus::Approved && !link.is_empty();
    let about = post.as_ref().map(|post| {
        json!({
            "id": post.id.0,
            "title": title::text(&post.title),
            "link": link,
            "edit": may_edit_post(call, post.id),
        })
    });
    let parent = comment.parent.and_then(|id| site.comment(id));
    let kind = if comment.kind.is_empty() { "comment" } else { &comment.kind };
    let mut row = Map::new();
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("id", comment.id.0.into());
    put("status", status_name(&comment.status).into());
    put("type", kind.into());
    put("date", time::text(comment.date).into());
    put(
        "author",
        json!({
            "name": comment.author_name,
            "email": comment.author_email,
            "url": comment.author_url,
            "ip": comment.author_ip,
            "user": comment.user.map(|id| id.0),
        }),
    );
    put("post", about.into());
    put("parent", parent.map(|parent| json!({ "id": parent.id.0, "name": parent.author_name })).into());
    put("text", excerpt::text(&content::comment_html(&comment.content)).into());
    put("content", comment.content.clone().into());
    put("link", if seen { format!("{link}#comment-{}", comment.id) } else { String::new() }.into());
    call.present(row)
}

/// How many there are in each view.
pub async fn counts(call: Call) -> Result<Answer, HttpError> {
    let counted = move || {
        let (mut shown, me) = (Shown::to(&call), call.identity.user_id());
        let mut counts: HashMap<&str, u64> = HashMap::new();
        call.site().scan_comments(&[], |comment| -> Option<()> {
            if shown.includes(comment) {
                let listed = matches!(comment.status, CommentStatus::Approved | CommentStatus::Hold);
                let mine = listed && me.is_some() && comment.user == me;
                let status = match &comment.status {
                    CommentStatus::Approved => "approved",
                    CommentStatus::Hold => "hold",
                    CommentStatus::Spam => "spam",
                    CommentStatus::Trash => "trash",
                    CommentStatus::PostTrashed | CommentStatus::Custom(_) => "other",
                };
                let views = [Some(status), listed.then_some("all"), mine.then_some("mine")];
                views.into_iter().flatten().for_each(|name| *counts.entry(name).or_default() += 1);
            }
            None
        });
        let names = ["all", "mine", "hold", "approved", "spam", "trash"];
        let statuses: Map<String, Value> =
            names.into_iter().map(|name| (name.to_owned(), counts.get(name).copied().unwrap_or(0).into())).collect();
        json!({ "statuses": statuses })
    };
    serve::scan(counted).await.map(Answer::ok).ok_or_else(|| HttpError::internal(&"comments could not be counted"))
}
