//! Comments, for reading.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    links::Links,
    posts::{self, kind::PostKind, params},
    schema::{ALL, Context, EDIT, Fields, Format, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
    time, users,
};
use crate::{
    content::{Capability, Comment, CommentId, CommentStatus, Post, PostId},
    http::error::HttpError,
    render,
};

/// Comments looked through for one list over the whole site.
const SCANNED_MAX: usize = 100_000;

pub fn routes() -> Vec<Route> {
    let item = Arc::new(ItemSchema { title: "comment".to_owned(), fields: fields(), actions: Vec::new() });
    let password = || ("password".into(), Schema::string("The post's password, if it has one."));
    vec![
        Route::new("wp/v2", "comments").on(table::GET, Action::Comments(Verb::List), list_args()).item(&item),
        Route::new("wp/v2", "comments/<id:number>")
            .on(table::GET, Action::Comments(Verb::Get), vec![params::id(), describe::context(), password()])
            .item(&item),
    ]
}

fn fields() -> Fields {
    let text = |what: &'static str| Schema::string(what);
    vec![
        ("id".into(), Schema::integer("Its id.").within(ALL).readonly()),
        ("author".into(), Schema::integer("Id of the user who wrote it, 0 for others.").within(ALL)),
        ("author_email".into(), text("Address of who wrote it.").format(Format::Email).within(EDIT)),
        ("author_ip".into(), text("Where it was sent from.").format(Format::Ip).within(EDIT)),
        ("author_name".into(), text("Name of who wrote it.").within(ALL)),
        ("author_url".into(), Schema::uri("Site of who wrote it.").within(ALL)),
        ("author_user_agent".into(), text("What it was sent with.").within(EDIT)),
        ("content".into(), posts::fields::text("The text.", "The text as stored.", "The text as HTML.")),
        ("date".into(), Schema::date("When it was written, by the site's clock.").within(ALL)),
        ("date_gmt".into(), Schema::date("When it was written, in UTC.").within(VIEW_EDIT)),
        ("link".into(), Schema::uri("Its address.").within(ALL).readonly()),
        ("parent".into(), Schema::integer("What it answers, 0 for the post.").default_to(0).within(ALL)),
        ("post".into(), Schema::integer("Id of the post.").default_to(0).within(VIEW_EDIT)),
        ("status".into(), text("Whether it is shown.").within(VIEW_EDIT)),
        ("type".into(), text("Comment or ping.").within(ALL).readonly()),
        ("author_avatar_urls".into(), users::view::avatar_schema("Their picture.").within(ALL).readonly()),
        ("meta".into(), Schema::object(Vec::new(), "Meta fields.").within(VIEW_EDIT)),
    ]
}

fn list_args() -> Fields {
    let orders = ["date", "date_gmt", "id", "include", "post", "parent", "type"];
    let mut args = params::paging();
    let mut add = |name: &'static str, schema: Schema| args.push((name.into(), schema));
    add("after", Schema::date("Only what was written after this."));
    add("author", Schema::integers("Only by these users; for moderators."));
    add("author_exclude", Schema::integers("Not by these users; for moderators."));
    let email = Schema::string("Only from this address; for moderators.").format(Format::Email);
    add("author_email", email.default_to(json!(null)));
    add("before", Schema::date("Only what was written before this."));
    add("exclude", params::ids("Without these ids."));
    add("include", params::ids("Only these ids."));
    add("offset", Schema::integer("Items to pass over, in place of a page.").at_least(0));
    add("order", params::order("desc"));
    add("orderby", Schema::string("What to sort by.").default_to("date_gmt").choices(orders));
    add("parent", params::ids("Only answers to these."));
    add("parent_exclude", params::ids("No answers to these."));
    add("post", params::ids("Only of these posts."));
    add("status", Schema::string("Only with this status; for moderators.").default_to("approve"));
    add("type", Schema::string("Only of this type; for moderators.").default_to("comment"));
    add("password", Schema::string("The post's password, if it has one."));
    args
}

fn kind_of(call: &Call, post: &Post) -> Option<PostKind> {
    let kinds = posts::kind::all(&call.site().settings().types);
    kinds.into_iter().find(|kind| kind.post_type == post.post_type)
}

/// A comment is as readable as its post: never through a password not given.
fn may_read_post(call: &Call, post: &Post) -> bool {
    let Some(kind) = kind_of(call, post) else { return call.site().is_public(post, call.now) };
    let open = posts::permit::password_fits(post, call.text("password").unwrap_or_default());
    posts::permit::may_read(call, &kind, post) && (open || posts::permit::may_edit(call, &kind, post))
}

