//! Why a refresh or a run stopped: a reason for people, and whether trying again may help.
//!
//! Everybody reads reasons; where data are is for administrators. Of a path on the server's disk a reason keeps the last
//! part, and the log has all of it.

use std::error::Error as StdError;
use std::path::Path;

use app::domain::Reason;
use connectors::{BoxError, ConnectorError};
use engine::EngineError;

use super::lake::LakeError;

/// A stop with its reason. The error below it is kept for the log.
#[derive(Debug, thiserror::Error)]
#[error("stopped ({}){}", .reason.code, .places)]
pub struct PipelineError {
    pub reason: Reason,
    /// A passing error: the same again later may succeed.
    pub transient: bool,
    /// The paths that the reason does not tell, as the log adds them.
    places: String,
    #[source]
    source: Option<BoxError>,
}

impl PipelineError {
    /// A stop for good.
    pub(super) fn lasting(reason: Reason) -> Self {
        Self {
            reason,
            transient: false,
            places: String::new(),
            source: None,
        }
    }

    /// A stop that may pass.
    pub(crate) fn passing(reason: Reason) -> Self {
        Self {
            reason,
            transient: true,
            places: String::new(),
            source: None,
        }
    }

    /// The lake did not do what it was asked for, which this code says. Its own words name hosts: they are for the log.
    pub(super) fn of_lake(code: &str, table: &str, error: LakeError) -> Self {
        let code = match &error {
            LakeError::SnapshotGone { .. } => "snapshot_missing",
            error if error.is_full() => "no_space",
            _ => code,
        };
        let reason = Reason::new(code);
        Self {
            reason: if code == "snapshot_missing" {
                reason.with("table", table)
            } else {
                reason
            },
            transient: true,
            places: format!(": {}", with_causes(&error)),
            source: Some(Box::new(error)),
        }
    }

    /// The same for everybody: without the folders of the server's disk.
    pub(super) fn without_folders(mut self) -> Self {
        let mut places = Vec::new();
        for (name, text) in &mut self.reason.args {
            if PATHS.contains(&name.as_str()) && Path::new(text.as_str()).is_absolute() {
                let short = last_part(text);
                places.push(std::mem::replace(text, short));
            }
        }
        if let Some(detail) = &mut self.reason.detail {
            *detail = with_last_parts(detail, &mut places);
        }
        if !places.is_empty() {
            self.places = format!(" at {}", places.join(", "));
        }
        self
    }
}

/// An error with all that it came from, for the log.
pub(super) fn with_causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Arguments that are paths.
const PATHS: [&str; 3] = ["file", "path", "reference"];

/// What is left of a path.
fn last_part(path: &str) -> String {
    let name = path.trim_end_matches('/').rsplit('/').next();
    format!("…/{}", name.unwrap_or_default())
}

