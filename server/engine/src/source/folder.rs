//! A folder whose files are tables.
//!
//! A file `customers.csv` is the table `customers`; a sub-folder of parts is one table with the folder's name. Names
//! that begin with `.` or `_` are passed over. Links are followed to files inside the folder only, never to folders.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use formats::{Compression, InputFile};

use crate::error::EngineError;
use crate::source::listing::{
    FileFormat, FoundTable, Listing, ListingProblem, ProblemKind, SourceFile,
};

/// Folders inside folders beyond this are passed over.
const DEPTH_LIMIT: usize = 16;

#[derive(Debug, Clone)]
pub struct FolderSource {
    root: PathBuf,
}

struct Part {
    file: SourceFile,
    format: FileFormat,
    compression: Compression,
}

impl FolderSource {
    /// `root` is a canonical path to a folder that people may read, see `base::roots`.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Reads folders and no file. Blocking.
    pub fn list(&self) -> Result<Listing, EngineError> {
        let mut tables = Vec::new();
        let mut problems = Vec::new();
        for (name, path, metadata) in self.entries("", &mut problems)? {
            if metadata.is_dir() {
                self.folder_table(&name, &mut tables, &mut problems)?;
            } else if let Some((stem, format, compression)) = FileFormat::of_name(&name) {
                let file = source_file(path, &metadata);
                tables.push(FoundTable::new(
                    stem.to_owned(),
                    format,
                    compression,
                    vec![file],
                ));
            }
        }
        Ok(Listing::of(tables, problems))
    }

    fn folder_table(
        &self,
        name: &str,
        tables: &mut Vec<FoundTable>,
        problems: &mut Vec<ListingProblem>,
    ) -> Result<(), EngineError> {
        let mut parts = Vec::new();
        self.parts(name, 1, &mut parts, problems)?;
        parts.sort_by(|left, right| left.file.path.cmp(&right.file.path));
        let Some((format, compression)) = parts.first().map(|part| (part.format, part.compression))
        else {
            return Ok(());
        };
        if let Some(other) = parts.iter().find(|part| part.format != format) {
            problems.push(ListingProblem {
                name: name.to_owned(),
                kind: ProblemKind::MixedFormats,
                files: vec![parts[0].file.path.clone(), other.file.path.clone()],
            });
            return Ok(());
        }
        let files = parts.into_iter().map(|part| part.file).collect();
        tables.push(FoundTable::new(name.to_owned(), format, compression, files));
        Ok(())
    }

    fn parts(
        &self,
        folder: &str,
        depth: usize,
        parts: &mut Vec<Part>,
        problems: &mut Vec<ListingProblem>,
    ) -> Result<(), EngineError> {
        for (name, path, metadata) in self.entries(folder, problems)? {
            if metadata.is_dir() {
                if depth < DEPTH_LIMIT {
                    self.parts(&path, depth + 1, parts, problems)?;
                }
            } else if let Some((_, format, compression)) = FileFormat::of_name(&name) {
                parts.push(Part {
                    file: source_file(path, &metadata),
                    format,
                    compression,
                });
            }
        }
        Ok(())
    }

    /// Name, path and metadata of what a folder shows, sorted by name.
    fn entries(
        &self,
        folder: &str,
        problems: &mut Vec<ListingProblem>,
    ) -> Result<Vec<(String, String, Metadata)>, EngineError> {
        let unreadable = |source| EngineError::SourceUnreadable {
            path: if folder.is_empty() {
                self.root.display().to_string()
            } else {
                folder.to_owned()
            },
            source,
        };
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.root.join(folder)).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            // A name that is not UTF-8 cannot be stored, shown or written into a manifest.
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if name.starts_with(['.', '_']) {
                continue;
            }
            let path = if folder.is_empty() {
                name.clone()
            } else {
                format!("{folder}/{name}")
            };
            let kind = entry.file_type().map_err(unreadable)?;
            let metadata = if kind.is_symlink() {
                match self.linked(&entry.path()) {
                    Linked::Inside(metadata) => metadata,
                    Linked::Outside if FileFormat::of_name(&name).is_some() => {
                        let table = folder
                            .split('/')
                            .next()
                            .filter(|top| !top.is_empty())
                            .unwrap_or(&name);
                        problems.push(ListingProblem {
                            name: table.to_owned(),
                            kind: ProblemKind::LinkOutside,
                            files: vec![path],
                        });
                        continue;
                    }
                    Linked::Outside | Linked::PassedOver => continue,
                }
            } else {
                match entry.metadata() {
                    Ok(metadata) => metadata,
                    // Removed since the folder was read.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(unreadable(error)),
                }
            };
            if metadata.is_dir() || metadata.is_file() {
                entries.push((name, path, metadata));
            }
        }
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(entries)
    }

    fn linked(&self, path: &Path) -> Linked {
        let Ok(target) = path.canonicalize() else {
            return Linked::PassedOver;
        };
        if !target.starts_with(&self.root) {
            return Linked::Outside;
        }
        match fs::metadata(&target) {
            Ok(metadata) if metadata.is_file() => Linked::Inside(metadata),
            _ => Linked::PassedOver,
        }
    }

    /// The table's files ready to be read, each checked again to be inside the folder. Blocking.
    pub(crate) fn inputs(&self, table: &FoundTable) -> Result<Vec<InputFile>, EngineError> {
        table
            .files
            .iter()
            .map(|file| {
                let unreadable = |source| EngineError::SourceUnreadable {
                    path: file.path.clone(),
                    source,
                };
                let path = self
                    .root
                    .join(&file.path)
                    .canonicalize()
                    .map_err(unreadable)?;
                if !path.starts_with(&self.root) {
                    return Err(unreadable(io::Error::new(
                        io::ErrorKind::PermissionDenied,
                        "the path leads out of the source",
                    )));
                }
                InputFile::sniffed(path, &file.path).map_err(EngineError::reading(&table.name))
            })
            .collect()
    }

    /// Have the table's files the sizes and times of its listing still? Blocking.
    pub(crate) fn check_unchanged(&self, table: &FoundTable) -> Result<(), EngineError> {
        for file in &table.files {
            let now = fs::metadata(self.root.join(&file.path))
                .map(|metadata| source_file(file.path.clone(), &metadata));
            if now.ok().as_ref() != Some(file) {
                return Err(EngineError::SourceChangedWhileRead {
                    table: table.name.clone(),
                    file: file.path.clone(),
                });
            }
        }
        Ok(())
    }
}