fn may_read(call: &Call, comment: &Comment) -> bool {
    let moderates = call.can(Capability::ModerateComments);
    let own = comment.user.is_some() && comment.user == call.identity.user_id();
    let shown = comment.status == CommentStatus::Approved || moderates || own;
    shown && call.site().post(comment.post).map_or(moderates, |post| may_read_post(call, &post))
}

pub fn permit(verb: Verb, call: &Call) -> Result<(), HttpError> {
    let moderates = call.can(Capability::ModerateComments);
    if verb != Verb::List {
        let comment = find(call)?;
        if call.context == Context::Edit && !moderates {
            let message = "Sorry, you are not allowed to edit comments.";
            return Err(call.refuse("rest_forbidden_context", message));
        }
        if !may_read(call, &comment) {
            let message = "Sorry, you are not allowed to read this comment.";
            return Err(call.refuse("rest_cannot_read", message));
        }
        return Ok(());
    }
    for id in call.ids("post") {
        if call.site().post(PostId(id)).is_some_and(|post| !may_read_post(call, &post)) {
            let message = "Sorry, you are not allowed to read the post for this comment.";
            return Err(call.refuse("rest_cannot_read_post", message));
        }
    }
    if call.context == Context::Edit && !moderates {
        let message = "Sorry, you are not allowed to edit comments.";
        return Err(call.refuse("rest_forbidden_context", message));
    }
    if moderates {
        return Ok(());
    }
    let mut forbidden: Vec<&str> =
        ["author", "author_exclude", "author_email"].into_iter().filter(|name| call.args.contains_key(*name)).collect();
    forbidden.extend((call.text("status") != Some("approve")).then_some("status"));
    forbidden.extend((call.text("type") != Some("comment")).then_some("type"));
    if forbidden.is_empty() {
        return Ok(());
    }
    let message = format!("Query parameter not permitted: {}", forbidden.join(", "));
    Err(HttpError::forbidden(call.signed_in(), "rest_forbidden_param", message))
}

fn find(call: &Call) -> Result<Comment, HttpError> {
    let comment = call.site().comment(CommentId(call.url_id("id")));
    comment.ok_or_else(|| HttpError::not_found("rest_comment_invalid_id", "Invalid comment ID."))
}

pub fn run(verb: Verb, call: &Call) -> Result<Answer, HttpError> {
    match verb {
        Verb::List => Ok(list(call)),
        _ => Ok(Answer::ok(view(call, &find(call)?))),
    }
}

fn list(call: &Call) -> Answer {
    let site = call.site();
    let (of_posts, include, exclude) = (call.ids("post"), call.ids("include"), call.ids("exclude"));
    let (parents, parents_not) = (call.ids("parent"), call.ids("parent_exclude"));
    let all_parents = call.args.get("parent").and_then(Value::as_array).is_none_or(Vec::is_empty);
    let (authors, authors_not) = (call.ids("author"), call.ids("author_exclude"));
    let ids = if of_posts.is_empty() {
        site.newest_comments(SCANNED_MAX)
    } else {
        of_posts.iter().flat_map(|id| site.comments(PostId(*id))).collect()
    };
    let settings = site.settings();
    let date = |name: &str| call.text(name).and_then(|text| time::local(settings, text));
    let (after, before) = (date("after"), date("before"));
    let search = call.text("search").map(str::to_lowercase).filter(|text| !text.is_empty());
    let status = call.text("status").unwrap_or("approve");
    let wanted_type = call.text("type").unwrap_or("comment");
    let author = |comment: &Comment| comment.user.map_or(0, |id| id.0);
    let mut comments: Vec<Comment> = ids.into_iter().filter_map(|id| site.comment(id)).collect();
    comments.retain(|comment| {
        let parent = comment.parent.map_or(0, |id| id.0);
        let matches = |text: &String| {
            [&comment.content, &comment.author_name, &comment.author_email, &comment.author_url]
                .iter()
                .any(|field| field.to_lowercase().contains(text))
        };
        (include.is_empty() || include.contains(&comment.id.0))
            && !exclude.contains(&comment.id.0)
            && (all_parents || parents.contains(&parent))
            && !parents_not.contains(&parent)
            && (authors.is_empty() || authors.contains(&author(comment)))
            && !authors_not.contains(&author(comment))
            && call.text("author_email").is_none_or(|email| comment.author_email.eq_ignore_ascii_case(email))
            && after.is_none_or(|after| comment.date > after)
            && before.is_none_or(|before| comment.date < before)
            && has_status(comment, status)
            && has_type(comment, wanted_type)
            && search.as_ref().is_none_or(matches)
            && may_read(call, comment)
    });
    sort(call, &mut comments, &include);
    let total = comments.len();
    let (offset, limit) = call.window();
    let page = comments.iter().skip(offset).take(limit).map(|comment| view(call, comment)).collect();
    Answer::page(call, page, total)
}

