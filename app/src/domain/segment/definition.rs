//! What a segment takes, and what lists and forms say of it.

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::domain::text::{TextError, visible_line};
use crate::domain::{
    DisplayName, ExportId, Micros, Permission, PreviewRows, Reason, RefreshStatus, SchemaField,
    SegmentId, TableId, Version,
};

/// Most characters of a statement.
const MOST_SQL: u32 = 20_000;

/// How a segment says what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    Conditions,
    Sql,
}

/// What a segment takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentDefinition {
    /// The rows of one table for which the condition holds, with all columns.
    Conditions {
        table_id: TableId,
        condition: Condition,
    },
    /// The rows of one `SELECT` (or `WITH … SELECT`) over tables by their names. Names are exact, upper and lower
    /// case apart. A name that several sources have is written `"Source"."table"`.
    Sql { sql: String },
}

impl SegmentDefinition {
    /// Its kind.
    pub const fn kind(&self) -> SegmentKind {
        match self {
            Self::Conditions { .. } => SegmentKind::Conditions,
            Self::Sql { .. } => SegmentKind::Sql,
        }
    }

    /// The statement without blanks at its ends, if it is one at all.
    pub fn sql(text: &str) -> Result<String, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Required);
        }
        if text.chars().count() > MOST_SQL as usize {
            return Err(TextError::TooLong(MOST_SQL));
        }
        if text
            .chars()
            .any(|one| one.is_control() && !matches!(one, '\n' | '\r' | '\t'))
        {
            return Err(TextError::ControlCharacter);
        }
        Ok(text.to_owned())
    }
}

/// What creates or replaces a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentDraft {
    pub name: String,
    pub definition: SegmentDefinition,
}

/// The name of a segment: one line, 1 to 120 characters, all of it visible.
pub fn segment_name(text: &str) -> Result<String, TextError> {
    visible_line(text, DisplayName::MOST)
}

/// A segment as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentSummary {
    pub id: SegmentId,
    pub version: Version,
    pub name: String,
    pub kind: SegmentKind,
    /// The tables it is made from, as people know them.
    pub made_from: Vec<String>,
    /// Rows of its snapshot; none until it was first evaluated.
    pub members: Option<i64>,
    pub status: RefreshStatus,
    pub status_reason: Option<Reason>,
    /// End of its last successful evaluation.
    pub refreshed_at: Option<Micros>,
    /// Exports that take it.
    pub used_by: u32,
    /// Whether the person looking may change it: contributors and administrators who may edit every export that
    /// uses it.
    pub permission: Permission,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// An export that takes a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentUse {
    pub id: ExportId,
    pub name: String,
    /// What the person looking may do with that export.
    pub permission: Permission,
}

/// A segment with its definition and what depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentDetails {
    pub segment: SegmentSummary,
    pub definition: SegmentDefinition,
    /// Columns of its result; empty until it was first evaluated.
    pub schema: Vec<SchemaField>,
    pub used_by: Vec<SegmentUse>,
    pub created_at: Micros,
    pub created_by: String,
}

/// A segment in *Removed*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedSegment {
    pub id: SegmentId,
    pub name: String,
    pub kind: SegmentKind,
    pub removed_at: Micros,
    pub removed_by: String,
    /// Until then it can be restored.
    pub kept_until: Micros,
}

/// What a definition comes to on the latest snapshots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentPreview {
    /// Rows that it takes.
    pub members: i64,
    /// Rows of the table it is taken from; none for SQL.
    pub of: Option<i64>,
    /// The first of them, personal columns masked for viewers.
    pub first: PreviewRows,
    /// The age of the oldest snapshot that it was taken from.
    pub data_as_of: Micros,
}
