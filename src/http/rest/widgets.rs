//! Sidebars, widgets and their types: the themes here have none, so there is only WordPress's drawer of widgets out
//! of use, and it is empty.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    links::Links,
    posts::params,
    schema::{ALL, EDIT, Fields, Kind, NEVER, Schema},
    table::{self, ItemSchema, Route},
};
use crate::{content::Capability, http::error::HttpError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Sidebars,
    Types,
    Widgets,
}

const INACTIVE: &str = "wp_inactive_widgets";

pub fn routes() -> Vec<Route> {
    let schema = |title: &str, fields| Arc::new(ItemSchema { title: title.to_owned(), fields, actions: Vec::new() });
    let (sidebar, kind, widget) =
        (schema("sidebar", sidebar()), schema("widget-type", widget_type()), schema("widget", widget()));
    let id = || ("id".into(), Schema::string("Its id."));
    let get = || vec![id(), describe::context()];
    let list = |part| (table::GET, Action::Widgets(Verb::List, part));
    let one = |part| (table::GET, Action::Widgets(Verb::Get, part));
    let on = |path, (methods, action), args| Route::new("wp/v2", path).on(methods, action, args);
    let of_sidebar = vec![describe::context(), ("sidebar".into(), Schema::string("Only those in this sidebar."))];
    vec![
        on("sidebars", list(Part::Sidebars), vec![describe::context()]).item(&sidebar),
        on("sidebars/<id:word>", one(Part::Sidebars), get())
            .on(
                table::EDIT,
                Action::Widgets(Verb::Update, Part::Sidebars),
                vec![("widgets".into(), Schema::list(Schema::of(&[Kind::Object, Kind::String], ""), "Its widgets."))],
            )
            .item(&sidebar),
        on("widget-types", list(Part::Types), vec![describe::context()]).item(&kind),
        on("widget-types/<id:name>", one(Part::Types), get()).item(&kind),
        Route::new("wp/v2", "widget-types/<id:name>/encode").on(
            table::POST,
            Action::Widgets(Verb::Create, Part::Types),
            {
                let filled = Schema::string("The widget's form, filled in.");
                vec![type_id(), ("instance".into(), Schema::map("Its settings.")), ("form_data".into(), filled)]
            },
        ),
        Route::new("wp/v2", "widget-types/<id:name>/render").on(
            table::POST,
            Action::Widgets(Verb::Create, Part::Types),
            vec![type_id(), ("instance".into(), Schema::map("Its settings."))],
        ),
        on("widgets", list(Part::Widgets), of_sidebar)
            .on(table::POST, Action::Widgets(Verb::Create, Part::Widgets), params::create(&widget.fields))
            .batched(true)
            .item(&widget),
        on("widgets/<id:escaped>", one(Part::Widgets), vec![describe::context()])
            .on(table::EDIT, Action::Widgets(Verb::Update, Part::Widgets), {
                let mut args = params::update(&widget.fields);
                args.remove(0);
                args
            })
            .on(table::DELETE, Action::Widgets(Verb::Delete, Part::Widgets), vec![params::force()])
            .batched(true)
            .item(&widget),
    ]
}

fn type_id() -> (super::schema::Name, Schema) {
    ("id".into(), Schema::string("The widget type.").required())
}

fn sidebar() -> Fields {
    let text = |what: &'static str| Schema::string(what).within(ALL).readonly();
    let around = |what: &'static str| text(what).default_to("");
    let widgets = Schema::list(Schema::of(&[Kind::Object, Kind::String], ""), "Ids of its widgets.");
    vec![
        ("id".into(), text("Its id.")),
        ("name".into(), text("Its name.")),
        ("description".into(), text("What it is for.")),
        ("class".into(), text("Its CSS class.")),
        ("before_widget".into(), around("HTML before a widget.")),
        ("after_widget".into(), around("HTML after a widget.")),
        ("before_title".into(), around("HTML before a widget's title.")),
        ("after_title".into(), around("HTML after a widget's title.")),
        ("status".into(), text("Whether the theme shows it.").choices(["active", "inactive"])),
        ("widgets".into(), widgets.default_to(json!([])).within(ALL)),
    ]
}

