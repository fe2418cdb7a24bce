//! What was planted, in every form in which it may come up.

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Letters by which a form is looked up.
const START: usize = 8;

/// Secrets that were planted, each by its kind.
pub(super) struct Planted {
    forms: Vec<(&'static str, String)>,
    /// Whether a form begins with these two letters: of most places in a text nothing more is asked.
    begins: Vec<bool>,
    /// The forms that begin so.
    by_start: HashMap<Vec<u8>, Vec<usize>>,
}

impl Planted {
    pub(super) fn new() -> Self {
        Self {
            forms: Vec::new(),
            begins: vec![false; 1 << 16],
            by_start: HashMap::new(),
        }
    }

    /// Notes a secret that stands somewhere by now, and gives it back.
    pub(super) fn plant(&mut self, kind: &'static str, secret: &str) -> String {
        assert!(
            secret.len() >= 12,
            "{kind}: what is short is found by chance"
        );
        for form in forms(secret) {
            let start = form.as_bytes()[..START].to_vec();
            self.begins[pair(&start)] = true;
            self.by_start
                .entry(start)
                .or_default()
                .push(self.forms.len());
            self.forms.push((kind, form));
        }
        secret.to_owned()
    }

    pub(super) fn kinds(&self) -> BTreeSet<&'static str> {
        self.forms.iter().map(|(kind, _)| *kind).collect()
    }

    /// What of it stands in a text, but for what may stand there. Texts may be long: they are gone through once.
    pub(super) fn found(&self, place: &str, text: &str, but: &[&str]) -> BTreeSet<String> {
        let bytes = text.as_bytes();
        let mut found = BTreeSet::new();
        for (at, start) in bytes.windows(START).enumerate() {
            if !self.begins[pair(start)] {
                continue;
            }
            for &number in self.by_start.get(start).into_iter().flatten() {
                let (kind, form) = &self.forms[number];
                if !but.contains(kind) && bytes[at..].starts_with(form.as_bytes()) {
                    found.insert(format!("{kind}: `{form}` in {place}"));
                }
            }
        }
        found
    }
}

/// The first two letters as a number.
fn pair(start: &[u8]) -> usize {
    (usize::from(start[0]) << 8) | usize::from(start[1])
}

/// As it is, in hexadecimal, as part of an address, and inside of anything in base64.
fn forms(secret: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::from([secret.to_owned()]);
    forms.insert(secret.bytes().map(|byte| format!("{byte:02x}")).collect());
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded = |byte: u8| {
        if is_plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    forms.insert(secret.bytes().map(encoded).collect());
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend(secret.as_bytes());
        // Letters at both ends that hold bits of what stands beside it are left out.
        let (start, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        forms.insert(STANDARD_NO_PAD.encode(&bytes)[start..end].to_owned());
        forms.insert(URL_SAFE_NO_PAD.encode(&bytes)[start..end].to_owned());
    }
    forms
}

#[test]
fn a_secret_is_found_inside_of_what_was_encoded() {
    let mut planted = Planted::new();
    planted.plant("password", "lighthouse/keeper 91");
    let found = |text: &str| planted.found("here", text, &[]).len();
    for before in ["", "a", "ab", "user:"] {
        let text = format!("{before}lighthouse/keeper 91:and more");
        assert_eq!(found(&text), 1);
        assert_eq!(found(&STANDARD_NO_PAD.encode(&text)), 1, "{before}");
    }
    assert_eq!(found("lighthouse%2Fkeeper%2091"), 1);
    assert_eq!(found("a lighthouse and its keeper"), 0);
    let but = planted.found("here", "lighthouse/keeper 91", &["password"]);
    assert!(but.is_empty());
}
