//! Accounts: `wp.getUser` and its kin.

use futures_util::FutureExt;

use super::{
    call::Call,
    fault::Fault,
    table::{Answer, BLOG, Kind, LOGIN, Method, Needs, PASSWORD, Param, method, optional, param},
    types::wants,
    value::Value,
};
use crate::content::{Capability, Edit, Role, User, UserId, edit::SaveUser};

const FIELDS: Param = optional("fields", Kind::List);

pub const METHODS: &[Method] = &[
    method("wp.getUser", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, param("user_id", Kind::Id), FIELDS], |call| {
        async move { get(call) }.boxed()
    }),
    method(
        "wp.getUsers",
        Needs::Can(Capability::ListUsers),
        &[BLOG, LOGIN, PASSWORD, optional("filter", Kind::Struct), FIELDS],
        |call| async move { list(call) }.boxed(),
    ),
    method("wp.getProfile", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, FIELDS], |call| {
        async move { profile(call) }.boxed()
    }),
    method("wp.editProfile", Needs::SignIn, &[BLOG, LOGIN, PASSWORD, param("content", Kind::Struct)], |call| {
        edit(call).boxed()
    }),
    method("wp.getAuthors", Needs::Can(Capability::EditPosts), &[BLOG, LOGIN, PASSWORD], |call| {
        async move { Ok(authors(call)) }.boxed()
    }),
];

fn view(call: &Call, user: &User) -> Value {
    let shows = wants(call.arg("fields"), &["all"]);
    let basic = ["username", "email", "registered", "display_name", "nicename"];
    let members = [
        ("username", Value::text(&user.login)),
        ("first_name", Value::text(&user.first_name)),
        ("last_name", Value::text(&user.last_name)),
        ("registered", Value::date(user.registered)),
        ("bio", Value::text(&user.description)),
        ("email", Value::text(&user.email)),
        ("nickname", Value::text(&user.nickname)),
        ("nicename", Value::text(&user.slug)),
        ("url", Value::text(&user.url)),
        ("display_name", Value::text(&user.display_name)),
        ("roles", Value::texts(user.roles.iter().map(Role::name))),
    ];
    let shown =
        members.into_iter().filter(|(name, _)| shows("all") || shows(name) || (shows("basic") && basic.contains(name)));
    let id = ("user_id".to_owned(), Value::id(user.id));
    Value::Struct([id].into_iter().chain(shown.map(|(name, value)| (name.to_owned(), value))).collect())
}

fn get(call: &Call) -> Answer {
    let id = UserId(call.id("user_id"));
    if !call.powers.can_edit_user(id) {
        return Err(Fault::unauthorized("Your account may not edit this user."));
    }
    let user = call.site().user(id).ok_or_else(|| Fault::not_found("There is no user with this id."))?;
    Ok(view(call, &user))
}

fn profile(call: &Call) -> Answer {
    let user = call.site().user(call.user_id()).ok_or_else(|| Fault::not_found("The account is gone."))?;
    Ok(view(call, &user))
}

fn list(call: &Call) -> Answer {
    const DEFAULT: usize = 50;
    let filter = call.fields("filter");
    let role = filter.filled("role").map(|name| Role::from_name(&name));
    let nobodys = |role: &Role| matches!(role, Role::Custom(_)) && call.site().users_in_role(role).is_empty();
    if role.as_ref().is_some_and(nobodys) {
        return Err(Fault::forbidden("There is no such role."));
    }
    let only_authors = filter.text("who").as_deref() == Some("authors");
    let mut users = call.site().users();
    users.retain(|user| {
        let writes = user.roles.iter().any(|role| role.capabilities().contains(&Capability::EditPosts));
        role.as_ref().is_none_or(|role| user.roles.contains(role)) && (!only_authors || writes)
    });
    match filter.text("orderby").as_deref() {
        Some("registered") => users.sort_by_key(|user| (user.registered, user.id)),
        Some("id" | "ID") => users.sort_by_key(|user| user.id),
        Some("display_name" | "name") => users.sort_by_cached_key(|user| (user.display_name.to_lowercase(), user.id)),
        _ => users.sort_by_cached_key(|user| (user.login.to_lowercase(), user.id)),
    }
    if filter.text("order").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
        users.reverse();
    }
    let shown = users.iter().skip(filter.offset()).take(filter.limit("number", DEFAULT));
    Ok(Value::List(shown.map(|user| view(call, user)).collect()))
}

async fn edit(call: &mut Call) -> Answer {
    let given = call.fields("content");
    let save = SaveUser {
        id: Some(call.user_id()),
        first_name: given.text("first_name"),
        last_name: given.text("last_name"),
        url: given.text("url"),
        display_name: given.filled("display_name"),
        nickname: given.filled("nickname"),
        slug: given.filled("nicename"),
        description: given.text("bio"),
        ..SaveUser::default()
    };
    call.commit(Edit::SaveUser(Box::new(save))).await?;
    Ok(Value::Bool(true))
}

fn authors(call: &Call) -> Value {
    let one = |user: User| {
        Value::members([
            ("user_id", Value::id(user.id)),
            ("user_login", Value::text(user.login)),
            ("display_name", Value::text(user.display_name)),
        ])
    };
    let writes = |user: &User| user.roles.iter().any(|role| role.capabilities().contains(&Capability::EditPosts));
    Value::List(call.site().users().into_iter().filter(writes).map(one).collect())
}
