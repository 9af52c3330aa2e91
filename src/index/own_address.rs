//! Addresses of this site, as others write them.

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use url::Url;

use super::{Site, Target};
use crate::content::{Post, Settings};

/// `None` for an address of another site; whatever is there, and under either scheme.
pub fn of_site(settings: &Settings, url: &str) -> Option<Url> {
    let (home, url) = (Url::parse(&settings.home).ok()?, Url::parse(url).ok()?);
    let same = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
    (matches!(url.scheme(), "http" | "https") && same(&home) == same(&url)).then_some(url)
}

/// The post of a public type that anyone may see at this address.
pub fn post_at(site: &Site, url: &str, now: Timestamp) -> Option<Post> {
    let url = of_site(site.settings(), url)?;
    let query: Vec<(String, String)> = url.query_pairs().map(|(name, value)| (name.into(), value.into())).collect();
    let path = percent_decode_str(url.path()).decode_utf8_lossy();
    let id = site.asked_post(&query).or_else(|| match site.resolve(&path, &query, now) {
        Target::Singular { id, .. } | Target::FrontPage { id } | Target::Embed { post: Some(id) } => Some(id),
        _ => None,
    })?;
    let post = site.post(id)?;
    let public = site.settings().types.post_type(post.post_type.name()).is_some_and(|info| info.public);
    (public && site.is_public(&post, now)).then_some(post)
}
