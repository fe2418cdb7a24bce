//! What a source offers: tables made of files, and what stands in the way of others.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use formats::Compression;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    Csv,
    Parquet,
    Jsonl,
}

impl FileFormat {
    /// Table name, format and compression from a file's name; `None` for what is not read.
    pub(crate) fn of_name(file_name: &str) -> Option<(&str, Self, Compression)> {
        let (unpacked, compression) = Compression::split_name(file_name);
        let (stem, extension) = unpacked.rsplit_once('.')?;
        let format = match extension.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Self::Csv,
            "jsonl" | "ndjson" => Self::Jsonl,
            // Parquet is compressed inside.
            "parquet" if compression == Compression::None => Self::Parquet,
            _ => return None,
        };
        (!stem.is_empty()).then_some((stem, format, compression))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the source, with `/`.
    pub path: String,
    pub bytes: u64,
    pub modified_us: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTable {
    pub name: String,
    pub format: FileFormat,
    /// As the first file's name tells it; reading goes by each file's content.
    pub compression: Compression,
    /// Sorted by path, at least one.
    pub files: Vec<SourceFile>,
    /// Changes when a name, a size or a time of change does.
    pub fingerprint: String,
}

impl FoundTable {
    pub(crate) fn new(
        name: String,
        format: FileFormat,
        compression: Compression,
        files: Vec<SourceFile>,
    ) -> Self {
        let mut hash = Sha256::new();
        for file in &files {
            hash.update((file.path.len() as u64).to_le_bytes());
            hash.update(file.path.as_bytes());
            hash.update(file.bytes.to_le_bytes());
            hash.update(file.modified_us.to_le_bytes());
        }
        let fingerprint = hash
            .finalize()
            .iter()
            .fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            });
        Self {
            name,
            format,
            compression,
            files,
            fingerprint,
        }
    }

    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Parts of one folder have different formats.
    MixedFormats,
    /// Two things would be the table of this name.
    DuplicateName,
    /// A link leads out of the source.
    LinkOutside,
}

/// Something that looks like a table and cannot be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingProblem {
    pub name: String,
    pub kind: ProblemKind,
    pub files: Vec<String>,
}

/// Both sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    pub tables: Vec<FoundTable>,
    pub problems: Vec<ListingProblem>,
}

impl Listing {
    pub fn table(&self, name: &str) -> Option<&FoundTable> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// Tables whose names are there once; the others become problems.
    pub(crate) fn of(found: Vec<FoundTable>, mut problems: Vec<ListingProblem>) -> Self {
        let mut by_name: BTreeMap<String, Vec<FoundTable>> = BTreeMap::new();
        for table in found {
            by_name.entry(table.name.clone()).or_default().push(table);
        }
        let mut tables = Vec::new();
        for (name, mut same) in by_name {
            if same.len() == 1 {
                tables.append(&mut same);
            } else {
                let files = same
                    .iter()
                    .filter_map(|table| table.files.first())
                    .map(|file| file.path.clone());
                problems.push(ListingProblem {
                    name,
                    kind: ProblemKind::DuplicateName,
                    files: files.collect(),
                });
            }
        }
        problems.sort_by(|left, right| left.name.cmp(&right.name));
        Self { tables, problems }
    }
}
