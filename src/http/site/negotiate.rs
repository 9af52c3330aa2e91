//! Content encoding and conditional requests.

use actix_web::http::header::{self, HeaderMap, HeaderValue, HttpDate};
use jiff::{SignedDuration, Timestamp};

use crate::cache::Encoding;

/// Best first: smallest pages, then cheapest to unpack.
const PREFERRED: [(Encoding, &str); 3] = [(Encoding::Brotli, "br"), (Encoding::Zstd, "zstd"), (Encoding::Gzip, "gzip")];

/// The encoding to answer with, by `Accept-Encoding`; quality values other than zero do not change our order.
pub fn encoding(headers: &HeaderMap) -> Encoding {
    let Some(accepted) = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else {
        return Encoding::Identity;
    };
    let best = PREFERRED.iter().find(|(_, token)| accepted.split(',').any(|item| accepts(item, token)));
    best.map_or(Encoding::Identity, |(encoding, _)| *encoding)
}

/// `item` is one element of the header: `gzip`, `br;q=0.8`, `zstd;q=0`.
fn accepts(item: &str, token: &str) -> bool {
    let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
    if !name.trim().eq_ignore_ascii_case(token) {
        return false;
    }
    let quality = parameters.trim().strip_prefix("q=").map(str::trim);
    !quality.is_some_and(|quality| quality.parse::<f32>().is_ok_and(|quality| quality <= 0.0))
}

/// `Last-Modified` of what changed at `at`; `None` until that is three seconds ago.
///
/// HTTP dates have whole seconds. By then neither this server nor another one, up to a second behind in the log and
/// a second off in time, still serves something else under the same second.
pub fn last_modified(at: Timestamp, now: Timestamp) -> Option<HeaderValue> {
    const SETTLED: SignedDuration = SignedDuration::from_secs(3);
    (now.duration_since(at) >= SETTLED)
        .then(|| HttpDate::from(std::time::SystemTime::from(at)).to_string())
        .and_then(|date| HeaderValue::try_from(date).ok())
}

/// True when the client holds the representation `etag` (quoted): `If-None-Match` lists it, or is `*`; or, without
/// that header, `If-Modified-Since` is `modified` to the letter. Later dates prove nothing: what is shown can also
/// change to something older, as when a post goes to the trash.
pub fn is_held(headers: &HeaderMap, etag: &str, modified: Option<&HeaderValue>) -> bool {
    if !headers.contains_key(header::IF_NONE_MATCH) {
        return modified.is_some_and(|modified| headers.get(header::IF_MODIFIED_SINCE) == Some(modified));
    }
    headers.get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).any(|list| {
        list.split(',').map(str::trim).any(|held| held == "*" || held.strip_prefix("W/").unwrap_or(held) == etag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        encoding(&headers)
    }

    #[test]
    fn the_smallest_accepted_encoding_wins() {
        assert_eq!(accepting("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(accepting("gzip, zstd"), Encoding::Zstd);
        assert_eq!(accepting("GZIP;q=0.5"), Encoding::Gzip);
        assert_eq!(accepting("br;q=0, gzip"), Encoding::Gzip);
        assert_eq!(accepting("br; q=0.0"), Encoding::Identity);
        assert_eq!(accepting("identity"), Encoding::Identity);
        assert_eq!(accepting("*"), Encoding::Identity);
        assert_eq!(encoding(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn a_held_representation_is_recognised() {
        let mut headers = HeaderMap::new();
        assert!(!is_held(&headers, "\"a\"", None));
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"x\", W/\"a\""));
        assert!(is_held(&headers, "\"a\"", None));
        assert!(!is_held(&headers, "\"b\"", None));
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("*"));
        assert!(is_held(&headers, "\"b\"", None));
    }

    #[test]
    fn a_date_counts_only_without_a_tag_and_to_the_letter() {
        let at: Timestamp = "1994-11-06T08:49:37.9Z".parse().unwrap();
        let modified = last_modified(at, at + SignedDuration::from_secs(3)).unwrap();
        assert_eq!(modified, "Sun, 06 Nov 1994 08:49:37 GMT");
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MODIFIED_SINCE, modified.clone());
        assert!(is_held(&headers, "\"a\"", Some(&modified)));
        assert!(!is_held(&headers, "\"a\"", None));
        headers.insert(header::IF_MODIFIED_SINCE, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:38 GMT"));
        assert!(!is_held(&headers, "\"a\"", Some(&modified)), "later, but of something else");
        headers.insert(header::IF_MODIFIED_SINCE, modified.clone());
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"b\""));
        assert!(!is_held(&headers, "\"a\"", Some(&modified)), "the tag decides");
        assert_eq!(last_modified(at, at + SignedDuration::from_secs(2)), None, "another change may share the second");
        assert_eq!(last_modified(at, at - SignedDuration::from_secs(9)), None, "in the future");
    }
}
