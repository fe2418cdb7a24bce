//! The secrets of a connection, out of what its server says. A server may repeat what it was sent: as it is, encoded, or as
//! the signature that was made with it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base::Secret;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use reqwest::Url;
use thiserror::Error;

use crate::error::{BoxError, ConnectorError, chain};
use crate::registry::Secrets;

/// What stands in the place of a secret.
const HIDDEN: &str = "***";

/// Shorter ones are found in ordinary words: they are secrets where they stand alone.
const SHORT: usize = 4;

/// Of the lines of a secret that has several; shorter ones say nothing.
const LINE: usize = 16;

/// Letters of a text that is kept.
const LONGEST: usize = 1024;

/// What a signature stands behind, in headers and addresses.
const MARKS: [&str; 7] = [
    "signature=",
    "sig=",
    "sharedkey ",
    "sharedkeylite ",
    "bearer ",
    "basic ",
    "v1,",
];

/// What stands there and is shorter is a word.
const SIGNATURE: usize = 16;

/// Knows the secrets of one connection.
pub(crate) struct Redactor {
    /// The secrets in every form in which they may come up, the longest first.
    forms: Secret<Vec<String>>,
}

impl Redactor {
    pub(crate) fn new(secrets: &Secrets) -> Self {
        let forms: BTreeSet<String> = secrets
            .expose()
            .values()
            .flat_map(|secret| parts(secret))
            .flat_map(|part| forms(&part))
            .collect();
        let mut forms: Vec<String> = forms.into_iter().collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self {
            forms: Secret::new(forms),
        }
    }

    /// A text without what is secret, and not too long.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for form in self.forms.expose() {
            if form.len() < SHORT {
                clean = without_word(&clean, form);
            } else if clean.contains(form.as_str()) {
                clean = clean.replace(form.as_str(), HIDDEN);
            }
        }
        let clean = without_signatures(&clean);
        match clean.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &clean[..end]),
            None => clean,
        }
    }

    /// An error of which every text is without what is secret.
    pub(crate) fn error(&self, error: ConnectorError) -> ConnectorError {
        use ConnectorError as E;
        match error {
            E::NotFound { path } => E::NotFound {
                path: self.text(&path),
            },
            E::PermissionDenied { path } => E::PermissionDenied {
                path: self.text(&path),
            },
            E::NoSpace { path } => E::NoSpace {
                path: self.text(&path),
            },
            E::Collision { path } => E::Collision {
                path: self.text(&path),
            },
            E::HostKey { found } => E::HostKey {
                found: self.text(&found),
            },
            E::InvalidConfig { field, problem } => E::InvalidConfig {
                field,
                problem: self.text(&problem),
            },
            E::Unavailable { action, source } => E::Unavailable {
                action: self.text(&action),
                source: self.told(source),
            },
            E::Other { action, source } => E::Other {
                action: self.text(&action),
                source: self.told(source),
            },
            // No server has a word in these.
            ours @ (E::Unauthenticated
            | E::Gone
            | E::AddressRefused(_)
            | E::Timeout { .. }
            | E::Clock
            | E::NoConditions
            | E::RateLimited { .. }
            | E::Folder(_)
            | E::Template(_)
            | E::Ledger(_)
            | E::Encoding { .. }
            | E::Source { .. }) => ours,
        }
    }

    fn told(&self, source: BoxError) -> BoxError {
        Told(self.text(&chain(source.as_ref()))).into()
    }
}

/// An error and its causes, of which the text is left.
#[derive(Debug, Error)]
#[error("{0}")]
struct Told(String);

/// The beginning of a text, `most` letters at the most. It ends with a word: half a secret is not known for one.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text;
    };
    let (kept, rest) = text.split_at(end);
    if rest.starts_with(char::is_whitespace) {
        return kept;
    }
    kept.rfind(char::is_whitespace)
        .map_or("", |space| kept[..space].trim_end())
}

/// What is secret of a secret: all of it, its lines, and the signature in it.
fn parts(secret: &str) -> BTreeSet<String> {
    let whole = secret.trim();
    let mut parts = BTreeSet::from([whole.to_owned()]);
    let lines = whole.lines().map(str::trim);
    parts.extend(
        lines
            .filter(|line| line.len() >= LINE && !line.starts_with("-----"))
            .map(str::to_owned),
    );
    if let Some((_, signature)) = whole.split_once("sig=") {
        let signature = signature.split('&').next().unwrap_or_default();
        parts.insert(signature.to_owned());
        parts.insert(decoded(signature));
    }
    // Some leave out what base64 is filled up with.
    let bare: Vec<String> = parts
        .iter()
        .map(|part| part.trim_end_matches('=').to_owned())
        .collect();
    parts.extend(bare);
    parts.remove("");
    parts
}

