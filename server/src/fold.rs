//! Text as it is compared, sorted and searched: without case and accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in compatibility decomposition, without combining marks, in lower case; `ß`, `œ`, `æ`
/// and `ø` become what people type for them. Runs of blanks become one.
///
/// Folding what is folded changes nothing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let plain = text
        .nfkd()
        .filter(|character| !is_combining_mark(*character));
    // Lower case may bring marks of its own (İ), and marks may stand in between: once more.
    let lower = plain
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|character| !is_combining_mark(*character));
    for character in lower {
        match character {
            'ß' => folded.push_str("ss"),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ø' => folded.push('o'),
            blank if blank.is_whitespace() => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            other => folded.push(other),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_accents_and_ligatures_do_not_count() {
        for (text, folded) in [
            ("Été à Nîmes", "ete a nimes"),
            ("Straße", "strasse"),
            ("CŒUR", "coeur"),
            ("Ærø", "aero"),
            ("ﬁn de série", "fin de serie"),
            ("  a \u{00a0} b\t", "a b"),
            ("İstanbul", "istanbul"),
            ("日本語 🚚", "日本語 🚚"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
