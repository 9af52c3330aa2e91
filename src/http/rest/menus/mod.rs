//! Navigation menus: terms of `nav_menu`, their items and the theme's places for them.

mod item_view;
mod item_write;
pub mod items;
pub mod locations;

use serde_json::{Map, Value, json};

pub use self::locations::of_menu as locations_of;
use super::{
    call::{Call, ids_of},
    schema::{Fields, Schema, VIEW_EDIT},
    terms::TermKind,
};
use crate::{
    content::{Capability, Edit, TermId},
    http::error::HttpError,
};

/// WordPress's option with the menus that take up every new page: `{"auto_add": [ids]}`.
const OPTION: &str = "nav_menu_options";

/// Fields of menus beside those of other terms.
pub fn term_fields() -> Fields {
    vec![
        ("locations".into(), Schema::strings("Places of the theme that show it.").within(VIEW_EDIT)),
        ("auto_add".into(), Schema::boolean("Whether new pages at the top are added to it.").within(VIEW_EDIT)),
    ]
}

/// Menus may be read by whoever writes something.
///
/// # Errors
/// `rest_cannot_view` with `message`.
pub fn permit_reading(call: &Call, message: &'static str) -> Result<(), HttpError> {
    let may = call.can(Capability::EditThemeOptions) || edits_something(call);
    if may { Ok(()) } else { Err(call.refuse("rest_cannot_view", message)) }
}

/// True for those who may write in some type of the API.
pub fn edits_something(call: &Call) -> bool {
    call.can(Capability::EditPosts) || call.can(Capability::EditPages)
}

/// Whether new pages are added to the menu.
pub fn auto_adds(call: &Call, menu: TermId) -> bool {
    auto_add_menus(call).contains(&menu.0)
}

fn auto_add_menus(call: &Call) -> Vec<u64> {
    let option = call.site().option(OPTION);
    option.as_ref().and_then(|option| option.get("auto_add")).map(ids_of).unwrap_or_default()
}

/// Stores where a menu is shown and whether it grows, as the request says. Does nothing for other terms.
///
/// # Errors
/// 400 `rest_invalid_menu_location` for a place the theme does not have.
pub async fn place(kind: &TermKind, call: &mut Call, menu: TermId) -> Result<(), HttpError> {
    if !kind.is_menu() {
        return Ok(());
    }
    let mut options: Vec<(String, Value)> = Vec::new();
    if call.args.contains_key("locations") {
        let wanted: Vec<String> = call.texts("locations").into_iter().map(str::to_owned).collect();
        options.push((locations::OPTION.to_owned(), locations::with_menu(call, menu, &wanted)?));
    }
    if let Some(adds) = call.flag("auto_add") {
        let mut menus = auto_add_menus(call);
        menus.retain(|id| *id != menu.0);
        menus.extend(adds.then_some(menu.0));
        let mut option = call.site().option(OPTION).and_then(|option| option.as_object().cloned()).unwrap_or_default();
        option.insert("auto_add".to_owned(), json!(menus));
        options.push((OPTION.to_owned(), Value::Object(option)));
    }
    if !options.is_empty() {
        // the caller may edit the theme's options, which is all these are
        call.commit_as_system(Edit::SetOptions(options)).await?;
    }
    Ok(())
}

/// A menu item's meta: `_menu_item_…`.
fn meta<'a>(post: &'a crate::content::Post, name: &str) -> &'a str {
    let named = |key: &str| key.strip_prefix("_menu_item_") == Some(name);
    post.meta.iter().find(|entry| named(&entry.key)).map_or("", |entry| entry.value.as_str())
}

/// Members of an item for the JSON object the API shows.
type Item = Map<String, Value>;
