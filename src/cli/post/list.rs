//! Lists and single posts as the terminal shows them.

use serde_json::{Value, json};

use super::{Failure, Listing, output};
use crate::{
    app::App,
    content::{ContentFormat, Post, PostId, PostStatus, PostType, Revision},
    index::{PostQuery, Site},
};

pub fn list(app: &App, listing: &Listing) -> Result<(), Failure> {
    let snapshot = app.log.current();
    let site = &snapshot.state;
    let statuses = match &listing.status {
        Some(status) => vec![PostStatus::from_name(status)],
        None => ["publish", "future", "draft", "pending", "private", "inherit"].map(PostStatus::from_name).to_vec(),
    };
    let query = PostQuery {
        types: vec![PostType::from_name(&listing.post_type)],
        statuses,
        search: listing.search.clone(),
        offset: listing.offset,
        limit: usize::from(listing.limit),
        ..PostQuery::default()
    };
    let found = site.posts(&query, app.clock.now());
    let posts: Vec<Post> = found.ids.iter().filter_map(|id| site.post(*id)).collect();
    if listing.json {
        return posts.iter().try_for_each(|post| output::json(&summary(site, post)));
    }
    let rows: Vec<Vec<String>> = posts
        .iter()
        .map(|post| {
            let author = site.user(post.author).map_or_else(|| post.author.to_string(), |user| user.login);
            let title = if post.title.is_empty() { "(no title)".to_owned() } else { post.title.clone() };
            vec![post.id.to_string(), post.status.name().to_owned(), post.date.to_string(), author, title]
        })
        .collect();
    output::table(&["ID", "STATUS", "DATE", "AUTHOR", "TITLE"], &rows);
    output::note(&format!("{} of {}", rows.len(), found.total));
    Ok(())
}

pub async fn show(app: &App, id: PostId, as_json: bool) -> Result<(), Failure> {
    let snapshot = app.log.current();
    let site = &snapshot.state;
    let post = site.post(id).ok_or_else(|| Failure::other(anyhow::anyhow!("no post {id}")))?;
    let revision = app.revisions.get(id, post.revision).await.map_err(Failure::store)?;
    if as_json {
        return output::json(&whole(site, &post, &revision));
    }
    for (name, value) in [
        ("id", post.id.to_string()),
        ("type", post.post_type.name().to_owned()),
        ("status", post.status.name().to_owned()),
        ("title", post.title.clone()),
        ("slug", post.slug.clone()),
        ("date", post.date.to_string()),
        ("link", site.permalink(&post)),
        ("revision", post.revision.to_string()),
    ] {
        output::line(&format!("{name:9} {value}"));
    }
    output::line(&format!("\n{}", revision.content.trim_end()));
    Ok(())
}

/// What a save answers: where the post is now.
pub fn confirm(app: &App, id: PostId, as_json: bool) -> Result<(), Failure> {
    let snapshot = app.log.current();
    let site = &snapshot.state;
    let post = site.post(id).ok_or_else(|| Failure::other(anyhow::anyhow!("post {id} was deleted meanwhile")))?;
    if as_json {
        return output::json(&summary(site, &post));
    }
    output::line(&format!("post {id} saved, {}: {}", post.status.name(), site.permalink(&post)));
    Ok(())
}

fn summary(site: &Site, post: &Post) -> Value {
    json!({
        "id": post.id.0, "type": post.post_type.name(), "status": post.status.name(), "title": post.title,
        "slug": post.slug, "date": post.date.to_string(), "modified": post.modified.to_string(),
        "author": post.author.0, "link": site.permalink(post), "revision": post.revision.to_string(),
    })
}

fn whole(site: &Site, post: &Post, revision: &Revision) -> Value {
    let mut value = summary(site, post);
    value["content"] = revision.content.clone().into();
    value["excerpt"] = revision.excerpt.clone().into();
    value["format"] = match revision.format {
        ContentFormat::Html => "html".into(),
        ContentFormat::Markdown => "markdown".into(),
    };
    value
}
