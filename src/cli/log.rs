//! `bucketpress log`

use std::{process::ExitCode, time::Duration};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, Global, output};
use crate::{
    app::App,
    store::log::{Entry, ReadError},
};

#[derive(Debug, Args)]
pub struct Log {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the newest changes and go on as they come, until interrupted
    #[command(after_help = "Example:\n  bucketpress log tail -n 50")]
    Tail {
        /// Changes to begin with
        #[arg(long, short = 'n', default_value_t = 10)]
        lines: u64,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Print changes
    #[command(after_help = "Examples:
  bucketpress log show --from 1200 --to 1300
  bucketpress log show --json | jq 'select(.actor == \"user:3\")'")]
    Show {
        /// First log entry to print
        #[arg(long, default_value_t = 1)]
        from: u64,
        /// Last log entry to print
        #[arg(long)]
        to: Option<u64>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
}

pub fn run(global: &Global, command: &Log) -> Result<ExitCode, Failure> {
    global.with_app(|app| async move {
        match command.action {
            Action::Show { from, to, json } => {
                print(&app, from, to.unwrap_or(u64::MAX), json).await?;
            }
            Action::Tail { lines, json } => {
                let mut next = app.log.current().seq.saturating_sub(lines.saturating_sub(1)).max(1);
                loop {
                    next = print(&app, next, u64::MAX, json).await?;
                    let interrupted = tokio::time::timeout(Duration::from_secs(1), tokio::signal::ctrl_c()).await;
                    if interrupted.is_ok() {
                        break;
                    }
                }
            }
        }
        Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Prints entries `from..=to` and returns the number after the last one printed.
async fn print(app: &App, from: u64, to: u64, as_json: bool) -> Result<u64, Failure> {
    let mut next = from.max(1);
    while next <= to {
        let entries = app.log.entries(next).await.map_err(ReadError::into_object).map_err(Failure::store)?;
        let Some(last) = entries.last() else { break };
        let after = last.seq + 1;
        for entry in entries.iter().filter(|entry| entry.seq <= to) {
            show(entry, as_json)?;
        }
        next = after;
    }
    Ok(next)
}

fn show(entry: &Entry, as_json: bool) -> Result<(), Failure> {
    for transaction in &entry.transactions {
        if as_json {
            output::json(&json!({
                "seq": entry.seq, "at": entry.at.to_string(), "actor": transaction.actor,
                "summary": transaction.summary, "rows": transaction.effects.len(), "writer": entry.writer,
            }))?;
        } else {
            let at = entry.at.strftime("%Y-%m-%d %H:%M:%S");
            output::line(&format!("{:>8}  {at}  {:<14} {}", entry.seq, transaction.actor, transaction.summary));
        }
    }
    Ok(())
}
