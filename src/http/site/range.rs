//! One byte range of a file, as `Range` and `If-Range` ask for it.

use actix_web::http::header::{self, HeaderMap};

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    /// Half open, not empty, within the file.
    Part(std::ops::Range<u64>),
    /// Begins behind the end: 416.
    Unsatisfiable,
}

/// The single range asked for of a file of `size` bytes. Several ranges at once, malformed ones, and ranges of
/// another version than `etag` (quoted) get the whole file.
pub fn wanted(headers: &HeaderMap, size: u64, etag: &str) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(spec) = text(header::RANGE).and_then(|range| range.trim().strip_prefix("bytes=")) else {
        return Wanted::Whole;
    };
    if text(header::IF_RANGE).is_some_and(|held| held != etag) {
        return Wanted::Whole;
    }
    parse(spec, size)
}

fn parse(spec: &str, size: u64) -> Wanted {
    let Some((first, last)) = spec.split_once('-') else { return Wanted::Whole };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let range = match (first.trim(), last.trim()) {
        ("", "") => return Wanted::Whole,
        ("", suffix) => match number(suffix) {
            Some(0) => return Wanted::Unsatisfiable,
            Some(length) => size.saturating_sub(length)..size,
            None => return Wanted::Whole,
        },
        (first, "") => match number(first) {
            Some(first) => first..size,
            None => return Wanted::Whole,
        },
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
            _ => return Wanted::Whole,
        },
    };
    if range.start >= size { Wanted::Unsatisfiable } else { Wanted::Part(range) }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (spec, expected) in [
            ("0-99", Wanted::Part(0..100)),
            ("0-0", Wanted::Part(0..1)),
            ("990-", Wanted::Part(990..1000)),
            ("990-5000", Wanted::Part(990..1000)),
            ("-10", Wanted::Part(990..1000)),
            ("-5000", Wanted::Part(0..1000)),
            ("1000-", Wanted::Unsatisfiable),
            ("-0", Wanted::Unsatisfiable),
            ("5-2", Wanted::Whole),
            ("0-1,5-6", Wanted::Whole),
            ("x-y", Wanted::Whole),
            ("-", Wanted::Whole),
            ("18446744073709551615-18446744073709551615", Wanted::Unsatisfiable),
        ] {
            assert_eq!(parse(spec, 1000), expected, "{spec}");
        }
        assert_eq!(parse("0-", 0), Wanted::Unsatisfiable);
    }

    #[test]
    fn a_range_of_another_version_gets_the_whole() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        assert_eq!(wanted(&headers, 10, "\"a\""), Wanted::Part(0..2));
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"b\""));
        assert_eq!(wanted(&headers, 10, "\"a\""), Wanted::Whole);
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"a\""));
        assert_eq!(wanted(&headers, 10, "\"a\""), Wanted::Part(0..2));
        headers.insert(header::IF_RANGE, HeaderValue::from_static("W/\"a\""));
        assert_eq!(wanted(&headers, 10, "\"a\""), Wanted::Whole, "weak tags do not name bytes");
    }
}
