//! `bucketpress user`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, Global, output, secret};
use crate::{
    app::App,
    content::{self, Actor, Edit, Role, UserId, edit::SaveUser},
    publish::{self, Outcome},
};

const PASSWORD_BYTES_MAX: u64 = 4096;

#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create a user; without --password-stdin a password is made and printed once
    #[command(after_help = "Example:\n  bucketpress user create ann ann@blog.example --role editor")]
    Create {
        /// The name to sign in with
        login: String,
        /// An address nobody else has
        email: String,
        /// administrator, editor, author, contributor or subscriber
        #[arg(long, default_value = "author")]
        role: String,
        /// The name readers see; otherwise the login
        #[arg(long)]
        display_name: Option<String>,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// List users
    #[command(after_help = "Example:\n  bucketpress user list --json")]
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Set a user's password and end the user's sessions; without --password-stdin one is made and printed once
    #[command(after_help = "Example:\n  pass show blog/ann | bucketpress user set-password ann --password-stdin")]
    SetPassword {
        /// Login, e-mail address or number
        login: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
}

pub fn run(global: &Global, command: &User) -> Result<ExitCode, Failure> {
    match &command.action {
        Action::List { json } => global.with_app(|app| async move { list(&app, *json) })?,
        Action::Create { login, email, role, display_name, password_stdin } => {
            let given = if *password_stdin { Some(read_password()?) } else { None };
            global.with_app(|app| async move {
                let fields = SaveUser {
                    login: Some(login.clone()),
                    email: Some(email.clone()),
                    display_name: display_name.clone(),
                    roles: Some(vec![known_role(role)?]),
                    ..SaveUser::default()
                };
                save_with_password(&app, fields, given).await
            })?;
        }
        Action::SetPassword { login, password_stdin } => {
            let given = if *password_stdin { Some(read_password()?) } else { None };
            global.with_app(|app| async move {
                let user = find(&app, login)?;
                let fields = SaveUser { id: Some(user.id), end_sessions: true, ..SaveUser::default() };
                save_with_password(&app, fields, given).await
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A password from standard input, without its line end.
pub(super) fn read_password() -> Result<String, Failure> {
    let text = output::read_stdin(PASSWORD_BYTES_MAX)?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Failure::usage(anyhow::anyhow!("no password on standard input")));
    }
    Ok(password.to_owned())
}

/// By login, e-mail address or number.
pub(super) fn find(app: &App, name: &str) -> Result<content::User, Failure> {
    let snapshot = app.log.current();
    let site = &snapshot.state;
    let by_number = || name.parse().ok().and_then(|id| site.user(UserId(id)));
    let user = site.user_by_login(name).or_else(|| site.user_by_email(name)).or_else(by_number);
    user.ok_or_else(|| Failure::other(anyhow::anyhow!("no user {name}")))
}

async fn save_with_password(app: &App, mut fields: SaveUser, given: Option<String>) -> Result<(), Failure> {
    let password = given.clone().unwrap_or_else(|| secret::generate(app));
    fields.password_sealed = Some(secret::seal(app, &password).await?);
    let commit = publish::apply(app, &Actor::System("cli"), Edit::SaveUser(Box::new(fields)), None).await?;
    if let Outcome::User { id, .. } = commit.outcome {
        output::note(&format!("user {id} saved"));
    }
    if given.is_none() {
        output::note("The password (shown only now):");
        output::line(&password);
    }
    Ok(())
}

fn known_role(name: &str) -> Result<Role, Failure> {
    match Role::from_name(name) {
        Role::Custom(_) => Err(Failure::usage(anyhow::anyhow!(
            "unknown role {name}; one of administrator, editor, author, contributor, subscriber"
        ))),
        role => Ok(role),
    }
}

fn list(app: &App, as_json: bool) -> Result<(), Failure> {
    let users = app.log.current().state.users();
    let roles = |user: &content::User| user.roles.iter().map(Role::name).collect::<Vec<_>>().join(", ");
    if as_json {
        return users.iter().try_for_each(|user| {
            output::json(&json!({
                "id": user.id.0, "login": user.login, "email": user.email, "name": user.display_name,
                "roles": user.roles.iter().map(Role::name).collect::<Vec<_>>(),
            }))
        });
    }
    let rows: Vec<Vec<String>> = users
        .iter()
        .map(|user| {
            vec![user.id.to_string(), user.login.clone(), user.display_name.clone(), user.email.clone(), roles(user)]
        })
        .collect();
    output::table(&["ID", "LOGIN", "NAME", "E-MAIL", "ROLES"], &rows);
    Ok(())
}
