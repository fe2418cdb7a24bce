//! What *Status* shows: the server's last answer, without letting rows jump under the pointer.

use crate::api::ApiError;
use crate::domain::{SystemStatus, SystemTask};

/// The last known status, and why it is not, or no longer, what the server has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shown {
    pub(super) status: Option<SystemStatus>,
    pub(super) error: Option<ApiError>,
}

impl Shown {
    /// What to show after an answer: known tasks keep their places, new ones come last. After a failure
    /// the tasks stay and the error stands beside them.
    pub(super) fn after(before: Option<&Self>, answer: Result<SystemStatus, ApiError>) -> Self {
        let known = before.and_then(|before| before.status.as_ref());
        match answer {
            Ok(status) => Self {
                status: Some(SystemStatus {
                    sources: in_place(known.map_or(&[], |known| &known.sources), status.sources),
                    segments: in_place(known.map_or(&[], |known| &known.segments), status.segments),
                    exports: in_place(known.map_or(&[], |known| &known.exports), status.exports),
                    ..status
                }),
                error: None,
            },
            Err(error) => Self {
                status: known.cloned(),
                error: Some(error),
            },
        }
    }
}

fn in_place<Id: PartialEq, Status>(
    before: &[SystemTask<Id, Status>],
    mut fresh: Vec<SystemTask<Id, Status>>,
) -> Vec<SystemTask<Id, Status>> {
    let place = |task: &SystemTask<Id, Status>| before.iter().position(|known| known.id == task.id);
    // A stable sort: new tasks are all at the end, in the order of the answer.
    fresh.sort_by_cached_key(|task| place(task).unwrap_or(usize::MAX));
    fresh
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{RefreshStatus, SourceId};

    fn status(numbers: &[u32]) -> SystemStatus {
        let source = |number: &u32| {
            let id = format!("00000000-0000-7000-8000-{number:012}");
            SystemTask {
                id: id.parse::<SourceId>().expect("a UUID"),
                name: number.to_string(),
                status: RefreshStatus::Successful,
                reason: None,
                duration_us: None,
                updated_at: None,
            }
        };
        SystemStatus {
            sources: numbers.iter().map(source).collect(),
            source_counts: Vec::new(),
            segments: Vec::new(),
            segment_counts: Vec::new(),
            exports: Vec::new(),
            export_counts: Vec::new(),
            refreshes: Vec::new(),
        }
    }

    fn names(shown: &Shown) -> Vec<&str> {
        let sources = shown.status.iter().flat_map(|status| &status.sources);
        sources.map(|source| source.name.as_str()).collect()
    }

    #[test]
    fn a_live_answer_moves_no_task() {
        let first = Shown::after(None, Ok(status(&[2, 1])));
        assert_eq!(names(&first), ["2", "1"]);
        let next = Shown::after(Some(&first), Ok(status(&[3, 1, 2])));
        assert_eq!(names(&next), ["2", "1", "3"]);
    }

    #[test]
    fn a_failed_answer_keeps_the_tasks_and_says_so() {
        let first = Shown::after(None, Ok(status(&[1])));
        let next = Shown::after(Some(&first), Err(ApiError::Unreachable));
        assert_eq!(names(&next), ["1"]);
        assert_eq!(next.error, Some(ApiError::Unreachable));
        let none = Shown::after(None, Err(ApiError::Unreachable));
        assert_eq!(none.status, None);
    }
}
