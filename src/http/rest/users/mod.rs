//! Users, and the caller's own account.

mod permit;
pub mod view;
mod write;

use self::permit::{api_types, find, has_published, has_published_of, me};
pub use self::permit::{permit, permit_me};

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    posts::params,
    schema::{ALL, EDIT, Fields, Format, NEVER, Name, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
};
use crate::{
    content::{Capability, PostType},
    http::error::HttpError,
};

/// `types` are those of the API.
pub fn routes(types: &[Name]) -> Vec<Route> {
    let item = Arc::new(schema());
    let delete = || {
        vec![
            ("force".into(), Schema::boolean("Must be true: users have no trash.").default_to(false)),
            ("reassign".into(), Schema::integer("Who gets the user's posts.").required()),
        ]
    };
    let mut delete_one = vec![params::id()];
    delete_one.extend(delete());
    let update = params::update(&item.fields);
    let update_me = update.iter().filter(|(name, _)| name != "id").cloned().collect();
    vec![
        Route::new("wp/v2", "users")
            .on(table::GET, Action::Users(Verb::List), list_args(types))
            .on(table::POST, Action::Users(Verb::Create), params::create(&item.fields))
            .item(&item),
        Route::new("wp/v2", "users/<id:number>")
            .on(table::GET, Action::Users(Verb::Get), vec![params::id(), describe::context()])
            .on(table::EDIT, Action::Users(Verb::Update), update)
            .on(table::DELETE, Action::Users(Verb::Delete), delete_one)
            .item(&item),
        Route::new("wp/v2", "users/me")
            .on(table::GET, Action::Me(Verb::Get), vec![describe::context()])
            .on(table::EDIT, Action::Me(Verb::Update), update_me)
            .on(table::DELETE, Action::Me(Verb::Delete), delete())
            .item(&item),
    ]
}

fn schema() -> ItemSchema {
    let text = |what: &'static str| Schema::string(what);
    let modified = Schema::date("When it was last changed.").readonly();
    let preferences = Schema::object(vec![("_modified".into(), modified)], "What the editor remembers for the user.");
    let preferences = preferences.others(Schema::default()).default_to(json!([])).within(EDIT);
    let fields: Fields = vec![
        ("id".into(), Schema::integer("Their id.").within(ALL).readonly()),
        ("username".into(), text("The name they sign in with.").within(EDIT).required()),
        ("name".into(), text("The name shown.").within(ALL)),
        ("first_name".into(), text("First name.").within(EDIT)),
        ("last_name".into(), text("Last name.").within(EDIT)),
        ("email".into(), text("E-mail address.").format(Format::Email).within(EDIT).required()),
        ("url".into(), Schema::uri("Their own site.").within(ALL)),
        ("description".into(), text("What they say of themselves.").within(ALL)),
        ("link".into(), Schema::uri("Address of their posts.").within(ALL).readonly()),
        ("locale".into(), text("Language of the desk.").choices(["", "en_US"]).within(EDIT)),
        ("nickname".into(), text("Nickname.").within(EDIT)),
        ("slug".into(), text("Their name in addresses.").within(ALL)),
        ("registered_date".into(), Schema::date("Since when they are here.").within(EDIT).readonly()),
        ("roles".into(), Schema::strings("Their roles.").within(EDIT)),
        ("password".into(), text("Their password; never shown.").within(NEVER).required()),
        ("capabilities".into(), Schema::map("All they may do.").within(EDIT).readonly()),
        ("extra_capabilities".into(), Schema::map("Roles and what was granted beside them.").within(EDIT).readonly()),
        ("avatar_urls".into(), view::avatar_schema("Their picture, by size in pixels.").within(ALL).readonly()),
        (
            "meta".into(),
            Schema::object(vec![("persisted_preferences".into(), preferences)], "Meta fields.").within(VIEW_EDIT),
        ),
    ];
    ItemSchema { title: "user".to_owned(), fields, actions: Vec::new() }
}

