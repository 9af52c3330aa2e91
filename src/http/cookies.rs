//! The cookies this server sets, with their attributes in one place.

use std::borrow::Cow;

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time},
    http::header::COOKIE,
};

/// Over TLS it is called `__Host-bp_session`.
pub const SESSION: &str = "bp_session";
/// Read-your-writes.
pub const SEEN: &str = "bp_seq";
/// Ties forms of visitors without a session to their browser.
pub const FORM: &str = "bp_form";
/// The post password a reader has given.
pub const POST_PASSWORD: &str = "wp-postpass";

/// What browsers take by TLS from this very host alone: no neighbour under the same domain, and nobody on the way, can
/// plant a cookie of such a name. RFC 6265bis, 4.1.3.2.
const HOST: &str = "__Host-";

/// The name by which `name` goes.
fn full_name(name: &'static str, secure: bool) -> Cow<'static, str> {
    if secure && name == SESSION { format!("{HOST}{name}").into() } else { name.into() }
}

/// Ends with the browser, or after `seconds`. Never readable by scripts; sent over TLS only if `secure`.
pub fn build(name: &'static str, value: String, seconds: Option<i64>, secure: bool) -> Cookie<'static> {
    let mut cookie =
        Cookie::build(full_name(name, secure), value).path("/").http_only(true).same_site(SameSite::Lax).secure(secure);
    if let Some(seconds) = seconds {
        cookie = cookie.max_age(time::Duration::seconds(seconds));
    }
    cookie.finish()
}

/// Removes the cookie from the browser, by every name it has had.
pub fn expire(name: &'static str, secure: bool) -> Vec<Cookie<'static>> {
    let now = build(name, String::new(), Some(0), secure);
    let mut all = vec![now.clone()];
    if now.name() != name {
        let mut former = now;
        former.set_name(name);
        all.push(former);
    }
    all
}

/// The first value of the cookie `name`, as sent. Our values need no decoding. A session whose cookie has its plain name,
/// as all had before, is one only where there is none of the other name.
pub fn read<'a>(request: &'a HttpRequest, name: &'static str) -> Option<&'a str> {
    let host_only = full_name(name, true);
    sent(request, &host_only).or_else(|| sent(request, name))
}

fn sent<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
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
        let request = TestRequest::default().insert_header(("Cookie", "bp_session=planted; __Host-bp_session=ours"));
        assert_eq!(read(&request.to_http_request(), SESSION), Some("ours"));
    }

    #[test]
    fn cookies_are_closed_to_scripts_and_other_sites() {
        let cookie = build(SESSION, "v".to_owned(), Some(60), true).to_string();
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=60"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        assert!(cookie.starts_with("__Host-bp_session=v;") && !cookie.contains("Domain"), "{cookie}");
        let plain = build(SESSION, String::new(), None, false).to_string();
        assert!(plain.starts_with("bp_session=;") && !plain.contains("Secure"), "{plain}");
        let names = |secure| expire(SESSION, secure).iter().map(|cookie| cookie.name().to_owned()).collect::<Vec<_>>();
        assert_eq!(names(true), ["__Host-bp_session", "bp_session"]);
        assert_eq!(names(false), ["bp_session"]);
    }
}
