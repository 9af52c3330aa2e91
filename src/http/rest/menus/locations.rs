//! `/wp/v2/menu-locations`: the theme's places for menus.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{
    content::{Capability, TermId},
    http::{
        error::HttpError,
        rest::{
            action::{Action, Verb},
            call::{Answer, Call},
            describe,
            links::Links,
            schema::{ALL, Schema},
            table::{self, ItemSchema, Route},
        },
    },
};

/// Theme location → menu term.
pub const OPTION: &str = "nav_menu_locations";

/// Places themes have: name and what it is called.
const LOCATIONS: [(&str, &str); 2] = [("primary", "Main menu"), ("footer", "Menu in the footer")];

pub fn routes() -> Vec<Route> {
    let fields = vec![
        ("name".into(), Schema::string("Its name.").within(ALL).readonly()),
        ("description".into(), Schema::string("What it is.").within(ALL).readonly()),
        ("menu".into(), Schema::integer("Id of the menu shown there, 0 for none.").within(ALL).readonly()),
    ];
    let item = Arc::new(ItemSchema { title: "menu-location".to_owned(), fields, actions: Vec::new() });
    let name = ("location".into(), Schema::string("The location's name."));
    vec![
        Route::new("wp/v2", "menu-locations")
            .on(table::GET, Action::MenuLocations(Verb::List), vec![describe::context()])
            .item(&item),
        Route::new("wp/v2", "menu-locations/<location:word>")
            .on(table::GET, Action::MenuLocations(Verb::Get), vec![name, describe::context()])
            .item(&item),
    ]
}

pub fn permit(call: &Call) -> Result<(), HttpError> {
    let message = "Sorry, you are not allowed to view menu locations.";
    if call.can(Capability::EditThemeOptions) { Ok(()) } else { Err(call.refuse("rest_cannot_view", message)) }
}

pub fn run(verb: Verb, call: &Call) -> Result<Answer, HttpError> {
    if verb == Verb::List {
        let all = LOCATIONS.iter().map(|(name, what)| ((*name).to_owned(), view(call, name, what)));
        return Ok(Answer::ok(all.collect::<Map<_, _>>().into()));
    }
    let asked = call.url_text("location");
    let found = LOCATIONS.iter().find(|(name, _)| *name == asked);
    let (name, what) =
        found.ok_or_else(|| HttpError::not_found("rest_menu_location_invalid", "Invalid menu location."))?;
    Ok(Answer::ok(view(call, name, what)))
}

fn view(call: &Call, name: &str, what: &str) -> Value {
    let menu = call.site().settings().menu_locations.get(name).map_or(0, |menu| menu.0);
    let mut links = Links::default();
    links.add("self", call.href(&format!("menu-locations/{name}")));
    links.add("collection", call.href("menu-locations"));
    if menu != 0 {
        links.embeddable("wp:menu", call.href(&format!("menus/{menu}")));
    }
    let members = json!({ "name": name, "description": what, "menu": menu, "_links": links.finish() });
    call.present(members.as_object().cloned().unwrap_or_default())
}

/// The places that show a menu.
pub fn of_menu(call: &Call, menu: TermId) -> Vec<String> {
    let locations = &call.site().settings().menu_locations;
    locations.iter().filter(|(_, shown)| **shown == menu).map(|(name, _)| name.clone()).collect()
}

/// The option with `menu` at the places `wanted` and nowhere else.
///
/// # Errors
/// 400 `rest_invalid_menu_location`.
pub fn with_menu(call: &Call, menu: TermId, wanted: &[String]) -> Result<Value, HttpError> {
    if wanted.iter().any(|name| LOCATIONS.iter().all(|(known, _)| known != name)) {
        return Err(HttpError::bad_request("rest_invalid_menu_location", "Invalid menu location."));
    }
    let mut places = call.site().settings().menu_locations.clone();
    places.retain(|_, shown| *shown != menu);
    places.extend(wanted.iter().map(|name| (name.clone(), menu)));
    Ok(places.into_iter().map(|(name, menu)| (name, menu.0.into())).collect::<Map<_, _>>().into())
}
