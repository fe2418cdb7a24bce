//! The languages people may read, and which of them a page speaks.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A language that every text exists in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English, the language of whoever asks for neither.
    #[default]
    #[serde(rename = "en")]
    English,
    /// French.
    #[serde(rename = "fr")]
    French,
}

impl Language {
    /// All languages, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::English, Self::French];

    /// The code of ISO 639-1: the `lang` attribute, the cookie, the stored preference.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// The name of the language in itself, for the menu that changes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    /// Reads a code as [`Self::code`] writes it, or a regional variant of it (`fr-CA`).
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next().unwrap_or(code).trim();
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// Chooses from an `Accept-Language` header (RFC 9110 §12.5.4): the offered language with the
    /// highest weight, the first named of equals, else English.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best: Option<(Self, u16)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Self::from_code) else {
                continue;
            };
            let weight = parts.find_map(weight_in_thousandths).unwrap_or(1000);
            if weight > 0 && best.is_none_or(|(_, highest)| weight > highest) {
                best = Some((language, weight));
            }
        }
        best.map_or_else(Self::default, |(language, _)| language)
    }

    /// The language the server wrote into `<html lang>`: what the browser side must use, since
    /// anything else would differ from the text that is already there.
    #[cfg(feature = "hydrate")]
    pub fn of_document() -> Self {
        document()
            .document_element()
            .and_then(|root| root.get_attribute("lang"))
            .and_then(|code| Self::from_code(&code))
            .unwrap_or_default()
    }
}

/// Reads a `q=0.8` parameter; one that cannot be read counts for nothing rather than for all.
fn weight_in_thousandths(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let thousandths = format!("{fraction:0<3}").get(..3).map(str::parse::<u16>);
    let weight = match (whole.parse::<u16>(), thousandths) {
        (Ok(whole), Some(Ok(thousandths))) => {
            whole.saturating_mul(1000).saturating_add(thousandths)
        }
        _ => 0,
    };
    Some(weight.min(1000))
}

/// Says which language the components below speak. Called once, by the root of the app.
pub fn provide_language(language: Language) {
    provide_context(language);
}

/// The language of this page; English where nobody provided one (tests, the gallery).
pub fn use_language() -> Language {
    use_context().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Language::{self, English, French};

    #[test]
    fn codes_are_read_back_with_and_without_region() {
        for language in Language::ALL {
            assert_eq!(Language::from_code(language.code()), Some(language));
        }
        assert_eq!(Language::from_code("FR-ca"), Some(French));
        assert_eq!(Language::from_code("de"), None);
    }

    #[test]
    fn the_browser_s_highest_weight_wins_and_unknown_languages_do_not_count() {
        for (header, expected) in [
            ("fr-FR,fr;q=0.9,en;q=0.8", French),
            ("de, fr;q=0.5, en;q=0.7", English),
            ("en;q=0.4, fr;q=0.45", French),
            ("fr;q=0, en;q=0.1", English),
            ("fr;q=banana, en;q=0.1", English),
            ("de-DE", English),
            ("", English),
        ] {
            assert_eq!(Language::from_accept_language(header), expected, "{header}");
        }
    }
}
