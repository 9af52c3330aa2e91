//! `bucketpress config`

use std::process::ExitCode;

use clap::Args;

use super::{Failure, Global, output};
use crate::config::{self, KEYS};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bucketpress config
  BUCKETPRESS_SERVER_DRAIN=5s bucketpress config --json")]
pub struct Config {
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Print the reference of all keys instead (docs/configuration.md)
    #[arg(long, conflicts_with = "json")]
    reference: bool,
}

pub fn run(global: &Global, command: &Config) -> Result<ExitCode, Failure> {
    if command.reference {
        output::line(config::reference().trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    let config = global.load(Vec::new())?;
    let shown = KEYS.iter().map(|key| (key.name, key.shown(&config)));
    if command.json {
        output::json(&shown.collect::<std::collections::BTreeMap<_, _>>())?;
    } else {
        for (name, value) in shown {
            output::line(&format!("{name} = {value:?}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}
