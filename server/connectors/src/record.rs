//! What was written and published: the part of a waybill that the destination vouches for.

use serde::{Deserialize, Serialize};

/// One file of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Where it is once published, relative to the connection's folder, with `/`.
    pub path: String,
    pub bytes: u64,
    pub rows: u64,
    /// Of the file as it lies there (after compression), lower-case hexadecimal.
    pub sha256: String,
}

/// What became of one table in one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableOutcome {
    pub rows_written: u64,
    pub bytes: u64,
    pub files: Vec<FileEntry>,
    /// Text cells that *spreadsheet-safe* changed.
    pub escaped_cells: u64,
}

/// A file with the place it was staged at, from where a finisher moves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedFile {
    pub table: String,
    #[serde(flatten)]
    pub entry: FileEntry,
    /// Relative to the connection's folder.
    pub stage: String,
    /// Where it is an upload to its final place that was left open: whoever finishes completes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<OpenUpload>,
}

/// An upload in parts, all of them there and not yet put together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenUpload {
    /// As the destination calls it.
    pub id: String,
    /// What it calls the parts, in their order.
    pub parts: Vec<String>,
}

/// A folder that is renamed whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedFolder {
    pub path: String,
    pub stage: String,
}

/// The content of `{export}/_runs/{run_id}.json`. That this file exists *is* the publication;
/// `manifest.json` beside the data is a copy of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishRecord {
    /// `waybill-delivery/1`.
    pub format: String,
    pub run_id: String,
    pub attempt: u32,
    /// Counts the publications of an export folder; the highest is the current delivery.
    pub publish: u64,
    pub files: Vec<PublishedFile>,
    pub folders: Vec<PublishedFolder>,
    /// Where `manifest.json` lies when it is not inside the folders.
    pub manifest_path: Option<String>,
    /// Whether files without a date replaced the previous delivery.
    pub replaces: bool,
    /// What the caller gave to the commit.
    pub delivery: serde_json::Value,
}

impl PublishRecord {
    pub const FORMAT: &str = "waybill-delivery/1";

    pub fn entries(&self) -> impl Iterator<Item = &FileEntry> {
        self.files.iter().map(|file| &file.entry)
    }

    /// Later publications win; equal numbers (two runs at the very same moment) are settled by the
    /// run's id.
    pub(crate) fn rank(&self) -> (u64, &str) {
        (self.publish, &self.run_id)
    }
}
