//! What an attempt does alike at every destination that keeps files: where things are staged, what must be written,
//! what became of it.

use std::collections::BTreeSet;
use std::path::Path;

use formats::FormatError;

use crate::error::ConnectorError;
use crate::plan::{DeliveryPlan, PlannedTable};
use crate::record::{PublishedFile, PublishedFolder, TableOutcome};

/// The folders of the plan, each with the place where it is staged in the attempt's folder `own`.
pub(crate) fn folders(plan: &DeliveryPlan, own: &str) -> Vec<PublishedFolder> {
    let paths: BTreeSet<_> = plan
        .tables
        .iter()
        .filter_map(|table| table.folder.as_ref())
        .collect();
    let folder = |(index, path): (usize, &String)| PublishedFolder {
        path: path.clone(),
        stage: format!("{own}/{}", index + 1),
    };
    paths.into_iter().enumerate().map(folder).collect()
}

/// Where a file of a table is staged in the attempt's folder `own`.
pub(crate) fn place(plan: &DeliveryPlan, own: &str, table: &PlannedTable, path: &str) -> String {
    let folder = folders(plan, own)
        .into_iter()
        .find(|folder| Some(&folder.path) == table.folder.as_ref());
    match folder.and_then(|folder| Some((path.strip_prefix(&folder.path)?, folder.stage))) {
        Some((inside, stage)) => format!("{stage}{inside}"),
        None => format!("{own}/files/{path}"),
    }
}

/// A table of the plan that has no files yet.
pub(crate) fn unwritten<'a>(
    plan: &'a DeliveryPlan,
    written: &[PublishedFile],
    table: &str,
) -> Result<&'a PlannedTable, ConnectorError> {
    let planned = plan
        .table(table)
        .ok_or_else(|| ConnectorError::invalid("table", format!("`{table}` is not planned")))?;
    if written.iter().any(|file| file.table == table) {
        let problem = format!("`{table}` is written already");
        return Err(ConnectorError::invalid("table", problem));
    }
    Ok(planned)
}

/// Nothing is published before every table of the plan is written.
pub(crate) fn check_complete(
    plan: &DeliveryPlan,
    written: &[PublishedFile],
) -> Result<(), ConnectorError> {
    let missing = plan
        .tables
        .iter()
        .find(|table| !written.iter().any(|file| file.table == table.name));
    match missing {
        Some(table) => {
            let problem = format!("`{}` is not written", table.name);
            Err(ConnectorError::invalid("table", problem))
        }
        None => Ok(()),
    }
}

/// What became of a table, from its files.
pub(crate) fn outcome(files: &[PublishedFile], escaped_cells: u64) -> TableOutcome {
    TableOutcome {
        rows_written: files.iter().map(|file| file.entry.rows).sum(),
        bytes: files.iter().map(|file| file.entry.bytes).sum(),
        files: files.iter().map(|file| file.entry.clone()).collect(),
        escaped_cells,
    }
}

/// Errors of the rows, of the place and of the format are different people's business.
pub(crate) fn sorted(error: FormatError, table: &str) -> ConnectorError {
    let table = table.to_owned();
    match error {
        FormatError::Source(source) => ConnectorError::Source { table, source },
        FormatError::File {
            action,
            path,
            source,
        } => {
            // What was wrapped to pass through the writer comes out as it was.
            match source.downcast::<ConnectorError>() {
                Ok(error) => error,
                Err(source) => ConnectorError::io(action, Path::new(&path))(source),
            }
        }
        source => ConnectorError::Encoding {
            table,
            source: Box::new(source),
        },
    }
}
