//! `SetOptions`: the known ones checked, all others kept as they are given.

use serde_json::{Value, json};

use super::{Changes, Context, Planned, permit::invalid};
use crate::{
    content::{
        Capability, Role, TermId,
        names::{is_email, strip_controls},
    },
    publish::{Outcome, PublishError},
    store::Table,
};

const NAME_BYTES_MAX: usize = 191;
const VALUE_BYTES_MAX: usize = 256 << 10;
const OPTIONS_MAX: usize = 500;

pub(super) fn plan(context: &Context<'_>, options: &[(String, Value)]) -> Result<Planned, PublishError> {
    context.require(Capability::ManageOptions, "rest_forbidden", "you may not change the site's options")?;
    if options.len() > OPTIONS_MAX {
        let message = format!("at most {OPTIONS_MAX} options are set at once");
        return Err(invalid("rest_invalid_param", "options", message));
    }
    let mut changes = Changes::new(context.site);
    for (name, value) in options {
        if name.is_empty() || name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control) {
            let message = format!("{name:?} is no option name of 1 to {NAME_BYTES_MAX} bytes");
            return Err(invalid("rest_invalid_param", "options", message));
        }
        if value.is_null() {
            changes.delete(Table::Options, name.as_str().into());
            continue;
        }
        let value = checked(context, name, value).map_err(|reason| PublishError::Invalid {
            code: "rest_invalid_param",
            message: format!("{name}: {reason}"),
            field: None,
        })?;
        if value.to_string().len() > VALUE_BYTES_MAX {
            return Err(invalid(
                "rest_invalid_param",
                "options",
                format!("{name} is longer than {VALUE_BYTES_MAX} bytes"),
            ));
        }
        changes.put_option(name, &value);
    }
    Ok(changes.finish(Outcome::Done))
}

/// What a known option must be. Numbers and flags may come as texts, as WordPress keeps them.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// A public address without a trailing slash.
    Url,
    Email,
    /// 1 and 0.
    Flag,
    Number {
        min: i64,
        max: i64,
    },
    TimeZone,
    /// Hours from UTC, quarters allowed.
    Offset,
    /// Begins with a slash and names the post, or is empty.
    Permalinks,
    /// One of these.
    Choice(&'static [&'static str]),
    Category,
    Role,
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "blogname" | "blogdescription" | "date_format" | "time_format" | "category_base" | "tag_base" | "WPLANG"
        | "stylesheet" | "moderation_keys" | "disallowed_keys" => Kind::Text,
        "home" | "siteurl" => Kind::Url,
        "admin_email" => Kind::Email,
        "start_of_week" => Kind::Number { min: 0, max: 6 },
        "posts_per_page" | "posts_per_rss" => Kind::Number { min: 1, max: 1000 },
        "comments_per_page" => Kind::Number { min: 1, max: 1000 },
        "thread_comments_depth" => Kind::Number { min: 1, max: 10 },
        "comment_max_links" => Kind::Number { min: 0, max: 1000 },
        "page_on_front" | "page_for_posts" | "site_icon" | "site_logo" => Kind::Number { min: 0, max: i64::MAX },
        "thumbnail_size_w"
        | "thumbnail_size_h"
        | "medium_size_w"
        | "medium_size_h"
        | "medium_large_size_w"
        | "medium_large_size_h"
        | "large_size_w"
        | "large_size_h" => Kind::Number { min: 0, max: 10_000 },
        "rss_use_excerpt"
        | "comment_moderation"
        | "require_name_email"
        | "comment_registration"
        | "thread_comments"
        | "page_comments"
        | "use_smilies"
        | "blog_public"
        | "users_can_register"
        | "show_avatars"
        | "uploads_use_yearmonth_folders"
        | "thumbnail_crop"
        | "sticky_posts_on_front"
        | "comment_previously_approved" => Kind::Flag,
        "timezone_string" => Kind::TimeZone,
        "gmt_offset" => Kind::Offset,
        "permalink_structure" => Kind::Permalinks,
        "show_on_front" => Kind::Choice(&["posts", "page"]),
        "comment_order" => Kind::Choice(&["asc", "desc"]),
        "default_comment_status" | "default_ping_status" => Kind::Choice(&["open", "closed"]),
        "default_category" => Kind::Category,
        "default_role" => Kind::Role,
        _ => return None,
    })
}

