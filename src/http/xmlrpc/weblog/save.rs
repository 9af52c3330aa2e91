//! What a client of `metaWeblog` sends of a post or page, as one edit.

use super::view::extended;
use crate::{
    content::{Post, PostId, PostStatus, PostType, Taxonomy, TermId, edit::SavePost},
    http::xmlrpc::{
        call::{Call, Fields, change},
        fault::Fault,
        posts::{
            save::{add_meta, author, before, formatted, new_status, password, thumbnail},
            term_sets::{named, of_name},
        },
        terms::taxonomy,
        value::Value,
    },
};

/// `published` is the flag beside the struct; a status in it goes before.
///
/// # Errors
/// As WordPress refuses; 400 for dates that are none.
pub async fn of_fields(
    call: &mut Call,
    content: &Fields,
    post_type: &PostType,
    post: Option<&Post>,
    published: bool,
) -> Result<SavePost, Fault> {
    let mut save = SavePost {
        id: post.map(|post| post.id),
        post_type: post.is_none().then(|| post_type.clone()),
        title: content.text("title"),
        content: text(call, content, post).await?,
        excerpt: content.text("mt_excerpt"),
        status: status(call, content, post_type, post, published)?,
        slug: content.text("wp_slug"),
        author: author(call, post_type, post, content.id("wp_author_id"))?,
        parent: content.id("wp_page_parent_id").map(|id| (id != 0).then_some(PostId(id))),
        menu_order: content.get("wp_page_order").and_then(Value::as_number),
        password: password(call, post_type, post, content.text("wp_password"))?,
        comments_open: content.get("mt_allow_comments").and_then(open),
        pings_open: content.get("mt_allow_pings").and_then(open),
        sticky: content.flag("sticky").filter(|sticky| post.map_or(*sticky, |post| post.sticky != *sticky)),
        thumbnail: thumbnail(call, content.get("wp_post_thumbnail"))?,
        template: content.text("wp_page_template").map(|name| if name == "default" { String::new() } else { name }),
        ..SavePost::default()
    };
    save.date = match content.moment("date_created_gmt")? {
        Some(moment) => Some(change(moment, true)),
        None => content.moment("dateCreated")?.map(|moment| change(moment, false)),
    };
    let before = before(call, post).await?;
    add_meta(&mut save, &before, content);
    if post_type == &PostType::Post {
        terms(call, content, &mut save).await?;
    }
    Ok(save)
}

/// The two parts put together. The words of the mark stay what they were unless the client names them.
async fn text(call: &Call, content: &Fields, post: Option<&Post>) -> Result<Option<String>, Fault> {
    let Some(main) = content.text("description") else { return Ok(None) };
    let Some(more) = content.filled("mt_text_more").or_else(|| content.filled("text_more")) else {
        return Ok(Some(main));
    };
    let words = match (content.text("wp_more_text"), post) {
        (Some(words), _) => words,
        (None, Some(post)) => extended(&call.body(post).await?.content).words.to_owned(),
        (None, None) => String::new(),
    };
    let words = if words.is_empty() { words } else { format!(" {}", words.replace("--", "")) };
    Ok(Some(format!("{main}<!--more{words}-->{more}")))
}

fn status(
    call: &Call,
    content: &Fields,
    post_type: &PostType,
    post: Option<&Post>,
    published: bool,
) -> Result<Option<PostStatus>, Fault> {
    let named = if *post_type == PostType::Page { "page_status" } else { "post_status" };
    let asked = content.filled(named).or_else(|| content.filled("post_status"));
    let asked = asked.unwrap_or_else(|| if published { "publish" } else { "draft" }.to_owned());
    new_status(call, post_type, post, Some(&asked))
}

/// `open`, `closed`, or the numbers of Movable Type: 0 none, 1 open, 2 closed.
fn open(value: &Value) -> Option<bool> {
    match value.as_text()?.as_str() {
        "" => None,
        "open" | "1" => Some(true),
        _ => Some(false),
    }
}

async fn terms(call: &mut Call, content: &Fields, save: &mut SavePost) -> Result<(), Fault> {
    if let Some(given) = content.get("categories") {
        let category = Taxonomy::new("category");
        let names = given.items().into_iter().filter_map(Value::as_text);
        // Names of no category are passed over, as in WordPress.
        let ids: Vec<TermId> =
            names.filter_map(|name| Some(of_name(call, &category, name.trim()).first()?.id)).collect();
        save.terms.push((category, ids));
    }
    if let Some(given) = content.get("mt_keywords") {
        let names: Vec<String> = match given {
            Value::List(items) => items.iter().filter_map(Value::as_text).collect(),
            other => other.as_text().unwrap_or_default().split(',').map(str::to_owned).collect(),
        };
        let tags = taxonomy(call, "post_tag")?;
        let ids = named(call, &tags, &names).await?;
        save.terms.push((Taxonomy::new("post_tag"), ids));
    }
    if let Some(format) = content.filled("wp_post_format") {
        save.terms.push(formatted(call, &format).await?);
    }
    Ok(())
}
