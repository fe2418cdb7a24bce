//! What French typography asks of every text: checked, so that nobody has to remember it.

/// Fails if a French text has a straight apostrophe, or lacks the no-break space before `: ; ? ! %`
/// or inside « ». Placeholders and times (`06:12`) are left alone.
pub(crate) fn check(name: &str, text: &str) {
    let characters: Vec<char> = without_placeholders(text).chars().collect();
    for (index, &character) in characters.iter().enumerate() {
        let before = index
            .checked_sub(1)
            .and_then(|at| characters.get(at))
            .copied();
        let after = characters.get(index + 1).copied();
        assert!(character != '\'', "{name}: use ’ in `{text}`");
        match character {
            ':' | ';' | '?' | '!' | '%' => {
                let inside_a_time = before.is_some_and(|c| c.is_ascii_digit())
                    && after.is_some_and(|c| c.is_ascii_digit());
                let in_an_address = character == ':' && after == Some('/');
                assert!(
                    inside_a_time || in_an_address || before.is_some_and(is_no_break_space),
                    "{name}: a no-break space goes before {character} in `{text}`"
                );
            }
            '«' => assert!(
                after.is_some_and(is_no_break_space),
                "{name}: a no-break space goes after « in `{text}`"
            ),
            '»' => assert!(
                before.is_some_and(is_no_break_space),
                "{name}: a no-break space goes before » in `{text}`"
            ),
            _ => {}
        }
    }
}

fn is_no_break_space(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{202f}')
}

/// Every `{…}` becomes one letter, so that what stands around it is still seen.
fn without_placeholders(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut depth = 0_u32;
    for character in text.chars() {
        match character {
            '{' => {
                depth += 1;
                plain.push('x');
            }
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn good_french_passes() {
        for text in [
            "Enregistrer l’exportation\u{a0}?",
            "À 06:12 (2 sur 5)",
            "«\u{a0}{name}\u{a0}» est en pause\u{a0}: {reason:>3}",
        ] {
            check("good", text);
        }
    }

    #[test]
    #[should_panic(expected = "no-break space")]
    fn a_plain_space_before_a_question_mark_is_found() {
        check("bad", "Supprimer ?");
    }

    #[test]
    #[should_panic(expected = "use ’")]
    fn a_straight_apostrophe_is_found() {
        check("bad", "l'exportation");
    }
}
