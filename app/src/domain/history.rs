//! Who changed what of an export and when, and what was removed.

use serde::{Deserialize, Serialize};

use super::{
    ChangeId, ConnectionRef, ConnectionType, Difference, ExportId, Micros, Permission, RunId,
    Version,
};

/// What a change of an export was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    Create,
    Edit,
    /// *Schedule*, of one or of many at once.
    Schedule,
    Detach,
    /// Created by a copy of the export that was called so then.
    Duplicate {
        of: String,
    },
    /// An older version was taken again.
    Restore {
        version: Version,
    },
    /// A change was taken back.
    Undo,
    Remove,
    /// It came back from *Removed*.
    RestoreRemoved,
    /// Labels, owner or note were changed; no version of the export.
    Describe,
}

impl Cause {
    /// As stored and as REST writes it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Schedule => "schedule",
            Self::Detach => "detach",
            Self::Duplicate { .. } => "duplicate",
            Self::Restore { .. } => "restore",
            Self::Undo => "undo",
            Self::Remove => "remove",
            Self::RestoreRemoved => "restore_removed",
            Self::Describe => "describe",
        }
    }

    /// The cause of a code, with the version that was restored or the name of what was copied.
    pub fn from_code(
        code: &str,
        restored_from: Option<Version>,
        copy_of: Option<String>,
    ) -> Option<Self> {
        Some(match code {
            "create" => Self::Create,
            "edit" => Self::Edit,
            "schedule" => Self::Schedule,
            "detach" => Self::Detach,
            "duplicate" => Self::Duplicate {
                of: copy_of.unwrap_or_default(),
            },
            "restore" => Self::Restore {
                version: restored_from.unwrap_or_default(),
            },
            "undo" => Self::Undo,
            "remove" => Self::Remove,
            "restore_removed" => Self::RestoreRemoved,
            "describe" => Self::Describe,
            _ => return None,
        })
    }

    /// The version that was restored.
    pub const fn restored_from(&self) -> Option<Version> {
        match self {
            Self::Restore { version } => Some(*version),
            _ => None,
        }
    }

    /// The name of what was copied.
    pub fn copy_of(&self) -> Option<&str> {
        match self {
            Self::Duplicate { of } => Some(of),
            _ => None,
        }
    }
}

/// One change in the history of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub at: Micros,
    pub by: String,
    /// None: from before causes were kept.
    pub cause: Option<Cause>,
    /// The version that it made; none of a removal, and of labels, owner and note.
    pub version: Option<Version>,
    /// The version that it made is the one of now: there is nothing to restore.
    pub is_current: bool,
    /// What undoes it, as one step, while that is possible.
    pub change: Option<ChangeId>,
    /// How many exports were changed in that step.
    pub change_exports: u32,
    /// To the version before; none of the first.
    pub differences: Vec<Difference>,
}

/// An export in *Removed*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedExport {
    pub id: ExportId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ConnectionType,
    /// None: detached, or its connection is gone.
    pub connection: Option<ConnectionRef>,
    pub removed_at: Micros,
    pub removed_by: String,
    /// Until then it can be restored.
    pub kept_until: Micros,
    pub permission: Permission,
}

/// What removing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// What undoes it.
    pub change: ChangeId,
    /// Runs under way that were stopped, or asked to stop.
    pub stopped: u32,
}

/// What the question before removing says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovalFacts {
    pub name: String,
    pub version: Version,
    /// Runs that have not ended.
    pub under_way: Vec<RunId>,
    /// Deliveries, and files of these, that stay where they are.
    pub deliveries: u32,
    pub files: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_round_trip() {
        let causes = [
            Cause::Create,
            Cause::Edit,
            Cause::Schedule,
            Cause::Detach,
            Cause::Duplicate { of: "A".into() },
            Cause::Restore { version: 3 },
            Cause::Undo,
            Cause::Remove,
            Cause::RestoreRemoved,
            Cause::Describe,
        ];
        for cause in causes {
            let of = cause.copy_of().map(str::to_owned);
            let read = Cause::from_code(cause.code(), cause.restored_from(), of);
            assert_eq!(read, Some(cause));
        }
        assert_eq!(Cause::from_code("nap", None, None), None);
    }
}
