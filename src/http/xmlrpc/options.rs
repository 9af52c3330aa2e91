//! `wp.getOptions` and `wp.setOptions`: the options clients know, under names of their own.

use futures_util::FutureExt;
use serde_json::json;

use super::{
    call::Call,
    fault::Fault,
    rsd::ENGINE,
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, method, optional, param},
    value::Value,
};
use crate::content::{Capability, Edit, Settings};

/// The WordPress whose interface this is: clients pick features by it.
const VERSION: &str = "6.1.9";

pub const METHODS: &[Method] = &[
    method("wp.getOptions", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, optional("options", Kind::Any)], |call| {
        async move { Ok(get(call)) }.boxed()
    }),
    method(
        "wp.setOptions",
        Needs::CanOr(Capability::ManageOptions, 403),
        &[BLOG, LOGIN, PASSWORD, param("options", Kind::Struct)],
        |call| set(call).boxed(),
    ),
];

/// Where an option's value comes from.
enum From {
    Shown(fn(&Settings) -> Value),
    /// The site's option of this name, or what its setting says where nobody has set it.
    Stored(&'static str, fn(&Settings) -> Value),
}

struct Known {
    name: &'static str,
    description: &'static str,
    from: From,
}

const fn shown(name: &'static str, description: &'static str, value: fn(&Settings) -> Value) -> Known {
    Known { name, description, from: From::Shown(value) }
}

const fn stored(
    name: &'static str,
    option: &'static str,
    description: &'static str,
    value: fn(&Settings) -> Value,
) -> Known {
    Known { name, description, from: From::Stored(option, value) }
}

fn flag(flag: bool) -> Value {
    Value::text(if flag { "1" } else { "0" })
}

fn pixels(pixels: u32) -> Value {
    Value::id(pixels)
}

const KNOWN: &[Known] = &[
    shown("software_name", "Name of the software", |_| Value::text(ENGINE)),
    shown("software_version", "Its version", |_| Value::text(VERSION)),
    shown("blog_url", "Address of the software", |settings| Value::text(&settings.site_url)),
    shown("home_url", "Address of the site", |settings| Value::text(&settings.home)),
    shown("login_url", "Where to sign in", |settings| Value::text(format!("{}/wp-login.php", settings.home))),
    shown("admin_url", "Where to write", |settings| Value::text(format!("{}/wp-admin/", settings.home))),
    shown("image_default_link_type", "What pictures link to", |_| Value::text("none")),
    shown("image_default_size", "How large pictures are put in", |_| Value::text("")),
    shown("image_default_align", "How pictures are aligned", |_| Value::text("")),
    shown("template", "Theme", |settings| Value::text(&settings.theme)),
    shown("stylesheet", "Theme", |settings| Value::text(&settings.theme)),
    shown("post_thumbnail", "Posts have featured images", |_| Value::Bool(true)),
    stored("time_zone", "gmt_offset", "Hours from UTC", |settings| {
        Value::text((f64::from(settings.gmt_offset_minutes) / 60.0).to_string())
    }),
    stored("blog_title", "blogname", "Title of the site", |settings| Value::text(&settings.title)),
    stored("blog_tagline", "blogdescription", "Tagline of the site", |settings| Value::text(&settings.tagline)),
    stored("date_format", "date_format", "How dates are written", |settings| Value::text(&settings.date_format)),
    stored("time_format", "time_format", "How times are written", |settings| Value::text(&settings.time_format)),
    stored("users_can_register", "users_can_register", "Whether anybody may register", |settings| {
        flag(settings.users_can_register)
    }),
    stored("thumbnail_size_w", "thumbnail_size_w", "Width of thumbnails", |s| pixels(s.image_sizes.thumbnail.0)),
    stored("thumbnail_size_h", "thumbnail_size_h", "Height of thumbnails", |s| pixels(s.image_sizes.thumbnail.1)),
    stored("thumbnail_crop", "thumbnail_crop", "Whether thumbnails are cropped", |s| {
        flag(s.image_sizes.thumbnail_crop)
    }),
    stored("medium_size_w", "medium_size_w", "Width of medium pictures", |s| pixels(s.image_sizes.medium.0)),
    stored("medium_size_h", "medium_size_h", "Height of medium pictures", |s| pixels(s.image_sizes.medium.1)),
    stored("medium_large_size_w", "medium_large_size_w", "Width of fairly large pictures", |s| {
        pixels(s.image_sizes.medium_large.0)
    }),
    stored("medium_large_size_h", "medium_large_size_h", "Height of fairly large pictures", |s| {
        pixels(s.image_sizes.medium_large.1)
    }),
    stored("large_size_w", "large_size_w", "Width of large pictures", |s| pixels(s.image_sizes.large.0)),
    stored("large_size_h", "large_size_h", "Height of large pictures", |s| pixels(s.image_sizes.large.1)),
    stored("default_comment_status", "default_comment_status", "Whether new posts are open to comments", |s| {
        Value::text(if s.default_comments_open { "open" } else { "closed" })
    }),
    stored("default_ping_status", "default_ping_status", "Whether new posts are open to pingbacks", |s| {
        Value::text(if s.default_pings_open { "open" } else { "closed" })
    }),
];

/// Those of these names, all without names. Only who manages options may change some.
fn view(call: &Call, names: Option<&[String]>) -> Value {
    let wanted = KNOWN.iter().filter(|known| names.is_none_or(|names| names.iter().any(|name| name == known.name)));
    let manages = call.can(Capability::ManageOptions);
    let settings = call.site().settings();
    let one = |known: &Known| {
        let (value, fixed) = match &known.from {
            From::Shown(value) => (value(settings), true),
            From::Stored(_, value) => (value(settings), false),
        };
        let entry = Value::members([
            ("desc", Value::text(known.description)),
            ("readonly", Value::Bool(fixed || !manages)),
            ("value", value),
        ]);
        (known.name.to_owned(), entry)
    };
    Value::Struct(wanted.map(one).collect())
}

/// Names may be a list, or one text.
fn get(call: &Call) -> Value {
    let names: Vec<String> = match call.arg("options") {
        Some(Value::Text(name)) if !name.is_empty() => vec![name.clone()],
        Some(list) => list.items().into_iter().filter_map(Value::as_text).collect(),
        None => Vec::new(),
    };
    view(call, Some(names.as_slice()).filter(|names| !names.is_empty()))
}

/// Sets those that can be, passes over the others, and shows what they all are then.
async fn set(call: &mut Call) -> Answer {
    let Some(Value::Struct(given)) = call.arg("options").cloned() else {
        return Err(Fault::arguments("options must be a struct of names and values."));
    };
    let mut changes = Vec::new();
    for (name, value) in &given {
        let known = KNOWN.iter().find(|known| known.name == name);
        if let Some(Known { from: From::Stored(option, _), .. }) = known
            && let Some(text) = value.as_text()
        {
            changes.push(((*option).to_owned(), json!(text)));
        }
    }
    if changes.iter().any(|(name, _)| name == "gmt_offset") {
        // a named zone would go before it
        changes.push(("timezone_string".to_owned(), json!("")));
    }
    if !changes.is_empty() {
        call.commit(Edit::SetOptions(changes)).await?;
    }
    let names: Vec<String> = given.into_iter().map(|(name, _)| name).collect();
    Ok(view(call, Some(&names)))
}
