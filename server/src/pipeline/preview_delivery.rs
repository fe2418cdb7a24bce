//! What a delivery would be: its first path, and the bytes that its first file begins with. They come from the steps
//! that a run takes (mapping, scan, writer, plan), ended after a few rows; nothing is written at the destination.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use app::domain::{
    DeliveryOptions, ExportItem, FileFormat, Micros, PreviewBody, PreviewRows, Reason, RunId,
    SchemaField, UserId,
};
use connectors::{ConnectorError, DeliveryPlan, PlanRequest};
use engine::{EngineError, FirstRows};
use formats::write::write_file;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::error::{PipelineError, connector_reason};
use super::lake::SnapshotPlace;
use super::{DataPlane, convert, mapping};
use crate::store::connections::ConnectionRow;

/// How long a preview may take, with its wait for a turn.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// How long a destination may take to say which paths are taken.
const PATH_LIMIT: Duration = Duration::from_secs(2);
/// Previews that run at once.
static TURNS: Semaphore = Semaphore::const_new(4);
/// The one preview that each person has at once, of those who have one or wait for it.
static PERSONS: Mutex<BTreeMap<UserId, Weak<Semaphore>>> = Mutex::new(BTreeMap::new());
/// Most characters of a cell, unless there are many columns: then less.
const MOST_CELL: usize = 1000;

/// Which rows are to be shown, and how they would be written.
pub struct RowsRequest<'a> {
    /// Who asks for them.
    pub person: UserId,
    /// Checked as for saving.
    pub item: &'a ExportItem,
    pub options: &'a DeliveryOptions,
    pub snapshot: &'a SnapshotPlace<'a>,
    /// Its columns, with the marks that count now.
    pub schema: &'a [SchemaField],
    /// The values of personal columns are hidden.
    pub mask: bool,
}

/// The first rows.
pub struct RowsPreview {
    pub body: PreviewBody,
    pub escaped_cells: u64,
}

/// What decides where a delivery goes.
pub struct PathRequest<'a> {
    pub folder: &'a str,
    pub options: &'a DeliveryOptions,
    /// The names of all that is sent; the path is that of the first.
    pub tables: Vec<String>,
    /// None: not chosen yet.
    pub connection: Option<&'a ConnectionRow>,
    /// When the delivery starts.
    pub at: Micros,
}

/// Where a delivery goes.
#[derive(Debug, PartialEq, Eq)]
pub struct PathPreview {
    /// Relative to the connection's folder.
    pub path: String,
    /// No delivery writes over another.
    pub is_dated: bool,
}

impl DataPlane {
    /// The first rows of a delivery, as they will be written, within 5 seconds.
    pub async fn preview_rows(
        &self,
        request: &RowsRequest<'_>,
    ) -> Result<RowsPreview, PipelineError> {
        let preview = async {
            let turn_of_person = turn_of(request.person);
            let _own = turn_of_person.acquire().await;
            let _turn = TURNS.acquire().await;
            self.first_part(request).await
        };
        tokio::time::timeout(TIME_LIMIT, preview)
            .await
            .unwrap_or_else(|_| Err(PipelineError::passing(Reason::new("preview_too_slow"))))
    }

    async fn first_part(&self, request: &RowsRequest<'_>) -> Result<RowsPreview, PipelineError> {
        let RowsRequest {
            item,
            options,
            schema,
            mask,
            ..
        } = *request;
        let mapping = mapping::fields(item, schema)?;
        let masked: Vec<String> = schema
            .iter()
            .filter(|field| mask && field.personal)
            .map(|field| field.name.clone())
            .collect();
        let held = self.held(&item.table_name, request.snapshot).await?;
        let selected = convert::selected(&mapping);
        let first = self
            .engine
            .first_rows(
                &item.table_name,
                &held,
                &selected,
                most_rows(options),
                &masked,
            )
            .await?;
        if options.format == FileFormat::Parquet {
            let columns = mapping::delivered(&mapping, schema);
            let rows = PreviewRows {
                masked: mask && columns.iter().any(|column| column.personal),
                rows: within(first.texts()?, columns.len(), PreviewBody::MOST_BYTES),
                columns,
            };
            return Ok(RowsPreview {
                body: PreviewBody::Rows(rows),
                escaped_cells: 0,
            });
        }
        let (bytes, escaped_cells) = self.written(item, options, &first).await?;
        let (text, is_cut) = cut(bytes, PreviewBody::MOST_BYTES);
        Ok(RowsPreview {
            body: PreviewBody::Text { text, is_cut },
            escaped_cells,
        })
    }