/// The value as it is stored.
///
/// # Errors
/// Why a known option cannot have it.
pub(super) fn checked(context: &Context<'_>, name: &str, value: &Value) -> Result<Value, String> {
    let Some(kind) = kind(name) else { return Ok(value.clone()) };
    if let Kind::Flag = kind {
        return flag(value).map(|flag| json!(if flag { "1" } else { "0" }));
    }
    let text = match value {
        Value::String(text) => strip_controls(text),
        Value::Number(number) => number.to_string(),
        _ => return Err("must be a text or a number".to_owned()),
    };
    let trimmed = text.trim();
    match kind {
        Kind::Text => Ok(json!(trimmed)),
        Kind::Flag => Ok(json!(trimmed)),
        Kind::Url => {
            let address = trimmed.trim_end_matches('/');
            let parsed = url::Url::parse(address).ok();
            let fits = |url: &url::Url| {
                matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none()
            };
            if parsed.as_ref().is_some_and(fits) {
                Ok(json!(address))
            } else {
                Err(format!("{trimmed:?} is no web address"))
            }
        }
        Kind::Email if is_email(trimmed) => Ok(json!(trimmed)),
        Kind::Email => Err(format!("{trimmed:?} is no e-mail address")),
        Kind::Number { min, max } => {
            let number = trimmed.parse::<i64>().ok().filter(|number| (min..=max).contains(number));
            number.map(|number| json!(number)).ok_or_else(|| format!("{trimmed:?} is not a number from {min} to {max}"))
        }
        Kind::TimeZone if trimmed.is_empty() || jiff::tz::TimeZone::get(trimmed).is_ok() => Ok(json!(trimmed)),
        Kind::TimeZone => Err(format!("{trimmed:?} is no time zone")),
        Kind::Offset => match trimmed.parse::<f64>() {
            Ok(hours) if (-12.0..=14.0).contains(&hours) && (hours * 4.0).fract() == 0.0 => Ok(json!(trimmed)),
            _ => Err(format!("{trimmed:?} is not a number of hours from -12 to 14")),
        },
        Kind::Permalinks => {
            let names_post = ["%postname%", "%post_id%"].iter().any(|tag| trimmed.contains(tag));
            if trimmed.is_empty() || (trimmed.starts_with('/') && names_post) {
                Ok(json!(trimmed))
            } else {
                Err(format!("{trimmed:?} must begin with / and contain %postname% or %post_id%"))
            }
        }
        Kind::Choice(choices) if choices.contains(&trimmed) => Ok(json!(trimmed)),
        Kind::Choice(choices) => Err(format!("{trimmed:?} is none of {}", choices.join(", "))),
        Kind::Category => {
            let term = trimmed.parse().ok().and_then(|id| context.site.term(TermId(id)));
            match term.filter(|term| term.taxonomy.name() == "category") {
                Some(term) => Ok(json!(term.id.0)),
                None => Err(format!("{trimmed:?} is no category")),
            }
        }
        Kind::Role => match Role::from_name(trimmed) {
            Role::Custom(_) => Err(format!("{trimmed:?} is no role")),
            role => Ok(json!(role.name())),
        },
    }
}

fn flag(value: &Value) -> Result<bool, String> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::Number(number) if number.as_i64() == Some(1) => Ok(true),
        Value::Number(number) if number.as_i64() == Some(0) => Ok(false),
        Value::String(text) => match text.trim() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "" | "0" | "false" | "no" | "off" => Ok(false),
            other => Err(format!("{other:?} is neither yes nor no")),
        },
        other => Err(format!("{other} is neither yes nor no")),
    }
}
