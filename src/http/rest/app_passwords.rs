//! Application passwords of a user: listed, made, renamed, revoked. The secret is shown once, when it is made.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    action::{Action, Verb},
    call::{Answer, Call},
    describe,
    links::Links,
    posts::params,
    schema::{EDIT, Fields, Format, Kind, Schema, VIEW_EDIT},
    table::{self, ItemSchema, Route},
    time,
};
use crate::{
    content::{AppPassword, Capability, Edit, User, UserId},
    http::{error::HttpError, guard::Proof},
    publish::app_password,
};

/// Of one user.
const PASSWORDS_MAX: usize = 200;

pub fn routes() -> Vec<Route> {
    let item = Arc::new(ItemSchema { title: "application-password".to_owned(), fields: fields(), actions: Vec::new() });
    let create = params::create(&item.fields);
    let update = create.iter().map(|(name, schema)| (name.clone(), Schema { required: false, ..schema.clone() }));
    let update: Fields = update.collect();
    let base = "users/<user_id:me>/application-passwords";
    vec![
        Route::new("wp/v2", base)
            .on(table::GET, Action::AppPasswords(Verb::List), vec![describe::context()])
            .on(table::POST, Action::AppPasswords(Verb::Create), create)
            .on(table::DELETE, Action::RevokeAppPasswords, Vec::new())
            .item(&item),
        Route::new("wp/v2", "users/<user_id:me>/application-passwords/introspect")
            .on(table::GET, Action::IntrospectAppPassword, vec![describe::context()])
            .item(&item),
        Route::new("wp/v2", "users/<user_id:me>/application-passwords/<uuid:escaped>")
            .on(table::GET, Action::AppPasswords(Verb::Get), vec![describe::context()])
            .on(table::EDIT, Action::AppPasswords(Verb::Update), update)
            .on(table::DELETE, Action::AppPasswords(Verb::Delete), Vec::new())
            .item(&item),
    ]
}

fn fields() -> Fields {
    use super::schema::{ALL, VISIBLE};
    let nullable = |schema: Schema| schema.or(Kind::Null);
    vec![
        ("uuid".into(), Schema::string("Names the password.").format(Format::Uuid).within(ALL).readonly()),
        ("app_id".into(), Schema::string("The client's own id, a UUID.").format(Format::Uuid).within(ALL)),
        ("name".into(), Schema::string("What it is for.").long_at_least(1).like(&VISIBLE).within(ALL).required()),
        ("password".into(), Schema::string("The secret; only when it is made.").within(EDIT).readonly()),
        ("created".into(), Schema::date("When it was made, in UTC.").within(VIEW_EDIT).readonly()),
        ("last_used".into(), nullable(Schema::date("When it was last used, in UTC.")).within(VIEW_EDIT).readonly()),
        (
            "last_ip".into(),
            nullable(Schema::string("Where it was last used from.").format(Format::Ip)).within(VIEW_EDIT).readonly(),
        ),
    ]
}

fn owner(call: &Call) -> Result<User, HttpError> {
    let id = match call.url_text("user_id") {
        "me" => {
            let me = call.identity.user_id();
            me.ok_or_else(|| HttpError::forbidden(false, "rest_not_logged_in", "You are not currently logged in."))?
        }
        _ => UserId(call.url_id("user_id")),
    };
    let user = call.site().user(id);
    user.ok_or_else(|| HttpError::not_found("rest_user_invalid_id", "Invalid user ID."))
}

/// Code and message of a refusal.
pub type Refusal = (&'static str, &'static str);

pub const REVOKE_REFUSED: Refusal = (
    "rest_cannot_delete_application_passwords",
    "Sorry, you are not allowed to delete application passwords for this user.",
);
const INTROSPECT_REFUSED: Refusal = (
    "rest_cannot_introspect_app_password_for_non_authenticated_user",
    "The authenticated application password can only be introspected for the current user.",
);

pub fn refusal(verb: Verb) -> Refusal {
    match verb {
        Verb::List => (
            "rest_cannot_list_application_passwords",
            "Sorry, you are not allowed to list application passwords for this user.",
        ),
        Verb::Get => {
            ("rest_cannot_read_application_password", "Sorry, you are not allowed to read this application password.")
        }
        Verb::Create => (
            "rest_cannot_create_application_passwords",
            "Sorry, you are not allowed to create application passwords for this user.",
        ),
        Verb::Update => {
            ("rest_cannot_edit_application_password", "Sorry, you are not allowed to edit this application password.")
        }
        Verb::Delete => (
            "rest_cannot_delete_application_password",
            "Sorry, you are not allowed to delete this application password.",
        ),
    }
}

/// One's own, or anyone's for who may edit users.
pub fn permit((code, message): Refusal, call: &Call) -> Result<(), HttpError> {
    let user = owner(call)?;
    if call.identity.user_id() == Some(user.id) || call.can(Capability::EditUsers) {
        return Ok(());
    }
    Err(call.refuse(code, message))
}

/// Only one's own: what others' requests are signed with is nothing to look at.
pub fn permit_introspection(call: &Call) -> Result<(), HttpError> {
    let (code, message) = INTROSPECT_REFUSED;
    if call.identity.user_id() == Some(owner(call)?.id) { Ok(()) } else { Err(call.refuse(code, message)) }
}

