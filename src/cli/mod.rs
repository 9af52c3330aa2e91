//! The command line. One file per command; each ends with an exit code or a [`Failure`] that has one.
//!
//! Exit codes: 0 done; 1 the command failed, or `check` has findings; 2 wrong usage or configuration;
//! 3 the store cannot be used (unreachable, refused, corrupt, or not to be trusted); 4 what was to be changed was changed
//! meanwhile.

mod app_password;
mod check;
mod config;
mod demo;
mod global;
mod import;
mod log;
mod output;
mod post;
mod secret;
mod serve;
mod setup;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use self::global::{Failure, Global};

/// A WordPress-style publishing server whose only durable state is an S3 bucket.
#[derive(Debug, Parser)]
#[command(name = "bucketpress", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  bucketpress serve                                   a site in ./data on http://127.0.0.1:8080
  bucketpress serve --store s3://my-bucket/my-site    the same from a bucket
  bucketpress demo --posts 200                        fill an empty site with a generated newspaper
  bucketpress import wxr export.xml --media fetch     bring a WordPress site

Exit codes: 0 done, 1 failed or findings, 2 wrong usage or configuration, 3 the store cannot be used,
4 changed meanwhile by somebody else.
Settings: flags, then BUCKETPRESS_* variables, then bucketpress.toml; see `bucketpress config`.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site over HTTP
    Serve(serve::Serve),
    /// Set up an empty site from the terminal instead of the browser
    Setup(setup::Setup),
    /// Create, update, publish, list and show posts
    Post(post::Post),
    /// Create and list users, set passwords
    User(user::User),
    /// Create application passwords for API clients
    AppPassword(app_password::AppPassword),
    /// Fill an empty site with a generated newspaper
    Demo(demo::Demo),
    /// Bring content from elsewhere
    Import(import::Import),
    /// Verify the log's chain, digests and references; exit 1 with findings
    Check(check::Check),
    /// Who changed what, when
    Log(log::Log),
    /// Print the configuration in force, secrets hidden
    Config(config::Config),
}

/// Parses the process's arguments and runs the command.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output with 0, errors to standard error with 2.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return error.print().map_or(ExitCode::FAILURE, |()| ExitCode::from(code));
        }
    };
    match run(cli) {
        Ok(code) => code,
        Err(failure) => {
            output::error(&failure);
            ExitCode::from(failure.code)
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let Cli { global, command } = cli;
    match command {
        Command::Serve(command) => serve::run(&global, &command),
        Command::Setup(command) => setup::run(&global, &command),
        Command::Post(command) => post::run(&global, command),
        Command::User(command) => user::run(&global, &command),
        Command::AppPassword(command) => app_password::run(&global, &command),
        Command::Demo(command) => demo::run(&global, &command),
        Command::Import(command) => import::run(&global, &command),
        Command::Check(command) => check::run(&global, &command),
        Command::Log(command) => log::run(&global, &command),
        Command::Config(command) => config::run(&global, &command),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn leaves(command: &clap::Command, path: &str, found: &mut Vec<(String, clap::Command)>) {
        let path = format!("{path} {}", command.get_name());
        if command.has_subcommands() {
            command.get_subcommands().for_each(|below| leaves(below, &path, found));
        } else {
            found.push((path, command.clone()));
        }
    }

    #[test]
    fn every_command_has_an_example_and_every_argument_an_explanation() {
        let mut found = Vec::new();
        leaves(&Cli::command(), "", &mut found);
        assert!(found.len() > 15, "{found:?}");
        for (path, command) in found {
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(after.contains("Example"), "{path}: no example");
            assert!(after.contains(path.trim_start()), "{path}: the example is of another command: {after}");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{path}: {} is not explained", argument.get_id());
            }
        }
    }
}
