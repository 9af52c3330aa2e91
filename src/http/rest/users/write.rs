//! Creating, changing and deleting users.

use actix_web::http::StatusCode;
use serde_json::Value;

use super::{permit::invalid_id, view};
use crate::{
    content::{Edit, Role, User, UserId, edit::SaveUser},
    http::{
        error::HttpError,
        rest::{
            call::{Answer, Call},
            schema::Context,
            shape::Wanted,
        },
    },
    publish::{Commit, Outcome, password},
};

pub async fn create(mut call: Call) -> Result<Answer, HttpError> {
    let mut save = fields(&call).await?;
    save.login = call.text("username").map(str::to_owned);
    if save.roles.is_none() {
        let role = call.site().settings().default_role.clone();
        save.roles = Some(vec![Role::from_name(&role)]);
    }
    let commit = call.commit(Edit::SaveUser(Box::new(save))).await?;
    let Outcome::User { id, .. } = commit.outcome else {
        return Err(HttpError::internal(&format_args!("saving a user gave {:?}", commit.outcome)));
    };
    let location = call.href(&format!("users/{id}"));
    Ok(show(call, id, &commit)?.created(location))
}

pub async fn update(mut call: Call, user: User) -> Result<Answer, HttpError> {
    if call.text("username").is_some_and(|login| login != user.login) {
        return Err(HttpError::bad_request("rest_user_invalid_argument", "Username isn't editable."));
    }
    let mut save = fields(&call).await?;
    save.id = Some(user.id);
    let commit = call.commit(Edit::SaveUser(Box::new(save))).await?;
    show(call, user.id, &commit)
}

pub async fn delete(mut call: Call, user: User) -> Result<Answer, HttpError> {
    if call.flag("force") != Some(true) {
        let message = "Users do not support trashing. Set 'force=true' to delete.";
        return Err(HttpError::new(StatusCode::NOT_IMPLEMENTED, "rest_trash_not_supported", message));
    }
    let reassign = call.integer("reassign").and_then(|id| u64::try_from(id).ok()).filter(|id| *id != 0).map(UserId);
    let known = reassign.is_none_or(|id| id != user.id && call.site().user(id).is_some());
    if !known {
        return Err(HttpError::bad_request("rest_user_invalid_reassign", "Invalid user ID for reassignment."));
    }
    edit_context(&mut call);
    let previous = view::item(&call, &user);
    let commit = call.commit(Edit::DeleteUser { id: user.id, reassign }).await?;
    Ok(Answer::deleted(previous).acknowledging(&commit))
}

fn edit_context(call: &mut Call) {
    call.context = Context::Edit;
    call.wanted = Wanted::new(Context::Edit, None);
}

fn show(mut call: Call, id: UserId, commit: &Commit) -> Result<Answer, HttpError> {
    edit_context(&mut call);
    let user = call.site().user(id).ok_or_else(invalid_id)?;
    Ok(Answer::ok(view::item(&call, &user)).acknowledging(commit))
}

async fn fields(call: &Call) -> Result<SaveUser, HttpError> {
    let text = |name: &str| call.text(name).map(str::to_owned);
    let preferences = call.args.get("meta").and_then(|meta| meta.get("persisted_preferences"));
    let roles: Option<Vec<Role>> =
        call.args.contains_key("roles").then(|| call.texts("roles").into_iter().map(Role::from_name).collect());
    if let Some(unknown) = roles.iter().flatten().find(|role| matches!(role, Role::Custom(_))) {
        let message = format!("The role {} does not exist.", unknown.name());
        return Err(HttpError::bad_request("rest_user_invalid_role", message));
    }
    let password_sealed = match text("password") {
        Some(password) => Some(seal(call, password).await?),
        None => None,
    };
    Ok(SaveUser {
        email: text("email"),
        slug: text("slug"),
        display_name: text("name"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        nickname: text("nickname"),
        description: text("description"),
        url: text("url"),
        locale: text("locale"),
        roles,
        end_sessions: password_sealed.is_some(),
        password_sealed,
        meta: preferences
            .map(|value: &Value| ("wp_persisted_preferences".to_owned(), vec![value.to_string()]))
            .into_iter()
            .collect(),
        ..SaveUser::default()
    })
}

/// Hashing takes tens of milliseconds: not on a thread that serves others.
async fn seal(call: &Call, password: String) -> Result<String, HttpError> {
    if password.is_empty() || password.contains('\\') {
        let message = "Passwords cannot be empty or contain the \"\\\" character.";
        return Err(HttpError::bad_request("rest_user_invalid_password", message));
    }
    let (key, ids) = (call.app.key.clone(), call.app.ids.clone());
    let sealed = tokio::task::spawn_blocking(move || password::hash(&key, &ids, &password)).await;
    sealed.map_err(|error| HttpError::internal(&error))?.map_err(|error| HttpError::internal(&error))
}
