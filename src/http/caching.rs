//! Who may keep an answer, and for how long: the only code that writes cache headers.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, VARY},
};

/// What handlers attach to an answer with [`CachePolicy::on`]; an answer without one is `NoStore`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachePolicy {
    /// Errors, forms, everything for one person.
    NoStore,
    /// For one browser, asking again each time: public pages while the reader must see their own write.
    Private,
    /// A public page: anyone may keep it but must ask before using it again; a CDN may be allowed to wait.
    Page { varies_by_cookie: bool },
    /// An answer of the API for anyone: may be kept, but not used again without asking.
    Api,
    /// A file that can be replaced under its URL, but hardly ever is.
    Media,
    /// A file whose URL changes with its bytes.
    Immutable,
}

impl CachePolicy {
    /// Attaches this policy to `response`.
    #[must_use]
    pub fn on(self, mut response: HttpResponse) -> HttpResponse {
        response.extensions_mut().insert(self);
        response
    }
}

/// Header values prepared once, since a warm page writes them on every request.
#[derive(Clone, Debug)]
pub struct CacheHeaders {
    page: HeaderValue,
}

impl CacheHeaders {
    /// `cdn_seconds`: `s-maxage` of public pages; 0 for none.
    pub fn new(cdn_seconds: u64) -> Self {
        const REVALIDATE: HeaderValue = HeaderValue::from_static("public, max-age=0, must-revalidate");
        let page = match cdn_seconds {
            0 => REVALIDATE,
            seconds => HeaderValue::try_from(format!("public, max-age=0, s-maxage={seconds}")).unwrap_or(REVALIDATE),
        };
        Self { page }
    }

    /// Writes the headers of `policy`. Nobody else may have written any.
    pub fn write(&self, policy: CachePolicy, headers: &mut HeaderMap) {
        debug_assert!(!headers.contains_key(CACHE_CONTROL), "cache headers are set in http::caching alone");
        let control = match policy {
            CachePolicy::NoStore => HeaderValue::from_static("no-store"),
            CachePolicy::Private => HeaderValue::from_static("private, no-cache"),
            CachePolicy::Page { .. } => self.page.clone(),
            CachePolicy::Api => HeaderValue::from_static("public, no-cache"),
            CachePolicy::Media => HeaderValue::from_static("public, max-age=2592000"),
            CachePolicy::Immutable => HeaderValue::from_static("public, max-age=31536000, immutable"),
        };
        headers.insert(CACHE_CONTROL, control);
        match policy {
            CachePolicy::Page { varies_by_cookie: false } => {
                headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
            }
            CachePolicy::Page { varies_by_cookie: true } | CachePolicy::Private => {
                headers.insert(VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
            }
            CachePolicy::Api => {
                headers.insert(VARY, HeaderValue::from_static("Accept-Encoding, Origin"));
            }
            CachePolicy::NoStore | CachePolicy::Media | CachePolicy::Immutable => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(policy: CachePolicy, cdn_seconds: u64) -> (String, Option<String>) {
        let mut headers = HeaderMap::new();
        CacheHeaders::new(cdn_seconds).write(policy, &mut headers);
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        (text(CACHE_CONTROL).unwrap(), text(VARY))
    }

    #[test]
    fn a_cdn_waits_only_where_it_is_allowed_to() {
        let page = CachePolicy::Page { varies_by_cookie: false };
        assert_eq!(header(page, 0).0, "public, max-age=0, must-revalidate");
        assert_eq!(header(page, 60).0, "public, max-age=0, s-maxage=60");
        assert_eq!(header(CachePolicy::NoStore, 60), ("no-store".to_owned(), None));
    }
}
