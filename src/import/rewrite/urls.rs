//! Addresses of uploaded files, on the old host and on ours.

use std::collections::{HashMap, HashSet};

const UPLOADS: &str = "/wp-content/uploads/";

/// Old addresses of the files that are here now.
#[derive(Debug, Default)]
pub(in crate::import) struct UploadMap {
    /// `https://site.example/wp-content/uploads/`
    base: String,
    /// `host/path` → upload path here. Hosts without `www.`, in lower case.
    by_address: HashMap<String, String>,
    /// Path below `wp-content/uploads/` on one of `hosts` → upload path here.
    by_path: HashMap<String, String>,
    hosts: HashSet<String>,
}

impl UploadMap {
    /// `home` is the site's address here; `site_urls` are addresses of the old site.
    pub(in crate::import) fn new(home: &str, site_urls: &[&str]) -> Self {
        let hosts = site_urls.iter().filter_map(|url| Some(split(url)?.0)).collect();
        Self { base: format!("{}{UPLOADS}", home.trim_end_matches('/')), hosts, ..Self::default() }
    }

    /// The file at `url` (whose `_wp_attached_file` was `old_path`, if known) is here as `upload_path`.
    pub(in crate::import) fn insert(&mut self, url: &str, old_path: &str, upload_path: &str) {
        let Some((host, path)) = split(url) else { return };
        if let Some((_, below)) = path.split_once(UPLOADS) {
            self.by_path.insert(below.to_owned(), upload_path.to_owned());
            // What WordPress scaled down is linked by the original's name, too.
            if let Some(original) = unscaled(below) {
                self.by_path.entry(original).or_insert_with(|| upload_path.to_owned());
            }
            self.hosts.insert(host.clone());
        }
        if !old_path.is_empty() && !old_path.contains("://") {
            self.by_path.entry(old_path.to_owned()).or_insert_with(|| upload_path.to_owned());
        }
        self.by_address.insert(format!("{host}{path}"), upload_path.to_owned());
    }

    pub(in crate::import) fn is_empty(&self) -> bool {
        self.by_address.is_empty()
    }

    /// Every address of a file that is here, sized variants included; all else stays as it is.
    pub(in crate::import) fn rewrite(&self, text: String) -> String {
        if self.is_empty() || !text.contains("//") {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (at, _) in text.match_indices("//") {
            if at < done {
                continue;
            }
            let before = text.get(done..at).unwrap_or_default();
            let scheme = if before.ends_with("https:") {
                6
            } else if before.ends_with("http:") {
                5
            } else if before.is_empty() || before.ends_with(['"', '\'', '(', '=', ' ', ',']) {
                0
            } else {
                continue;
            };
            let rest = text.get(at + 2..).unwrap_or_default();
            let length = rest.find(is_delimiter).unwrap_or(rest.len());
            let address = rest.get(..length).unwrap_or_default();
            let Some((found, used)) = self.find(address) else { continue };
            out.push_str(text.get(done..at - scheme).unwrap_or_default());
            out.push_str(&self.base);
            out.push_str(&found);
            done = at + 2 + used;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }

    /// The upload path for `host/path`, and how much of the text it takes the place of.
    fn find(&self, address: &str) -> Option<(String, usize)> {
        let bare = address.split(['?', '#', '&']).next().unwrap_or_default().trim_end_matches(['.', ',', ';', ':']);
        let (host, path) = split(bare)?;
        if is_photon(&host) {
            // An image proxy: the real address is its path, its query is about size.
            return Some((self.find(path.strip_prefix('/')?)?.0, address.len()));
        }
        let known = |path: &str| {
            let below = path.split_once(UPLOADS).filter(|_| self.hosts.contains(&host)).map(|(_, below)| below);
            below.and_then(|below| self.by_path.get(below)).or_else(|| self.by_address.get(&format!("{host}{path}")))
        };
        if let Some(found) = known(&path) {
            return Some((found.clone(), bare.len()));
        }
        let (plain, size) = without_size(&path)?;
        let found = known(&plain)?;
        let (stem, extension) = found.rsplit_once('.')?;
        Some((format!("{stem}{size}.{extension}"), bare.len()))
    }
}

/// Host and path of a file's address, the same for every size of an image; `None` for what names no file.
pub(in crate::import) fn file_address(url: &str) -> Option<String> {
    let (host, path) = split(url)?;
    if is_photon(&host) {
        return file_address(path.strip_prefix('/')?);
    }
    let path = without_size(&path).map_or(path, |(plain, _)| plain);
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    let is_file = matches!(extension.len(), 2..=5) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_file.then(|| format!("{host}{path}"))
}

/// Addresses of files in a text, as [`file_address`] gives them.
pub(in crate::import) fn file_addresses(text: &str) -> impl Iterator<Item = String> + '_ {
    text.match_indices("//").filter_map(|(at, slashes)| {
        let rest = text.get(at + slashes.len()..)?;
        let address = rest.get(..rest.find(is_delimiter).unwrap_or(rest.len()))?;
        file_address(address.split('&').next()?.trim_end_matches(['.', ',', ';', ':']))
    })
}

fn is_delimiter(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '"' | '\'' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '\\' | '`' | '|')
}

