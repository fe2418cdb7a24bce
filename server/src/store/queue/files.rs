//! The files of a run that delivered, as the list of runs finds them.

use app::domain::{Micros, RunId};
use serde::Serialize;

use super::end::EndedItem;
use crate::store::columns::{checked, to_json};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, Tx, fold, over_given};

/// How many letters of a name or path are compared: what indexes hold on every database.
const FOLDED: usize = 500;

const INSERT: PerEngine = over_given!(
    "INSERT INTO run_files (run_id, place, path, name_fold, path_fold, queued_at)
     SELECT $2, CAST(g.value ->> 'place' AS BIGINT), g.value ->> 'path', g.value ->> 'name_fold',
            g.value ->> 'path_fold', CAST($3 AS BIGINT) FROM",
    "WHERE 1 = 1"
);

#[derive(Serialize)]
struct FileRow<'a> {
    place: usize,
    path: &'a str,
    name_fold: String,
    path_fold: String,
}

impl<'a> FileRow<'a> {
    fn new(place: usize, path: &'a str) -> Result<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        Ok(Self {
            place,
            path: checked(path)?,
            name_fold: compared(name),
            path_fold: compared(path),
        })
    }
}

/// A name or path as it is compared.
pub(in crate::store) fn compared(text: &str) -> String {
    fold(text).chars().take(FOLDED).collect()
}

/// Writes the files of all tables, in their order.
pub(super) async fn write(
    tx: &mut Tx,
    run: RunId,
    queued_at: Micros,
    items: &[EndedItem],
) -> Result<()> {
    let paths = items
        .iter()
        .flat_map(|item| &item.files)
        .map(|file| file.path.as_str());
    let rows = paths
        .enumerate()
        .map(|(place, path)| FileRow::new(place, path))
        .collect::<Result<Vec<_>>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    let sql = INSERT.of(tx.engine());
    sqlx::query(sql)
        .bind(to_json(&rows)?)
        .bind(run.to_string())
        .bind(queued_at)
        .execute(tx.connection())
        .await
        .doing("write the files of a run")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_are_compared_without_case_and_accents_and_fit_into_an_index() {
        let row = FileRow::new(3, "Nord/Été 1.csv").expect("a row");
        assert_eq!((row.place, row.path), (3, "Nord/Été 1.csv"));
        assert_eq!(row.name_fold, "ete 1.csv");
        assert_eq!(row.path_fold, "nord/ete 1.csv");
        let flat = FileRow::new(0, "a.csv").expect("a row");
        assert_eq!(flat.name_fold, flat.path_fold);
        assert_eq!(compared(&"É".repeat(600)), "e".repeat(FOLDED));
    }
}
