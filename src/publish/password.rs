//! Passwords of people (argon2id) and of API clients (keyed BLAKE3), sealed with the site key.
//!
//! Everything with argon2 in it blocks for tens of milliseconds and takes 19 MiB: call it in `spawn_blocking`.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use subtle::ConstantTimeEq;

use crate::{
    id::Ids,
    store::seal::{SealError, SiteKey, purpose},
};

/// Memory in KiB, passes and lanes: OWASP's second recommendation for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Longest password hashed, in bytes: more is a way to make the server work, not a better password.
pub const PASSWORD_BYTES_MAX: usize = 4096;

/// What a wrong login is checked against, so that it takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$YnVja2V0cHJlc3Nzb21l$vLn1wsdV3N3bBgRZ5EcoJ9Wq5kqx0bD4oEYGbSWNRvE";

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("the password is empty")]
    Empty,
    #[error("the password is longer than {PASSWORD_BYTES_MAX} bytes")]
    TooLong,
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Hashes and seals `password` for [`crate::content::User::password_sealed`]. Blocks.
pub fn hash(key: &SiteKey, ids: &Ids, password: &str) -> Result<String, PasswordError> {
    if password.is_empty() {
        return Err(PasswordError::Empty);
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordError::TooLong);
    }
    let salt: [u8; 16] = ids.array();
    let phc: PasswordHash = hasher()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|error| PasswordError::Hash(error.to_string()))?;
    Ok(key.seal(purpose::PASSWORD, ids, phc.to_string().as_bytes())?)
}

/// Whether `password` is the one behind `sealed`. `None` (no such user, or one who cannot sign in) takes as
/// long and is false. Blocks.
///
/// # Errors
/// `Seal` when the row was sealed with another site key: the operator must know, the reader must not.
pub fn verify(key: &SiteKey, sealed: Option<&str>, password: &str) -> Result<bool, PasswordError> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    let (phc, known) = match sealed {
        Some(sealed) => (key.open_text(purpose::PASSWORD, sealed)?, true),
        None => (NOBODY.to_owned(), false),
    };
    let matches = hasher()?.verify_password(password.as_bytes(), phc.as_str()).is_ok();
    Ok(matches && known)
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.map_err(|error| PasswordError::Hash(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Letters and digits WordPress makes application passwords of: 62, so 24 of them hold 142 bits.
const APP_ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const APP_LENGTH: usize = 24;

/// A new application password as it is shown, once: six groups of four.
pub fn generate_app_password(ids: &Ids) -> String {
    let mut letters = Vec::with_capacity(APP_LENGTH);
    while letters.len() < APP_LENGTH {
        // 248 = 4 × 62: bytes above would favour the first letters.
        let bytes: [u8; 32] = ids.array();
        let usable = bytes.into_iter().filter(|byte| *byte < 248);
        letters.extend(usable.map(|byte| char::from(APP_ALPHABET[usize::from(byte) % APP_ALPHABET.len()])));
    }
    letters.truncate(APP_LENGTH);
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// What is stored of an application password. Fast: the secret is random, so there is nothing to guess.
pub fn hash_app_password(key: &SiteKey, ids: &Ids, secret: &str) -> Result<String, SealError> {
    key.seal(purpose::APP_PASSWORD, ids, &app_mac(key, secret))
}

/// Spaces and other characters outside the alphabet do not matter, as in WordPress.
pub fn verify_app_password(key: &SiteKey, sealed: &str, secret: &str) -> Result<bool, SealError> {
    let stored = key.open(purpose::APP_PASSWORD, sealed)?;
    Ok(app_mac(key, secret).ct_eq(&stored).into())
}

fn app_mac(key: &SiteKey, secret: &str) -> [u8; 32] {
    let letters: Vec<u8> = secret.bytes().filter(u8::is_ascii_alphanumeric).take(2 * APP_LENGTH).collect();
    key.mac(purpose::APP_PASSWORD_HASH, &letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SiteKey {
        SiteKey::from_bytes([3; 32])
    }

    #[test]
    fn a_password_verifies_and_another_does_not() {
        let sealed = hash(&key(), &Ids::System, "correct horse").unwrap();
        assert!(verify(&key(), Some(&sealed), "correct horse").unwrap());
        assert!(!verify(&key(), Some(&sealed), "correct horsf").unwrap());
        assert!(!verify(&key(), None, "correct horse").unwrap());
        assert_eq!(hash(&key(), &Ids::System, ""), Err(PasswordError::Empty));
        assert_eq!(hash(&key(), &Ids::System, &"x".repeat(5000)), Err(PasswordError::TooLong));
    }

    #[test]
    fn a_row_of_another_site_is_an_error_not_a_wrong_password() {
        let sealed = hash(&key(), &Ids::System, "p").unwrap();
        let other = SiteKey::from_bytes([4; 32]);
        assert_eq!(verify(&other, Some(&sealed), "p"), Err(PasswordError::Seal(SealError::Open)));
    }

    #[test]
    fn the_stand_in_for_unknown_users_is_a_real_hash_of_the_same_cost() {
        let phc = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(phc.algorithm.as_str(), "argon2id");
        assert_eq!(phc.params.to_string(), format!("m={MEMORY_KIB},t={PASSES},p={LANES}"));
    }

    #[test]
    fn app_passwords_look_and_verify_as_in_wordpress() {
        let secret = generate_app_password(&Ids::System);
        let groups: Vec<&str> = secret.split(' ').collect();
        assert_eq!(groups.len(), 6);
        assert!(groups.iter().all(|group| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_alphanumeric())));
        let sealed = hash_app_password(&key(), &Ids::System, &secret).unwrap();
        assert!(verify_app_password(&key(), &sealed, &secret).unwrap());
        assert!(verify_app_password(&key(), &sealed, &secret.replace(' ', "")).unwrap());
        assert!(!verify_app_password(&key(), &sealed, &generate_app_password(&Ids::System)).unwrap());
    }
}
