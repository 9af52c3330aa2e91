//! The site's settings, under WordPress's REST names.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    schema::{Fields, Format, Kind, Schema},
    table::{self, ItemSchema, Route},
};
use crate::{
    content::{Capability, Edit, settings::Front},
    http::error::HttpError,
};

/// REST name, option name, description.
type Setting = (&'static str, &'static str, Schema);

/// Every setting once: what it is called here, which option holds it, what it may be.
fn all() -> Vec<Setting> {
    let text = |what: &'static str| Schema::string(what);
    let number = |what: &'static str| Schema::integer(what);
    let open = |what: &'static str| Schema::string(what).choices(["open", "closed"]);
    vec![
        ("title", "blogname", text("The site's title.")),
        ("description", "blogdescription", text("The site's tagline.")),
        ("url", "siteurl", Schema::uri("The site's address.")),
        ("email", "admin_email", text("Who looks after the site.").format(Format::Email)),
        ("timezone", "timezone_string", text("The site's time zone.")),
        ("date_format", "date_format", text("How dates are written.")),
        ("time_format", "time_format", text("How times are written.")),
        ("start_of_week", "start_of_week", number("First day of the week, 0 for Sunday.").between(0, 6)),
        ("language", "WPLANG", text("The site's language.")),
        ("use_smilies", "use_smilies", Schema::boolean("Whether emoticons become pictures.")),
        ("default_category", "default_category", number("Category of posts without one.")),
        ("default_post_format", "default_post_format", text("Format of posts without one.")),
        ("posts_per_page", "posts_per_page", number("Posts on a page.").between(1, 1000)),
        ("show_on_front", "show_on_front", text("Posts or a page at the front.")),
        ("page_on_front", "page_on_front", number("The page at the front.")),
        ("page_for_posts", "page_for_posts", number("The page that lists posts.")),
        ("default_ping_status", "default_ping_status", open("Whether new posts take pings.")),
        ("default_comment_status", "default_comment_status", open("Whether new posts take comments.")),
        ("site_logo", "site_logo", number("The site's logo.").or(Kind::Null)),
        ("site_icon", "site_icon", number("The site's icon.")),
    ]
}

pub fn routes() -> Vec<Route> {
    let update: Fields = all().into_iter().map(|(name, _, schema)| (name.into(), schema)).collect();
    let fields = update.iter().map(|(name, schema)| (name.clone(), as_field(name, schema.clone()))).collect();
    let item = Arc::new(ItemSchema { title: "settings".to_owned(), fields, actions: Vec::new() });
    vec![
        Route::new("wp/v2", "settings")
            .on(table::GET, Action::Settings(Verb::Get), Vec::new())
            .on(table::EDIT, Action::Settings(Verb::Update), update)
            .item(&item),
    ]
}

/// As a field of the item, which says what holds when nothing is set.
fn as_field(name: &str, mut schema: Schema) -> Schema {
    schema.null_when_absent = schema.kinds.contains(&Kind::Null);
    schema.kinds.retain(|kind| *kind != Kind::Null);
    schema.default_to(match name {
        "language" => json!("en_US"),
        "use_smilies" => json!(true),
        "posts_per_page" => json!(10),
        _ => json!(null),
    })
}

pub fn permit(call: &Call) -> Result<(), HttpError> {
    if call.can(Capability::ManageOptions) {
        return Ok(());
    }
    Err(call.refuse("rest_forbidden", "Sorry, you are not allowed to do that."))
}

pub async fn run(verb: Verb, mut call: Call) -> Result<Answer, HttpError> {
    if verb != Verb::Update {
        return Ok(Answer::ok(view(&call)));
    }
    let changes: Vec<(String, Value)> = all()
        .into_iter()
        .filter_map(|(name, option, _)| Some((option.to_owned(), call.args.get(name)?.clone())))
        .collect();
    if changes.is_empty() {
        return Ok(Answer::ok(view(&call)));
    }
    let commit = call.commit(Edit::SetOptions(changes)).await?;
    Ok(Answer::ok(view(&call)).acknowledging(&commit))
}

fn view(call: &Call) -> Value {
    let settings = call.site().settings();
    let open = |open: bool| if open { "open" } else { "closed" };
    let (shown, front, posts) = match settings.front {
        Front::Posts => ("posts", None, None),
        Front::Page { front, posts } => ("page", front, posts),
    };
    let format = &settings.default_post_format;
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("title", settings.title.clone().into());
    put("description", settings.tagline.clone().into());
    put("url", settings.site_url.clone().into());
    put("email", settings.admin_email.clone().into());
    put("timezone", settings.time_zone.clone().into());
    put("date_format", settings.date_format.clone().into());
    put("time_format", settings.time_format.clone().into());
    put("start_of_week", settings.start_of_week.into());
    put("language", if settings.locale.is_empty() { "en_US" } else { &settings.locale }.into());
    put("use_smilies", settings.use_smilies.into());
    put("default_category", settings.default_category.0.into());
    put("default_post_format", if format.is_empty() { "0" } else { format }.into());
    put("posts_per_page", settings.posts_per_page.into());
    put("show_on_front", shown.into());
    put("page_on_front", front.map_or(0, |id| id.0).into());
    put("page_for_posts", posts.map_or(0, |id| id.0).into());
    put("default_ping_status", open(settings.default_pings_open).into());
    put("default_comment_status", open(settings.default_comments_open).into());
    put("site_logo", settings.site_logo.map_or(json!(null), |id| id.0.into()));
    put("site_icon", settings.site_icon.map_or(0, |id| id.0).into());
    Value::Object(item)
}
