//! Secrets under the site key: sealed rows, MACs, signed tokens.
//!
//! Every use has a `purpose`, a short constant text; each purpose has a key of its own, so that what was
//! sealed or signed for one can never pass for another.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use subtle::ConstantTimeEq;

use crate::id::Ids;

/// Purposes used in stored rows: changing one makes what was sealed for it unreadable.
pub mod purpose {
    /// `users.password_sealed`
    pub const PASSWORD: &str = "password";
    /// `app_passwords.hash_sealed`
    pub const APP_PASSWORD: &str = "app-password";
    /// Keyed hash of an application password's secret.
    pub const APP_PASSWORD_HASH: &str = "app-password-hash";
    /// Session cookies.
    pub const SESSION: &str = "session";
    /// Form and REST nonces.
    pub const NONCE: &str = "nonce";
    /// Links that set a new password.
    pub const PASSWORD_LINK: &str = "password-link";
    /// Links that show a comment to its writer before it is approved.
    pub const COMMENT_LINK: &str = "comment-link";
    /// Comments held for later.
    pub const OVERFLOW: &str = "overflow";
    /// Read-your-writes cookies.
    pub const SEEN: &str = "seen";
    /// What servers say of themselves in the bucket.
    pub const SERVER: &str = "server";
    /// Names of who failed to sign in, in the bucket.
    pub const STRIKE: &str = "strike";
    /// Hints between servers.
    pub const HINT: &str = "hint";
}

const NONCE_BYTES: usize = 24;
const MAC_BYTES: usize = 32;
/// Version of the sealed form; also authenticated.
const SEALED_PREFIX: &str = "s1.";

/// The site's 32-byte key and what is derived from it. Never logged.
#[derive(Clone)]
pub struct SiteKey {
    bytes: [u8; 32],
}

impl std::fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SiteKey(…)")
    }
}

/// Says nothing of the key or the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("the site key must be 32 bytes as 64 hexadecimal digits or in base64")]
    Key,
    /// Written under another site key or for another purpose, or damaged.
    #[error("the secret cannot be opened with this site key")]
    Open,
    #[error("the secret is too long to be sealed")]
    TooLong,
}

impl SiteKey {
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { bytes }
    }

    pub fn generate(ids: &Ids) -> Self {
        Self::from_bytes(ids.array())
    }

    /// Reads 64 hexadecimal digits, or base64 (either alphabet, padded or not) of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let text = text.trim();
        let bytes = if text.len() == 64 {
            hex::decode(text).ok()
        } else {
            let standard = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
            STANDARD.decode(pad(standard)).ok()
        };
        let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self::from_bytes).ok_or(SealError::Key)
    }

    /// For the key file and for `Options` of the log. Not for logs.
    pub fn bytes(&self) -> [u8; 32] {
        self.bytes
    }

    pub fn to_hex(&self) -> String {
        hex::encode(self.bytes)
    }

    /// The key of one purpose.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(&format!("bucketpress 2026 site key v1: {purpose}"), &self.bytes)
    }

    /// Encrypts and authenticates; opening needs the same key and purpose.
    ///
    /// # Errors
    /// `TooLong` beyond what the cipher takes (256 GB).
    pub fn seal(&self, purpose: &str, ids: &Ids, secret: &[u8]) -> Result<String, SealError> {
        let nonce: [u8; NONCE_BYTES] = ids.array();
        let payload = Payload { msg: secret, aad: SEALED_PREFIX.as_bytes() };
        let sealed = self.cipher(purpose).encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|chacha20poly1305::Error| SealError::TooLong)?;
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&sealed);
        Ok(format!("{SEALED_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// # Errors
    /// `Open` for anything not made by [`Self::seal`] with this key and purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let text = sealed.strip_prefix(SEALED_PREFIX).ok_or(SealError::Open)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().ok_or(SealError::Open)?;
        let (nonce, body) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Open)?;
        let payload = Payload { msg: body, aad: SEALED_PREFIX.as_bytes() };
        let opened = self.cipher(purpose).decrypt(&XNonce::from(*nonce), payload);
        opened.map_err(|chacha20poly1305::Error| SealError::Open)
    }

    /// Like [`Self::open`], for secrets that are text.
    pub fn open_text(&self, purpose: &str, sealed: &str) -> Result<String, SealError> {
        String::from_utf8(self.open(purpose, sealed)?).ok().ok_or(SealError::Open)
    }

    /// Keyed hash of `payload`.
    pub fn mac(&self, purpose: &str, payload: &[u8]) -> [u8; MAC_BYTES] {
        *blake3::keyed_hash(&self.derive(purpose), payload).as_bytes()
    }

    /// Compares in constant time.
    pub fn mac_matches(&self, purpose: &str, payload: &[u8], mac: &[u8]) -> bool {
        self.mac(purpose, payload).ct_eq(mac).into()
    }

    /// A token that carries `payload` in the open and proves that this site made it: `payload.mac`, both
    /// base64url. Expiry is the payload's business.
    pub fn sign(&self, purpose: &str, payload: &str) -> String {
        let mac = self.mac(purpose, payload.as_bytes());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(mac))
    }

    /// The payload of a token made by [`Self::sign`] for the same purpose; `None` for any other text.
    pub fn verify(&self, purpose: &str, token: &str) -> Option<String> {
        let (payload, mac) = token.split_once('.')?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        if !self.mac_matches(purpose, &payload, &mac) {
            return None;
        }
        String::from_utf8(payload).ok()
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.derive(purpose).into())
    }
}

