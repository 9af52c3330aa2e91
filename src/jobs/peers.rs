//! Tells the other servers of the site that this one is there, and what it writes.

use std::{
    net::{SocketAddr, UdpSocket},
    sync::Arc,
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use crate::{
    app::{App, peers},
    config::PeerAddress,
};

/// Between two announcements while requests come.
const EVERY: Duration = Duration::from_secs(60);
/// While none come: idle servers cost next to nothing.
const EVERY_IDLE: Duration = Duration::from_secs(10 * 60);
/// At least, between two looks because somebody unknown wrote.
const LOOK_PAUSE: Duration = Duration::from_secs(5);

pub async fn run(app: Arc<App>, listen: SocketAddr) {
    let address = match &app.config.server.peer_address {
        PeerAddress::At(address) => Some(address.clone()),
        PeerAddress::Nowhere => None,
        PeerAddress::Auto => reachable(listen).map(|address| address.to_string()),
    };
    tokio::join!(announce(&app, address.as_deref()), tell(&app));
}

/// Keeps this server's record new, and what is known of the others.
async fn announce(app: &App, address: Option<&str>) {
    let started = app.clock.now();
    loop {
        let began = Instant::now();
        if let Err(error) = peers::announce(app, address, started).await {
            tracing::debug!(%error, "this server could not say that it runs");
        }
        match peers::look(app).await {
            // Whoever is new to us may not know of us either.
            Ok(true) => peers::tell(app, app.log.current().seq).await,
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "the other servers could not be looked for"),
        }
        rest(app, began).await;
    }
}

/// Until the next announcement is due. In between, whoever makes itself heard is looked for.
async fn rest(app: &App, began: Instant) {
    loop {
        let pause = if app.log.is_busy() { EVERY } else { EVERY_IDLE };
        let due = began + pause;
        // Looked at now and then: an idle server may have become busy.
        let glance = due.min(Instant::now() + EVERY);
        tokio::select! {
            () = sleep_until(glance) => if Instant::now() >= due { return },
            () = app.peers.stranger() => {
                if let Err(error) = peers::look(app).await {
                    tracing::debug!(%error, "the server that wrote could not be looked for");
                }
                tokio::time::sleep(LOOK_PAUSE).await;
            }
        }
    }
}

/// Sends a hint for the last entry written; those written meanwhile go with the next.
async fn tell(app: &App) {
    let mut wrote = app.log.wrote();
    while wrote.changed().await.is_ok() {
        let seq = *wrote.borrow_and_update();
        peers::tell(app, seq).await;
    }
}

/// Where others reach a server that listens there.
fn reachable(listen: SocketAddr) -> Option<SocketAddr> {
    if !listen.ip().is_unspecified() {
        return Some(listen);
    }
    // Nothing is sent: the system only looks which of its addresses it would use.
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_unspecified()).then(|| SocketAddr::new(own, listen.port()))
}
