//! `bucketpress check`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Failure, Global, output};
use crate::{
    index::Site,
    store::log::{Options, Verified, verify},
};

#[derive(Debug, Args)]
#[command(after_help = "Reads every log entry, every referenced object's presence and every snapshot.\n\
    Exit code 1 and a line for each finding when something is wrong.")]
pub struct Check {
    /// Print the result as one JSON object
    #[arg(long)]
    json: bool,
    /// Write a snapshot afterwards if the newest one is behind, so that the next start is fast
    #[arg(long)]
    snapshot: bool,
}

pub fn run(global: &Global, command: &Check) -> Result<ExitCode, Failure> {
    let verified = global.with_app(|app| async move {
        let options = Options {
            site_key: app.key.bytes(),
            clock: app.clock.clone(),
            ids: app.ids.clone(),
            writer: "check".to_owned(),
        };
        let verified = verify::<Site>(app.objects.clone(), &options, |_| ()).await.map_err(Failure::store)?;
        if command.snapshot {
            app.log.write_snapshot().await.map_err(Failure::store)?;
        }
        Ok(verified)
    })?;
    report(&verified, command.json)?;
    Ok(if verified.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn report(verified: &Verified, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let findings: Vec<_> =
            verified.findings.iter().map(|finding| json!({"key": finding.key, "problem": finding.problem})).collect();
        return output::json(&json!({
            "entries": verified.entries, "refs": verified.refs, "snapshots": verified.snapshots,
            "rows": verified.rows, "findings": findings,
        }));
    }
    for finding in &verified.findings {
        output::line(&format!("{}: {}", finding.key, finding.problem));
    }
    output::note(&format!(
        "{} entries, {} objects, {} snapshots, {} rows read; {} findings",
        verified.entries,
        verified.refs,
        verified.snapshots,
        verified.rows,
        verified.findings.len()
    ));
    Ok(())
}
