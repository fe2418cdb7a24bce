//! What was written and published: the part of a waybill that the destination vouches for.

use serde::{Deserialize, Serialize};

use crate::error::BoxError;

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

    /// Reads a record. Whoever may write to the destination may write there what looks like one: none may lead out of
    /// the connection's folder.
    pub(crate) fn parse(content: &[u8]) -> Result<Self, BoxError> {
        let record: Self = serde_json::from_slice(content)?;
        if !record.stays_inside() {
            return Err("it leads out of the connection's folder".into());
        }
        Ok(record)
    }

    fn stays_inside(&self) -> bool {
        let files = self.files.iter().all(|file| {
            is_inside(&file.entry.path) && (file.stage.is_empty() || is_inside(&file.stage))
        });
        let mut folders = self.folders.iter();
        let folders = folders.all(|folder| is_inside(&folder.path) && is_inside(&folder.stage));
        let run = is_inside(&self.run_id) && !self.run_id.contains('/');
        files && folders && run && self.manifest_path.as_deref().is_none_or(is_inside)
    }

    pub fn entries(&self) -> impl Iterator<Item = &FileEntry> {
        self.files.iter().map(|file| &file.entry)
    }

    /// Later publications win; equal numbers (two runs at the very same moment) are settled by the
    /// run's id.
    pub(crate) fn rank(&self) -> (u64, &str) {
        (self.publish, &self.run_id)
    }
}

/// Whether a relative path, with `/`, goes down only.
fn is_inside(path: &str) -> bool {
    path.split('/')
        .all(|component| !matches!(component, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::PublishRecord;

    #[test]
    fn a_record_that_leads_out_of_the_folder_is_none() {
        let parsed = |run_id: &str, path: &str, stage: &str, manifest: &str| {
            let file = json!({
                "table": "t", "path": path, "bytes": 1, "rows": 1, "sha256": "", "stage": stage,
            });
            let record = json!({
                "format": PublishRecord::FORMAT, "run_id": run_id, "attempt": 1, "publish": 1, "files": [file],
                "folders": [], "manifest_path": manifest, "replaces": true, "delivery": {},
            });
            PublishRecord::parse(record.to_string().as_bytes()).is_ok()
        };
        let staged = "e/.waybill/r-1/files/e/t.csv";
        assert!(parsed("r", "e/t.csv", staged, "e/manifest.json"));
        assert!(parsed("r", "e/t.csv", "", "e/manifest.json"));
        assert!(!parsed("r", "e/../../t.csv", "s", "e/manifest.json"));
        assert!(!parsed("r", "/etc/t.csv", "s", "e/manifest.json"));
        assert!(!parsed("r", "e/t.csv", "../s", "e/manifest.json"));
        assert!(!parsed("r", "e/t.csv", "s", "e/./manifest.json"));
        for run_id in ["", "..", "../../x", "a/b"] {
            assert!(
                !parsed(run_id, "e/t.csv", "s", "e/manifest.json"),
                "{run_id}"
            );
        }
    }
}
