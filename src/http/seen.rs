//! Read-your-writes: after a write, the browser carries which log must be how far before it is answered.

use actix_web::{HttpRequest, HttpResponse, cookie::Cookie};

use super::cookies;
use crate::{
    publish::Commit,
    store::seal::{SiteKey, purpose},
};

/// By then every server and every shared cache has long seen the write.
const COOKIE_SECONDS: i64 = 600;

/// A write this answer acknowledges; [`super::edge`] turns it into the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged(pub u64);

/// Marks `response` as the acknowledgement of `commit`: its sender will never be shown an older state, by any server.
#[must_use]
pub fn acknowledge(mut response: HttpResponse, commit: &Commit) -> HttpResponse {
    response.extensions_mut().insert(Acknowledged(commit.seq));
    response
}

pub(super) fn cookie(key: &SiteKey, lineage: &str, seq: u64, secure: bool) -> Cookie<'static> {
    let value = key.sign(purpose::SEEN, &format!("{lineage} {seq}"));
    cookies::build(cookies::SEEN, value, Some(COOKIE_SECONDS), secure)
}

/// The entry this client must be shown, if it carries an untampered cookie of this log: a site restored elsewhere,
/// or founded anew under the same key, numbers its entries for itself.
pub(super) fn of(key: &SiteKey, lineage: &str, request: &HttpRequest) -> Option<u64> {
    let token = cookies::read(request, cookies::SEEN)?;
    let payload = key.verify(purpose::SEEN, token)?;
    let (of, seq) = payload.split_once(' ')?;
    (of == lineage).then(|| seq.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_our_own_cookie_counts() {
        let key = SiteKey::from_bytes([1; 32]);
        let read = |value: String| {
            of(&key, "this", &TestRequest::default().insert_header(("Cookie", value)).to_http_request())
        };
        assert_eq!(read(cookie(&key, "this", 42, false).stripped().to_string()), Some(42));
        assert_eq!(read(cookie(&key, "other", 42, false).stripped().to_string()), None);
        assert_eq!(read(cookie(&SiteKey::from_bytes([2; 32]), "this", 42, false).stripped().to_string()), None);
        assert_eq!(read(format!("bp_seq={}", key.sign(purpose::SEEN, "42"))), None, "of no log");
        assert_eq!(read("bp_seq=42".to_owned()), None);
    }
}
