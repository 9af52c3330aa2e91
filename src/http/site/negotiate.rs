//! Content encoding and conditional requests.

use actix_web::http::header::{self, HeaderMap};

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

/// True when the client holds the representation `etag` (quoted): `If-None-Match` lists it, or is `*`.
pub fn is_held(headers: &HeaderMap, etag: &str) -> bool {
    headers.get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).any(|list| {
        list.split(',').map(str::trim).any(|held| held == "*" || held.strip_prefix("W/").unwrap_or(held) == etag)
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

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
        assert!(!is_held(&headers, "\"a\""));
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"x\", W/\"a\""));
        assert!(is_held(&headers, "\"a\""));
        assert!(!is_held(&headers, "\"b\""));
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("*"));
        assert!(is_held(&headers, "\"b\""));
    }
}
