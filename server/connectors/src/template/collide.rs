//! Whether two exports of one connection could ever write the same path.
//!
//! Templates become patterns over characters; two collide when some text matches both. What cannot
//! be known (how long a run's id is, which number a `-2` has) counts as possible.

use super::names::file_names;
use super::parse::{PathTemplate, TimeField, Token};

/// What decides an export's paths.
#[derive(Debug, Clone)]
pub struct PathScope<'a> {
    pub template: &'a PathTemplate,
    pub export_folder: &'a str,
    pub tables: &'a [String],
    /// [`formats::write::Format::extension`].
    pub extension: &'a str,
}

/// Symmetric, and never wrongly `false`. The same export folder always collides: it holds the
/// records and the manifest.
pub fn could_collide(one: &PathScope<'_>, other: &PathScope<'_>) -> bool {
    if one.export_folder.eq_ignore_ascii_case(other.export_folder) {
        return true;
    }
    let others = patterns(other);
    patterns(one)
        .iter()
        .any(|a| others.iter().any(|b| paths_meet(a, b)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Lower case: some file systems do not tell case apart.
    Is(char),
    Digit,
    Any,
}

impl Class {
    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) | (Self::Digit, Self::Digit) => true,
            (Self::Is(a), Self::Is(b)) => a == b,
            (Self::Is(c), Self::Digit) | (Self::Digit, Self::Is(c)) => c.is_ascii_digit(),
        }
    }
}

/// One character of a class, or one and more.
#[derive(Debug, Clone, Copy)]
struct Element {
    class: Class,
    repeats: bool,
}

type Pattern = Vec<Element>;

/// One list of component patterns per table, without and with a copy number.
fn patterns(scope: &PathScope<'_>) -> Vec<Vec<Pattern>> {
    let mut all = Vec::new();
    for table in file_names(scope.tables.iter().map(String::as_str)) {
        all.push(table_patterns(scope, &table, false));
        if scope.template.is_dated() {
            all.push(table_patterns(scope, &table, true));
        }
    }
    all
}

fn table_patterns(scope: &PathScope<'_>, table: &str, numbered: bool) -> Vec<Pattern> {
    let components = &scope.template.components;
    let dated = scope.template.dated_component().filter(|_| numbered);
    let mut patterns = Vec::with_capacity(components.len());
    for (index, tokens) in components.iter().enumerate() {
        let mut pattern = Pattern::new();
        for token in tokens {
            match token {
                Token::Literal(text) => literal(&mut pattern, text),
                Token::Export => literal(&mut pattern, scope.export_folder),
                Token::Table => literal(&mut pattern, table),
                Token::Part => pattern.push(Element {
                    class: Class::Digit,
                    repeats: true,
                }),
                Token::Run => pattern.push(Element {
                    class: Class::Any,
                    repeats: true,
                }),
                Token::Time(field) => digits(&mut pattern, *field),
            }
        }
        if dated == Some(index) {
            literal(&mut pattern, "-");
            pattern.push(Element {
                class: Class::Digit,
                repeats: true,
            });
        }
        if index + 1 == components.len() {
            literal(&mut pattern, ".");
            literal(&mut pattern, scope.extension);
        }
        patterns.push(pattern);
    }
    patterns
}

fn literal(pattern: &mut Pattern, text: &str) {
    let lower = text.chars().flat_map(char::to_lowercase);
    pattern.extend(lower.map(|c| Element {
        class: Class::Is(c),
        repeats: false,
    }));
}

fn digits(pattern: &mut Pattern, field: TimeField) {
    let count = match field {
        TimeField::Year => 4,
        TimeField::HourMinuteSecond => 6,
        _ => 2,
    };
    pattern.extend(std::iter::repeat_n(
        Element {
            class: Class::Digit,
            repeats: false,
        },
        count,
    ));
}

/// A path that is the beginning of another collides too: it would be a file and a folder.
fn paths_meet(one: &[Pattern], other: &[Pattern]) -> bool {
    one.iter().zip(other).all(|(a, b)| meet(a, b))
}

