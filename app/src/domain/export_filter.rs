//! Which exports: what a list leaves out, and what *all that match* means.

use serde::{Deserialize, Serialize};

use super::{
    ConnectionId, ConnectionType, ExportStatus, Permission, SegmentId, UserId, is_default,
};

/// Which exports are meant. Everything has a default, which leaves out none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportFilter {
    /// Words that must all occur in name, connection name or connection type; case and accents are ignored.
    #[serde(skip_serializing_if = "is_default")]
    pub search: String,
    #[serde(skip_serializing_if = "is_default")]
    pub status: Option<ExportStatus>,
    #[serde(skip_serializing_if = "is_default")]
    pub kind: Option<ConnectionType>,
    /// What the person looking may do with them.
    #[serde(skip_serializing_if = "is_default")]
    pub permission: Option<Permission>,
    #[serde(skip_serializing_if = "is_default")]
    pub connection_id: Option<ConnectionId>,
    #[serde(skip_serializing_if = "is_default")]
    pub segment: Option<SegmentFilter>,
    /// A label, whole; case and accents are ignored. Empty: any.
    #[serde(skip_serializing_if = "is_default")]
    pub label: String,
    #[serde(skip_serializing_if = "is_default")]
    pub owner_id: Option<UserId>,
}

/// Those that contain a segment, or those that don't.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentFilter {
    pub id: SegmentId,
    pub contains: bool,
}

/// What the ids in a filter are called; none where it asks for none, or there is no such thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilterNames {
    #[serde(skip_serializing_if = "is_default")]
    pub connection: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    pub segment: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    pub owner: Option<String>,
}

impl ExportFilter {
    /// Whether it leaves out none.
    pub fn is_empty(&self) -> bool {
        self.search.trim().is_empty()
            && self.label.trim().is_empty()
            && self.status.is_none()
            && self.kind.is_none()
            && self.permission.is_none()
            && self.connection_id.is_none()
            && self.segment.is_none()
            && self.owner_id.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_of_blanks_leaves_out_none() {
        let blank = ExportFilter {
            search: "  ".into(),
            label: " ".into(),
            ..ExportFilter::default()
        };
        assert!(blank.is_empty());
        let held = ExportFilter {
            status: Some(ExportStatus::Held),
            ..blank
        };
        assert!(!held.is_empty());
    }

    #[test]
    fn what_is_left_out_has_its_default_and_what_is_unknown_is_refused() {
        let read = serde_json::from_str::<ExportFilter>("{}");
        assert_eq!(read.ok(), Some(ExportFilter::default()));
        assert!(serde_json::from_str::<ExportFilter>(r#"{"colour":"red"}"#).is_err());
    }
}