fn pad(mut text: String) -> String {
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SiteKey {
        SiteKey::from_bytes([7; 32])
    }

    #[test]
    fn sealed_text_opens_only_with_its_key_and_purpose() {
        let sealed = key().seal("password", &Ids::System, b"secret").unwrap();
        assert_eq!(key().open("password", &sealed).unwrap(), b"secret");
        assert_eq!(key().open("other", &sealed), Err(SealError::Open));
        assert_eq!(SiteKey::from_bytes([8; 32]).open("password", &sealed), Err(SealError::Open));
        for position in 0..sealed.len() {
            let mut damaged = sealed.clone().into_bytes();
            damaged[position] = if damaged[position] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).unwrap();
            assert_eq!(key().open("password", &damaged), Err(SealError::Open), "byte {position}");
        }
        assert_eq!(key().open("password", ""), Err(SealError::Open));
        assert_eq!(key().open("password", "s1.AAAA"), Err(SealError::Open));
    }

    #[test]
    fn sealing_twice_differs() {
        let seal = || key().seal("password", &Ids::System, b"secret").unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn tokens_verify_only_unchanged_and_for_their_purpose() {
        let token = key().sign("session", "5.1700000000");
        assert_eq!(key().verify("session", &token).as_deref(), Some("5.1700000000"));
        assert_eq!(key().verify("nonce", &token), None);
        let (_, mac) = token.split_once('.').unwrap();
        let forged = format!("{}.{mac}", URL_SAFE_NO_PAD.encode("1.1700000000"));
        assert_eq!(key().verify("session", &forged), None);
        assert_eq!(key().verify("session", "x"), None);
        assert_eq!(key().verify("session", "."), None);
    }

    #[test]
    fn keys_are_read_as_hex_or_base64() {
        let bytes = [0xfb; 32];
        let hex = "FB".repeat(32);
        for text in [hex.clone(), hex.to_lowercase(), STANDARD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)] {
            assert_eq!(SiteKey::parse(&format!(" {text}\n")).unwrap().bytes(), bytes, "{text}");
        }
        assert_eq!(SiteKey::parse("short").unwrap_err(), SealError::Key);
        assert_eq!(SiteKey::parse(&"g".repeat(64)).unwrap_err(), SealError::Key);
        assert_eq!(SiteKey::parse(&SiteKey::from_bytes(bytes).to_hex()).unwrap().bytes(), bytes);
    }

    #[test]
    fn debug_output_hides_the_key() {
        assert_eq!(format!("{:?}", key()), "SiteKey(…)");
    }
}