    /// The rows as the writer of a run writes them, before they are compressed; of the bytes a little more than are shown.
    async fn written(
        &self,
        item: &ExportItem,
        options: &DeliveryOptions,
        first: &FirstRows,
    ) -> Result<(Vec<u8>, u64), PipelineError> {
        let lake = self.lake.clone();
        let (file, copy) = blocking(move || {
            let file = lake.scratch()?;
            let copy = file.try_clone()?;
            Ok((file, copy))
        })
        .await?;
        let (scan, format) = (first.scan(), convert::format(options));
        let (_, escaped_cells) = write_file(
            Path::new("preview"),
            file,
            &format,
            formats::Compression::None,
            scan.schema,
            scan.rows,
            &|_| {},
        )
        .await
        .map_err(|error| ConnectorError::Encoding {
            table: item.table_name.clone(),
            source: Box::new(error),
        })?;
        let bytes = blocking(move || beginning(copy, PreviewBody::MOST_BYTES + 1)).await?;
        Ok((bytes, escaped_cells))
    }

    /// The path of a delivery's first file, or the field of the export that is wrong, and why. A destination that cannot
    /// be asked is taken to be empty.
    pub async fn preview_path(
        &self,
        request: &PathRequest<'_>,
    ) -> Result<PathPreview, (&'static str, Reason)> {
        let wanted = PlanRequest {
            run_id: RunId::new(Uuid::now_v7()).to_string(),
            export_folder: request.folder.to_owned(),
            template: request.options.path_template.clone(),
            instant_us: request.at,
            utc_offset_seconds: 0,
            tables: request.tables.clone(),
            extension: request.options.extension().to_owned(),
            max_rows_per_file: request.options.max_rows_per_file,
            reserved: Vec::new(),
        };
        let asked = match request.connection {
            Some(connection) => self.plan_at(connection, &wanted).await,
            None => None,
        };
        let plan = match asked {
            Some(plan) => plan,
            None => wanted
                .in_an_empty_place()
                .map_err(|error| path_fault(&error))?,
        };
        let path = plan.tables.first().map(|table| table.part_path(1));
        Ok(PathPreview {
            path: path.unwrap_or_default(),
            is_dated: !plan.reserved().is_empty(),
        })
    }

    async fn plan_at(
        &self,
        connection: &ConnectionRow,
        wanted: &PlanRequest,
    ) -> Option<DeliveryPlan> {
        let planned = async {
            let destination = self.destination(connection).await?;
            Ok::<_, PipelineError>(destination.plan(wanted).await?)
        };
        match tokio::time::timeout(PATH_LIMIT, planned).await {
            Ok(Ok(plan)) => Some(plan),
            Ok(Err(error)) => {
                tracing::debug!("a path is shown without its destination: {error}");
                None
            }
            Err(_) => {
                tracing::debug!("a path is shown without its destination, which is slow");
                None
            }
        }
    }
}

/// What lets one preview of a person run at once, so that nobody takes the turns of all others.
fn turn_of(person: UserId) -> Arc<Semaphore> {
    let mut persons = PERSONS.lock().unwrap_or_else(PoisonError::into_inner);
    persons.retain(|_, turn| turn.strong_count() > 0);
    if let Some(turn) = persons.get(&person).and_then(Weak::upgrade) {
        return turn;
    }
    let turn = Arc::new(Semaphore::new(1));
    persons.insert(person, Arc::downgrade(&turn));
    turn
}

/// Rows that a preview shows: no more than its first file has.
fn most_rows(options: &DeliveryOptions) -> usize {
    let in_a_file = options
        .max_rows_per_file
        .and_then(|rows| usize::try_from(rows).ok());
    in_a_file.map_or(PreviewBody::MOST_ROWS, |rows| {
        rows.min(PreviewBody::MOST_ROWS)
    })
}

