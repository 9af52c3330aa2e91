//! Authentication of entries and manifests by the site key.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const FIELD: &str = ",\"mac\":\"";
const TAG_HEX: usize = 64;

/// HMAC-SHA-256 under a key derived from the site key. Never logged.
#[derive(Clone)]
pub struct MacKey(Hmac<Sha256>);

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(…)")
    }
}

impl MacKey {
    pub fn new(site_key: &[u8; 32]) -> Self {
        let derived = blake3::derive_key("bucketpress 2026 log authentication", site_key);
        // HMAC pads shorter keys with zeros to its block of 64 bytes.
        let mut block = [0; 64];
        for (padded, byte) in block.iter_mut().zip(derived) {
            *padded = byte;
        }
        Self(Hmac::new(&block.into()))
    }

    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// Closes a JSON object that still lacks its `}`: a last field `mac` over every byte before it.
    pub fn close(&self, json: &mut Vec<u8>) {
        let tag = self.sign(json);
        json.extend_from_slice(FIELD.as_bytes());
        json.extend_from_slice(hex::encode(tag).as_bytes());
        json.extend_from_slice(b"\"}");
    }

    /// Whether [`MacKey::close`] under this key wrote this object; `None` if no `mac` is at its end.
    pub fn check(&self, json: &[u8]) -> Option<bool> {
        let body = json.strip_suffix(b"\"}")?;
        let (body, tag) = body.split_at_checked(body.len().checked_sub(TAG_HEX)?)?;
        let body = body.strip_suffix(FIELD.as_bytes())?;
        Some(self.verify(body, &hex::decode(tag).ok()?))
    }

    /// In constant time.
    pub fn verify(&self, message: &[u8], tag: &[u8]) -> bool {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.verify_slice(tag).is_ok()
    }
}
