//! What an archive has inside: a tar that is compressed with Zstandard, so that it can be looked into without us.
//!
//! ```text
//! manifest.json                     what it is, first
//! lake.json                         which snapshots there are, with their files
//! tables/NNN-name/00000.jsonl …     rows, each an array in the order of the columns
//! index.json                        last: columns, and the sum of every entry; without it the archive was cut off
//! ```

use app::domain::Micros;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The format that is written, and the newest that is read.
pub const FORMAT: u32 = 1;
/// The oldest schema that is restored: that of the first release.
pub(super) const OLDEST: i64 = 14;
/// Name of the first entry.
pub(super) const MANIFEST: &str = "manifest.json";
/// Name of the entry about the lake.
pub(super) const LAKE: &str = "lake.json";
/// Name of the last entry.
pub(super) const INDEX: &str = "index.json";
/// Bytes of an entry of rows, at which the next one begins.
pub(super) const ENTRY: usize = 4 << 20;
/// Most bytes of an entry: one row may be long.
pub(super) const MOST: u64 = 1 << 30;

/// What an archive is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// Version of the program that made it.
    pub program: String,
    pub schema_version: i64,
    pub readable_from: i64,
    /// `sqlite` or `postgres`; it goes into either.
    pub database: String,
    /// Microseconds since 1970.
    pub taken_at: Micros,
    /// None: no server has opened a lake yet.
    pub lake_id: Option<String>,
    /// Keys that open the sealed secrets.
    pub key_ids: Vec<String>,
}

/// Which files the lake has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LakeList {
    pub(super) id: Option<String>,
    pub(super) snapshots: Vec<LakeSnapshot>,
}

/// A snapshot in the lake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LakeSnapshot {
    pub(super) id: String,
    /// Its folder, relative to the lake.
    pub(super) path: String,
    /// Its files: `path` in that folder, `bytes`, `rows`.
    pub(super) files: Value,
}

/// What an archive must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub tables: Vec<TableIndex>,
    pub entries: Vec<EntryIndex>,
    /// Of all tables.
    pub rows: u64,
}

/// A table of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableIndex {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: u64,
}

/// An entry of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryIndex {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

impl EntryIndex {
    /// Of an entry with these bytes.
    pub(super) fn of(path: &str, bytes: &[u8]) -> Self {
        Self {
            path: path.to_owned(),
            bytes: bytes.len() as u64,
            sha256: format!("{:x}", Sha256::digest(bytes)),
        }
    }
}

/// Path of an entry with rows.
pub(super) fn rows_path(place: usize, table: &str, number: usize) -> String {
    format!("tables/{place:03}-{table}/{number:05}.jsonl")
}

/// The table of an entry with rows.
pub(super) fn table_of(path: &str) -> Option<&str> {
    let (folder, file) = path.strip_prefix("tables/")?.split_once('/')?;
    let (place, table) = folder.split_once('-')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_right = is_number(place) && file.strip_suffix(".jsonl").is_some_and(is_number);
    is_right.then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_its_table() {
        let path = rows_path(7, "run_items", 12);
        assert_eq!(path, "tables/007-run_items/00012.jsonl");
        assert_eq!(table_of(&path), Some("run_items"));
        for wrong in [
            "manifest.json",
            "tables/runs/00000.jsonl",
            "tables/a-runs/00000.jsonl",
            "tables/001-runs/x.jsonl",
            "tables/001-runs/00000.csv",
            "tables/001-runs/../00000.jsonl",
        ] {
            assert_eq!(table_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_entry_has_a_sum() {
        let entry = EntryIndex::of("a", b"abc");
        assert_eq!(entry.bytes, 3);
        assert!(entry.sha256.starts_with("ba7816bf8f01cfea414140de5dae2223"));
    }
}
