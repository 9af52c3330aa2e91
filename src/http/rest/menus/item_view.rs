//! A menu item as the API shows it.

use serde_json::{Value, json};

use super::{Item, meta};
use crate::{
    content::{Capability, Post, PostId, TermId},
    http::{
        error::HttpError,
        rest::{call::Call, links::Links},
    },
    render,
};

/// What an item points at.
struct Target {
    title: String,
    url: String,
    label: String,
    /// Member and name for the link, with its address in the API.
    link: Option<(&'static str, String)>,
    gone: bool,
}

pub async fn item(call: &Call, post: &Post) -> Result<Value, HttpError> {
    let target = target(call, post);
    let object_id = meta(post, "object_id").parse::<u64>().unwrap_or(post.id.0);
    let kind = meta(post, "type");
    let typed = render::title::html(&post.title);
    let title = if typed.is_empty() { render::title::html(&target.title) } else { typed };
    let words = |text: &str| json!(text.split(' ').collect::<Vec<_>>());
    let classes = render_classes(meta(post, "classes"));
    let mut item = Item::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("id", post.id.0.into());
    put("title", json!({ "raw": post.title, "rendered": title }));
    put("status", post.status.name().into());
    put("url", target.url.into());
    put("attr_title", post.excerpt.clone().into());
    put("description", description(call, post).await?.into());
    put("type", if kind.is_empty() { "custom" } else { kind }.into());
    put("type_label", target.label.into());
    put("object", meta(post, "object").into());
    put("object_id", object_id.into());
    put("parent", meta(post, "menu_item_parent").parse::<u64>().unwrap_or(0).into());
    put("menu_order", post.menu_order.into());
    put("target", meta(post, "target").into());
    put("classes", classes.into());
    put("xfn", words(meta(post, "xfn")));
    put("invalid", target.gone.into());
    put("meta", json!([]));
    put("menus", menu_of(call, post).map_or(0, |menu| menu.0).into());
    put("_links", links(call, post, target.link));
    Ok(call.present(item))
}

async fn description(call: &Call, post: &Post) -> Result<String, HttpError> {
    if !call.wanted.wants("description") {
        return Ok(String::new());
    }
    let body = call.app.revisions.get(post.id, post.revision).await?;
    Ok(body.content.trim().to_owned())
}

fn menu_of(call: &Call, post: &Post) -> Option<TermId> {
    let is_menu = |id: &&TermId| call.site().term(**id).is_some_and(|term| term.taxonomy.name() == "nav_menu");
    post.terms.iter().find(is_menu).copied()
}

/// Class names out of a PHP-serialised list of strings; one empty name when there are none, as WordPress has it.
fn render_classes(serialised: &str) -> Vec<String> {
    let quoted = serialised.split('"').skip(1).step_by(2).map(str::to_owned);
    let classes: Vec<String> = quoted.collect();
    if classes.is_empty() { vec![String::new()] } else { classes }
}

fn target(call: &Call, item: &Post) -> Target {
    let id = meta(item, "object_id").parse::<u64>().unwrap_or(0);
    let object = meta(item, "object");
    let gone = |label: &str| Target {
        title: String::new(),
        url: String::new(),
        label: label.to_owned(),
        link: None,
        gone: true,
    };
    match meta(item, "type") {
        "post_type" => {
            let kind = call.table.post_kinds.iter().find(|kind| kind.post_type.name() == object);
            let label = kind.map_or_else(|| object.to_owned(), |kind| kind.singular());
            let Some(post) = call.site().post(PostId(id)).filter(|post| post.post_type.name() == object) else {
                return gone(&label);
            };
            let link = kind.map(|kind| ("post_type", call.href(&format!("{}/{id}", kind.rest_base))));
            let url = call.site().permalink(&post);
            Target { title: post.title, url, label, link, gone: false }
        }
        "taxonomy" => {
            let kind = call.table.term_kinds.iter().find(|kind| kind.taxonomy.name() == object);
            let label = kind.map_or_else(|| object.to_owned(), |kind| kind.singular());
            let Some(term) = call.site().term(TermId(id)).filter(|term| term.taxonomy.name() == object) else {
                return gone(&label);
            };
            let url = format!("{}{}", call.site().settings().home, call.site().term_path(&term));
            let link = kind.map(|kind| ("taxonomy", call.href(&format!("{}/{id}", kind.rest_base))));
            Target { title: term.name, url, label, link, gone: false }
        }
        "post_type_archive" => {
            let info = call.site().settings().types.post_type(object).filter(|info| info.has_archive);
            let Some(info) = info else { return gone("Post Type Archive") };
            let url = format!("{}/{}/", call.site().settings().home, info.slug());
            let label = "Post Type Archive".to_owned();
            Target { title: info.label.clone(), url, label, link: None, gone: false }
        }
        _ => Target {
            title: String::new(),
            url: meta(item, "url").to_owned(),
            label: "Custom Link".to_owned(),
            link: None,
            gone: false,
        },
    }
}

fn links(call: &Call, post: &Post, object: Option<(&'static str, String)>) -> Value {
    let own = call.href(&format!("menu-items/{}", post.id));
    let mut links = Links::default();
    links.add("self", own.clone());
    links.add("collection", call.href("menu-items"));
    links.add("about", call.href("types/nav_menu_item"));
    let menus = call.href(&format!("menus?post={}", post.id));
    links.push("wp:term", json!({ "taxonomy": "nav_menu", "embeddable": true, "href": menus }));
    if let Some((member, href)) = object {
        links.push("wp:menu-item-object", json!({ member: meta(post, "object"), "embeddable": true, "href": href }));
    }
    if call.wanted.editing() && call.can(Capability::EditThemeOptions) {
        let rels = ["publish", "unfiltered-html", "create-menus", "assign-menus"];
        let may = rels.into_iter().filter(|rel| *rel != "unfiltered-html" || call.can(Capability::UnfilteredHtml));
        for rel in may {
            links.add(&format!("wp:action-{rel}"), own.clone());
        }
    }
    links.finish()
}
