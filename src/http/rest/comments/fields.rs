//! What comments look like, and how their lists are narrowed.

use serde_json::json;

use crate::http::rest::{
    posts::{self, params},
    schema::{ALL, EDIT, Fields, Format, Schema, VIEW_EDIT},
    users,
};

/// What a comment looks like.
pub fn item() -> Fields {
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

/// Parameters of the collection.
pub fn list_args() -> Fields {
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