enum Linked {
    Inside(Metadata),
    Outside,
    /// A folder, or a link to nothing.
    PassedOver,
}

fn source_file(path: String, metadata: &Metadata) -> SourceFile {
    let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
    let modified_us = match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros)
        }
    };
    SourceFile {
        path,
        bytes: metadata.len(),
        modified_us,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        folder
    }

    fn source(folder: &tempfile::TempDir) -> FolderSource {
        FolderSource::new(folder.path().canonicalize().unwrap())
    }

    #[test]
    fn files_and_folders_of_parts_are_tables() {
        let folder = folder(&[
            "customers.csv",
            "events.NDJSON.gz",
            "old.tsv.zst",
            "orders/part-2.parquet",
            "orders/2026/part-1.parquet",
            "orders/_SUCCESS",
            "orders/.part-3.parquet.crc",
            "notes.txt",
            ".hidden.csv",
            "_staging/a.csv",
            "empty/readme.md",
            "plain.parquet.gz",
        ]);
        let listing = source(&folder).list().unwrap();
        let tables: Vec<_> = listing
            .tables
            .iter()
            .map(|table| (table.name.as_str(), table.format, table.compression))
            .collect();
        assert_eq!(
            tables,
            [
                ("customers", FileFormat::Csv, Compression::None),
                ("events", FileFormat::Jsonl, Compression::Gzip),
                ("old", FileFormat::Csv, Compression::Zstd),
                ("orders", FileFormat::Parquet, Compression::None),
            ]
        );
        let orders: Vec<_> = listing
            .table("orders")
            .unwrap()
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        assert_eq!(
            orders,
            ["orders/2026/part-1.parquet", "orders/part-2.parquet"]
        );
        assert_eq!(listing.problems, []);
    }

    #[test]
    fn mixed_formats_and_equal_names_are_problems_and_the_rest_is_listed() {
        let folder = folder(&["a.csv", "a/x.parquet", "b/x.csv", "b/y.jsonl", "c.csv"]);
        let listing = source(&folder).list().unwrap();
        assert_eq!(listing.tables.len(), 1);
        let problems: Vec<_> = listing
            .problems
            .iter()
            .map(|problem| (problem.name.as_str(), problem.kind, problem.files.len()))
            .collect();
        assert_eq!(
            problems,
            [
                ("a", ProblemKind::DuplicateName, 2),
                ("b", ProblemKind::MixedFormats, 2)
            ]
        );
    }

    #[test]
    fn links_lead_to_files_inside_only() {
        let outside = folder(&["secret.csv"]);
        let inside = folder(&["real/a.csv"]);
        let link = |target: &Path, name: &str| {
            std::os::unix::fs::symlink(target, inside.path().join(name)).unwrap();
        };
        link(&outside.path().join("secret.csv"), "leak.csv");
        link(outside.path(), "all");
        link(&inside.path().join("real/a.csv"), "again.csv");
        link(inside.path(), "loop");
        let listing = source(&inside).list().unwrap();
        let names: Vec<_> = listing
            .tables
            .iter()
            .map(|table| table.name.as_str())
            .collect();
        assert_eq!(names, ["again", "real"]);
        assert_eq!(listing.problems.len(), 1);
        assert_eq!(listing.problems[0].kind, ProblemKind::LinkOutside);
        let stolen = FoundTable::new(
            "leak".into(),
            FileFormat::Csv,
            Compression::None,
            vec![SourceFile {
                path: "leak.csv".into(),
                bytes: 1,
                modified_us: 0,
            }],
        );
        assert_eq!(
            source(&inside).inputs(&stolen).unwrap_err().code(),
            "source_unreadable"
        );
    }

    #[test]
    fn the_fingerprint_changes_with_a_file() {
        let folder = folder(&["a.csv"]);
        let before = source(&folder).list().unwrap().tables.remove(0);
        assert_eq!(source(&folder).list().unwrap().tables[0], before);
        source(&folder).check_unchanged(&before).unwrap();
        fs::write(folder.path().join("a.csv"), "longer").unwrap();
        assert_ne!(
            source(&folder).list().unwrap().tables[0].fingerprint,
            before.fingerprint
        );
        let error = source(&folder).check_unchanged(&before).unwrap_err();
        assert_eq!(
            (error.code(), error.is_transient()),
            ("source_changed_while_read", true)
        );
    }
}
