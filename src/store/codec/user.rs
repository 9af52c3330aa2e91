//! Rows of the `users` table.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{MetaPairs, corrupt, fields, is_zero, meta_entries, meta_pairs, time};
use crate::{
    content::{EndedSession, Role, User, UserId},
    store::{Row, log::Corrupt},
};

const FIELDS: [&str; 17] = [
    "id",
    "login",
    "slug",
    "email",
    "display_name",
    "first_name",
    "last_name",
    "nickname",
    "description",
    "url",
    "locale",
    "registered",
    "roles",
    "password_sealed",
    "session_epoch",
    "ended_sessions",
    "meta",
];

#[derive(Serialize, Deserialize)]
struct UserRow {
    id: u64,
    login: String,
    slug: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    email: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    display_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    first_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    last_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    nickname: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    url: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    locale: String,
    #[serde(with = "time")]
    registered: DateTime,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password_sealed: Option<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    session_epoch: u64,
    /// Token and end of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ended_sessions: Vec<(String, i64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    meta: MetaPairs,
}

/// The row of `user`, with what `old` has beyond this version's fields.
pub fn encode(user: &User, old: Option<&[u8]>) -> Row {
    let row = UserRow {
        id: user.id.0,
        login: user.login.clone(),
        slug: user.slug.clone(),
        email: user.email.clone(),
        display_name: user.display_name.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        nickname: user.nickname.clone(),
        description: user.description.clone(),
        url: user.url.clone(),
        locale: user.locale.clone(),
        registered: user.registered,
        roles: user.roles.iter().map(|role| role.name().to_owned()).collect(),
        password_sealed: user.password_sealed.clone(),
        session_epoch: user.session_epoch,
        ended_sessions: user.ended_sessions.iter().map(|ended| (ended.token.clone(), ended.expires)).collect(),
        meta: meta_pairs(&user.meta),
    };
    fields::merge(&row, old, &FIELDS)
}

/// # Errors
/// `Corrupt` when a field is missing or is not what it must be.
pub fn decode(row: &[u8]) -> Result<User, Corrupt> {
    let row: UserRow = serde_json::from_slice(row).map_err(|error| corrupt("user row", error))?;
    let ended = row.ended_sessions.into_iter();
    Ok(User {
        id: UserId(row.id),
        login: row.login,
        slug: row.slug,
        email: row.email,
        display_name: row.display_name,
        first_name: row.first_name,
        last_name: row.last_name,
        nickname: row.nickname,
        description: row.description,
        url: row.url,
        locale: row.locale,
        registered: row.registered,
        roles: row.roles.iter().map(|name| Role::from_name(name)).collect(),
        password_sealed: row.password_sealed,
        session_epoch: row.session_epoch,
        ended_sessions: ended.map(|(token, expires)| EndedSession { token, expires }).collect(),
        meta: meta_entries(row.meta),
    })
}
