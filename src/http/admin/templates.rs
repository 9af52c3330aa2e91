//! The templates and the style sheet of our own pages, embedded in the program.

use actix_web::web::Bytes;
use tera::{Context, Tera};

const TEMPLATES: [(&str, &str); 14] = [
    ("base.html", include_str!("../../../admin/pages/base.html")),
    ("login.html", include_str!("../../../admin/pages/login.html")),
    ("authorize.html", include_str!("../../../admin/pages/authorize.html")),
    ("authorized.html", include_str!("../../../admin/pages/authorized.html")),
    ("install.html", include_str!("../../../admin/pages/install.html")),
    ("lost-password.html", include_str!("../../../admin/pages/lost-password.html")),
    ("new-password.html", include_str!("../../../admin/pages/new-password.html")),
    ("message.html", include_str!("../../../admin/pages/message.html")),
    ("comment.html", include_str!("../../../admin/pages/comment.html")),
    ("screen.html", include_str!("../../../admin/pages/screen.html")),
    ("markdown.html", include_str!("../../../admin/pages/markdown.html")),
    ("editor.html", include_str!("../../../admin/pages/editor.html")),
    ("revisions.html", include_str!("../../../admin/pages/revisions.html")),
    ("desk.html", include_str!("../../../admin/pages/desk.html")),
];
pub const STYLE: Bytes = Bytes::from_static(include_bytes!("../../../admin/pages/admin.css"));

/// Compiled once per process.
#[derive(Debug)]
pub struct Templates {
    tera: Tera,
    /// Names the style sheet by its content, so that browsers may keep it for ever.
    pub style_url: String,
}

impl Templates {
    /// # Errors
    /// When a template does not compile.
    pub fn load() -> Result<Self, String> {
        let mut tera = Tera::new();
        tera.add_raw_templates(TEMPLATES).map_err(|error| format!("embedded templates: {error}"))?;
        let hash = blake3::hash(&STYLE).to_hex();
        let style_url = format!("/wp-admin/assets/admin.{}.css", hash.get(..16).unwrap_or_default());
        Ok(Self { tera, style_url })
    }

    /// # Errors
    /// When the template fails on these values.
    pub fn render(&self, name: &str, context: &Context) -> Result<String, tera::Error> {
        self.tera.render(name, context)
    }
}