/// Whether some text matches both: a walk over the pairs of positions that both can reach together.
fn meet(one: &Pattern, other: &Pattern) -> bool {
    let width = other.len() + 1;
    let mut reachable = vec![false; (one.len() + 1) * width];
    reachable[0] = true;
    for i in 0..one.len() {
        for j in 0..other.len() {
            let (a, b) = (one[i], other[j]);
            if !reachable[i * width + j] || !a.class.meets(b.class) {
                continue;
            }
            reachable[(i + 1) * width + j + 1] = true;
            if a.repeats {
                reachable[i * width + j + 1] = true;
            }
            if b.repeats {
                reachable[(i + 1) * width + j] = true;
            }
        }
    }
    reachable[one.len() * width + other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::expand::{Instant, Place};
    use proptest::prelude::*;

    fn collide(one: (&str, &str, &str), other: (&str, &str, &str)) -> bool {
        let templates = [one.1, other.1].map(|text| text.parse::<PathTemplate>().unwrap());
        let tables = [one.2, other.2].map(|table| vec![table.to_owned()]);
        let scope = |index: usize, folder| PathScope {
            template: &templates[index],
            export_folder: folder,
            tables: &tables[index],
            extension: "csv",
        };
        let (a, b) = (scope(0, one.0), scope(1, other.0));
        assert_eq!(could_collide(&a, &b), could_collide(&b, &a));
        could_collide(&a, &b)
    }

    #[test]
    fn exports_in_folders_of_their_own_do_not_collide() {
        let template = PathTemplate::DEFAULT;
        assert!(!collide(("a", template, "t"), ("b", template, "t")));
        assert!(collide(("a", template, "t"), ("A", "{export}/x", "u")));
    }

    #[test]
    fn templates_that_can_spell_the_same_path_collide() {
        assert!(collide(
            ("a", "{table}.csv", "t"),
            ("b", "{table}.csv", "T")
        ));
        assert!(!collide(
            ("a", "{table}.csv", "t"),
            ("b", "{table}.csv", "u")
        ));
        assert!(collide(
            ("a", "{yyyy}.csv", "t"),
            ("b", "{HH}{mm}.csv", "t")
        ));
        assert!(!collide(("a", "{yyyy}.csv", "t"), ("b", "{MM}.csv", "t")));
        assert!(collide(
            ("a", "x_{part}.csv", "t"),
            ("b", "x_{HHmmss}.csv", "t")
        ));
        assert!(collide(
            ("a", "{run}.csv", "t"),
            ("b", "{table}.csv", "anything")
        ));
        assert!(collide(("a", "{yyyy}.csv", "t"), ("b", "2026-2.csv", "t")));
        assert!(!collide(
            ("a", "b/{table}.csv", "t"),
            ("b", "{export}/x{table}.csv", "t")
        ));
    }

    #[test]
    fn a_file_where_another_has_a_folder_collides() {
        assert!(collide(("a", "x.csv", "t"), ("b", "x.csv/y", "t")));
        assert!(!collide(("a", "x", "t"), ("b", "x/y", "t")));
    }

    const PIECES: [&str; 12] = [
        "{table}", "_{part}", "{yyyy}", "{MM}", "{run}", "{export}", "{HHmmss}", "_", "a", "2026",
        "x/", "b/",
    ];

    fn template() -> impl Strategy<Value = PathTemplate> {
        prop::collection::vec(prop::sample::select(PIECES.to_vec()), 1..5)
            .prop_filter_map("a valid template", |pieces| pieces.concat().parse().ok())
    }

    proptest! {
        /// Two exports that really write one path are always found.
        #[test]
        fn equal_paths_are_never_overlooked(
            one in template(), other in template(), copies in (1_u32..3, 1_u32..3),
            instants in (0_i64..4_000_000_000, 0_i64..4_000_000_000),
        ) {
            let tables = [vec!["a".to_owned(), "x_a".to_owned()], vec!["a".to_owned(), "2026".to_owned()]];
            let paths = |template: &PathTemplate, tables: &[String], folder: &str, copy, second: i64| {
                tables.iter().map(|table| {
                    let instant = Instant::new(second * 1_000_000, 0).unwrap();
                    let place = Place {
                        export_folder: folder, table, run_id: "a_2026", instant, extension: "csv", copy,
                    };
                    template.path(&place).replace("{part}", "2026")
                }).collect::<Vec<_>>()
            };
            let first = paths(&one, &tables[0], "a", copies.0, instants.0);
            let second = paths(&other, &tables[1], "b", copies.1, instants.1);
            if first.iter().any(|path| second.contains(path)) {
                let scope = |template, tables, export_folder| {
                    PathScope { template, export_folder, tables, extension: "csv" }
                };
                prop_assert!(could_collide(&scope(&one, &tables[0], "a"), &scope(&other, &tables[1], "b")));
            }
        }
    }
}
