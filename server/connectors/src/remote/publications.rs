//! What was published before, without reading every record there ever was.
//!
//! A publication is known either by its attempt's folder, while it is not finished, or by its mark: a small file whose
//! name says all. A mark is made before the attempt's folder goes, and is removed only when a mark stands that outdates
//! it. So the newest one is always known, and there are never more than a few of either.

use bytes::Bytes;

use crate::error::{BoxError, ConnectorError};
use crate::record::PublishRecord;
use crate::remote::place::{RunPlace, parse_attempt};
use crate::remote::store::RemoteStore;

/// A record and the very bytes it stands in.
#[derive(Debug, Clone)]
pub(super) struct Published {
    pub(super) record: PublishRecord,
    pub(super) content: Bytes,
}

impl Published {
    fn parse(content: Bytes) -> Result<Self, BoxError> {
        let record = PublishRecord::parse(&content)?;
        Ok(Self { record, content })
    }
}

/// Everything of this publication is done.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    publish: u64,
    replaces: bool,
    run_id: String,
}

impl Mark {
    fn of(record: &PublishRecord) -> Self {
        Self {
            publish: record.publish,
            replaces: record.replaces,
            run_id: record.run_id.clone(),
        }
    }

    fn name(&self) -> String {
        let kind = if self.replaces { "undated" } else { "dated" };
        format!("{:010}-{kind}-{}", self.publish, self.run_id)
    }

    fn parse(name: &str) -> Option<Self> {
        let (publish, rest) = name.split_once('-')?;
        let (kind, run_id) = rest.split_once('-')?;
        let replaces = match kind {
            "undated" => true,
            "dated" => false,
            _ => return None,
        };
        Some(Self {
            publish: publish.parse().ok()?,
            replaces,
            run_id: run_id.to_owned(),
        })
    }

    /// As [`PublishRecord::rank`].
    fn rank(&self) -> (u64, &str) {
        (self.publish, &self.run_id)
    }

    /// Whether one of these says all that this one does: what is newest, and what stands at undated paths.
    fn is_outdated_by(&self, marks: &[Self]) -> bool {
        marks
            .iter()
            .any(|mark| mark.rank() > self.rank() && (mark.replaces || !self.replaces))
    }
}

/// What is known of an export's publications.
#[derive(Debug)]
pub(super) struct Publications {
    /// By rank, the lowest first.
    marks: Vec<Mark>,
    /// By rank, the lowest first. Some may be finished but for their attempts.
    pub(super) unfinished: Vec<Published>,
}

impl Publications {
    /// The highest number so far; 0 before the first publication.
    pub(super) fn highest(&self) -> u64 {
        let marks = self.marks.iter().map(|mark| mark.publish);
        let unfinished = self.unfinished.iter().map(|other| other.record.publish);
        marks.chain(unfinished).max().unwrap_or(0)
    }

    /// Whether a newer delivery than this one stands at undated paths, or is about to.
    pub(super) fn is_replaced(&self, record: &PublishRecord) -> bool {
        let mut marks = self.marks.iter();
        let mut unfinished = self.unfinished.iter().map(|other| &other.record);
        marks.any(|mark| mark.replaces && mark.rank() > record.rank())
            || unfinished.any(|other| other.replaces && other.rank() > record.rank())
    }
}

impl<S: RemoteStore> RunPlace<S> {
    /// The record of this run.
    pub(super) async fn read_record(&self) -> Result<Option<Published>, ConnectorError> {
        let path = self.record_of(&self.run_id);
        let Some(content) = self.read(&path).await? else {
            return Ok(None);
        };
        let published = Published::parse(content).map_err(|source| ConnectorError::Other {
            action: format!("understand the record `{path}`"),
            source,
        })?;
        Ok(Some(published))
    }

    /// The record of any run. What is no record of ours is passed over.
    async fn read_other(&self, run_id: &str) -> Result<Option<Published>, ConnectorError> {
        let Some(content) = self.read(&self.record_of(run_id)).await? else {
            return Ok(None);
        };
        let published = Published::parse(content).ok();
        // Why not would quote what stands there.
        if published.is_none() {
            tracing::warn!(run.id = run_id, "not a record of a publication");
        }
        Ok(published)
    }

