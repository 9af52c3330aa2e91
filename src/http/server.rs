//! The HTTP server: built over a listener, run until told to end.

use std::{future::Future, io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App as ActixApp, HttpServer,
    dev::{Server, ServerHandle},
    middleware::from_fn,
    web::{Data, PayloadConfig},
};

use super::{edge::edge, front::Front, routes};
use crate::app::App;

/// For a request's head to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections per worker; more wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 10_000;
/// After draining: for requests still under way.
const FINISH_SECONDS: u64 = 10;

/// A server that has not begun to answer yet: await `server` to run it.
pub struct Built {
    pub front: Arc<Front>,
    pub handle: ServerHandle,
    pub server: Server,
}

impl std::fmt::Debug for Built {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Built").field("front", &self.front).finish_non_exhaustive()
    }
}

/// Builds the server on `listener`. Signals are the caller's business.
///
/// # Errors
/// When the listener cannot be used, or an embedded template does not compile.
pub fn build(app: Arc<App>, listener: TcpListener) -> io::Result<Built> {
    let front = Arc::new(Front::new(app.clone()).map_err(io::Error::other)?);
    let config = app.config.server.clone();
    let app_data = Data::from(app);
    let front_data = Data::from(front.clone());
    let body_bytes_max = usize::try_from(config.body_bytes_max).unwrap_or(usize::MAX);
    let mut server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(app_data.clone())
            .app_data(front_data.clone())
            .app_data(PayloadConfig::new(body_bytes_max))
            .wrap(from_fn(edge))
            .configure(routes::configure)
    })
    .keep_alive(config.keep_alive)
    .client_request_timeout(HEAD_TIMEOUT)
    .client_disconnect_timeout(DISCONNECT_TIMEOUT)
    .max_connections(CONNECTIONS_MAX)
    .shutdown_timeout(FINISH_SECONDS)
    .tcp_nodelay(true)
    .disable_signals();
    if config.workers > 0 {
        server = server.workers(config.workers);
    }
    let server = server.listen(listener)?.run();
    Ok(Built { front, handle: server.handle(), server })
}

/// Serves until `ended` resolves, then drains: readiness fails at once, requests are answered for
/// `server.drain` more, and those under way at its end may finish.
///
/// # Errors
/// See [`build`]; and when accepting connections fails for good.
pub async fn run(app: Arc<App>, listener: TcpListener, ended: impl Future<Output = Ending>) -> io::Result<()> {
    let drain = app.config.server.drain;
    let Built { front, handle, server } = build(app, listener)?;
    let stop = async {
        let ending = ended.await;
        front.drain();
        if ending == Ending::Drain {
            tracing::info!(seconds = drain.as_secs(), "draining");
            tokio::time::sleep(drain).await;
        }
        handle.stop(true).await;
    };
    let (served, ()) = futures_util::join!(server, stop);
    served
}

/// How a server is told to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// SIGTERM: a load balancer must first notice.
    Drain,
    /// Ctrl-C: somebody is waiting at the terminal.
    Now,
}

/// Resolves on SIGTERM or SIGINT.
///
/// # Errors
/// When the process cannot listen to signals.
pub async fn signalled() -> io::Result<Ending> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(tokio::select! {
        _ = terminate.recv() => Ending::Drain,
        _ = interrupt.recv() => Ending::Now,
    })
}
