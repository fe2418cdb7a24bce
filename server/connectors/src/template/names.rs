//! Names of exports and tables as names of folders and files.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::parse::RESERVED;

/// Most characters of an export's folder name.
pub const LONGEST_FOLDER: usize = 64;
/// Most of one that is made from a name: what is left is for a number behind it.
const LONGEST_MADE: usize = 60;
const LONGEST_FILE: usize = 120;

/// The folder of an export, made once from its name: ASCII, lower case, words joined by `-`. Never
/// empty.
pub fn folder_name(export_name: &str) -> String {
    slug(export_name, LONGEST_MADE)
}

fn slug(export_name: &str, most: usize) -> String {
    let mut folder = String::new();
    for c in folded(export_name).chars() {
        if c.is_ascii_alphanumeric() {
            folder.push(c.to_ascii_lowercase());
        } else if !folder.is_empty() && !folder.ends_with('-') {
            folder.push('-');
        }
    }
    folder.truncate(most);
    let folder = folder.trim_end_matches('-');
    if folder.is_empty() {
        "export".to_owned()
    } else {
        folder.to_owned()
    }
}

/// Whether a text can be an export's folder: the one rule, for saving and for running. A slug cannot hide, climb, stand
/// for a file, or be a name that publishing uses.
pub fn is_folder_name(text: &str) -> bool {
    slug(text, LONGEST_FOLDER) == text
}

/// The names of an export's tables in paths: ASCII letters, digits, `_`, `-` and `.`, different
/// from each other in any case, never hidden, never a name that publishing uses. Same tables in the
/// same order, same names.
pub fn file_names<'a>(tables: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken: BTreeSet<String> = RESERVED.iter().map(|name| (*name).to_owned()).collect();
    let mut names = Vec::new();
    for table in tables {
        let base = file_name(table);
        let mut name = base.clone();
        let mut number = 2;
        while !taken.insert(name.to_ascii_lowercase()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

fn file_name(table: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') {
            c
        } else {
            '_'
        }
    };
    let name: String = folded(table).chars().map(safe).collect();
    // Names that start with `.` or `_` are hidden from most readers of folders.
    let mut name = name.trim_start_matches(['.', '_']).to_owned();
    name.truncate(LONGEST_FILE);
    let name = name.trim_end_matches('.');
    if name.is_empty() {
        "table".to_owned()
    } else {
        name.to_owned()
    }
}

/// Accents away, and the letters that Unicode does not decompose.
fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'œ' => plain.push_str("oe"),
            'Œ' => plain.push_str("OE"),
            'æ' => plain.push_str("ae"),
            'Æ' => plain.push_str("AE"),
            'ß' => plain.push_str("ss"),
            'ø' => plain.push('o'),
            'Ø' => plain.push('O'),
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            'đ' => plain.push('d'),
            'Đ' => plain.push('D'),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_exports_folder_is_a_plain_slug() {
        assert_eq!(
            folder_name("Clients français – été 2026"),
            "clients-francais-ete-2026"
        );
        assert_eq!(folder_name("Œuvres & Cœurs"), "oeuvres-coeurs");
        assert_eq!(folder_name("../../etc/passwd"), "etc-passwd");
        assert_eq!(folder_name("顧客"), "export");
        assert_eq!(folder_name(""), "export");
        assert_eq!(folder_name(&"é".repeat(200)).len(), LONGEST_MADE);
    }

    #[test]
    fn only_a_slug_is_a_folder() {
        for right in ["a", "2026", "loyalty-2026"] {
            assert!(is_folder_name(right), "{right}");
        }
        for wrong in [
            "",
            ".",
            "..",
            ".hidden",
            "_runs",
            ".waybill",
            "manifest.json",
            "a_b",
            "a.b",
            "A",
            "-a",
            "a-",
            "a--b",
            "a/b",
            "a b",
            "é",
        ] {
            assert!(!is_folder_name(wrong), "{wrong}");
        }
        assert!(is_folder_name(&"a".repeat(LONGEST_FOLDER)));
        assert!(!is_folder_name(&"a".repeat(LONGEST_FOLDER + 1)));
    }

    #[test]
    fn table_names_stay_apart_in_any_case() {
        let names = file_names([
            "Orders", "orders", "ORDERS", "a/b", "a\\b", "évé", "_runs", ".x", "顧客", "",
        ]);
        assert_eq!(
            names,
            [
                "Orders", "orders_2", "ORDERS_3", "a_b", "a_b_2", "eve", "runs", "x", "table",
                "table_2"
            ]
        );
        assert_eq!(file_names(["manifest.json"]), ["manifest.json_2"]);
        assert_eq!(
            file_names(["orders", "orders", "orders_2"]),
            ["orders", "orders_2", "orders_2_2"]
        );
    }

    proptest! {
        #[test]
        fn file_names_are_safe_and_different(tables in prop::collection::vec(".{0,12}", 0..8)) {
            let names = file_names(tables.iter().map(String::as_str));
            prop_assert_eq!(names.len(), tables.len());
            let folded: BTreeSet<_> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
            prop_assert_eq!(folded.len(), names.len());
            for name in names {
                prop_assert!(!name.is_empty() && !name.starts_with(['.', '_']) && name.len() < 140);
                prop_assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)));
            }
        }

        #[test]
        fn folder_names_are_safe(name in ".{0,80}") {
            let folder = folder_name(&name);
            prop_assert!(is_folder_name(&folder));
            prop_assert!(!folder.is_empty() && folder.len() <= LONGEST_MADE);
            prop_assert!(folder.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        }
    }
}
