//! `_links` of items, in the order they are added.

use serde_json::{Map, Value, json};

/// Relations of one item. A relation may have several targets.
#[derive(Clone, Debug, Default)]
pub struct Links(Map<String, Value>);

impl Links {
    pub fn add(&mut self, rel: &str, href: String) {
        self.push(rel, json!({ "href": Value::String(href) }));
    }

    /// A link `_embed` follows.
    pub fn embeddable(&mut self, rel: &str, href: String) {
        self.push(rel, json!({ "embeddable": true, "href": Value::String(href) }));
    }

    pub fn push(&mut self, rel: &str, target: Value) {
        if let Value::Array(targets) = self.0.entry(rel).or_insert_with(|| json!([])) {
            targets.push(target);
        }
    }

    /// The finished member; explains `wp:` where it is used.
    pub fn finish(mut self) -> Value {
        if self.0.keys().any(|rel| rel.starts_with("wp:")) {
            self.0.insert("curies".to_owned(), curies());
        }
        Value::Object(self.0)
    }
}

/// What `wp:` in a relation stands for.
pub fn curies() -> Value {
    json!([{ "name": "wp", "href": "https://api.w.org/{rel}", "templated": true }])
}
