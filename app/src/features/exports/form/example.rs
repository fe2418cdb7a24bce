//! What a path template becomes, for people to see while they type. The server decides; an example
//! that it would refuse is shown as it is, and the error says why.

/// Endings that the chosen format replaces.
const ENDINGS: [&str; 9] = [
    ".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson", ".json", ".gz", ".zst",
];
/// As long as a folder may be.
const LONGEST_FOLDER: usize = 60;

/// What the placeholders of the example stand for.
pub(super) struct Example<'a> {
    pub(super) folder: &'a str,
    pub(super) table: &'a str,
    pub(super) extension: &'a str,
}

/// The path that a first delivery would write.
pub(super) fn expand(template: &str, example: &Example<'_>) -> String {
    let mut path = without_ending(template.trim()).to_owned();
    for (placeholder, value) in [
        ("{yyyy}", "2026"),
        ("{MM}", "11"),
        ("{dd}", "23"),
        ("{HHmmss}", "060000"),
        ("{HH}", "06"),
        ("{mm}", "00"),
        ("{ss}", "00"),
        ("{part}", "1"),
        ("{run}", "019ab3c4-5d6e-7f80-91a2-b3c4d5e6f708"),
        ("{table}", &file_name(example.table)),
        ("{export}", example.folder),
    ] {
        path = path.replace(placeholder, value);
    }
    format!("{path}.{}", example.extension)
}

/// Whether each delivery writes a path of its own.
pub(super) fn is_dated(template: &str) -> bool {
    [
        "{yyyy}", "{MM}", "{dd}", "{HH}", "{mm}", "{ss}", "{HHmmss}", "{run}",
    ]
    .iter()
    .any(|placeholder| template.contains(placeholder))
}

fn without_ending(template: &str) -> &str {
    let mut rest = template;
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| rest.strip_suffix(ending)) {
        rest = shorter;
    }
    rest
}

/// A table's name in a path.
fn file_name(table: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || "_-.".contains(c) {
            c
        } else {
            '_'
        }
    };
    plain(table)
        .chars()
        .map(safe)
        .collect::<String>()
        .trim_start_matches(['.', '_'])
        .to_owned()
}

/// The folder that the server makes from a name when none is given: ASCII, lower case, words joined
/// by `-`.
pub(super) fn folder_name(name: &str) -> String {
    let mut folder = String::new();
    for c in plain(name).chars() {
        if c.is_ascii_alphanumeric() {
            folder.push(c.to_ascii_lowercase());
        } else if !folder.is_empty() && !folder.ends_with('-') {
            folder.push('-');
        }
    }
    folder.truncate(LONGEST_FOLDER);
    let folder = folder.trim_end_matches('-');
    if folder.is_empty() {
        "export".to_owned()
    } else {
        folder.to_owned()
    }
}

/// Without the accents of Western European names. The server knows all of Unicode.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'à'..='å' => plain.push('a'),
            'À'..='Å' => plain.push('A'),
            'ç' => plain.push('c'),
            'Ç' => plain.push('C'),
            'è'..='ë' => plain.push('e'),
            'È'..='Ë' => plain.push('E'),
            'ì'..='ï' => plain.push('i'),
            'Ì'..='Ï' => plain.push('I'),
            'ñ' => plain.push('n'),
            'Ñ' => plain.push('N'),
            'ò'..='ö' | 'ø' => plain.push('o'),
            'Ò'..='Ö' | 'Ø' => plain.push('O'),
            'ù'..='ü' => plain.push('u'),
            'Ù'..='Ü' => plain.push('U'),
            'ý' | 'ÿ' => plain.push('y'),
            'œ' => plain.push_str("oe"),
            'Œ' => plain.push_str("OE"),
            'æ' => plain.push_str("ae"),
            'Æ' => plain.push_str("AE"),
            'ß' => plain.push_str("ss"),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DEFAULT_TEMPLATE;

    const EXAMPLE: Example<'_> = Example {
        folder: "loyalty",
        table: "Cartes fidélité",
        extension: "csv.gz",
    };

    #[test]
    fn the_usual_path_ends_as_the_format_does() {
        assert_eq!(
            expand(DEFAULT_TEMPLATE, &EXAMPLE),
            "loyalty/2026/11/23/060000/Cartes_fidelite_1.csv.gz",
        );
        assert_eq!(expand("{table}", &EXAMPLE), "Cartes_fidelite.csv.gz");
        assert_eq!(expand("out.csv.gz", &EXAMPLE), "out.csv.gz");
    }

    #[test]
    fn a_path_without_date_is_told_apart() {
        assert!(is_dated(DEFAULT_TEMPLATE));
        assert!(is_dated("{table}-{run}"));
        assert!(!is_dated("{export}/{table}_{part}.csv"));
    }

    #[test]
    fn folders_are_made_as_the_server_makes_them() {
        assert_eq!(
            folder_name("Clients français – été 2026"),
            "clients-francais-ete-2026"
        );
        assert_eq!(folder_name("Œuvres & Cœurs"), "oeuvres-coeurs");
        assert_eq!(folder_name("顧客"), "export");
        assert_eq!(folder_name(&"é".repeat(200)).len(), LONGEST_FOLDER);
    }
}