fn sort(call: &Call, comments: &mut [Comment], include: &[u64]) {
    let place = |comment: &Comment| include.iter().position(|id| *id == comment.id.0);
    match call.text("orderby").unwrap_or("date_gmt") {
        "id" => comments.sort_by_key(|comment| comment.id),
        "include" => comments.sort_by_key(place),
        "post" => comments.sort_by_key(|comment| (comment.post, comment.id)),
        "parent" => comments.sort_by_key(|comment| (comment.parent, comment.id)),
        "type" => comments.sort_by(|a, b| (&a.kind, a.id).cmp(&(&b.kind, b.id))),
        "date" => comments.sort_by_key(|comment| (comment.date, comment.id)),
        _ => comments.sort_by_key(|comment| (comment.date_gmt, comment.id)),
    }
    if call.text("order") != Some("asc") {
        comments.reverse();
    }
}

fn has_status(comment: &Comment, wanted: &str) -> bool {
    match wanted {
        "all" => matches!(comment.status, CommentStatus::Approved | CommentStatus::Hold),
        "any" => true,
        wanted => comment.status == CommentStatus::from_stored(wanted),
    }
}

fn has_type(comment: &Comment, wanted: &str) -> bool {
    let kind = if comment.kind.is_empty() { "comment" } else { &comment.kind };
    match wanted {
        "all" | "any" => true,
        "pings" => matches!(kind, "pingback" | "trackback"),
        wanted => kind == wanted,
    }
}

fn status_name(status: &CommentStatus) -> &str {
    match status {
        CommentStatus::Approved => "approved",
        CommentStatus::Hold => "hold",
        CommentStatus::Spam => "spam",
        CommentStatus::Trash => "trash",
        CommentStatus::PostTrashed => "post-trashed",
        CommentStatus::Custom(name) => name,
    }
}

fn view(call: &Call, comment: &Comment) -> Value {
    let post = call.site().post(comment.post);
    let link = post.as_ref().map(|post| format!("{}#comment-{}", call.site().permalink(post), comment.id));
    let kind = if comment.kind.is_empty() { "comment" } else { &comment.kind };
    let rendered = render::content::comment_html(&comment.content);
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("id", comment.id.0.into());
    put("post", comment.post.0.into());
    put("parent", comment.parent.map_or(0, |id| id.0).into());
    put("author", comment.user.map_or(0, |id| id.0).into());
    put("author_name", comment.author_name.clone().into());
    put("author_email", comment.author_email.clone().into());
    put("author_url", comment.author_url.clone().into());
    put("author_ip", comment.author_ip.clone().into());
    put("author_user_agent", comment.agent.clone().into());
    put("date", time::text(comment.date).into());
    put("date_gmt", time::text(comment.date_gmt).into());
    put("content", json!({ "rendered": rendered, "raw": comment.content }));
    put("link", link.unwrap_or_default().into());
    put("status", status_name(&comment.status).into());
    put("type", kind.into());
    put("author_avatar_urls", users::view::avatars(&comment.author_email));
    put("meta", json!([]));
    if call.wanted.wants("_links") {
        put("_links", links(call, comment, post.as_ref()));
    }
    call.present(item)
}

fn links(call: &Call, comment: &Comment, post: Option<&Post>) -> Value {
    let mut links = Links::default();
    links.add("self", call.href(&format!("comments/{}", comment.id)));
    links.add("collection", call.href("comments"));
    if let Some(user) = comment.user {
        links.embeddable("author", call.href(&format!("users/{user}")));
    }
    if let Some((post, kind)) = post.and_then(|post| Some((post, kind_of(call, post)?))) {
        let href = call.href(&format!("{}/{}", kind.rest_base, post.id));
        links.push("up", json!({ "embeddable": true, "post_type": post.post_type.name(), "href": href }));
    }
    if let Some(parent) = comment.parent {
        links.embeddable("in-reply-to", call.href(&format!("comments/{parent}")));
    }
    let answered = call.site().comments(comment.post);
    if answered.iter().any(|id| call.site().comment(*id).is_some_and(|other| other.parent == Some(comment.id))) {
        links.embeddable("children", call.href(&format!("comments?parent={}", comment.id)));
    }
    links.finish()
}
