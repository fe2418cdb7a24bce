//! One command on many exports: what it will do, and what came of it.

use serde::{Deserialize, Serialize};

use super::{ChangeId, ExportFilter, ExportId, FieldErrors, Reason, RunId};

/// The exports that a command is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// These: 1 to [`Target::MOST`].
    Ids(Vec<ExportId>),
    /// All that match, but for some. What comes to match later is not meant.
    Matching {
        filter: ExportFilter,
        #[serde(default)]
        except: Vec<ExportId>,
    },
}

impl Target {
    /// Most exports of one command.
    pub const MOST: usize = 10_000;

    /// Refuses none and too many, at `ids` and `except`.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let too_many = || Reason::new("too_many").with("most", Self::MOST);
        match self {
            Self::Ids(ids) if ids.is_empty() => {
                Err(FieldErrors::one("ids", Reason::new("required")))
            }
            Self::Ids(ids) if ids.len() > Self::MOST => Err(FieldErrors::one("ids", too_many())),
            Self::Matching { except, .. } if except.len() > Self::MOST => {
                Err(FieldErrors::one("except", too_many()))
            }
            _ => Ok(()),
        }
    }
}

/// What is done to all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// Starts a run of each, or takes the one of the same version that is under way.
    Run,
    /// Removes each. Runs under way are let finish, or stopped.
    Remove { cancel_runs: bool },
    /// Empties the connection of each (administrators).
    Detach,
}

impl BulkAction {
    /// As REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Remove { .. } => "remove",
            Self::Detach => "detach",
        }
    }
}

/// A command on many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRequest {
    pub target: Target,
    pub action: BulkAction,
    /// Of the plan that was agreed to: other exports than those are not touched, and none if they are no longer the same.
    #[serde(default)]
    pub seal: Option<String>,
}

/// Exports that a command does not touch, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub reason: Reason,
    pub count: u32,
    /// The first [`LeftOut::MOST_NAMES`] of them, by name.
    pub names: Vec<String>,
}

impl LeftOut {
    /// Most names.
    pub const MOST_NAMES: usize = 10;
}

/// What a command would do, before anything happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkPlan {
    /// Exports that are meant.
    pub total: u32,
    /// Those that it touches.
    pub affected: u32,
    /// The first [`LeftOut::MOST_NAMES`] of those, by name.
    #[serde(default)]
    pub names: Vec<String>,
    /// Connections of those.
    pub destinations: u32,
    /// Of those, how many have *Schedule run* off.
    pub switched_off: u32,
    /// Of those, how many have a run under way.
    pub under_way: u32,
    /// Stands for those that it touches: SHA-256 over their ids, in order.
    pub seal: String,
    /// Those that it does not touch, most first.
    pub left_out: Vec<LeftOut>,
}

/// What became of one export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkOutcome {
    pub id: ExportId,
    /// Nothing when the person may not know of it.
    pub name: Option<String>,
    pub run: Option<RunId>,
    pub error: Option<Reason>,
}

/// What a command came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkReport {
    /// What undoes it; none of runs, and where nothing was changed.
    pub change: Option<ChangeId>,
    pub done: u32,
    /// Of a run: those that had one of the same version under way.
    pub under_way_before: u32,
    /// Of a run of one export: that run.
    pub only_run: Option<RunId>,
    /// Those with which it failed, each with its reason: they can be tried again.
    pub failed: Vec<BulkOutcome>,
    pub left_out: Vec<LeftOut>,
}

/// What undoing came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoReport {
    pub undone: u32,
    /// Those that changed since, or cannot be as they were.
    pub failed: Vec<BulkOutcome>,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_command_is_for_somebody_and_not_for_too_many() {
        let id = ExportId::new(Uuid::from_u128(1));
        assert!(Target::Ids(vec![id]).check().is_ok());
        let none = Target::Ids(vec![]).check().expect_err("nobody is meant");
        assert!(none.of("ids").is_some());
        let many = vec![id; Target::MOST + 1];
        let errors = Target::Ids(many.clone()).check().expect_err("too many");
        assert!(errors.of("ids").is_some());
        let matching = |except| Target::Matching {
            filter: ExportFilter::default(),
            except,
        };
        assert!(matching(vec![]).check().is_ok());
        let errors = matching(many).check().expect_err("too many");
        assert!(errors.of("except").is_some());
    }

    #[test]
    fn requests_are_read_as_they_are_written() {
        let text = r#"{
            "target": {"matching": {"filter": {"status": "failed"}}},
            "action": {"remove": {"cancel_runs": true}}
        }"#;
        let request: BulkRequest = serde_json::from_str(text).expect("a request");
        assert_eq!(request.action, BulkAction::Remove { cancel_runs: true });
        assert_eq!(request.seal, None);
        let again = serde_json::to_string(&request).expect("JSON");
        assert_eq!(
            serde_json::from_str::<BulkRequest>(&again).ok(),
            Some(request)
        );
        let run = r#"{"target":{"ids":[]},"action":"run"}"#;
        assert!(serde_json::from_str::<BulkRequest>(run).is_ok());
    }
}
