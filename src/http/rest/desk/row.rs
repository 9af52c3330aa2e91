//! One row of a list.

use serde_json::{Map, Value, json};

use crate::{
    content::{Post, PostStatus},
    http::rest::{
        call::Call,
        posts::{kind::PostKind, permit},
        schema::{ALL, Kind, Schema},
        table::ItemSchema,
        time,
    },
    render::title,
};

pub fn schema(kind: &PostKind) -> ItemSchema {
    let text = |what: &'static str| Schema::string(what).within(ALL).readonly();
    let flag = |what: &'static str| Schema::boolean(what).within(ALL).readonly();
    let named = || {
        vec![
            ("id".into(), Schema::integer("Its id.").within(ALL)),
            ("name".into(), Schema::string("Its name, as text.").within(ALL)),
        ]
    };
    let may = ["edit", "delete", "publish"];
    let may = may.map(|what| (what.into(), Schema::boolean("").within(ALL))).to_vec();
    let mut fields = vec![
        ("id".into(), Schema::integer("The post's id.").within(ALL).readonly()),
        ("title".into(), text("Its title, as text.")),
        ("status".into(), text("Its status; scheduled and due is published.")),
        ("date".into(), Schema::date("Its date, in the site's time zone.").within(ALL).readonly()),
        ("modified".into(), Schema::date("When it was last saved, in the site's time zone.").within(ALL).readonly()),
        ("link".into(), Schema::uri("Where it can be seen; a preview of what is not public.").within(ALL).readonly()),
        ("slug".into(), text("Its name in addresses.")),
        ("author".into(), Schema::object(named(), "Who wrote it.").or(Kind::Null).within(ALL).readonly()),
        ("parent".into(), Schema::object(named(), "What it lies below.").or(Kind::Null).within(ALL).readonly()),
        ("comments".into(), Schema::integer("Approved comments.").within(ALL).readonly()),
        ("sticky".into(), flag("Whether it stays on top.")),
        ("protected".into(), flag("Whether it needs a password.")),
        ("public".into(), flag("Whether readers see it.")),
        ("may".into(), Schema::object(may, "What the caller may do with it.").within(ALL).readonly()),
    ];
    for used in &kind.taxonomies {
        let mut terms = Schema::list(Schema::object(named(), ""), "Its terms.").within(ALL);
        terms.readonly = true;
        fields.push((used.rest_base.clone().into(), terms));
    }
    ItemSchema { title: format!("desk-{}", kind.post_type.name()), fields, actions: Vec::new() }
}

pub fn row(call: &Call, kind: &PostKind, post: &Post) -> Value {
    let site = call.site();
    let public = kind.viewable && site.is_public(post, call.now);
    let due = post.status == PostStatus::Future && site.is_public(post, call.now);
    let link =
        if public { site.permalink(post) } else { format!("{}/?p={}&preview=true", site.settings().home, post.id) };
    let author = site.user(post.author).map(|user| json!({ "id": user.id.0, "name": user.display_name }));
    let parent = post.parent.filter(|_| kind.hierarchical).and_then(|id| site.post(id));
    let parent = parent.map(|parent| json!({ "id": parent.id.0, "name": title::text(&parent.title) }));
    let mut row = Map::new();
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("id", post.id.0.into());
    put("title", title::text(&post.title).into());
    put("status", if due { PostStatus::Publish.name() } else { post.status.name() }.into());
    put("date", time::text(post.date).into());
    put("modified", time::text(post.modified).into());
    put("link", link.into());
    put("slug", post.slug.clone().into());
    put("author", author.into());
    put("parent", parent.into());
    put("comments", site.comment_count(post.id).into());
    put("sticky", post.sticky.into());
    put("protected", post.password.as_ref().is_some_and(|password| !password.is_empty()).into());
    put("public", public.into());
    let may = json!({
        "edit": permit::may_edit(call, kind, post),
        "delete": permit::may_delete(call, kind, post),
        "publish": call.can(kind.capabilities.publish),
    });
    put("may", may);
    for used in &kind.taxonomies {
        let terms = post.terms.iter().filter_map(|id| site.term(*id)).filter(|term| term.taxonomy == used.taxonomy);
        let terms = terms.map(|term| json!({ "id": term.id.0, "name": title::text(&term.name) }));
        put(&used.rest_base, terms.collect());
    }
    call.present(row)
}
