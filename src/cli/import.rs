//! `bucketpress import`

mod bar;
mod show;

use std::{path::PathBuf, process::ExitCode, str::FromStr, sync::Arc};

use clap::{Args, Subcommand};

use self::bar::Bars;
use super::{Failure, Global, output};
use crate::{
    app::App,
    import::{self, FetchLimits, ImportError, MediaMode, Progress, Request, Silent, wxr::ReadOptions},
};

#[derive(Debug, Args)]
pub struct Import {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    /// WordPress exports (WXR 1.0 to 1.2)
    Wxr(Wxr),
}

#[derive(Debug, Args)]
#[command(after_help = "\
The files are read to their ends first and nothing is written if one is malformed. Running the same import
again changes nothing; one that was interrupted goes on where it was. What is not public in the export is not
public at any moment of the import.

Examples:
  bucketpress import wxr export.xml --dry-run           what is in it and what would be made
  bucketpress import wxr export.xml --media fetch       with the files, from their old addresses
  bucketpress import wxr part-*.xml --media ./backup    a split export, files from a directory")]
struct Wxr {
    /// WordPress exports: one, or all parts of one site's
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Files of attachments: `fetch` downloads them, `skip` leaves them at their old addresses, a directory
    /// is searched by HOST/PATH and by the path below wp-content/uploads/
    #[arg(long, default_value = "skip", value_name = "fetch|skip|DIR")]
    media: Media,
    /// Analyse and stop
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// No progress and no analysis, only the report
    #[arg(long)]
    quiet: bool,
    /// Credit the items of author OLD to the user NEW
    #[arg(long = "author", value_name = "OLD=NEW", value_parser = pair)]
    authors: Vec<(String, String)>,
    /// Let readers see items of this custom post type
    #[arg(long = "public-type", value_name = "NAME")]
    public_types: Vec<String>,
    /// Let readers see this custom taxonomy
    #[arg(long = "public-taxonomy", value_name = "NAME")]
    public_taxonomies: Vec<String>,
    /// Keep the sample entries of set-up; otherwise they make room while nobody has touched them
    #[arg(long)]
    keep_samples: bool,
    /// Name of the source, in place of the address in the file; items are recognised again by it
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Encoding of the files, in place of the one they declare, e.g. windows-1252
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Replace bytes that are invalid in the encoding instead of refusing the file
    #[arg(long)]
    repair: bool,
    /// Also fetch from private and loopback addresses
    #[arg(long)]
    allow_private_addresses: bool,
    /// Largest file to fetch, in MiB
    #[arg(long, default_value_t = 512, value_name = "MIB")]
    max_file_mib: u64,
}

#[derive(Clone, Debug)]
struct Media(MediaMode);

impl FromStr for Media {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(match text {
            "skip" => MediaMode::Skip,
            "fetch" => MediaMode::Fetch,
            directory => MediaMode::Directory(directory.into()),
        }))
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (old, new) = text.split_once('=').ok_or("expected OLD=NEW")?;
    Ok((old.to_owned(), new.to_owned()))
}

pub fn run(global: &Global, command: &Import) -> Result<ExitCode, Failure> {
    let From::Wxr(command) = &command.from;
    if let MediaMode::Directory(folder) = &command.media.0
        && !folder.is_dir()
    {
        let folder = folder.display();
        return Err(Failure::usage(anyhow::anyhow!("--media {folder}: neither fetch, skip nor a directory")));
    }
    global.with_app(|app| async move { import(&app, command).await })
}

async fn import(app: &Arc<App>, command: &Wxr) -> Result<ExitCode, Failure> {
    let request = Request {
        files: command.files.clone(),
        media: command.media.0.clone(),
        fetch: FetchLimits {
            allow_private_addresses: command.allow_private_addresses,
            file_bytes_max: command.max_file_mib.saturating_mul(1 << 20),
            ..FetchLimits::default()
        },
        read: ReadOptions { encoding: command.encoding.clone(), repair: command.repair },
        source: command.source.clone(),
        public_types: command.public_types.clone(),
        public_taxonomies: command.public_taxonomies.clone(),
        keep_samples: command.keep_samples,
        authors: command.authors.clone(),
    };
    let bars = Bars::new(app.clock.clone());
    let progress: &dyn Progress = if command.quiet { &Silent } else { &bars };
    let analysis = import::analyse(app, &request, progress).await?;
    bars.finish();
    if command.dry_run {
        if command.json {
            output::json(&analysis.summary)?;
        } else {
            show::analysis(&analysis.summary, output::line);
        }
        return Ok(ExitCode::SUCCESS);
    }
    if !command.quiet && !command.json {
        show::analysis(&analysis.summary, output::note);
    }
    let report = import::run(app, &request, analysis, progress).await;
    bars.finish();
    let report = report?;
    if command.json {
        output::json(&report)?;
    } else {
        show::report(&report, output::line);
    }
    Ok(ExitCode::SUCCESS)
}

impl std::convert::From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Publish { what, error } => {
                let failure = Self::from(error);
                Self { error: failure.error.context(format!("cannot commit {what}")), ..failure }
            }
            other => Self::other(other),
        }
    }
}
