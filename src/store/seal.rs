//! Secrets under the site key: sealed rows, MACs, signed tokens.

/// The site's 32-byte key and what is derived from it. Never logged.
#[derive(Clone)]
pub struct SiteKey {}

impl std::fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SiteKey(…)")
    }
}
