//! Rows of the `app_passwords` table, by `<user>/<uuid>`.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{corrupt, fields, time};
use crate::{
    content::{AppPassword, UserId},
    store::{Row, RowKey, log::Corrupt},
};

const FIELDS: [&str; 8] = ["user", "uuid", "app_id", "name", "hash_sealed", "created", "last_used", "last_ip"];

#[derive(Serialize, Deserialize)]
struct AppPasswordRow {
    user: u64,
    uuid: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    app_id: String,
    name: String,
    hash_sealed: String,
    #[serde(with = "time")]
    created: DateTime,
    #[serde(with = "time::optional", default, skip_serializing_if = "Option::is_none")]
    last_used: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_ip: Option<String>,
}

/// The key of a password's row.
pub fn key(user: UserId, uuid: &str) -> RowKey {
    RowKey::Text(format!("{user}/{uuid}").into())
}

/// The row of `password`, with what `old` has beyond this version's fields.
pub fn encode(password: &AppPassword, old: Option<&[u8]>) -> Row {
    let row = AppPasswordRow {
        user: password.user.0,
        uuid: password.uuid.clone(),
        app_id: password.app_id.clone(),
        name: password.name.clone(),
        hash_sealed: password.hash_sealed.clone(),
        created: password.created,
        last_used: password.last_used,
        last_ip: password.last_ip.clone(),
    };
    fields::merge(&row, old, &FIELDS)
}

/// # Errors
/// `Corrupt` when a field is missing or is not what it must be.
pub fn decode(row: &[u8]) -> Result<AppPassword, Corrupt> {
    let row: AppPasswordRow = serde_json::from_slice(row).map_err(|error| corrupt("app password row", error))?;
    Ok(AppPassword {
        user: UserId(row.user),
        uuid: row.uuid,
        app_id: row.app_id,
        name: row.name,
        hash_sealed: row.hash_sealed,
        created: row.created,
        last_used: row.last_used,
        last_ip: row.last_ip,
    })
}
