//! The `Link` header of a page: where the API is, and where in it what the page shows.

use super::context::Context;
use crate::index::Target;

/// One header with all links, as API clients look for them (RFC 8288); `None` for sitemaps.
///
/// <https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/>
pub fn header(cx: &Context<'_>, target: &Target) -> Option<String> {
    if matches!(target, Target::Sitemap(_)) {
        return None;
    }
    let api = &cx.shown.api_url;
    let mut links = format!("<{api}>; rel=\"https://api.w.org/\"");
    if let Some(resource) = resource(cx, target) {
        links.push_str(&format!(", <{api}wp/v2/{resource}>; rel=\"alternate\"; type=\"application/json\""));
    }
    if let Target::Singular { id, .. } | Target::FrontPage { id } = target {
        links.push_str(&format!(", <{}>; rel=shortlink", cx.url(&format!("/?p={id}"))));
    }
    Some(links)
}

/// Below `wp/v2/`; `None` for what has no address in the API.
fn resource(cx: &Context<'_>, target: &Target) -> Option<String> {
    let types = &cx.settings().types;
    match target {
        Target::Singular { id, .. } | Target::FrontPage { id } => {
            let post = cx.site.post(*id)?;
            let info = types.post_type(post.post_type.name()).filter(|info| info.show_in_rest)?;
            Some(format!("{}/{id}", info.rest_base))
        }
        Target::Term { taxonomy, term, .. } => {
            let info = types.taxonomy(taxonomy.name()).filter(|info| info.show_in_rest)?;
            Some(format!("{}/{term}", info.rest_base))
        }
        Target::Author { user, .. } => Some(format!("users/{user}")),
        _ => None,
    }
}
