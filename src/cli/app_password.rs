//! `bucketpress app-password`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, Global, output, user::find};
use crate::{
    content::{Actor, Edit},
    publish,
};

#[derive(Debug, Args)]
pub struct AppPassword {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make an application password and print it once
    #[command(after_help = "Example:\n  bucketpress app-password create ann 'Newsletter script'")]
    Create {
        /// Login or e-mail address
        user: String,
        /// What it is for
        name: String,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
}

pub fn run(global: &Global, command: &AppPassword) -> Result<ExitCode, Failure> {
    let Action::Create { user, name, json } = &command.action;
    global.with_app(|app| async move {
        let user = find(&app, user)?;
        let made = publish::app_password::make(&app, user.id, name, "");
        let (row, secret) = made.map_err(Failure::other)?;
        let uuid = row.uuid.clone();
        publish::apply(&app, &Actor::System("cli"), Edit::SaveAppPassword(Box::new(row)), None).await?;
        if *json {
            output::json(&json!({"user": user.login, "uuid": uuid, "name": name, "password": secret}))?;
        } else {
            output::note(&format!("Application password of {} for {name} (shown only now):", user.login));
            output::line(&secret);
        }
        Ok(ExitCode::SUCCESS)
    })
}
