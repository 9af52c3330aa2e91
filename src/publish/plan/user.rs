//! `SaveUser`: creates an account or changes what the edit names.

use super::{
    Changes, Context, Planned,
    permit::{forbidden, invalid, not_found},
    post_fields::set_meta,
    slugs,
};
use crate::{
    content::{
        Capability, EndedSession, Role, User, UserId,
        edit::{IdKind, SaveUser},
        names::{EMAIL_BYTES_MAX, is_email, sanitize_text_field, sanitize_user, strip_controls},
        slug::{sanitize_title, truncate},
    },
    publish::{Outcome, PublishError},
};

/// Longest login name, as WordPress's column has it.
pub(super) const LOGIN_CHARS_MAX: usize = 60;
/// Longest slug and names in bytes, and longest biography.
const SLUG_BYTES_MAX: usize = 50;
const NAME_BYTES_MAX: usize = 250;
const DESCRIPTION_BYTES_MAX: usize = 64 << 10;
/// Sessions signed out of that are remembered for one user.
const ENDED_SESSIONS_MAX: usize = 100;

pub(super) fn plan(context: &Context<'_>, save: &SaveUser) -> Result<Planned, PublishError> {
    match save.id {
        None => create(context, save),
        Some(id) => update(context, save, id),
    }
}

fn create(context: &Context<'_>, save: &SaveUser) -> Result<Planned, PublishError> {
    context.require(Capability::CreateUsers, "rest_cannot_create_user", "you may not create users")?;
    let login = login(context, save.login.as_deref().unwrap_or_default())?;
    let mut changes = Changes::new(context.site);
    let id = UserId(changes.take_id(IdKind::User));
    let default_role = Role::from_name(&context.site.settings().default_role);
    let mut user = User {
        id,
        slug: String::new(),
        email: String::new(),
        display_name: login.clone(),
        first_name: String::new(),
        last_name: String::new(),
        nickname: login.clone(),
        description: String::new(),
        url: String::new(),
        locale: String::new(),
        registered: context.time.now_gmt(),
        roles: vec![default_role],
        password_sealed: None,
        session_epoch: 0,
        ended_sessions: Vec::new(),
        meta: Vec::new(),
        login,
    };
    // an address is asked of everyone but those the system itself makes
    if save.email.is_none() {
        return Err(invalid("rest_missing_callback_param", "email", "a user needs an e-mail address"));
    }
    set(context, save, &mut user)?;
    set_slug(context, save.slug.as_deref(), &mut user);
    changes.put_user(&user);
    Ok(changes.finish(Outcome::User { id, created: true }))
}

fn update(context: &Context<'_>, save: &SaveUser, id: UserId) -> Result<Planned, PublishError> {
    let missing = || not_found("rest_user_invalid_id", "there is no user with this id");
    let mut user = context.site.user(id).ok_or_else(missing)?;
    if !context.powers.can_edit_user(id) {
        return Err(forbidden("rest_cannot_edit", "you may not edit this user"));
    }
    if save.session_epoch.is_some_and(|epoch| epoch != user.session_epoch) {
        return Err(forbidden("sessions_ended", "this was made for sign-ins that have ended since"));
    }
    if save.login.as_ref().is_some_and(|login| *login != user.login) {
        return Err(invalid("rest_user_invalid_argument", "username", "a user name cannot be changed"));
    }
    set(context, save, &mut user)?;
    if let Some(slug) = &save.slug {
        set_slug(context, Some(slug), &mut user);
    }
    let mut changes = Changes::new(context.site);
    changes.put_user(&user);
    Ok(changes.finish(Outcome::User { id, created: false }))
}

fn login(context: &Context<'_>, login: &str) -> Result<String, PublishError> {
    let valid = !login.is_empty()
        && login.chars().count() <= LOGIN_CHARS_MAX
        && login.trim() == login
        && sanitize_user(login, true) == login;
    if !valid {
        let message = format!("a user name has 1 to {LOGIN_CHARS_MAX} letters, digits, spaces or _ . - @");
        return Err(invalid("rest_user_invalid_username", "username", message));
    }
    match context.site.user_by_login(login) {
        None => Ok(login.to_owned()),
        Some(user) => Err(PublishError::Exists {
            code: "existing_user_login",
            message: format!("the user name {login:?} is taken"),
            existing: Some(user.id.0),
        }),
    }
}

