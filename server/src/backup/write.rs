//! Writing an archive.

use std::io::{self, Write};

use serde::Serialize;

use super::format::{
    EntryIndex, INDEX, Index, LAKE, LakeList, MANIFEST, Manifest, TableIndex, rows_path,
};

/// As Zstandard counts: quick, and a tenth of the size.
const LEVEL: i32 = 3;

/// An archive that is being written.
pub(super) struct Writer<W: Write> {
    tar: tar::Builder<zstd::Encoder<'static, W>>,
    /// Of all entries, in seconds since 1970.
    at: u64,
    index: Index,
    /// Entries of the table that was begun last.
    parts: usize,
}

impl<W: Write> Writer<W> {
    /// Begins with what it is, and with what the lake has.
    pub(super) fn new(into: W, manifest: &Manifest, lake: &LakeList) -> io::Result<Self> {
        let mut encoder = zstd::Encoder::new(into, LEVEL)?;
        encoder.include_checksum(true)?;
        let mut writer = Self {
            tar: tar::Builder::new(encoder),
            at: u64::try_from(manifest.taken_at / 1_000_000).unwrap_or_default(),
            index: Index::default(),
            parts: 0,
        };
        writer.document(MANIFEST, manifest)?;
        writer.document(LAKE, lake)?;
        Ok(writer)
    }

    /// Begins a table.
    pub(super) fn table(&mut self, name: &str, columns: Vec<String>) {
        self.index.tables.push(TableIndex {
            name: name.to_owned(),
            columns,
            rows: 0,
        });
        self.parts = 0;
    }

    /// Adds rows to the table that was begun last.
    pub(super) fn rows(&mut self, lines: &[u8], rows: u64) -> io::Result<()> {
        let place = self.index.tables.len();
        let Some(table) = self.index.tables.last_mut() else {
            return Err(io::Error::other("rows without a table"));
        };
        table.rows += rows;
        self.index.rows += rows;
        let path = rows_path(place, &table.name, self.parts);
        self.parts += 1;
        self.entry(&path, lines)
    }

    /// Ends with the sums of everything, and gives them and what it was written into.
    pub(super) fn finish(mut self) -> io::Result<(Index, W)> {
        let index = std::mem::take(&mut self.index);
        self.document(INDEX, &index)?;
        let mut into = self.tar.into_inner()?.finish()?;
        into.flush()?;
        Ok((index, into))
    }

    fn document(&mut self, path: &str, document: &impl Serialize) -> io::Result<()> {
        let mut bytes = serde_json::to_vec_pretty(document)?;
        bytes.push(b'\n');
        self.entry(path, &bytes)
    }

    fn entry(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(self.at);
        self.tar.append_data(&mut header, path, bytes)?;
        self.index.entries.push(EntryIndex::of(path, bytes));
        Ok(())
    }
}
