//! `bucketpress check`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Failure, Global, output};
use crate::{
    app::App,
    clock::Clock,
    id::Ids,
    index::Site,
    store::{
        check::check,
        log::{Options, Verified},
    },
};

#[derive(Debug, Args)]
#[command(after_help = "Reads every log entry, every snapshot and every revision of a post, and asks for every\n\
    uploaded file. Writes nothing, and goes on where a server would not start.\n\
    Exit code 1 and a line for each finding when something is wrong.\n\n\
    Examples:\n  \
      bucketpress check --store s3://my-bucket/my-site\n  \
      bucketpress check --media --json")]
pub struct Check {
    /// Print the result as one JSON object
    #[arg(long)]
    json: bool,
    /// Read uploaded files to their end too and compare their hashes
    #[arg(long)]
    media: bool,
    /// Write a snapshot afterwards if nothing is wrong and the newest one is behind, so that the next start is fast
    #[arg(long)]
    snapshot: bool,
}

pub fn run(global: &Global, command: &Check) -> Result<ExitCode, Failure> {
    let verified = global.with_config(async |config| {
        let (objects, key) = App::store(&config).await?;
        let options =
            Options { site_key: key.bytes(), clock: Clock::System, ids: Ids::System, writer: "check".to_owned() };
        let verified = check::<Site>(objects, &options, command.media).await.map_err(Failure::store)?;
        if command.snapshot && verified.findings.is_empty() {
            App::open(config).await?.log.write_snapshot().await.map_err(Failure::store)?;
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
