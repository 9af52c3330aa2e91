//! Who may see and change users.

use crate::{
    content::{Capability, PostType, User, UserId},
    http::{
        error::HttpError,
        rest::{action::Verb, call::Call, posts, schema::Context},
    },
    index::PostQuery,
};

pub fn invalid_id() -> HttpError {
    HttpError::not_found("rest_user_invalid_id", "Invalid user ID.")
}

pub fn find(call: &Call) -> Result<User, HttpError> {
    call.site().user(UserId(call.url_id("id"))).ok_or_else(invalid_id)
}

pub fn me(call: &Call) -> Result<User, HttpError> {
    let user = call.identity.user_id().and_then(|id| call.site().user(id));
    user.ok_or_else(|| HttpError::forbidden(false, "rest_not_logged_in", "You are not currently logged in."))
}

pub fn permit(verb: Verb, call: &Call) -> Result<(), HttpError> {
    match verb {
        Verb::List => permit_list(call),
        Verb::Get => permit_get(call, &find(call)?),
        Verb::Create if !call.can(Capability::CreateUsers) => {
            Err(call.refuse("rest_cannot_create_user", "Sorry, you are not allowed to create new users."))
        }
        Verb::Create => Ok(()),
        Verb::Update => permit_update(call, &find(call)?),
        Verb::Delete => {
            find(call)?;
            if call.can(Capability::DeleteUsers) {
                return Ok(());
            }
            Err(call.refuse("rest_user_cannot_delete", "Sorry, you are not allowed to delete this user."))
        }
    }
}

pub fn permit_me(verb: Verb, call: &Call) -> Result<(), HttpError> {
    match verb {
        // Whether anyone is signed in is the question this address answers.
        Verb::Get => Ok(()),
        _ if !call.signed_in() => Err(invalid_id()),
        Verb::Delete => {
            me(call)?;
            if call.can(Capability::DeleteUsers) {
                return Ok(());
            }
            Err(call.refuse("rest_user_cannot_delete", "Sorry, you are not allowed to delete this user."))
        }
        _ => permit_update(call, &me(call)?),
    }
}

fn permit_list(call: &Call) -> Result<(), HttpError> {
    let may_list = call.can(Capability::ListUsers);
    let given = |name: &str| call.args.contains_key(name);
    if given("roles") && !may_list {
        let message = "Sorry, you are not allowed to filter users by role.";
        return Err(call.refuse("rest_user_cannot_view", message));
    }
    if given("capabilities") && !may_list {
        let message = "Sorry, you are not allowed to filter users by capability.";
        return Err(call.refuse("rest_user_cannot_view", message));
    }
    if call.context == Context::Edit && !may_list {
        return Err(call.refuse("rest_forbidden_context", "Sorry, you are not allowed to edit users."));
    }
    if matches!(call.text("orderby"), Some("email" | "registered_date")) && !may_list {
        let message = "Sorry, you are not allowed to order users by this parameter.";
        return Err(call.refuse("rest_forbidden_orderby", message));
    }
    if call.text("who") == Some("authors") && !call.can(Capability::EditPosts) {
        let message = "Sorry, you are not allowed to query users by this parameter.";
        return Err(call.refuse("rest_forbidden_who", message));
    }
    Ok(())
}

/// True if something of theirs is public, of any type: then they are no secret.
pub fn has_published(call: &Call, user: UserId) -> bool {
    if call.site().author_count(user, call.now) > 0 {
        return true;
    }
    has_published_of(call, user, api_types(call))
}

/// The types of the API.
pub fn api_types(call: &Call) -> Vec<PostType> {
    let mut types = posts::list::public_types(call);
    types.extend([PostType::Attachment, PostType::NavMenuItem]);
    types
}

/// True if something of theirs of one of these types is public.
pub fn has_published_of(call: &Call, user: UserId, types: Vec<PostType>) -> bool {
    if types.is_empty() {
        return false;
    }
    let query = PostQuery { types, authors: vec![user], limit: 1, ..PostQuery::default() };
    !call.site().posts(&query, call.now).ids.is_empty()
}

/// Strangers see only who has published something.
fn permit_get(call: &Call, user: &User) -> Result<(), HttpError> {
    let may_list = call.can(Capability::ListUsers);
    if call.identity.user_id() == Some(user.id) {
        return Ok(());
    }
    if call.context == Context::Edit && !may_list {
        return Err(call.refuse("rest_forbidden_context", "Sorry, you are not allowed to edit this user."));
    }
    if !may_list && !has_published(call, user.id) {
        return Err(call.refuse("rest_user_cannot_view", "Sorry, you are not allowed to list users."));
    }
    Ok(())
}

fn permit_update(call: &Call, user: &User) -> Result<(), HttpError> {
    if call.args.contains_key("roles") && !call.can(Capability::PromoteUsers) {
        return Err(call.refuse("rest_cannot_edit_roles", "Sorry, you are not allowed to edit roles of this user."));
    }
    let own = call.identity.user_id() == Some(user.id);
    if !own && !call.can(Capability::EditUsers) {
        return Err(call.refuse("rest_cannot_edit", "Sorry, you are not allowed to edit this user."));
    }
    Ok(())
}