pub async fn run(verb: Verb, call: Call) -> Result<Answer, HttpError> {
    let user = owner(&call)?;
    match verb {
        Verb::List => {
            let passwords = call.site().app_passwords(user.id);
            Ok(Answer::ok(passwords.iter().map(|password| view(&call, password, None)).collect()))
        }
        Verb::Get => Ok(Answer::ok(view(&call, &find(&call, &user)?, None))),
        Verb::Create => create(call, &user).await,
        Verb::Update => update(call, &user).await,
        Verb::Delete => {
            let password = find(&call, &user)?;
            let previous = view(&call, &password, None);
            revoke(call, user.id, Some(password.uuid), Answer::deleted(previous)).await
        }
    }
}

fn find(call: &Call, user: &User) -> Result<AppPassword, HttpError> {
    let uuid = call.url_text("uuid");
    let found = call.site().app_passwords(user.id).into_iter().find(|password| password.uuid == uuid);
    found.ok_or_else(|| HttpError::not_found("rest_application_password_not_found", "Application password not found."))
}

async fn create(mut call: Call, user: &User) -> Result<Answer, HttpError> {
    let name = name(&call)?.unwrap_or_default();
    if call.site().app_passwords(user.id).len() >= PASSWORDS_MAX {
        let message = "This user has too many application passwords. Revoke some first.";
        return Err(HttpError::bad_request("rest_too_many_application_passwords", message));
    }
    let app_id = call.text("app_id").unwrap_or_default();
    let made = app_password::make(&call.app, user.id, &name, app_id);
    let (password, secret) = made.map_err(|error| HttpError::internal(&error))?;
    // Its secret is made here: a repeated request must not be answered with another's.
    call.idempotency_key = None;
    let commit = call.commit(Edit::SaveAppPassword(Box::new(password.clone()))).await?;
    super::posts::edit_context(&mut call);
    let shown: String = secret.split_whitespace().collect();
    let location = call.href(&format!("users/{}/application-passwords/{}", user.id, password.uuid));
    Ok(Answer::ok(view(&call, &password, Some(&shown))).created(location).acknowledging(&commit))
}

async fn update(mut call: Call, user: &User) -> Result<Answer, HttpError> {
    let mut password = find(&call, user)?;
    if let Some(name) = name(&call)? {
        password.name = name;
    }
    if let Some(app_id) = call.text("app_id") {
        app_id.clone_into(&mut password.app_id);
    }
    let commit = call.commit(Edit::SaveAppPassword(Box::new(password.clone()))).await?;
    super::posts::edit_context(&mut call);
    Ok(Answer::ok(view(&call, &password, None)).acknowledging(&commit))
}

fn name(call: &Call) -> Result<Option<String>, HttpError> {
    let Some(name) = call.text("name") else { return Ok(None) };
    let name = crate::content::names::sanitize_text_field(name);
    if name.is_empty() {
        let message = "An application name is required to create an application password.";
        return Err(HttpError::bad_request("application_password_empty_name", message));
    }
    Ok(Some(name))
}

async fn revoke(mut call: Call, user: UserId, uuid: Option<String>, answer: Answer) -> Result<Answer, HttpError> {
    let commit = call.commit(Edit::RevokeAppPasswords { user, uuid }).await?;
    Ok(answer.acknowledging(&commit))
}

pub async fn revoke_all(call: Call) -> Result<Answer, HttpError> {
    let user = owner(&call)?;
    let count = call.site().app_passwords(user.id).len();
    revoke(call, user.id, None, Answer::ok(json!({ "deleted": true, "count": count }))).await
}

/// The password this very request is signed with.
pub fn introspect(call: &Call) -> Result<Answer, HttpError> {
    let user = owner(call)?;
    let used = match &call.identity.proof {
        Proof::AppPassword { uuid } if call.identity.user_id() == Some(user.id) => uuid,
        _ => {
            let message = "Cannot introspect application password.";
            return Err(HttpError::not_found("rest_no_authenticated_app_password", message));
        }
    };
    let password = call.site().app_passwords(user.id).into_iter().find(|password| password.uuid == *used);
    let missing = || HttpError::not_found("rest_application_password_not_found", "Application password not found.");
    Ok(Answer::ok(view(call, &password.ok_or_else(missing)?, None)))
}

fn view(call: &Call, password: &AppPassword, secret: Option<&str>) -> Value {
    let mut item = Map::new();
    let mut put = |name: &str, value: Value| item.insert(name.to_owned(), value);
    put("uuid", password.uuid.clone().into());
    put("app_id", password.app_id.clone().into());
    put("name", password.name.clone().into());
    put("created", time::text(password.created).into());
    put("last_used", password.last_used.map_or(Value::Null, |at| time::text(at).into()));
    put("last_ip", password.last_ip.clone().into());
    if let Some(secret) = secret {
        put("password", secret.into());
    }
    let mut links = Links::default();
    links.add("self", call.href(&format!("users/{}/application-passwords/{}", password.user, password.uuid)));
    put("_links", links.finish());
    call.present(item)
}