fn widget_type() -> Fields {
    let text = |what: &'static str| Schema::string(what).within(ALL).readonly();
    vec![
        ("id".into(), text("Its id.")),
        ("name".into(), text("Its name.")),
        ("description".into(), text("What it shows.")),
        ("is_multi".into(), Schema::boolean("Whether there may be several.").within(ALL).readonly()),
        ("classname".into(), text("Its CSS class.")),
    ]
}

fn widget() -> Fields {
    let text = |what: &'static str| Schema::string(what).within(ALL);
    let instance = vec![
        ("encoded".into(), Schema::string("Settings, encoded.").within(EDIT)),
        ("hash".into(), Schema::string("Proof of the encoded settings.").within(EDIT)),
        ("raw".into(), Schema::map("Settings.").within(EDIT)),
    ];
    let instance = Schema::object(instance, "Its settings.").default_to(Value::Null);
    vec![
        ("id".into(), text("Its id.")),
        ("id_base".into(), text("Its type.")),
        ("sidebar".into(), text("The sidebar it is in.").default_to(INACTIVE).required()),
        ("rendered".into(), text("Its HTML.").readonly()),
        ("rendered_form".into(), Schema::string("Its form.").within(EDIT).readonly()),
        ("instance".into(), instance.within(EDIT)),
        ("form_data".into(), Schema::string("Its form, filled in.").within(NEVER)),
    ]
}

pub fn permit(call: &Call) -> Result<(), HttpError> {
    if call.can(Capability::EditThemeOptions) {
        return Ok(());
    }
    let message = "Sorry, you are not allowed to manage widgets on this site.";
    Err(call.refuse("rest_cannot_manage_widgets", message))
}

pub fn run(verb: Verb, part: Part, call: &Call) -> Result<Answer, HttpError> {
    let here = call.url_text("id") == INACTIVE;
    match (verb, part) {
        (Verb::List, Part::Sidebars) => Ok(Answer::ok(json!([inactive(call)]))),
        (Verb::List, Part::Types | Part::Widgets) => Ok(Answer::ok(json!([]))),
        (Verb::Get, Part::Sidebars) if here => Ok(Answer::ok(inactive(call))),
        (Verb::Update, Part::Sidebars) if here && call.texts("widgets").is_empty() => Ok(Answer::ok(inactive(call))),
        (Verb::Create, Part::Widgets) => {
            let message = "The provided widget type (id_base) cannot be updated.";
            Err(HttpError::bad_request("rest_invalid_widget", message))
        }
        (_, Part::Sidebars) => Err(HttpError::not_found("rest_sidebar_not_found", "No sidebar exists with that id.")),
        (_, Part::Types) => Err(HttpError::not_found("rest_widget_type_invalid", "Invalid widget type.")),
        (_, Part::Widgets) => Err(HttpError::not_found("rest_widget_not_found", "No widget was found with that id.")),
    }
}

/// WordPress keeps widgets out of use in a sidebar of their own.
fn inactive(call: &Call) -> Value {
    let mut links = Links::default();
    links.add("collection", call.href("sidebars"));
    links.add("self", call.href(&format!("sidebars/{INACTIVE}")));
    links.embeddable("wp:widget", call.href(&format!("widgets?sidebar={INACTIVE}")));
    let members = json!({
        "id": INACTIVE, "name": "Inactive widgets", "description": "", "class": "",
        "before_widget": "", "after_widget": "", "before_title": "", "after_title": "",
        "status": "inactive", "widgets": [], "_links": links.finish(),
    });
    call.present(members.as_object().cloned().unwrap_or_default())
}
