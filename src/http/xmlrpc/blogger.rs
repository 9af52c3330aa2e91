//! `blogger.*`: a post is one text, with its title and categories in elements at its beginning.

use futures_util::FutureExt;

use super::{
    call::Call,
    fault::Fault,
    posts::{self, save::new_status, view::terms_in},
    table::{APP_KEY, Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, Param, method, optional, param},
    value::Value,
    weblog,
};
use crate::content::{Capability, Post, PostType, Revision, Taxonomy, TermId, edit::SavePost};

const ID: Param = param("post_id", Kind::Id);
const TEXT: Param = param("content", Kind::Text);
const PUBLISH: Param = optional("publish", Kind::Flag);

pub const METHODS: &[Method] = &[
    method("blogger.getUsersBlogs", Needs::SignIn, &[APP_KEY, LOGIN, PASSWORD], |call| {
        async move { Ok(posts::blogs(call)) }.boxed()
    }),
    method("blogger.getUserInfo", Needs::Can(Capability::EditPosts), &[APP_KEY, LOGIN, PASSWORD], |call| {
        async move { Ok(user(call)) }.boxed()
    }),
    method("blogger.getPost", Needs::SignIn, &[APP_KEY, ID, LOGIN, PASSWORD], |call| get(call).boxed()),
    method(
        "blogger.getRecentPosts",
        Needs::Can(Capability::EditPosts),
        &[APP_KEY, BLOG, LOGIN, PASSWORD, optional("number", Kind::Number)],
        |call| recent(call).boxed(),
    ),
    method("blogger.newPost", Needs::SignIn, &[APP_KEY, BLOG, LOGIN, PASSWORD, TEXT, PUBLISH], |call| {
        new(call).boxed()
    }),
    method("blogger.editPost", Needs::SignIn, &[APP_KEY, ID, LOGIN, PASSWORD, TEXT, PUBLISH], |call| {
        edit(call).boxed()
    }),
    method("blogger.deletePost", Needs::SignIn, &[APP_KEY, ID, LOGIN, PASSWORD, PUBLISH], |call| delete(call).boxed()),
];

fn user(call: &Call) -> Value {
    let Some(user) = call.site().user(call.user_id()) else { return Value::Nil };
    Value::members([
        ("nickname", Value::text(user.nickname)),
        ("userid", Value::number(user.id.0)),
        ("url", Value::text(user.url)),
        ("lastname", Value::text(user.last_name)),
        ("firstname", Value::text(user.first_name)),
    ])
}

fn view(call: &Call, post: &Post, body: &Revision) -> Value {
    let categories: Vec<String> = terms_in(call, post, "category").iter().map(|term| term.id.to_string()).collect();
    let (title, categories) = (&body.title, categories.join(","));
    let content = format!("<title>{title}</title><category>{categories}</category>{}", body.content);
    Value::members([
        ("userid", Value::id(post.author)),
        ("dateCreated", Value::date(post.date)),
        ("content", Value::text(content)),
        ("postid", Value::id(post.id)),
    ])
}

async fn get(call: &mut Call) -> Answer {
    let post = posts::editable(call, call.id("post_id"))?;
    let body = call.body(&post).await?;
    Ok(view(call, &post, &body))
}

async fn recent(call: &mut Call) -> Answer {
    let found = posts::select(call, &weblog::recent_posts(call)).await?;
    Ok(Value::List(found.iter().map(|(post, body)| view(call, post, body)).collect()))
}

/// A text as this interface has it.
#[derive(Debug, Default, PartialEq)]
struct Parts {
    title: Option<String>,
    categories: Option<Vec<u64>>,
    content: String,
}

impl Parts {
    fn of(text: &str) -> Self {
        let (title, rest) = take(text, "title");
        let (categories, rest) = take(&rest, "category");
        let ids = categories.map(|list| list.split(',').filter_map(|id| id.trim().parse().ok()).collect());
        Self { title, categories: ids, content: rest.trim().to_owned() }
    }
}

/// What stands in the first element of this name, and the text without it.
fn take(text: &str, name: &str) -> (Option<String>, String) {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let found = text.split_once(&open).and_then(|(before, rest)| {
        let (inside, after) = rest.split_once(&close)?;
        Some((Some(inside.to_owned()), format!("{before}{after}")))
    });
    found.unwrap_or_else(|| (None, text.to_owned()))
}

fn save(call: &Call, post: Option<&Post>) -> Result<SavePost, Fault> {
    let parts = Parts::of(&call.text("content"));
    let status = if call.flag("publish") { "publish" } else { "draft" };
    let post_type = post.map_or(PostType::Post, |post| post.post_type.clone());
    let category = Taxonomy::new("category");
    let known = |id: &TermId| call.site().term(*id).is_some_and(|term| term.taxonomy == category);
    let ids = parts.categories.map(|ids| ids.into_iter().map(TermId).filter(known).collect());
    Ok(SavePost {
        id: post.map(|post| post.id),
        status: new_status(call, &post_type, post, Some(status))?,
        title: parts.title,
        content: Some(parts.content),
        terms: ids.map(|ids| (Taxonomy::new("category"), ids)).into_iter().collect(),
        ..SavePost::default()
    })
}

async fn new(call: &mut Call) -> Answer {
    if !call.powers.can_create(&PostType::Post) {
        return Err(Fault::unauthorized("Your account may not write posts."));
    }
    let save = save(call, None)?;
    Ok(Value::number(call.save_post(save).await?.0))
}

async fn edit(call: &mut Call) -> Answer {
    let post = posts::editable(call, call.id("post_id"))?;
    if post.post_type != PostType::Post {
        return Err(Fault::not_found("There is no such post."));
    }
    let save = save(call, Some(&post))?;
    call.save_post(save).await?;
    Ok(Value::Bool(true))
}

pub async fn delete(call: &mut Call) -> Answer {
    let post = posts::find(call, call.id("post_id"))?;
    if post.post_type != PostType::Post {
        return Err(Fault::not_found("There is no such post."));
    }
    posts::delete(call, &post).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_categories_stand_in_the_text() {
        let parts = Parts::of("<title>A &amp; B</title><category>3, 4</category>\nText <category>");
        let title = Some("A &amp; B".to_owned());
        assert_eq!(parts, Parts { title, categories: Some(vec![3, 4]), content: "Text <category>".to_owned() });
        assert_eq!(Parts::of("Text"), Parts { content: "Text".to_owned(), ..Parts::default() });
    }
}