/// What an encoded value of an address says. A `+` is one: signatures have them.
fn decoded(value: &str) -> String {
    let query = value.replace('+', "%2B");
    let url = Url::parse(&format!("https://sas.invalid/?v={query}"));
    let pair = url.ok().and_then(|url| {
        let (_, value) = url.query_pairs().next()?;
        Some(value.into_owned())
    });
    pair.unwrap_or_default()
}

/// A secret as it is, as part of an address, of JSON and of XML, in hexadecimal, and inside of anything in base64.
fn forms(secret: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::from([secret.to_owned()]);
    forms.extend(in_addresses(secret));
    let json = serde_json::Value::from(secret).to_string();
    forms.insert(json[1..json.len() - 1].to_owned());
    forms.insert(json[1..json.len() - 1].replace('/', "\\/"));
    forms.insert(in_xml(secret));
    if secret.len() < SHORT {
        return forms;
    }
    forms.insert(written(secret, |hex, byte| write!(hex, "{byte:02x}")));
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend(secret.as_bytes());
        // Letters at both ends that hold bits of what stands beside it are left out.
        let (start, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        forms.insert(BASE64_STANDARD_NO_PAD.encode(&bytes)[start..end].to_owned());
        forms.insert(BASE64_URL_SAFE_NO_PAD.encode(&bytes)[start..end].to_owned());
    }
    forms
}

/// The ways in which programs write a text into an address.
fn in_addresses(text: &str) -> Vec<String> {
    let encoded = |plain: &'static [u8], upper: bool| {
        written(text, move |address, byte| {
            if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
                address.push(char::from(byte));
                Ok(())
            } else if upper {
                write!(address, "%{byte:02X}")
            } else {
                write!(address, "%{byte:02x}")
            }
        })
    };
    let mut ways = Vec::new();
    for plain in [&b"-._~"[..], b"-._~/", b"-._~!*'()", b"-._~/+=:@"] {
        for upper in [true, false] {
            let way = encoded(plain, upper);
            ways.push(way.replace("%20", "+"));
            ways.push(way);
        }
    }
    ways
}

fn in_xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

/// A text made of the bytes of another.
fn written(text: &str, put: impl Fn(&mut String, u8) -> std::fmt::Result) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        // Writing to a text cannot fail.
        let _ = put(&mut written, byte);
    }
    written
}

/// A text without a short secret, where that stands alone.
fn without_word(text: &str, word: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices(word) {
        let end = at + word.len();
        let before = text[..at].chars().next_back();
        let after = text[end..].chars().next();
        if !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric) {
            kept.push_str(&text[from..at]);
            kept.push_str(HIDDEN);
            from = end;
        }
    }
    kept.push_str(&text[from..]);
    kept
}

/// A text without the signatures that headers and addresses hold.
fn without_signatures(text: &str) -> String {
    let small = text.to_ascii_lowercase();
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(start) = behind_a_mark(&small, from) {
        let length = text[start..].find(ends_a_value);
        let end = length.map_or(text.len(), |length| start + length);
        kept.push_str(&text[from..start]);
        let value = &text[start..end];
        let is_word = value.len() < SIGNATURE;
        kept.push_str(if is_word { value } else { HIDDEN });
        from = end;
    }
    kept.push_str(&text[from..]);
    kept
}

/// Where the first value begins that may be a signature.
fn behind_a_mark(small: &str, from: usize) -> Option<usize> {
    let ends = MARKS.iter().filter_map(|mark| {
        let at = small[from..].find(mark)?;
        Some(from + at + mark.len())
    });
    ends.min()
}

