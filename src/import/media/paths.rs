//! Where an attachment's file lies: in its old address, in a directory, and below `wp-content/uploads/` here.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use percent_encoding::percent_decode_str;

use crate::{content::PostId, import::survey::AttachmentFacts, index::Site};

const UPLOADS: &str = "/wp-content/uploads/";
const PATH_BYTES_MAX: usize = 400;

/// Chooses upload paths that no other attachment has.
#[derive(Debug, Default)]
pub(super) struct UploadPaths {
    taken: HashSet<String>,
}

impl UploadPaths {
    /// The old path where it is free or the attachment's own, the next numbered one otherwise.
    pub(super) fn choose(&mut self, attachment: &AttachmentFacts, own: PostId, site: &Site) -> Option<String> {
        let wanted = upload_path(attachment)?;
        let others = |path: &str| site.attachment_by_upload_path(path).is_some_and(|owner| owner != own);
        let is_free = |path: &String| !self.taken.contains(path) && !others(path);
        let (stem, extension) = wanted.rsplit_once('.').unwrap_or((&wanted, ""));
        let dot = if extension.is_empty() { "" } else { "." };
        let numbered = (1..10_000).map(|n| format!("{stem}-{n}{dot}{extension}"));
        let path = std::iter::once(wanted.clone()).chain(numbered).find(is_free)?;
        self.taken.insert(path.clone());
        Some(path)
    }
}

/// The path below `wp-content/uploads/` an attachment had; made up from its month and name where it had none.
fn upload_path(attachment: &AttachmentFacts) -> Option<String> {
    let path = attachment.url.split(['?', '#']).next().unwrap_or_default();
    let (_, path) = path.split_once("//")?;
    let (_, path) = path.split_once('/')?;
    let candidates = [
        Some(attachment.path.clone()).filter(|path| !path.contains("://")),
        format!("/{path}").split_once(UPLOADS).map(|(_, below)| decode(below)),
        by_month(path),
    ];
    candidates.into_iter().flatten().find_map(|path| safe(&path)).or_else(|| {
        let name = decode(path.rsplit('/').next().unwrap_or_default());
        if name.is_empty() { None } else { safe(&format!("{}/{name}", attachment.month)) }
    })
}

/// `2008/11/boat.jpg` at the end of any path.
fn by_month(path: &str) -> Option<String> {
    let mut parts = path.rsplit('/');
    let (name, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(month, 2) && digits(year, 4)).then(|| format!("{year}/{month}/{}", decode(name)))
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A relative path without tricks, or nothing.
fn safe(path: &str) -> Option<String> {
    let path: String = path
        .trim_matches('/')
        .chars()
        .map(|letter| {
            if letter.is_control() || matches!(letter, '\\' | '?' | '#' | '%' | '"' | '<' | '>') { '-' } else { letter }
        })
        .collect();
    let plain = path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    (plain && path.len() <= PATH_BYTES_MAX && !path.is_empty()).then_some(path)
}

/// The places in `folder` where the attachment's file may be, best first.
pub(super) fn candidates(folder: &Path, attachment: &AttachmentFacts) -> Vec<PathBuf> {
    let bare = attachment.url.split(['?', '#']).next().unwrap_or_default();
    let mut relative = Vec::new();
    if let Some((host, path)) = bare.split_once("//").and_then(|(_, rest)| rest.split_once('/')) {
        let host = host.rsplit('@').next().unwrap_or(host);
        for path in [path.to_owned(), decode(path)] {
            relative.extend(folders(host).into_iter().map(|folder| format!("{folder}/{path}")));
            if let Some((_, below)) = format!("/{path}").split_once(UPLOADS) {
                relative.push(below.to_owned());
                relative.push(format!("wp-content/uploads/{below}"));
            }
        }
    }
    relative.push(attachment.path.clone());
    let plain = |path: &String| !path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    relative.into_iter().filter(plain).map(|path| folder.join(path)).collect()
}

/// Names a copy of `host` may have: with the port as it is, as programs write it that avoid colons, without.
fn folders(host: &str) -> Vec<String> {
    let host = host.to_ascii_lowercase();
    match host.rsplit_once(':') {
        Some((name, port)) => vec![host.clone(), format!("{name}_{port}"), format!("{name}+{port}"), name.to_owned()],
        None => vec![host],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attachment(url: &str, path: &str) -> AttachmentFacts {
        AttachmentFacts { item: 0, url: url.into(), path: path.into(), month: "2012/06".into(), file: None }
    }

    #[test]
    fn paths_below_uploads() {
        for (url, path, expected) in [
            ("http://a.example/wp-content/uploads/2012/06/dsc.jpg", "", "2012/06/dsc.jpg"),
            ("http://a.example/x/wp-content/uploads/d%20s.jpg?x=1", "", "d s.jpg"),
            ("http://a.example/wp-content/uploads/2012/06/dsc.jpg", "2011/01/other.jpg", "2011/01/other.jpg"),
            ("http://me.files.wordpress.com/2008/11/boat.jpg", "", "2008/11/boat.jpg"),
            ("http://a.example/files/boat.jpg", "", "2012/06/boat.jpg"),
            ("http://a.example/wp-content/uploads/../../etc/passwd", "../x", "2012/06/passwd"),
        ] {
            assert_eq!(upload_path(&attachment(url, path)).as_deref(), Some(expected), "{url}");
        }
        assert_eq!(upload_path(&attachment("http://a.example/", "")), None);
        assert_eq!(upload_path(&attachment("nonsense", "")), None);
    }

    #[test]
    fn places_in_a_directory_never_lead_out_of_it() {
        let places = candidates(Path::new("/m"), &attachment("http://a.example/wp-content/uploads/2012/x%20y.jpg", ""));
        assert!(places.contains(&PathBuf::from("/m/a.example/wp-content/uploads/2012/x y.jpg")));
        assert!(places.contains(&PathBuf::from("/m/2012/x y.jpg")));
        let places = candidates(Path::new("/m"), &attachment("http://A.example:8100/wp-content/uploads/x.jpg", ""));
        for folder in ["a.example:8100", "a.example_8100", "a.example+8100", "a.example"] {
            let place = Path::new("/m").join(folder).join("wp-content/uploads/x.jpg");
            assert!(places.contains(&place), "{place:?} of {places:?}");
        }
        let places =
            candidates(Path::new("/m"), &attachment("http://../wp-content/uploads/%2e%2e/x", "../../etc/passwd"));
        assert!(places.iter().all(|place| !place.to_string_lossy().contains("..")), "{places:?}");
    }
}