fn list_args(types: &[Name]) -> Fields {
    let orders = ["id", "include", "name", "registered_date", "slug", "include_slugs", "email", "url"];
    let mut args = params::paging();
    let mut add = |name: &'static str, schema: Schema| args.push((name.into(), schema));
    add("exclude", params::ids("Without these ids."));
    add("include", params::ids("Only these ids."));
    add("offset", Schema::integer("Items to pass over, in place of a page.").at_least(0));
    add("order", params::order("asc"));
    add("orderby", Schema::string("What to sort by.").default_to("name").choices(orders));
    add("slug", Schema::strings("Only with these slugs."));
    add("roles", Schema::strings("Only with one of these roles."));
    add("capabilities", Schema::strings("Only with all of these capabilities."));
    add("who", Schema::string("Only those who write.").choices(["authors"]));
    let mut published = Schema::of(
        &[super::schema::Kind::Boolean, super::schema::Kind::Array],
        "Only with published posts, of these types.",
    );
    published.items = Some(Box::new(Schema::string("").choices(types.to_vec()).keyed().lenient()));
    add("has_published_posts", published);
    args
}

pub async fn run(verb: Verb, call: Call) -> Result<Answer, HttpError> {
    match verb {
        Verb::List => Ok(list(&call)),
        Verb::Get => Ok(Answer::ok(view::item(&call, &find(&call)?))),
        Verb::Create => write::create(call).await,
        Verb::Update => {
            let user = find(&call)?;
            write::update(call, user).await
        }
        Verb::Delete => {
            let user = find(&call)?;
            write::delete(call, user).await
        }
    }
}

pub async fn run_me(verb: Verb, call: Call) -> Result<Answer, HttpError> {
    let user = me(&call)?;
    match verb {
        Verb::Update => write::update(call, user).await,
        Verb::Delete => write::delete(call, user).await,
        Verb::Get | Verb::List | Verb::Create => Ok(Answer::ok(view::item(&call, &user))),
    }
}

/// The types something must be published of, where that is asked for.
fn published_types(call: &Call) -> Option<Vec<PostType>> {
    let mut types = api_types(call);
    match call.args.get("has_published_posts")? {
        Value::Bool(asked) => return asked.then_some(types),
        _ => types.retain(|kind| call.texts("has_published_posts").contains(&kind.name())),
    }
    Some(types)
}

fn list(call: &Call) -> Answer {
    let site = call.site();
    let (include, exclude) = (call.ids("include"), call.ids("exclude"));
    let (slugs, roles) = (call.texts("slug"), call.texts("roles"));
    let capabilities = call.texts("capabilities");
    let search = call.text("search").map(str::to_lowercase).filter(|text| !text.is_empty());
    let may_list = call.can(Capability::ListUsers);
    let published = published_types(call);
    let mut users = site.users();
    users.retain(|user| {
        let matches = |text: &String| {
            let shown = [&user.slug, &user.display_name];
            let private = [&user.login, &user.email].into_iter().filter(|_| may_list);
            shown.into_iter().chain(private).any(|name| name.to_lowercase().contains(text))
        };
        let granted = |name: &&str| {
            user.roles.iter().any(|role| role.capabilities().iter().any(|capability| capability.name() == *name))
        };
        (include.is_empty() || include.contains(&user.id.0))
            && !exclude.contains(&user.id.0)
            && (slugs.is_empty() || slugs.contains(&user.slug.as_str()))
            && (roles.is_empty() || user.roles.iter().any(|role| roles.contains(&role.name())))
            && capabilities.iter().all(granted)
            && search.as_ref().is_none_or(matches)
            && match &published {
                Some(types) => has_published_of(call, user.id, types.clone()),
                None => may_list || has_published(call, user.id),
            }
    });
    let place = |id: u64| include.iter().position(|wanted| *wanted == id);
    match call.text("orderby").unwrap_or("name") {
        "id" => users.sort_by_key(|user| user.id),
        "include" => users.sort_by_key(|user| place(user.id.0)),
        "registered_date" => users.sort_by_key(|user| user.registered),
        "slug" | "include_slugs" => users.sort_by(|a, b| a.slug.cmp(&b.slug)),
        "email" => users.sort_by(|a, b| a.email.cmp(&b.email)),
        "url" => users.sort_by(|a, b| a.url.cmp(&b.url)),
        _ => users.sort_by_key(|user| (user.display_name.to_lowercase(), user.id)),
    }
    if call.text("order") == Some("desc") {
        users.reverse();
    }
    let (offset, limit) = call.window();
    let total = users.len();
    let page: Vec<Value> = users.iter().skip(offset).take(limit).map(|user| view::item(call, user)).collect();
    Answer::page(call, page, total)
}