fn ends_a_value(letter: char) -> bool {
    letter.is_whitespace() || "&,;\"'<>`".contains(letter)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use base64::prelude::BASE64_STANDARD;

    use super::*;

    fn redactor(secrets: &[&str]) -> Redactor {
        let named = secrets.iter().enumerate();
        let named = named.map(|(number, secret)| (number.to_string(), (*secret).to_owned()));
        Redactor::new(&Secret::new(named.collect::<BTreeMap<_, _>>()))
    }

    #[test]
    fn a_secret_is_taken_out_in_every_form() {
        let secret = "light/house+keeper 91&\"é\"";
        let redactor = redactor(&[secret]);
        for said in [
            secret.to_owned(),
            "light%2Fhouse%2Bkeeper%2091%26%22%C3%A9%22".to_owned(),
            "light%2fhouse%2bkeeper+91%26%22%c3%a9%22".to_owned(),
            "light/house%2Bkeeper%2091%26%22%C3%A9%22".to_owned(),
            "light/house+keeper 91&\\\"é\\\"".to_owned(),
            "light\\/house+keeper 91&\\\"é\\\"".to_owned(),
            "light/house+keeper 91&amp;&quot;é&quot;".to_owned(),
        ] {
            let told = redactor.text(&format!("no `{said}` here"));
            assert_eq!(told, "no `***` here", "{said}");
        }
        for before in ["", "a", "ab", "user:"] {
            let said = BASE64_STANDARD.encode(format!("{before}{secret}:more"));
            let told = redactor.text(&said);
            assert!(
                told.contains(HIDDEN) && told.len() < said.len() / 2,
                "{told}"
            );
        }
        assert_eq!(
            redactor.text("a light in the house"),
            "a light in the house"
        );
    }

    #[test]
    fn of_a_signature_that_grants_access_no_part_is_told() {
        let redactor = redactor(&["?sv=2024-11-04&sp=rw&sig=AbCd%2BefGh%3D"]);
        for said in ["sig=AbCd%2BefGh%3D", "AbCd+efGh=", "AbCd%2befGh%3d"] {
            let told = redactor.text(said);
            assert!(told.contains(HIDDEN) && !told.contains("efGh"), "{told}");
        }
        assert_eq!(
            redactor.text("sv=2024-11-04 is old"),
            "sv=2024-11-04 is old"
        );
    }

    #[test]
    fn signatures_of_requests_are_not_told_either() {
        let redactor = redactor(&[]);
        for (said, told) in [
            (
                "AWS4-HMAC-SHA256 Credential=A/b, Signature=0123456789abcdef0123, and more",
                "AWS4-HMAC-SHA256 Credential=A/b, Signature=***, and more",
            ),
            (
                "Authorization: SharedKey account:0123456789abcdef=",
                "Authorization: SharedKey ***",
            ),
            (
                "webhook-signature: v1,0123456789abcdef=",
                "webhook-signature: v1,***",
            ),
            (
                "Basic authentication is needed",
                "Basic authentication is needed",
            ),
            ("sig=short&é=1", "sig=short&é=1"),
        ] {
            assert_eq!(redactor.text(said), told);
        }
    }

    #[test]
    fn a_short_secret_is_one_where_it_stands_alone() {
        let redactor = redactor(&["no"]);
        assert_eq!(
            redactor.text("no, `no` is unknown"),
            "***, `***` is unknown"
        );
    }

    #[test]
    fn lines_of_a_key_are_secrets_and_what_frames_them_is_not() {
        let line = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU";
        let key = format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{line}\n-----END-----\n");
        let redactor = redactor(&[&key]);
        assert_eq!(redactor.text(&format!("not {line}")), "not ***");
        let frame = "-----BEGIN OPENSSH PRIVATE KEY----- is missing";
        assert_eq!(redactor.text(frame), frame);
    }

    #[test]
    fn a_long_text_is_cut_and_never_in_the_middle_of_a_secret() {
        let secret = "light-house-keeper";
        let redactor = redactor(&[secret]);
        let told = redactor.text(&format!("{}{secret}", "x".repeat(LONGEST - 5)));
        assert!(told.ends_with("xx***"), "{told}");
        let told = redactor.text(&"é".repeat(LONGEST + 1));
        assert_eq!(told.chars().count(), LONGEST + 1);

        let text = format!("the key is {secret}");
        for most in 0..text.len() {
            let kept = beginning(&text, most);
            assert!(
                kept.chars().count() <= most && !kept.contains("light"),
                "{kept}"
            );
        }
        assert_eq!(beginning(&text, text.len()), text);
        assert_eq!(beginning("one two", 3), "one");
    }

    #[test]
    fn nothing_is_left_of_an_error_but_its_meaning_and_clean_words() {
        let redactor = redactor(&["light-house-keeper"]);
        let source = || -> BoxError { "no such key: light-house-keeper".into() };
        let path = || "in/light-house-keeper".to_owned();
        let errors = [
            ConnectorError::NotFound { path: path() },
            ConnectorError::PermissionDenied { path: path() },
            ConnectorError::NoSpace { path: path() },
            ConnectorError::Collision { path: path() },
            ConnectorError::HostKey { found: path() },
            ConnectorError::invalid("region", path()),
            ConnectorError::Unavailable {
                action: path(),
                source: source(),
            },
            ConnectorError::Other {
                action: path(),
                source: source(),
            },
        ];
        for error in errors {
            let code = error.code();
            let clean = redactor.error(error);
            assert_eq!(clean.code(), code);
            let all = format!("{clean} {clean:?} {:?}", clean.args());
            assert!(all.contains(HIDDEN) && !all.contains("keeper"), "{all}");
        }
    }
}
