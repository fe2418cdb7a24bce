//! Query strings, decoded exactly once and alike on both sides.
//!
//! `leptos_router` 0.8 decodes the values of its `ParamsMap` twice, so that a search for `50%20`
//! comes back as `50 `; and the browser's decoder refuses what the server's reads. This reads and
//! writes `application/x-www-form-urlencoded` (WHATWG URL §5) itself: what is not well-formed is
//! taken as it stands, and nothing fails.

use std::fmt::{self, Write};

/// The pairs of a query string, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query string without its `?`.
    pub fn parse(text: &str) -> Self {
        let pair = |piece: &str| {
            let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decode(key), decode(value))
        };
        Self(
            text.split('&')
                .filter(|piece| !piece.is_empty())
                .map(pair)
                .collect(),
        )
    }

    /// The first value of a key; an empty value counts as none.
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name == key);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Gives a key this one value, in its old place if it had one; none or an empty one removes it.
    pub fn set(&mut self, key: &str, value: Option<impl Into<String>>) {
        let value = value
            .map(Into::into)
            .filter(|value: &String| !value.is_empty());
        let place = self.0.iter().position(|(name, _)| name == key);
        self.0.retain(|(name, _)| name != key);
        if let Some(value) = value {
            let place = place.unwrap_or(self.0.len()).min(self.0.len());
            self.0.insert(place, (key.to_owned(), value));
        }
    }

    /// All pairs, in order.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_char('&')?;
            }
            encode(f, key)?;
            f.write_char('=')?;
            encode(f, value)?;
        }
        Ok(())
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%')
            .then(|| hexadecimal(bytes.get(at + 1..at + 3)?))
            .flatten();
        decoded.push(match (byte, escaped) {
            (_, Some(escaped)) => escaped,
            (b'+', None) => b' ',
            (byte, None) => byte,
        });
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let [high, low] = digits else {
        return None;
    };
    Some(digit(*high)? * 16 + digit(*low)?)
}

/// Writes a key or value; `/`, `:` and `,` stay legible, which a query allows (RFC 3986 §3.4).
fn encode(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => f.write_char(char::from(byte))?,
            b'-' | b'.' | b'_' | b'*' | b'/' | b':' | b',' => f.write_char(char::from(byte))?,
            b' ' => f.write_char('+')?,
            _ => write!(f, "%{byte:02X}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::Query;

    /// Texts of awkward characters, the same ones in every run (xorshift64).
    pub(in crate::state) fn awkward_texts(count: usize) -> impl Iterator<Item = String> {
        const LETTERS: [&str; 16] = [
            "a", "Z", "0", " ", "+", "%", "%2", "&", "=", "/", "?", "#", "é", "😀", "\u{a0}", "%2B",
        ];
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % 1_000_003).unwrap_or_default()
        };
        (0..count).map(move |_| {
            let length = next() % 9;
            (0..length)
                .map(|_| LETTERS[next() % LETTERS.len()])
                .collect()
        })
    }

    #[test]
    fn whatever_is_written_is_read_back() {
        let texts: Vec<_> = awkward_texts(2_000)
            .filter(|text| !text.is_empty())
            .collect();
        for pair in texts.chunks_exact(2) {
            let mut query = Query::default();
            query.set(&pair[0], Some(pair[1].clone()));
            query.set("other", Some("1"));
            let written = query.to_string();
            assert!(
                written.is_ascii() && !written.contains(['#', ' ', '?']),
                "{written}"
            );
            assert_eq!(Query::parse(&written), query, "{written}");
        }
    }

    #[test]
    fn values_are_decoded_once_and_malformed_ones_stay() {
        let query = Query::parse("q=50%2520&x=%zz%4&y=%FF&a+b=c+d&&flag&q=second");
        assert_eq!(query.get("q"), Some("50%20"));
        assert_eq!(query.get("x"), Some("%zz%4"));
        assert_eq!(query.get("y"), Some("\u{fffd}"));
        assert_eq!(query.get("a b"), Some("c d"));
        assert_eq!(query.get("flag"), None);
        assert_eq!(query.get("none"), None);
    }

    #[test]
    fn setting_keeps_the_place_and_leaves_one_value() {
        let mut query = Query::parse("a=1&q=x&b=2&q=y");
        query.set("q", Some("z"));
        assert_eq!(query.to_string(), "a=1&q=z&b=2");
        query.set("a", None::<String>);
        query.set("b", Some(""));
        query.set("c", Some("3"));
        assert_eq!(query.to_string(), "q=z&c=3");
    }
}
