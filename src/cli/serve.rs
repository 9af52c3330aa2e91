//! `bucketpress serve`

use std::{
    net::{SocketAddr, TcpListener},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::Args;

use super::{Failure, Global, global::start_logging, output};
use crate::{
    app::{App, peers},
    config::LogFormat,
    http::{self, server::Ending},
    jobs::Jobs,
};

/// To remove this server's record at the end.
const LEAVE_WITHIN: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bucketpress serve
  bucketpress serve --listen 0.0.0.0:8080 --store s3://my-bucket/my-site
  AWS_ENDPOINT_URL=https://objects.example BUCKETPRESS_SITE_KEY=… bucketpress serve --store s3://bucket")]
pub struct Serve {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

pub fn run(global: &Global, command: &Serve) -> Result<ExitCode, Failure> {
    let flags = command.listen.iter().map(|address| ("server.listen", address.clone())).collect();
    let config = global.load(flags)?;
    start_logging(&config)?;
    actix_web::rt::System::new().block_on(async {
        let listen = config.server.listen;
        let bind = |error| Failure::usage(anyhow::Error::new(error).context(format!("cannot listen on {listen}")));
        let listener = TcpListener::bind(listen).map_err(bind)?;
        let at = listener.local_addr().map_err(Failure::other)?;
        let app = App::open(config).await?;
        let jobs = Jobs::start(&app, at);
        announce(&app, listen);
        let ended = async { http::server::signalled().await.unwrap_or(Ending::Now) };
        let served = http::server::run(Arc::clone(&app), listener, ended).await;
        drop(jobs);
        // The others need not try to reach it. They find out anyway.
        tokio::time::timeout(LEAVE_WITHIN, peers::leave(&app)).await.ok();
        served.map_err(Failure::other)?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Tells whoever started the server where it is and what to do next.
fn announce(app: &App, listen: SocketAddr) {
    let snapshot = app.log.current();
    let store = &app.config.store.location;
    tracing::info!(%listen, %store, seq = snapshot.seq, "serving");
    if snapshot.state.is_new() {
        invite(app, listen);
    }
}

/// Says how to set up a new site. The token that lets another machine do so is for people at a terminal: logs for
/// machines are shipped, kept and read by many.
fn invite(app: &App, listen: SocketAddr) {
    let host = if listen.ip().is_unspecified() { format!("localhost:{}", listen.port()) } else { listen.to_string() };
    let url = format!("http://{host}/");
    match app.config.log.format {
        LogFormat::Json => tracing::info!(%url, "the site is new: open it on this machine, or run `bucketpress setup`"),
        LogFormat::Pretty => {
            let token = http::admin::install::token(app);
            output::note(&format!(
                "\nThis site is new. To set it up, open {url} or run `bucketpress setup`.\n\
                 From another machine, set-up asks for this token: {token}\n"
            ));
        }
    }
}
