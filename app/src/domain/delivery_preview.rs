//! What an export that is being set up would write: the path and the first rows, as they will be written.

use serde::{Deserialize, Serialize};

use super::{ConnectionId, DeliveryOptions, ExportItemDraft, PreviewRows};

/// What is to be previewed: one table or segment of an export as the form has it now. Errors are named as when it
/// is saved: `items.0.…`, `options.…`, `folder`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryPreviewDraft {
    #[serde(default)]
    pub name: String,
    /// Made from the name when empty.
    #[serde(default)]
    pub folder: String,
    /// None: not chosen yet.
    #[serde(default)]
    pub connection_id: Option<ConnectionId>,
    pub item: ExportItemDraft,
    /// How many tables and segments the export has in all: a path may depend on it.
    #[serde(default = "one")]
    pub tables: u32,
    #[serde(default)]
    pub options: DeliveryOptions,
}

const fn one() -> u32 {
    1
}

/// The first rows as they will be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreviewBody {
    /// Of CSV and JSON Lines: the beginning of the file, before it is compressed.
    Text {
        text: String,
        /// The text ends before the first rows do.
        is_cut: bool,
    },
    /// Of Parquet: the rows with the schema that is written.
    Rows(PreviewRows),
    /// The table has no snapshot yet.
    NotRefreshed,
}

/// What a delivery would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryPreview {
    /// Value of `{export}`.
    pub folder: String,
    /// Path of its first file if it started now, relative to the connection's folder.
    pub path: String,
    /// The path has a date: every delivery keeps the ones before.
    pub is_dated: bool,
    pub body: PreviewBody,
    /// Rows of the snapshot.
    pub rows: Option<i64>,
    /// Cells of the first rows that *spreadsheet-safe* escapes.
    pub escaped_cells: u32,
}

impl PreviewBody {
    /// Most rows of a preview.
    pub const MOST_ROWS: usize = 20;
    /// Most bytes of its text.
    pub const MOST_BYTES: usize = 16 * 1024;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_needs_no_more_than_a_table() {
        let text = r#"{"item":{"table_id":"0192aaaa-0000-7000-8000-000000000001"}}"#;
        let draft: DeliveryPreviewDraft = serde_json::from_str(text).expect("a draft");
        assert_eq!((draft.tables, draft.connection_id), (1, None));
        assert_eq!(draft.options, DeliveryOptions::default());
    }
}