    pub(super) async fn publications(&self) -> Result<Publications, ConnectorError> {
        // The attempts first: whatever is finished meanwhile has its mark before its attempt goes.
        let names = self.names(&self.attempts_folder()).await?;
        let mut runs: Vec<&str> = names
            .iter()
            .filter_map(|name| Some(parse_attempt(name)?.0))
            .collect();
        runs.sort_unstable();
        runs.dedup();
        let mut unfinished = Vec::new();
        for run_id in runs {
            unfinished.extend(self.read_other(run_id).await?);
        }
        unfinished.sort_by(|one, other| one.record.rank().cmp(&other.record.rank()));
        let marks = self.marks().await?;
        Ok(Publications { marks, unfinished })
    }

    /// The newest publication, if it is newer than this one.
    pub(super) async fn newer_than(
        &self,
        record: &PublishRecord,
    ) -> Result<Option<Published>, ConnectorError> {
        let Publications {
            marks,
            mut unfinished,
        } = self.publications().await?;
        let unfinished = unfinished
            .pop()
            .filter(|other| other.record.rank() > record.rank());
        let Some(mark) = marks.last().filter(|mark| mark.rank() > record.rank()) else {
            return Ok(unfinished);
        };
        match unfinished {
            Some(other) if other.record.rank() >= mark.rank() => Ok(Some(other)),
            other => Ok(self.read_other(&mark.run_id).await?.or(other)),
        }
    }

    /// The deliveries before this one whose files may stand at undated paths, the oldest first: the last one that was
    /// finished, and those that were not.
    pub(super) async fn replaced_by(
        &self,
        record: &PublishRecord,
        publications: Publications,
    ) -> Result<Vec<Published>, ConnectorError> {
        let Publications {
            marks,
            unfinished: mut replaced,
        } = publications;
        replaced.retain(|other| other.record.replaces && other.record.rank() < record.rank());
        let finished = marks
            .iter()
            .rfind(|mark| mark.replaces && mark.rank() < record.rank());
        if let Some(mark) = finished
            && !replaced
                .iter()
                .any(|other| other.record.run_id == mark.run_id)
        {
            replaced.extend(self.read_other(&mark.run_id).await?);
            replaced.sort_by(|one, other| one.record.rank().cmp(&other.record.rank()));
        }
        Ok(replaced)
    }

    /// Notes that everything of a publication is done, and removes the marks that are outdated. `own`: the attempt's
    /// folder.
    pub(super) async fn mark(
        &self,
        record: &PublishRecord,
        own: &str,
    ) -> Result<(), ConnectorError> {
        let mut marks = self.marks().await?;
        let mark = Mark::of(record);
        if !marks.contains(&mark) && !mark.is_outdated_by(&marks) {
            let path = format!("{}/{}", self.marks_folder(), mark.name());
            let content = Bytes::from(record.run_id.clone());
            // Somebody else may have made it: it is the same.
            self.create_new(&path, &content, own).await?;
            self.faults.reach("marked")?;
            marks.push(mark);
        }
        let outdated: Vec<_> = marks
            .iter()
            .filter(|mark| mark.is_outdated_by(&marks))
            .map(|mark| format!("{}/{}", self.marks_folder(), mark.name()))
            .collect();
        for path in outdated {
            self.remove(&path).await?;
            self.faults.reach("mark_removed")?;
        }
        Ok(())
    }

    /// By rank, the lowest first.
    async fn marks(&self) -> Result<Vec<Mark>, ConnectorError> {
        let names = self.names(&self.marks_folder()).await?;
        let mut marks: Vec<_> = names.iter().filter_map(|name| Mark::parse(name)).collect();
        marks.sort_by(|one, other| one.rank().cmp(&other.rank()));
        Ok(marks)
    }
}

#[cfg(test)]
mod tests {
    use super::Mark;

    fn mark(publish: u64, replaces: bool) -> Mark {
        Mark {
            publish,
            replaces,
            run_id: format!("0192-{publish}"),
        }
    }

    #[test]
    fn a_mark_says_all_in_its_name() {
        assert_eq!(mark(12, true).name(), "0000000012-undated-0192-12");
        for mark in [mark(12, true), mark(u64::MAX, false)] {
            assert_eq!(Mark::parse(&mark.name()), Some(mark));
        }
        for other in ["", "x", "1-x-y", "x-dated-y", "0000000012-dated"] {
            assert_eq!(Mark::parse(other), None, "{other}");
        }
    }

    #[test]
    fn what_stands_at_undated_paths_is_never_forgotten_for_a_dated_delivery() {
        let marks = [mark(1, true), mark(2, true), mark(3, false), mark(4, false)];
        let outdated: Vec<_> = marks
            .iter()
            .filter(|mark| mark.is_outdated_by(&marks))
            .map(|mark| mark.publish)
            .collect();
        assert_eq!(outdated, [1, 3]);
    }
}
