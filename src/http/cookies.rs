//! The cookies this server sets, with their attributes in one place.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time},
    http::header::COOKIE,
};

pub const SESSION: &str = "bp_session";
/// Read-your-writes.
pub const SEEN: &str = "bp_seq";
/// Ties forms of visitors without a session to their browser.
pub const FORM: &str = "bp_form";
/// The post password a reader has given.
pub const POST_PASSWORD: &str = "wp-postpass";

/// Ends with the browser, or after `seconds`. Never readable by scripts; sent over TLS only if `secure`.
pub fn build(name: &'static str, value: String, seconds: Option<i64>, secure: bool) -> Cookie<'static> {
    let mut cookie = Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(secure);
    if let Some(seconds) = seconds {
        cookie = cookie.max_age(time::Duration::seconds(seconds));
    }
    cookie.finish()
}

/// Removes the cookie from the browser.
pub fn expire(name: &'static str, secure: bool) -> Cookie<'static> {
    build(name, String::new(), Some(0), secure)
}

/// The first value of the cookie `name`, as sent. Our values need no decoding.
pub fn read<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let headers = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
    let mut pairs = headers.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let request = TestRequest::default()
            .insert_header(("Cookie", "a=1; bp_seq=x.y; xbp_seq=no"))
            .append_header(("Cookie", "bp_session=s"))
            .to_http_request();
        assert_eq!(read(&request, SEEN), Some("x.y"));
        assert_eq!(read(&request, SESSION), Some("s"));
        assert_eq!(read(&request, FORM), None);
    }

    #[test]
    fn cookies_are_closed_to_scripts_and_other_sites() {
        let cookie = build(SESSION, "v".to_owned(), Some(60), true).to_string();
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=60"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        assert!(!build(SESSION, String::new(), None, false).to_string().contains("Secure"));
    }
}
