//! Digests of texts, as names for them.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of a text in 64 hexadecimal digits: for what takes neither any letter nor any length.
pub fn digest(text: &str) -> String {
    let hash = Sha256::digest(text);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_sha_256_in_hexadecimal_digits() {
        assert_eq!(
            digest("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
