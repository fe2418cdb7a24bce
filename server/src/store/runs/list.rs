//! Lists of runs, newest first. The statements are in `statements`.

use app::domain::{ExportId, MOST_COUNTED, Micros, Page, RunQuery, RunStatus, RunSummary};
use sqlx::AnyConnection;

use super::reading::{summary, summary_columns};
use super::statements::{
    BY_CONNECTION, BY_EXPORT, BY_FILE, BY_STATUS, BY_TIME, FILES, RUNS_WITH_FILES, Statements,
};
use crate::store::columns::Columns;
use crate::store::cursor::{Piece, Place};
use crate::store::error::Doing;
use crate::store::queue::compared;
use crate::store::{Reads, Result};

/// The one order there is.
const ORDER: &str = "runs";
/// How many files that match are looked up and sorted by their runs; of more, runs are looked through from the last
/// that has one, which finds a page of them soon.
const FEW_FILES: i64 = 2_000;
/// How many files that match are looked up to count their runs; of more, runs are looked through.
const COUNTED_FILES: i64 = 30_000;
/// How many names and how many paths that match are looked at.
const MOST_FILES: i64 = 100_000;
/// A total goes one beyond what is counted, so that a page can say *more than*.
const COUNTED: i64 = MOST_COUNTED as i64 + 1;

/// A run's place in the order.
type Key = (Micros, String);

/// A page of runs, newest first; those of exports that were removed are among them.
pub async fn list(mut db: impl Reads, query: &RunQuery) -> Result<Page<RunSummary>> {
    let mut db = db.reading().await?;
    let mut search = Search::new(query);
    let files = search.files(&mut db).await?;
    let is_of_files_alone = search.is_of_files_alone();
    search.narrow_to(files);
    let few = files.is_some_and(|files| files.number <= FEW_FILES);
    let statements = search.led_by(few);
    let place = Place::<Key>::of(query.cursor.as_ref(), ORDER);
    let mut piece = search.piece(&mut db, statements, place.as_ref()).await?;
    if piece.rows.is_empty() && place.is_some() {
        // All that was there is of another status by now: the first page says more than an empty one.
        piece = search.piece(&mut db, statements, None).await?;
    }
    let total = if is_of_files_alone && !few {
        search.counted_by_files(&mut db).await?
    } else {
        let by_file = few || search.is_counted_by_file(files);
        search.counted(&mut db, search.led_by(by_file)).await?
    };
    let cursor = |run: Option<&RunSummary>, backwards| {
        run.map(|run| {
            Place::new(ORDER, (run.queued_at, run.id.to_string()), backwards).into_cursor()
        })
    };
    let previous = if piece.more_before {
        cursor(piece.rows.first(), true)
    } else {
        None
    };
    let next = if piece.more_after {
        cursor(piece.rows.last(), false)
    } else {
        None
    };
    Ok(Page {
        items: piece.rows,
        next,
        previous,
        total,
    })
}

/// The files that match.
#[derive(Clone, Copy)]
struct Files {
    /// Names and paths apart.
    number: i64,
    /// When the first and the last of their runs were queued, where all were looked at.
    span: Option<(Micros, Micros)>,
}

/// What is looked for, as the statements want it.
struct Search {
    status: &'static str,
    export: String,
    connection: String,
    /// From where and up to where the names and paths of files match.
    file: [String; 2],
    /// From this instant …
    from: Micros,
    /// … and before this one.
    to: Micros,
    limit: u32,
}

impl Search {
    fn new(query: &RunQuery) -> Self {
        // PostgreSQL refuses U+0000 in a value; no path has it.
        let file = compared(&query.file.replace('\0', ""));
        let up_to = if file.is_empty() {
            String::new()
        } else {
            format!("{file}{}", char::MAX)
        };
        let text = |id: Option<String>| id.unwrap_or_default();
        Self {
            status: query.status.map_or("", RunStatus::code),
            export: text(query.export_id.map(|id| id.to_string())),
            connection: text(query.connection_id.map(|id| id.to_string())),
            file: [file, up_to],
            from: query.from.unwrap_or(Micros::MIN),
            to: query.to.unwrap_or(Micros::MAX),
            limit: query.limit.get(),
        }
    }

    fn has_file(&self) -> bool {
        !self.file[0].is_empty()
    }

    /// Whether nothing is asked for but files.
    fn is_of_files_alone(&self) -> bool {
        self.has_file()
            && self.status.is_empty()
            && self.export.is_empty()
            && self.connection.is_empty()
            && self.from == Micros::MIN
            && self.to == Micros::MAX
    }

