//! A new application password, before it is committed.

use jiff::tz::Offset;

use super::password;
use crate::{
    app::App,
    content::{AppPassword, UserId},
    store::seal::SealError,
};

/// The row, and the secret in six groups: what is kept of it does not tell it again.
///
/// # Errors
/// When sealing fails.
pub fn make(app: &App, user: UserId, name: &str, app_id: &str) -> Result<(AppPassword, String), SealError> {
    let secret = password::generate_app_password(&app.ids);
    let row = AppPassword {
        user,
        uuid: app.ids.uuid(),
        app_id: app_id.to_owned(),
        name: name.to_owned(),
        hash_sealed: password::hash_app_password(&app.key, &app.ids, &secret)?,
        created: Offset::UTC.to_datetime(app.clock.now()),
        last_used: None,
        last_ip: None,
    };
    Ok((row, secret))
}
