//! A theme: Tera templates by WordPress's hierarchy, and its assets.
//!
//! `broadsheet` is compiled into the binary. An operator's own theme is a directory of the same shape
//! (`theme.toml`, `templates/`, `assets/`); templates it does not have come from `broadsheet`.

mod asset;
mod embedded;
mod files;

use std::{fmt, sync::Arc};

use bytes::Bytes;
use parking_lot::Mutex;
use tera::{Context, Kwargs, State, Tera, Value};

use self::{asset::Assets, files::Files};
use super::{
    hierarchy::{self, Kind},
    view::{Site, View},
};

/// A loaded theme: compiled templates and assets. Share it behind an `Arc`.
pub struct Theme {
    name: String,
    tera: Tera,
    assets: Arc<Assets>,
    /// The site as a template value: the same for every page of one state, so it is converted once.
    /// Sync: held for a pointer comparison or one conversion, never across an await.
    site: Mutex<Option<(Arc<Site>, Value)>>,
}

/// A file of the theme that browsers load.
#[derive(Clone, Debug)]
pub struct Asset {
    pub bytes: Bytes,
    pub content_type: &'static str,
    /// Hex of the content's BLAKE3, 16 digits: strong enough for an `ETag`.
    pub hash: String,
    /// The address named the hash: may be cached for ever.
    pub immutable: bool,
}

/// Why a theme cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    #[error("no theme named {0:?}: not built in, and not a directory")]
    Unknown(String),
    #[error("theme file {path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("theme file {path}: {reason}")]
    Invalid { path: String, reason: String },
    #[error("template: {0}")]
    Template(String),
}

/// A template failed on this view.
#[derive(Clone, Debug, thiserror::Error)]
#[error("template {template}: {reason}")]
pub struct RenderError {
    pub template: String,
    pub reason: String,
}

impl Theme {
    /// The built-in theme of this name, else the directory at this path.
    ///
    /// # Errors
    /// Names the file that is missing, unreadable, too large or not a valid template.
    pub fn load(name_or_directory: &str) -> Result<Self, ThemeError> {
        let files = Files::load(name_or_directory)?;
        let assets = Arc::new(Assets::new(&files.name, files.assets));
        let mut tera = Tera::new();
        let urls = Arc::clone(&assets);
        tera.register_function("asset", move |kwargs: Kwargs, _: &State<'_>| -> tera::TeraResult<String> {
            let path: String = kwargs.must_get("path")?;
            urls.url(&path).ok_or_else(|| tera::Error::message(format!("the theme has no asset {path:?}")))
        });
        // For addresses readers and editors typed: what could run code becomes nothing.
        tera.register_filter("url", |raw: &str, _: Kwargs, _: &State<'_>| super::escape::safe_url(raw));
        tera.add_raw_templates(files.templates).map_err(|error| ThemeError::Template(chain(&error)))?;
        let theme = Self { name: files.name, tera, assets, site: Mutex::new(None) };
        if !theme.tera.contains_template("index.html") {
            return Err(ThemeError::Template("index.html is missing".to_owned()));
        }
        Ok(theme)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The page, by the best template the theme has for its kind.
    ///
    /// # Errors
    /// The template and the reason, with the line in the template.
    pub fn render(&self, kind: &Kind, view: &View) -> Result<String, RenderError> {
        let template = self.template(kind);
        let failed = |error: tera::Error| RenderError { template: template.clone(), reason: chain(&error) };
        let context = self.context(view).map_err(failed)?;
        self.tera.render(&template, &context).map_err(failed)
    }

    /// The file chosen for a kind of page.
    pub fn template(&self, kind: &Kind) -> String {
        let mut names = hierarchy::candidates(kind).into_iter().map(|name| format!("{name}.html"));
        names.find(|name| self.tera.contains_template(name)).unwrap_or_else(|| "index.html".to_owned())
    }

    /// All templates, in no order.
    pub fn template_names(&self) -> Vec<&str> {
        self.tera.get_template_names().collect()
    }

    /// By path below `/wp-content/themes/<name>/`: `style.css` or `style.<hash>.css`.
    pub fn asset(&self, path: &str) -> Option<Asset> {
        self.assets.get(path)
    }

    /// Where browsers find an asset, its hash in the name; `None` if the theme has no such file.
    pub fn asset_url(&self, path: &str) -> Option<String> {
        self.assets.url(path)
    }

    fn context(&self, view: &View) -> Result<Context, tera::Error> {
        let mut context = Context::new();
        context.insert_value("site", self.site(&view.site)?);
        context.insert_value("page", Value::try_from_serializable(&view.page)?);
        context.insert_value("post", Value::try_from_serializable(&view.post)?);
        context.insert_value("list", Value::try_from_serializable(&view.list)?);
        context.insert_value("card", Value::try_from_serializable(&view.card)?);
        context.insert_value("recent", Value::try_from_serializable(&view.recent)?);
        Ok(context)
    }

    fn site(&self, site: &Arc<Site>) -> Result<Value, tera::Error> {
        let mut kept = self.site.lock();
        if let Some((known, value)) = &*kept
            && Arc::ptr_eq(known, site)
        {
            return Ok(value.clone());
        }
        let value = Value::try_from_serializable(&**site)?;
        *kept = Some((Arc::clone(site), value.clone()));
        Ok(value)
    }
}

impl fmt::Debug for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Theme").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The error with its causes: Tera keeps the interesting part in the source.
fn chain(error: &tera::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::view::{List, Post};

    #[test]
    fn renders_with_the_built_in_theme() {
        let theme = Theme::load("broadsheet").unwrap();
        let site = Arc::new(Site { title: "A & B".to_owned(), ..Site::default() });
        let post = Post { title_html: "<em>T</em>".to_owned(), post_type: "post".to_owned(), ..Post::default() };
        let view = View::singular(Arc::clone(&site), "http://a/b/".to_owned(), post);
        let kind = Kind::Singular {
            post_type: "post".to_owned(),
            id: 1,
            slug: "s".to_owned(),
            template: String::new(),
            mime_type: String::new(),
        };
        let html = theme.render(&kind, &view).unwrap();
        assert!(html.contains("<em>T</em>"), "{html}");
        assert!(html.contains("A &amp; B"), "{html}");
        let list = View::list(site, "http://a/".to_owned(), List::default());
        theme.render(&Kind::Home { front: true }, &list).unwrap();
    }

    #[test]
    fn an_unknown_theme_is_named() {
        assert!(Theme::load("no-such-theme").unwrap_err().to_string().contains("no-such-theme"));
    }
}
