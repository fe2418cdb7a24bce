//! A folder whose files are tables.
//!
//! A file `customers.csv` is the table `customers`; a sub-folder of parts is one table with the folder's name. Names
//! that begin with `.` or `_` are passed over. Links are followed to files inside the folder only, never to folders.
//!
//! Whoever may write to the folder may put links there at any moment: it is held by its handle, and everything is found
//! from that.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use base::Folder;
use formats::{Compression, InputFile};

use crate::error::EngineError;
use crate::source::listing::{
    FileFormat, FoundTable, Listing, ListingProblem, ProblemKind, SourceFile,
};

/// Folders inside folders beyond this are passed over.
const DEPTH_LIMIT: usize = 16;

#[derive(Debug, Clone)]
pub struct FolderSource {
    root: Folder,
}

struct Part {
    file: SourceFile,
    format: FileFormat,
    compression: Compression,
}

impl FolderSource {
    /// `root` is a folder that people may read, opened by its canonical path, see `base::FolderRoots`.
    pub fn new(root: Folder) -> Self {
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
                self.root.path().display().to_string()
            } else {
                folder.to_owned()
            },
            source,
        };
        let mut entries = Vec::new();
        let opened = self.root.folder(folder).map_err(unreadable)?;
        for name in opened.names("").map_err(unreadable)? {
            // A name that is not UTF-8 cannot be stored, shown or written into a manifest.
            let Ok(name) = name.into_string() else {
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
            let metadata = match opened.about(&name) {
                Ok(metadata) => metadata,
                // Removed since the folder was read.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(unreadable(error)),
            };
            let metadata = if metadata.is_symlink() {
                match self.linked(&path) {
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
                metadata
            };
            if metadata.is_dir() || metadata.is_file() {
                entries.push((name, path, metadata));
            }
        }
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(entries)
    }

    fn linked(&self, path: &str) -> Linked {
        match self.real(path) {
            Ok(Some(target)) => match self.root.about(target) {
                Ok(metadata) if metadata.is_file() => Linked::Inside(metadata),
                _ => Linked::PassedOver,
            },
            Ok(None) => Linked::Outside,
            Err(_) => Linked::PassedOver,
        }
    }

    /// Where a path leads by its links, relative to the folder; none if that is outside. What stands there is used
    /// through no link, so that it may stand elsewhere by then and lead nowhere.
    fn real(&self, path: &str) -> io::Result<Option<PathBuf>> {
        let target = self.root.at(path).canonicalize()?;
        let inside = target.strip_prefix(self.root.path());
        Ok(inside.ok().map(Path::to_owned))
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
                let real = self.real(&file.path).map_err(unreadable)?;
                let real = real.ok_or_else(|| {
                    unreadable(io::Error::new(
                        io::ErrorKind::PermissionDenied,
                        "the path leads out of the source",
                    ))
                })?;
                let input = InputFile::sniffed(&self.root, real, &file.path);
                input.map_err(EngineError::reading(&table.name))
            })
            .collect()
    }

    /// Have the table's files the sizes and times of its listing still? Blocking.
    pub(crate) fn check_unchanged(&self, table: &FoundTable) -> Result<(), EngineError> {
        for file in &table.files {
            let real = self.real(&file.path).ok().flatten();
            let now = real
                .and_then(|real| self.root.about(real).ok())
                .map(|metadata| source_file(file.path.clone(), &metadata));
            if now.as_ref() != Some(file) {
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
    use std::fs;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use formats::csv::{self, CsvDialect};

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
        let path = folder.path().canonicalize().unwrap();
        FolderSource::new(Folder::open(&path).unwrap())
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

    /// The columns of every table, as far as nothing is in the way.
    fn columns(source: &FolderSource) -> Result<Vec<String>, EngineError> {
        let mut names = Vec::new();
        for table in source.list()?.tables {
            for input in source.inputs(&table)? {
                let found = csv::columns(&input, CsvDialect::default());
                names.extend(found.map_err(EngineError::reading(&table.name))?);
            }
        }
        Ok(names)
    }

    #[test]
    fn links_put_in_the_place_of_files_and_folders_at_any_moment_lead_nowhere() {
        let outside = folder(&["part/secret.csv", "secret.csv"]);
        let inside = folder(&["part/mine.csv", "mine.csv"]);
        for (folder, column) in [(&outside, "secret"), (&inside, "mine")] {
            for place in ["", "part/"] {
                let path = folder.path().join(format!("{place}{column}.csv"));
                fs::write(path, format!("{column}\n1\n")).unwrap();
            }
        }
        let place = inside.path().canonicalize().unwrap();
        for (name, target) in [("part", "part"), ("mine.csv", "secret.csv")] {
            let aside = place.join(format!(".{name}"));
            std::os::unix::fs::symlink(outside.path().join(target), aside).unwrap();
        }
        let source = source(&inside);
        assert_eq!(columns(&source).unwrap(), ["mine", "mine"]);
        let ends = AtomicBool::new(false);
        let mut read = 0_u32;
        std::thread::scope(|scope| {
            let start = Instant::now();
            let in_time = move || start.elapsed() < Duration::from_mins(1);
            let ends = &ends;
            scope.spawn(move || {
                let swap = |name: &str| {
                    let (shown, aside) = (place.join(name), place.join(format!(".{name}")));
                    let between = place.join("_between");
                    fs::rename(&shown, &between).unwrap();
                    fs::rename(&aside, &shown).unwrap();
                    fs::rename(&between, &aside).unwrap();
                };
                while in_time() && !ends.load(Ordering::Relaxed) {
                    swap("part");
                    swap("mine.csv");
                }
            });
            let mut looks = 0_u32;
            while in_time() && (read < 100 || looks < 2_000) {
                looks += 1;
                if let Ok(names) = columns(&source) {
                    read += u32::from(!names.is_empty());
                    if names.iter().any(|name| name != "mine") {
                        read = 0;
                        break;
                    }
                }
            }
            ends.store(true, Ordering::Relaxed);
        });
        assert!(read >= 100, "secrets were read, or nothing at all: {read}");
    }
}
