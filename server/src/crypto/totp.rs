//! One-time codes by the clock: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is what all authenticators
//! take.

use app::domain::Micros;
use ring::hmac;
use subtle::ConstantTimeEq as _;

use super::error::KeyError;

/// A step in microseconds.
pub const STEP: Micros = 30 * 1_000_000;
/// Steps before and after the one of now that count, too: clocks differ, and people type.
const AROUND: i64 = 1;
/// Bytes of a seed: as long as what SHA-1 gives (RFC 4226 §4, R6).
const BYTES: usize = 20;
/// The letters of base32 (RFC 4648 §6).
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What codes are made of, as people may type it into their authenticator: 32 letters of base32. Has no `Debug`.
pub struct Seed {
    text: String,
    key: hmac::Key,
}

impl Seed {
    /// A new one.
    pub fn fresh() -> Result<Self, KeyError> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(KeyError::Random)?;
        Ok(Self::of(&bytes))
    }

    /// One that was kept.
    pub fn parse(text: &str) -> Option<Self> {
        bytes_of(text).map(|bytes| Self::of(&bytes))
    }

    fn of(bytes: &[u8]) -> Self {
        Self {
            text: base32(bytes),
            key: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, bytes),
        }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The code of a step (RFC 4226 §5.3).
    pub fn code(&self, step: i64) -> String {
        let tag = hmac::sign(&self.key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        let offset = usize::from(bytes[bytes.len() - 1] & 0xf);
        let mut number = [0; 4];
        number.copy_from_slice(&bytes[offset..offset + 4]);
        let number = u32::from_be_bytes(number) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// The step whose code this is, around now; none if it is none of these. Takes as long whichever it is.
    pub fn step_of(&self, code: &str, now: Micros) -> Option<i64> {
        let current = now.div_euclid(STEP);
        let mut found = None;
        for step in current - AROUND..=current + AROUND {
            let is_same = self.code(step).as_bytes().ct_eq(code.as_bytes());
            if bool::from(is_same) {
                found = Some(step);
            }
        }
        found
    }

    /// The address that authenticators read from a picture.
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (encoded(issuer), encoded(account));
        format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
            self.text
        )
    }
}

/// A text of base32, without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

fn letter(five_bits: u32) -> char {
    char::from(LETTERS[(five_bits & 31) as usize])
}

/// What a text of base32 stands for; letters of either case.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let letter = letter.to_ascii_uppercase();
        let value = LETTERS.iter().position(|known| *known == letter)?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
        held &= (1 << bits) - 1;
    }
    Some(bytes)
}

/// A text as a part of an address (RFC 3986, unreserved characters as they are).
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut encoded, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                // Writing to a text cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
            encoded
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1: the last six of the eight digits there.
    #[test]
    fn codes_are_those_of_the_standard() {
        let seed = Seed::of(b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(seed.code(seconds / 30), code);
            let now = seconds * 1_000_000;
            assert_eq!(seed.step_of(code, now), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_counts_one_step_before_and_after_its_own() {
        let seed = Seed::of(b"12345678901234567890");
        let now = 1_111_111_111 * 1_000_000;
        let code = seed.code(now / STEP);
        for (steps, counts) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let found = seed.step_of(&code, now + steps * STEP);
            assert_eq!(found.is_some(), counts, "{steps}");
        }
        for wrong in ["", "050471 ", "50471", "abcdef"] {
            assert_eq!(seed.step_of(wrong, now), None, "{wrong}");
        }
    }

    /// RFC 4648, §10.
    #[test]
    fn base32_is_that_of_the_standard_and_is_read_back() {
        for (plain, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), text);
            assert_eq!(bytes_of(text).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(bytes_of("mzxw6").as_deref(), Some(&b"foo"[..]));
        assert_eq!(bytes_of("M1"), None, "there is no 1");
    }

    #[test]
    fn seeds_differ_and_are_read_back_from_their_text() {
        let (one, two) = (
            Seed::fresh().expect("random"),
            Seed::fresh().expect("random"),
        );
        assert_ne!(one.text(), two.text());
        assert_eq!(one.text().len(), 32);
        let again = Seed::parse(one.text()).expect("a seed");
        assert_eq!(again.code(1), one.code(1));
        assert_eq!(
            Seed::of(b"foobar").address("Way bill", "ada@example.org"),
            "otpauth://totp/Way%20bill:ada%40example.org?secret=MZXW6YTBOI&issuer=Way%20bill&algorithm=SHA1&digits=6&period=30"
        );
    }
}