/// What a file begins with.
fn beginning(mut file: File, most: usize) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    file.take(u64::try_from(most).unwrap_or(u64::MAX))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text that so many bytes hold, and whether there are more.
fn cut(mut bytes: Vec<u8>, most: usize) -> (String, bool) {
    let is_cut = bytes.len() > most;
    bytes.truncate(most);
    let text = String::from_utf8(bytes).unwrap_or_else(|error| {
        // A character was cut in two; all that is written is UTF-8.
        let whole = error.utf8_error().valid_up_to();
        String::from_utf8_lossy(&error.as_bytes()[..whole]).into_owned()
    });
    (text, is_cut)
}

/// Rows as long as they do not come to more than about so many bytes; of long cells the beginning.
fn within(rows: Vec<Vec<Option<String>>>, columns: usize, most: usize) -> Vec<Vec<Option<String>>> {
    let most_cell = (most / columns.max(1)).clamp(8, MOST_CELL);
    let mut bytes = 0;
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        let row: Vec<Option<String>> = row
            .into_iter()
            .map(|cell| cell.map(|cell| short(cell, most_cell)))
            .collect();
        bytes += row.iter().flatten().map(String::len).sum::<usize>();
        if bytes > most && !kept.is_empty() {
            break;
        }
        kept.push(row);
    }
    kept
}

fn short(cell: String, most: usize) -> String {
    match cell.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell,
    }
}

/// Which field of the export a plan was refused for.
fn path_fault(error: &ConnectorError) -> (&'static str, Reason) {
    let field = match error {
        ConnectorError::InvalidConfig { field, .. } => field.as_str(),
        _ => "",
    };
    match field {
        "export_folder" => ("folder", Reason::new("folder_malformed")),
        "max_rows_per_file" => ("options.max_rows_per_file", connector_reason(error)),
        _ => ("options.path_template", connector_reason(error)),
    }
}

/// Does work on a file off the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, PipelineError> {
    let done = tokio::task::spawn_blocking(work)
        .await
        .map_err(EngineError::from)?;
    let done = done.map_err(|source| EngineError::SnapshotUnwritable {
        path: "preview".to_owned(),
        source,
    });
    Ok(done?)
}

#[cfg(test)]
mod tests {
    use connectors::TemplateError;

    use super::*;

    #[test]
    fn a_file_of_few_rows_is_shown_to_its_end() {
        let limited = |max_rows_per_file| DeliveryOptions {
            max_rows_per_file,
            ..DeliveryOptions::default()
        };
        assert_eq!(most_rows(&limited(None)), PreviewBody::MOST_ROWS);
        assert_eq!(most_rows(&limited(Some(3))), 3);
        assert_eq!(most_rows(&limited(Some(1_000_000))), PreviewBody::MOST_ROWS);
    }

    #[test]
    fn a_person_has_one_preview_at_a_time() {
        let [ada, bob] = [1, 2].map(|number| UserId::new(Uuid::from_u128(number)));
        let first = turn_of(ada);
        let permit = first.try_acquire().expect("a turn");
        assert!(turn_of(ada).try_acquire().is_err());
        assert!(turn_of(bob).try_acquire().is_ok());
        drop(permit);
        assert!(turn_of(ada).try_acquire().is_ok());
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("aé".into(), 3), ("aé".to_owned(), false));
        assert_eq!(cut("aéb".into(), 3), ("aé".to_owned(), true));
        assert_eq!(cut("aéb".into(), 2), ("a".to_owned(), true));
        assert_eq!(cut(Vec::new(), 2), (String::new(), false));
    }

    #[test]
    fn rows_are_kept_within_their_bytes_and_the_first_is_always_there() {
        let row = |cell: &str| vec![Some(cell.to_owned()), None];
        let rows = vec![row("0123456789"), row("b"), row("c")];
        assert_eq!(
            within(rows.clone(), 2, 10),
            [row("01234567…")],
            "cells are cut at eight characters at the least"
        );
        assert_eq!(within(rows.clone(), 2, 100), rows);
    }

    #[test]
    fn what_is_wrong_with_a_path_is_told_at_its_field() {
        let folder = ConnectorError::InvalidConfig {
            field: "export_folder".to_owned(),
            problem: "is wrong".to_owned(),
        };
        assert_eq!(path_fault(&folder).0, "folder");
        let template = ConnectorError::Template(TemplateError::Brace);
        let expected = Reason::new("template_brace");
        assert_eq!(path_fault(&template), ("options.path_template", expected));
    }
}
