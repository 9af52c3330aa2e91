//! A user as the API shows them.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    content::{Role, User},
    http::rest::{
        call::Call,
        links::Links,
        schema::{ALL, Schema},
        time,
    },
};

const AVATAR_PIXELS: [u16; 3] = [24, 48, 96];

pub fn avatar_schema(description: &'static str) -> Schema {
    let size = |pixels: u16| (pixels.to_string().into(), Schema::uri(format!("{pixels} pixels.")).within(ALL));
    Schema::object(AVATAR_PIXELS.into_iter().map(size).collect(), description)
}

/// Addresses at Gravatar, which knows people by a hash of their address.
pub fn avatars(email: &str) -> Value {
    let hash = hex::encode(Sha256::digest(email.trim().to_lowercase().as_bytes()));
    let url = |pixels: u16| {
        let url = format!("https://secure.gravatar.com/avatar/{hash}?s={pixels}&d=mm&r=g");
        (pixels.to_string(), Value::String(url))
    };
    AVATAR_PIXELS.into_iter().map(url).collect::<Map<_, _>>().into()
}

/// Of who has none: `false` for each size.
pub fn no_avatars() -> Value {
    AVATAR_PIXELS.into_iter().map(|pixels| (pixels.to_string(), Value::Bool(false))).collect::<Map<_, _>>().into()
}

pub fn item(call: &Call, user: &User) -> Value {
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("id", user.id.0.into());
    put("username", user.login.clone().into());
    put("name", user.display_name.clone().into());
    put("first_name", user.first_name.clone().into());
    put("last_name", user.last_name.clone().into());
    put("email", user.email.clone().into());
    put("url", user.url.clone().into());
    put("description", user.description.clone().into());
    put("link", format!("{}{}", call.site().settings().home, call.site().author_path(user)).into());
    put("locale", if user.locale.is_empty() { "en_US" } else { &user.locale }.into());
    put("nickname", user.nickname.clone().into());
    put("slug", user.slug.clone().into());
    put("roles", user.roles.iter().map(Role::name).collect());
    put("registered_date", format!("{}+00:00", time::text(user.registered)).into());
    put("capabilities", capabilities(user));
    let extra: Map<String, Value> = user.roles.iter().map(|role| (role.name().to_owned(), true.into())).collect();
    put("extra_capabilities", extra.into());
    put("avatar_urls", avatars(&user.email));
    // Without registered keys WordPress writes the empty set as a list.
    let meta = if call.wanted.editing() { json!({ "persisted_preferences": preferences(user) }) } else { json!([]) };
    put("meta", meta);
    if call.wanted.wants("_links") {
        let mut links = Links::default();
        links.add("self", call.href(&format!("users/{}", user.id)));
        links.add("collection", call.href("users"));
        put("_links", links.finish());
    }
    call.present(item)
}

/// What the roles grant, the levels of old WordPress and the roles themselves.
fn capabilities(user: &User) -> Value {
    let mut granted = Map::new();
    for role in &user.roles {
        let names = role.capabilities().iter().map(|capability| capability.name().to_owned());
        let level = match role {
            Role::Administrator => Some(10),
            Role::Editor => Some(7),
            Role::Author => Some(2),
            Role::Contributor => Some(1),
            Role::Subscriber => Some(0),
            Role::Custom(_) => None,
        };
        let levels = level.into_iter().flat_map(|top| (0..=top).map(|level| format!("level_{level}")));
        granted.extend(names.chain(levels).chain([role.name().to_owned()]).map(|name| (name, Value::Bool(true))));
    }
    granted.into()
}

/// Stored as JSON text under WordPress's meta key.
fn preferences(user: &User) -> Value {
    let stored = user.meta.iter().find(|entry| entry.key == "wp_persisted_preferences");
    let parsed = stored.and_then(|entry| serde_json::from_str::<Value>(&entry.value).ok());
    parsed.filter(|value| value.as_object().is_some_and(|object| !object.is_empty())).unwrap_or_else(|| json!([]))
}