    /// Leaves out the time in which no run has a file that matches: names often begin with a date, and the runs since
    /// would all be looked through.
    fn narrow_to(&mut self, files: Option<Files>) {
        if let Some((first, last)) = files.and_then(|files| files.span) {
            self.from = self.from.max(first);
            self.to = self.to.min(last.saturating_add(1));
        }
    }

    /// The statements of the filter that leaves the fewest runs, as a rule.
    fn led_by(&self, by_file: bool) -> &'static Statements {
        if !self.export.is_empty() {
            &BY_EXPORT
        } else if by_file {
            &BY_FILE
        } else if !self.connection.is_empty() {
            &BY_CONNECTION
        } else if !self.status.is_empty() {
            &BY_STATUS
        } else {
            &BY_TIME
        }
    }

    /// Whether counting goes through the files rather than the runs. A connection has fewer runs than these are files.
    fn is_counted_by_file(&self, files: Option<Files>) -> bool {
        self.connection.is_empty() && files.is_some_and(|files| files.number <= COUNTED_FILES)
    }

    /// The files that match, if any are asked for; none of an export, whose runs are few.
    async fn files(&self, db: &mut AnyConnection) -> Result<Option<Files>> {
        if !self.has_file() || !self.export.is_empty() {
            return Ok(None);
        }
        let [from, up_to] = &self.file;
        let row = sqlx::query(FILES)
            .bind(from)
            .bind(up_to)
            .bind(MOST_FILES)
            .fetch_one(db)
            .await
            .doing("count the files of runs")?;
        let number = row.int("number")?;
        let span = row.maybe_int("first_at")?.zip(row.maybe_int("last_at")?);
        Ok(Some(Files {
            number,
            span: span.filter(|_| number < MOST_FILES),
        }))
    }

    async fn piece(
        &self,
        db: &mut AnyConnection,
        statements: &Statements,
        place: Option<&Place<Key>>,
    ) -> Result<Piece<RunSummary>> {
        let backwards = place.is_some_and(|place| place.backwards);
        let key = place.map(|place| place.key.clone());
        let (sql, (at, id), other_end) = if backwards {
            let from = key.unwrap_or((self.from, String::new()));
            (statements.back, from, self.to)
        } else {
            // Ids are longer than nothing: the place is before whatever is at its instant.
            let end = (self.to, String::new());
            let before = key.map_or(end.clone(), |key| key.min(end));
            (statements.onwards, before, self.from)
        };
        let [file, up_to] = &self.file;
        let rows = sqlx::query(sql)
            .bind(self.status)
            .bind(&self.export)
            .bind(&self.connection)
            .bind(file)
            .bind(up_to)
            .bind(i64::from(self.limit) + 1)
            .bind(at)
            .bind(&id)
            .bind(other_end)
            .fetch_all(db)
            .await
            .doing("list runs")?;
        let found = rows.iter().map(summary).collect::<Result<Vec<_>>>()?;
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        Ok(Piece::new(found, limit, place.is_some(), backwards))
    }

    async fn counted(&self, db: &mut AnyConnection, statements: &Statements) -> Result<u32> {
        let [file, up_to] = &self.file;
        sqlx::query(statements.count)
            .bind(self.status)
            .bind(&self.export)
            .bind(&self.connection)
            .bind(file)
            .bind(up_to)
            .bind(self.from)
            .bind(self.to)
            .bind(COUNTED)
            .fetch_one(db)
            .await
            .doing("count runs")?
            .count("total")
    }

    async fn counted_by_files(&self, db: &mut AnyConnection) -> Result<u32> {
        let [file, up_to] = &self.file;
        sqlx::query(RUNS_WITH_FILES)
            .bind(file)
            .bind(up_to)
            .bind(COUNTED)
            .fetch_one(db)
            .await
            .doing("count runs by their files")?
            .count("total")
    }
}

/// The runs of an export that have not ended: the active one before the queued one.
pub async fn unfinished_of(mut db: impl Reads, export: ExportId) -> Result<Vec<RunSummary>> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        summary_columns!(),
        " FROM runs r JOIN exports e ON e.id = r.export_id
         WHERE r.export_id = $1 AND r.ended_at IS NULL
         ORDER BY CASE WHEN r.status = 'queued' AND r.released = 0 THEN 1 ELSE 0 END, r.queued_at, r.id
         LIMIT 10"
    ))
    .bind(export.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read the unfinished runs of an export")?;
    rows.iter().map(summary).collect()
}
