//! The read flow: request → cache → render → index → store.

mod blocks;
mod card;
mod comments;
mod context;
mod embed;
mod feed;
mod key;
mod links;
mod list;
mod load;
mod menu;
mod picture;
mod post;
mod preview;
mod select;
mod site;
mod sitemap;
mod viewer;

use std::{sync::Arc, time::Duration};

pub use self::{
    blocks::{FEEDS_KEPT_FOR, Scene as BlockScene, one as dynamic_block},
    embed::frame as embed_frame,
    key::PageKey,
    post::whole_content,
    select::{posts, prepare, scan},
};
use crate::{
    app::App,
    cache::{LoadError, Page, PageError},
    index::{Site, Target},
    store::log::Snapshot,
};

/// A page shows every write acknowledged this long before it was asked for.
const AGE_MAX: Duration = Duration::from_secs(1);

/// A public page as asked for by a reader; free of HTTP types.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// Percent-decoded, begins with `/`.
    pub path: String,
    /// Percent-decoded pairs in the order given.
    pub query: Vec<(String, String)>,
    /// The post password the reader has given (from the `wp-postpass` cookie), if any.
    pub post_password: Option<String>,
    /// A signed-in reader sees private posts and previews; such answers are never cached.
    pub viewer: Option<crate::content::UserId>,
    /// A comment that waits for approval, asked for by its writer; such answers are never cached.
    pub own_comment: Option<crate::content::CommentId>,
    /// The same for one that waits outside the log, and has no number yet.
    pub own_waiting: Option<crate::content::Comment>,
}

impl PageRequest {
    /// Whether the answer is for this reader alone.
    pub fn is_personal(&self) -> bool {
        self.viewer.is_some()
            || self.post_password.is_some()
            || self.own_comment.is_some()
            || self.own_waiting.is_some()
    }
}

#[derive(Clone, Debug)]
pub enum Served {
    Page(Arc<Page>),
    Redirect { to: String, permanent: bool },
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum ServeError {
    /// The log names an object the store does not have: 500 and an alarm, never 404.
    #[error("corrupt: {0}")]
    Corrupt(String),
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    #[error("the theme failed on {target:?}: {reason}")]
    Render { target: Box<Target>, reason: String },
}

impl ServeError {
    fn new(error: PageError, target: Target) -> Self {
        match error {
            PageError::Load(LoadError::Corrupt { key, reason }) => Self::Corrupt(format!("{key}: {reason}")),
            PageError::Load(LoadError::Unavailable(reason)) => Self::Unavailable(reason),
            PageError::Theme(reason) => Self::Render { target: Box::new(target), reason },
        }
    }
}

/// The state to answer readers from: confirmed within the last second where the store answers.
pub async fn state(app: &App) -> Arc<Snapshot<Site>> {
    app.log.fresh_or_current(AGE_MAX).await
}

/// The state confirmed now: for editors, forms and API writes.
pub async fn confirmed(app: &App) -> Arc<Snapshot<Site>> {
    app.log.fresh_or_current(Duration::ZERO).await
}

/// The state at log entry `seq` or later, if there is such an entry: for whoever has been acknowledged it.
pub async fn reach(app: &App, seq: u64) -> Arc<Snapshot<Site>> {
    app.log.reach(seq).await
}

/// The page for `path` without a query, for readers nothing is known of, if it is in memory and not stale.
/// No rendering, no loading: at most the shared confirmation of the log's tail.
pub async fn warm(app: &App, path: &str) -> Option<Arc<Page>> {
    let at = state(app).await;
    app.pages.get(path, at.seq, app.clock.now()).await
}

/// Serves one public URL: from the page cache, or rendered once for all who wait for it.
///
/// # Errors
/// See [`ServeError`].
#[tracing::instrument(skip_all, fields(path = request.path))]
pub async fn page(app: &App, request: &PageRequest) -> Result<Served, ServeError> {
    let at = state(app).await;
    let now = app.clock.now();
    let key = PageKey::of(request, at.state.settings());
    let shared = !request.is_personal();
    if shared && let Some(page) = app.pages.get(key.text(), at.seq, now).await {
        return Ok(Served::Page(page));
    }
    let target = load::resolve(&at.state, request, key.query(), now);
    let target = match load::whole_instead(app, &at.state, &target).await {
        Ok(whole) => whole.unwrap_or(target),
        Err(error) => return Err(ServeError::new(error.into(), target)),
    };
    // what is not kept may show a loop without posts
    let target = match load::first_instead(app, &at.state, &target, key.query(), now).await {
        Ok(first) => first.filter(|_| shared).unwrap_or(target),
        Err(error) => return Err(ServeError::new(error.into(), target)),
    };
    let target = match comments::post_instead(&at.state, &request.path, key.query(), &target) {
        Some(post) if shared => post,
        _ => target,
    };
    if let Target::Redirect { to, permanent } = target {
        return Ok(Served::Redirect { to, permanent });
    }
    if !shared {
        let page = load::render(app, &at, request, &target).await.map_err(|error| ServeError::new(error, target))?;
        return Ok(Served::Page(Arc::new(page)));
    }
    let page = app
        .pages
        .get_or_render(key.for_target(&target), at.seq, now, || async {
            // The newest state, not the one this request began with: others who join may need it.
            let at = app.log.current();
            let target = load::resolve(&at.state, request, key.query(), now);
            load::render(app, &at, request, &target).await
        })
        .await
        .map_err(|error| ServeError::new(error, target))?;
    Ok(Served::Page(page))
}
