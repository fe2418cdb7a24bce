//! Identifiers: one type per kind, so that no function takes the wrong one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is no UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID made by the server (version 7, so that ids sort by creation).
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID itself.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError)
            }
        }
    )+};
}

ids! {
    /// An export.
    ExportId,
    /// A connection.
    ConnectionId,
    /// A data source.
    SourceId,
    /// A table of a data source.
    TableId,
    /// A run of an export.
    RunId,
    /// A person.
    UserId,
    /// An access token of a person.
    TokenId,
    /// A browser that a person is signed in with.
    SessionId,
    /// A link to become somebody, or to a new password.
    InvitationId,
    /// A renewal of all sources, or of some.
    RefreshId,
    /// The renewal of one source, or the evaluation of one segment, within a refresh.
    TaskId,
    /// A segment. Its result is a table with the same UUID, which a source with the same UUID makes.
    SegmentId,
    /// A notice about an export.
    NoticeId,
    /// A group that gets notices: a mailing list, a chat room.
    ChannelId,
    /// One step of somebody, on one export or on many: what is undone at once.
    ChangeId,
    /// A view that a person saved.
    ViewId,
    /// An entry of the audit log.
    AuditId,
}

impl SegmentId {
    /// The segment as what makes its result: tasks and refreshes know it by this.
    pub const fn source(self) -> SourceId {
        SourceId(self.0)
    }

    /// The table that its result is: exports take it by this.
    pub const fn table(self) -> TableId {
        TableId(self.0)
    }
}
