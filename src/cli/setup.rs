//! `bucketpress setup`

use std::process::ExitCode;

use clap::Args;

use super::{Failure, Global, output, secret, user::read_password};
use crate::{
    content::{Actor, Edit, edit},
    publish,
};

#[derive(Debug, Args)]
#[command(after_help = "Example:
  pass show blog | bucketpress setup --url https://blog.example --title 'The Blog' \\
      --admin-user ann --admin-email ann@blog.example --admin-password-stdin")]
pub struct Setup {
    /// The site's public address
    #[arg(long)]
    url: String,
    /// The site's title
    #[arg(long)]
    title: String,
    /// The administrator's name to sign in with
    #[arg(long, value_name = "NAME")]
    admin_user: String,
    /// The administrator's e-mail address
    #[arg(long, value_name = "EMAIL")]
    admin_email: String,
    /// Read the password from standard input; otherwise one is made and printed once
    #[arg(long)]
    admin_password_stdin: bool,
    /// The site's time zone, e.g. Europe/Madrid
    #[arg(long, default_value = "UTC")]
    time_zone: String,
}

pub fn run(global: &Global, command: &Setup) -> Result<ExitCode, Failure> {
    let given = if command.admin_password_stdin { Some(read_password()?) } else { None };
    global.with_app(|app| async move {
        let password = given.clone().unwrap_or_else(|| secret::generate(&app));
        let edit = Edit::Setup(Box::new(edit::Setup {
            url: command.url.clone(),
            title: command.title.clone(),
            admin_login: command.admin_user.clone(),
            admin_email: command.admin_email.clone(),
            admin_password_sealed: Some(secret::seal(&app, &password).await?),
            time_zone: command.time_zone.clone(),
        }));
        publish::apply(&app, &Actor::System("cli"), edit, None).await?;
        output::note(&format!("“{}” is set up at {}", command.title, command.url));
        if given.is_none() {
            output::note(&format!("The password of {} (shown only now):", command.admin_user));
            output::line(&password);
        }
        Ok(ExitCode::SUCCESS)
    })
}