fn set(context: &Context<'_>, save: &SaveUser, user: &mut User) -> Result<(), PublishError> {
    if let Some(email) = &save.email {
        user.email = email_of(context, email, user)?;
    }
    let names = [
        (&save.display_name, &mut user.display_name, "name"),
        (&save.first_name, &mut user.first_name, "first_name"),
        (&save.last_name, &mut user.last_name, "last_name"),
        (&save.nickname, &mut user.nickname, "nickname"),
        (&save.locale, &mut user.locale, "locale"),
    ];
    for (new, field, name) in names {
        if let Some(new) = new {
            *field = short(new, name)?;
        }
    }
    if user.display_name.is_empty() {
        user.display_name.clone_from(&user.login);
    }
    if user.nickname.is_empty() {
        user.nickname.clone_from(&user.login);
    }
    if let Some(url) = &save.url {
        user.url = web_address(url)?;
    }
    if let Some(description) = &save.description {
        if description.len() > DESCRIPTION_BYTES_MAX {
            let message = format!("the description is longer than {DESCRIPTION_BYTES_MAX} bytes");
            return Err(invalid("rest_invalid_param", "description", message));
        }
        user.description = strip_controls(description);
    }
    set_roles(context, save, user)?;
    if let Some(password) = &save.password_sealed {
        user.password_sealed = Some(password.clone());
    }
    if save.end_sessions {
        user.session_epoch = user.session_epoch.saturating_add(1);
        user.ended_sessions.clear();
    }
    if let Some(ended) = &save.end_session {
        let now = context.time.now().as_second();
        end_session(&mut user.ended_sessions, ended, now);
    }
    for (key, values) in &save.meta {
        set_meta(&mut user.meta, key, values)?;
    }
    Ok(())
}

/// Those that have run out by now need no remembering, nor the oldest where there are very many.
fn end_session(all: &mut Vec<EndedSession>, ended: &EndedSession, now: i64) {
    all.retain(|other| other.expires > now && other.token != ended.token);
    if all.len() >= ENDED_SESSIONS_MAX {
        all.remove(0);
    }
    all.push(ended.clone());
}

fn short(text: &str, field: &'static str) -> Result<String, PublishError> {
    if text.len() > NAME_BYTES_MAX {
        return Err(invalid("rest_invalid_param", field, format!("{field} is longer than {NAME_BYTES_MAX} bytes")));
    }
    Ok(sanitize_text_field(&strip_controls(text)))
}

/// Empty, or an absolute http(s) address.
pub(super) fn web_address(text: &str) -> Result<String, PublishError> {
    let text = text.trim();
    let parsed = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    match parsed {
        _ if text.is_empty() => Ok(String::new()),
        Some(url) if text.len() <= NAME_BYTES_MAX => Ok(url.to_string()),
        _ => Err(invalid("rest_invalid_param", "url", format!("{text:?} is not a web address"))),
    }
}

fn email_of(context: &Context<'_>, email: &str, user: &User) -> Result<String, PublishError> {
    let email = email.trim();
    if !is_email(email) || email.len() > EMAIL_BYTES_MAX {
        return Err(invalid("rest_user_invalid_email", "email", format!("{email:?} is not an e-mail address")));
    }
    match context.site.user_by_email(email).filter(|owner| owner.id != user.id) {
        None => Ok(email.to_owned()),
        Some(owner) => Err(PublishError::Exists {
            code: "existing_user_email",
            message: "the e-mail address is another user's".to_owned(),
            existing: Some(owner.id.0),
        }),
    }
}

fn set_roles(context: &Context<'_>, save: &SaveUser, user: &mut User) -> Result<(), PublishError> {
    let Some(roles) = &save.roles else { return Ok(()) };
    let is_same = roles.iter().all(|role| user.roles.contains(role)) && roles.len() == user.roles.len();
    if is_same {
        return Ok(());
    }
    let is_new = context.site.user(user.id).is_none();
    let needs = if is_new { Capability::CreateUsers } else { Capability::PromoteUsers };
    context.require(needs, "rest_cannot_edit_roles", "you may not change users' roles")?;
    if let Some(Role::Custom(name)) = roles.iter().find(|role| matches!(role, Role::Custom(_))) {
        let message = format!("there is no role {name:?}");
        return Err(invalid("rest_user_invalid_role", "roles", message));
    }
    if user.roles.contains(&Role::Administrator) && !roles.contains(&Role::Administrator) {
        keep_an_administrator(context, user.id)?;
    }
    user.roles.clone_from(roles);
    user.roles.dedup();
    Ok(())
}

/// Somebody must be able to administer the site.
pub(super) fn keep_an_administrator(context: &Context<'_>, without: UserId) -> Result<(), PublishError> {
    let others = context.site.users_in_role(&Role::Administrator).into_iter().any(|id| id != without);
    if others { Ok(()) } else { Err(forbidden("rest_user_invalid_role", "the last administrator must remain one")) }
}

fn set_slug(context: &Context<'_>, asked: Option<&str>, user: &mut User) {
    let candidates = [asked.unwrap_or_default(), &user.login];
    let slug = candidates.into_iter().map(sanitize_title).find(|slug| !slug.is_empty());
    let slug = truncate(&slug.unwrap_or_else(|| format!("user-{}", user.id)), SLUG_BYTES_MAX);
    user.slug = slugs::unique_user(context.site, &slug, user.id);
}
