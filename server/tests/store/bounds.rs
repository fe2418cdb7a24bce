//! The SQL keeps inside what both databases understand (architecture page, "Store").

use std::fs;
use std::path::{Path, PathBuf};

/// Words that no statement may have.
const WORDS: &[&str] = &[
    "ILIKE",
    "CURRENT_TIMESTAMP",
    "AUTOINCREMENT",
    "SERIAL",
    "BIGSERIAL",
    "BOOLEAN",
    "BOOL",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "DATE",
    "TIME",
    "JSON",
    "JSONB",
    "VARCHAR",
    "CHAR",
    "INTEGER",
    "INT",
    "REAL",
    "FLOAT",
    "BLOB",
    "BYTEA",
    "NUMERIC",
    "DECIMAL",
    "UUID",
    "ARRAY",
    "REPLACE",
    "STRICT",
    "ROWID",
    "TRUE",
    "FALSE",
];
/// Signs that no statement may have.
const SIGNS: &[&str] = &["::", "NOW()", "LAST_INSERT", "INSERT OR", "?"];

/// A statement, or a part of one, with the file it is in.
struct Sql {
    path: String,
    text: String,
}

impl Sql {
    fn words(&self) -> Vec<String> {
        without_texts(&self.text)
            .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
            .map(str::to_uppercase)
            .collect()
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
    {
        if entry.is_dir() {
            files(&entry, found);
        } else {
            found.push(entry);
        }
    }
}

/// Without the texts inside: what is written there is the data's own business.
fn without_texts(sql: &str) -> String {
    sql.split('\'').step_by(2).collect::<Vec<_>>().join("''")
}

fn without_comments(text: &str, comment: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split(comment).next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The literals of Rust code that are SQL: what is between quotes and has a word in capitals of it.
fn literals(code: &str) -> Vec<String> {
    const MARKS: &[&str] = &[
        "SELECT", "INSERT", "UPDATE", "DELETE", "WHERE", "AND", "ORDER BY", "CASE",
    ];
    let code = without_comments(code, "//")
        .replace("\\\"", "")
        .replace("'\"'", "");
    let inside = code.split('"').skip(1).step_by(2);
    inside
        .filter(|literal| MARKS.iter().any(|mark| literal.contains(mark)))
        .map(str::to_owned)
        .collect()
}

fn all() -> Vec<Sql> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    files(&root.join("migrations"), &mut found);
    files(&root.join("src/store"), &mut found);
    found.sort();
    let mut all = Vec::new();
    for path in found {
        let text = fs::read_to_string(&path).expect("text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let parts = if path.extension().is_some_and(|extension| extension == "sql") {
            vec![without_comments(code, "--")]
        } else {
            literals(code)
        };
        let path = path.display().to_string();
        all.extend(parts.into_iter().map(|text| Sql {
            path: path.clone(),
            text,
        }));
    }
    assert!(all.len() > 100, "the statements are where they were");
    all
}

#[test]
fn nothing_is_written_that_only_one_database_understands() {
    for sql in all() {
        // Settings and statements of one database are in one place, and are not portable by design.
        if sql.path.ends_with("store/mod.rs") {
            continue;
        }
        for word in sql.words() {
            assert!(
                !WORDS.contains(&word.as_str()),
                "{} has `{word}`: {}",
                sql.path,
                sql.text
            );
        }
        for sign in SIGNS {
            assert!(
                !sql.text.to_uppercase().contains(sign),
                "{} has `{sign}`: {}",
                sql.path,
                sql.text
            );
        }
        assert!(
            !sql.words().iter().any(|word| word == "SUM")
                || sql.text.contains("CAST(COALESCE(SUM("),
            "{} sums without a cast: {}",
            sql.path,
            sql.text,
        );
    }
}

#[test]
fn statements_are_literals() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut found = Vec::new();
    files(&root, &mut found);
    // A backup copies tables of any schema: there, columns are asked of the database itself.
    let copies = root.join("copy");
    // Only tests have it: it asks for the plans of such statements.
    let plans = root.join("planning.rs");
    let all = found.into_iter();
    for path in all.filter(|path| !path.starts_with(&copies) && *path != plans) {
        let text = fs::read_to_string(&path).expect("text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for made in ["QueryBuilder", "AssertSqlSafe"] {
            assert!(
                !code.contains(made),
                "{} makes statements while running: {made}",
                path.display()
            );
        }
    }
}

#[test]
fn columns_have_one_of_the_three_types() {
    let mut columns = 0;
    for sql in all().into_iter().filter(|sql| is_migration(&sql.path)) {
        let mut inside = false;
        for line in sql.text.lines().map(str::trim) {
            let constraint = ["PRIMARY", "UNIQUE", "CHECK"]
                .iter()
                .any(|word| line.starts_with(word));
            if line.starts_with("CREATE TABLE") {
                inside = true;
            } else if line.starts_with(')') {
                inside = false;
            } else if inside && !line.is_empty() && !constraint {
                let kind = line
                    .split_whitespace()
                    .nth(1)
                    .unwrap_or_default()
                    .trim_end_matches(',');
                assert!(
                    ["TEXT", "BIGINT", "DOUBLE"].contains(&kind),
                    "{}: {line}",
                    sql.path
                );
                columns += 1;
            }
        }
    }
    assert!(columns > 100, "the columns are where they were");
}

#[test]
fn text_that_is_a_key_is_compared_by_its_bytes() {
    for sql in all().into_iter().filter(|sql| is_migration(&sql.path)) {
        for line in sql.text.lines().filter(|line| line.contains(" TEXT")) {
            let key = ["PRIMARY KEY", "_fold", "REFERENCES", "UNIQUE", "_id "]
                .iter()
                .any(|mark| line.contains(mark));
            assert!(
                !key || line.contains("COLLATE \"binary\""),
                "{}: {line}",
                sql.path
            );
        }
    }
}

#[test]
fn literals_are_told_from_code() {
    let found = literals(
        "fn now() { let a = \"SELECT 1 WHERE x\"; /* b */ } // \"SELECT now()\"\n let c = \"name\";",
    );
    assert_eq!(found, ["SELECT 1 WHERE x"]);
}

fn is_migration(path: impl AsRef<std::path::Path>) -> bool {
    path.as_ref()
        .extension()
        .is_some_and(|extension| extension == "sql")
}