/// Jetpack's image proxy, `i0.wp.com`.
fn is_photon(host: &str) -> bool {
    host.strip_suffix(".wp.com").is_some_and(|name| {
        name.strip_prefix('i').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Host in lower case without `www.`, and path with its slash, of an address with or without scheme.
fn split(url: &str) -> Option<(String, String)> {
    let bare = url.split_once("//").map_or(url, |(_, bare)| bare);
    let bare = bare.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    (host.contains('.') || host.starts_with("localhost")).then_some(())?;
    host.bytes().all(plain).then(|| (host, format!("/{path}")))
}

/// `name-300x200.jpg` → (`name.jpg`, `-300x200`)
fn without_size(path: &str) -> Option<(String, String)> {
    let (stem, extension) = path.rsplit_once('.')?;
    let (name, size) = stem.rsplit_once('-')?;
    let (width, height) = size.split_once('x')?;
    let number = |text: &str| !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    (number(width) && number(height)).then(|| (format!("{name}.{extension}"), format!("-{size}")))
}

fn unscaled(path: &str) -> Option<String> {
    let (stem, extension) = path.rsplit_once('.')?;
    let name = stem.strip_suffix("-scaled").or_else(|| stem.strip_suffix("-rotated"))?;
    Some(format!("{name}.{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> UploadMap {
        let mut map = UploadMap::new("https://new.example/", &["http://old.example/blog", "http://www.old.example"]);
        map.insert("http://old.example/blog/wp-content/uploads/2012/06/dsc.jpg", "2012/06/dsc.jpg", "2012/06/dsc.jpg");
        map.insert("https://old.example/wp-content/uploads/big-scaled.png", "big-scaled.png", "2020/01/big-scaled.png");
        map.insert("https://me.files.wordpress.com/2008/11/boat.jpg", "", "2008/11/boat.jpg");
        map
    }

    #[test]
    fn addresses_of_files_that_are_here() {
        for (from, to) in [
            ("http://old.example/blog/wp-content/uploads/2012/06/dsc.jpg", "2012/06/dsc.jpg"),
            ("https://WWW.old.example/wp-content/uploads/2012/06/dsc.jpg", "2012/06/dsc.jpg"),
            ("//old.example/wp-content/uploads/2012/06/dsc-300x200.jpg", "2012/06/dsc-300x200.jpg"),
            ("https://old.example/wp-content/uploads/big-150x150.png", "2020/01/big-scaled-150x150.png"),
            ("http://me.files.wordpress.com/2008/11/boat.jpg?w=300&amp;h=200", "2008/11/boat.jpg?w=300&amp;h=200"),
            ("https://i2.wp.com/old.example/wp-content/uploads/2012/06/dsc.jpg?resize=3%2C4", "2012/06/dsc.jpg"),
        ] {
            let text = format!("a <img src=\"{from}\" srcset=\"{from} 300w, {from} 2x\"> b");
            let new = format!("https://new.example/wp-content/uploads/{to}");
            assert_eq!(
                map().rewrite(text),
                format!("a <img src=\"{new}\" srcset=\"{new} 300w, {new} 2x\"> b"),
                "{from}"
            );
        }
        assert_eq!(
            map().rewrite("see http://old.example/wp-content/uploads/2012/06/dsc.jpg.".into()),
            "see https://new.example/wp-content/uploads/2012/06/dsc.jpg."
        );
    }

    #[test]
    fn files_named_in_a_text() {
        let text = r#"<img src="http://www.old.example/a/dsc-300x200.JPG?w=3" srcset="//i0.wp.com/old.example/b.png 2x"> see
            https://old.example/about/ and https://old.example/ and https://Old.example/c.pdf."#;
        let found: Vec<String> = file_addresses(text).collect();
        assert_eq!(found, ["old.example/a/dsc.JPG", "old.example/b.png", "old.example/c.pdf"]);
        assert_eq!(file_address("https://old.example/a/dsc.JPG").as_ref(), found.first());
    }

    #[test]
    fn everything_else_stays() {
        for text in [
            "http://old.example/wp-content/uploads/2012/06/other.jpg",
            "http://elsewhere.example/wp-content/uploads/2012/06/dsc.jpg",
            "http://old.example/about/ // comment http:// //",
            "http://old.example/wp-content/uploads/2012/06/dsc-largexsmall.jpg",
            "größe https://ü.example/ 日本語//",
        ] {
            assert_eq!(map().rewrite(text.into()), text);
        }
    }
}