/// A text with the last parts of the paths in it. The paths are added to `places`.
fn with_last_parts(text: &str, places: &mut Vec<String>) -> String {
    let (mut short, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((start, end)) = first_path(rest) {
        let path = &rest[start..end];
        short.push_str(&rest[..start]);
        short.push_str(&last_part(path));
        places.push(path.to_owned());
        rest = &rest[end..];
    }
    short.push_str(rest);
    short
}

/// Where in a text the first path of several parts stands that begins at the root of a disk: to the end of its quotes,
/// or of its word.
fn first_path(text: &str) -> Option<(usize, usize)> {
    text.match_indices('/').find_map(|(start, _)| {
        let before = text[..start].chars().next_back();
        let goes_on = |before: char| {
            before.is_alphanumeric() || matches!(before, '/' | '.' | '-' | '_' | '…')
        };
        if before.is_some_and(goes_on) {
            return None;
        }
        let length = match before {
            Some(quote @ ('`' | '\'' | '"')) => text[start..].find(quote),
            _ => text[start..].find(char::is_whitespace),
        };
        let end = length.map_or(text.len(), |length| start + length);
        let has_parts = text[start..end].trim_start_matches('/').contains('/');
        has_parts.then_some((start, end))
    })
}

impl From<Reason> for PipelineError {
    fn from(reason: Reason) -> Self {
        Self::lasting(reason)
    }
}

impl From<EngineError> for PipelineError {
    fn from(error: EngineError) -> Self {
        Self {
            reason: engine_reason(&error),
            transient: error.is_transient(),
            places: String::new(),
            source: Some(Box::new(error)),
        }
        .without_folders()
    }
}

impl From<ConnectorError> for PipelineError {
    fn from(error: ConnectorError) -> Self {
        // What stopped the stream of rows is judged by who knows it: the engine.
        let error = match error {
            ConnectorError::Source { table, source } => match source.downcast::<EngineError>() {
                Ok(error) => return Self::from(*error),
                Err(source) => ConnectorError::Source { table, source },
            },
            other => other,
        };
        Self {
            reason: connector_reason(&error),
            transient: error.is_transient(),
            places: String::new(),
            source: Some(Box::new(error)),
        }
    }
}

fn engine_reason(error: &EngineError) -> Reason {
    reason(error.code(), error.args())
}

pub(super) fn connector_reason(error: &ConnectorError) -> Reason {
    reason(error.code(), error.args())
}

/// A reason from a code and arguments; the argument `detail` is a system's own words.
fn reason(code: &str, mut args: std::collections::BTreeMap<String, String>) -> Reason {
    let detail = args.remove("detail");
    Reason {
        code: code.to_owned(),
        args,
        detail,
    }
}

impl From<crate::store::StoreError> for PipelineError {
    /// A fault of the database passes: what was being done is tried again.
    fn from(error: crate::store::StoreError) -> Self {
        Self {
            reason: Reason::new("database_failed"),
            transient: true,
            places: String::new(),
            source: Some(Box::new(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: &str = "/srv/my lake/snapshots/1/part-00000.parquet";

    #[test]
    fn where_the_lake_is_stands_in_the_log_and_not_in_the_reason() {
        let error = PipelineError::from(EngineError::SnapshotUnreadable {
            path: PART.to_owned(),
            source: format!("cannot open `{PART}`: No such file or directory").into(),
        });
        assert_eq!(
            error.reason,
            Reason::new("snapshot_unreadable")
                .with("path", "…/part-00000.parquet")
                .detail("cannot open `…/part-00000.parquet`: No such file or directory")
        );
        assert!(error.to_string().contains(PART), "{error}");
        let error = PipelineError::from(EngineError::SchemaColumnMissing {
            table: "people".to_owned(),
            column: "city".to_owned(),
            file: PART.to_owned(),
        });
        assert_eq!(error.reason.arg("file"), "…/part-00000.parquet");
        assert_eq!(error.reason.arg("column"), "city");
    }

    #[test]
    fn where_a_bucket_is_stands_in_the_log_and_not_in_the_reason() {
        let place = "s3://bucket/lake/snapshots/1";
        let error = engine::bucket::BucketError::Missing {
            place: place.to_owned(),
        };
        let error = PipelineError::of_lake("snapshot_unwritable", "people", error.into());
        assert_eq!(error.reason, Reason::new("snapshot_unwritable"));
        assert!(
            error.transient && error.to_string().contains(place),
            "{error}"
        );
        let gone = LakeError::SnapshotGone {
            path: "snapshots/1".to_owned(),
        };
        let error = PipelineError::of_lake("snapshot_unreadable", "people", gone);
        let missing = Reason::new("snapshot_missing").with("table", "people");
        assert_eq!(error.reason, missing);
    }

    #[test]
    fn only_paths_from_the_root_of_a_disk_are_cut() {
        for (text, short) in [
            (
                "Object at location /srv/lake/a.parquet not found",
                "Object at location …/a.parquet not found",
            ),
            ("file:///srv/lake/a.parquet: no", "file:…/a.parquet: no"),
            ("'/srv/a b/c', /x/y", "'…/c', …/y"),
            (
                "orders/part-1.parquet and ./a/b",
                "orders/part-1.parquet and ./a/b",
            ),
            ("total / 2 /x 10/2/1", "total / 2 /x 10/2/1"),
            ("/srv/lake/", "…/lake"),
            ("", ""),
        ] {
            assert_eq!(with_last_parts(text, &mut Vec::new()), short);
        }
        let value = Reason::new("source_file_misfit")
            .with("value", "/not/a/number")
            .with("file", "sub/people.csv");
        let told = PipelineError::lasting(value.clone()).without_folders();
        assert_eq!(told.reason, value);
    }
}
