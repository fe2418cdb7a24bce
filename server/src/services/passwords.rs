//! Passwords and one-time codes: hashing, checking, making. Argon2id with the crate's defaults
//! (19 MiB, 2 passes: OWASP's minimum), at most two at a time, never on the async threads.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// A hash that no password has: checked when the account is unknown, so that the answer takes as long.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
#[error("cannot hash a password: {0}")]
pub struct PasswordError(String);

fn hash_now(password: &str) -> Result<String, PasswordError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| PasswordError(error.to_string()))
}

async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PasswordError> {
    let _turn = AT_ONCE
        .acquire()
        .await
        .map_err(|error| PasswordError(error.to_string()))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| PasswordError(error.to_string()))
}

/// The PHC string of a password, with a salt of its own.
pub async fn hash(password: String) -> Result<String, PasswordError> {
    apart(move || hash_now(&password)).await?
}

/// Whether the password is the one of this hash. Without a hash it takes as long and is false.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, PasswordError> {
    apart(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let right = PasswordHash::new(&hash).is_ok_and(|parsed| {
            Argon2::default()
                .verify_password(password.as_bytes(), &parsed)
                .is_ok()
        });
        known && right
    })
    .await
}

/// A secret of 32 random bytes as hexadecimal text: sessions, tokens, one-time codes.
pub fn random_code() -> Result<String, PasswordError> {
    random_bytes::<32>().map(|bytes| hex(&bytes))
}

/// Random bytes.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], PasswordError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| PasswordError(error.to_string()))?;
    Ok(bytes)
}

/// What is stored of such a secret: the hexadecimal SHA-256 of its text.
pub fn digest(code: &str) -> String {
    hex(&Sha256::digest(code.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_passes() {
        let stored = hash("correct horse".into()).await.expect("hashes");
        assert!(stored.starts_with("$argon2id$"));
        assert!(
            verify("correct horse".into(), Some(stored.clone()))
                .await
                .expect("checks")
        );
        assert!(
            !verify("wrong horse".into(), Some(stored))
                .await
                .expect("checks")
        );
        assert!(
            !verify("nobody has this password".into(), None)
                .await
                .expect("checks")
        );
    }

    #[test]
    fn codes_differ_and_are_stored_as_digests() {
        let (one, two) = (
            random_code().expect("random"),
            random_code().expect("random"),
        );
        assert_ne!(one, two);
        assert_eq!(one.len(), 64);
        assert_ne!(digest(&one), one);
    }
}
