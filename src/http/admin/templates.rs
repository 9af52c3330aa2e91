//! The templates of our own pages, embedded.

use tera::{Context, Tera};

/// Compiled once per process.
#[derive(Debug)]
pub struct Templates {
    tera: Tera,
}

impl Templates {
    /// # Errors
    /// When a template does not compile.
    pub fn load() -> Result<Self, String> {
        let tera = Tera::new();
        Ok(Self { tera })
    }

    /// # Errors
    /// When the template fails on these values.
    pub fn render(&self, name: &str, context: &Context) -> Result<String, tera::Error> {
        self.tera.render(name, context)
    }
}
