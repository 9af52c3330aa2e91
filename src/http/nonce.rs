//! Nonces: proof that a form or script of ours, shown to this very browser, asks for a change.
//!
//! As in WordPress a nonce is good for one action, one sign-in and 12 to 24 hours, and may be used more than once.

use crate::{
    app::App,
    http::session::SessionUser,
    store::seal::{SiteKey, purpose},
};

const TICK_SECONDS: i64 = 12 * 60 * 60;
const NONCE_BYTES: usize = 12;

/// A nonce for `action`, bound to this sign-in.
pub fn create(app: &App, action: &str, user: &SessionUser) -> String {
    make(&app.key, action, &subject(user), tick(app))
}

pub fn verify(app: &App, action: &str, user: &SessionUser, nonce: &str) -> bool {
    check(&app.key, action, &subject(user), tick(app), nonce)
}

/// A nonce for a visitor without a session, bound to `browser`, the random value of the form cookie.
pub fn create_for_visitor(app: &App, action: &str, browser: &str) -> String {
    make(&app.key, action, &format!("visitor:{browser}"), tick(app))
}

pub fn verify_for_visitor(app: &App, action: &str, browser: &str, nonce: &str) -> bool {
    !browser.is_empty() && check(&app.key, action, &format!("visitor:{browser}"), tick(app), nonce)
}

fn subject(user: &SessionUser) -> String {
    format!("user:{}:{}", user.user.id, user.token)
}

fn tick(app: &App) -> i64 {
    app.clock.now().as_second().div_euclid(TICK_SECONDS)
}

fn make(key: &SiteKey, action: &str, subject: &str, tick: i64) -> String {
    let mac = key.mac(purpose::NONCE, format!("{tick}\0{action}\0{subject}").as_bytes());
    hex::encode(mac.first_chunk::<NONCE_BYTES>().copied().unwrap_or_default())
}

fn check(key: &SiteKey, action: &str, subject: &str, tick: i64, nonce: &str) -> bool {
    let matches = |tick| -> bool {
        subtle::ConstantTimeEq::ct_eq(make(key, action, subject, tick).as_bytes(), nonce.as_bytes()).into()
    };
    matches(tick) | matches(tick - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_good_for_its_action_subject_and_a_day() {
        let key = SiteKey::from_bytes([9; 32]);
        let nonce = make(&key, "trash-5", "user:1:abc", 100);
        assert!(check(&key, "trash-5", "user:1:abc", 100, &nonce));
        assert!(check(&key, "trash-5", "user:1:abc", 101, &nonce));
        assert!(!check(&key, "trash-5", "user:1:abc", 102, &nonce));
        assert!(!check(&key, "trash-6", "user:1:abc", 100, &nonce));
        assert!(!check(&key, "trash-5", "user:1:other", 100, &nonce));
        assert!(!check(&SiteKey::from_bytes([8; 32]), "trash-5", "user:1:abc", 100, &nonce));
        assert!(!check(&key, "trash-5", "user:1:abc", 100, ""));
    }
}
