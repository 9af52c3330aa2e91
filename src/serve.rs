//! The read flow: request → cache → render → index → store.

use std::sync::Arc;

use crate::{app::App, cache::Page, index::Target};

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
}

/// Serves one public URL: from the page cache, or rendered once for all who wait for it.
pub async fn page(app: &App, request: &PageRequest) -> Result<Served, ServeError> {
    let _ = (app, request);
    todo!("serve")
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
