//! Theme assets under addresses that change with their content.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::Asset;

/// Hex digits of the hash in an address.
const HASH_DIGITS: usize = 16;

#[derive(Debug)]
pub(super) struct Assets {
    /// `/wp-content/themes/<name>/`
    base: String,
    by_path: BTreeMap<String, Asset>,
}

impl Assets {
    pub(super) fn new(theme: &str, files: BTreeMap<String, Bytes>) -> Self {
        let by_path = files
            .into_iter()
            .map(|(path, bytes)| {
                let hash = blake3::hash(&bytes).to_hex().chars().take(HASH_DIGITS).collect();
                let content_type = content_type(&path);
                (path, Asset { bytes, content_type, hash, immutable: false })
            })
            .collect();
        Self { base: format!("/wp-content/themes/{theme}/"), by_path }
    }

    /// Address with the hash before the ending, below the site's base path.
    pub(super) fn url(&self, path: &str) -> Option<String> {
        let asset = self.by_path.get(path)?;
        let named = match path.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem}.{}.{ending}", asset.hash),
            None => format!("{path}.{}", asset.hash),
        };
        Some(format!("{}{named}", self.base))
    }

    pub(super) fn get(&self, path: &str) -> Option<Asset> {
        if let Some(asset) = self.by_path.get(path) {
            return Some(asset.clone());
        }
        let (plain, hash) = without_hash(path)?;
        // An old hash still gets the current file, but not for ever: pages cached elsewhere stay styled.
        let asset = self.by_path.get(&plain)?;
        Some(Asset { immutable: asset.hash == hash, ..asset.clone() })
    }
}

/// `style.0123456789abcdef.css` → `style.css` and the hash.
fn without_hash(path: &str) -> Option<(String, &str)> {
    let is_hash = |text: &str| text.len() == HASH_DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit());
    let (front, ending) = path.rsplit_once('.')?;
    if is_hash(ending) {
        return Some((front.to_owned(), ending));
    }
    let (stem, hash) = front.rsplit_once('.')?;
    is_hash(hash).then(|| (format!("{stem}.{ending}"), hash))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "json" | "map" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_the_hash_and_old_ones_still_answer() {
        let assets = Assets::new("t", BTreeMap::from([("a/style.css".to_owned(), Bytes::from_static(b"x"))]));
        let url = assets.url("a/style.css").unwrap();
        let path = url.strip_prefix("/wp-content/themes/t/").unwrap();
        let asset = assets.get(path).unwrap();
        assert!(asset.immutable);
        assert_eq!(asset.content_type, "text/css; charset=utf-8");
        assert!(!assets.get("a/style.css").unwrap().immutable);
        assert!(!assets.get("a/style.0000000000000000.css").unwrap().immutable);
        assert!(assets.get("a/style.zzz.css").is_none());
        assert!(assets.get("").is_none() && assets.get("../style.css").is_none());
        assert_eq!(assets.url("b.css"), None);
    }
}
