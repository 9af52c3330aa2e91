//! Passwords the command line makes or takes.

use super::Failure;
use crate::{app::App, publish::password};

/// The password's sealed hash, made off the async threads (argon2id takes its time on purpose).
pub async fn seal(app: &App, password: &str) -> Result<String, Failure> {
    let (key, ids, password) = (app.key.clone(), app.ids.clone(), password.to_owned());
    let hashed = tokio::task::spawn_blocking(move || password::hash(&key, &ids, &password)).await;
    hashed.map_err(Failure::other)?.map_err(Failure::other)
}

/// A new password of 142 bits: typed once or kept in a password manager.
pub fn generate(app: &App) -> String {
    password::generate_app_password(&app.ids).replace(' ', "-")
}
