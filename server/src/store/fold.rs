//! What a search finds: the patterns of its words, folded.

pub use crate::fold::fold;

/// Most words of a search that count. Of more, the longest.
pub(super) const WORDS: usize = 8;
/// Most characters of a word that count: more than any text has that is searched. SQLite compares no pattern above 50,000 bytes.
const LETTERS: usize = 1000;

/// The patterns for `LIKE … ESCAPE '!'` that find every word of a search; those left over match
/// all.
pub(super) fn patterns(search: &str) -> [String; WORDS] {
    let folded = fold(search);
    let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    std::array::from_fn(|place| match words.get(place) {
        Some(word) => pattern(word),
        None => "%".to_owned(),
    })
}

fn pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    // PostgreSQL refuses U+0000 in a value; no stored text has it.
    let characters = word.chars().filter(|character| *character != '\0');
    for character in characters.take(LETTERS) {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wild_cards_of_a_search_stand_for_themselves() {
        let patterns = patterns("50% a_b !");
        assert_eq!(patterns[0], "%50!%%");
        assert_eq!(patterns[1], "%a!_b%");
        assert_eq!(patterns[2], "%!!%");
        assert_eq!(patterns[3], "%");
    }
}
